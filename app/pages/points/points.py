"""The page of points at work: the ledger, its sums, and the table that is turned page by page (R46)."""

from dataclasses import replace

from app.core.events import Flush, PointsChanged
from app.core.ledger import Movement, balances, moment, sums
from app.core.records import AbilityTask, Task
from app.hooks.points_ledger import PointsLedger
from app.pages.page_context import PageContext
from app.pages.route import Route
from app.ports import Action
from app.views.points.points import (
    Reached,
    day_of,
    figure_markup,
    job_kind,
    movements_markup,
    now_text,
    points_markup,
    points_page_values,
    sums_markup,
)

ROWS = 50


class PointsPage:
    """The movements of whoever is signed in."""

    def __init__(self, context: PageContext, route: Route) -> None:
        del route
        self._context = context
        # The first row that the table shows, counted from the newest movement.
        self._first = 0
        # What each region shows: an unchanged one keeps the reader's place.
        self._drawn: dict[str, str] = {}
        # Whether the reader turned to a page that is not read yet.
        self._turning = False
        surface, texts, monitor = context.surface, context.texts, context.monitor
        surface.show(points_markup(texts))
        self._listening = surface.on_action(self._act)
        # The jobs of movements that are not known yet: the lists may come after the ledger.
        self._nameless: frozenset[str] = frozenset()
        self._subscriptions = (
            monitor.bus.subscribe(PointsChanged, lambda _: self._show_now()),
            monitor.bus.subscribe(Flush, self._flushed),
        )
        self._hook = PointsLedger(monitor.refresh_context, monitor.api, lambda: monitor.session.user_id, self._changed)
        context.title(texts.say("points.title"))
        self._show_now()
        self._show_state()

    def tick(self, now: float) -> None:
        """Nothing here depends on the time."""

    def close(self) -> None:
        """Cancel the subscriptions and a read that is running."""
        self._hook.close()
        self._listening.close()
        for subscription in self._subscriptions:
            subscription.close()

    def _flushed(self, flush: Flush) -> None:
        if self._nameless & (flush.tasks.keys() | flush.ability_tasks.keys()):
            self._changed()

    def _act(self, action: Action) -> None:
        match action.name:
            case "refresh":
                self._context.monitor.points.refresh()
                self._hook.refresh()
            case "newer":
                self._turn(self._first - ROWS)
            case "older" if not self._hook.reading_older:
                self._turn(self._first + ROWS)

    def _turn(self, first: int) -> None:
        if first >= len(self._hook.ledger.movements):
            self._turning = True
            self._hook.want_older()
        else:
            self._first = max(0, first)
            self._show_table()
        self._show_state()

    def _changed(self) -> None:
        known = len(self._hook.ledger.movements)
        if self._turning and not self._hook.reading_older:
            self._turning = False
            if self._first + ROWS < known:
                self._first += ROWS
        self._first = min(self._first, max(0, known - 1) // ROWS * ROWS)
        self._show_sums()
        self._show_table()
        self._show_state()

    def _jobs(self) -> dict[str, Task | AbilityTask]:
        monitor = self._context.monitor
        found: dict[str, Task | AbilityTask] = {}
        wanted = {movement.job_id for movement in self._hook.ledger.movements if movement.job_id}
        for job_id in wanted:
            job = monitor.ability_tasks.tasks.get(job_id) or monitor.summary.tasks.get(job_id)
            if job is not None:
                found[job_id] = job
        self._nameless = frozenset(wanted - found.keys())
        return found

    def _dated(self, jobs: dict[str, Task | AbilityTask]) -> list[Movement]:
        """Return the known movements, those without a time with that of their jobs."""
        return [
            replace(movement, at=moment(movement, jobs.get(movement.job_id or "")))
            for movement in self._hook.ledger.movements
        ]

    def _show_sums(self) -> None:
        texts = self._context.texts
        jobs = self._jobs()
        movements = self._dated(jobs)
        self._draw("figure", figure_markup(texts, movements))
        days = sums(movements, lambda one: day_of(texts, one))
        self._draw("days", sums_markup(texts, "day", days, words=False))
        kinds = sums(movements, lambda one: job_kind(texts, one, jobs.get(one.job_id or "")))
        self._draw("kinds", sums_markup(texts, "kind", kinds, words=True))

    def _show_table(self) -> None:
        jobs = self._jobs()
        part = slice(self._first, self._first + ROWS)
        movements = self._dated(jobs)
        after = balances(movements)
        self._draw("movements", movements_markup(self._context.texts, movements[part], after[part], jobs))

    def _draw(self, name: str, markup: str) -> None:
        if self._drawn.get(name) != markup:
            self._drawn[name] = markup
            self._context.surface.region(name).show(markup)

    def _show_state(self) -> None:
        hook = self._hook
        ledger = hook.ledger
        reached = Reached(
            known=len(ledger.movements),
            total=ledger.total,
            complete=ledger.complete,
            first=self._first,
            size=ROWS,
            loaded=ledger.loaded,
            offered=hook.offered,
            failing=hook.failing is not None,
            reading=hook.reading_older,
        )
        self._context.surface.bind(points_page_values(self._context.texts, reached))

    def _show_now(self) -> None:
        context = self._context
        context.surface.bind({"now": now_text(context.texts, context.monitor.points.points)})
