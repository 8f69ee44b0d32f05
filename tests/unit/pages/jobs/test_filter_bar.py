"""The bar above both lists at work: what the user does becomes a query, and the query an address."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.core.query import Choice, Query, parse
from app.pages.jobs.filter_bar import PAUSE_S, FilterBar
from app.pages.route import JobListRoute, parse_route
from app.views.jobs.filter_bar import Choices
from testkit.page_context import AddressLog, quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface


class Bar:
    """The bar on a page, its address, and what was asked."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.surface = MemorySurface()
        self.address = AddressLog()
        self.asked: list[Query] = []
        self.bar = FilterBar(
            quiet_context(scene.monitor, self.surface, address=self.address), JobListRoute(), self.asked.append
        )
        self.surface.on_action(self.bar.act)  # type: ignore[arg-type]  # whether it was one of the bar's is not asked

    def at(self, address: str) -> None:
        """Let the user go to another address."""
        route = parse_route(address)
        assert isinstance(route, JobListRoute)
        self.bar.follow(route)

    def type(self, text: str) -> None:
        """Let the user type."""
        self.surface.fill("filter-type", q=text)

    def markup(self, part: str) -> str:
        """Return what stands in a part of the bar."""
        return self.surface.regions[f"filter-{part}"].markup

    def focus(self, part: str) -> str | None:
        """Return what has the keyboard in a part of the bar."""
        return self.surface.regions[f"filter-{part}"].focused

    def chip(self, action: str, name: str, value: str, *, excluded: bool = False) -> None:
        """Press a chip or its cross."""
        self.surface.act(action, field=name, value=value, excluded="true" if excluded else "false")


@pytest.fixture
async def bar() -> AsyncIterator[Bar]:
    """The bar without a query."""
    scene = await Scene().begin()
    bar = Bar(scene)
    yield bar
    bar.bar.close()
    await scene.leave()


async def test_typing_replaces_the_entry_and_asks_only_for_something_else(bar: Bar) -> None:
    """R35: a space at the end is nothing else; the address follows once typing pauses."""
    for text in ("koi", "koi ", "koi pond"):
        bar.type(text)
        await bar.scene.run(PAUSE_S - 0.1)
    assert ([parse("koi"), parse("koi pond")], "/tasks?q=koi") == (bar.asked, bar.address.route)
    await bar.scene.run(PAUSE_S)
    assert ("/tasks?q=koi%20pond", []) == (bar.address.route, bar.address.visited)


async def test_a_key_costs_no_change_of_the_address(bar: Bar) -> None:
    """R35, R37: it is changed once for a whole word, and left alone by a bar that is closed."""
    for length in range(1, 9):
        bar.type("seamless"[:length])
        await bar.scene.run(PAUSE_S / 2)
        assert "" == bar.address.route
    await bar.scene.run(PAUSE_S)
    assert "/tasks?q=seamless" == bar.address.route
    bar.type("seamles")
    bar.bar.close()
    await bar.scene.run(PAUSE_S)
    assert "/tasks?q=seamless" == bar.address.route


async def test_whoever_leaves_the_box_has_the_address_behind_them(bar: Bar) -> None:
    """R35: by a click elsewhere, with the return key or with a chip: back leads to what was typed."""
    bar.type("koi")
    bar.type("koi")
    seen = [bar.address.route]
    bar.type("carp")
    bar.surface.act("filter-commit")
    seen.append(bar.address.route)
    bar.type("carp pond")
    bar.surface.fill("filter-add", status="failed")
    seen.append(bar.address.route)
    assert ["/tasks?q=koi", "/tasks?q=carp", "/tasks?q=carp%20pond"] == seen
    assert ["/tasks?q=carp%20pond&status=failed"] == bar.address.visited


async def test_a_browser_that_refused_the_address_gets_it_with_the_next_tick(bar: Bar) -> None:
    """R35: it refuses what comes too often; what the user changed since is left alone."""
    bar.type("koi")
    bar.type("koi")
    bar.address.route = "/tasks"
    bar.bar.tick()
    assert "/tasks?q=koi" == bar.address.route
    bar.address.route = "/elsewhere"
    bar.bar.tick()
    assert "/elsewhere" == bar.address.route


async def test_a_choice_is_an_entry_and_the_same_choice_is_none(bar: Bar) -> None:
    """R35: what changes nothing leaves no step to go back."""
    bar.surface.fill("filter-sort", sort="-elapsed")
    bar.surface.fill("filter-sort", sort="-elapsed")
    bar.surface.fill("filter-sort", sort="sideways")
    assert ["/tasks?sort=-elapsed"] == bar.address.visited
    assert "menu-sort" == bar.focus("menus")


