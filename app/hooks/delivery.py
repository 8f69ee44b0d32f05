"""The one way in: whatever arrives, in frames, answers or submits, goes through here to whom it concerns.

``Delivery._deliver`` states what is done with it and in which order; nothing depends on who was constructed or
subscribed first (docs/decisions/delivery.md). Frames that arrive together are gathered, and read in slices when the
pace asks for them (``core.pacing``, docs/decisions/bursts.md).

Refuses to know where frames come from, what a frame looks like, and how a flush is shown.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from app.api.activity import Activity
from app.core.bus import Bus
from app.core.collection import AbilityTaskCollection, Batch, Change, Collection, TaskCollection
from app.core.events import (
    ABILITY_LOG_CREATED,
    ABILITY_TASK_STATUS,
    TASK_STATUS,
    WALLET_POINTS,
    AbilityTasksChanged,
    LogNotice,
    TasksChanged,
)
from app.core.pacing import Pacing
from app.core.points import WalletMove
from app.core.records import AbilityTask, R, Source, Task
from app.hooks.publisher import REMOVED, Key, Publisher
from app.hooks.push_trust import PushTrust
from app.ports import Ports
from app.scheduling.deadline_timer import DeadlineTimer
from app.scheduling.time_slicer import TimeSlicer
from app.wire.coalesce import Coalescer, Gathered
from app.wire.frames import ParsedFrames, read_gathered

# So many frames are one step of a slice: a few milliseconds, and then the clock is looked at.
STEP = 40

T = TypeVar("T")
Changed = TasksChanged | AbilityTasksChanged


class PointsStore(Protocol):
    """The points, as far as what arrives concerns them."""

    def jobs_changed(self, changes: Sequence[Change[Task] | Change[AbilityTask]]) -> Sequence[WalletMove]:
        """Return the moves that waited for one of these jobs; some of the jobs may have ended."""

    def moved(self, moves: Sequence[WalletMove], *, more: bool) -> Sequence[WalletMove]:
        """Return those of some pushed moves that are to be flushed; ``more`` of the same burst may follow."""


class Intake(Generic[R]):
    """Where polls, submits and pages hand in what they know of one kind of job."""

    def __init__(self, collection: Collection[R], deliver: Callable[[Callable[[], Batch[R]]], Batch[R]]) -> None:
        self.collection: Collection[R] = collection
        self._deliver: Callable[[Callable[[], Batch[R]]], Batch[R]] = deliver

    def apply(self, updates: Iterable[R], source: Source, now: float) -> Batch[R]:
        """Apply updates of jobs that may not be ours."""
        return self._deliver(lambda: self.collection.apply(updates, source, now))

    def apply_listed(self, updates: Iterable[R], source: Source, now: float, asked: float | None = None) -> Batch[R]:
        """Apply updates of jobs that are ours: the server lists them, or answered our submit with them.

        ``asked`` is when the list was asked for, in monotonic seconds.
        """
        return self._deliver(lambda: self.collection.apply_listed(updates, source, now, asked))

    def mark_unknown(self, job_ids: Iterable[str], now: float) -> Batch[R]:
        """Mark ids that the server does not know (R11)."""
        return self._deliver(lambda: self.collection.mark_unknown(job_ids, now))

    def give_up(self, job_ids: Iterable[str], now: float) -> Batch[R]:
        """Ask no more about jobs that stand still (R11)."""
        return self._deliver(lambda: self.collection.give_up(job_ids, now))

    def remove(self, job_ids: Iterable[str]) -> Batch[R]:
        """Forget jobs that are no longer anywhere."""
        return self._deliver(lambda: self.collection.remove(job_ids))

    def clear(self) -> None:
        """Forget everything, silently: another user may sign in."""
        self.collection.clear()


class Delivery:
    """Takes what arrives, applies it, and has what changed flushed at the pace of the page."""

    def __init__(
        self,
        ports: Ports,
        bus: Bus,
        activity: Activity,
        publisher: Publisher,
        points: PointsStore,
        trust: PushTrust,
        *,
        every_s: float,
    ) -> None:
        self._clock = ports.clock
        self._bus = bus
        self._activity = activity
        self._publisher = publisher
        self._points = points
        self._trust = trust
        self._tasks = TaskCollection()
        self._ability_tasks = AbilityTaskCollection()
        self.tasks: Intake[Task] = Intake(
            self._tasks, lambda apply: self._deliver(apply, lambda batch: (TasksChanged(batch),))
        )
        self.ability_tasks: Intake[AbilityTask] = Intake(
            self._ability_tasks, lambda apply: self._deliver(apply, lambda batch: (AbilityTasksChanged(batch),))
        )
        self._pacing: Pacing[Key, Any] = Pacing(every_s)
        self._timer = DeadlineTimer(ports.timers, self._wake)
        #: The gathered frames that are read next.
        self._gathered = Coalescer()
        self._reading: TimeSlicer[tuple[list[Gathered], bool]] = TimeSlicer(ports.clock, ports.timers, self._read_slice)

    def receive(self, parsed: ParsedFrames) -> None:
        """Take what frames say that were read as they arrived."""
        self._receive(parsed, together=len(parsed.notifications) > 1)

    def gathered(self, frames: Coalescer) -> None:
        """Note that frames were gathered; they are taken and read when a flush is due (R20)."""
        self._gathered = frames
        self._pacing.gathered(len(frames))
        self._plan()

    def clear(self) -> None:
        """Forget what waits to be read or flushed: nobody is signed in."""
        self._reading.clear()
        self._pacing.clear()
        self._publisher.clear()
        self._plan()

    def close(self) -> None:
        """Read and flush no more."""
        self._reading.close()
        self._timer.close()

    def _deliver(
        self,
        apply: Callable[[], T],
        events: Callable[[T], Sequence[Changed]],
        moves: Sequence[WalletMove] = (),
        logs: Sequence[LogNotice] = (),
        *,
        together: bool = False,
    ) -> T:
        """Do what is to be done with what arrived, in this order, whoever brought it; return what ``apply`` returns.

        1. Hold the flush, so that all that comes of one arrival is flushed together.
        2. Apply it to the stores: from here on whoever asks sees the new state. ``events`` says what has changed.
        3. Move the points, after the stores: a move of a job that is not known waits for it.
        4. Let polling follow, and whoever else subscribes to changes: active ids, ids to search for, completions.
        5. Release the flush. If it is due it is now; after what arrived ``together`` it is in a task of its own, so
           that no task of the page is long. While a burst is read it stays held, for more of it follows.
        """
        pacing = self._pacing
        more = pacing.held
        pacing.hold()
        try:
            applied = apply()
            changed = [event for event in events(applied) if event.batch]
            self._offer(changed, logs)
            for event in changed:
                self._offer_moves(self._points.jobs_changed(event.batch.changes))
            self._offer_moves(self._points.moved(moves, more=more))
            for event in changed:
                self._bus.publish(event)
        finally:
            pacing.release()
            self._plan(in_own_task=together)
        return applied

    def _receive(self, parsed: ParsedFrames, *, together: bool) -> None:
        """Deliver what frames say, sorted by whom it concerns."""
        self._activity.unknown += parsed.unknown
        self._activity.malformed += parsed.malformed
        tasks: list[Task] = []
        ability_tasks: list[AbilityTask] = []
        moves: list[WalletMove] = []
        logs: list[LogNotice] = []
        for item in parsed.notifications:
            match item:
                case Task():
                    tasks.append(self._tasks.stamped(item, self._server_now))
                case AbilityTask():
                    ability_tasks.append(item)
                case WalletMove():
                    moves.append(item)
                case LogNotice():
                    logs.append(item)
        self._trust.carried(tasks, ability_tasks, moves, logs)
        self._deliver(partial(self._apply_pushed, tasks, ability_tasks), _as_is, moves, logs, together=together)

    def _apply_pushed(self, tasks: list[Task], ability_tasks: list[AbilityTask]) -> list[Changed]:
        now = self._clock.monotonic()
        changed: list[Changed] = []
        if tasks:
            changed.append(TasksChanged(self._tasks.apply(tasks, Source.PUSH, now)))
        if ability_tasks:
            changed.append(AbilityTasksChanged(self._ability_tasks.apply(ability_tasks, Source.PUSH, now)))
        return changed

    def _server_now(self) -> float:
        return self._activity.server_clock.now(self._clock.wall())

    def _offer(self, changed: Sequence[Changed], logs: Sequence[LogNotice]) -> None:
        """Keep the latest of each job for the flush; what it was before is what the last flush said of it."""
        pacing = self._pacing
        for event in changed:
            name = TASK_STATUS if type(event) is TasksChanged else ABILITY_TASK_STATUS
            change: Change[Any]
            for change in event.batch.changes:
                key = (name, change.record.id)
                pacing.offer(key, change.after(pacing.waiting(key)))
            for job_id in event.batch.removed:
                pacing.offer((REMOVED, job_id), None)
        for log in logs:
            pacing.offer((ABILITY_LOG_CREATED, log.log_id), log)

    def _offer_moves(self, moves: Sequence[WalletMove]) -> None:
        for move in moves:
            self._pacing.offer((WALLET_POINTS, (move.task_id, move.status)), move)

    def _plan(self, *, in_own_task: bool = False) -> None:
        """Wake when something is due: now, if that is past and need not be ``in_own_task``."""
        if self._pacing.held:
            return
        now = self._clock.monotonic()
        deadline = self._pacing.deadline(now)
        if deadline is not None and deadline <= now and not in_own_task:
            self._wake()
        else:
            self._timer.set(deadline)

    def _wake(self) -> None:
        now = self._clock.monotonic()
        if self._pacing.begin_reading(now):
            self._read()
            return
        due = self._pacing.take(now)
        self._plan()
        if due:
            self._publisher.publish(due)

    def _read(self) -> None:
        """Read and deliver what was gathered until now, a slice at a time; if it is nothing, one empty slice."""
        gathered = self._gathered.take()
        ends = range(STEP, max(len(gathered), 1) + STEP, STEP)
        self._reading.add((gathered[end - STEP : end], end < len(gathered)) for end in ends)

    def _read_slice(self, slice_: tuple[list[Gathered], bool]) -> None:
        gathered, more = slice_
        if not more:
            # The hold of the reading ends within the delivery of its last slice.
            self._pacing.release()
        self._receive(read_gathered(gathered), together=True)


def _as_is(changed: Sequence[Changed]) -> Sequence[Changed]:
    return changed
