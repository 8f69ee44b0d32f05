"""The server's counts of all tasks, while somebody looks at the list."""

from __future__ import annotations

from app.ports import Response
from testkit.chance import longest
from testkit.scene import Scene


async def scene_of(done: int, failed: int = 0) -> Scene:
    """Return a scene whose server has so many ended tasks; the page knows the newest fifty."""
    scene = Scene(disable_ws=True, chance=longest)
    for number in range(done + failed):
        scene.clock.server_offset += 1
        scene.backend.move_task(scene.backend.submit_task(), "failed" if number < failed else "completed", 100)
    return await scene.begin()


def counts_of(scene: Scene) -> dict[str, int] | None:
    """The counts as they are now."""
    return scene.monitor.task_totals.counts


def asked(scene: Scene) -> list[str]:
    """The status words that were asked about."""
    requests = (path for _, _, path in scene.world.http.requests)
    return [path.partition("status=")[2] for path in requests if "size=1&status=" in path]


async def test_counts_are_those_of_the_server() -> None:
    """R36, report 1: 120 tasks of which 50 are known are counted as 120, each status by one small request."""
    scene = await scene_of(90, 30)
    totals = scene.monitor.task_totals
    assert counts_of(scene) is None
    totals.watch()
    await scene.run(1)
    counts = totals.counts
    assert counts is not None
    assert (counts["succeeded"], counts["failed"], counts["active"]) == (90, 30, 0)
    assert sorted(asked(scene)) == ["blocked", "cancelled", "completed", "failed", "pending", "processing"]

    scene.monitor.older_tasks.want()
    await scene.run(1)
    counts = totals.counts
    assert counts is not None
    assert (counts["succeeded"], counts["failed"]) == (90, 30)
    await scene.leave()


async def test_it_asks_once_a_minute_and_only_while_the_list_is_looked_at() -> None:
    """R36: no request per flush; nothing is asked for a list that nobody sees."""
    scene = await scene_of(60)
    await scene.run(120)
    assert asked(scene) == []
    for _ in range(119):
        scene.monitor.task_totals.watch()
        await scene.run(1)
    assert len(asked(scene)) == 12
    scene.monitor.task_totals.unwatch()
    await scene.run(300)
    assert len(asked(scene)) == 12
    await scene.leave()


async def test_nothing_is_asked_where_every_task_is_known() -> None:
    """R36: what is loaded is all there is, and counted here."""
    scene = await scene_of(5, 2)
    scene.monitor.task_totals.watch()
    await scene.run(100)
    assert asked(scene) == []
    counts = scene.monitor.task_totals.counts
    assert counts is not None
    assert (counts["succeeded"], counts["failed"], counts["active"]) == (5, 2, 0)
    await scene.leave()


async def test_a_server_that_ignores_the_filter_says_no_totals() -> None:
    """R36: every status would have the same count; then the words say of how many the counts are."""
    scene = await scene_of(60, 30)
    scene.backend.ignores_filters = True
    scene.monitor.task_totals.watch()
    await scene.run(1)
    assert scene.monitor.task_totals.counts is None
    await scene.leave()


async def test_a_failure_is_tried_again() -> None:
    """R13: totals that could not be read are read later."""
    scene = await scene_of(60)
    scene.backend.fail("size=1&status=", Response(500, {}, ""), times=1)
    scene.monitor.task_totals.watch()
    await scene.run(70)
    assert scene.monitor.task_totals.counts is not None
    await scene.leave()
