"""What orders the same job again (R41), and what that would cost as far as anybody can know.

Refuses to make up what the server has not kept: a picture that was sent as data is gone, and so is the job's order.
A trace id names one call, and is not carried over. docs/decisions/run-again.md says why.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.core.amounts import Amount, add
from app.core.inputs import sent_body
from app.core.ledger import Movement
from app.core.prices import last_price
from app.core.records import AbilityTask, Task
from app.core.refill import OMITTED

_TRACE = frozenset({"traceId", "trace_id"})
_DEEPEST = 20
OWN_PICTURE = "imageBase64"
"""The field of a call in which its picture is sent as data."""


def task_order(record: Task, user_id: str | None) -> dict[str, object] | None:
    """Return what orders the same task again, without an id; ``None`` where the server has not kept all of it."""
    known = record.action and record.channel and isinstance(record.parameters, Mapping)
    if not known or user_id is None or not isinstance(record.points, int) or record.points <= 0:
        return None
    return {
        "action": record.action,
        "userId": user_id,
        "channel": record.channel,
        "workflowParams": record.parameters,
        "points": record.points,
    }


def call_order(record: AbilityTask) -> dict[str, object] | None:
    """Return what orders the same ability task again; ``None`` where the server has not kept all of it."""
    request = record.request
    if record.ability_id is None or not isinstance(request, Mapping) or _lacks(request):
        return None
    body = sent_body(record)
    metadata = body.get("metadata")
    if isinstance(metadata, Mapping):
        body["metadata"] = {name: value for name, value in metadata.items() if name not in _TRACE}
    return body


def order_of(record: Task | AbilityTask, user_id: str | None) -> dict[str, object] | None:
    """Return what orders the same job again; ``None`` where that is not known."""
    return call_order(record) if isinstance(record, AbilityTask) else task_order(record, user_id)


def may_order_again(record: Task | AbilityTask, user_id: str | None) -> bool:
    """Return whether a job has ended and can be ordered again as it was, with nobody looking at a form.

    Of what only a row is kept, the request is read before: it may be whole.
    """
    if not record.ended:
        return False
    if isinstance(record, AbilityTask) and record.request is None:
        return record.ability_id is not None
    return order_of(record, user_id) is not None


@dataclass(frozen=True, slots=True)
class Price:
    """What many jobs would cost as last paid: ``points`` of those that are known, and how many ``unknown`` ones."""

    points: Amount = 0
    known: int = 0
    unknown: int = 0


def price_of(
    records: Iterable[Task | AbilityTask], movements: Iterable[Movement], abilities: Mapping[str, str | None]
) -> Price:
    """Return what it would cost to order jobs again; ``abilities`` are those of the jobs in the ledger, by job."""
    newest_first = tuple(movements)
    last: dict[str, Amount | None] = {}
    points: Amount = 0
    known = unknown = 0
    for record in records:
        price: Amount | None
        if isinstance(record, AbilityTask):
            ability_id = record.ability_id or ""
            if ability_id not in last:
                last[ability_id] = last_price(newest_first, abilities, ability_id)
            price = last[ability_id]
        else:
            price = record.points
        if price is None:
            unknown += 1
        else:
            points, known = add(points, price), known + 1
    return Price(points, known, unknown)


def _lacks(request: Mapping[object, object]) -> bool:
    """Return whether data that was sent is not in the request any more; what else the product hides is no input.

    The product says that the call's own picture was left out whether one was sent as data or not (its recorded answers
    do): where its address is there, nothing is missing.
    """
    addressed = bool(request.get("imageUrl") or request.get("images"))
    return any(
        _omitted(value, 0)
        for name, value in request.items()
        if (name == "inputs" or not isinstance(value, Mapping)) and not (addressed and name == OWN_PICTURE)
    )


def _omitted(value: object, depth: int) -> bool:
    if isinstance(value, Mapping):
        return depth < _DEEPEST and any(_omitted(inner, depth + 1) for inner in value.values())
    if isinstance(value, list):
        return depth < _DEEPEST and any(_omitted(inner, depth + 1) for inner in value)
    return value == OMITTED
