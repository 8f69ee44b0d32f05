"""The executors on offer, and the load of the chosen one: its queue and the memory of its devices.

Each is a route that a server may not have, or not for this user: what it says is hidden then, and nothing else.
"""

from collections.abc import Callable

from app.api.admin import AdminApi
from app.core.dashboard import Executor, GpuMemory
from app.core.queues import QueueServer
from app.hooks.optional_read import OptionalRead
from app.hooks.overview import COMFYUI, MEMORY_PACE
from app.hooks.queue_status import PACE as QUEUE_PACE
from app.hooks.refresher import RefreshContext


class ExecutorLoad:
    """Reads the list once, and the chosen executor's load for as long as it is chosen."""

    def __init__(self, context: RefreshContext, api: AdminApi, changed: Callable[[], None]) -> None:
        self._context = context
        self._api = api
        self._changed = changed
        # The id of the executor whose load is shown.
        self._chosen: str | None = None
        self._list = OptionalRead(context, api.executors, self._list_read)
        # What is read of the chosen executor, once it is known to have a queue.
        self._queue: OptionalRead[QueueServer] | None = None
        self._memory: OptionalRead[tuple[GpuMemory, ...]] | None = None
        self._list.request()

    @property
    def executors(self) -> tuple[Executor, ...] | None:
        """The executors: none until the server has listed them, ``None`` where it does not."""
        if self._list.value is None and not self._list.absent and self._list.failing is None:
            return ()
        return self._list.value or None

    @property
    def queue(self) -> QueueServer | None:
        """The queue of the chosen executor, if it has one that can be read."""
        found = self._queue.value if self._queue is not None and self._queue.failing is None else None
        return found if found is not None and found.supported else None

    @property
    def memory(self) -> tuple[GpuMemory, ...]:
        """The memory of its devices, if that can be read."""
        return (self._memory.value or ()) if self._memory is not None and self._memory.failing is None else ()

    def choose(self, executor_id: str | None) -> None:
        """Read another executor's load from now on; ``None`` for nobody's."""
        if executor_id != self._chosen:
            self._stop()
            self._chosen = executor_id
            self._begin()
            self._changed()

    def close(self) -> None:
        """Read nothing more."""
        self._stop()
        self._list.close()

    def _stop(self) -> None:
        for read in (self._queue, self._memory):
            if read is not None:
                read.close()
        self._queue = self._memory = None

    def _begin(self) -> None:
        """Read the load, once it is known what sort of executor it is: others than ComfyUI have no queue to read."""
        chosen = self._chosen
        executors = self.executors
        if chosen is None or self._queue is not None or executors == ():
            return
        types = {one.id: (one.type or COMFYUI).lower() for one in executors or ()}
        if types.get(chosen, COMFYUI) == COMFYUI:
            self._queue = OptionalRead(
                self._context, lambda: self._api.executor_queue(chosen), self._changed, pace=QUEUE_PACE
            )
            self._memory = OptionalRead(
                self._context, lambda: self._api.gpu_memory(chosen), self._changed, pace=MEMORY_PACE
            )
            self._queue.request()
            self._memory.request()

    def _list_read(self) -> None:
        self._begin()
        self._changed()
