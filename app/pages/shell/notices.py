"""Notices at work: each is shown once, until the user dismisses it or its time is over."""

from app.ports import Action, Clock, Surface, Timers
from app.scheduling.deadline_timer import DeadlineTimer
from app.views.shell.notices import Notice, notice_list_markup, notices_markup
from app.views.texts import Texts

SHOWN_S = 8.0
# The oldest goes when there would be more, so that notices never cover the page.
MOST = 3


class NoticeBoard:
    """The few notices that are shown; one that is shown already gets its full time again."""

    def __init__(self, surface: Surface, texts: Texts, clock: Clock, timers: Timers) -> None:
        self._surface = surface
        self._clock = clock
        # The notices that are shown, each with the monotonic second at which it goes.
        self._notices: list[tuple[float, Notice]] = []
        # The id of the last notice, by which a button names the one to dismiss.
        self._number = 0
        self._timer = DeadlineTimer(timers, self._expire)
        self.set_language(texts)
        self._listening = surface.on_action(self._act)

    def set_language(self, texts: Texts) -> None:
        """Draw the regions in a language, without the notices of another."""
        self._texts = texts
        self._notices.clear()
        self._surface.show(notices_markup())
        self._alerts = self._surface.region("alerts")
        self._messages = self._surface.region("messages")

    def success(self, key: str, **values: str | float) -> None:
        """Show that something was done."""
        self._put(Notice(self._next(), "success", self._texts.say(key, **values)))

    def error(self, key: str, **values: str | float) -> None:
        """Show that something failed, and what to do about it."""
        self._put(Notice(self._next(), "error", self._texts.say(key, **values)))

    def clear(self) -> None:
        """Remove all notices."""
        self._notices.clear()
        self._show()

    def close(self) -> None:
        """Remove all notices and stop listening."""
        self._timer.close()
        self._listening.close()
        self._surface.close()

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _put(self, notice: Notice) -> None:
        same = [
            (until, shown) for until, shown in self._notices if (shown.kind, shown.text) == (notice.kind, notice.text)
        ]
        for entry in same:
            self._notices.remove(entry)
        self._notices.append((self._clock.monotonic() + SHOWN_S, notice))
        del self._notices[:-MOST]
        self._show()

    def _act(self, action: Action) -> None:
        if action.name == "dismiss":
            number = int(action.data["notice"])
            self._notices = [entry for entry in self._notices if entry[1].id != number]
            self._show()

    def _expire(self) -> None:
        now = self._clock.monotonic()
        self._notices = [entry for entry in self._notices if entry[0] > now]
        self._show()

    def _show(self) -> None:
        notices = [notice for _, notice in self._notices]
        errors = [notice for notice in notices if notice.kind == "error"]
        rest = [notice for notice in notices if notice.kind != "error"]
        self._alerts.show(notice_list_markup(self._texts, errors))
        self._messages.show(notice_list_markup(self._texts, rest))
        self._timer.set(min((until for until, _ in self._notices), default=None))
