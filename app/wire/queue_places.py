"""One executor's queue: how much runs and waits, and which prompts."""

from typing import Any

from pydantic import TypeAdapter

from app.core.estimate import QueuePlaces
from app.core.queues import QueueServer
from app.wire.fields import Opaque, WireModel, read
from app.wire.queues import QueueServerModel


class QueueStatusModel(WireModel):
    """``raw`` is the executor's own answer: lists of ``[number, promptId, …]``."""

    raw: Opaque = None


_STATUS: TypeAdapter[QueueStatusModel] = TypeAdapter(QueueStatusModel)
_SERVER: TypeAdapter[QueueServerModel] = TypeAdapter(QueueServerModel)


def read_queue_server(text: str) -> QueueServer:
    """Return how much runs and waits."""
    return read(_SERVER, text).server()


def read_queue_places(text: str) -> QueuePlaces:
    """Return the prompts in the order in which they come; none where the executor does not say."""
    raw = read(_STATUS, text).raw
    if not isinstance(raw, dict):
        return QueuePlaces()
    return QueuePlaces(_prompts(raw.get("queue_running")), _prompts(raw.get("queue_pending")))


def _prompts(entries: Any) -> tuple[str, ...]:
    """Return the prompts by their numbers; those of one number stay in the order of the list."""
    if not isinstance(entries, list):
        return ()
    found = [
        (entry[0], entry[1])
        for entry in entries
        if isinstance(entry, list)
        and len(entry) > 1
        and isinstance(entry[0], int | float)
        and isinstance(entry[1], str)
    ]
    return tuple(prompt for _, prompt in sorted(found, key=lambda entry: entry[0]))
