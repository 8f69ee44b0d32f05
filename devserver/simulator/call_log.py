"""Log records of ability calls: opened when a call begins, closed when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from devserver.models import AbilityLog
from devserver.simulator.catalogue import Ability
from devserver.simulator.chance import Fate

HTTP_BAD_REQUEST = 400
HTTP_BAD_GATEWAY = 502


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known of a call when it begins."""

    ability: Ability
    executor_id: str
    request_id: str
    request: dict[str, Any]
    ability_task_id: str | None = None
    """``None`` for a synchronous call."""


def open_log(session: Session, opening: Opening, at: datetime) -> AbilityLog:
    """A ``pending`` record with its number already given."""
    log = AbilityLog(
        ability_id=opening.ability.id,
        executor_id=opening.executor_id,
        source="ability-task" if opening.ability_task_id else "ability-api",
        request_id=opening.request_id,
        ability_task_id=opening.ability_task_id,
        status="pending",
        request_payload=opening.request,
        callback_status="pending" if opening.request["callbackConfigured"] else None,
        created_at=at,
    )
    session.add(log)
    session.flush()
    return log


def _units(ability: Ability, fate: Fate) -> float:
    match ability.unit:
        case "秒":
            return round(fate.seconds, 1)
        case "千词元":
            return 1.276
        case _:
            return 1


def close_well(log: AbilityLog, ability: Ability, fate: Fate, answer: dict[str, Any]) -> None:
    """The call succeeded: its answer and what it cost."""
    log.status = "success"
    log.duration_ms = answer["durationMs"]
    log.response_payload = {"status_code": 200} | answer["raw"]
    log.result_assets = answer["assets"] or None
    log.stored_url = answer["assets"][0]["url"] if answer["assets"] else None
    log.billing_unit = ability.unit
    log.unit_price = ability.price
    log.currency = "CNY"
    log.cost_amount = round(ability.price * _units(ability, fate), 4)


def close_badly(log: AbilityLog, detail: str, status_code: int, duration_ms: int) -> None:
    """The call failed: why. Nobody charges for that."""
    log.status = "failed"
    log.duration_ms = duration_ms
    log.response_payload = {"status_code": status_code, "detail": detail}
    log.error_message = detail
