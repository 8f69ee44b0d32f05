"""The user's points: read over HTTP, moved by push (R24).

A pushed balance of a task of ours is shown at once and confirmed by a read; frames carry no time and may be replayed,
repeated or somebody else's, so the read has the last word. What is replayed on connect is noted, not shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.api.client import Api
from app.api.errors import ApiError
from app.core.collection import Change
from app.core.events import (
    AbilityTasksChanged,
    Notified,
    PointsChanged,
    PushChanged,
    ReconcileWanted,
    Resumed,
    TasksChanged,
    WalletMove,
)
from app.core.points import Points
from app.core.records import AbilityTask, Task
from app.hooks.refresher import Pace, RefreshContext, Refresher

APART_S = 1.0
MOVES_REMEMBERED = 5000
EARLY_MOVES_KEPT = 500


class PointsContext:
    """The points, and the movements that explain how they came about."""

    def __init__(
        self,
        context: RefreshContext,
        api: Api,
        *,
        known: Callable[[str], bool],
        announce: Callable[[WalletMove], None],
    ) -> None:
        self._bus = bus = context.bus
        self._clock = context.ports.clock
        self._push_up = False
        self._known = known
        self._announce = announce
        self.points: Points | None = None
        self._moves: dict[tuple[str | None, str], None] = {}
        self._early: dict[str, list[WalletMove]] = {}
        self._moved_at = float("-inf")
        self._moved_from: Points | None = None
        self._catching_up = True
        self._refresher = Refresher(
            context,
            api.points,
            self._take,
            pace=Pace(context.rules.reconcile_every_s, APART_S),
            changed=self._read_over,
        )
        self._subscriptions = (
            bus.subscribe(Notified, self._notified),
            bus.subscribe(ReconcileWanted, lambda _: self._catch_up()),
            bus.subscribe(Resumed, lambda _: self._catch_up()),
            bus.subscribe(PushChanged, self._push_changed),
            bus.subscribe(TasksChanged, lambda event: self._jobs_changed(event.batch.changes)),
            bus.subscribe(AbilityTasksChanged, lambda event: self._jobs_changed(event.batch.changes)),
        )

    @property
    def failing(self) -> ApiError | None:
        """Why the last read failed, until one is answered."""
        return self._refresher.failing

    def refresh(self) -> None:
        """Read the points soon, whatever failed before: at once, or a second after the last read began."""
        self._refresher.request()

    def clear(self) -> None:
        """Forget everything: nobody is signed in."""
        self.points = self._moved_from = None
        self._moves.clear()
        self._early.clear()
        self._refresher.cancel()
        self._catching_up = True

    def close(self) -> None:
        """Ask nothing more."""
        self._refresher.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _catch_up(self) -> None:
        """From here to the end of the next read, moves are history: the read knows them all."""
        self._catching_up = True
        self.refresh()

    def _jobs_changed(self, changes: Sequence[Change[Task] | Change[AbilityTask]]) -> None:
        """Tell of movements that overtook the submit answer; without push, a job that ended has moved some."""
        for change in changes:
            if change.before is None:
                for move in self._early.pop(change.record.id, ()):
                    self._announce(move)
                    if self.failing is not None:
                        self._move(move)
                self._tell_moved()
        if not self._push_up and any(change.ended for change in changes):
            self._refresher.hint()

    def _notified(self, event: Notified) -> None:
        moves = [item for item in event.notifications if isinstance(item, WalletMove)]
        fresh = [move for move in moves if self._remember(move)]
        if fresh or any(self._contradicts(move) for move in moves):
            self._refresher.hint()
        for move in fresh:
            if move.task_id is None or self._catching_up:
                continue
            if self._known(move.task_id):
                self._announce(move)
                self._move(move)
            else:
                self._keep(move.task_id, move)
        if not event.more:
            self._tell_moved()

    def _keep(self, job: str, move: WalletMove) -> None:
        """Keep a movement of a job nobody has listed or submitted: the submit answer may be on its way (R16)."""
        self._early.setdefault(job, []).append(move)
        if len(self._early) > EARLY_MOVES_KEPT:
            del self._early[next(iter(self._early))]

    def _move(self, move: WalletMove) -> None:
        if self.points is None or move.balance is None:
            return
        self._moved_from = self._moved_from or self.points
        self.points = replace(self.points, total=move.balance)
        self._moved_at = self._clock.monotonic()

    def _tell_moved(self) -> None:
        """Tell once of what several movements came to."""
        before, self._moved_from = self._moved_from, None
        if before is not None and self.points is not None and self.points != before:
            self._bus.publish(PointsChanged(self.points, before, animate=True))

    def _contradicts(self, move: WalletMove) -> bool:
        return move.balance is not None and self.points is not None and move.balance != self.points.total

    def _remember(self, move: WalletMove) -> bool:
        """Note a move; true if it is the first time. One without a task id can be told from no other (R24)."""
        if move.task_id is None:
            return True
        key = (move.task_id, move.status)
        if key in self._moves:
            return False
        self._moves[key] = None
        if len(self._moves) > MOVES_REMEMBERED:
            del self._moves[next(iter(self._moves))]
        return True

    def _push_changed(self, event: PushChanged) -> None:
        self._push_up = event.up

    def _take(self, points: Points) -> None:
        if self._moved_at <= self._refresher.started:
            self._settle(points)

    def _read_over(self) -> None:
        if self.failing is not None:
            self._catching_up = False

    def _settle(self, points: Points) -> None:
        """Take what a read brought; one that was overtaken by a move is not taken, for another follows it."""
        before, self.points = self._moved_from or self.points, points
        self._moved_from = None
        if points != before:
            self._bus.publish(PointsChanged(points, before, animate=not self._catching_up))
        if not self._refresher.due:
            self._catching_up = False
