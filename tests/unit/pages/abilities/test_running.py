"""The rows of an ability's active tasks."""

from __future__ import annotations

from app.pages.abilities.running import RunningTasks
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface


async def test_only_active_tasks_of_the_ability_have_rows() -> None:
    """R28: the newest first; one that ends is gone with the next look."""
    scene = Scene(disable_ws=True)
    jobs = []
    for ability in ("x", "x", "y"):
        scene.clock.server_offset += 1
        jobs.append(scene.backend.submit_ability_task(ability)["id"])
    await scene.begin()
    surface = MemorySurface()
    running = RunningTasks(quiet_context(scene.monitor, surface), "x")
    rows = surface.lists["running"]
    assert (2, [jobs[1], jobs[0]]) == (running.show(), rows.order)
    scene.backend.move_ability_task(jobs[1], "failed")
    await scene.run(2)
    assert (1, [jobs[0]]) == (running.show(), rows.order)
    await scene.leave()


async def test_a_second_moves_the_running_time_alone() -> None:
    """R27: by the server's clock; the other values of a row stay as they are."""
    scene = Scene(disable_ws=True)
    job = scene.backend.submit_ability_task("x")["id"]
    scene.backend.move_ability_task(job, "running")
    await scene.begin()
    surface = MemorySurface()
    running = RunningTasks(quiet_context(scene.monitor, surface), "x")
    running.show()
    shown = surface.lists["running"].shown[job]
    assert shown["name"]
    await scene.run(65)
    running.tick(scene.monitor.server_now)
    later = surface.lists["running"].shown[job]
    assert {"elapsed"} == {name for name, value in later.items() if shown.get(name) != value}
    assert str(later["elapsed"]).startswith("1:0")
    await scene.leave()


async def test_ages_go_on() -> None:
    """R54: whoever reads ages does not see the one of the moment at which the page was opened."""
    scene = Scene(disable_ws=True)
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.begin()
    surface = MemorySurface()
    context = quiet_context(scene.monitor, surface)
    context.texts.read_as("", relative=True)
    running = RunningTasks(context, "x")
    running.show()
    rows = surface.lists["running"]
    before = rows.shown[job]["when"]
    running.tick(scene.monitor.server_now + 600.0)
    assert "10 minutes ago" != before
    assert "10 minutes ago" == rows.shown[job]["when"]
    await scene.leave()
