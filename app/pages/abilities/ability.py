"""One ability at work, for admins: with its last day, the choice of its executor, and its log (R28, R29, R51)."""

from app.api.admin import AdminApi
from app.core.abilities import Ability, asked_inputs
from app.core.dashboard import suited
from app.hooks.ability_day import AbilityDayCount
from app.hooks.executor_load import ExecutorLoad
from app.pages.abilities.call_log import CallLog
from app.pages.abilities.one_ability import AbilityAtWork, Found, OneAbilityPage
from app.pages.page_context import PageContext
from app.pages.route import AbilityRoute
from app.ports import Action, Values
from app.views.abilities.ability import (
    ABILITIES,
    ability_markup,
    day_values,
    executor_field_markup,
    executor_load_markup,
    log_values,
)
from app.views.abilities.invoke_form import EXECUTOR
from app.views.markup import ability_address
from app.views.values import short_executor


class AbilityPage(OneAbilityPage):
    """The page of one ability."""

    def __init__(self, context: PageContext, route: AbilityRoute) -> None:
        self._route = route
        # The page proper, as admins have it.
        self._work: _ManagedAbility | None = None
        super().__init__(context, route.ability_id, back=ABILITIES, forbidden=context.monitor.session.demote)

    def follow(self, route: AbilityRoute) -> bool:
        """Show another address of the same ability on the same page; return false if it is another ability."""
        if route.ability_id != self._route.ability_id:
            return False
        self._route = route
        if self._work is not None:
            self._work.follow(route)
        return True

    def _open(self, ability: Ability, found: Found) -> AbilityAtWork:
        self._work = _ManagedAbility(self._context, ability, found.abilities)
        self._work.follow(self._route)
        return self._work


class _ManagedAbility(AbilityAtWork):
    """The page once the ability is known."""

    def __init__(self, context: PageContext, ability: Ability, abilities: tuple[Ability, ...]) -> None:
        super().__init__(context, ability, ability_markup(context.texts, ability))
        monitor = context.monitor
        api = AdminApi(monitor.api)
        # The executor that was chosen; empty for the ability's own.
        self._chosen = ""
        # What is drawn of the executors: a list that is open, and a gauge that is read out, are left alone. What is
        # chosen in the list the browser shows by itself.
        self._drawn = {"executor": executor_field_markup(context.texts, ability)}
        self._call_log = CallLog(context, ability.id, self._show)
        self._day = AbilityDayCount(
            monitor.refresh_context,
            api,
            monitor.logs,
            ability,
            abilities,
            changed=self._show,
            now=lambda: monitor.server_now,
        )
        self._load = ExecutorLoad(monitor.refresh_context, api, self._show_executors)
        self._load.choose(ability.executor_id)
        self._show()

    def follow(self, route: AbilityRoute) -> None:
        """Open the call log on the record that the address names."""
        if route.log_id is not None:
            place = None if route.part is None else (route.part, route.node or "")
            self._call_log.open(route.log_id, place=place)

    @property
    def unsaved(self) -> bool:
        """Whether the reader would lose something with this page."""
        return super().unsaved or bool(self._chosen) or self._call_log.exporting

    def close(self) -> None:
        """Cancel the subscriptions and what is running."""
        super().close()
        self._day.close()
        self._load.close()
        self._call_log.close()

    def act(self, action: Action) -> None:
        """Handle an action."""
        match action.name:
            case "open-logs":
                log_id = action.data.get("log")
                self._call_log.open(int(log_id), "result-log") if log_id else self._call_log.open()
            case "close-logs":
                self._call_log.hide()
                self._context.address.replace(ability_address(self._ability.id).removeprefix("#"))
            case "choose-executor":
                self._chosen = action.fields.get(EXECUTOR, "").strip()
                self._load.choose(self._chosen or self._ability.executor_id)
            case _:
                if not self._call_log.act(action):
                    super().act(action)

    def _values(self) -> Values:
        texts, logs = self._context.texts, self._context.monitor.logs
        day = self._day.day
        return {
            **super()._values(),
            **log_values(texts, logs=logs.total, cost=self._call_log.cost),
            **day_values(texts, day, failing=day is None and logs.failing is not None),
        }

    def _show_executors(self) -> None:
        if any(field.name == EXECUTOR for field in asked_inputs(self._ability)):
            # The ability asks for an executor of its own kind, which is not known here.
            return
        texts, load, ability = self._context.texts, self._load, self._ability
        offered = load.executors and suited(load.executors, ability.executor_id, ability.provider)
        unchosen = executor_field_markup(texts, ability, offered)
        self._draw("executor", executor_field_markup(texts, ability, offered, self._chosen), unchosen)
        name = short_executor(self._chosen or ability.executor_id)
        gauges = executor_load_markup(texts, name, load.queue, load.memory)
        self._draw("executor-load", gauges, gauges)

    def _draw(self, slot: str, markup: str, known_by: str) -> None:
        if self._drawn.get(slot) != known_by:
            self._drawn[slot] = known_by
            self._context.surface.region(slot).show(markup)
