"""What the overview reads, each part on its own."""

import json
from pathlib import Path
from typing import Any

from app.api.admin import AdminApi
from app.hooks.overview import Overview
from app.ports import Response
from testkit.chance import longest
from testkit.scene import Scene

RECORDED = Path(__file__).parents[2] / "fixtures" / "wire"
DASHBOARD = "/api/admin/dashboard/metrics"
EXECUTORS = "/api/admin/executors"
MEMORY = "/api/admin/comfyui/system-stats"


def body(name: str) -> Any:
    """Return the body of a recorded answer."""
    return json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))["body"]


async def overview(*paths: str) -> tuple[Scene, Overview]:
    """Return the overview of a backend that has these routes."""
    scene = Scene(chance=longest)
    recorded = {
        DASHBOARD: body("real_admin_dashboard_metrics"),
        EXECUTORS: body("real_admin_executors"),
        MEMORY: body("real_comfyui_system_stats"),
    }
    scene.backend.optional.update({path: recorded[path] for path in paths})
    await scene.begin(3)
    found = Overview(scene.monitor.refresh_context, AdminApi(scene.monitor.api), lambda: None)
    found.request()
    await scene.run(6)
    return scene, found


async def test_all_parts_are_read_and_the_memory_of_comfyui_alone() -> None:
    """R52: dashboard, executors, and the memory of those that have devices."""
    scene, found = await overview(DASHBOARD, EXECUTORS, MEMORY)
    assert found.dashboard.value is not None
    assert found.executors.value is not None
    assert {"executor_comfyui_pattern_extract_158", "executor_comfyui_seamless_117"} == set(found.memory.value or {})
    since = scene.clock.now
    await scene.run(21)
    first, second = scene.times(DASHBOARD, since)
    assert 10.0 == round(second - first, 1)
    await scene.run(40)
    first, second = scene.times(EXECUTORS, since)
    assert 30.0 == round(second - first, 1)
    found.close()
    await scene.leave()


async def test_a_part_that_is_not_there_is_absent_and_says_nothing_about_the_others() -> None:
    """R52: no dashboard, or no memory, hides just that."""
    scene, found = await overview(EXECUTORS)
    assert (True, False, True) == (found.dashboard.absent, found.executors.absent, found.memory.absent)
    assert found.executors.value
    since = scene.clock.now
    await scene.run(60)
    assert ([], []) == (scene.times(DASHBOARD, since), scene.times(MEMORY, since))
    found.close()
    await scene.leave()


async def test_an_executor_that_is_down_does_not_hide_the_memory_of_the_others() -> None:
    """R52: one 502 is one row without figures."""
    scene, found = await overview(EXECUTORS)
    scene.backend.optional[MEMORY] = body("real_comfyui_system_stats")
    scene.backend.fail(f"{MEMORY}.*158", Response(502, {}, ""))
    found.request()
    await scene.run(6)
    assert ["executor_comfyui_seamless_117"] == list(found.memory.value or {})
    found.close()
    await scene.leave()
