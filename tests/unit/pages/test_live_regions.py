"""What a screen reader says by itself: what has changed, and never that time has passed."""

from __future__ import annotations

from html.parser import HTMLParser
from importlib import import_module

import pytest

from app.pages.late_pages import LATE_PAGES
from app.pages.route import parse_route
from app.ports import Response
from testkit.backend_records import ABILITY
from testkit.page_context import AddressLog, quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface

ROLES = {"status", "alert", "log"}
VOID = {"input", "img", "br", "hr", "meta", "link", "source", "track", "col", "wbr"}


class _Live(HTMLParser):
    """The slots of some markup that are, or stand in, what is read out when it changes."""

    def __init__(self, *, live: bool) -> None:
        super().__init__()
        self.slots: set[str] = set()
        self._live = [live]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        quiet = given.get("aria-live") == "off"
        live = not quiet and (self._live[-1] or given.get("role") in ROLES or "aria-live" in given)
        if live and given.get("data-slot"):
            self.slots.add(str(given["data-slot"]))
        if tag not in VOID:
            self._live.append(live)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self._live.pop()


def live_texts(surface: MemorySurface, *, live: bool = False) -> dict[str, str | None]:
    """What stands in the live regions of a surface and of the regions in it, by slot."""
    found = _Live(live=live)
    found.feed(surface.markup)
    texts = {slot: surface.values.get(slot) for slot in found.slots}
    if live:
        texts["(markup)"] = surface.markup
    for slot, region in surface.regions.items():
        texts |= {f"{slot}/{name}": text for name, text in live_texts(region, live=slot in found.slots).items()}
    return texts


# One of every late page, with something on it that runs.
ADDRESSES = (
    "/tasks/{task}",
    "/tasks/{call}",
    "/compare?a={task}&b={call}",
    "/abilities",
    "/abilities/{ability}",
    "/admin/abilities",
    "/admin/abilities/{ability}",
    "/admin/overview",
    "/admin/calls",
    "/admin/problems",
    "/admin/metrics",
    "/points",
    "/notifications",
    "/reading",
)


@pytest.mark.parametrize("failing", [False, True], ids=["well", "failing"])
@pytest.mark.parametrize("address", ADDRESSES)
async def test_time_that_passes_is_not_read_out(address: str, failing: bool) -> None:
    """Time in which nothing happens, or in which the server keeps failing, is said once at most."""
    scene = Scene()
    task = scene.backend.submit_task()
    scene.backend.move_task(task, "processing", 10)
    ability = str(ABILITY["id"])
    call = str(scene.backend.submit_ability_task(ability)["id"])
    scene.backend.move_ability_task(call, "running")
    await scene.begin()
    route = parse_route(address.format(task=task, call=call, ability=ability))
    surface = MemorySurface()
    module, name = LATE_PAGES[type(route)]
    page = getattr(import_module(module), name)(quiet_context(scene.monitor, surface, address=AddressLog()), route)
    await scene.run(5)
    if failing:
        scene.backend.fail("/api", Response(503, {}, ""))
        scene.unplug()
        await scene.run(30)
    spoken: dict[str, set[str | None]] = {}
    for _ in range(20):
        await scene.run(1)
        page.tick(scene.monitor.server_now)
        for slot, text in live_texts(surface).items():
            spoken.setdefault(slot, set()).add(text)
    assert {} == {slot: texts for slot, texts in spoken.items() if len(texts) > 2}
    page.close()
    await scene.leave()


def test_every_late_page_is_tried() -> None:
    """A page that is added says nothing of the time either."""
    assert LATE_PAGES.keys() == {
        type(parse_route(address.format(task="t", call="c", ability="a"))) for address in ADDRESSES
    }
