"""One ability at work: the form that calls it, what came of it, what is running, and its log (R28, R29)."""

from collections.abc import Iterable, Mapping

from app.api.errors import ApiError, unanswered
from app.core.abilities import Ability, Invocation
from app.core.events import Flush
from app.core.intentions import Intentions
from app.core.records import AbilityTask, Result
from app.hooks.refresher import Refresher
from app.pages.abilities.call_log import CallLog
from app.pages.abilities.lost_answer import LostAnswer
from app.pages.abilities.refusals import refusal_sentence
from app.pages.disclosures import Disclosures
from app.pages.jobs.results import Results
from app.pages.page_context import PageContext
from app.pages.route import AbilityRoute
from app.ports import Action, Exports, RowList, Values
from app.scheduling.background_tasks import BackgroundTasks
from app.views.abilities.ability import ability_markup, ability_state_markup, ability_values, invocation_values
from app.views.abilities.invoke_form import fault_text, invoke_form_values, read_request
from app.views.jobs.rows import ability_task_row_values, elapsed_values, job_row_markup
from app.views.markup import ability_address

ROW_PX = 64
# What can be under way: a task that is being submitted, a call that is waited for.
SUBMIT = "submit"
INVOKE = "invoke"


class AbilityPage:
    """The page of one ability; until the ability is known, a skeleton, or why there is none."""

    def __init__(self, context: PageContext, route: AbilityRoute, exports: Exports) -> None:
        self._context = context
        self._route = route
        self._exports = exports
        # The page proper, once the ability is known.
        self._known: _KnownAbility | None = None
        monitor = context.monitor
        self._refresher = Refresher(
            monitor.refresh_context,
            monitor.api.abilities,
            self._take,
            needed=lambda: self._known is None,
            changed=self._show_failure,
            forbidden=monitor.session.demote,
        )
        self._listening = context.surface.on_action(self._act)
        context.surface.show(ability_state_markup(context.texts, "loading"))
        self._refresher.request()

    def follow(self, route: AbilityRoute) -> bool:
        """Show another address of the same ability on the same page; return false if it is another ability."""
        if route.ability_id != self._route.ability_id:
            return False
        self._route = route
        if self._known is not None:
            self._known.follow(route.log_id)
        return True

    def tick(self, now: float) -> None:
        """Update running times."""
        if self._known is not None:
            self._known.tick(now)

    def close(self) -> None:
        """Cancel the subscriptions and what is running."""
        self._refresher.close()
        self._listening.close()
        if self._known is not None:
            self._known.close()

    def _act(self, action: Action) -> None:
        if self._known is not None:
            self._known.act(action)
        elif action.name == "refresh":
            self._refresher.request()

    def _take(self, abilities: Iterable[Ability]) -> None:
        context = self._context
        found = next((ability for ability in abilities if ability.id == self._route.ability_id), None)
        if found is None:
            context.surface.show(ability_state_markup(context.texts, "missing"))
        else:
            self._known = _KnownAbility(context, found, self._exports)
            self._known.follow(self._route.log_id)

    def _show_failure(self) -> None:
        if self._refresher.failing is not None:
            self._context.surface.show(ability_state_markup(self._context.texts, "error"))


