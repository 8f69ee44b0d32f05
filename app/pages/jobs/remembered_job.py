"""What this browser remembers of a job that the server does not show: said as such, beside its own answer (R48)."""

from app.late_ports import MemoryRefused
from app.pages.page_context import PageContext
from app.scheduling.background_tasks import BackgroundTasks
from app.views.jobs.remembered import remembered_job_markup
from app.wire.remembered import read_any

KINDS = ("ability-task", "task")


class RememberedJob:
    """The part of a job's page in the slot ``remembered``, empty as long as the server shows the job."""

    def __init__(self, context: PageContext, job_id: str) -> None:
        self._context = context
        self._job_id = job_id
        ports = context.monitor.ports
        self._memory = ports.late.adapters.remembered_jobs(ports.clock, ports.timers)
        self._background = BackgroundTasks(ports.report)
        # Whether the server was asked, in what is shown; ``None`` while nothing is.
        self._asked: bool | None = None

    def show(self, *, asked: bool) -> None:
        """Show it; ``asked``: the server said that it does not know the job, and was not just out of reach."""
        if self._asked != asked:
            self._asked = asked
            self._background.cancel()
            self._background.spawn(self._find(asked=asked))

    def hide(self) -> None:
        """Show the job itself."""
        if self._asked is not None:
            self._asked = None
            self._background.cancel()
            self._context.surface.region("remembered").show("")

    def close(self) -> None:
        """Look for nothing more."""
        self._background.close()

    async def _find(self, *, asked: bool) -> None:
        context = self._context
        monitor = context.monitor
        for kind in KINDS:
            try:
                row = await self._memory.find(monitor.session.user_id or "", kind, self._job_id)
            except MemoryRefused:
                return
            seen = None if row is None else read_any(row.text)
            if seen is not None:
                ago_s = monitor.server_now - seen.at
                context.surface.region("remembered").show(
                    remembered_job_markup(context.texts, seen.record, asked=asked, ago_s=ago_s)
                )
                return
