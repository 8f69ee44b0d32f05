"""What the overview reads (R52): dashboard, executors and the memory of their devices, each on its own.

A part that the server does not have is absent, and says nothing about the others.
"""

from collections.abc import Callable

from app.api.admin import AdminApi
from app.api.errors import ApiError, not_offered
from app.core.dashboard import Executor, GpuMemory
from app.hooks.optional_read import OptionalRead
from app.hooks.refresher import Pace, RefreshContext

DASHBOARD_PACE = Pace(every_s=10.0, apart_s=2.0)
EXECUTORS_PACE = Pace(every_s=30.0, apart_s=5.0)
MEMORY_PACE = Pace(every_s=15.0, apart_s=5.0)
# The most executors whose memory is asked for, one after the other.
MOST_ASKED = 12
COMFYUI = "comfyui"


class Overview:
    """The parts of the overview; ``changed`` is called after every read of one."""

    def __init__(self, context: RefreshContext, api: AdminApi, changed: Callable[[], None]) -> None:
        self._api = api
        self._changed = changed
        # Whether the memory is to be asked for once it is known of which executors.
        self._memory_wanted = False
        self.dashboard = OptionalRead(context, api.dashboard, changed, pace=DASHBOARD_PACE)
        self.executors = OptionalRead(context, api.executors, self._executors_read, pace=EXECUTORS_PACE)
        self.memory = OptionalRead(context, self._read_memory, changed, pace=MEMORY_PACE)

    def request(self) -> None:
        """Read everything soon."""
        self._memory_wanted = True
        self.dashboard.request()
        self.executors.request()

    def close(self) -> None:
        """Read nothing more."""
        for part in (self.dashboard, self.executors, self.memory):
            part.close()

    @property
    def _asked(self) -> list[Executor]:
        """The executors that may have devices: those that say so, as the server's list has them."""
        return [one for one in self.executors.value or () if (one.type or "").lower() == COMFYUI][:MOST_ASKED]

    def _executors_read(self) -> None:
        if self._asked and self._memory_wanted:
            self._memory_wanted = False
            self.memory.request()
        self._changed()

    async def _read_memory(self) -> dict[str, tuple[GpuMemory, ...]]:
        """Return the memory by executor; one that is down is left out, a server without the route is refused."""
        found: dict[str, tuple[GpuMemory, ...]] = {}
        for executor in self._asked:
            try:
                found[executor.id] = await self._api.gpu_memory(executor.id)
            except ApiError as error:
                if not_offered(error):
                    raise
        return found
