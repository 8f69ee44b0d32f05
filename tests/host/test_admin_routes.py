"""The admin's optional routes, which a backend of either character has."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from tests.host.conftest import START
from tests.host.running import Host

Json = dict[str, Any]
ZULU = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
PATTERN_EXTRACT = "executor_comfyui_pattern_extract_158"
WEEK = 8 * 24


@pytest.fixture(params=["plain", "like the product"])
def backend(request: pytest.FixtureRequest, host: Host, product: Host) -> Host:
    """A host of either character."""
    return host if request.param == "plain" else product


def listed(backend: Host, path: str) -> list[Json]:
    """An answer that is a list."""
    answer = backend.call("GET", path, "admin")
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()
    return items


def busy(host: Host, tasks: int) -> None:
    """Give a node of our own work that does not end."""
    for _ in range(tasks):
        body = {"imageUrl": "https://img.example/a.png", "metadata": {"simulate": {"seconds": 600}}}
        host.post("/api/ability-tasks", body | {"abilityId": "comfyui_yinhua_tiqu"})


def test_the_dashboard_adds_up(backend: Host) -> None:
    """The buckets are all tasks, the queues those that wait and run, the recent ones the newest of all users."""
    # Other tests use the same host: whatever they submitted last, this call is newer.
    simulated = {"metadata": {"simulate": {"seconds": 0}}}
    backend.post("/api/ability-tasks", {"abilityId": "volcengine_seedream", "inputs": {"prompt": "x"}} | simulated)
    metrics = backend.get("/api/admin/dashboard/metrics", "admin")
    totals = metrics["totals"]
    assert sum(bucket["count"] for bucket in metrics["status_buckets"]) == totals["total_tasks"]
    counts = [bucket["count"] for bucket in metrics["status_buckets"]]
    assert counts == sorted(counts, reverse=True)
    queues = metrics["queue_overview"]
    assert queues["total_pending"] == queues["task_pending"] + queues["ability_pending"] == totals["queue_depth"]
    created = [task["created_at"] for task in metrics["recent_tasks"]]
    assert created == sorted(created, reverse=True)
    assert "ability-task" in {task["channel"] for task in metrics["recent_tasks"]}
    executors = {executor["id"]: executor["max_concurrency"] for executor in listed(backend, "/api/admin/executors")}
    assert {each["id"]: each["max_concurrency"] for each in metrics["executor_health"]} == executors


@pytest.mark.parametrize("like_product", [(), ("--like-product",)])
def test_the_dashboard_counts_what_waits_and_runs(start: START, like_product: tuple[str, ...]) -> None:
    """In a backend like the product what waits in an executor's queue runs already."""
    host = start("--history", 0, *like_product)
    busy(host, 3)
    queues = host.get("/api/admin/dashboard/metrics", "admin")["queue_overview"]
    assert (queues["ability_running"], queues["ability_pending"]) == ((3, 0) if like_product else (1, 2))


def test_the_timeline_is_newest_first_and_bounded(backend: Host) -> None:
    """Every past task was created, started and ended, and no more than a hundred events are reported."""
    entries = backend.get("/api/admin/dashboard/logs", "admin", limit=100)["entries"]
    numbers = [entry["id"] for entry in entries]
    assert numbers == sorted(numbers, reverse=True)
    assert {entry["event_type"] for entry in entries} >= {"created", "started", "succeeded", "failed"}
    assert all(entry["payload"]["reason"] for entry in entries if entry["event_type"] in {"failed", "blocked"})
    assert len(backend.get("/api/admin/dashboard/logs", "admin", limit=3)["entries"]) == 3
    assert backend.call("GET", "/api/admin/dashboard/logs?limit=101", "admin").status_code == 422


def test_metrics_read_the_window_by_either_name(backend: Host) -> None:
    """`windowHours` and `window_hours` are the same, the newer one wins, and the window is bounded."""
    path = "/api/admin/abilities/logs/metrics"
    newer, older = (backend.get(path, "admin", **{name: WEEK}) for name in ("windowHours", "window_hours"))
    assert newer == older
    assert backend.get(path, "admin", windowHours=1, window_hours=WEEK)["window_hours"] == 1
    assert backend.get(path, "admin")["window_hours"] == 24
    assert backend.call("GET", f"{path}?windowHours=721", "admin").status_code == 422


