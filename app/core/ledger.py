"""The ledger of a user's points as far as it has been read, and what it proves of a job (R46).

The ledger is read in pages, the newest movement first; what is kept of it has no gap. A job's charge follows from its
movements alone, and only once they were asked for after its end had become known: an answer from before that may lack
the movement that matters. docs/decisions/points-ledger.md says what counts as proof. Refuses to ask for anything.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from app.core.amounts import Amount, add, minus
from app.core.records import Record

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of the ledger: ``amount`` is below zero for what went away; ``at`` is in epoch seconds, if known."""

    id: str
    amount: Amount
    before: Amount | None = None
    after: Amount | None = None
    job_id: str | None = None
    description: str | None = None
    at: float | None = None


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A page of the ledger, newest first, and how many movements there are in all, if the server says so.

    ``count`` is how many movements the page has, those that could not be read among them.
    """

    movements: tuple[Movement, ...]
    total: int | None
    count: int


@dataclass(frozen=True, slots=True)
class Run:
    """What a job's last run took and gave back. ``whole`` if no older movement can belong to it."""

    taken: Amount
    back: Amount
    whole: bool


class Ledger:
    """The newest movements of one user, without a gap, in pages of ``size``."""

    def __init__(self, size: int) -> None:
        #: How many movements a page has; a server may give fewer than it was asked for.
        self.size = size
        #: The movements, newest first.
        self.movements: list[Movement] = []
        #: How many there are in all; ``None`` while the server has not said so.
        self.total: int | None = None
        #: Whether the oldest movement is among them.
        self.complete = False
        #: Whether the newest page was read.
        self.loaded = False
        # How many of the server's newest movements are covered, those that could not be read among them.
        self._reach = 0
        # How many of these came about since the newest page was read, and are not known.
        self._unseen = 0

    @property
    def next_page(self) -> int | None:
        """The number of the page (from 1) that continues what is known; ``None`` if everything is."""
        return None if self.complete else self._reach // self.size + 1

    def take(self, page: int, found: LedgerPage) -> None:
        """Add a page. Movements that came about since the last read have pushed the others along.

        The newest page begins anew if it does not reach what is known. Another page that does not is left out: then the
        newest one is to be read again.
        """
        if page == 1:
            if not self._take_newest(list(found.movements), found.count):
                return
            self.loaded = True
            if found.total is not None and 0 < found.count < min(self.size, found.total):
                self.size = found.count
        elif (page - 1) * self.size > self._reach or not self._take_older((page - 1) * self.size, found):
            return
        else:
            self._reach = max(self._reach, (page - 1) * self.size + found.count)
        self.total = found.total
        if not found.count or (found.count < self.size if found.total is None else self._reach >= found.total):
            self.complete = True

    def _take_newest(self, items: list[Movement], count: int) -> bool:
        """Put the items above those that are known; false if the answer is older than that."""
        places = {movement.id: place for place, movement in enumerate(self.movements)}
        meet = next((place for place, movement in enumerate(items) if movement.id in places), None)
        if meet is not None and not places[items[meet].id]:
            self.movements = items[:meet] + self.movements
            self._reach += meet - self._unseen
        elif meet == 0:
            return False
        else:
            self.movements, self._reach, self.complete = items, count, False
        self._unseen = 0
        return True

    def _take_older(self, above: int, found: LedgerPage) -> bool:
        """Add what is below the oldest known one, of a page with so many above it; false if it may be newer."""
        items, total = found.movements, found.total
        known = {movement.id: place for place, movement in enumerate(self.movements)}
        meet = max((place for place, movement in enumerate(items) if movement.id in known), default=None)
        if meet is not None:
            # One that could not be read may be anywhere in the page: at most so many are newer than the known ones.
            newer = above + found.count - len(items) + meet - known[items[meet].id]
            self._unseen = max(self._unseen, newer)
            self.movements += items[meet + 1 :]
            return True
        if above < self._unseen or (total is not None and total != self.total):
            return False
        if total is None and items and self.movements and items[0].after != self.movements[-1].before:
            return False
        self.movements += items
        return True

    def of_job(self, job_id: str) -> list[Movement]:
        """Return the known movements of a job, newest first."""
        return [movement for movement in self.movements if movement.job_id == job_id]

    def last_run(self, job_id: str, *, created_at: float | None = None, points: Amount | None = None) -> Run | None:
        """Return what the job's last run took and gave back; ``None`` if no movement of it is known.

        A run takes first and gives back then; a movement back with another one after it that takes ends the run before.
        ``created_at`` (epoch seconds) and ``points`` are what is known of the job: nothing of it is older than the
        first, and a run that took the second has taken everything.
        """
        back: Amount = 0
        taken: Amount = 0
        taking = ended = False
        for movement in self.of_job(job_id):
            if movement.amount < 0:
                taking = True
                taken = add(taken, minus(movement.amount))
            elif movement.amount > 0 and taking:
                ended = True
                break
            else:
                back = add(back, movement.amount)
        if not taken and not back:
            return None
        oldest = self.movements[-1].at
        reached = created_at is not None and oldest is not None and oldest < created_at
        return Run(taken, back, whole=ended or self.complete or reached or (points is not None and points == taken))


