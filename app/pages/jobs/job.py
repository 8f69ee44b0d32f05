"""One job at work, of whichever kind (R31), and what can be done with it (R38 to R41)."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import urljoin

from app.api.abilities import read_offered
from app.api.client import ABILITY_TASKS, TASKS
from app.core.abilities import Ability
from app.core.collection import Collection
from app.core.events import Flush
from app.core.inputs import input_pictures, inputs_of, sent_body, shown_at_once
from app.core.job_ids import new_job_id, short_id
from app.core.records import AbilityTask, Task
from app.core.request_code import CodeRequest, Language, code
from app.core.run_again import task_order
from app.core.stages import Stage, Usual, spans, usual
from app.hooks.refresher import Refresher
from app.pages.jobs.job_parts import JobParts
from app.pages.jobs.named_job import read_job
from app.pages.jobs.pictures import PictureDialog
from app.pages.jobs.remembered_job import RememberedJob
from app.pages.jobs.result_zip import ResultZip
from app.pages.jobs.results import Results
from app.pages.jobs.run_again import RunAgain, may_run_again
from app.pages.json_view import JsonViews
from app.pages.page_context import PageContext
from app.pages.route import JobRoute
from app.ports import Action
from app.views.jobs.inputs import INPUT_PICTURE, inputs_markup, safe_pictures
from app.views.jobs.job import (
    DISCLOSURES,
    again_values,
    job_json,
    job_markup,
    job_result,
    job_state_values,
    job_title,
    job_values,
    neighbour_values,
    stage_values,
)
from app.views.jobs.results import broken_values
from app.views.markup import job_address, json_place


class JobPage:
    """The page of one id, which may be a task's or an ability task's, and in neither list."""

    def __init__(self, context: PageContext, route: JobRoute) -> None:
        self._context = context
        self._job_id = short_id(route.job_id)
        # The place in the JSON that the address names, until the job is there to be opened on it.
        self._place = (route.part, route.node)
        # Whether all was read that the server has of the job; what a list does not hold is not searched for again.
        self._searched = False
        # The ability of the job, once its list was read: it says what the inputs are called.
        self._ability: Ability | None = None
        # What is usual for jobs like this one, as of the last change of any.
        self._usual: dict[Stage, Usual] = {}
        # The pictures on other hosts that the reader asked to see.
        self._asked: set[str] = set()
        # The inputs that are drawn; drawn anew, their pictures would be loaded anew.
        self._inputs_shown: object = None
        monitor = context.monitor
        self._admin = monitor.session.role == "admin"
        self._refresher = Refresher(
            monitor.refresh_context,
            self._read,
            lambda _: None,
            needed=lambda: self._unread,
            changed=self._show_answer,
        )
        self._abilities = Refresher(
            monitor.refresh_context,
            partial(read_offered, monitor.api),
            self._take_abilities,
            needed=lambda: self._ability is None and isinstance(self._record, AbilityTask),
        )
        context.surface.show(job_markup(context.texts, admin=self._admin))
        if context.lists.route:
            # Back to the lists as they were left (R35).
            context.surface.bind({"back@href": f"#{context.lists.route}"})
        self._results = Results(context.surface, context.texts, viewer=True)
        self._zip = ResultZip(context, context.surface.region("zip"))
        self._pictures = PictureDialog(context)
        self._json = JsonViews(
            context, self._json_value, lambda part: context.texts.say(f"job.{part}"), self._node_chosen
        )
        self._again = RunAgain(monitor, context.texts, self._show_again, self._ran_again)
        self._remembered = RememberedJob(context, self._job_id)
        self._listening = context.surface.on_action(self._act)
        self._parts = JobParts(context, lambda: self._record)
        self._subscription = monitor.bus.subscribe(Flush, self._flushed)
        if self._record is None:
            context.surface.bind(job_state_values("loading"))
        else:
            self._show()
            self._abilities.request()
        self._refresher.request()

    @property
    def unsaved(self) -> bool:
        """Whether something is under way that would end with this page."""
        return self._again.sending or self._again.searching or self._zip.running

    def follow(self, route: JobRoute) -> bool:
        """Show another place in the JSON of the same job on the same page; return false if it is another job."""
        if short_id(route.job_id) != self._job_id:
            return False
        self._place = (route.part, route.node)
        self._open_place()
        return True

    def tick(self, now: float) -> None:
        """Update the running time at the server's time ``now``."""
        self._parts.tick(now)
        record = self._record
        if record is not None:
            self._show_times(record, now)

    def close(self) -> None:
        """Cancel the subscriptions and what is running."""
        self._listening.close()
        self._refresher.close()
        self._parts.close()
        self._abilities.close()
        self._subscription.close()
        self._json.close()
        self._again.close()
        self._pictures.close()
        self._remembered.close()
        self._zip.close()

    @property
    def _record(self) -> Task | AbilityTask | None:
        monitor = self._context.monitor
        return monitor.ability_tasks.tasks.get(self._job_id) or monitor.summary.tasks.get(self._job_id)

    def _collection(self, record: Task | AbilityTask) -> Collection[Task] | Collection[AbilityTask]:
        """Return the collection that a job is in."""
        monitor = self._context.monitor
        return monitor.ability_tasks.tasks if isinstance(record, AbilityTask) else monitor.summary.tasks

    def _json_value(self, part: str) -> object:
        record = self._record
        return None if record is None else job_json(record, part)

    def _flushed(self, flush: Flush) -> None:
        if self._job_id in flush.tasks or self._job_id in flush.ability_tasks:
            self._show()
        elif flush.tasks or flush.ability_tasks or flush.removed:
            self._show_neighbours()

    def _act(self, action: Action) -> None:
        if self._json.act(action):
            return
        if action.name == "media-failed" and action.data.get("part", "").startswith(INPUT_PICTURE):
            values = broken_values(
                self._context.texts, action.data["part"], action.data.get("reason", ""), action.data.get("url", "")
            )
            self._context.surface.region("inputs").bind(values)
            return
        if self._results.act(action):
            self._show()
            return
        if self._zip.act(action):
            return
        record = self._record
        match action.name:
            case "refresh":
                self._searched = False
                self._context.monitor.refresh()
                self._refresher.request()
            case "run-again" if isinstance(record, Task):
                self._again.run(record)
            case "copy-link":
                self._copy(f"{self._context.address.base}{job_address(self._job_id)}")
            case "copy-code" if record is not None:
                self._copy_code(record, Language(action.data["language"]))
            case "view-picture" if record is not None:
                self._view(int(action.data["part"]))
            case "show-input" if record is not None:
                self._asked.add(safe_pictures(input_pictures(record, self._ability))[int(action.data["part"])])
                self._show_inputs(record)
            case "view-input" if record is not None:
                given = safe_pictures(input_pictures(record, self._ability))
                self._pictures.show_inputs(record, given, int(action.data["part"]))

    @property
    def _unread(self) -> bool:
        """Whether the server may have more of the job than is known."""
        record = self._record
        return record is None or (record.row_only and not self._searched)

    async def _read(self) -> None:
        self._searched = await read_job(self._context.monitor, self._job_id)

    def _take_abilities(self, abilities: Sequence[Ability]) -> None:
        record = self._record
        if isinstance(record, AbilityTask):
            self._ability = next((one for one in abilities if one.id == record.ability_id), None)
            self._show_inputs(record)

    def _show_answer(self) -> None:
        """Show what a read brought; an id that is unknown is not read again by itself, as one that failed is."""
        if self._record is not None:
            self._show()
            self._abilities.request()
        else:
            failing = self._refresher.failing is not None
            self._context.surface.bind(job_state_values("error" if failing else "missing"))
            self._remembered.show(asked=not failing)

    def _show(self) -> None:
        record = self._record
        if record is None:
            return
        self._remembered.hide()
        context = self._context
        context.title(job_title(context.texts, record))
        collection = self._collection(record)
        known = (other for other in map(collection.get, collection.order) if other is not None)
        self._usual = usual(known, record)
        self._show_times(record, context.monitor.server_now)
        self._results.show(record.id, job_result(record))
        self._zip.show(record.id, job_result(record))
        self._parts.open()
        self._show_inputs(record)
        self._show_again()
        self._show_neighbours()
        self._json.refresh()
        self._open_place()

    def _show_times(self, record: Task | AbilityTask, now: float) -> None:
        """Show what depends on the time; durations compare the server's times with the server's (R27)."""
        texts, surface = self._context.texts, self._context.surface
        surface.bind(job_values(texts, record, now, admin=self._admin))
        surface.bind(stage_values(texts, spans(record, now), self._usual))

    def _show_inputs(self, record: Task | AbilityTask) -> None:
        inputs, pictures = inputs_of(record, self._ability), input_pictures(record, self._ability)
        shown = self._asked | shown_at_once(pictures, job_result(record).images, self._context.address.base)
        if self._inputs_shown == (inputs, pictures, shown):
            return
        self._inputs_shown = (inputs, pictures, shown)
        surface = self._context.surface
        surface.region("inputs").show(inputs_markup(self._context.texts, inputs, pictures, shown))
        surface.bind({"inputs-card@hidden": None if inputs or pictures else ""})

    def _show_again(self) -> None:
        record = self._record
        if record is None:
            return
        user = self._context.monitor.session.user_id
        values = again_values(
            self._context.texts,
            record,
            possible=may_run_again(record, user),
            sending=self._again.sending,
            searching=self._again.searching,
            error=self._again.error,
        )
        codes = "" if isinstance(record, Task) and task_order(record, user) is None else None
        self._context.surface.bind({**values, "codes@hidden": codes})

    def _ran_again(self, job_id: str) -> None:
        self._context.notices.success("again.submitted")
        self._context.address.go(job_address(job_id).removeprefix("#"))

    def _show_neighbours(self) -> None:
        """Show the links to the jobs before and after this one in its list."""
        record = self._record
        if record is None:
            return
        # Of the list as it was left, filtered and sorted, where this job was in it.
        order = self._context.lists.filtered_order(self._job_id) or self._collection(record).order
        try:
            at = order.index(self._job_id)
        except ValueError:
            return
        previous = order[at - 1] if at > 0 else None
        following = order[at + 1] if at + 1 < len(order) else None
        self._context.surface.bind(neighbour_values(previous, following))

    def _node_chosen(self, part: str, node: str) -> None:
        """Let the address name the node, so that it can be sent to somebody (R39)."""
        self._place = (None, None)
        self._context.address.replace(json_place(job_address(self._job_id), part, node).removeprefix("#"))

    def _open_place(self) -> None:
        """Open the place that the address names, once."""
        part, node = self._place
        if part in DISCLOSURES and self._json_value(part) is not None:
            self._place = (None, None)
            self._json.open(part, node)

    def _view(self, number: int) -> None:
        """Open the viewer on a result, with those of the next job behind it (R40)."""
        record = self._record
        if record is None:
            return
        collection = self._collection(record)
        order = collection.order
        at = order.index(record.id) if record.id in order else len(order)
        following = next((collection.get(job_id) for job_id in order[at + 1 : at + 2]), None)
        self._pictures.show_results([record] if following is None else [record, following], number)

    def _copy_code(self, record: Task | AbilityTask, language: Language) -> None:
        monitor = self._context.monitor
        base = urljoin(self._context.address.base, monitor.settings.api_base or "/")
        if isinstance(record, AbilityTask):
            request = CodeRequest(f"{base.rstrip('/')}{ABILITY_TASKS}", sent_body(record))
        else:
            order = task_order(record, monitor.session.user_id) or {}
            body = {"taskId": new_job_id(monitor.ports.random), **order}
            request = CodeRequest(f"{base.rstrip('/')}{TASKS}/submit", body)
        self._copy(code(request, language))

    def _copy(self, text: str) -> None:
        notices = self._context.notices

        def say(copied: bool) -> None:
            if copied:
                notices.success("job.copied")
            else:
                notices.error("copy.failed")

        self._context.monitor.ports.late.adapters.clipboard().write(text, say)