def test_metrics_can_be_narrowed_and_split(backend: Host) -> None:
    """By provider, by capability, and by executor, whose parts are the whole."""
    path = "/api/admin/abilities/logs/metrics"
    whole = backend.get(path, "admin", windowHours=WEEK)["buckets"]
    split = backend.get(path, "admin", windowHours=WEEK, groupByExecutor=True)["buckets"]
    baidu = backend.get(path, "admin", windowHours=WEEK, provider="baidu")["buckets"]
    one = backend.get(path, "admin", windowHours=WEEK, provider="baidu", capabilityKey="colourize")["buckets"]
    assert {bucket["executor_id"] for bucket in whole} == {None}
    assert None not in {bucket["executor_id"] for bucket in split}
    assert sum(bucket["count"] for bucket in split) == sum(bucket["count"] for bucket in whole)
    assert baidu == [bucket for bucket in whole if bucket["ability_provider"] == "baidu"]
    assert one == [bucket for bucket in baidu if bucket["capability_key"] == "colourize"]
    assert [bucket["count"] for bucket in whole] == sorted((bucket["count"] for bucket in whole), reverse=True)


def test_percentiles_are_of_successes_alone(start: START) -> None:
    """The mean is of all calls, p50 and p95 are of those that succeeded, and a rate is of all."""
    host = start("--history", 0, "--speed", 1000)
    for outcome, seconds in (("succeeded", 1), ("succeeded", 1), ("failed", 400)):
        simulated = {"seconds": seconds, "outcome": outcome}
        body = {"imageUrl": "https://img.example/a.png", "metadata": {"simulate": simulated}}
        host.call("POST", "/api/abilities/baidu_colourize/invoke", json=body)
    (bucket,) = host.get("/api/admin/abilities/logs/metrics", "admin")["buckets"]
    assert (bucket["count"], bucket["success_count"], bucket["failed_count"]) == (3, 2, 1)
    assert bucket["success_rate"] == pytest.approx(2 / 3)
    assert bucket["p95_duration_ms"] < bucket["avg_duration_ms"]


def test_the_json_export_is_the_log(backend: Host) -> None:
    """The file has the newest records, as the log lists them, with their count and their window."""
    path = "/api/admin/abilities/logs/export"
    whole = backend.get("/api/admin/abilities/logs", "admin", limit=200)
    exported = backend.get(path, "admin", format="json", sinceHours=WEEK)
    assert exported["count"] == len(exported["items"]) == whole["total"]
    assert exported["items"] == whole["items"]
    assert all(ZULU.fullmatch(stamp) for stamp in (exported["generated_at"], *exported["window"].values()))
    assert backend.get(path, "admin", format="json", sinceHours=WEEK, limit=2)["items"] == whole["items"][:2]


def test_the_csv_export_is_a_file(backend: Host) -> None:
    """A header and a line for each record, times with their zone, payloads as JSON."""
    answer = backend.call("GET", f"/api/admin/abilities/logs/export?limit=2&sinceHours={WEEK}", "admin")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="ability_logs_[\d-]{10}_[\d-]{10}\.csv"', answer.headers["content-disposition"]
    )
    head, *lines = csv.reader(io.StringIO(answer.text, newline=""))
    records = [dict(zip(head, line, strict=True)) for line in lines]
    newest = backend.get("/api/admin/abilities/logs", "admin", limit=2)["items"]
    assert [int(record["id"]) for record in records] == [record["id"] for record in newest]
    assert [record["created_at"] for record in records] == [f"{record['created_at']}Z" for record in newest]
    assert all(record["request_payload"].startswith("{") for record in records)


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n=", "\uff1d", "\uff0b", "\uff0d", "\uff20", "a;="]
)
def test_no_cell_of_the_csv_export_is_a_formula(host: Host, start: str) -> None:
    """Fault 33: what somebody typed runs in no spreadsheet, whatever it takes for a separator; numbers stay numbers."""
    error = f"{start}cmd()"
    simulate = {"seconds": 0, "outcome": "failed", "error": error}
    body = {"imageUrl": "https://img.example/a.png", "metadata": {"simulate": simulate}}
    assert host.call("POST", "/api/abilities/comfyui_yinhua_tiqu/invoke", json=body).status_code == 502
    text = host.call("GET", "/api/admin/abilities/logs/export?limit=1&status=failed", "admin").text
    (record,) = csv.DictReader(io.StringIO(text, newline=""))
    assert record["error_message"] == (error if start == "a;=" else f"'{error}")
    assert f'"{record["error_message"]}"' in text
    assert record["duration_ms"].isdecimal()


