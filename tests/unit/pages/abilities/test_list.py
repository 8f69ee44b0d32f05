"""The list of abilities, whatever becomes of its first read."""

from __future__ import annotations

import pytest

from app.pages.abilities.list import AbilityListPage
from app.pages.route import AbilityListRoute
from app.ports import Response
from testkit.chance import longest
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface

PATH = "/api/abilities"


async def opened(*answers: Response | None) -> tuple[Scene, MemorySurface, AbilityListPage]:
    """Return a page that was just opened; its first reads are answered otherwise."""
    scene = await Scene(disable_ws=True, chance=longest).begin()
    scene.backend.next_answers = [*answers]
    surface = MemorySurface()
    page = AbilityListPage(quiet_context(scene.monitor, surface), AbilityListRoute())
    await scene.run(0.5)
    return scene, surface, page


async def test_the_abilities_are_read_once() -> None:
    """R29: what can be called hardly ever changes."""
    scene, surface, page = await opened()
    await scene.run(300)
    assert ("ready", ["x"], 1) == (
        surface.values["panel@data-state"],
        surface.lists["abilities"].order,
        len(scene.times(PATH)),
    )
    page.close()
    await scene.leave()


@pytest.mark.parametrize("answer", [Response(503, {}, ""), Response(502, {}, "<html></html>"), Response(200, {}, "")])
async def test_a_first_read_that_fails_is_repeated_as_the_lists_are(answer: Response) -> None:
    """R13, report 33: the error shows until the server is well again, and no longer."""
    scene, surface, page = await opened(answer)
    assert ("error", []) == (surface.values["panel@data-state"], surface.lists["abilities"].order)
    await scene.run(1)
    assert ("ready", ["x"]) == (surface.values["panel@data-state"], surface.lists["abilities"].order)
    page.close()
    await scene.leave()


async def test_failures_back_off_and_a_refresh_does_not_wait() -> None:
    """R4, R13: a server that fails is asked ever more rarely, but at once by the user."""
    scene, surface, page = await opened(*[Response(503, {"retry-after": "5"}, "")] * 3)
    began = scene.times(PATH)[0]
    await scene.run(12)
    surface.act("refresh")
    await scene.run(0.5)
    assert [0.0, 5.0, 10.0, 12.5] == [round(at - began, 3) for at in scene.times(PATH)]
    assert "ready" == surface.values["panel@data-state"]
    page.close()
    await scene.leave()


async def test_a_hidden_page_reads_no_abilities() -> None:
    """R17: nothing is asked while hidden; on return the list is read anew, and stays shown if that fails."""
    scene, surface, page = await opened()
    scene.world.page.hide()
    surface.act("refresh")
    await scene.run(60)
    assert 1 == len(scene.times(PATH))
    scene.backend.fail(PATH, Response(503, {}, ""))
    scene.world.page.hide(False)
    await scene.run(0.5)
    assert ("ready", 2) == (surface.values["panel@data-state"], len(scene.times(PATH)))
    page.close()
    await scene.leave()


async def test_a_page_that_was_left_reads_nothing() -> None:
    """R5: its failures are not repeated behind another page."""
    scene, _, page = await opened(Response(503, {}, ""))
    page.close()
    await scene.run(60)
    assert 1 == len(scene.times(PATH))
    await scene.leave()


async def test_a_forbidden_read_demotes_and_is_not_repeated() -> None:
    """R30: the user is no admin any more, and the application leaves the page."""
    scene, _, page = await opened(Response(403, {}, '{"detail": "ADMIN_ONLY"}'))
    await scene.run(60)
    assert ("user", 1) == (scene.monitor.session.role, len(scene.times(PATH)))
    page.close()
    await scene.leave()
