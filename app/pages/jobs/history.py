"""What the server noted of a job, at work, as a part of that job's page (R38). Admins alone may read it."""

from collections.abc import Callable

from app.core.events import Flush
from app.core.job_history import JobHistory
from app.core.records import Record
from app.hooks.job_history import JobHistoryRead
from app.pages.page_context import PageContext
from app.ports import Surface
from app.views.jobs.history import history_markup

AGAIN_EVERY_S = 5.0


class JobHistoryCard:
    """The card; ``job`` returns what is known of the job."""

    def __init__(self, context: PageContext, surface: Surface, job: Callable[[], Record | None]) -> None:
        monitor = context.monitor
        self._monitor = monitor
        self._texts = context.texts
        self._surface = surface
        # What is shown: drawn anew only when it changes.
        self._shown = ""
        self._read_at = monitor.ports.clock.monotonic()
        # The notes that were read last, and when.
        self._history: JobHistory | None = None
        self._noted_at = self._read_at
        self._hook: JobHistoryRead | None = None
        if monitor.session.role == "admin":
            self._hook = JobHistoryRead(monitor.refresh_context, monitor.api, job, self._show)
        self._subscription = monitor.bus.subscribe(Flush, lambda _: self._job_changed())

    def tick(self, now: float) -> None:
        """Show how long a stage has run, and ask again while the callback address is being called."""
        del now
        history = self._hook.history if self._hook is not None else None
        if history is None or self._hook is None:
            return
        at = self._monitor.ports.clock.monotonic()
        if history.pending and at - self._read_at >= AGAIN_EVERY_S:
            self._read_at = at
            self._hook.again()
        self._show()

    def close(self) -> None:
        """Read nothing more."""
        self._subscription.close()
        if self._hook is not None:
            self._hook.close()

    def _job_changed(self) -> None:
        if self._hook is not None:
            self._hook.job_changed()

    def _show(self) -> None:
        history = self._hook.history if self._hook is not None else None
        now = self._monitor.ports.clock.monotonic()
        if history is not self._history:
            self._history, self._noted_at = history, now
        markup = history_markup(self._texts, history, self._monitor.server_now, now - self._noted_at)
        if markup != self._shown:
            self._shown = markup
            self._surface.show(markup)
