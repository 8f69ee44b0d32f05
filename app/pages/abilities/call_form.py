"""The form that calls an ability, at work: what is picked and changed, what is sent, and what came of it (R29, R41).

One press of a button is one job; after a lost answer the job is searched for before it may be sent again.
Refuses to know what else is on its page.
"""

from collections.abc import Callable, Mapping

from app.api.abilities import invoke
from app.api.errors import ApiError, unanswered
from app.core.abilities import Ability, Invocation
from app.core.intentions import Intentions
from app.core.pictures import MOST_PICTURE_BYTES
from app.core.records import AbilityTask, Result
from app.core.refill import same_text, shown_texts
from app.hooks.ability_logs import AbilityLogs
from app.late_ports import PickedPicture
from app.pages.abilities.lost_answer import LostAnswer, known_before
from app.pages.abilities.refusals import refusal_sentence
from app.pages.jobs.results import Results
from app.pages.json_view import JsonViews
from app.pages.page_context import PageContext
from app.ports import Action
from app.scheduling.background_tasks import BackgroundTasks
from app.views.abilities.invoke_form import (
    edited_values,
    fault_text,
    invoke_form_values,
    picture_values,
    read_request,
)
from app.views.abilities.one_ability import invocation_values

# What can be under way: a task that is being submitted, a call that is waited for.
SUBMIT = "submit"
INVOKE = "invoke"


def nothing(_: AbilityTask) -> None:
    """Do nothing with the task that was made."""


