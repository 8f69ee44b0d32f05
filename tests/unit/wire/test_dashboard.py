"""The admin's optional lists."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.core.dashboard import Executor, GpuMemory
from app.core.log_metrics import Grouping
from app.core.status import Status
from app.wire.dashboard import read_dashboard, read_executors, read_gpu_memory, read_log_metrics
from app.wire.fields import MalformedAnswer

RECORDED = Path(__file__).parents[2] / "fixtures" / "wire"


def body(name: str) -> str:
    """Return the body of a recorded answer."""
    answer: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return json.dumps(answer["body"])


def test_the_products_dashboard_is_read_as_it_is() -> None:
    """R52: counts, queues, executors and the newest jobs of all users; words of one status are added up."""
    found = read_dashboard(body("real_admin_dashboard_metrics"))
    assert (2671, 407, 45, 0) == (found.total, found.failed, found.waiting, found.running)
    assert (45, 315, 24) == (found.created_today, found.completed_today, found.failed_today)
    assert {Status.SUCCEEDED: 2001, Status.FAILED: 407} == found.by_status
    job = found.recent[0]
    assert ("uadmin", "comfyui:sifang_lianxu", Status.SUCCEEDED) == (job.user_id, job.action, job.status)
    assert (2, "Doubao stand-in", None) == (
        found.executors[0].max_concurrency,
        found.executors[0].name,
        found.executors[0].health,
    )


def test_a_dashboard_with_holes_is_read_and_nonsense_is_refused() -> None:
    """R52: what the server does not say is absent; what is no dashboard is none."""
    found = read_dashboard('{"totals": {"queue_depth": 3}, "recent_tasks": [{"id": "a"}, 7], "status_buckets": [{}]}')
    assert (None, 3, ("a",), {}) == (found.total, found.waiting, tuple(job.id for job in found.recent), found.by_status)
    for text in ("[]", "{}", "<html></html>", '{"totals": 5}'):
        with pytest.raises(MalformedAnswer):
            read_dashboard(text)


def test_what_an_executor_is_configured_with_is_not_kept() -> None:
    """R52, R56: keys in ``config`` end with the text they came in."""
    text = body("real_admin_executors")
    assert "apiKey" in text
    found = read_executors(text)
    assert "executor_kie_market_default" in {one.id for one in found}
    assert "apiKey" not in repr(found)
    assert "8098" not in repr(found)
    assert isinstance(found[0], Executor)


def test_the_memory_of_devices_is_read_where_they_report_it() -> None:
    """R52: used is what is not free; a device without figures is passed over."""
    assert (GpuMemory("stand-in", 25769803776, 12884901888),) == read_gpu_memory(body("real_comfyui_system_stats"))
    assert 12884901888 == read_gpu_memory(body("real_comfyui_system_stats"))[0].used
    found = read_gpu_memory('{"devices": [{"vram_total": 0, "vram_free": 0}, {"vram_total": 4, "vram_free": 9}]}')
    assert (GpuMemory("", 4, 4),) == found


def test_what_the_server_counted_is_read_by_what_was_asked() -> None:
    """R51: by ability under provider and capability, by executor under its id; no quantile where there is none."""
    by_ability = read_log_metrics(body("real_admin_ability_logs_metrics_window"), Grouping.ABILITY)
    first, second, _ = by_ability.groups
    assert (168, "comfyui:yinhua_tiqu", 5014, 4012, 506, 46384.0, 86611.0) == (
        by_ability.window_hours,
        first.key,
        first.count,
        first.succeeded,
        first.failed,
        first.p50_ms,
        first.p95_ms,
    )
    assert (1.0, None) == (second.failure_rate, second.p95_ms)
    by_executor = read_log_metrics(body("real_admin_ability_logs_metrics_executor"), Grouping.EXECUTOR)
    assert ["executor_comfyui_pattern_extract_158", "executor_baidu_image_default", ""] == [
        one.key for one in by_executor.groups
    ]
    by_provider = read_log_metrics(body("real_admin_ability_logs_metrics_window"), Grouping.PROVIDER)
    assert ["comfyui", "baidu", "podi"] == [one.key for one in by_provider.groups]
