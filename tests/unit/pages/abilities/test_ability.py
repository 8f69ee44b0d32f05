"""One ability's page for admins: until the ability is known, its last day, and the choice of its executor."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.pages.abilities.ability import AbilityPage
from app.pages.route import AbilityRoute
from app.ports import Response
from testkit.backend import stamp
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
    """R13, report 33: the error shows until the server is well again, and no longer."""
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


LIST = "/api/admin/executors"
QUEUE = "/api/admin/comfyui/queue-status"
MEMORY = "/api/admin/comfyui/system-stats"
EXECUTORS = [
    {"id": "executor_c1", "name": "Node <1>", "type": "comfyui", "status": "active", "config": {"apiKey": "sesame"}},
    {"id": "executor_c2", "type": "comfyui"},
    {"id": "b1", "type": "baidu"},
]


async def at_work(*, inputs: Sequence[str] = ("prompt",), logs: int = 3) -> tuple[Scene, MemorySurface, AbilityPage]:
    """Return the page of an ability that has an executor of its own, and a few calls of the last hours."""
    scene = Scene(disable_ws=True, chance=longest)
    queue = {"executorId": "x", "runningCount": 1, "pendingCount": 2, "queueMaxSize": 10, "supported": True}
    memory = {"devices": [{"name": "gpu", "vram_total": 8 * 1024**3, "vram_free": 2 * 1024**3}]}
    scene.backend.optional.update({LIST: EXECUTORS, QUEUE: queue, MEMORY: memory})
    await scene.begin()
    fields = [{"name": name, "type": "text"} for name in inputs]
    scene.backend.abilities[:] = [
        {"id": "x", "displayName": "X", "executorId": "executor_c1", "inputSchema": {"fields": fields}}
    ]
    for number in range(logs):
        scene.backend.logs.append(
            {
                "id": number,
                "ability_id": "x",
                "status": "failed" if number == 1 else "success",
                "duration_ms": 4000,
                "cost_amount": 0.5,
                "currency": "CNY",
                "created_at": stamp(scene.clock.server() - 3600 * (logs - number)),
            }
        )
    surface = MemorySurface()
    page = AbilityPage(quiet_context(scene.monitor, surface), AbilityRoute("x"))
    await scene.run(5)
    return scene, surface, page


async def test_the_last_day_is_shown_with_what_it_is_counted_from() -> None:
    """R51: calls, successes, usual duration and cost; failed calls apart."""
    scene, surface, page = await at_work()
    shown = {name: surface.values[f"day-{name}"] for name in ("count", "succeeded", "duration", "cost")}
    assert {"count": "3", "succeeded": "66.7%", "duration": "4 s", "cost": "CNY 1.00"} == shown
    assert ("1 failed", "Failed calls CNY 0.50") == (
        surface.values["day-succeeded-more"],
        surface.values["day-cost-more"],
    )
    assert "Counted here from the log: 3 calls." == surface.values["day-said"]
    page.close()
    await scene.leave()


async def test_a_day_without_calls_is_said() -> None:
    """R51: no row of zeros."""
    scene, surface, page = await at_work(logs=0)
    assert ("", "No calls in the last 24 hours.") == (surface.values["day-numbers@hidden"], surface.values["day-said"])
    page.close()
    await scene.leave()


async def test_an_executor_is_chosen_with_its_queue_and_memory_in_view() -> None:
    """R29, R52: of the sort that suits the ability; the call is for the chosen one."""
    scene, surface, page = await at_work()
    choice, load = surface.regions["executor"], surface.regions["executor-load"]
    assert ("own: Node &lt;1&gt;" in choice.markup, 'value="executor_c2"' in choice.markup) == (True, True)
    assert ('value="b1"' in choice.markup, "sesame" in choice.markup) == (False, False)
    assert ("1 running, 2 waiting, limit 10" in load.markup, "6 of 8 GB used" in load.markup) == (True, True)
    # The list has the keyboard, and shows what is chosen by itself.
    choice.markup = "as it was"
    surface.fill("choose-executor", executorId="executor_c2")
    assert "" == load.markup
    await scene.run(2)
    assert "as it was" == choice.markup
    assert "1 running" in load.markup
    assert f"{QUEUE}?executorId=executor_c2" in {path for _, _, path in scene.world.http.requests}
    surface.fill("choose-executor", executorId="")
    await scene.run(2)
    assert [f"{QUEUE}?executorId=executor_c1"] == [
        path for _, _, path in scene.world.http.requests if path.startswith(QUEUE)
    ][-1:]
    page.close()
    await scene.leave()


async def test_an_ability_that_asks_for_an_executor_itself_has_its_own_field() -> None:
    """R29: and no second one of that name."""
    scene, surface, page = await at_work(inputs=("executorId",))
    assert ("executor" in surface.regions, 'data-podi="executor-choice"' in surface.markup) == (False, False)
    assert 1 == surface.markup.count('name="executorId"')
    page.close()
    await scene.leave()


async def test_without_a_list_of_executors_one_is_typed() -> None:
    """R52: the box for its id stays, and shows that executor's load."""
    scene = Scene(disable_ws=True, chance=longest)
    await scene.begin()
    scene.backend.abilities[:] = [{"id": "x", "displayName": "X"}]
    surface = MemorySurface()
    page = AbilityPage(quiet_context(scene.monitor, surface), AbilityRoute("x"))
    await scene.run(5)
    assert '<input class="input" type="text" value="" id="own-executorId"' in surface.regions["executor"].markup
    surface.fill("choose-executor", executorId=" e9 ")
    await scene.run(2)
    assert f"{QUEUE}?executorId=e9" in {path for _, _, path in scene.world.http.requests}
    page.close()
    await scene.leave()


async def test_the_price_last_paid_is_said_to_admins_too() -> None:
    """R41: before they call."""
    scene, surface, page = await at_work()
    job = scene.backend.submit_ability_task("x")["id"]
    scene.backend.ledger = [{"id": "1", "changeType": "DECREASE", "points": -35, "taskId": job}]
    scene.monitor.refresh()
    await scene.run(2)
    page.close()
    other = AbilityPage(quiet_context(scene.monitor, surface), AbilityRoute("x"))
    await scene.run(2)
    assert "Price: 35 points when last paid" == surface.values["price"]
    other.close()
    await scene.leave()


@pytest.mark.parametrize("drawer", [False, True])
async def test_the_page_learns_of_calls_every_ten_seconds_without_a_notice(drawer: bool) -> None:
    """R28: whether the log is open or not, but only while somebody sees the page."""
    scene, surface, page = await at_work()
    if drawer:
        surface.act("open-logs")
    await scene.run(1)
    since, logs = scene.clock.now, "/api/admin/abilities/x/logs"
    for number in range(3, 6):
        record = {**scene.backend.logs[0], "id": number, "created_at": stamp(scene.clock.server())}
        scene.backend.logs.append(record)
        await scene.run(10)
        page.tick(scene.clock.wall())
        known = number + 1
        assert f"{known} of {known} records" == surface.values["logs-count"]
        assert str(known) == surface.values["day-count"]
    assert 3 == len(scene.times(logs, since))
    scene.world.page.hide()
    since = scene.clock.now
    await scene.run(60)
    assert [] == scene.times(logs, since)
    scene.world.page.hide(False)
    page.close()
    since = scene.clock.now
    await scene.run(60)
    assert [] == scene.times(logs, since)
    await scene.leave()