class CallForm:
    """The form of one ability on a surface that shows it; ``submitted`` gets the task that a press has made."""

    def __init__(
        self, context: PageContext, ability: Ability, submitted: Callable[[AbilityTask], None] = nothing
    ) -> None:
        self._context = context
        self._ability = ability
        self._submitted = submitted
        # What was sent and is not answered: one press of a button is one job.
        self._intentions = Intentions()
        # How the last call that was waited for ended.
        self._invocation: Invocation | None = None
        # The pictures that were picked as files, by field.
        self._pictures: dict[str, PickedPicture] = {}
        # The fields that differ from what they showed at first.
        self._changed: set[str] = set()
        # What each field showed at first: what differs from it is marked.
        self._at_first = shown_texts(ability)
        monitor = context.monitor
        self._background = BackgroundTasks(monitor.ports.report)
        self._lost = LostAnswer(monitor, ability.id, self._search_concluded)
        self._results = Results(context.surface, context.texts)
        self._json = JsonViews(context, self._raw, lambda part: context.texts.say(f"job.{part}"))
        self._files = monitor.ports.late.adapters.picture_files().listen(
            self._picked, self._refused, most_bytes=MOST_PICTURE_BYTES
        )
        self._show()
        context.surface.bind(invocation_values(context.texts, None))

    @property
    def log_id(self) -> int | None:
        """The log record of the last call that was waited for."""
        return self._invocation.log_id if self._invocation else None

    @property
    def unsaved(self) -> bool:
        """Whether something was filled in, is under way, or was answered that stands nowhere else."""
        under_way = any(map(self._intentions.under_way, (SUBMIT, INVOKE)))
        return bool(self._changed or self._pictures) or under_way or self._invocation is not None

    def act(self, action: Action) -> bool:
        """Handle an action; return false if it is not one of the form."""
        match action.name:
            case "invoke-task":
                self._call(action, task=True)
            case "invoke":
                self._call(action, task=False)
            case "edit":
                self._edited(action.fields)
            case "clear-picture":
                self._drop_picture(action.data.get("picture", ""))
            case _:
                if not self._results.act(action):
                    return action.data.get("part") == "raw" and self._json.act(action)
                self._show_result()
        return True

    def check(self) -> None:
        """See whether the task whose answer was lost has come by itself."""
        self._lost.check()

    def close(self) -> None:
        """Give up what is under way."""
        self._files.close()
        self._json.close()
        self._lost.close()
        self._background.close()

    def _call(self, action: Action, *, task: bool) -> None:
        request = read_request(self._ability, action.fields, self._pictures)
        if request.faults:
            self._show(fault_text(self._context.texts, self._ability, request))
            return
        now = self._context.monitor.ports.clock.monotonic()
        if task and self._intentions.begin(SUBMIT, request.body, now):
            self._background.spawn(self._submit(request.body))
        elif not task and self._intentions.begin(INVOKE, request.body, now, behind=SUBMIT):
            self._background.spawn(self._invoke(request.body))

    async def _submit(self, body: Mapping[str, object]) -> None:
        before = known_before(self._context.monitor)
        self._show()
        error = ""
        made: AbilityTask | None = None
        try:
            made = await self._context.monitor.ability_tasks.submit(body)
        except ApiError as refused:
            if unanswered(refused):
                self._lost.search(before)
            else:
                error = refusal_sentence(self._context.texts, refused)
        finally:
            if not self._lost.searching:
                self._intentions.end(SUBMIT)
        self._show(error)
        if made is not None:
            self._context.monitor.points.refresh()
            self._context.notices.success("invoke.submitted")
            self._submitted(made)

    def _search_concluded(self, found: AbilityTask | None) -> None:
        """Say what became of a task whose answer was lost; only now may it be sent again."""
        self._intentions.end(SUBMIT)
        if found is None:
            self._show(self._context.texts.say("invoke.lost"))
        else:
            self._context.monitor.points.refresh()
            self._show()
            self._context.notices.success("invoke.found")
            self._submitted(found)

    async def _invoke(self, body: Mapping[str, object]) -> None:
        context = self._context
        self._show()
        context.surface.bind(invocation_values(context.texts, None, busy=True))
        error = ""
        try:
            self._invocation = await invoke(context.monitor.api, self._ability.id, body)
        except ApiError as refused:
            self._invocation = None
            error = refusal_sentence(context.texts, refused)
        finally:
            self._intentions.end(INVOKE)
        context.monitor.points.refresh()
        logs: AbilityLogs = context.monitor.logs
        logs.fetch(self.log_id)
        self._show()
        context.surface.bind(invocation_values(context.texts, self._invocation, error=error))
        self._show_result()

    def _picked(self, name: str, picture: PickedPicture) -> None:
        self._pictures[name] = picture
        self._context.surface.bind(picture_values(self._context.texts, self._ability, name, picture))

    def _refused(self, name: str, file_name: str, reason: str) -> None:
        """Say why a file was not taken; the picture that was picked before stays."""
        texts = self._context.texts
        sentence = texts.say(f"picture.{reason}", name=file_name, mb=MOST_PICTURE_BYTES // 1_000_000)
        self._context.surface.bind(picture_values(texts, self._ability, name, self._pictures.get(name), sentence))

    def _drop_picture(self, name: str) -> None:
        if self._pictures.pop(name, None) is not None:
            self._context.surface.bind(picture_values(self._context.texts, self._ability, name, None))

    def _edited(self, fields: Mapping[str, str]) -> None:
        changed = {name: not same_text(text, self._at_first.get(name, "")) for name, text in fields.items()}
        self._changed -= changed.keys()
        self._changed |= {name for name, is_so in changed.items() if is_so}
        self._context.surface.bind(edited_values(self._ability, changed))

    def _show(self, error: str = "") -> None:
        self._context.surface.bind(
            invoke_form_values(
                self._context.texts,
                busy=self._intentions.under_way(INVOKE),
                sending=self._intentions.under_way(SUBMIT),
                searching=self._lost.searching,
                error=error,
                inactive=self._ability.status == "inactive",
            )
        )

    def _show_result(self) -> None:
        result = self._invocation.result if self._invocation else Result()
        self._results.show(self._ability.name, result)
        self._json.refresh()

    def _raw(self, _: str) -> object:
        return self._invocation.result.raw if self._invocation else None
