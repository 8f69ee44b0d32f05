"""Many jobs submitted one after the other, one POST for each intention (R41; docs/decisions/bulk.md).

The machine says what is to be done next: send one, search for one whose answer was lost, or wait. A job is sent again
only after an answer that proves that nothing was made of it. A full queue stops it, until somebody goes on; a server
that names a time is left alone until then. Refuses to know what is sent, and how a job is found.
"""

from dataclasses import dataclass
from enum import StrEnum

from app.core.lost_answer import SEARCHES, SEARCHES_APART_S

MOST = 50
"""So many jobs are submitted at once at most."""
BUSY_S = 5.0
"""How long to wait for a busy server that names no time."""
LONGEST_WAIT_S = 300.0
"""Nobody waits longer for a server without being asked."""
MOST_WAITS = 3
"""After so many refusals in a row of a busy server it counts as full."""
_CONFLICT = 409
_BUSY = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class RunAgainAsked:
    """On the bus: the user wants these jobs run again, and is to be asked whether that is meant."""

    job_ids: tuple[str, ...]


class State(StrEnum):
    """Where the whole of it stands. ``FULL`` and ``STOPPED`` can go on, ``DONE`` has nothing left to send."""

    RUNNING = "running"
    FULL = "full"
    STOPPED = "stopped"
    DONE = "done"


class Fate(StrEnum):
    """What became of one job. ``UNSURE``: its answer was lost and no new job was found; it is not sent again."""

    WAITING = "waiting"
    UNDER_WAY = "under way"
    MADE = "made"
    REFUSED = "refused"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Send:
    """Send the job at this place in the list."""

    place: int


@dataclass(frozen=True, slots=True)
class Search:
    """Search for what the lost POST of the job at this place has made."""

    place: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Ask again at this moment, in monotonic seconds."""

    until: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How many there are, and how many were submitted, refused, and are unsure."""

    total: int
    made: int
    refused: int
    unsure: int

    @property
    def left(self) -> int:
        """How many have not been sent, or are under way."""
        return self.total - self.made - self.refused - self.unsure


class Refusal(StrEnum):
    """What the refusal of a job means for the rest. Each proves that nothing was made of it."""

    FULL = "full"
    BUSY = "busy"
    FOR_GOOD = "for good"


def refusal(status: int, code: str | None, queue_limit: int | None) -> Refusal:
    """Return what an answer with this status and code of the API's means; ``queue_limit`` is that of a full queue."""
    if queue_limit is not None or code == "EXECUTOR_BUSY" or status == _CONFLICT:
        return Refusal.FULL
    return Refusal.BUSY if status in _BUSY else Refusal.FOR_GOOD


class Bulk:
    """One list of jobs on its way. Moments are monotonic seconds."""

    def __init__(self, count: int) -> None:
        self._fates = [Fate.WAITING] * count
        self.state = State.RUNNING if count else State.DONE
        # The job that was sent and is not answered.
        self._sending: int | None = None
        # The job whose answer was lost, whether it is being searched for, and how many searches are left.
        self._lost: int | None = None
        self._searching = False
        self._searches_left = 0
        # Before this moment nothing is asked of the server.
        self._not_before = float("-inf")
        # How often in a row the server was too busy.
        self._waits = 0

    @property
    def fates(self) -> tuple[Fate, ...]:
        """What became of each job."""
        return tuple(self._fates)

    @property
    def progress(self) -> Progress:
        """How far it is."""
        fates = self._fates
        counted = (fates.count(fate) for fate in (Fate.MADE, Fate.REFUSED, Fate.UNSURE))
        return Progress(len(fates), *counted)

    @property
    def under_way(self) -> bool:
        """Whether something was sent of which nobody knows yet what became of it."""
        return self._sending is not None or self._lost is not None

    def waiting(self, now: float) -> float:
        """Return for how many seconds the server is left alone, because it asked for that."""
        return max(0.0, self._not_before - now) if self._lost is None and self.state is State.RUNNING else 0.0

    def step(self, now: float) -> Send | Search | Wait | None:
        """Return what to do now; ``None`` while an answer is awaited, and where there is nothing to do.

        A job whose answer was lost is searched for even after a stop: it may have been made.
        """
        if self._sending is not None or self._searching:
            return None
        if self._lost is None and self.state is not State.RUNNING:
            return None
        if now < self._not_before:
            return Wait(self._not_before)
        if self._lost is not None:
            self._searching = True
            return Search(self._lost)
        self._sending = self._fates.index(Fate.WAITING)
        self._fates[self._sending] = Fate.UNDER_WAY
        return Send(self._sending)

    def made(self) -> None:
        """What was sent has become a job."""
        self._waits = 0
        self._settle(Fate.MADE)

    def refused(self) -> None:
        """What was sent was refused for good: the same again would be too."""
        self._waits = 0
        self._settle(Fate.REFUSED)

    def full(self, now: float, retry_after_s: float | None) -> None:
        """A queue is full: nothing was made, and nothing more is sent until somebody goes on."""
        self._hold(now, retry_after_s or 0.0)
        self._settle(Fate.WAITING)
        if self.state is State.RUNNING:
            self.state = State.FULL

    def busy(self, now: float, retry_after_s: float | None) -> None:
        """The server is too busy: nothing was made, and it goes on by itself a few times."""
        self._waits += 1
        if self._waits > MOST_WAITS:
            self.full(now, retry_after_s)
        else:
            self._hold(now, BUSY_S if retry_after_s is None else retry_after_s)
            self._settle(Fate.WAITING)

    def lost(self, now: float) -> None:
        """No answer came: the job may have been made."""
        self._lost, self._sending = self._sending, None
        self._searches_left = SEARCHES
        self._not_before = max(self._not_before, now)

    def found(self) -> None:
        """The job of the lost answer is there."""
        self._searching = False
        self._settle(Fate.MADE)

    def not_found(self, now: float) -> None:
        """The server answered, and there is no such job yet."""
        self._searching = False
        self._searches_left -= 1
        if self._searches_left:
            self._hold(now, SEARCHES_APART_S)
        else:
            self._settle(Fate.UNSURE)

    def not_seen(self, now: float, wait_s: float) -> None:
        """The search itself was not answered: that is no proof, and counts for nothing."""
        self._searching = False
        self._hold(now, wait_s)

    def stop(self) -> None:
        """Send nothing more."""
        if self.state is not State.DONE:
            self.state = State.STOPPED

    def go_on(self) -> None:
        """Send the rest; not before the server wanted it."""
        if self.state in {State.FULL, State.STOPPED}:
            self._waits = 0
            self.state = State.RUNNING
            self._finish()

    def _hold(self, now: float, wait_s: float) -> None:
        self._not_before = max(self._not_before, now + min(wait_s, LONGEST_WAIT_S))

    def _settle(self, fate: Fate) -> None:
        place = self._sending if self._sending is not None else self._lost
        self._sending = self._lost = None
        if place is not None:
            self._fates[place] = fate
        self._finish()

    def _finish(self) -> None:
        if not self.under_way and Fate.WAITING not in self._fates:
            self.state = State.DONE
