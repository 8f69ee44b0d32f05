"""One ability's page, until the ability is known."""

from __future__ import annotations

import pytest

from app.pages.abilities.ability import AbilityPage
from app.pages.route import AbilityRoute
from app.ports import Response
from testkit.chance import longest
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface

PATH = "/api/abilities"


async def opened(ability: str, *answers: Response | None) -> tuple[Scene, MemorySurface, AbilityPage]:
    """Return a page that was just opened; its first reads are answered otherwise."""
    scene = await Scene(disable_ws=True, chance=longest).begin()
    scene.backend.next_answers = [*answers]
    surface = MemorySurface()
    page = AbilityPage(quiet_context(scene.monitor, surface), AbilityRoute(ability))
    await scene.run(0.5)
    return scene, surface, page


def known(surface: MemorySurface) -> bool:
    """Return whether the ability is shown, with what of it is running."""
    return "running" in surface.lists


@pytest.mark.parametrize("answer", [Response(503, {}, ""), Response(502, {}, "<html></html>"), Response(200, {}, "")])
async def test_a_first_read_that_fails_is_repeated_as_the_lists_are(answer: Response) -> None:
    """R13: the error shows until the server is well again, and no longer."""
    scene, surface, page = await opened("x", answer)
    assert ('data-state="error"' in surface.markup, known(surface)) == (True, False)
    await scene.run(60)
    assert (True, 2) == (known(surface), len(scene.times(PATH)))
    page.close()
    await scene.leave()


async def test_an_unknown_ability_is_asked_for_again_on_refresh() -> None:
    """R32: what the server does not know is not asked for by itself, but the user may know better."""
    scene, surface, page = await opened("new")
    await scene.run(60)
    assert (False, 1) == (known(surface), len(scene.times(PATH)))
    scene.backend.abilities.append({"id": "new", "displayName": "New"})
    surface.act("refresh")
    await scene.run(0.5)
    assert (True, 2) == (known(surface), len(scene.times(PATH)))
    page.close()
    await scene.leave()


async def test_a_forbidden_read_demotes_and_is_not_repeated() -> None:
    """R30: the user is no admin any more, and the application leaves the page."""
    scene, surface, page = await opened("x", Response(403, {}, '{"detail": "ADMIN_ONLY"}'))
    await scene.run(60)
    assert ("user", False, 1) == (scene.monitor.session.role, known(surface), len(scene.times(PATH)))
    page.close()
    await scene.leave()
