"""The page on which the user says of which ends to be notified (R44)."""

from collections.abc import Mapping
from dataclasses import replace

from app.contexts.notifications import NotificationContext, NotificationsChanged
from app.core.notify import NotifySettings, Scope
from app.pages.page_context import PageContext
from app.pages.route import Route
from app.ports import Action
from app.views.shell.notifications import settings_markup, settings_values


class NotificationSettingsPage:
    """The settings of whoever is signed in."""

    def __init__(self, context: PageContext, route: Route) -> None:
        del route
        self._context = context
        monitor, texts = context.monitor, context.texts
        self._kept = NotificationContext(monitor.ports, monitor.bus, monitor.session.user_id or "")
        self._listening = context.surface.on_action(self._act)
        self._subscription = monitor.bus.subscribe(NotificationsChanged, lambda _: self._changed())
        context.title(texts.say("notify.page_title"))
        # What the form shows: a control that the user has touched no longer follows its attribute.
        self._shown: NotifySettings | None = None
        self._changed()

    def tick(self, now: float) -> None:
        """Nothing here depends on the time."""

    def close(self) -> None:
        """Stop listening."""
        self._listening.close()
        self._subscription.close()

    def _act(self, action: Action) -> None:
        """Keep what was chosen. Permission is asked for in the click itself: later the browser would refuse."""
        match action.name:
            case "notify":
                self._choose(action.fields)
            case "allow":
                self._ask()

    def _choose(self, fields: Mapping[str, str]) -> None:
        settings = self._kept.settings
        if "sound" in fields:
            settings = replace(settings, sound=fields["sound"] == "true")
        if fields.get("scope", "") in set(Scope):
            settings = settings.choose(Scope(fields["scope"]))
            if settings.scope is not Scope.NONE:
                self._ask()
        self._shown = settings
        self._kept.keep(settings)

    def _changed(self) -> None:
        """Draw the form anew if another page has changed what it shows."""
        settings = self._kept.settings
        if settings != self._shown:
            self._shown = settings
            self._context.surface.show(settings_markup(self._context.texts))
        self._show()

    def _ask(self) -> None:
        notifications = self._context.monitor.ports.notifications
        if notifications.permission == "default":
            notifications.ask(lambda _: self._show())

    def _show(self) -> None:
        permission = self._context.monitor.ports.notifications.permission
        self._context.surface.bind(settings_values(self._context.texts, self._kept.settings, permission))
