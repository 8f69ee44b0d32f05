"""The admins' limits at work (R44, R51): a notification for each crossing, and a strip while something is above one."""

from functools import partial

from app.contexts.notifications import NotificationContext, NotificationsChanged
from app.contexts.session import RoleChanged
from app.core.limits import FAILURES, Limits, Reading
from app.hooks.limit_watch import Alarm, LimitWatch
from app.monitor import Monitor
from app.ports import Address, Surface
from app.scheduling.background_tasks import BackgroundTasks
from app.views.shell.notifications import alarm_texts
from app.views.shell.strips import alarms_markup
from app.views.texts import Texts

TAG = "podi.limit."
"""What the tags of these notifications begin with, and what their claims are kept under."""


class Alarms:
    """Notifies one signed-in user of limits that are crossed; of none unless that is an admin who has set some."""

    def __init__(
        self, monitor: Monitor, texts: Texts, kept: NotificationContext, surface: Surface, address: Address
    ) -> None:
        self._monitor = monitor
        self._texts = texts
        self._kept = kept
        self._surface = surface
        self._address = address
        # What the user has seen and sent away, until it ends.
        self._dismissed: set[str] = set()
        self._drawn = ""
        self._notifications = monitor.ports.late.adapters.notifications()
        self._background = BackgroundTasks(monitor.ports.report)
        self._watch = LimitWatch(
            monitor.refresh_context,
            monitor.api,
            limits=self._limits,
            crossed=lambda alarm: self._background.spawn(self._notify(alarm)),
            cleared=self._cleared,
            changed=self._changed,
        )
        self._subscriptions = (
            monitor.bus.subscribe(NotificationsChanged, lambda _: self._watch.plan()),
            monitor.bus.subscribe(RoleChanged, lambda _: self._watch.plan()),
        )

    def set_language(self, texts: Texts) -> None:
        """Say it in another language."""
        self._texts = texts
        self._show()

    def dismiss(self) -> None:
        """Show the strip no more for what it shows now."""
        self._dismissed.update(alarm.reading.key for alarm in self._watch.alarms)
        self._show()

    def close(self) -> None:
        """Notify no more."""
        for subscription in self._subscriptions:
            subscription.close()
        self._watch.close()
        self._background.close()

    def _limits(self) -> Limits:
        return self._kept.settings.limits if self._monitor.session.role == "admin" else Limits()

    async def _notify(self, alarm: Alarm) -> None:
        """Notify of a crossing, unless another page of this browser, or an earlier visit, has done so."""
        tag = TAG + alarm.reading.key
        if await self._kept.claim(tag):
            title, body = alarm_texts(self._texts, alarm.reading, alarm.limit)
            silent = not self._kept.settings.sound
            clicked = partial(self._address.go, _behind(alarm.reading))
            self._notifications.show(tag, title, body, silent=silent, clicked=clicked)

    def _cleared(self, key: str) -> None:
        """Let the next crossing be reported, and take away the notification of this one: it is true no more."""
        self._dismissed.discard(key)
        self._background.spawn(self._kept.give_up_claim(TAG + key))
        self._notifications.remove(TAG + key)

    def _changed(self) -> None:
        self._show()

    def _show(self) -> None:
        shown = [alarm for alarm in self._watch.alarms if alarm.reading.key not in self._dismissed]
        markup = alarms_markup(
            self._texts,
            [(alarm_texts(self._texts, one.reading, one.limit)[0], _behind(one.reading)) for one in shown],
        )
        if markup != self._drawn:
            self._drawn = markup
            self._surface.show(markup)


def _behind(reading: Reading) -> str:
    """Return the route of what is behind an alarm."""
    return "/admin/problems" if reading.key == FAILURES else "/admin/overview"
