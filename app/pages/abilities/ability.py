"""One ability at work, for admins: the form that calls it, what came of it, what is running, and its log (R28, R29)."""

from collections.abc import Iterable

from app.core.abilities import Ability
from app.core.events import Flush
from app.hooks.refresher import Refresher
from app.pages.abilities.call_form import CallForm
from app.pages.abilities.call_log import CallLog
from app.pages.abilities.running import RunningTasks
from app.pages.page_context import PageContext
from app.pages.route import AbilityRoute
from app.ports import Action
from app.views.abilities.ability import ability_markup, ability_state_markup, ability_values
from app.views.markup import ability_address


class AbilityPage:
    """The page of one ability; until the ability is known, a skeleton, or why there is none."""

    def __init__(self, context: PageContext, route: AbilityRoute) -> None:
        self._context = context
        self._route = route
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
            self._known = _KnownAbility(context, found)
            self._known.follow(self._route.log_id)

    def _show_failure(self) -> None:
        if self._refresher.failing is not None:
            self._context.surface.show(ability_state_markup(self._context.texts, "error"))


class _KnownAbility:
    """The page once the ability is known."""

    def __init__(self, context: PageContext, ability: Ability) -> None:
        self._context = context
        self._ability = ability
        context.surface.show(ability_markup(context.texts, ability))
        context.title(context.texts.say("job.title", name=ability.name))
        self._running = RunningTasks(context, ability.id)
        self._call_log = CallLog(context, ability.id, context.exports, self._show)
        self._subscription = context.monitor.bus.subscribe(Flush, self._flushed)
        self._form = CallForm(context, ability)
        self._show()

    def follow(self, log_id: int | None) -> None:
        """Open the call log on the record that the address names."""
        if log_id is not None:
            self._call_log.open(log_id)

    def tick(self, now: float) -> None:
        """Update running times."""
        self._running.tick(now)

    def close(self) -> None:
        """Cancel the subscriptions and what is running."""
        self._subscription.close()
        self._call_log.close()
        self._form.close()

    def act(self, action: Action) -> None:
        """Handle an action."""
        match action.name:
            case "open-logs":
                log_id = action.data.get("log")
                self._call_log.open(int(log_id), "result-log") if log_id else self._call_log.open()
            case "close-logs":
                self._call_log.hide()
                self._context.address.replace(ability_address(self._ability.id).removeprefix("#"))
            case _:
                if not self._call_log.act(action):
                    self._form.act(action)

    def _flushed(self, flush: Flush) -> None:
        if any(change.record.ability_id == self._ability.id for change in flush.ability_tasks.values()):
            self._form.check()
            self._show()

    def _show(self) -> None:
        running = self._running.show()
        logs = self._context.monitor.logs
        self._context.surface.bind(
            ability_values(self._context.texts, running=running, logs=logs.total, cost=self._call_log.cost)
        )
