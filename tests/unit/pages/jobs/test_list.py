"""The page with both lists."""

from __future__ import annotations

import pytest

from app.core.events import TransportChanged
from app.pages.jobs.list import JobListPage
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface


async def test_a_list_that_was_read_has_its_rows_at_once() -> None:
    """R22: whichever answer comes second, its list is not empty until the next flush may be."""
    scene = Scene()
    for _ in range(3):
        scene.backend.submit_task()
        scene.backend.submit_ability_task("x")
    scene.monitor.start()
    await scene.monitor.session.sign_in("demo", "demo")
    surface = MemorySurface()
    page = JobListPage(quiet_context(scene.monitor, surface))
    seen: set[tuple[bool, int]] = set()

    def note(_: TransportChanged) -> None:
        for slot, polling in (
            ("tasks", scene.monitor.task_polling),
            ("ability-tasks", scene.monitor.ability_task_polling),
        ):
            seen.add((polling.loaded, len(surface.lists[slot].order)))

    scene.monitor.bus.subscribe(TransportChanged, note)
    await scene.world.advance(5)
    assert {(False, 0), (True, 3)} == seen
    page.close()


@pytest.mark.parametrize("ahead_s", [3600.0, -600.0])
async def test_a_running_time_is_the_servers(ahead_s: float) -> None:
    """R27, report 10: a device whose clock is wrong shows the time that has passed, to the second."""
    scene = Scene()
    scene.clock.wall_offset += ahead_s
    scene.monitor.start()
    await scene.monitor.session.sign_in("demo", "demo")
    await scene.run(2)
    job = scene.backend.submit_task()
    await scene.run(2)
    scene.backend.move_task(job, "processing", 5)
    surface = MemorySurface()
    page = JobListPage(quiet_context(scene.monitor, surface))
    await scene.run(4)
    page.tick(scene.monitor.server_now)
    assert surface.lists["tasks"].shown[job]["elapsed"] in {"0:05", "0:06", "0:07"}
    scene.backend.move_task(job, "completed", 100)
    await scene.run(1)
    assert surface.lists["tasks"].shown[job]["elapsed"] in {"0:05", "0:06", "0:07"}
    page.close()
    await scene.leave()
