"""A record of the ability log as it is shown, and the conditions that narrow the log down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement

from devserver.clock import naive
from devserver.models import AbilityLog
from devserver.simulator.catalogue import ABILITIES
from devserver.simulator.executors import EXECUTORS
from devserver.simulator.prompts import long_id

COLUMNS = {
    "abilityId": AbilityLog.ability_id,
    "executorId": AbilityLog.executor_id,
    "source": AbilityLog.source,
    "status": AbilityLog.status,
}


def narrowed(given: Mapping[str, str | None]) -> list[ColumnElement[bool]]:
    """Filters, by the wire's names, as conditions on the table; ``None`` is no filter."""
    conditions = [column == given[name] for name, column in COLUMNS.items() if given.get(name) is not None]
    provider, capability_key = given.get("provider"), given.get("capabilityKey")
    if provider is not None or capability_key is not None:
        ids = [
            ability.id
            for ability in ABILITIES.values()
            if provider in {None, ability.provider} and capability_key in {None, ability.capability_key}
        ]
        conditions.append(AbilityLog.ability_id.in_(ids))
    return conditions


def shown_log(log: AbilityLog) -> dict[str, Any]:
    """The record, snake_case as recorded."""
    ability = ABILITIES[log.ability_id]
    executor = EXECUTORS[log.executor_id]
    return {
        "id": log.id,
        "ability_id": log.ability_id,
        "ability_provider": ability.provider,
        "capability_key": ability.capability_key,
        "ability_name": ability.display_name,
        "executor_id": log.executor_id,
        "executor_name": executor.name,
        "executor_type": executor.type,
        "source": log.source,
        # As recorded: the request's own id, under both names, even for an ability task.
        "task_id": log.request_id,
        "callback_id": _callback_id(log),
        "trace_id": log.request_id,
        "workflow_run_id": None,
        "status": log.status,
        "duration_ms": log.duration_ms,
        "stored_url": log.stored_url,
        "request_payload": log.request_payload,
        "response_payload": log.response_payload,
        "result_assets": log.result_assets,
        "error_message": log.error_message,
        "callback_status": log.callback_status,
        "callback_http_status": log.callback_http_status,
        "callback_payload": log.callback_payload,
        "callback_response": log.callback_response,
        "callback_error": log.callback_error,
        "callback_started_at": naive(log.callback_started_at),
        "callback_finished_at": naive(log.callback_finished_at),
        "billing_unit": log.billing_unit,
        "unit_price": log.unit_price,
        "currency": log.currency,
        "cost_amount": log.cost_amount,
        "created_at": naive(log.created_at),
    }


def _callback_id(log: AbilityLog) -> str | None:
    """The id by which a callback names the ability task."""
    if log.ability_task_id is None:
        return None
    return long_id(ABILITIES[log.ability_id].provider, log.executor_id, log.ability_task_id)
