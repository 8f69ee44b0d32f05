"""The status words of the wire and the seven statuses the page knows.

Says which of them are ends, and which is further along; refuses to know where a status came from or how it is shown.
"""

from enum import StrEnum


class Status(StrEnum):
    """Where a job stands. The values are public: they appear as ``data-status`` and in the events' ``detail``."""

    QUEUED = "queued"
    RUNNING = "running"
    BLOCKED = "blocked"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    # An enum's own hash is slow Python, and not the hash of the string it equals; statuses are looked up per frame.
    __hash__ = str.__hash__

    terminal: bool
    """Whether it is an end: only a list can say that the job was begun anew (R15)."""


TERMINAL = frozenset({Status.SUCCEEDED, Status.FAILED, Status.CANCELLED})
for _status in Status:
    # Asked many times for every frame: a property would be a call.
    _status.terminal = _status in TERMINAL

#: How far along a status is. Between two words of which nobody can say which is newer, the further one holds.
RANK = {
    Status.QUEUED: 0,
    Status.UNKNOWN: 1,
    # Above queued: the single read of a blocked task says ``pending`` without a time, and must not take it back.
    Status.BLOCKED: 2,
    Status.RUNNING: 3,
    Status.CANCELLED: 4,
    Status.FAILED: 5,
    Status.SUCCEEDED: 6,
}

_WORDS = {
    Status.QUEUED: ("queued", "pending", "created"),
    Status.RUNNING: ("running", "processing", "in_progress", "submitted"),
    Status.BLOCKED: ("blocked",),
    Status.SUCCEEDED: ("succeeded", "completed", "success", "done", "ok"),
    Status.FAILED: ("failed", "failure", "error", "timeout", "rejected"),
    Status.CANCELLED: ("cancelled", "canceled", "stopped", "aborted"),
}
_BY_WORD = {word: status for status, words in _WORDS.items() for word in words}


def parse_status(word: str) -> Status:
    """Return the status a word of the wire stands for; ``UNKNOWN`` for one nobody has agreed on."""
    return _BY_WORD.get(word) or _BY_WORD.get(word.strip().lower(), Status.UNKNOWN)
