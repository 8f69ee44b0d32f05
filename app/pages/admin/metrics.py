"""Metrics at work (R51): the server's figures where it has some, else those of the loaded log; charts of the log."""

import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qs

from app.api.admin import AdminApi
from app.core.call_filter import SINCE_HOURS, CallFilter, call_query
from app.core.events import QueuesChanged
from app.core.log_metrics import CallGroup, Grouping, Part, count_calls, dots_of, parts_of
from app.core.logs import LogRecord, sum_costs
from app.core.queues import QueueSummary
from app.hooks.calls import COUNTED_DEPTH
from app.hooks.metrics import Metrics
from app.pages.admin.all_calls import all_calls
from app.pages.page_context import PageContext
from app.pages.route import MetricsRoute
from app.ports import Action
from app.scheduling.time_slicer import TimeSlicer
from app.views.admin.metrics import (
    PARTS,
    choices_markup,
    cost_table,
    depth_chart,
    depth_table,
    groups_markup,
    handles_markup,
    metrics_markup,
    metrics_values,
    range_values,
    scatter_chart,
    scatter_table,
    time_chart,
    time_table,
)
from app.views.admin.navigation import calls_address

DEFAULT_SINCE = "24h"
MOST_DOTS = 600
# How many readings of the queues are drawn: ten minutes of them.
READINGS = 120
_HOUR_S = 3600.0
_GROUPINGS = frozenset(one.value for one in Grouping)
_PART = re.compile(r"([0-9]{1,3})-([0-9]{1,3})")


@dataclass(frozen=True, slots=True)
class View:
    """What the address says: the range, by what calls are added up, and the two handles in parts of the range."""

    since: str = DEFAULT_SINCE
    by: Grouping = Grouping.ABILITY
    first: int = 0
    last: int = PARTS

    @property
    def address(self) -> str:
        """The route; handles at the ends choose nothing, and are left out."""
        dragged = f"&part={self.first}-{self.last}" if (self.first, self.last) != (0, PARTS) else ""
        return f"/admin/metrics?since={self.since}&by={self.by.value}{dragged}"


