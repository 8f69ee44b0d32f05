"""Pages that are late: what stands in their place until they can be imported, and then the page itself."""

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Protocol

from app.monitor import SHARED_PAGES, Monitor
from app.pages.jobs.list import BULK, REMEMBERED
from app.pages.page_context import Page, PageContext
from app.pages.route import (
    AbilityListRoute,
    AbilityRoute,
    CallsRoute,
    CompareRoute,
    JobRoute,
    MetricsRoute,
    NotificationsRoute,
    OfferedListRoute,
    OfferedRoute,
    OverviewRoute,
    PointsRoute,
    ProblemsRoute,
    ReadingRoute,
    Route,
)
from app.pages.shell.tab_title import TabTitle
from app.ports import Action, Address, Closable, Ports, Surface, TransportError
from app.scheduling.background_tasks import BackgroundTasks
from app.views.late import late_markup, late_values
from app.views.texts import Texts

LATE_PAGES: dict[type, tuple[str, str]] = {
    AbilityListRoute: ("app.pages.abilities.list", "AbilityListPage"),
    OverviewRoute: ("app.pages.admin.overview", "OverviewPage"),
    CallsRoute: ("app.pages.admin.calls", "CallsPage"),
    ProblemsRoute: ("app.pages.admin.problems", "ProblemsPage"),
    MetricsRoute: ("app.pages.admin.metrics", "MetricsPage"),
    PointsRoute: ("app.pages.points.points", "PointsPage"),
    NotificationsRoute: ("app.pages.shell.notification_settings", "NotificationSettingsPage"),
    ReadingRoute: ("app.pages.shell.display_settings", "DisplaySettingsPage"),
    AbilityRoute: ("app.pages.abilities.ability", "AbilityPage"),
    OfferedListRoute: ("app.pages.abilities.list", "AbilityListPage"),
    OfferedRoute: ("app.pages.abilities.offered", "OfferedPage"),
    JobRoute: ("app.pages.jobs.job", "JobPage"),
    CompareRoute: ("app.pages.jobs.compare", "ComparePage"),
}
"""Where the page of a late route is: its module and its class, which takes the context and the route."""

ALL_DAY = "app.pages.shell.all_day"
KEYBOARD = "app.pages.shell.keyboard"
ASKING = frozenset({ProblemsRoute})
"""Routes of which the page asks what lasts all day to do something: that is there before the page."""
REMEMBERED_JOBS = "app.hooks.remembered_jobs"
SOON = (ALL_DAY, KEYBOARD, REMEMBERED[0], BULK[0], SHARED_PAGES)
"""The modules that begin by themselves once they are there, in this order; they are brought when the lists are up."""


class AllDay(Protocol):
    """What makes a page worth looking at again that is left open all day (``app.pages.shell.all_day``)."""

    def tick(self) -> None:
        """Note that a second has passed in which the page was in sight."""

    def set_language(self, texts: Texts) -> None:
        """Say everything in another language, or as the user wants to read it now."""

    def close(self) -> None:
        """Stop listening, and take away what it shows."""


def begin_all_day(monitor: Monitor, texts: Texts, strips: Surface, tab: TabTitle, address: Address) -> AllDay | None:
    """Return it for whoever is signed in, or nothing while it cannot be imported."""
    late = monitor.ports.late
    if not late.has(ALL_DAY):
        return None
    texts.add(late.sentences(texts.language))
    found: AllDay = import_module(ALL_DAY).AllDay(monitor, texts, strips, tab, address)
    return found


async def forget_jobs(ports: Ports) -> None:
    """Forget the ended jobs that this browser remembers (R48), though the late part is not there yet."""
    with suppress(TransportError):
        await ports.late.bring(REMEMBERED_JOBS)
        await import_module(REMEMBERED_JOBS).forget(ports)


def begin_keyboard(monitor: Monitor, texts: Texts, address: Address, act: Callable[[str], None]) -> Closable | None:
    """Return the keys and the palette (R53) for whoever is signed in, or nothing while they cannot be imported."""
    if not monitor.ports.late.has(KEYBOARD):
        return None
    texts.add(monitor.ports.late.sentences(texts.language))
    found: Closable = import_module(KEYBOARD).Keyboard(monitor, texts, address, act)
    return found


class LatePage:
    """The page of a late route; a skeleton before it can be imported, a sentence and a button if that failed."""

    def __init__(self, context: PageContext, route: Route, begin_late: Callable[[], None]) -> None:
        self._context = context
        self._route = route
        # Begins what lasts longer than a page.
        self._begin_late = begin_late
        self._late = context.monitor.ports.late
        self._module, self._name = LATE_PAGES[type(route)]
        # What has to be there, in the order in which it is brought.
        self._needed = (ALL_DAY, self._module) if type(route) in ASKING else (self._module,)
        self._page: Page | None = None
        self._background = BackgroundTasks(context.monitor.ports.report)
        self._listening: Closable | None = None
        if all(map(self._late.has, self._needed)):
            self._open()
        else:
            context.surface.show(late_markup(context.texts))
            self._listening = context.surface.on_action(self._act)
            self._fetch()

    def follow(self, route: Route) -> bool:
        """Show another address of the same thing on the same page; return false if the page cannot."""
        follow = getattr(self._page, "follow", None)
        if type(route) is not type(self._route) or follow is None or not follow(route):
            return False
        self._route = route
        return True

    @property
    def unsaved(self) -> bool:
        """Whether the page has what its reader would lose with it: a form that is filled in, or work under way."""
        return bool(getattr(self._page, "unsaved", False))

    def tick(self, now: float) -> None:
        """Pass the time on."""
        if self._page is not None:
            self._page.tick(now)

    def close(self) -> None:
        """Close the page, or stop to wait for it."""
        self._background.close()
        self._stop_listening()
        if self._page is not None:
            self._page.close()
            self._page = None

    def _act(self, action: Action) -> None:
        if action.name == "load-late":
            self._fetch()

    def _fetch(self) -> None:
        self._context.surface.bind(late_values(failed=False))
        self._background.spawn(self._load())

    async def _load(self) -> None:
        try:
            for module in self._needed:
                await self._late.bring(module)
        except TransportError:
            self._context.surface.bind(late_values(failed=True))
            return
        self._stop_listening()
        self._open()

    def _stop_listening(self) -> None:
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    def _open(self) -> None:
        texts = self._context.texts
        texts.add(self._late.sentences(texts.language))
        self._begin_late()
        self._page = getattr(import_module(self._module), self._name)(self._context, self._route)
