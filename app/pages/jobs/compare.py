"""Two jobs compared, live while one of them runs (R42)."""

from urllib.parse import urljoin

from app.core.differences import differences
from app.core.events import Flush
from app.core.job_ids import short_id
from app.core.records import AbilityTask, Task
from app.core.stages import spans
from app.hooks.refresher import Refresher
from app.pages.jobs.named_job import read_job
from app.pages.jobs.pictures import PictureDialog
from app.pages.jobs.points_column import PointsColumn
from app.pages.page_context import PageContext
from app.pages.route import CompareRoute
from app.ports import Action, RowList, Values
from app.views.jobs.compare import (
    compare_markup,
    compare_state_values,
    compared_job_values,
    differences_markup,
    numbers_markup,
    picture_note_values,
)
from app.views.jobs.inputs import safe_pictures
from app.views.jobs.job import job_result
from app.views.jobs.results import broken_values
from app.views.jobs.rows import ability_task_row_values, job_row_markup, task_row_values
from app.views.markup import compare_address

ROW_PX = 72


class ComparePage:
    """The two jobs that the address names; where it names one, the list of those to compare it with."""

    def __init__(self, context: PageContext, route: CompareRoute) -> None:
        self._context = context
        self._ids = tuple(one and short_id(one) for one in (route.first, route.second))
        # Ids that the server does not know.
        self._missing: set[str] = set()
        # Ids of which all was read that the server has.
        self._searched: set[str] = set()
        # Why pictures could not be loaded, by their addresses.
        self._broken: dict[str, str] = {}
        # What the tables show: drawn anew only when it changes.
        self._shown: object = None
        context.surface.show(compare_markup(context.texts))
        context.title(context.texts.say("compare.title"))
        self._pictures = PictureDialog(context)
        markup = job_row_markup(context.texts)
        self._points = PointsColumn(context.texts)
        self._choices: RowList = context.surface.rows(
            "choices", row_px=ROW_PX, markup=lambda _: markup, values=self._choice_values
        )
        monitor = context.monitor
        self._refresher = Refresher(
            monitor.refresh_context, self._read, lambda _: None, needed=lambda: bool(self._unread), changed=self._show
        )
        self._listening = context.surface.on_action(self._act)
        self._subscription = monitor.bus.subscribe(Flush, lambda _: self._show())
        if self._unread:
            self._refresher.request()
        self._show()

    def tick(self, now: float) -> None:
        """Update the numbers while one of the two runs, and the times of what else can be compared."""
        del now
        self._choices.touch()
        if any(record is not None and record.active for record in self._records):
            self._show()

    def close(self) -> None:
        """Cancel the subscription and a read that is running."""
        self._listening.close()
        self._subscription.close()
        self._refresher.close()
        self._pictures.close()

    @property
    def _records(self) -> tuple[Task | AbilityTask | None, Task | AbilityTask | None]:
        first, second = self._ids
        return self._record(first), self._record(second)

    def _record(self, job_id: str | None) -> Task | AbilityTask | None:
        if job_id is None:
            return None
        monitor = self._context.monitor
        return monitor.ability_tasks.tasks.get(job_id) or monitor.summary.tasks.get(job_id)

    @property
    def _unread(self) -> list[str]:
        """The named ids of which the server may have more: in neither list, or known as a row only (R48)."""
        named = [job_id for job_id in self._ids if job_id and job_id not in self._missing | self._searched]
        return [job_id for job_id in named if (record := self._record(job_id)) is None or record.row_only]

    async def _read(self) -> None:
        for job_id in self._unread:
            known = await read_job(self._context.monitor, job_id)
            (self._searched if known else self._missing).add(job_id)

    def _act(self, action: Action) -> None:
        first, second = self._records
        match action.name:
            case "refresh":
                self._missing.clear()
                self._searched.clear()
                self._broken.clear()
                self._refresher.request()
            case "swap" if first is not None and second is not None:
                self._ids = (second.id, first.id)
                self._context.address.replace(compare_address(second.id, first.id).removeprefix("#"))
                self._show()
            case "media-failed":
                self._broken[action.data.get("url", "")] = action.data.get("reason", "")
                self._show()
            case "view-both" if first is not None and second is not None:
                self._pictures.show_pair(second, first)

    def _show(self) -> None:
        first, second = self._records
        both = first is not None and second is not None
        state = "ready"
        if self._missing & set(self._ids):
            state = "missing"
        elif self._unread:
            state = "error" if self._refresher.failing is not None else "loading"
        choosing = not both and state in {"ready", "missing"}
        surface = self._context.surface
        surface.bind(compare_state_values(state, choosing=choosing, both=both))
        if first is not None and second is not None:
            self._show_both(first, second)
        elif choosing:
            self._show_choices()

    def _show_both(self, first: Task | AbilityTask, second: Task | AbilityTask) -> None:
        monitor, texts, surface = self._context.monitor, self._context.texts, self._context.surface
        pictures = [next(iter(safe_pictures(job_result(one).images)), None) for one in (first, second)]
        for side, record, picture in zip(("first", "second"), (first, second), pictures, strict=True):
            surface.bind(compared_job_values(texts, side, record, picture))
            address = picture and urljoin(self._context.address.base, picture)
            if address in self._broken:
                surface.bind(broken_values(texts, f"{side}-picture", self._broken[address], address))
        surface.bind(picture_note_values(texts, sum(picture is not None for picture in pictures)))
        now = float(int(monitor.server_now))
        numbers = [spans(one, now) for one in (first, second)]
        points = [first.points, second.points]
        given = [one.parameters if isinstance(one, Task) else one.request for one in (first, second)]
        # Of what is known as a row only, nobody knows what went in.
        known = not (first.row_only or second.row_only)
        if self._shown == (numbers, points, given, known):
            return
        self._shown = (numbers, points, given, known)
        surface.region("numbers").show(numbers_markup(texts, numbers, points))
        found = differences(_asked(given[0]), _asked(given[1])) if known else None
        surface.region("differences").show(differences_markup(texts, found))

    def _show_choices(self) -> None:
        """List the jobs that the one can be compared with, of its kind where there is one."""
        monitor = self._context.monitor
        one = next((record for record in self._records if record is not None), None)
        lists = [monitor.ability_tasks.tasks.order, monitor.summary.tasks.order]
        if one is not None:
            lists = lists[:1] if isinstance(one, AbilityTask) else lists[1:]
        self._choices.set_order([job_id for order in lists for job_id in order if one is None or job_id != one.id])
        self._choices.touch()

    def _choice_values(self, key: str) -> Values:
        """Return a row that leads to the comparison instead of the job."""
        record = self._record(key)
        if record is None:
            return {}
        texts, now = self._context.texts, self._context.monitor.server_now
        if isinstance(record, AbilityTask):
            values = ability_task_row_values(texts, record, now)
        else:
            values = task_row_values(texts, record, now)
        known = next((one.id for one in self._records if one is not None), None)
        href = compare_address(key) if known is None else compare_address(known, key)
        return {**self._points.values(record, values), "name@href": href}


def _asked(request: object) -> object:
    """Return a request without what only says which call it was."""
    if not isinstance(request, dict):
        return request
    return {name: value for name, value in request.items() if name != "metadata"}
