"""Which kinds of updates push is trusted with, kept up to date and published (R8; docs/decisions/trust.md).

The machine is ``core.trust``. What push carries is noted by the delivery, what reads find is subscribed to here.
"""

from collections.abc import Iterable, Sequence

from app.core.bus import Bus
from app.core.collection import Change
from app.core.events import AbilityTasksChanged, LogNotice, PointsRead, PushChanged, TasksChanged, TrustChanged
from app.core.points import FREEZE, WalletMove
from app.core.records import AbilityTask, Source, Task
from app.core.status import Status
from app.core.trust import Kind, Trust
from app.ports import Ports
from app.scheduling.deadline_timer import DeadlineTimer


class PushTrust:
    """What push is trusted with on this page."""

    def __init__(self, ports: Ports, bus: Bus) -> None:
        self._clock = ports.clock
        self._bus = bus
        self._trust = Trust()
        # What was published last.
        self._published: frozenset[Kind] = frozenset()
        self._timer = DeadlineTimer(ports.timers, self._plan)
        self._subscriptions = (
            bus.subscribe(PushChanged, self._push_changed),
            bus.subscribe(TasksChanged, lambda event: self._changed(Kind.TASKS, event.batch.changes)),
            bus.subscribe(PointsRead, self._points_read),
            bus.subscribe(AbilityTasksChanged, lambda event: self._changed(Kind.ABILITY_TASKS, event.batch.changes)),
        )

    def trusted(self, kind: Kind) -> bool:
        """Return whether push alone will say what happens to this kind."""
        return kind in self._published

    def carried(
        self,
        tasks: Sequence[Task],
        ability_tasks: Sequence[AbilityTask],
        moves: Sequence[WalletMove],
        logs: Sequence[LogNotice],
    ) -> None:
        """Note what frames were of."""
        self._note(Kind.TASKS, (task.id for task in tasks))
        self._note(Kind.ABILITY_TASKS, (task.id for task in ability_tasks))
        # A server may push what becomes of frozen points, and not that they were frozen.
        proven = self._trust.trusted(Kind.POINTS)
        self._note(Kind.POINTS, ("" for move in moves if proven or move.status == FREEZE), changed=True)
        self._note(Kind.LOGS, (str(log.log_id) for log in logs))
        self._plan()

    def close(self) -> None:
        """Note nothing more."""
        self._timer.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _note(self, kind: Kind, keys: Iterable[str], *, changed: bool = False) -> None:
        for key in keys:
            self._trust.carried(kind, key, changed=changed)
            if self._trust.trusted(kind) and self._trust.deadline is None:
                return

    def _changed(self, kind: Kind, changes: Sequence[Change[Task] | Change[AbilityTask]]) -> None:
        """Follow a change: push may have brought it, or a read found what push should have said."""
        now = self._clock.monotonic()
        for change in changes:
            record, before = change.record, change.before
            if change.source is Source.PUSH:
                if not self.trusted(kind):
                    self._trust.carried(kind, record.id, changed=True)
            elif (
                change.source is Source.POLL
                and before is not None
                and not record.gone
                and record.status is not before.status
                and (record.status is Status.RUNNING or record.status.terminal)
            ):
                self._trust.found(kind, record.id, now)
        self._plan()

    def _points_read(self, event: PointsRead) -> None:
        if event.unsaid:
            self._trust.found(Kind.POINTS, "", self._clock.monotonic())
            self._plan()

    def _push_changed(self, event: PushChanged) -> None:
        self._trust.connected(event.up)
        self._plan()

    def _plan(self) -> None:
        self._trust.expire(self._clock.monotonic())
        self._timer.set(self._trust.deadline)
        trusted = frozenset(kind for kind in Kind if self._trust.trusted(kind))
        if trusted != self._published:
            self._published = trusted
            self._bus.publish(TrustChanged(trusted))
