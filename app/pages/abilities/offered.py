"""One ability at work, for every user: its form, filled from an earlier job if one is named (R41)."""

from app.core.abilities import Ability
from app.core.records import AbilityTask
from app.core.refill import refill, refilled
from app.pages.abilities.one_ability import AbilityAtWork, Found, OneAbilityPage
from app.pages.page_context import PageContext
from app.pages.route import OfferedRoute
from app.ports import Values
from app.views.abilities.offered import OFFERED, offered_markup, refill_values
from app.views.markup import job_address


class OfferedPage(OneAbilityPage):
    """The page of one ability."""

    def __init__(self, context: PageContext, route: OfferedRoute) -> None:
        super().__init__(context, route.ability_id, back=OFFERED, again=route.again)

    def _open(self, ability: Ability, found: Found) -> AbilityAtWork:
        missing = self._again is not None and found.earlier is None
        return _OfferedAbility(self._context, ability, found.earlier, missing=missing)


class _OfferedAbility(AbilityAtWork):
    """The page once the ability is known."""

    def __init__(self, context: PageContext, ability: Ability, earlier: AbilityTask | None, *, missing: bool) -> None:
        self._refill = None if earlier is None else refill(ability, earlier.request)
        self._missing = missing
        form = ability if self._refill is None else refilled(ability, self._refill)
        markup = offered_markup(context.texts, form, self._refill)
        super().__init__(context, ability, markup, form=form, submitted=self._submitted)
        self._show()

    def _submitted(self, task: AbilityTask) -> None:
        """Show the new job, where the form was filled from an earlier one."""
        if self._refill is not None:
            self._context.address.go(job_address(task.id).removeprefix("#"))

    def _values(self) -> Values:
        return {**super()._values(), **refill_values(self._context.texts, self._refill, missing=self._missing)}
