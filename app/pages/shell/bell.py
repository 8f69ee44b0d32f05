"""One job's bell at work, as a part of that job's page (R44)."""

from collections.abc import Callable

from app.contexts.tell import TellChanged, TellContext
from app.core.events import Flush
from app.core.notify import Scope
from app.core.records import Record
from app.pages.page_context import PageContext
from app.ports import Action, Surface
from app.views.shell.tell import bell_markup, bell_values


class JobBell:
    """The button that marks a job, so that its end is told. ``job`` returns what is known of the job."""

    def __init__(self, context: PageContext, surface: Surface, job: Callable[[], Record | None]) -> None:
        monitor = context.monitor
        self._texts = context.texts
        self._notifications = monitor.ports.notifications
        self._surface = surface
        self._job = job
        self._tell = TellContext(monitor.ports, monitor.bus, monitor.session.user_id or "")
        surface.show(bell_markup(context.texts))
        self._listening = surface.on_action(self._act)
        self._subscriptions = (
            monitor.bus.subscribe(TellChanged, lambda _: self._show()),
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
        """Mark the job, or not. Whoever marks one wants to be told, and is asked for permission in the click itself."""
        job = self._job()
        if action.name != "mark" or job is None:
            return
        marked = job.id not in self._tell.settings.marked
        if marked and self._notifications.permission == "default":
            self._notifications.ask(lambda _: None)
        settings = self._tell.settings.with_mark(job.id, marked)
        if marked and settings.scope is Scope.NONE:
            settings = settings.choose(Scope.MARKED)
        self._tell.keep(settings)

    def _show(self) -> None:
        job = self._job()
        active = job is not None and not job.ended
        marked = job is not None and job.id in self._tell.settings.marked
        self._surface.bind(bell_values(self._texts, active=active, marked=marked))
