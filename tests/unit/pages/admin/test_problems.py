"""The page of problems."""

from __future__ import annotations

from app.core.bulk import RunAgainAsked
from app.pages.admin.problems import ProblemsPage
from app.pages.route import ProblemsRoute
from app.ports import Action
from testkit.backend import stamp
from testkit.page_context import History, quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface


async def opened(
    failures: int, query: str = "", filters: frozenset[str] | None = None
) -> tuple[Scene, MemorySurface, ProblemsPage]:
    """Return the page, once it has read a log with so many failures and as many successes."""
    scene = Scene()
    if filters is not None:
        scene.backend.log_filters = filters
    for number in range(1, 2 * failures + 1):
        scene.backend.logs.append(
            {
                "id": number,
                "ability_id": "x",
                "status": "failed" if number % 2 else "success",
                "error_message": f"{'no route' if number % 4 == 1 else 'timeout'} to 10.0.0.{number}"
                if number % 2
                else None,
                "created_at": stamp(scene.clock.server() - 60),
            }
        )
    await scene.begin()
    surface = MemorySurface()
    history = History(f"/admin/problems?{query}")
    page = ProblemsPage(quiet_context(scene.monitor, surface, address=history), ProblemsRoute(query))
    await scene.run(20)
    return scene, surface, page


async def test_failed_calls_are_grouped_by_cause() -> None:
    """R50: whatever the server can narrow, only failures count, and the sample says among how many."""
    scene, surface, page = await opened(6, filters=frozenset())
    markup = surface.regions["problems"].markup
    assert ("2 causes · 6 failed ·", "of all 12 calls in the log") == (
        surface.values["problems-count"],
        surface.values["problems-reach"],
    )
    assert "no route to ⟨n⟩" in markup
    assert "timeout to ⟨n⟩" in markup
    page.close()
    await scene.leave()


async def test_two_thousand_failures_are_loaded_and_sorted() -> None:
    """R50: to the depth, page by page, and further when the reader asks."""
    scene, surface, page = await opened(2500)
    assert "among the newest" in str(surface.values["problems-reach"])
    before = str(surface.values["problems-count"])
    surface.act("older")
    await scene.run(20)
    assert ("2 causes · 2,500 failed ·", "ready") == (
        surface.values["problems-count"],
        surface.values["problems-panel@data-state"],
    )
    assert before != surface.values["problems-count"]
    page.close()
    await scene.leave()


async def test_another_range_is_another_sample() -> None:
    """R50: it stands in the address, and back leads to the one before; at first the last day is looked at."""
    scene, surface, page = await opened(3, "since=1h")
    assert "since=1h" in surface.regions["problems"].markup
    for callback in surface.callbacks:
        callback(Action("choose", {}, {"since": "7d"}))
    assert "since=7d" in surface.regions["problems"].markup
    assert page.follow(ProblemsRoute("since=1h"))
    assert "since=1h" in surface.regions["problems"].markup
    assert 'value="1h" selected' in surface.regions["choose-since"].markup
    page.close()
    await scene.leave()


async def test_ones_own_failed_jobs_of_a_cause_are_run_again() -> None:
    """R41, R50: the reader's own are counted and asked about; those of others have no button."""
    scene = Scene()
    whole = {"imageBase64": None, "imageUrl": "/koi.png"}
    mine = [str(scene.backend.submit_ability_task("x", whole)["id"]) for _ in range(2)]
    for number, job in enumerate([*mine, "0" * 32]):
        if job in scene.backend.ability_tasks:
            scene.backend.move_ability_task(job, "failed")
        scene.backend.logs[number:] = [
            {
                "id": number + 1,
                "ability_id": "x",
                "status": "failed",
                "source": "ability-task",
                "task_id": job,
                "error_message": "timeout" if job in mine else "no route",
                "created_at": stamp(scene.clock.server() - 60),
            }
        ]
    await scene.begin()
    asked = scene.events(RunAgainAsked)
    surface = MemorySurface()
    page = ProblemsPage(quiet_context(scene.monitor, surface), ProblemsRoute(""))
    await scene.run(20)
    assert 1 == surface.regions["problems"].markup.count("run-these-again")
    assert "Run my 2 failed jobs of this cause again" in surface.regions["problems"].markup
    surface.act("run-these-again", cause="timeout")
    assert [set(mine)] == [set(one.job_ids) for one in asked]
    # While the calls are sorted anew, slowly, what is drawn can still be pressed on.
    scene.backend.logs.append(scene.backend.logs[-1] | {"id": 9})
    scene.clock.reading_s = 0.02
    scene.monitor.refresh()
    for _ in range(300):
        await scene.run(0.01)
        surface.act("run-these-again", cause="timeout")
    assert 301 == len(asked)
    assert {frozenset(mine)} == {frozenset(one.job_ids) for one in asked}
    scene.clock.reading_s = 0
    page.close()
    await scene.leave()