def test_an_export_can_be_narrowed(backend: Host) -> None:
    """By status, source, executor and hours, in a backend of either character."""
    path = "/api/admin/abilities/logs/export"

    def count(**given: Any) -> int:
        narrowed = backend.get(path, "admin", format="json", **({"sinceHours": WEEK} | given))
        assert narrowed["count"] == len(narrowed["items"])
        return int(narrowed["count"])

    everything = count()
    assert count(status="failed") + count(status="success") + count(status="pending") == everything
    assert count(source="ability-task") + count(source="ability-api") == everything
    assert 0 < count(executorId=PATTERN_EXTRACT) < everything
    assert 0 < count(sinceHours=48) < everything
    assert count(executorId="nobody") == 0


@pytest.mark.parametrize("query", ["format=xml", "limit=20001", "limit=0", "sinceHours=721"])
def test_an_export_has_limits(host: Host, query: str) -> None:
    """What no file can be made of is a 422."""
    assert host.call("GET", f"/api/admin/abilities/logs/export?{query}", "admin").status_code == 422


def test_a_long_export_is_whole(start: START) -> None:
    """An export of many pages has every record once."""
    host = start("--history", 1000)
    exported = host.get("/api/admin/abilities/logs/export", "admin", format="json", sinceHours=WEEK)
    assert [item["id"] for item in exported["items"]] == list(range(1000, 0, -1))


def test_the_administered_abilities_are_the_listed_ones(backend: Host) -> None:
    """The admin's list says the same of each ability under other names, and knows those that are switched off."""
    administered = {ability["id"]: ability for ability in listed(backend, "/api/admin/abilities")}
    offered = backend.get("/api/abilities")["items"]
    assert set(administered) >= {ability["id"] for ability in offered}
    for ability in offered:
        same = administered[ability["id"]]
        assert same["display_name"] == ability["displayName"]
        assert same["input_schema"] == ability["inputSchema"]
        assert same["extra_metadata"] == ability["metadata"]


def test_executors_have_keys(backend: Host) -> None:
    """A service's configuration holds a key, which a page has to keep to itself; our own nodes need none."""
    executors = listed(backend, "/api/admin/executors")
    assert all(("apiKey" in each["config"]) == (each["type"] != "comfyui") for each in executors)
    assert all(bool(each["api_key_ids"]) == ("apiKey" in each["config"]) for each in executors)


def test_bindings_lead_to_executors(backend: Host) -> None:
    """Every binding names an executor that there is."""
    known = {executor["id"] for executor in listed(backend, "/api/admin/executors")}
    assert {binding["executor_id"] for binding in listed(backend, "/api/admin/workflow-bindings")} <= known


def test_the_queue_lists_prompts(start: START) -> None:
    """R30: what runs and what waits is reported by number and prompt, and less memory is free meanwhile."""
    host = start("--history", 0)
    idle = host.get("/api/admin/comfyui/system-stats", "admin", executorId=PATTERN_EXTRACT)
    busy(host, 3)
    queue = host.get("/api/admin/comfyui/queue-status", "admin", executorId=PATTERN_EXTRACT)
    assert (queue["runningCount"], queue["pendingCount"]) == (1, 2)
    running, pending = queue["raw"]["queue_running"], queue["raw"]["queue_pending"]
    assert (len(running), len(pending)) == (1, 2)
    assert len({prompt for _, prompt in running + pending}) == 3
    working = host.get("/api/admin/comfyui/system-stats", "admin", executorId=PATTERN_EXTRACT)
    free = [stats["devices"][0]["vram_free"] for stats in (idle, working)]
    assert 0 < free[1] < free[0] < idle["devices"][0]["vram_total"]
    assert idle["raw"] == {"system": idle["system"], "devices": idle["devices"]}


@pytest.mark.parametrize("route", ["queue-status", "system-stats"])
def test_a_service_has_no_queue(backend: Host, route: str) -> None:
    """R30: only our own nodes have a queue and memory to speak of."""
    answer = backend.call("GET", f"/api/admin/comfyui/{route}?executorId=executor_baidu_image_default", "admin")
    assert (answer.status_code, answer.json()) == (404, {"detail": "EXECUTOR_NOT_FOUND"})