class _KnownAbility:
    """The page once the ability is known."""

    def __init__(self, context: PageContext, ability: Ability, exports: Exports) -> None:
        self._context = context
        self._ability = ability
        # What was sent and is not answered: one press of a button is one job.
        self._intentions = Intentions()
        # How the last one ended.
        self._invocation: Invocation | None = None
        monitor, texts = context.monitor, context.texts
        self._background = BackgroundTasks(monitor.ports.report)
        self._lost = LostAnswer(monitor, ability.id, self._search_concluded)
        context.surface.show(ability_markup(texts, ability))
        context.title(texts.say("job.title", name=ability.name))
        self._results = Results(context.surface, texts)
        self._disclosures = Disclosures(context, lambda _: self._invocation.result.raw if self._invocation else None)
        markup = job_row_markup(texts)
        self._running: RowList = context.surface.rows(
            "running", row_px=ROW_PX, markup=lambda _: markup, values=self._row_values
        )
        self._call_log = CallLog(context, ability.id, exports, self._show)
        self._subscription = monitor.bus.subscribe(Flush, self._flushed)
        self._show_form()
        context.surface.bind(invocation_values(texts, None))
        self._show()

    def follow(self, log_id: int | None) -> None:
        """Open the call log on the record that the address names."""
        if log_id is not None:
            self._call_log.open(log_id)

    def tick(self, now: float) -> None:
        """Update running times."""
        tasks = self._context.monitor.ability_tasks.active_of(self._ability.id)
        self._running.patch({task.id: elapsed_values(task, now) for task in tasks})

    def close(self) -> None:
        """Cancel the subscriptions and what is running."""
        self._subscription.close()
        self._call_log.close()
        self._lost.close()
        self._background.close()

    def act(self, action: Action) -> None:
        """Handle an action."""
        match action.name:
            case "invoke-task":
                self._call(action, task=True)
            case "invoke":
                self._call(action, task=False)
            case "open-logs":
                log_id = action.data.get("log")
                self._call_log.open(int(log_id), "result-log") if log_id else self._call_log.open()
            case "close-logs":
                self._call_log.hide()
                self._context.address.replace(ability_address(self._ability.id).removeprefix("#"))
            case _:
                if self._results.act(action):
                    self._show_result()
                elif not self._call_log.act(action):
                    self._disclosures.act(action)

    def _call(self, action: Action, *, task: bool) -> None:
        request = read_request(self._ability, action.fields)
        if request.faults:
            self._show_form(fault_text(self._context.texts, self._ability, request))
            return
        now = self._context.monitor.ports.clock.monotonic()
        if task and self._intentions.begin(SUBMIT, request.body, now):
            self._background.spawn(self._submit(request.body))
        elif not task and self._intentions.begin(INVOKE, request.body, now, behind=SUBMIT):
            self._background.spawn(self._invoke(request.body))

    async def _submit(self, body: Mapping[str, object]) -> None:
        before = self._lost.before()
        self._show_form()
        error = ""
        try:
            await self._context.monitor.ability_tasks.submit(body)
        except ApiError as refused:
            if unanswered(refused):
                self._lost.search(before)
            else:
                error = refusal_sentence(self._context.texts, refused)
        finally:
            if not self._lost.searching:
                self._intentions.end(SUBMIT)
        self._show_form(error)
        if not error and not self._lost.searching:
            self._context.monitor.points.refresh()
            self._context.notices.success("invoke.submitted")

    def _search_concluded(self, found: AbilityTask | None) -> None:
        """Say what became of a task whose answer was lost; only now may it be sent again."""
        self._intentions.end(SUBMIT)
        if found is None:
            self._show_form(self._context.texts.say("invoke.lost"))
        else:
            self._context.monitor.points.refresh()
            self._show_form()
            self._context.notices.success("invoke.found")

    async def _invoke(self, body: Mapping[str, object]) -> None:
        context = self._context
        self._show_form()
        context.surface.bind(invocation_values(context.texts, None, busy=True))
        error = ""
        try:
            self._invocation = await context.monitor.api.invoke(self._ability.id, body)
        except ApiError as refused:
            self._invocation = None
            error = refusal_sentence(context.texts, refused)
        finally:
            self._intentions.end(INVOKE)
        context.monitor.points.refresh()
        context.monitor.logs.fetch(self._invocation.log_id if self._invocation else None)
        self._show_form()
        context.surface.bind(invocation_values(context.texts, self._invocation, error=error))
        self._show_result()

    def _flushed(self, flush: Flush) -> None:
        if any(change.record.ability_id == self._ability.id for change in flush.ability_tasks.values()):
            self._lost.check()
            self._show()

    def _row_values(self, key: str) -> Values:
        task = self._context.monitor.ability_tasks.tasks.get(key)
        now = self._context.monitor.server_now
        return ability_task_row_values(self._context.texts, task, now) if task is not None else {}

    def _show(self) -> None:
        running = self._context.monitor.ability_tasks.active_of(self._ability.id)
        self._running.set_order([task.id for task in running])
        self._running.touch()
        logs = self._context.monitor.logs
        self._context.surface.bind(
            ability_values(self._context.texts, running=len(running), logs=logs.total, cost=self._call_log.cost)
        )

    def _show_form(self, error: str = "") -> None:
        inactive = self._ability.status == "inactive"
        self._context.surface.bind(
            invoke_form_values(
                self._context.texts,
                busy=self._intentions.under_way(INVOKE),
                sending=self._intentions.under_way(SUBMIT),
                searching=self._lost.searching,
                error=error,
                inactive=inactive,
            )
        )

    def _show_result(self) -> None:
        invocation = self._invocation
        result = invocation.result if invocation else Result()
        self._results.show(self._ability.name, result)
        self._disclosures.forget()
