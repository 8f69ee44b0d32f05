"""Problems at work (R50): failed calls are loaded, sorted out by cause in slices, and drawn once a second at most."""

from urllib.parse import parse_qs

from app.core.bulk import RunAgainAsked
from app.core.call_filter import SINCE_HOURS, CallFilter
from app.core.causes import Problem, Problems
from app.core.logs import LogRecord
from app.core.run_again import may_order_again
from app.core.status import Status
from app.hooks.calls import COUNTED_DEPTH
from app.pages.admin.all_calls import all_calls
from app.pages.page_context import PageContext
from app.pages.route import ProblemsRoute
from app.ports import Action
from app.scheduling.deadline_timer import DeadlineTimer
from app.scheduling.time_slicer import TimeSlicer
from app.views.admin.problems import (
    SHOWN,
    ProblemsState,
    problem_list_markup,
    problems_markup,
    problems_values,
    range_options_markup,
)

DEFAULT_SINCE = "24h"


class ProblemsPage:
    """Failed calls by cause."""

    def __init__(self, context: PageContext, route: ProblemsRoute) -> None:
        self._context = context
        monitor = context.monitor
        ports = monitor.ports
        self._since = _since(route)
        # Those that are drawn, which can be pressed on, and those that are being sorted anew meanwhile.
        self._problems = self._sorting = Problems()
        # The calls that are in ``_sorting``: the same ones are not sorted again.
        self._sorted: list[LogRecord] = []
        self._clock = ports.clock
        self._slicer: TimeSlicer[LogRecord | None] = TimeSlicer(ports.clock, ports.timers, self._sort)
        # Draws what has been sorted, in no slice that has sorted before.
        self._show_sorted = DeadlineTimer(ports.timers, self._show)
        # What is drawn: an unchanged list keeps the reader's place in it.
        self._drawn = ""
        self._calls = all_calls(monitor, self._changed)
        self._calls.depth = COUNTED_DEPTH
        context.surface.show(problems_markup(context.texts, self._since))
        context.title(context.texts.say("problems.title"))
        self._listening = context.surface.on_action(self._act)
        self._watch()

    def follow(self, route: ProblemsRoute) -> bool:
        """Show the range of another address; true, because this page can show any."""
        since = _since(route)
        if since != self._since:
            self._since = since
            options = range_options_markup(self._context.texts, since)
            self._context.surface.region("choose-since").show(options)
            self._watch()
        return True

    def tick(self, now: float) -> None:
        """Nothing here depends on the time."""

    def close(self) -> None:
        """Read and sort nothing more."""
        self._listening.close()
        self._slicer.close()
        self._show_sorted.close()
        self._calls.close()

    def _act(self, action: Action) -> None:
        match action.name:
            case "choose":
                self._since = action.fields.get("since", "")
                self._context.address.go(f"/admin/problems?since={self._since}")
                self._watch()
            case "older" if not self._calls.log.reading:
                self._calls.depth = len(self._calls.log.records) + COUNTED_DEPTH
                self._calls.log.fetch_older()
                self._show()
            case "refresh-calls":
                self._calls.refresh()
            case "run-these-again":
                self._run_again(action.data.get("cause", ""))

    def _run_again(self, cause: str) -> None:
        """Ask whether the reader's own failed jobs of a cause are to be run again (R41)."""
        for problem in self._problems.ranked:
            if problem.cause == cause:
                self._context.monitor.bus.publish(RunAgainAsked(tuple(self._own(problem))))

    def _own(self, problem: Problem) -> list[str]:
        monitor = self._context.monitor
        user = monitor.session.user_id
        jobs = (monitor.ability_tasks.tasks.get(job_id) for job_id in problem.jobs)
        return [job.id for job in jobs if job is not None and may_order_again(job, user)]

    def _watch(self) -> None:
        self._calls.watch(CallFilter(status=Status.FAILED.value, since=self._since))
        self._show()

    def _changed(self) -> None:
        """Sort the failed calls by cause anew, unless they are the same."""
        shown = self._calls.shown
        if len(shown) != len(self._sorted) or any(new is not old for new, old in zip(shown, self._sorted, strict=True)):
            self._sorted = list(shown)
            self._sorting = Problems()
            self._slicer.clear()
            self._slicer.add([*shown, None])
        else:
            self._show()

    def _sort(self, record: LogRecord | None) -> None:
        if record is None:
            self._problems = self._sorting
            self._show_sorted.set(self._clock.monotonic())
        else:
            self._sorting.add(record)

    def _show(self) -> None:
        calls, log = self._calls, self._calls.log
        sorting = bool(len(self._slicer))
        ranked = [] if sorting else self._problems.ranked
        if not sorting:
            own = {problem.cause: len(self._own(problem)) for problem in ranked[:SHOWN]}
            markup = problem_list_markup(self._context.texts, ranked, self._since, own)
            if markup != self._drawn:
                self._drawn = markup
                self._context.surface.region("problems").show(markup)
        self._context.surface.bind(
            problems_values(
                self._context.texts,
                ProblemsState(
                    causes=len(ranked),
                    failed=len(self._sorted),
                    loaded=len(log.records),
                    total=log.total,
                    exact=calls.narrowed,
                    complete=log.complete,
                    absent=calls.absent,
                    failing=log.failing is not None,
                    reading=log.reading or sorting,
                ),
            )
        )


def _since(route: ProblemsRoute) -> str:
    chosen = parse_qs(route.query, keep_blank_values=True).get("since", [DEFAULT_SINCE])[0]
    return chosen if chosen in SINCE_HOURS or not chosen else DEFAULT_SINCE
