"""What happened while nobody looked, at work (R45): notes how things stood on leaving, and compares on the return.

The page's own jobs are compared once both lists have been read after the return; what ended later was seen.
"""

from app.core.absence import AWAY_S, Absence, Left, compare, leave, owned
from app.core.amounts import exact
from app.core.events import ClockJumped, Flush, PointsChanged, TransportChanged
from app.core.records import Record
from app.monitor import Monitor
from app.pages.jobs.last_seen import KEY
from app.ports import Surface
from app.views.shell.strips import away_markup
from app.views.texts import Texts
from app.wire.kept_lists import read_lists


class AwayStrip:
    """The strip of one signed-in user."""

    def __init__(self, monitor: Monitor, texts: Texts, surface: Surface) -> None:
        self._monitor = monitor
        self._texts = texts
        self._surface = surface
        # How things stood on leaving, from the return until it was compared.
        self._left: Left | None = self._last_visit()
        # When the user came back, in monotonic seconds: reads that ended before that are of an earlier moment.
        self._returned = float("-inf")
        # How things stood when the page was hidden, and when that was by both of the device's clocks.
        self._hidden: tuple[Left, float, float] | None = None
        self._absence: Absence | None = None
        self._subscriptions = (
            monitor.ports.page.on_visibility(self._visible),
            monitor.bus.subscribe(ClockJumped, self._slept),
            monitor.bus.subscribe(Flush, lambda _: self._compare()),
            monitor.bus.subscribe(TransportChanged, lambda _: self._compare()),
            monitor.bus.subscribe(PointsChanged, lambda _: self._compare()),
        )
        self._compare()

    def dismiss(self) -> None:
        """Take the strip away."""
        self._absence = None
        self._show()

    def set_language(self, texts: Texts) -> None:
        """Say it in another language."""
        self._texts = texts
        self._show()

    def tick(self) -> None:
        """Compare, if that waits for a read that changed nothing."""
        self._compare()

    def close(self) -> None:
        """Note nothing more."""
        for subscription in self._subscriptions:
            subscription.close()

    def _last_visit(self) -> Left | None:
        monitor = self._monitor
        lists = read_lists(monitor.ports.store.get(KEY), monitor.ports.clock.wall())
        if lists is None or lists.user != monitor.session.user_id or lists.left_at is None:
            return None
        known = frozenset((*lists.tasks, *lists.ability_tasks, *lists.active))
        return Left(lists.left_at, frozenset(lists.active), known, None if lists.owned is None else exact(lists.owned))

    def _records(self) -> list[Record]:
        monitor = self._monitor
        tasks, ability_tasks = monitor.summary.tasks, monitor.ability_tasks.tasks
        found: list[Record | None] = [*map(tasks.get, tasks.order), *map(ability_tasks.get, ability_tasks.order)]
        return [record for record in found if record is not None]

    def _visible(self, hidden: bool) -> None:
        clock = self._monitor.ports.clock
        if hidden:
            if self._left is None:
                left = leave(self._records(), self._monitor.points.points, self._monitor.server_now)
                self._hidden = (left, clock.monotonic(), clock.wall())
            return
        if self._hidden is None:
            return
        left, since, wall = self._hidden
        self._hidden = None
        # The one clock may stand still while the device sleeps, the other may be set.
        if max(clock.monotonic() - since, clock.wall() - wall) >= AWAY_S:
            self._came_back(left)

    def _slept(self, event: ClockJumped) -> None:
        """The device slept with the page in sight: what is known now is what was known then."""
        if event.seconds >= AWAY_S and self._left is None and self._hidden is None:
            at = self._monitor.server_now - event.seconds
            self._came_back(leave(self._records(), self._monitor.points.points, at))

    def _came_back(self, left: Left) -> None:
        self._left = left
        self._returned = self._monitor.ports.clock.monotonic()

    def _compare(self) -> None:
        if self._left is None or not self._read_since():
            return
        left, self._left = self._left, None
        found = compare(left, self._records(), owned(self._monitor.points.points))
        self._absence = found if found.happened else self._absence
        self._show()

    def _read_since(self) -> bool:
        """Whether everything was read since the return; points that cannot be read are not waited for."""
        monitor = self._monitor
        points = monitor.points
        lists = (monitor.task_polling, monitor.ability_task_polling)
        fresh = all(one.loaded and one.fresh_at is not None and one.fresh_at >= self._returned for one in lists)
        counted = points.fresh_at is not None and points.fresh_at >= self._returned
        return fresh and (counted or points.failing is not None)

    def _show(self) -> None:
        self._surface.show(away_markup(self._texts, self._absence, self._monitor.server_now))