def moment(movement: Movement, job: Record | None) -> float | None:
    """Return when a movement was, in epoch seconds: what the ledger says, else when its job began or ended."""
    if movement.at is not None or job is None:
        return movement.at
    return job.created_at if movement.amount < 0 else job.finished_at or job.updated_at


class Charge(StrEnum):
    """What became of the points that a job froze."""

    FROZEN = "frozen"
    DEDUCTED = "deducted"
    PARTLY = "partly"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Bill:
    """What a job took and gave back, and what that came to."""

    charge: Charge
    taken: Amount
    back: Amount = 0

    @property
    def kept(self) -> Amount:
        """What was not given back."""
        return add(self.taken, minus(self.back))


@dataclass(frozen=True, slots=True)
class Ticket:
    """How a job stood when the ledger was asked: an answer speaks of that, and of nothing that came later."""

    turn: int
    ended: bool
    succeeded: bool


class BillProof:
    """What the ledger proves of one job, whose state may change while the ledger is being read."""

    def __init__(self) -> None:
        # Counts the changes of the job's state; a ticket of an earlier turn proves nothing.
        self._turn = 0
        self._ended = self._succeeded = False
        #: What is proven; ``None`` while nothing is.
        self.bill: Bill | None = None

    def job_is(self, *, ended: bool, succeeded: bool) -> bool:
        """Note how the job stands now; true if it stood otherwise, so that the ledger is to be asked again."""
        if self._turn and (ended, succeeded) == (self._ended, self._succeeded):
            return False
        self._turn += 1
        self._ended, self._succeeded = ended, succeeded
        self.bill = None
        return True

    def ask(self) -> Ticket:
        """Return what has to be handed in with the answer of a read that begins now."""
        return Ticket(self._turn, self._ended, self._succeeded)

    def answered(self, ticket: Ticket, run: Run | None, frozen: Amount | None) -> None:
        """Take what a read brought. ``frozen`` is what all work held at a moment between the question and the read.

        If that is less than what the job has not given back, then the job's points were frozen no longer, and what the
        ledger lacks after that will not come.
        """
        if ticket.turn != self._turn or run is None or not run.taken or not run.whole:
            return
        kept = add(run.taken, minus(run.back))
        settled = ticket.succeeded or (frozen is not None and frozen < kept)
        if not ticket.ended:
            self.bill = Bill(Charge.FROZEN, kept) if kept > 0 else None
        elif kept <= 0:
            self.bill = Bill(Charge.RETURNED, run.taken, run.back)
        elif not settled:
            self.bill = Bill(Charge.FROZEN, kept)
        else:
            self.bill = Bill(Charge.PARTLY if run.back else Charge.DEDUCTED, run.taken, run.back)


@dataclass(frozen=True, slots=True)
class Sum:
    """What several movements came to: what went away, what came, and how many they are."""

    gone: Amount = 0
    came: Amount = 0
    count: int = 0

    @property
    def net(self) -> Amount:
        """What they came to together."""
        return add(self.came, minus(self.gone))


def sums(movements: Iterable[Movement], key: Callable[[Movement], K]) -> dict[K, Sum]:
    """Return the exact sum of the movements of each key, in the order in which the keys first occur."""
    found: dict[K, Sum] = {}
    for movement in movements:
        name = key(movement)
        before = found.get(name, Sum())
        gone = add(before.gone, minus(movement.amount)) if movement.amount < 0 else before.gone
        came = add(before.came, movement.amount) if movement.amount > 0 else before.came
        found[name] = Sum(gone, came, before.count + 1)
    return found


def balances(movements: Sequence[Movement]) -> list[Amount | None]:
    """Return the balance after each movement (newest first), from its neighbours where the ledger does not say it."""
    found: list[Amount | None] = []
    for place, movement in enumerate(movements):
        after = movement.after
        if after is None and place:
            newer = movements[place - 1]
            after = newer.before
            if after is None and (above := found[-1]) is not None:
                after = add(above, minus(newer.amount))
        found.append(after)
    return found


def line(movements: Sequence[Movement], most: int) -> list[tuple[float, float]]:
    """Return the line of the balance, oldest first, in a square of 0 to 1: by time where each movement has one.

    ``most`` points at most; of more, every so many-th, and always the newest.
    """
    known = [
        (movement, after) for movement, after in zip(movements, balances(movements), strict=True) if after is not None
    ]
    step = max(1, -(-len(known) // most))
    kept = known[::step][::-1]
    if len(kept) < 2:
        return []
    moments = [movement.at for movement, _ in kept if movement.at is not None]
    along = (
        moments if len(moments) == len(kept) and moments == sorted(moments) else [float(i) for i in range(len(kept))]
    )
    heights = [float(after) for _, after in kept]
    left, width = along[0], (along[-1] - along[0]) or 1.0
    # The scale is that of all of them, as it is written beside the line.
    scale = [float(after) for _, after in known]
    low, height = min(scale), max(scale) - min(scale)
    return [((x - left) / width, (y - low) / height if height else 0.5) for x, y in zip(along, heights, strict=True)]
