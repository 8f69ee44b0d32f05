"""What happened while nobody looked: when it is noted, and when it is compared."""

from __future__ import annotations

import re

from app.pages.jobs.last_seen import LastSeen
from app.pages.shell.away import AwayStrip
from app.ports import Response
from testkit.plain_formats import plain_texts
from testkit.scene import Scene
from testkit.surface import MemorySurface

T = plain_texts("en")


class Shown:
    """A page with the strip."""

    def __init__(self, scene: Scene) -> None:
        self.surface = MemorySurface()
        self.strip = AwayStrip(scene.monitor, T, self.surface)

    @property
    def said(self) -> list[str]:
        """What the strip says, part by part."""
        return re.findall(r">([^<>]+)</a>", self.surface.markup)


async def working() -> tuple[Scene, str, str, str]:
    """Return a page that sees three jobs at work."""
    scene = Scene()
    jobs = [scene.backend.submit_task(30) for _ in range(2)]
    long = scene.backend.submit_ability_task("x")["id"]
    await scene.begin(5)
    return scene, jobs[0], jobs[1], long


async def test_a_return_after_a_minute_says_the_difference() -> None:
    """R45: what ended well and badly, what still runs, and what it cost."""
    scene, good, bad, _ = await working()
    shown = Shown(scene)
    scene.world.page.hide()
    scene.backend.move_task(good, "completed", 100)
    scene.backend.move_task(bad, "failed", 100)
    await scene.run(60)
    assert [] == shown.said
    scene.world.page.hide(False)
    await scene.run(3)
    assert ["1 succeeded", "1 failed", "1 still running", "30 points spent"] == shown.said
    shown.strip.dismiss()
    assert "" == shown.surface.markup
    shown.strip.close()
    await scene.leave()


async def test_whoever_was_gone_for_less_sees_nothing() -> None:
    """R45: less than sixty seconds are no absence."""
    scene, good, _, _ = await working()
    shown = Shown(scene)
    scene.world.page.hide()
    scene.backend.move_task(good, "completed", 100)
    await scene.run(59)
    scene.world.page.hide(False)
    await scene.run(5)
    assert [] == shown.said
    shown.strip.close()
    await scene.leave()


async def test_what_ends_after_the_return_is_not_shown() -> None:
    """R45: it was seen. The comparison waits for the reads, and takes the first that are whole."""
    scene, good, bad, _ = await working()
    shown = Shown(scene)
    scene.world.page.hide()
    scene.backend.move_task(good, "completed", 100)
    await scene.run(61)
    scene.backend.fail("GET /api/tasks/v1", Response(503, {}, ""), times=2)
    scene.world.page.hide(False)
    await scene.run(0.5)
    assert [] == shown.said
    await scene.run(20)
    said = shown.said
    assert "1 succeeded" in said
    scene.backend.move_task(bad, "failed", 100)
    await scene.run(5)
    assert said == shown.said
    shown.strip.close()
    await scene.leave()


async def test_where_nothing_happened_nothing_is_shown() -> None:
    """R45: that something still runs is nothing new; nor does it take an earlier strip away."""
    scene, good, _, _ = await working()
    shown = Shown(scene)
    for job in (good, None):
        scene.world.page.hide()
        if job:
            scene.backend.move_task(job, "completed", 100)
        await scene.run(100)
        scene.world.page.hide(False)
        await scene.run(3)
        assert "1 succeeded" in shown.said
    shown.strip.close()
    await scene.leave()


async def test_points_that_cannot_be_read_are_not_waited_for() -> None:
    """R45, R13: the jobs are reported without what they cost."""
    scene, good, _, _ = await working()
    shown = Shown(scene)
    scene.world.page.hide()
    scene.backend.move_task(good, "completed", 100)
    await scene.run(61)
    scene.backend.fail("/api/wallet", Response(500, {}, ""))
    scene.world.page.hide(False)
    await scene.run(3)
    assert "1 succeeded" in shown.said
    shown.strip.close()
    scene.backend.mend()
    await scene.run(60)
    await scene.leave()


async def test_a_device_that_slept_counts_as_an_absence() -> None:
    """R45, R18: though the page was in sight all the time."""
    scene, good, _, _ = await working()
    shown = Shown(scene)
    scene.backend.muted = True
    await scene.world.sleep(3600)
    scene.backend.move_task(good, "completed", 100)
    await scene.run(20)
    assert "1 succeeded" in shown.said
    shown.strip.close()
    scene.backend.mend()
    await scene.run(60)
    await scene.leave()


async def test_the_next_visit_says_what_happened_since_the_last() -> None:
    """R45: the lists that were kept say what was active, and what the user had."""
    scene, good, _, _ = await working()
    last_seen = LastSeen(scene.monitor, T)
    scene.world.page.leave()
    last_seen.close()
    scene.backend.move_task(good, "completed", 100)
    scene.monitor.close()
    another = Scene(beside=scene)
    another.monitor.start()
    await another.run(5)
    shown = Shown(another)
    assert ["1 succeeded", "2 still running", "30 points spent"] == shown.said
    assert "&amp;since=2h" in shown.surface.markup
    shown.strip.close()
    await another.leave()
