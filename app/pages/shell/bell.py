"""One job's bell at work, as a part of that job's page (R44)."""

from collections.abc import Callable

from app.contexts.notifications import NotificationContext, NotificationsChanged
from app.core.events import Flush
from app.core.notify import Scope
from app.core.records import Record
from app.pages.page_context import PageContext
from app.ports import Action, Surface
from app.views.shell.notifications import bell_markup, bell_values


class JobBell:
    """The button that marks a job, to be notified of its end. ``job`` returns what is known of it."""

    def __init__(self, context: PageContext, surface: Surface, job: Callable[[], Record | None]) -> None:
        monitor = context.monitor
        self._texts = context.texts
        self._notifications = monitor.ports.late.adapters.notifications()
        self._surface = surface
        self._job = job
        self._settings = NotificationContext(monitor.ports, monitor.bus, monitor.session.user_id or "")
        surface.show(bell_markup(context.texts))
        self._listening = surface.on_action(self._act)
        self._subscriptions = (
            monitor.bus.subscribe(NotificationsChanged, lambda _: self._show()),
            monitor.bus.subscribe(Flush, lambda _: self._show()),
        )
        self._show()

    def tick(self, now: float) -> None:
        """Nothing here depends on the time."""

    def close(self) -> None:
        """Stop listening."""
        self._listening.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _act(self, action: Action) -> None:
        """Mark the job, or not. Whoever marks one wants a notification: permission is asked in the click itself."""
        job = self._job()
        if action.name != "mark" or job is None or job.ended:
            return
        marked = job.id not in self._settings.settings.marked
        if marked and self._notifications.permission == "default":
            self._notifications.ask(lambda _: None)
        settings = self._settings.settings.with_mark(job.id, marked)
        if marked and settings.scope is Scope.NONE:
            settings = settings.choose(Scope.MARKED)
        self._settings.keep(settings)

    def _show(self) -> None:
        job = self._job()
        active = job is not None and not job.ended
        marked = job is not None and job.id in self._settings.settings.marked
        self._surface.bind(bell_values(self._texts, active=active, marked=marked))
