"""One ability at work, for every user: its form, filled from an earlier job if one is named (R41)."""

from dataclasses import dataclass

from app.api.errors import NotFound
from app.api.wallet import newest_movements
from app.core.abilities import Ability
from app.core.amounts import Amount
from app.core.events import Flush
from app.core.ledger import Movement
from app.core.prices import last_price
from app.core.records import AbilityTask
from app.core.rerun import Refill, refill, refilled
from app.core.stages import usual
from app.hooks.refresher import Refresher
from app.pages.abilities.call_form import CallForm
from app.pages.abilities.running import RunningTasks
from app.pages.page_context import PageContext
from app.pages.route import OfferedRoute
from app.ports import Action
from app.views.abilities.ability import ability_state_markup, running_values
from app.views.abilities.offered import OFFERED, offered_markup, offered_values, refill_values
from app.views.markup import job_address


@dataclass(frozen=True, slots=True)
class _Found:
    """What the first read brings: the ability, and the job whose request fills the form; ``None`` if there is none."""

    ability: Ability | None
    earlier: AbilityTask | None


class OfferedPage:
    """The page of one ability; until the ability is known, a skeleton, or why there is none."""

    def __init__(self, context: PageContext, route: OfferedRoute) -> None:
        self._context = context
        self._route = route
        # The page proper, once the ability is known.
        self._known: _KnownAbility | None = None
        self._refresher = Refresher(
            context.monitor.refresh_context,
            self._read,
            self._take,
            needed=lambda: self._known is None,
            changed=self._show_failure,
        )
        self._listening = context.surface.on_action(self._act)
        context.surface.show(ability_state_markup(context.texts, "loading", back=OFFERED))
        self._refresher.request()

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

    async def _read(self) -> _Found:
        monitor, wanted = self._context.monitor, self._route
        abilities = await monitor.api.abilities()
        ability = next((one for one in abilities if one.id == wanted.ability_id), None)
        earlier = None
        if wanted.again is not None and ability is not None:
            earlier = monitor.ability_tasks.tasks.get(wanted.again)
            if earlier is None or earlier.request is None:
                try:
                    earlier = await monitor.api.ability_task(wanted.again)
                except NotFound:
                    earlier = None
        return _Found(ability, earlier)

    def _take(self, found: _Found) -> None:
        context = self._context
        if found.ability is None:
            context.surface.show(ability_state_markup(context.texts, "missing", back=OFFERED))
        else:
            missing = self._route.again is not None and found.earlier is None
            self._known = _KnownAbility(context, found.ability, found.earlier, missing=missing)

    def _show_failure(self) -> None:
        if self._refresher.failing is not None:
            self._context.surface.show(ability_state_markup(self._context.texts, "error", back=OFFERED))


class _KnownAbility:
    """The page once the ability is known."""

    def __init__(self, context: PageContext, ability: Ability, earlier: AbilityTask | None, *, missing: bool) -> None:
        self._context = context
        self._ability = ability
        self._refill: Refill | None = None if earlier is None else refill(ability, earlier.request)
        self._missing = missing
        # The newest movements of points; ``None`` until they were read.
        self._movements: tuple[Movement, ...] | None = None
        monitor = context.monitor
        form = ability if self._refill is None else refilled(ability, self._refill)
        context.surface.show(offered_markup(context.texts, form, self._refill))
        context.title(context.texts.say("job.title", name=ability.name))
        self._running = RunningTasks(context, ability.id)
        self._form = CallForm(context, form, self._submitted)
        self._subscription = monitor.bus.subscribe(Flush, self._flushed)
        self._ledger = Refresher(
            monitor.refresh_context,
            lambda: newest_movements(monitor.api, monitor.session.user_id),
            self._take_movements,
            needed=lambda: self._movements is None,
        )
        self._ledger.request()
        self._show()

    def tick(self, now: float) -> None:
        """Update running times."""
        self._running.tick(now)

    def close(self) -> None:
        """Cancel the subscriptions and what is running."""
        self._subscription.close()
        self._ledger.close()
        self._form.close()

    def act(self, action: Action) -> None:
        """Handle an action."""
        self._form.act(action)

    def _submitted(self, task: AbilityTask) -> None:
        """Show the new job, where the form was filled from an earlier one."""
        if self._refill is not None:
            self._context.address.go(job_address(task.id).removeprefix("#"))

    def _take_movements(self, movements: tuple[Movement, ...]) -> None:
        self._movements = movements
        self._show()

    def _flushed(self, flush: Flush) -> None:
        if any(change.record.ability_id == self._ability.id for change in flush.ability_tasks.values()):
            self._form.check()
            self._show()

    @property
    def _price(self) -> Amount | None:
        tasks = self._context.monitor.ability_tasks.tasks
        known = ((job_id, tasks.get(job_id)) for job_id in tasks.order)
        abilities = {job_id: task.ability_id for job_id, task in known if task is not None}
        return last_price(self._movements or (), abilities, self._ability.id)

    def _show(self) -> None:
        texts = self._context.texts
        tasks = self._context.monitor.ability_tasks.tasks
        known = (task for task in map(tasks.get, tasks.order) if task is not None)
        usually = usual(known, AbilityTask(id="", ability_id=self._ability.id))
        price = self._price
        self._context.surface.bind(
            {
                **offered_values(texts, self._ability, usually),
                **refill_values(texts, self._refill, missing=self._missing, price=price),
                **running_values(texts, self._running.show()),
            }
        )
