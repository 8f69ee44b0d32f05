"""Frames of a burst, gathered: of several states of one job only the last is kept, before any of them is validated.

What may be left out is decided by R15, in the same order as ``core.merging.merge`` and by the same comparison
(``overrules`` and ``tie``); generated tests hold that what is left ends where all frames end. Only where two late
frames bring a fact in two versions to a record that holds over both, the later version is taken, and not the first to
arrive. Why frames are gathered is in docs/decisions/bursts.md.

Refuses to validate: what it cannot compare, it keeps.
"""

from typing import Any

from pydantic_core import from_json

from app.core.merging import overrules, tie
from app.core.status import parse_status
from app.wire.fields import percent

LARGEST_BURST = 4_000_000
"""The most bytes that are parsed at once."""

TASK = "task.status"
ABILITY_TASK = "ability-task.status"
ANSWERS = ("echo", "pong")
CHANGING = frozenset({"status", "progress", "updatedAt"})
"""What a state says that is not a fact: facts are written by later states and otherwise fill gaps."""

SECOND = len("2026-01-15T11:32:00")
LONGEST = len("2026-01-15T11:32:00.123456Z")
DATE = len("2026-01-15")
MILLENNIUM = "2"
"""What stamps begin with that say something: a zero time is none (``wire.fields.epoch``)."""

Payload = dict[str, Any]
Gathered = tuple[str, Any]
"""A payload under the type of its frame, or a whole frame under no type."""


class Coalescer:
    """Gathers frames over a while."""

    def __init__(self) -> None:
        #: By type and job id the last state, which no later one has superseded.
        self._last: dict[str, dict[str, Payload]] = {TASK: {}, ABILITY_TASK: {}}
        #: States that say something which no later one says, in the order of arrival.
        self._earlier: list[Gathered] = []
        #: All other frames, in the order of arrival.
        self._others: list[Gathered] = []

    def __len__(self) -> int:
        return sum(map(len, self._last.values())) + len(self._earlier) + len(self._others)

    def gather(self, joined: bytes, count: int) -> bool | None:
        """Take ``count`` frames, joined with commas, in UTF-8; return whether one of them answers a ping.

        Return ``None`` if they cannot be read as one text, and take nothing: then they are to be read one by one.
        """
        if len(joined) > LARGEST_BURST:
            return None
        try:
            frames = from_json(b"[%b]" % joined)
        except (ValueError, RecursionError):
            return None
        if len(frames) != count:
            return None
        answered = False
        for frame in frames:
            if type(frame) is dict:
                kind: Any = frame.get("type")
                last = self._last.get(kind) if type(kind) is str else None
                if last is not None and type(payload := frame.get("payload")) is dict:
                    job_id = payload.get("taskId")
                    if type(job_id) is str and job_id:
                        old = last.get(job_id)
                        if old is None or supersedes(kind, payload, old):
                            last[job_id] = payload
                        elif not supersedes(kind, old, payload, or_equals=True):
                            self._earlier.append((kind, old))
                            last[job_id] = payload
                        continue
                answered = answered or kind in ANSWERS
            self._others.append(("", frame))
        return answered

    def take(self) -> list[Gathered]:
        """Return what was gathered, each job's states in the order of arrival, and begin anew."""
        gathered, last, others = self._earlier, self._last, self._others
        self._last, self._earlier, self._others = {TASK: {}, ABILITY_TASK: {}}, [], []
        gathered.extend((kind, payload) for kind, payloads in last.items() for payload in payloads.values())
        gathered.extend(others)
        return gathered

    def clear(self) -> None:
        """Forget what was gathered."""
        self.take()


def supersedes(kind: str, state: Payload, other: Payload, *, or_equals: bool = False) -> bool:
    """Return whether nothing is lost if the ``other`` is left out: ``state`` holds and says at least as much (R15).

    The facts of a later state overwrite those of an earlier one; without an order in time they have to agree. Of equal
    states that are dated the first to arrive writes its facts, so that only that one may ask with ``or_equals``.
    """
    stamp, other_stamp = state.get("updatedAt"), other.get("updatedAt")
    order = 0 if stamp == other_stamp else _order(stamp, other_stamp)
    if order is None or order < 0:
        return False
    if order and state.keys() >= other.keys():
        # The usual case: facts are lost only where the later state is silent, which it is in few places.
        for name, value in state.items():
            if value is None and other.get(name) is not None and name not in CHANGING:
                return False
    else:
        for name, value in other.items():
            if name not in CHANGING and value is not None:
                said = state.get(name)
                if said is None or (said != value and not order):
                    return False
    text, other_text = state.get("status"), other.get("status")
    if type(text) is not str or type(other_text) is not str:
        return False
    if order and text == other_text:
        return True
    status, other_status = parse_status(text), parse_status(other_text)
    decided = overrules(status, other_status, order)
    if decided is not None:
        return decided
    progress = other_progress = None
    if kind == TASK:
        progress, other_progress = _percent(state.get("progress")), _percent(other.get("progress"))
        if progress is None or other_progress is None:
            return False
    # Both are of the same moment, or of none.
    reached, other_reached = tie(status, progress, 0.0, text), tie(other_status, other_progress, 0.0, other_text)
    return reached > other_reached or (reached == other_reached and (or_equals or stamp is None))


def _order(stamp: object, other: object) -> int | None:
    """Return 1 if ``stamp`` is later than an ``other`` one, -1 if it is earlier; ``None`` if the texts do not say.

    Stamps that are written alike and without an offset from UTC are in the order of their texts. One of whole seconds
    says nothing about the order within its second, and what is finer than a microsecond is not read.
    """
    if type(stamp) is not str or type(other) is not str:
        return None
    length = len(stamp)
    if len(other) != length or length < SECOND or not stamp[DATE] == other[DATE] == "T":
        return None
    if not stamp[0] == other[0] == MILLENNIUM:
        return None
    if stamp[-1] != "Z" or other[-1] != "Z":
        if any(sign in each[SECOND:] for each in (stamp, other) for sign in "Z+-"):
            return None
        length += 1
    if length > LONGEST or (stamp[:SECOND] == other[:SECOND] and not (_exact(stamp) and _exact(other))):
        return None
    return 1 if stamp > other else -1


def _exact(stamp: str) -> bool:
    """Whether a stamp has a fraction other than zero."""
    return stamp[SECOND:].strip(".0Z") != ""


def _percent(progress: object) -> int | None:
    """Return progress as it will be read, -1 for none; ``None`` if only validation can decide."""
    if type(progress) is int and 0 <= progress <= 100:
        return progress
    if progress is None:
        return -1
    if type(progress) is int or type(progress) is float:
        shown = percent(progress)
        return -1 if shown is None else shown
    return None
