"""A user's points and the moves that explain how they came about (R24).

A pushed balance is shown at once and confirmed by a read; frames carry no time and may be replayed, repeated or
somebody else's, so the read has the last word (docs/decisions/points.md). Refuses to read: it says when a read is
worth it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from app.core.amounts import Amount
from app.core.collection import Change
from app.core.records import AbilityTask, Source, Task

MOVES_REMEMBERED = 5000
FREEZE = "frozen"
MOVES_OF_A_JOB = (FREEZE, "deducted", "released")
EARLY_JOBS_KEPT = 500
DATES_WITHIN_S = 1.0
"""So far may the server's time be from what its answers said: they state whole seconds."""


@dataclass(frozen=True, slots=True)
class Points:
    """A user's points: what can be spent (``total``), what running work holds (``frozen``), what expires."""

    total: Amount
    frozen: Amount = 0
    temporary: Amount = 0
    granted_today: Amount = 0


@dataclass(frozen=True, slots=True)
class WalletMove:
    """Points were frozen, deducted or released for a task; ``balance`` is what can be spent after it, if it says so."""

    task_id: str | None
    status: str
    balance: Amount | None


@dataclass(frozen=True, slots=True)
class MovesApplied:
    """What follows from moves: those to announce, in order, and whether a read is worth it."""

    announced: tuple[WalletMove, ...] = ()
    hint: bool = False


@dataclass(frozen=True, slots=True)
class PointsStep:
    """The points now and before; ``animate`` if the difference just happened and is not history."""

    points: Points
    before: Points | None
    animate: bool


def moves_points(change: Change[Task] | Change[AbilityTask], read_at: float) -> bool:
    """Return whether a change is a step at which the points of a job move: it is new, or stands elsewhere than before.

    A job that is known to have no points moves none; one that a list shows for the first time, and that is older than
    what was read of the points at ``read_at`` (epoch seconds), has moved them before.
    """
    before, record = change.before, change.record
    if record.points == 0:
        return False
    if before is not None:
        return before.status is not record.status
    if change.source is not Source.POLL:
        return True
    moved_at = record.finished_at or record.created_at
    return moved_at is not None and moved_at > read_at - DATES_WITHIN_S


class Wallet:
    """The points of one user, from reads and moves in any order."""

    def __init__(self) -> None:
        # The points to show; ``None`` before the first read, for a move does not say what is frozen.
        self.points: Points | None = None
        # The moves that came, oldest first, so that a repeated or replayed one is shown once.
        self._seen: dict[tuple[str, str], None] = {}
        # Moves of jobs that are not known yet, by job id: the submit answer may be on its way (R16).
        self._early: dict[str, list[WalletMove]] = {}
        # When a move was last shown, in monotonic seconds: a read that began before may have been answered before.
        self._moved_at = float("-inf")
        # What was shown before the moves that no step covers yet.
        self._moved_from: Points | None = None
        # When a new move last came, and when the last read began that was taken; in monotonic seconds.
        self._last_move_at = self._read_at = float("-inf")
        # Whether the last read found what no move had said.
        self.unsaid = False
        # Whether moves are history: from a connection or a return to the end of the next read, which knows them all.
        self._catching_up = True
        # Whether push brings every move; else each step of a job may have moved some, and is worth a read.
        self._push_trusted = False

    def clear(self) -> None:
        """Forget everything, because the user has signed out."""
        self.points = self._moved_from = None
        self._seen.clear()
        self._early.clear()
        self._catching_up = True

    def catch_up(self) -> None:
        """Take moves for history until the next read has ended."""
        self._catching_up = True

    def trust_push(self, trusted: bool) -> None:
        """Push is trusted with moves from now on, or no longer (R8)."""
        self._push_trusted = trusted

    def apply(self, moves: Sequence[WalletMove], known: Callable[[str], bool], now: float) -> MovesApplied:
        """Show what moves of ``known`` jobs say, unless they are history; a new one is worth a read."""
        announced = []
        hint = False
        for move in moves:
            # One that is repeated, or may be another user's, costs no read.
            if not self._remember(move):
                continue
            self._last_move_at = now
            if move.task_id is None or self._catching_up:
                # The read that ends the history may have been answered before this.
                hint = True
            elif known(move.task_id):
                hint = True
                announced.append(move)
                self._show(move, now)
            else:
                self._keep(move.task_id, move)
        return MovesApplied(tuple(announced), hint)

    def jobs_changed(self, appeared: Iterable[str], *, stepped: bool, failing: bool, now: float) -> MovesApplied:
        """Announce the moves that came before their jobs; where push is not trusted, a step of a job moves some.

        A read is asked for with them, so they are shown only if reads fail.
        """
        announced = [move for job_id in appeared for move in self._early.pop(job_id, ())]
        if failing:
            for move in announced:
                self._show(move, now)
        return MovesApplied(tuple(announced), bool(announced) or (stepped and not self._push_trusted))

    def begin_anew(self, job_ids: Iterable[str], now: float) -> None:
        """Forget the moves of jobs that were submitted again under their ids: their second run moves points anew.

        What it has moved so far was taken for a repetition.
        """
        self._last_move_at = now
        for job_id in job_ids:
            for status in MOVES_OF_A_JOB:
                self._seen.pop((job_id, status), None)

    def step(self) -> PointsStep | None:
        """Return once what several moves came to, and nothing if they came to nothing."""
        before, self._moved_from = self._moved_from, None
        if before is None or self.points is None or self.points == before:
            return None
        return PointsStep(self.points, before, animate=True)

    def settle(self, points: Points, started: float, *, again: bool) -> PointsStep | None:
        """Take what a read brought that began at ``started``; ``again`` if another has been asked for since.

        One that was overtaken by a move is not taken: every move asks for a read, so that another follows.
        """
        self.unsaid = False
        if self._moved_at > started:
            return None
        before, self.points = self._moved_from or self.points, points
        held = before is not None and before.frozen != points.frozen
        # A move that came while the read before was under way may be what that one did not know of.
        self.unsaid = held and self._last_move_at < self._read_at and not self._catching_up
        self._read_at = started
        self._moved_from = None
        step = PointsStep(points, before, animate=not self._catching_up) if points != before else None
        self._catching_up = self._catching_up and again
        return step

    def read_failed(self) -> None:
        """Show moves again: what they say is all there is until a read is answered."""
        self._catching_up = False

    def _remember(self, move: WalletMove) -> bool:
        """Note a move; true if it is the first time. One without a task id cannot be known again."""
        if move.task_id is None:
            return True
        key = (move.task_id, move.status)
        if key in self._seen:
            return False
        self._seen[key] = None
        if len(self._seen) > MOVES_REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return True

    def _keep(self, job_id: str, move: WalletMove) -> None:
        self._early.setdefault(job_id, []).append(move)
        if len(self._early) > EARLY_JOBS_KEPT:
            del self._early[next(iter(self._early))]

    def _show(self, move: WalletMove, now: float) -> None:
        if self.points is None or move.balance is None:
            return
        self._moved_from = self._moved_from or self.points
        self.points = replace(self.points, total=move.balance)
        self._moved_at = now
