"""The application around the pages: it shows one page at a time, the sign-in form or that of the route."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.contexts.display_preferences import KEY as PREFERENCES
from app.contexts.display_preferences import PreferencesChanged, kept_preferences
from app.contexts.session import RoleChanged, SignedIn, SignedOut
from app.core.events import TransportChanged
from app.core.pause import Reason
from app.monitor import Monitor
from app.pages.jobs.default_view import begin_at
from app.pages.jobs.last_seen import LastSeen
from app.pages.jobs.list import JobListPage
from app.pages.jobs.list_memory import ListMemory
from app.pages.late_pages import SOON, AllDay, LatePage, begin_all_day, begin_keyboard, forget_jobs
from app.pages.page_context import Page, PageContext
from app.pages.route import HOME, AdminRoute, JobListRoute, Route, parse_route
from app.pages.shell.header import Header
from app.pages.shell.notices import NoticeBoard
from app.pages.shell.sign_in import SignInPage
from app.pages.shell.tab_title import TabTitle
from app.ports import Address, Appearance, Closable, Root, Surface, TransportError
from app.scheduling.background_tasks import BackgroundTasks
from app.scheduling.deadline_timer import DeadlineTimer
from app.views.texts import Texts

TICK_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mounts:
    """The elements of ``index.html`` that the application fills."""

    header: Surface
    strips: Surface
    main: Surface
    notices: Surface
    root: Root


class Application:
    """Everything that is visible."""

    def __init__(
        self,
        monitor: Monitor,
        mounts: Mounts,
        address: Address,
        appearance: Appearance,
        texts: Texts,
        load_texts: Callable[[str], Awaitable[Texts]],
    ) -> None:
        self._monitor = monitor
        self._mounts = mounts
        self._address = address
        self._appearance = appearance
        self._texts = texts
        self._load_texts = load_texts
        self._late = monitor.ports.late
        # Whether the late part has been asked for ahead of its first use; a failure is left to that use, or to another.
        self._late_asked = False
        self._late_failed = False
        clock, timers = monitor.ports.clock, monitor.ports.timers
        self._tab = TabTitle(mounts.root)
        self._last_seen = LastSeen(monitor, texts)
        # What the lists showed when they were left, for whoever comes back to them.
        self._lists = ListMemory()
        self._notices = NoticeBoard(mounts.notices, texts, clock, timers)
        self._header: Header | None = None
        # The strips and the notifier, for whoever is signed in; ``None`` until the late part is there.
        self._all_day: AllDay | None = None
        # The keys and the palette, likewise, in the language of the page.
        self._keyboard: Closable | None = None
        # The one page that is open; closed before another opens.
        self._page: Page | None = None
        # Rings once a second while somebody is signed in and the page is visible.
        self._ticker = DeadlineTimer(timers, self._tick)
        self._background = BackgroundTasks(monitor.ports.report)
        self._subscriptions = [
            monitor.bus.subscribe(SignedIn, lambda _: self.draw()),
            monitor.bus.subscribe(SignedOut, lambda _: self._signed_out()),
            monitor.bus.subscribe(RoleChanged, lambda _: self.draw()),
            monitor.bus.subscribe(TransportChanged, lambda _: self._transport_changed()),
            monitor.bus.subscribe(PreferencesChanged, lambda _: self._read_as()),
            monitor.ports.store.on_change(self._stored),
        ]
        self._listening = address.on_change(lambda _: self._go())

    def draw(self, *, gently: bool = False) -> None:
        """Draw the header, and the sign-in form or the page; called again for another user, role or language.

        ``gently``: a page with what the reader would lose stays as it is until it is left (R29).
        """
        stays = gently and getattr(self._page, "unsaved", False)
        if not stays:
            self._close_page()
        self._end_keyboard()
        self._read_as()
        if self._header is not None:
            self._header.close()
        self._header = Header(self._monitor, self._texts, self._mounts.header, self._appearance, self._choose_language)
        if not stays:
            self._draw_page()
        elif (route := parse_route(self._address.route)) is not None:
            self._header.show_route(route)
        self._begin_keyboard()
        self._write_attributes()
        self._plan_tick()

    def close(self) -> None:
        """Close the page and whatever listens, and empty the elements."""
        self._close_page()
        if self._header is not None:
            self._header.close()
        self._end_all_day()
        self._end_keyboard()
        self._notices.close()
        self._last_seen.close()
        self._ticker.close()
        self._background.close()
        self._listening.close()
        for subscription in self._subscriptions:
            subscription.close()
        self._mounts.header.close()
        self._mounts.strips.close()
        self._mounts.main.close()

    @property
    def _signed_in(self) -> bool:
        return self._monitor.session.user_id is not None

    def _signed_out(self) -> None:
        self._notices.clear()
        if self._all_day is None:
            self._background.spawn(forget_jobs(self._monitor.ports))
        self._end_all_day()
        self.draw()
        self._lists.clear()

    def _read_as(self) -> None:
        """Have times, rows and columns be as the user wants to read them (R54)."""
        preferences = kept_preferences(self._monitor.ports.store, self._monitor.session.user_id)
        self._texts.read_as(preferences.zone, relative=preferences.relative)
        self._mounts.root.write("data-density", "compact" if preferences.compact else "comfortable")
        self._mounts.root.write("data-without", " ".join(sorted(preferences.hidden)))
        if self._all_day is not None:
            self._all_day.set_language(self._texts)

    def _stored(self, key: str, _: str | None) -> None:
        """Draw anew what another page of this user changed."""
        user = self._monitor.session.user_id
        if user is not None and key == PREFERENCES + user:
            self.draw(gently=True)

    def _begin_keyboard(self) -> None:
        if self._keyboard is None and self._header is not None and self._signed_in:
            self._keyboard = begin_keyboard(self._monitor, self._texts, self._address, self._header.act)

    def _end_keyboard(self) -> None:
        if self._keyboard is not None:
            self._keyboard.close()
            self._keyboard = None

    def _end_all_day(self) -> None:
        if self._all_day is not None:
            self._all_day.close()
            self._all_day = None

    def _go(self) -> None:
        """Show the page of another address; it gets the keyboard, so that reading begins there (R28)."""
        route = parse_route(self._address.route)
        if isinstance(self._page, LatePage) and route is not None and self._page.follow(route):
            return
        if isinstance(self._page, JobListPage) and isinstance(route, JobListRoute):
            self._page.follow(route)
            return
        self._draw_page()
        if self._signed_in:
            self._mounts.main.focus_top()

    def _draw_page(self) -> None:
        user = self._monitor.session.user_id
        begins = self._address.route if user is None else begin_at(self._address.route, self._monitor.ports.store, user)
        if begins != self._address.route:
            self._address.replace(begins)
        route = parse_route(begins)
        if route is None or (self._signed_in and not self._may_see(route)):
            self._address.replace(HOME)
            route = JobListRoute()
        self._close_page()
        mounts = self._mounts
        context = PageContext(
            self._monitor,
            self._texts,
            self._address,
            mounts.main,
            self._notices,
            self._tab.page,
            self._lists,
        )
        context.title(self._texts.say("page.title"))
        self._page = (
            self._open(route, context) if self._signed_in else SignInPage(context, self._monitor.session.ending)
        )
        if self._header is not None:
            self._header.show_route(route)

    def _open(self, route: Route, context: PageContext) -> Page:
        match route:
            case JobListRoute():
                return JobListPage(context, self._last_seen.lists, route)
            case _:
                return LatePage(context, route, self._begin_late)

    def _may_see(self, route: Route) -> bool:
        return self._monitor.session.role == "admin" or not isinstance(route, AdminRoute)

    def _close_page(self) -> None:
        if self._page is not None:
            self._page.close()
            self._page = None

    def _write_attributes(self) -> None:
        """Write the public attributes that style sheets, tests and embedders read."""
        self._mounts.root.write("data-podi-state", "ready" if self._signed_in else "signed-out")
        self._mounts.root.write("data-podi-transport", self._monitor.transport)

    def _transport_changed(self) -> None:
        """Write it, and tick or not: a page that was hidden or shown changes its transport too."""
        self._write_attributes()
        self._plan_tick()

    def _choose_language(self, language: str) -> None:
        self._background.spawn(self._change_language(language))

    async def _change_language(self, language: str) -> None:
        texts = await self._load_texts(language)
        self._appearance.choose_language(language)
        texts.add(self._late.sentences(language))
        self._texts = self._last_seen.texts = texts
        self._notices.set_language(texts)
        self.draw(gently=True)

    @property
    def _in_sight(self) -> bool:
        """Whether somebody is signed in and can see the page."""
        return self._signed_in and Reason.HIDDEN not in self._monitor.lifecycle.reasons

    def _plan_tick(self) -> None:
        """Tick while somebody is signed in and the page is visible (R17)."""
        if not self._in_sight:
            self._ticker.set(None)
        elif not self._ticker.pending:
            self._ticker.set(self._monitor.ports.clock.monotonic() + TICK_S)

    def _tick(self) -> None:
        self._plan_tick()
        self._write_attributes()
        if self._header is not None:
            self._header.tick()
        if self._page is not None:
            self._page.tick(self._monitor.server_now)
        self._begin_late()
        if self._all_day is not None:
            self._all_day.tick()
        loaded = self._monitor.task_polling.loaded and self._monitor.ability_task_polling.loaded
        if not self._late_asked and loaded and (self._late.loaded or not self._late_failed):
            self._late_asked = True
            self._background.spawn(self._load_late())

    async def _load_late(self) -> None:
        """Fetch the late part while nobody waits for it yet."""
        try:
            for module in SOON:
                await self._late.bring(module)
        except TransportError:
            self._late_asked, self._late_failed = False, True
        else:
            self._begin_late()

    def _begin_late(self) -> None:
        """Begin what is late, goes on all the time, and can be imported by now."""
        if not self._in_sight:
            return
        if self._all_day is None:
            self._all_day = begin_all_day(self._monitor, self._texts, self._mounts.strips, self._tab, self._address)
        self._begin_keyboard()
        self._monitor.share()