class MetricsPage:
    """What calls add up to."""

    def __init__(self, context: PageContext, route: MetricsRoute) -> None:
        self._context = context
        monitor = context.monitor
        api = AdminApi(monitor.api)
        self._view = _parse(route.query)
        # Whether something has been read that is not drawn yet.
        self._dirty = True
        # Whether a handle was moved since the last tick.
        self._dragged = False
        self._drawn: dict[str, str] = {}
        self._readings: deque[tuple[float, QueueSummary]] = deque(maxlen=READINGS)
        # What the handles choose from: the parts that are drawn, and where the range ends.
        self._parts: tuple[Part, ...] = ()
        self._last = 0.0
        # What was counted and charted last: the log is read again every ten seconds, and seldom says anything new.
        self._counted: tuple[object, tuple[CallGroup, ...]] | None = None
        self._charted: object = None
        # What is still to be drawn, each part in a slice of its own, so that a redraw is never felt.
        self._drawing: TimeSlicer[Callable[[], None]] = TimeSlicer(
            monitor.ports.clock, monitor.ports.timers, lambda draw: draw(), slice_s=0.0
        )
        self._metrics = Metrics(monitor.refresh_context, api, self._changed)
        self._calls = all_calls(monitor, self._changed)
        self._calls.depth = COUNTED_DEPTH
        view = self._view
        context.surface.show(metrics_markup(context.texts, view.since, view.by, view.first, view.last))
        context.title(context.texts.say("metrics.title"))
        self._listening = context.surface.on_action(self._act)
        self._subscription = monitor.bus.subscribe(QueuesChanged, lambda _: self._queues_read())
        monitor.queues.watch()
        self._watch()

    def follow(self, route: MetricsRoute) -> bool:
        """Show what another address says; true, because this page can show any."""
        view, known, surface = _parse(route.query), self._view, self._context.surface
        if view == known:
            return True
        self._view = view
        ranges, groups = choices_markup(self._context.texts, view.since, view.by)
        surface.region("choose-since").show(ranges)
        surface.region("choose-by").show(groups)
        self._draw_handles()
        if (view.since, view.by) != (known.since, known.by):
            self._watch()
        self._show_range()
        return True

    def tick(self, now: float) -> None:
        """Draw what was read since; see that the address is right: a browser refuses too many changes of it."""
        del now
        if self._dragged and self._context.address.route != self._view.address:
            self._context.address.replace(self._view.address)
        self._dragged = False
        if self._dirty:
            self._draw()

    def close(self) -> None:
        """Read nothing more."""
        self._listening.close()
        self._drawing.close()
        self._subscription.close()
        self._context.monitor.queues.unwatch()
        self._metrics.close()
        self._calls.close()

    def _act(self, action: Action) -> None:
        match action.name:
            case "choose":
                self._choose(action.data.get("field", ""), next(iter(action.fields.values()), ""))
            case "drag":
                self._drag(action.fields)
            case "refresh":
                self._metrics.watch(SINCE_HOURS[self._view.since], self._view.by)
                self._calls.refresh()

    def _choose(self, name: str, value: str) -> None:
        if name == "since" and value in SINCE_HOURS:
            view = replace(self._view, since=value, first=0, last=PARTS)
        elif name == "by" and value in _GROUPINGS:
            view = replace(self._view, by=Grouping(value))
        else:
            return
        moved = (view.first, view.last) != (self._view.first, self._view.last)
        self._view = view
        self._dragged = False
        if moved:
            self._draw_handles()
        self._context.address.go(view.address)
        self._watch()

    def _draw_handles(self) -> None:
        view = self._view
        self._context.surface.region("handles").show(handles_markup(self._context.texts, view.first, view.last))

    def _drag(self, fields: Mapping[str, str]) -> None:
        """Move a handle. The entry in the history is replaced, as by typing: a drag is many steps."""
        for name, text in fields.items():
            if text.isascii() and text.isdigit():
                place = min(PARTS, int(text))
                view = self._view
                self._view = replace(view, first=place) if name == "from" else replace(view, last=place)
        self._dragged = True
        self._context.address.replace(self._view.address)
        self._show_range()

    def _watch(self) -> None:
        self._metrics.watch(SINCE_HOURS[self._view.since], self._view.by)
        self._calls.watch(CallFilter(since=self._view.since))
        self._draw()

    def _changed(self) -> None:
        self._dirty = True

    def _queues_read(self) -> None:
        summary = self._context.monitor.queues.summary
        if summary is not None and self._context.monitor.queues.failing is None:
            self._readings.append((self._context.monitor.ports.clock.wall(), summary))
            self._dirty = True

    def _show(self, slot: str, markup: str) -> None:
        if self._drawn.get(slot) != markup:
            self._drawn[slot] = markup
            self._context.surface.region(slot).show(markup)

    def _draw(self) -> None:
        if len(self._drawing):
            # What was still to be drawn is drawn as it is now.
            self._drawing.clear()
            self._charted = None
        self._dirty = False
        shown = self._calls.shown
        # A record does not change without its status.
        sample = [(record.id, record.status) for record in shown]
        steps = [lambda: self._draw_groups(shown, sample)]
        if not self._calls.absent:
            steps += self._chart_steps(shown, sample)
        self._drawing.add([*steps, self._draw_depth])

    def _draw_depth(self) -> None:
        texts = self._context.texts
        if self._readings:
            self._show("depth-chart", depth_chart(texts, self._readings))
            self._show("depth-table", depth_table(texts, self._readings))
        depth = texts.say("metrics.depth_sample", n=len(self._readings)) if self._readings else ""
        self._context.surface.bind({"depth-sample": depth or texts.say("metrics.depth_none")})

    def _draw_groups(self, shown: list[LogRecord], sample: object) -> None:
        """Draw the server's figures where it has some; they say of how many hours, ours say of how many calls."""
        texts, calls = self._context.texts, self._calls
        groups = self._metrics.groups
        total = calls.log.total
        loading = False
        if groups is not None:
            sampled = texts.say("metrics.from_server", n=SINCE_HOURS[self._view.since])
        elif (self._metrics.absent or self._metrics.failing) and total is not None:
            groups = self._count(shown, (sample, self._view.by))
            sampled = texts.say("metrics.from_log", n=len(shown), total=total)
        else:
            loading = not (self._metrics.absent and calls.absent)
            sampled = texts.say("metrics.loading") if loading else ""
        if groups is None:
            # The figures of another range or grouping are not those that were asked for.
            self._show("groups", "")
        else:
            self._show("groups", groups_markup(texts, groups, self._view.by, self._view.since))
        self._context.surface.bind(
            metrics_values(
                texts,
                sampled=sampled,
                loading=loading,
                absent=calls.absent,
                failing=calls.log.failing is not None and total is None and not calls.absent,
            )
        )

    def _count(self, shown: list[LogRecord], sample: object) -> tuple[CallGroup, ...]:
        """Return what the calls add up to; counted once for the same sample."""
        if self._counted is None or self._counted[0] != sample:
            self._counted = sample, count_calls(shown, self._view.by)
        return self._counted[1]

    def _chart_steps(self, shown: list[LogRecord], sample: object) -> list[Callable[[], None]]:
        """Return how to draw the charts, unless they are drawn already."""
        texts, total = self._context.texts, self._calls.log.total
        last = float(int(self._context.monitor.server_now / 60.0) + 1) * 60.0
        charted = sample, self._view.since, last, total
        if charted == self._charted:
            return []
        self._charted = charted
        first = last - SINCE_HOURS[self._view.since] * _HOUR_S
        said = "" if total is None else texts.say("metrics.from_log", n=len(shown), total=total)
        return [
            lambda: self._draw_time(shown, first, last, said),
            lambda: self._show("time-table", time_table(texts, self._parts)),
            lambda: self._draw_dots(shown, first, last),
            lambda: self._show("cost-table", cost_table(texts, sum_costs(shown))),
            lambda: self._context.surface.bind({"cost-sample": said}),
        ]

    def _draw_time(self, shown: list[LogRecord], first: float, last: float, said: str) -> None:
        self._parts, self._last = parts_of(shown, first, last, PARTS), last
        self._show("time-chart", time_chart(self._context.texts, self._parts, last))
        self._context.surface.bind({"time-sample": said})
        self._show_range()

    def _draw_dots(self, shown: list[LogRecord], first: float, last: float) -> None:
        texts, dots = self._context.texts, dots_of(shown, MOST_DOTS)
        timed = sum(1 for one in shown if one.duration_ms is not None and one.created_at is not None)
        self._context.surface.bind({"scatter-sample": texts.say("metrics.scatter_sample", n=len(dots), total=timed)})
        self._drawing.add(
            [
                lambda: self._show("scatter-chart", scatter_chart(texts, dots, first, last)),
                lambda: self._show("scatter-table", scatter_table(texts, dots)),
            ]
        )

    def _show_range(self) -> None:
        """Say what is between the handles, whichever of them is the left one."""
        if not self._parts:
            return
        low, high = sorted((self._view.first, self._view.last))
        high = max(high, min(PARTS, low + 1))
        low = min(low, high - 1)
        chosen = self._parts[low:high]
        first = chosen[0].begins_at
        last = self._parts[high].begins_at if high < len(self._parts) else self._last
        wanted = CallFilter(after=float(int(first)), before=float(int(last) - 1))
        calls = sum(part.succeeded + part.failed + part.other for part in chosen)
        self._context.surface.bind(
            range_values(self._context.texts, first, last, calls, calls_address(call_query(wanted)))
        )


def _parse(query: str) -> View:
    """Return what a query says; what makes no sense in it counts as absent."""
    given = {name: values[0] for name, values in parse_qs(query).items()}
    since, by = given.get("since", ""), given.get("by", "")
    part = _PART.fullmatch(given.get("part", ""))
    first, last = (min(PARTS, int(part[1])), min(PARTS, int(part[2]))) if part else (0, PARTS)
    return View(
        since if since in SINCE_HOURS else DEFAULT_SINCE,
        Grouping(by) if by in _GROUPINGS else Grouping.ABILITY,
        first,
        last,
    )
