"""What both pages of one ability do, until it is known and from then on."""

from __future__ import annotations

import pytest

from app.core.abilities import Ability
from app.pages.abilities.one_ability import AbilityAtWork, Found, OneAbilityPage
from app.ports import Response
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface

BACK = "#/abilities"


class Plain(OneAbilityPage):
    """A page that shows the ability's name, and keeps what it was found with."""

    found: Found | None = None

    def _open(self, ability: Ability, found: Found) -> AbilityAtWork:
        self.found = found
        return AbilityAtWork(self._context, ability, f"<h1>{ability.name}</h1>")


async def signed_in() -> Scene:
    """Return a scene with ability ``x`` and a task of it."""
    scene = Scene(disable_ws=True)
    scene.backend.abilities[:] = [{"id": "x", "displayName": "Cut"}]
    scene.backend.submit_ability_task("x")
    return await scene.begin()


def opened(scene: Scene, ability: str = "x", again: str | None = None) -> tuple[Plain, MemorySurface]:
    """Return the page and its surface."""
    surface = MemorySurface()
    return Plain(quiet_context(scene.monitor, surface), ability, back=BACK, again=again), surface


async def test_a_skeleton_stands_there_until_the_ability_is_known() -> None:
    """R29: then its page takes the place; the price last paid and the running tasks are shown."""
    scene = await signed_in()
    page, surface = opened(scene)
    assert 'data-state="loading"' in surface.markup
    await scene.run(3)
    assert "<h1>Cut</h1>" == surface.markup
    assert 1 == len(surface.lists["running"].order)
    page.tick(scene.monitor.server_now)
    page.close()
    await scene.leave()


async def test_an_ability_that_is_not_there_is_said_to_be_missing() -> None:
    """R29: with the way back to those that are."""
    scene = await signed_in()
    page, surface = opened(scene, "y")
    await scene.run(1)
    assert ('data-state="empty"' in surface.markup, BACK in surface.markup) == (True, True)
    page.close()
    await scene.leave()


async def test_a_failure_says_so_and_is_tried_again() -> None:
    """R13: by itself, and at once by the button."""
    scene = await signed_in()
    fault = scene.backend.fail("GET /api/abilities", Response(503, {}, ""))
    page, surface = opened(scene)
    await scene.run(1)
    assert 'data-state="error"' in surface.markup
    fault.times = 0
    surface.act("refresh")
    await scene.run(0.5)
    assert "<h1>Cut</h1>" == surface.markup
    page.close()
    await scene.leave()


@pytest.mark.parametrize("known", [True, False])
async def test_the_job_whose_request_fills_the_form_is_read_where_it_is_not_known(known: bool) -> None:
    """R41: one that the server does not have fills nothing."""
    scene = await signed_in()
    job = str(scene.backend.submit_ability_task("x", {"inputs": {"prompt": "koi"}})["id"])
    if known:
        await scene.run(3)
    page, _ = opened(scene, again=job)
    gone, _ = opened(scene, again="gone")
    await scene.run(1)
    assert page.found is not None
    assert page.found.earlier is not None
    assert job == page.found.earlier.id
    assert gone.found is not None
    assert gone.found.earlier is None
    page.close()
    gone.close()
    await scene.leave()


async def test_a_page_that_is_left_before_it_was_read_opens_nothing() -> None:
    """R29: another page stands on the surface by then."""
    scene = await signed_in()
    page, surface = opened(scene)
    page.close()
    surface.markup = "another page"
    await scene.run(5)
    assert ("another page", None) == (surface.markup, page.found)
    await scene.leave()
