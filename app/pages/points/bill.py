"""One job's bill at work, as a part of that job's page (R46)."""

from collections.abc import Callable

from app.core.events import Flush
from app.core.records import Record
from app.hooks.points_ledger import JobBill
from app.pages.page_context import PageContext
from app.ports import Surface
from app.views.points.bill import bill_markup, bill_values


class JobBillLine:
    """The line that says what a job was charged. ``job`` returns what is known of the job."""

    def __init__(self, context: PageContext, surface: Surface, job: Callable[[], Record | None]) -> None:
        monitor = context.monitor
        self._texts = context.texts
        self._surface = surface
        surface.show(bill_markup())
        self._hook: JobBill | None = None
        self._hook = JobBill(monitor.refresh_context, monitor.api, lambda: monitor.session.user_id, job, self._show)
        self._subscription = monitor.bus.subscribe(Flush, self._flushed)
        self._job = job
        self._show()

    def tick(self, now: float) -> None:
        """Nothing here depends on the time."""

    def close(self) -> None:
        """Read nothing more."""
        if self._hook is not None:
            self._hook.close()
        self._subscription.close()

    def _flushed(self, flush: Flush) -> None:
        job = self._job()
        if self._hook is not None and job is not None and (job.id in flush.tasks or job.id in flush.ability_tasks):
            self._hook.job_changed()

    def _show(self) -> None:
        self._surface.bind(bill_values(self._texts, self._hook.bill if self._hook is not None else None))