async def test_fields_in_the_box_count_at_once_and_become_chips_with_return(bar: Bar) -> None:
    """R34: until then they stand where they were typed."""
    bar.type("koi status:failed")
    assert [parse("koi status:failed")] == bar.asked
    assert "failed" in bar.markup("chips")
    bar.surface.act("filter-commit")
    assert ("filter-q", 1) == (bar.focus("search"), len(bar.asked))
    assert 'value="koi"' in bar.markup("search")
    before = bar.markup("search")
    bar.surface.act("filter-commit")
    assert before == bar.markup("search")


async def test_what_is_typed_stays_when_a_chip_is_chosen(bar: Bar) -> None:
    """R34: words and chips are one query."""
    bar.type("koi")
    bar.surface.fill("filter-add", status="failed")
    assert "/tasks?q=koi&status=failed" == bar.address.visited[-1]
    bar.type("")
    assert Query(status=Choice(("failed",))) == bar.bar.query


async def test_after_a_chip_the_keyboard_is_on_one_nearby(bar: Bar) -> None:
    """R34: on the turned chip, else on the one that takes its place; without chips, on the bar."""
    bar.at("/tasks?status=failed,running&executor=e1")
    bar.chip("filter-flip", "status", "failed")
    assert "chip-1" == bar.focus("chips")
    bar.chip("filter-drop", "executor", "e1")
    assert "chip-1" == bar.focus("chips")
    bar.chip("filter-drop", "status", "running")
    assert "chip-0" == bar.focus("chips")
    bar.chip("filter-drop", "status", "failed", excluded=True)
    assert ("filter-fold", "menu-status", "") == (bar.surface.focused, bar.focus("menus"), bar.markup("chips"))


async def test_a_chip_with_a_time_turns_to_the_other_end(bar: Bar) -> None:
    """R34: longer than becomes not longer than; dropping one end leaves the other."""
    bar.at("/tasks?longer=30s,-5m")
    bar.chip("filter-drop", "longer", "30s")
    assert "/tasks?longer=-5m" == bar.address.visited[-1]
    bar.chip("filter-flip", "longer", "5m", excluded=True)
    assert "/tasks?longer=5m" == bar.address.visited[-1]


async def test_another_address_is_another_query(bar: Bar) -> None:
    """R35: back and forward ask for what they name; the same once more asks nothing."""
    bar.at("/tasks?q=koi&colour=red")
    bar.at("/tasks?q=koi&colour=red")
    assert [parse("koi")] == bar.asked
    assert "Not understood and left out: colour=red" == bar.surface.values["filter-problem"]
    bar.at("/tasks?q=koi")
    assert ("", 2) == (bar.surface.values["filter-problem@hidden"], len(bar.asked))


async def test_menus_with_new_entries_take_the_keyboard_from_no_chip(bar: Bar) -> None:
    """R34: only the menus are drawn again."""
    bar.at("/tasks?status=failed")
    bar.surface.regions["filter-chips"].markup = "the keyboard is here"
    bar.bar.offer(Choices(ability={"x": "Paint"}))
    assert ("the keyboard is here", True) == (bar.markup("chips"), "Paint" in bar.markup("menus"))
    assert Choices(ability={"x": "Paint"}) == bar.bar.choices


async def test_a_label_that_comes_later_names_the_chip(bar: Bar) -> None:
    """R34: an address names an ability by its id."""
    bar.at("/tasks?ability=x")
    assert "Paint" not in bar.markup("chips")
    bar.bar.offer(Choices(ability={"x": "Paint"}))
    assert "Paint" in bar.markup("chips")


async def test_what_was_found_is_announced_once(bar: Bar) -> None:
    """R34: a screen reader says it when it changes."""
    bar.bar.say("3 found")
    assert "3 found" == bar.surface.values["filter-said"]
    bar.surface.values.clear()
    bar.bar.say("3 found")
    assert {} == bar.surface.values


async def test_other_actions_are_not_the_bars(bar: Bar) -> None:
    """The page asks one part after the other whose an action is."""
    bar.surface.act("refresh")
    bar.surface.fill("filter-add", nothing="x")
    bar.surface.fill("filter-add")
    assert ([], []) == (bar.asked, bar.address.visited)
