"""Which ends are told, once each, and how many of them in one (R44). docs/decisions/tell-me.md says why so.

An end is told by whichever page first claims it in what all pages of a browser share. Refuses to know how it is told,
and what a notification says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.core.records import Record
from app.core.status import Status

MARKS_KEPT = 200
CLAIMS_KEPT = 500
MANY = 3
"""As many ends are told one by one; more within ``TOGETHER_S`` are told as one."""
TOGETHER_S = 5.0


class Scope(StrEnum):
    """Of which jobs the user wants to be told."""

    ALL = "all"
    FAILURES = "failures"
    MARKED = "marked"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class TellSettings:
    """What one user wants to be told, and whether with a sound; ``marked`` are single jobs, the oldest mark first."""

    scope: Scope = Scope.MARKED
    sound: bool = False
    marked: tuple[str, ...] = ()

    def with_mark(self, job_id: str, marked: bool) -> "TellSettings":
        """Return the settings with a job marked, or not."""
        rest = tuple(one for one in self.marked if one != job_id)
        return replace(self, marked=(*rest, job_id)[-MARKS_KEPT:] if marked else rest)

    def choose(self, scope: Scope) -> "TellSettings":
        """Return the settings with another choice of which jobs are told."""
        return replace(self, scope=scope)

    def wants(self, record: Record) -> bool:
        """Whether the end of this job is to be told. A marked one's is, unless nothing is."""
        match self.scope:
            case Scope.NONE:
                return False
            case Scope.ALL:
                return True
            case Scope.FAILURES if record.status is Status.FAILED:
                return True
            case _:
                return record.id in self.marked


@dataclass(frozen=True, slots=True)
class Claims:
    """Which ends were told, by job, each with when that was (epoch seconds); the oldest first."""

    told: Mapping[str, float] = field(default_factory=dict)

    def claimed(self, job_id: str, now: float) -> "Claims | None":
        """Return the claims with one more; ``None`` if the job's end was told before."""
        if job_id in self.told:
            return None
        kept = {**self.told, job_id: now}
        for oldest in [*kept][: max(0, len(kept) - CLAIMS_KEPT)]:
            del kept[oldest]
        return Claims(kept)

    def without(self, job_id: str) -> "Claims":
        """Return the claims without a job that was begun anew: it ends once more."""
        return Claims({one: at for one, at in self.told.items() if one != job_id})


def ended(before: Record | None, record: Record, settings: TellSettings) -> bool:
    """Whether a change is an end to tell: one that was seen to come, or of a marked job.

    What was over when the page first learned of the job is history, unless the user marked it in an earlier visit. Of a
    job that the server no longer knows nobody can say that it has ended.
    """
    if not record.status.terminal or (before is not None and before.status.terminal):
        return False
    return (before is not None or record.id in settings.marked) and settings.wants(record)


def begun_anew(before: Record | None, record: Record) -> bool:
    """Whether a change is a new run of a job that had ended: its next end is another one."""
    return before is not None and before.status.terminal and not record.ended


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell of one job."""

    job_id: str


@dataclass(frozen=True, slots=True)
class TellTogether:
    """Tell of all these jobs at once, in place of what was told of some of them one by one."""

    job_ids: tuple[str, ...]
    instead_of: tuple[str, ...] = ()


class Bundle:
    """Makes one notification of many that come at once."""

    def __init__(self) -> None:
        # The ends of the last seconds, each with when it came, in monotonic seconds.
        self._recent: list[tuple[float, str]] = []
        # The jobs of the notification that tells of many, as long as its time goes on.
        self._together: list[str] = []
        self._last = float("-inf")

    def add(self, job_id: str, now: float) -> Tell | TellTogether:
        """Return how to tell of one more end."""
        self._recent = [(at, one) for at, one in self._recent if now - at < TOGETHER_S]
        if self._together and now - self._last >= TOGETHER_S:
            self._together = []
        self._last = now
        if self._together:
            self._together.append(job_id)
            return TellTogether(tuple(self._together))
        self._recent.append((now, job_id))
        if len(self._recent) <= MANY:
            return Tell(job_id)
        self._together = [one for _, one in self._recent]
        self._recent = []
        return TellTogether(tuple(self._together), tuple(self._together[:-1]))


@dataclass(frozen=True, slots=True)
class TabState:
    """What the tab says: how many jobs run, and how many ended and failed since the last look."""

    running: int = 0
    ended: int = 0
    failed: int = 0


class SinceLook:
    """Counts what ended while the page was out of sight."""

    def __init__(self) -> None:
        # The ends since the last look, by job, and whether it failed.
        self._ends: dict[str, bool] = {}

    def note(self, record: Record) -> None:
        """Note that a job has ended; a second word on it replaces the first."""
        self._ends[record.id] = record.status is Status.FAILED

    def look(self) -> None:
        """Forget all: the user has seen it."""
        self._ends.clear()

    def state(self, running: int) -> TabState:
        """Return what the tab says while so many jobs run."""
        failed = sum(self._ends.values())
        return TabState(running, len(self._ends) - failed, failed)
