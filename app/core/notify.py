"""Of which ends the user is notified, once each, and of how many at once (R44; docs/decisions/notifications.md).

The page that first claims an end, in what all pages of a browser share, notifies of it. Refuses to know how that is
done, and what a notification says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.core.limits import Limits
from app.core.records import Record
from app.core.status import Status

MARKS_KEPT = 200
CLAIMS_KEPT = 500
MANY = 3
"""So many ends have a notification each; more within ``TOGETHER_S`` share one."""
TOGETHER_S = 5.0


class Scope(StrEnum):
    """Of the ends of which jobs the user wants to be notified."""

    ALL = "all"
    FAILURES = "failures"
    MARKED = "marked"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """Of which ends one user is notified, and whether with a sound; ``marked``: single jobs, the oldest mark first.

    ``limits`` are for admins alone.
    """

    scope: Scope = Scope.MARKED
    sound: bool = False
    marked: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)

    def with_mark(self, job_id: str, marked: bool) -> "NotifySettings":
        """Return the settings with a job marked, or not."""
        rest = tuple(one for one in self.marked if one != job_id)
        return replace(self, marked=(*rest, job_id)[-MARKS_KEPT:] if marked else rest)

    def choose(self, scope: Scope) -> "NotifySettings":
        """Return the settings with another choice of jobs."""
        return replace(self, scope=scope)

    def wants(self, record: Record) -> bool:
        """Whether to notify of the end of this job. Of a marked one's, unless the user wants none."""
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
    """Of which ends some page has notified, by job, each with when that was (epoch seconds); the oldest first."""

    notified: Mapping[str, float] = field(default_factory=dict)

    def claimed(self, job_id: str, now: float) -> "Claims | None":
        """Return the claims with one more; ``None`` if the job's end was claimed before."""
        if job_id in self.notified:
            return None
        kept = {**self.notified, job_id: now}
        for oldest in [*kept][: max(0, len(kept) - CLAIMS_KEPT)]:
            del kept[oldest]
        return Claims(kept)

    def without(self, job_id: str) -> "Claims":
        """Return the claims without a job that was begun anew: it ends once more."""
        return Claims({one: at for one, at in self.notified.items() if one != job_id})


def ended(before: Record | None, record: Record, settings: NotifySettings) -> bool:
    """Whether a change is an end to notify of: one that was seen to come, or of a marked job.

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
class NotifyOne:
    """Notify of one job."""

    job_id: str


@dataclass(frozen=True, slots=True)
class NotifyTogether:
    """Notify of all these jobs at once, in place of the notifications that some of them had."""

    job_ids: tuple[str, ...]
    instead_of: tuple[str, ...] = ()


class Bundle:
    """Makes one notification of many that come at once."""

    def __init__(self) -> None:
        # The ends of the last seconds, each with when it came, in monotonic seconds.
        self._recent: list[tuple[float, str]] = []
        # The jobs of the notification of many, as long as its time goes on.
        self._together: list[str] = []
        self._last = float("-inf")

    def add(self, job_id: str, now: float) -> NotifyOne | NotifyTogether:
        """Return how to notify of one more end."""
        self._recent = [(at, one) for at, one in self._recent if now - at < TOGETHER_S]
        if self._together and now - self._last >= TOGETHER_S:
            self._together = []
        self._last = now
        if self._together:
            self._together.append(job_id)
            return NotifyTogether(tuple(self._together))
        self._recent.append((now, job_id))
        if len(self._recent) <= MANY:
            return NotifyOne(job_id)
        self._together = [one for _, one in self._recent]
        self._recent = []
        return NotifyTogether(tuple(self._together), tuple(self._together[:-1]))


@dataclass(frozen=True, slots=True)
class TabState:
    """What the tab says: how many jobs run, and how many ended and failed since the user last saw the page."""

    running: int = 0
    ended: int = 0
    failed: int = 0


class SinceSeen:
    """Counts what ended while the page was out of sight."""

    def __init__(self) -> None:
        # The ends since the user last saw the page, by job, and whether it failed.
        self._ends: dict[str, bool] = {}

    def note(self, record: Record) -> None:
        """Note that a job has ended; a second word on it replaces the first."""
        self._ends[record.id] = record.status is Status.FAILED

    def seen(self) -> None:
        """Forget all: the user has seen it."""
        self._ends.clear()

    def state(self, running: int) -> TabState:
        """Return what the tab says while so many jobs run."""
        failed = sum(self._ends.values())
        return TabState(running, len(self._ends) - failed, failed)
