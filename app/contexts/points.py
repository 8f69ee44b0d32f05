"""The user's points: read over HTTP, moved by push (R24). What shows, and when, is decided in ``app.core.points``."""

from collections.abc import Callable, Sequence
from math import inf, isfinite

from app.api.client import Api
from app.api.errors import ApiError
from app.core.collection import Change
from app.core.events import PointsChanged, PointsRead, ReconcileWanted, Resumed, TrustChanged
from app.core.merging import reopened
from app.core.points import MovesApplied, Points, PointsStep, Wallet, WalletMove, moves_points
from app.core.records import AbilityTask, Task
from app.core.trust import Kind
from app.hooks.refresher import Pace, RefreshContext, Refresher

APART_S = 1.0


class PointsContext:
    """The points, and the moves that explain how they came about."""

    def __init__(
        self,
        context: RefreshContext,
        api: Api,
        *,
        known: Callable[[str], bool],
    ) -> None:
        self._bus = bus = context.bus
        self._clock = context.ports.clock
        self._server_clock = api.server_clock
        self._known = known
        self._wallet = Wallet()
        # When the last read that was answered began, in monotonic seconds.
        self.fresh_at: float | None = None
        self.refresher = Refresher(
            context,
            api.points,
            self._take,
            pace=Pace(context.rules.reconcile_every_s, APART_S),
            changed=self._read_over,
        )
        self._subscriptions = (
            bus.subscribe(ReconcileWanted, lambda _: self._catch_up()),
            bus.subscribe(Resumed, lambda _: self._catch_up()),
            bus.subscribe(TrustChanged, lambda event: self._wallet.trust_push(Kind.POINTS in event.trusted)),
        )

    @property
    def points(self) -> Points | None:
        """The points to show; ``None`` before the first read."""
        return self._wallet.points

    @property
    def failing(self) -> ApiError | None:
        """Why the last read failed, until one is answered."""
        return self.refresher.failing

    def refresh(self) -> None:
        """Read the points soon, whatever failed before: at once, or a second after the last read began."""
        self.refresher.request()

    def clear(self) -> None:
        """Forget everything, because the user has signed out."""
        self._wallet.clear()
        self.refresher.cancel()

    def close(self) -> None:
        """Read nothing more."""
        self.refresher.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _catch_up(self) -> None:
        """Read what the replayed moves came to, whatever failed before: until then no move is shown."""
        self._wallet.catch_up()
        self.refresh()

    def jobs_changed(self, changes: Sequence[Change[Task] | Change[AbilityTask]]) -> Sequence[WalletMove]:
        """Return the moves that waited for one of these jobs, to be announced."""
        anew = [one.record.id for one in changes if one.before is not None and reopened(one.before, one.record)]
        if anew:
            self._wallet.begin_anew(anew, self._clock.monotonic())
            self.refresher.hint()
        read_at = self._read_at
        applied = self._wallet.jobs_changed(
            [change.record.id for change in changes if change.before is None],
            stepped=any(moves_points(change, read_at) for change in changes),
            failing=self.failing is not None,
            now=self._clock.monotonic(),
        )
        if applied.announced:
            self._publish(self._wallet.step())
        return self._followed(applied)

    def moved(self, moves: Sequence[WalletMove], *, more: bool) -> Sequence[WalletMove]:
        """Return those of some pushed moves that are to be announced.

        What they come to is shown at once, or when no ``more`` of a burst are to follow.
        """
        announced = self._followed(self._wallet.apply(moves, self._known, self._clock.monotonic())) if moves else ()
        if not more:
            self._publish(self._wallet.step())
        return announced

    def _followed(self, applied: MovesApplied) -> Sequence[WalletMove]:
        if applied.hint:
            self.refresher.hint()
        return applied.announced

    def _publish(self, step: PointsStep | None) -> None:
        if step is not None:
            self._bus.publish(PointsChanged(step.points, step.before, step.animate))

    def _take(self, points: Points) -> None:
        self.fresh_at = self.refresher.started
        self._publish(self._wallet.settle(points, self.refresher.started, again=self.refresher.due))
        self._bus.publish(PointsRead(self._wallet.unsaid))

    def _read_over(self) -> None:
        if self.failing is not None:
            self._wallet.read_failed()

    @property
    def _read_at(self) -> float:
        """When the last read of the points began, in the server's epoch seconds; never, before the first."""
        ago_s = self._clock.monotonic() - self.refresher.started
        return self._server_clock.now(self._clock.wall()) - ago_s if isfinite(ago_s) else inf
