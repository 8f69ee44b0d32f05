"""The list of abilities at work, with its filter."""

from collections.abc import Iterable
from functools import partial

from app.api.abilities import read_offered
from app.core.abilities import Ability
from app.hooks.refresher import Refresher
from app.pages.page_context import PageContext
from app.pages.route import AbilityListRoute, OfferedListRoute
from app.ports import Action, Values
from app.views.abilities.list import (
    ability_list_markup,
    ability_list_values,
    ability_row_markup,
    ability_row_values,
    filter_abilities,
)

ROW_PX = 64


class AbilityListPage:
    """All abilities that can be called."""

    def __init__(self, context: PageContext, route: AbilityListRoute | OfferedListRoute) -> None:
        self._context = context
        # Whether the rows lead to the pages with the call logs.
        self._admin = isinstance(route, AbilityListRoute)
        self._abilities: dict[str, Ability] | None = None
        self._filter = ""
        monitor = context.monitor
        self._refresher = Refresher(
            monitor.refresh_context,
            partial(read_offered, monitor.api),
            self._take,
            changed=self._show,
            forbidden=monitor.session.demote,
        )
        context.surface.show(ability_list_markup(context.texts))
        markup = ability_row_markup()
        self._rows = context.surface.rows("abilities", row_px=ROW_PX, markup=lambda _: markup, values=self._row_values)
        self._listening = context.surface.on_action(self._act)
        context.title(context.texts.say("abilities.title"))
        self._show()
        self._refresher.request()

    def tick(self, now: float) -> None:
        """Nothing here depends on the time."""

    def close(self) -> None:
        """Cancel the subscription and a read that is running."""
        self._listening.close()
        self._refresher.close()

    def _act(self, action: Action) -> None:
        match action.name:
            case "filter":
                self._filter = action.fields.get("filter", "")
                self._show()
            case "refresh":
                self._refresher.request()

    def _take(self, abilities: Iterable[Ability]) -> None:
        self._abilities = {ability.id: ability for ability in abilities}

    def _row_values(self, key: str) -> Values:
        ability = (self._abilities or {}).get(key)
        return ability_row_values(self._context.texts, ability, admin=self._admin) if ability else {}

    def _show(self) -> None:
        abilities = self._abilities
        shown = filter_abilities(list((abilities or {}).values()), self._filter)
        self._rows.set_order([ability.id for ability in shown])
        self._rows.touch()
        self._context.surface.bind(
            ability_list_values(
                self._context.texts,
                shown=len(shown),
                total=None if abilities is None else len(abilities),
                failing=self._refresher.failing is not None,
                filtered=bool(self._filter.strip()),
            )
        )
