"""Notices at work: said once, put away by the user or after a while."""

from app.ports import Action, Clock, Surface, Timers
from app.scheduling.deadline_timer import DeadlineTimer
from app.views.shell.notices import Notice, notice_list_markup, notices_markup
from app.views.texts import Texts

SHOWN_S = 8.0
MOST = 3


class NoticeBoard:
    """The few notices that are up; the same one is not put up twice."""

    def __init__(self, surface: Surface, texts: Texts, clock: Clock, timers: Timers) -> None:
        self._surface = surface
        self._clock = clock
        self._notices: list[tuple[float, Notice]] = []
        self._number = 0
        self._alarm = DeadlineTimer(timers, self._expire)
        self.speak(texts)
        self._listening = surface.on_action(self._act)

    def speak(self, texts: Texts) -> None:
        """Begin anew, in a language."""
        self._texts = texts
        self._notices.clear()
        self._surface.show(notices_markup(texts))
        self._alerts = self._surface.region("alerts")
        self._messages = self._surface.region("messages")

    def success(self, key: str, **values: str | float) -> None:
        """Say that something was done."""
        self._put(Notice(self._next(), "success", self._texts.say(key, **values)))

    def error(self, key: str, **values: str | float) -> None:
        """Say that something failed, and what to do about it."""
        self._put(Notice(self._next(), "error", self._texts.say(key, **values)))

    def clear(self) -> None:
        """Put all away."""
        self._notices.clear()
        self._show()

    def close(self) -> None:
        """Put all away and say nothing more."""
        self._alarm.close()
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
        self._alarm.set(min((until for until, _ in self._notices), default=None))
