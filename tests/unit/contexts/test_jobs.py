"""What any view can ask of the jobs."""

from app.core.collection import Counts
from testkit.scene import Scene


async def test_the_lists_are_counted() -> None:
    """R22: active, succeeded and failed, by events and by polls."""
    scene = await Scene().begin(5)
    tasks = [scene.backend.submit_task() for _ in range(4)]
    jobs = [scene.backend.submit_ability_task("x")["id"] for _ in range(3)]
    await scene.run(2)
    scene.backend.move_task(tasks[0], "completed", 100)
    scene.backend.move_task(tasks[1], "failed", 100)
    scene.backend.move_ability_task(jobs[0], "succeeded")
    await scene.run(1)
    assert (Counts(2, 1, 1, 4), Counts(2, 1, 0, 3)) == (
        scene.monitor.summary.counts,
        scene.monitor.ability_tasks.counts,
    )
    scene.unplug()
    scene.backend.move_ability_task(jobs[1], "failed")
    await scene.run(3)
    assert Counts(1, 1, 1, 3) == scene.monitor.ability_tasks.counts
    await scene.settle()
    await scene.leave()


async def test_the_active_tasks_of_one_ability() -> None:
    """R25: what a view needs to know, from one place, newest first."""
    scene = await Scene().begin(5)
    ids = []
    for ability in ("x", "y", "x"):
        await scene.run(1)
        ids.append((await scene.monitor.ability_tasks.submit({"abilityId": ability})).id)
    assert [ids[2], ids[0]] == [task.id for task in scene.monitor.ability_tasks.active_of("x")]
    scene.backend.move_ability_task(ids[2], "succeeded")
    await scene.run(1)
    assert [ids[0]] == [task.id for task in scene.monitor.ability_tasks.active_of("x")]
    await scene.settle()
    await scene.leave()
