"""How a page comes to share with the others of its user: what of its monitor is shared, and read together (R43)."""

from collections.abc import Callable
from typing import Protocol

from app.core.bus import Bus
from app.core.points import Points
from app.core.reading_together import read_with_others, refresh_with_others
from app.core.sync import Sync
from app.hooks.frame_relay import Push
from app.hooks.refresher import Refresher
from app.hooks.shared_connection import Bearer, SharedConnection
from app.hooks.shared_reading import POINTS, TASKS
from app.hooks.sharing import Sharing
from app.ports import Ports
from app.settings import Settings


class Polling(Protocol):
    """The polling of one collection."""

    sync: Sync

    def replan(self) -> None:
        """Set the timer anew."""


class PointsReading(Protocol):
    """The reading of the points."""

    @property
    def refresher(self) -> Refresher[Points]:
        """What reads them."""


class Monitor(Protocol):
    """The page's monitor, as far as its connection is concerned."""

    ports: Ports
    settings: Settings
    bus: Bus
    sharing: Sharing
    late_diagnostics: dict[str, Callable[[], object]]

    @property
    def push(self) -> Push:
        """The realtime channel."""

    @property
    def session(self) -> Bearer:
        """Who is signed in."""

    @property
    def task_polling(self) -> Polling:
        """The polling of the tasks."""

    @property
    def ability_task_polling(self) -> Polling:
        """The polling of the ability tasks."""

    @property
    def points(self) -> PointsReading:
        """The points."""


def join(monitor: Monitor) -> None:
    """Let this page share with those of whoever is signed in; once it does, nothing."""
    sharing = monitor.sharing
    if sharing.shared is None:
        within_s = monitor.settings.polling.answer_within_s
        sharing.shared = SharedConnection(
            monitor.ports,
            monitor.bus,
            sharing,
            monitor.push,
            monitor.session,
            lambda path: _read_now(monitor, path),
            answer_within_s=within_s,
        )
        monitor.late_diagnostics["sharing"] = sharing.shared.diagnostics
    sharing.shared.join()


def _read_now(monitor: Monitor, path: str) -> None:
    """Read with another page what both read again and again from this path, and nothing else.

    Each kind has its own moments: this page may just have read another one.
    """
    now = monitor.ports.clock.monotonic()
    if path.startswith(POINTS):
        refresher = monitor.points.refresher
        if not refresher.busy:
            refresh_with_others(refresher.schedule, now)
            refresher.plan()
        return
    polling = monitor.task_polling if path.startswith(TASKS) else monitor.ability_task_polling
    read_with_others(polling.sync, now)
    polling.replan()
