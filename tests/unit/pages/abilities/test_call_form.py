"""Calls from an ability's page: one job per intention, and what becomes of a lost answer (R29, report 9)."""

from __future__ import annotations

import json

import pytest

from app.pages.abilities.ability import AbilityPage
from app.pages.route import AbilityRoute
from app.ports import Response
from testkit.chance import longest
from testkit.page_context import NoticeLog, quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface

SUBMIT = "POST /api/ability-tasks"
INVOKE = "POST /api/abilities/x/invoke"
INVOKED = Response(200, {}, json.dumps({"abilityId": "x", "status": "success", "texts": ["done"]}))


class OpenPage:
    """An ability's page with its surface, its notices and the scene behind it."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.surface = MemorySurface()
        self.notices = NoticeLog()
        scene.backend.abilities[:] = [{"id": "x", "displayName": "X", "requiresImage": False}]
        self.page = AbilityPage(quiet_context(scene.monitor, self.surface, self.notices), AbilityRoute("x"))

    def sent(self, request: str) -> int:
        """Return how often something was sent."""
        return self.scene.paths().count(request)

    @property
    def jobs(self) -> int:
        """How many jobs the server has."""
        return len(self.scene.backend.ability_tasks)

    async def leave(self) -> None:
        """Close the page and the scene."""
        self.page.close()
        await self.scene.leave()


async def opened() -> OpenPage:
    """Return the page of an ability, once it is known."""
    scene = await Scene(disable_ws=True, chance=longest).begin()
    page = OpenPage(scene)
    await scene.run(0.5)
    return page


@pytest.mark.parametrize(("action", "request_line"), [("invoke-task", SUBMIT), ("invoke", INVOKE)])
@pytest.mark.parametrize("latency_s", [0.0, 3.0])
async def test_a_double_click_sends_once(action: str, request_line: str, latency_s: float) -> None:
    """R29, report 9: whether the second click comes before the answer or after it."""
    page = await opened()
    page.scene.backend.fail("invoke", INVOKED)
    page.scene.world.http.latency_s = latency_s
    for _ in range(2):
        page.surface.act(action)
        await page.scene.run(0.2)
    await page.scene.run(5)
    assert page.sent(request_line) == 1
    page.surface.act(action)
    await page.scene.run(5)
    assert page.sent(request_line) == 2
    await page.leave()


async def invoked(answer: dict[str, object]) -> OpenPage:
    """Return the page once a call that was waited for is answered so."""
    page = await opened()
    page.scene.backend.fail("invoke", Response(200, {}, json.dumps({"abilityId": "x", **answer})))
    page.surface.act("invoke")
    await page.scene.run(1)
    return page


async def test_an_answer_of_videos_alone_shows_them() -> None:
    """R29, report 16: it is no empty success."""
    page = await invoked({"status": "success", "videos": [{"url": "https://oss.example.org/koi.mp4"}]})
    shown = page.surface.regions["videos"].markup
    assert ("Succeeded", None) == (page.surface.values["result-status"], page.surface.values["result@hidden"])
    assert ("<video" in shown, "https://oss.example.org/koi.mp4" in shown) == (True, True)
    await page.leave()


@pytest.mark.parametrize(("word", "said"), [("running", "Running"), ("queued", "Queued"), ("failed", "Failed")])
async def test_an_answer_that_says_no_success_shows_none(word: str, said: str) -> None:
    """R29: an executor that only takes the order answers that it is running."""
    page = await invoked({"status": word, "logId": 3})
    shown = page.surface.values
    assert (said, word, "Log 3") == (shown["result-status"], shown["result@data-status"], shown["result-log-text"])
    await page.leave()


async def test_enter_and_a_click_send_once() -> None:
    """R29, report 9: by both buttons within a moment, and again while the first POST is under way."""
    page = await opened()
    page.scene.world.http.latency_s = 5
    page.surface.act("invoke-task")
    page.surface.act("invoke")
    await page.scene.run(2)
    page.surface.act("invoke")
    assert ("true", "Submitting…") == (
        page.surface.values["submit-task@aria-disabled"],
        page.surface.values["submit-task-text"],
    )
    await page.scene.run(10)
    assert (1, 0) == (page.sent(SUBMIT), page.sent(INVOKE))
    assert page.surface.values["submit-task@aria-disabled"] is None
    await page.leave()


async def test_a_task_whose_answer_was_lost_is_found_and_not_sent_again() -> None:
    """R29, report 9: the page searches for the newborn task, sends nothing meanwhile, and says what it found."""
    page = await opened()
    older = page.scene.backend.submit_ability_task("x")["id"]
    await page.scene.run(60)
    page.scene.backend.fail("POST /api/ability-tasks", Response(502, {}, "<html>gateway</html>"), 1)
    born = page.scene.backend.submit_ability_task("x")["id"]
    page.surface.act("invoke-task")
    await page.scene.run(0)
    page.surface.act("invoke-task")
    await page.scene.run(2)
    assert (1, ["invoke.found"]) == (page.sent(SUBMIT), page.notices.keys)
    assert {born, older} <= set(page.scene.monitor.ability_tasks.tasks.order)
    assert ("", None) == (page.surface.values["note"], page.surface.values["submit-task@aria-disabled"])
    await page.leave()


async def test_a_task_that_was_never_made_may_be_sent_again() -> None:
    """R29, report 9: after several looks the page says that there is none."""
    page = await opened()
    page.scene.backend.fail("POST /api/ability-tasks", Response(502, {}, ""), 1)
    page.surface.act("invoke-task")
    await page.scene.run(1)
    assert "Looking" in str(page.surface.values["note"])
    await page.scene.run(2)
    page.surface.act("invoke-task")
    await page.scene.run(10)
    assert (1, 0, []) == (page.sent(SUBMIT), page.jobs, page.notices.keys)
    assert "You can submit it again" in str(page.surface.values["error"])
    page.surface.act("invoke-task")
    await page.scene.run(1)
    assert (2, 1, ["invoke.submitted"]) == (page.sent(SUBMIT), page.jobs, page.notices.keys)
    await page.leave()


async def test_the_search_goes_on_until_the_server_answers() -> None:
    """R29, report 9: nothing is offered while nobody knows."""
    page = await opened()
    page.scene.backend.down = True
    page.surface.act("invoke-task")
    await page.scene.run(120)
    assert ("", "true") == (page.surface.values["error"], page.surface.values["submit-task@aria-disabled"])
    page.scene.backend.down = False
    await page.scene.run(120)
    assert "You can submit it again" in str(page.surface.values["error"])
    await page.leave()


async def test_a_refusal_is_no_lost_answer() -> None:
    """R29: the API itself says that nothing was made, and the form is free at once."""
    page = await opened()
    page.scene.backend.fail("POST /api/ability-tasks", Response(429, {}, '{"detail": "EXECUTOR_BUSY"}'), 1)
    page.surface.act("invoke-task")
    await page.scene.run(0.5)
    assert "executor is busy" in str(page.surface.values["error"])
    assert page.surface.values["submit-task@aria-disabled"] is None
    await page.leave()


async def test_a_page_that_is_left_meanwhile_writes_nothing() -> None:
    """R29: another page stands on the surface by then."""
    page = await opened()
    page.scene.backend.down = True
    page.surface.act("invoke-task")
    await page.scene.run(1)
    page.page.close()
    page.surface.values.clear()
    page.scene.backend.down = False
    await page.scene.run(120)
    assert {} == page.surface.values
    await page.scene.leave()
