"""What the server counts of its log."""

import json
from pathlib import Path

from app.api.admin import AdminApi
from app.core.log_metrics import Grouping
from app.hooks.metrics import Metrics
from testkit.chance import longest
from testkit.scene import Scene

RECORDED = Path(__file__).parents[2] / "fixtures" / "wire"
PATH = "/api/admin/abilities/logs/metrics"


async def metrics() -> tuple[Scene, Metrics]:
    """Return the metrics of a backend that has them."""
    scene = Scene(chance=longest)
    recorded = json.loads((RECORDED / "real_admin_ability_logs_metrics_window.json").read_text(encoding="utf-8"))
    scene.backend.optional[PATH] = recorded["body"]
    await scene.begin(3)
    return scene, Metrics(scene.monitor.refresh_context, AdminApi(scene.monitor.api), lambda: None)


async def test_the_window_is_asked_for_under_both_its_names() -> None:
    """R51: newer and older servers read one each; only executors are asked to be grouped by."""
    scene, found = await metrics()
    found.watch(168, Grouping.ABILITY)
    await scene.run(1)
    found.watch(24, Grouping.EXECUTOR)
    await scene.run(2)
    asked = [path.partition("?")[2] for _, _, path in scene.world.http.requests if path.startswith(PATH)]
    assert ["windowHours=168&window_hours=168", "windowHours=24&window_hours=24&groupByExecutor=true"] == asked
    found.close()
    await scene.leave()


async def test_an_answer_counts_for_what_it_was_asked_alone() -> None:
    """R51: figures of a week are not shown as those of a day."""
    scene, found = await metrics()
    found.watch(168, Grouping.PROVIDER)
    await scene.run(1)
    assert ["comfyui", "baidu", "podi"] == [group.key for group in found.groups or ()]
    found.watch(24, Grouping.PROVIDER)
    assert [] == list(found.groups or ())
    await scene.run(2)
    assert ["comfyui", "baidu", "podi"] == [group.key for group in found.groups or ()]
    found.close()
    await scene.leave()


async def test_a_server_without_figures_is_asked_once() -> None:
    """R51: the page counts by itself then."""
    scene, found = await metrics()
    scene.backend.optional.clear()
    found.watch(24, Grouping.ABILITY)
    since = scene.clock.now
    await scene.run(90)
    assert (True, None, 1) == (found.absent, found.groups, len(scene.times(PATH, since)))
    found.close()
    await scene.leave()
