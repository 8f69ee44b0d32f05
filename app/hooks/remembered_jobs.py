"""Has the browser remember the jobs that end (R48; docs/decisions/remembered.md).

Rows are written a few seconds after they are known, in portions, and at once when the page is hidden or left. A browser
that refuses costs the memory and nothing else; ``problem`` says what it said.
"""

from collections.abc import Callable, Iterable
from typing import Generic

from app.core.bus import Bus
from app.core.collection import Change, Collection
from app.core.events import Flush
from app.core.records import AbilityTask, R, Task
from app.core.remembered import MOST_REMEMBERED, Unwritten
from app.late_ports import KeptRow, MemoryRefused, RememberedJobs
from app.ports import Ports
from app.scheduling.background_tasks import BackgroundTasks
from app.scheduling.deadline_timer import DeadlineTimer
from app.wire.remembered import write_row

EVERY_S = 5.0
AGAIN_S = 300.0
"""After a refusal nothing is written for so long."""


class _Kind(Generic[R]):
    """What of one kind of job waits to be written."""

    def __init__(self, name: str, collection: Collection[R]) -> None:
        self.name = name
        self.unwritten: Unwritten[R] = Unwritten()
        self.unwritten.known(record for record in map(collection.get, collection.order) if record is not None)

    def follow(self, changes: Iterable[Change[R]]) -> None:
        for change in changes:
            self.unwritten.changed(change)

    async def write(self, memory: RememberedJobs, user: str, seen_at: float) -> None:
        while self.unwritten:
            records, forgotten = self.unwritten.take()
            rows = [KeptRow(record.id, record.created_at or 0.0, write_row(record, seen_at)) for record in records]
            try:
                await memory.put(user, self.name, rows, forgotten, most=MOST_REMEMBERED)
            except MemoryRefused:
                self.unwritten.put_back(records, forgotten)
                raise


class Remembering:
    """For one signed-in user. ``server_now`` returns epoch seconds as the server has them.

    ``own`` says that what is remembered is of this session; if not, it is forgotten before anything is written.
    """

    def __init__(
        self,
        ports: Ports,
        bus: Bus,
        user: str,
        tasks: Collection[Task],
        ability_tasks: Collection[AbilityTask],
        server_now: Callable[[], float],
        *,
        own: bool,
    ) -> None:
        self._clock = ports.clock
        self._user = user
        self._server_now = server_now
        self._memory = ports.late.adapters.remembered_jobs(ports.clock, ports.timers)
        self._tasks = _Kind("task", tasks)
        self._ability_tasks = _Kind("ability-task", ability_tasks)
        #: Why the browser remembers nothing at present; ``None`` while it does.
        self.problem: str | None = None
        self._own = own
        self._writing = False
        self._ended = False
        self._timer = DeadlineTimer(ports.timers, self._write)
        self._background = BackgroundTasks(ports.report)
        self._subscriptions = (
            bus.subscribe(Flush, self._flushed),
            ports.page.on_visibility(lambda hidden: self._write() if hidden else None),
            ports.page.on_leaving(lambda leaving: self._write() if leaving else None),
        )
        self._write()

    def close(self) -> None:
        """Write no more; what is remembered stays."""
        self._stop()
        self._background.close()

    def end(self) -> None:
        """Forget everything: the user has signed out."""
        self._stop()
        self._background.cancel()
        self._background.spawn(_clear(self._memory))

    def _stop(self) -> None:
        self._ended = True
        self._timer.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _flushed(self, flush: Flush) -> None:
        self._tasks.follow(flush.tasks.values())
        self._ability_tasks.follow(flush.ability_tasks.values())
        if not self._timer.pending and self._waits:
            self._timer.set(self._clock.monotonic() + EVERY_S)

    @property
    def _waits(self) -> bool:
        return bool(self._tasks.unwritten or self._ability_tasks.unwritten)

    def _write(self) -> None:
        """Write what waits, unless it is being written or was just refused."""
        if not self._writing and not (self.problem and self._timer.pending):
            self._writing = True
            self._background.spawn(self._write_all(), self._written)

    def _written(self) -> None:
        self._writing = False
        if self._waits and not self._ended and not self._timer.pending:
            self._timer.set(self._clock.monotonic() + EVERY_S)

    async def _write_all(self) -> None:
        try:
            if not self._own:
                await self._memory.clear()
                self._own = True
            await self._tasks.write(self._memory, self._user, self._server_now())
            await self._ability_tasks.write(self._memory, self._user, self._server_now())
        except MemoryRefused as error:
            self.problem = str(error)
            self._timer.set(self._clock.monotonic() + AGAIN_S)
        else:
            self.problem = None


async def forget(ports: Ports) -> None:
    """Forget everything: the user has signed out."""
    await _clear(ports.late.adapters.remembered_jobs(ports.clock, ports.timers))


async def _clear(memory: RememberedJobs) -> None:
    try:
        await memory.clear()
    except MemoryRefused:
        # The next session does before it writes.
        return
