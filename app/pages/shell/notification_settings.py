"""The page on which the user says of which ends to be notified (R44)."""

from collections.abc import Mapping
from dataclasses import replace

from app.contexts.notifications import NotificationContext, NotificationsChanged
from app.core.limits import LAST, PERCENTS, Limits
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
        self._notifications = monitor.ports.late.adapters.notifications()
        self._listening = context.surface.on_action(self._act)
        self._subscription = monitor.bus.subscribe(NotificationsChanged, lambda _: self._changed())
        context.title(texts.say("notify.page_title"))
        # What the form shows: a control that the user has touched no longer follows its attribute.
        self._shown: NotifySettings | None = None
        # Whether the limits that admins can set are shown.
        self._admin = monitor.session.role == "admin"
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
        if self._admin:
            settings = replace(settings, limits=self._limits(settings.limits, fields))
        wrong = _put_right(settings.limits, fields)
        self._shown = settings if wrong is None else None
        self._kept.keep(settings)
        if wrong is not None:
            self._context.surface.focus(f"limit-{wrong}")

    def _limits(self, limits: Limits, fields: Mapping[str, str]) -> Limits:
        """Return the limits with what was changed in the form; a number that is out of range is the nearest in it."""
        if "true" in {fields.get("failures_on"), fields.get("queue_on")}:
            self._ask()
        return replace(
            limits,
            failures_on=fields.get("failures_on", _word(limits.failures_on)) == "true",
            queue_on=fields.get("queue_on", _word(limits.queue_on)) == "true",
            failures=_number(fields.get("failures"), PERCENTS, limits.failures),
            last=_number(fields.get("last"), LAST, limits.last),
            queue=_number(fields.get("queue"), PERCENTS, limits.queue),
        )

    def _changed(self) -> None:
        """Draw the form anew if another page has changed what it shows."""
        settings = self._kept.settings
        if settings != self._shown:
            self._shown = settings
            self._context.surface.show(settings_markup(self._context.texts, admin=self._admin))
        self._show()

    def _ask(self) -> None:
        if self._notifications.permission == "default":
            self._notifications.ask(lambda _: self._show())

    def _show(self) -> None:
        self._context.surface.bind(
            settings_values(self._context.texts, self._kept.settings, self._notifications.permission, admin=self._admin)
        )


def _word(flag: bool) -> str:
    return "true" if flag else "false"


def _number(text: str | None, allowed: range, known: int) -> int:
    """Return the number that was typed, or the nearest that is allowed; the known one if it is none."""
    if text is None or not text.isascii() or not text.removeprefix("-").isdigit() or len(text) > 9:
        return known
    return min(max(int(text), allowed[0]), allowed[-1])


def _put_right(limits: Limits, fields: Mapping[str, str]) -> str | None:
    """Return the field whose number is not the one that is kept, if there is one: it has to be drawn anew."""
    kept = {"failures": limits.failures, "last": limits.last, "queue": limits.queue}
    return next((name for name, number in kept.items() if fields.get(name, str(number)) != str(number)), None)
