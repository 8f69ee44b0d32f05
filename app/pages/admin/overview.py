"""The overview at work (R52): its parts are read each on its own, and drawn once a second at most."""

from urllib.parse import parse_qs

from app.api.admin import AdminApi
from app.core.call_filter import CallFilter
from app.core.dashboard import Executor
from app.core.events import QueuesChanged
from app.core.logs import LogRecord, job_id_of
from app.core.status import Status
from app.core.timeline import Span, lay_out
from app.hooks.overview import Overview
from app.pages.admin.all_calls import all_calls
from app.pages.page_context import PageContext
from app.pages.route import OverviewRoute
from app.ports import Action
from app.views.admin.calls import call_name
from app.views.admin.navigation import calls_address
from app.views.admin.overview import (
    executors_markup,
    numbers_markup,
    overview_markup,
    overview_values,
    recent_markup,
)
from app.views.admin.timeline import RANGES_S, list_markup, timeline_options_markup, tracks_markup

# How many calls the timeline is drawn from.
DEPTH = 600
DEFAULT_RANGE = "1h"
# Into how many steps the timeline's range is cut: it moves on by one of them at a time.
STEPS = 240


class OverviewPage:
    """What runs, waits and fails, over all users."""

    def __init__(self, context: PageContext, route: OverviewRoute) -> None:
        self._context = context
        monitor = context.monitor
        ports = monitor.ports
        api = AdminApi(monitor.api)
        self._range = _range(route)
        # Whether something has been read that is not drawn yet.
        self._dirty = False
        # Where the timeline ended when it was drawn, in epoch seconds.
        self._timeline_end = 0.0
        # What each region was drawn with: an unchanged one keeps the reader's place in it.
        self._drawn: dict[str, str] = {}
        self._overview = Overview(monitor.refresh_context, api, self._changed)
        self._calls = all_calls(monitor, self._changed)
        self._calls.depth = DEPTH
        context.surface.show(overview_markup(context.texts, self._range))
        context.title(context.texts.say("overview.title"))
        self._listening = context.surface.on_action(self._act)
        self._subscription = monitor.bus.subscribe(QueuesChanged, lambda _: self._changed())
        monitor.queues.watch()
        self._overview.request()
        self._watch()
        self._draw(ports.clock.wall())

    def follow(self, route: OverviewRoute) -> bool:
        """Show the timeline's range of another address; true, because this page can show any."""
        chosen = _range(route)
        if chosen != self._range:
            self._context.surface.region("choose-range").show(timeline_options_markup(self._context.texts, chosen))
            self._show_range(chosen)
        return True

    def tick(self, now: float) -> None:
        """Draw what was read since, and let the timeline move on."""
        self._draw(now)

    def close(self) -> None:
        """Read nothing more."""
        self._listening.close()
        self._subscription.close()
        self._context.monitor.queues.unwatch()
        self._overview.close()
        self._calls.close()

    def _act(self, action: Action) -> None:
        match action.name:
            case "choose-range":
                chosen = action.fields.get("range", "")
                if chosen in RANGES_S:
                    self._context.address.go(f"/admin/overview?range={chosen}")
                    self._show_range(chosen)
            case "refresh":
                self._overview.request()
                self._calls.refresh()

    def _show_range(self, chosen: str) -> None:
        self._range = chosen
        self._timeline_end = 0.0
        self._watch()
        self._draw(self._context.monitor.ports.clock.wall())

    def _watch(self) -> None:
        self._calls.watch(CallFilter(after=float(int(self._context.monitor.server_now - RANGES_S[self._range]))))

    def _changed(self) -> None:
        """Draw the first answer at once, the others with the next tick."""
        first = not self._dirty and not self._drawn
        self._dirty = True
        if first:
            self._draw(self._context.monitor.ports.clock.wall())

    def _show(self, slot: str, markup: str) -> None:
        if self._drawn.get(slot) != markup:
            self._drawn[slot] = markup
            self._context.surface.region(slot).show(markup)

    def _draw(self, now: float) -> None:
        del now
        self._draw_timeline()
        if not self._dirty:
            return
        self._dirty = False
        texts, overview = self._context.texts, self._overview
        dashboard = overview.dashboard.value
        executors = self._executors()
        summary = self._context.monitor.queues.summary
        if dashboard is not None:
            self._show("numbers", numbers_markup(texts, dashboard))
            self._show("recent", recent_markup(texts, dashboard.recent))
        if executors:
            queues = {server.executor_id: server for server in summary.servers} if summary else {}
            self._show("executors", executors_markup(texts, executors, queues, overview.memory.value or {}))
        total = texts.say("queue.total", running=summary.running, waiting=summary.waiting) if summary else ""
        self._context.surface.bind(
            {
                **overview_values(
                    texts,
                    dashboard=dashboard is not None,
                    executors=bool(executors),
                    recent=bool(dashboard and dashboard.recent),
                    timeline=not self._calls.absent,
                    absent=overview.dashboard.absent,
                    failing=overview.dashboard.failing is not None,
                ),
                "queue-total": total,
            }
        )

    def _executors(self) -> tuple[Executor, ...]:
        """Return the executors of whichever route lists them; at least those that have a queue."""
        overview, summary = self._overview, self._context.monitor.queues.summary
        dashboard = overview.dashboard.value
        known = overview.executors.value or (dashboard.executors if dashboard else ())
        names = {one.id for one in known}
        queued = summary.servers if summary else ()
        return (*known, *(Executor(id=one.executor_id) for one in queued if one.executor_id not in names))

    def _draw_timeline(self) -> None:
        """Draw the bars; the range ends at a step, so that it moves on only when that can be seen."""
        texts, calls = self._context.texts, self._calls
        width = RANGES_S[self._range]
        step = width / STEPS
        last = (int(self._context.monitor.server_now / step) + 1) * step
        if last == self._timeline_end and not self._dirty:
            return
        self._timeline_end = last
        first = last - width
        tracks = lay_out([span for span in map(self._span, calls.log.records.values()) if span], first, last)
        total = calls.log.total
        # Before the log has been read, nobody knows that nothing was called.
        self._show("timeline", "" if total is None else tracks_markup(texts, tracks, first, last))
        self._show("timeline-list", list_markup(texts, tracks, last, f"{calls_address('log=')}"))
        reach = "" if total is None else texts.say("timeline.reach", n=len(calls.log.records), total=total)
        self._context.surface.bind({"timeline-reach": reach})

    def _span(self, record: LogRecord) -> Span | None:
        """Return a call as a span; what it waited is known of one's own ability tasks alone."""
        started = record.created_at
        if started is None:
            return None
        job_id = job_id_of(record)
        task = None if job_id is None else self._context.monitor.ability_tasks.tasks.get(job_id)
        created = started
        if task is not None and task.created_at is not None:
            created = min(task.created_at, started)
            started = max(created, task.started_at or started)
        running = record.status is Status.RUNNING
        return Span(
            key=str(record.id),
            name=call_name(record),
            executor=record.executor_name or record.executor_id or "",
            status=record.status,
            created=created,
            started=started,
            ended=None if running else started + (record.duration_ms or 0) / 1000,
        )


def _range(route: OverviewRoute) -> str:
    chosen = parse_qs(route.query).get("range", [DEFAULT_RANGE])[0]
    return chosen if chosen in RANGES_S else DEFAULT_RANGE
