"""What both pages of one ability do: find it, call it, and show what came of that (R29, R41).

``OneAbilityPage`` is the page until the ability is known; ``AbilityAtWork`` is what it opens then. Admins and users
have their own of each.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from app.api.abilities import read_offered
from app.api.errors import NotFound
from app.api.wallet import newest_movements
from app.core.abilities import Ability
from app.core.amounts import Amount
from app.core.events import Flush
from app.core.ledger import Movement
from app.core.prices import last_price
from app.core.records import AbilityTask
from app.core.stages import usual
from app.hooks.refresher import Refresher
from app.pages.abilities.call_form import CallForm, nothing
from app.pages.abilities.running import RunningTasks
from app.pages.page_context import PageContext
from app.ports import Action, Values
from app.views.abilities.one_ability import ability_state_markup, one_ability_values


@dataclass(frozen=True, slots=True)
class Found:
    """What the first read brings: all abilities, and the job whose request fills the form, if one does."""

    abilities: tuple[Ability, ...]
    earlier: AbilityTask | None


class AbilityAtWork:
    """The page once the ability is known."""

    def __init__(
        self,
        context: PageContext,
        ability: Ability,
        markup: str,
        *,
        form: Ability | None = None,
        submitted: Callable[[AbilityTask], None] = nothing,
    ) -> None:
        """``form`` is the ability with other values in its fields, ``markup`` the page that shows it."""
        self._context = context
        self._ability = ability
        # The newest movements of points; ``None`` until they were read.
        self._movements: tuple[Movement, ...] | None = None
        monitor = context.monitor
        context.surface.show(markup)
        context.title(context.texts.say("job.title", name=ability.name))
        self._running = RunningTasks(context, ability.id)
        self._form = CallForm(context, form or ability, submitted)
        self._subscription = monitor.bus.subscribe(Flush, self._flushed)
        self._ledger = Refresher(
            monitor.refresh_context,
            lambda: newest_movements(monitor.api, monitor.session.user_id),
            self._take_movements,
            needed=lambda: self._movements is None,
        )
        self._ledger.request()

    def tick(self, now: float) -> None:
        """Update running times."""
        self._running.tick(now)

    def close(self) -> None:
        """Cancel the subscriptions and what is running."""
        self._subscription.close()
        self._ledger.close()
        self._form.close()

    @property
    def unsaved(self) -> bool:
        """Whether the reader would lose something with this page."""
        return self._form.unsaved

    def act(self, action: Action) -> None:
        """Handle an action."""
        self._form.act(action)

    def _values(self) -> Values:
        """Return everything that is shown."""
        tasks = self._context.monitor.ability_tasks.tasks
        known = (task for task in map(tasks.get, tasks.order) if task is not None)
        return one_ability_values(
            self._context.texts,
            self._ability,
            usual=usual(known, AbilityTask(id="", ability_id=self._ability.id)),
            price=self._price,
            running=self._running.show(),
        )

    def _show(self) -> None:
        self._context.surface.bind(self._values())

    @property
    def _price(self) -> Amount | None:
        tasks = self._context.monitor.ability_tasks.tasks
        known = ((job_id, tasks.get(job_id)) for job_id in tasks.order)
        abilities = {job_id: task.ability_id for job_id, task in known if task is not None}
        return last_price(self._movements or (), abilities, self._ability.id)

    def _take_movements(self, movements: tuple[Movement, ...]) -> None:
        self._movements = movements
        self._show()

    def _flushed(self, flush: Flush) -> None:
        if any(change.record.ability_id == self._ability.id for change in flush.ability_tasks.values()):
            self._form.check()
            self._show()


class OneAbilityPage(ABC):
    """The page of one ability; until the ability is known, a skeleton, or why there is none."""

    def __init__(
        self,
        context: PageContext,
        ability_id: str,
        *,
        back: str,
        again: str | None = None,
        forbidden: Callable[[], None] | None = None,
    ) -> None:
        """``back`` is where all abilities are, ``again`` the job whose request fills the form.

        ``forbidden`` is given for a page that only admins may see: it is called if the user is none.
        """
        self._context = context
        self._ability_id = ability_id
        self._back = back
        self._again = again
        # The page proper, once the ability is known.
        self._known: AbilityAtWork | None = None
        self._refresher = Refresher(
            context.monitor.refresh_context,
            self._read,
            self._take,
            needed=lambda: self._known is None,
            changed=self._show_failure,
            forbidden=forbidden,
        )
        self._listening = context.surface.on_action(self._act)
        context.surface.show(ability_state_markup(context.texts, "loading", back=back))
        self._refresher.request()

    @abstractmethod
    def _open(self, ability: Ability, found: Found) -> AbilityAtWork:
        """Return the page of the ability."""

    @property
    def unsaved(self) -> bool:
        """Whether the reader would lose something with this page."""
        return self._known is not None and self._known.unsaved

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

    async def _read(self) -> Found:
        monitor, again = self._context.monitor, self._again
        abilities = await read_offered(monitor.api)
        earlier = None
        if again is not None and any(one.id == self._ability_id for one in abilities):
            earlier = monitor.ability_tasks.tasks.get(again)
            if earlier is None or earlier.request is None:
                try:
                    earlier = await monitor.api.ability_task(again)
                except NotFound:
                    earlier = None
        return Found(abilities, earlier)

    def _take(self, found: Found) -> None:
        ability = next((one for one in found.abilities if one.id == self._ability_id), None)
        if ability is None:
            self._context.surface.show(ability_state_markup(self._context.texts, "missing", back=self._back))
        else:
            self._known = self._open(ability, found)

    def _show_failure(self) -> None:
        if self._refresher.failing is not None:
            self._context.surface.show(ability_state_markup(self._context.texts, "error", back=self._back))
