"""Log records of ability calls: opened when a call begins, closed when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from devserver.character import Character
from devserver.models import AbilityLog
from devserver.simulator.ability import PER_SECOND, PER_TOKENS, Ability
from devserver.simulator.ending import Ending

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


def open_log(session: Session, opening: Opening, at: datetime, character: Character) -> AbilityLog:
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
    if character.charges_at_start:
        price = opening.ability.price_per_call
        _charge(log, "per_image", price, price)
    session.add(log)
    session.flush()
    return log


def _charge(log: AbilityLog, unit: str, price: float, amount: float) -> None:
    log.billing_unit = unit
    log.unit_price = price
    log.currency = "CNY"
    log.cost_amount = amount


def _units(ability: Ability, seconds: float) -> float:
    if ability.unit == PER_SECOND:
        return round(seconds, 1)
    return 1.276 if ability.unit == PER_TOKENS else 1


def close_well(log: AbilityLog, ending: Ending, answer: dict[str, Any], character: Character) -> None:
    """The call succeeded: its answer and, unless that was said at its start, what it cost."""
    ability = ending.ability
    log.status = "success"
    log.duration_ms = answer["durationMs"]
    log.result_assets = stored = ending.stored or None
    if character.product_answers:
        # As recorded: what a submitted call was answered at first stays where it was.
        first = log.response_payload or {}
        kept = {name: first[name] for name in ("metadata", "raw") if name in first}
        log.response_payload = answer | {"images": stored, "assets": stored, "state": "success"} | kept
    else:
        log.response_payload = {"status_code": 200} | answer["raw"]
    log.stored_url = ending.url
    if not character.charges_at_start:
        amount = round(ability.price * _units(ability, ending.fate.seconds), 4)
        _charge(log, ability.unit, ability.price, amount)


def close_badly(log: AbilityLog, detail: str, status_code: int, duration_ms: int) -> None:
    """The call failed: why. It costs nothing more than it did at its start."""
    log.status = "failed"
    log.duration_ms = duration_ms
    log.response_payload = {"status_code": status_code, "detail": detail}
    log.error_message = detail
