"""Ended jobs that the browser is asked to remember."""

from __future__ import annotations

from app.hooks.remembered_jobs import AGAIN_S, EVERY_S, Remembering, forget
from testkit.scene import Scene
from testkit.world import MemoryRemembered


def remembering(scene: Scene, *, own: bool = True) -> Remembering:
    """Begin to remember for the user of a scene."""
    monitor = scene.monitor
    return Remembering(
        scene.world.ports,
        monitor.bus,
        "u1",
        monitor.summary.tasks,
        monitor.ability_tasks.tasks,
        lambda: monitor.server_now,
        own=own,
    )


def memory(scene: Scene) -> MemoryRemembered:
    """Return what the browser of a scene remembers."""
    return scene.world.ports.late.adapters.remembered_jobs(scene.clock, scene.world.timers)  # type: ignore[return-value]


def ids(scene: Scene, kind: str) -> set[str]:
    """Return the jobs that are remembered."""
    return {row.job_id for row in memory(scene).of("u1", kind)}


async def test_what_has_ended_and_what_ends_is_remembered() -> None:
    """R48: what the lists hold at once, what ends a few seconds later, and nothing that is active."""
    scene = Scene()
    ended, open_ = scene.backend.submit_task(), scene.backend.submit_task()
    scene.backend.move_task(ended, "completed", 100)
    await scene.begin()
    hook = remembering(scene)
    await scene.run(0.1)
    assert {ended} == ids(scene, "task")
    scene.backend.move_task(open_, "failed", 5)
    await scene.run(EVERY_S + 2)
    assert {ended, open_} == ids(scene, "task")
    hook.close()
    await scene.leave()


async def test_an_ability_task_is_remembered_apart() -> None:
    """R48: kinds have bounds of their own."""
    scene = await Scene().begin()
    hook = remembering(scene)
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(2)
    scene.backend.move_ability_task(job, "succeeded")
    await scene.run(EVERY_S + 3)
    assert ({job}, set()) == (ids(scene, "ability-task"), ids(scene, "task"))
    hook.close()
    await scene.leave()


async def test_a_page_that_is_hidden_writes_at_once() -> None:
    """R48: it may never be shown again."""
    scene = await Scene().begin()
    hook = remembering(scene)
    job = scene.backend.submit_task()
    await scene.run(2)
    scene.backend.move_task(job, "completed", 100)
    await scene.run(1)
    assert set() == ids(scene, "task")
    scene.world.page.hide()
    await scene.run(0.1)
    assert {job} == ids(scene, "task")
    hook.close()
    scene.world.page.hide(False)
    await scene.leave()


async def test_a_refusal_costs_the_memory_and_nothing_else() -> None:
    """R48: it is named, nothing is tried for minutes, and then what waits is written."""
    scene = Scene()
    memory(scene).refuses = "QuotaExceededError"
    job = scene.backend.submit_task()
    scene.backend.move_task(job, "completed", 100)
    await scene.begin()
    hook = remembering(scene)
    await scene.run(EVERY_S * 3)
    refused = hook.problem
    memory(scene).refuses = None
    scene.world.page.hide()
    scene.world.page.hide(False)
    await scene.run(EVERY_S * 3)
    assert set() == ids(scene, "task")
    await scene.run(AGAIN_S)
    assert ("QuotaExceededError", None, {job}) == (refused, hook.problem, ids(scene, "task"))
    hook.close()
    await scene.leave()


async def test_what_is_of_another_session_is_forgotten_before_anything_is_written() -> None:
    """R48: another user of this browser sees nothing."""
    scene = Scene()
    ended = scene.backend.submit_task()
    scene.backend.move_task(ended, "completed", 100)
    await scene.begin()
    hook = remembering(scene)
    await scene.run(0.1)
    hook.close()
    other = Remembering(
        scene.world.ports,
        scene.monitor.bus,
        "u2",
        scene.monitor.summary.tasks,
        scene.monitor.ability_tasks.tasks,
        lambda: 0.0,
        own=False,
    )
    await scene.run(0.1)
    assert {"u2"} == {user for user, _, _ in memory(scene).rows}
    other.close()
    await scene.leave()


async def test_signing_out_leaves_nothing() -> None:
    """R48: what waited is not written either; a refusal then does no harm."""
    scene = Scene()
    scene.backend.move_task(scene.backend.submit_task(), "completed", 100)
    await scene.begin()
    hook = remembering(scene)
    await scene.run(0.1)
    assert memory(scene).rows
    hook.end()
    await scene.run(EVERY_S * 2)
    assert {} == memory(scene).rows
    memory(scene).refuses = "gone"
    await forget(scene.world.ports)
    await scene.leave()
