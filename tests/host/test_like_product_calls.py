"""Abilities, their calls and their log in a backend like the product."""

from __future__ import annotations

import itertools
from typing import Any

import httpx
import pytest

from tests.host.conftest import START
from tests.host.running import Host, frames_until, looks, settles
from tests.host.test_like_product_push import anonymous
from tests.host.test_work import ability_submission

Json = dict[str, Any]
SUBMIT_ONLY = "comfyui_sifang_lianxu"
PICTURE = "https://img.example/a.png"


def invoke_submit_only(host: Host, **simulated: Any) -> Json:
    """Call the ability whose synchronous call is only submitted."""
    body = {"imageUrl": PICTURE, "metadata": {"simulate": {"seconds": 0} | simulated}}
    return host.post(f"/api/abilities/{SUBMIT_ONLY}/invoke", body)


def resolve(host: Host, log_id: int) -> httpx.Response:
    """Ask once for the result of a call."""
    return host.call("POST", f"/api/admin/abilities/logs/{log_id}/resolve", "admin")


def resolved(host: Host, log_id: int) -> httpx.Response:
    """The answer once the executor has ended."""
    for _ in looks():
        answer = resolve(host, log_id)
        if answer.json().get("detail") not in {"COMFYUI_STATUS_pending", "COMFYUI_STATUS_running"}:
            return answer
    raise AssertionError("the executor has not ended")


def log_of(host: Host, log_id: int) -> Json:
    """A record of the log over all abilities."""
    items = host.get("/api/admin/abilities/logs", "admin", limit=200)["items"]
    record: Json = next(item for item in items if item["id"] == log_id)
    return record


def run_ability_task(host: Host, **rest: Any) -> Json:
    """Run an ability task to its end; answers the task."""
    with anonymous(host) as push:
        made = host.post("/api/ability-tasks", ability_submission("succeeded") | rest)
        frames_until(push, settles(made["id"]))
    return host.get(f"/api/ability-tasks/{made['id']}")


def test_a_submit_only_call_is_answered_running(product: Host) -> None:
    """R29: the answer says running, names the prompt, and has neither result nor end."""
    answer = invoke_submit_only(product, seconds=300, outcome="succeeded")
    assert (answer["status"], answer["metadata"]["state"]) == ("running", "running")
    assert [answer[name] for name in ("images", "videos", "texts", "assets")] == [None] * 4
    assert answer["metadata"]["promptId"] == answer["raw"]["response"]["prompt_id"]
    record = log_of(product, answer["logId"])
    assert (record["status"], record["stored_url"], record["result_assets"]) == ("pending", None, None)
    assert record["response_payload"] == answer


def test_nothing_follows_until_it_is_resolved(product: Host) -> None:
    """R28: the record stays pending after the executor has ended; resolving it fetches the picture, once and again."""
    answer = invoke_submit_only(product, outcome="succeeded")
    first = resolved(product, answer["logId"])
    assert first.status_code == 200
    record = first.json()
    assert (record["status"], record["stored_url"]) == ("success", record["result_assets"][0]["ossUrl"])
    assert product.client.get(record["stored_url"]).headers["content-type"] == "image/png"
    assert record == log_of(product, answer["logId"]) == resolve(product, answer["logId"]).json()


def test_what_still_runs_cannot_be_resolved(start: START) -> None:
    """R28: 409 says what the executor says, and the record is as it was."""
    host = start("--history", 0, "--like-product")
    running, waiting = [invoke_submit_only(host, seconds=600)["logId"] for _ in range(2)]
    details = [
        (answer.status_code, answer.json()["detail"]) for answer in (resolve(host, running), resolve(host, waiting))
    ]
    assert details == [(409, "COMFYUI_STATUS_running"), (409, "COMFYUI_STATUS_pending")]
    assert log_of(host, running)["status"] == "pending"


@pytest.mark.parametrize(("outcome", "detail"), [("failed", "COMFYUI_STATUS_error"), ("empty", "COMFYUI_IMAGES_EMPTY")])
def test_what_brought_nothing_cannot_be_resolved(product: Host, outcome: str, detail: str) -> None:
    """R28: a prompt that failed, and one without a picture, leave the record pending for good."""
    log_id = invoke_submit_only(product, outcome=outcome)["logId"]
    answer = resolved(product, log_id)
    assert (answer.status_code, answer.json()) == (409, {"detail": detail})
    assert log_of(product, log_id)["status"] == "pending"


def test_what_was_never_submitted_cannot_be_resolved(product: Host) -> None:
    """R28: only a ComfyUI record that names its prompt can be."""
    task = run_ability_task(product)
    body = {"imageUrl": PICTURE, "metadata": {"simulate": {"seconds": 0, "outcome": "failed"}}}
    failed = product.call("POST", "/api/abilities/comfyui_koutu/invoke", json=body)
    record = product.get("/api/admin/abilities/comfyui_koutu/logs", "admin", limit=1)["items"][0]
    answers = [resolve(product, number) for number in (10**9, task["log_id"], record["id"])]
    assert failed.status_code == 502
    assert [(answer.status_code, answer.json()["detail"]) for answer in answers] == [
        (404, "ABILITY_LOG_NOT_FOUND"),
        (400, "ABILITY_LOG_NOT_COMFYUI"),
        (400, "COMFYUI_PROMPT_ID_REQUIRED"),
    ]
    assert product.call("POST", "/api/admin/abilities/logs/1/resolve").json() == {"detail": "ADMIN_ONLY"}


def test_a_submitted_call_outlives_a_restart(start: START) -> None:
    """R28: what was submitted is worked on after a restart, and can be resolved then."""
    arguments = ("--history", 0, "--like-product", "--speed", 50)
    host = start(*arguments)
    # The node has one worker, so the second one waits behind the first.
    invoke_submit_only(host, seconds=5, outcome="succeeded")
    log_id = invoke_submit_only(host, outcome="succeeded")["logId"]
    host.close()
    host = start(*arguments)
    assert resolved(host, log_id).json()["status"] == "success"


def test_an_ability_task_runs_at_once_and_waits_in_the_executors_queue(start: START) -> None:
    """R30: tasks are running while their prompts wait, and the log names a submit-only task's prompt meanwhile."""
    host = start("--history", 0, "--like-product")
    simulated = {"metadata": {"simulate": {"seconds": 600}}}
    made = [
        host.post("/api/ability-tasks", {"abilityId": SUBMIT_ONLY, "imageUrl": PICTURE} | simulated) for _ in range(3)
    ]
    tasks = [host.get(f"/api/ability-tasks/{one['id']}") for one in made]
    assert [one["status"] for one in made] == ["queued"] * 3
    assert [one["status"] for one in tasks] == ["running"] * 3
    executor = "executor_comfyui_seamless_117"
    queue = host.get("/api/admin/comfyui/queue-status", "admin", executorId=executor)
    assert (queue["runningCount"], queue["pendingCount"]) == (1, 2)
    prompts = [log_of(host, task["log_id"])["response_payload"]["metadata"]["promptId"] for task in tasks]
    assert [prompt for _, prompt in queue["raw"]["queue_running"] + queue["raw"]["queue_pending"]] == prompts
    numbers = [number for number, _ in queue["raw"]["queue_running"] + queue["raw"]["queue_pending"]]
    assert all(earlier < later for earlier, later in itertools.pairwise(numbers))


def test_the_result_names_executor_and_prompt(product: Host) -> None:
    """R27: where a task ran, and as which prompt, stands in its result, whose pictures have an ossUrl."""
    task = run_ability_task(product, abilityId="comfyui_koutu")
    metadata = task["result_payload"]["metadata"]
    assert metadata["executorId"] == "executor_comfyui_upscale_121"
    assert len(metadata["promptId"]) == 32
    assert metadata["promptId"] != task["id"]
    result = task["result_payload"]
    assert result["images"][0]["ossUrl"] == result["assets"][0]["ossUrl"]
    assert (result["videos"], result["texts"]) == (None, None)


def test_long_ids_are_accepted(product: Host, host: Host) -> None:
    """R31: the id that the log and callbacks know a task by opens the task, in both characters."""
    for each in (product, host):
        made = each.post("/api/ability-tasks", ability_submission("succeeded"))
        long_id = f"t1.baidu.executor_baidu_image_default.{made['id']}"
        assert each.get(f"/api/ability-tasks/{long_id}")["id"] == made["id"]
        for wrong in (f"t1.{made['id']}", f"t2.baidu.x.{made['id']}", "t1.baidu.x.nope", "t1...", "t1.a.b."):
            answer = each.call("GET", f"/api/ability-tasks/{wrong}")
            assert (answer.status_code, answer.json()) == (404, {"detail": "TASK_NOT_FOUND"})


def test_the_log_names_a_task_by_its_long_id(product: Host) -> None:
    """A record of an ability task leads to the task, and says who called."""
    task = run_ability_task(product)
    record = log_of(product, task["log_id"])
    assert record["callback_id"] == f"t1.baidu.executor_baidu_image_default.{task['id']}"
    assert product.get(f"/api/ability-tasks/{record['callback_id']}") == task
    assert record["request_payload"]["userId"]


def test_a_failed_call_costs_what_a_good_one_does(product: Host) -> None:
    """R28: the cost is stamped at the start, so failures carry it too, and so does what still runs."""
    costs = {}
    for outcome in ("succeeded", "failed"):
        body = {"imageUrl": PICTURE, "metadata": {"simulate": {"seconds": 0, "outcome": outcome}}}
        product.call("POST", "/api/abilities/baidu_colourize/invoke", json=body)
        record = product.get("/api/admin/abilities/baidu_colourize/logs", "admin", limit=1)["items"][0]
        costs[record["status"]] = tuple(
            record[name] for name in ("cost_amount", "unit_price", "currency", "billing_unit")
        )
    assert costs == dict.fromkeys(("success", "failed"), (0.05, 0.05, "CNY", "per_image"))
    running = log_of(product, invoke_submit_only(product, seconds=300)["logId"])
    assert (running["status"], running["cost_amount"]) == ("pending", 0.2)


def test_only_the_admin_sees_what_is_switched_off(product: Host) -> None:
    """The list for callers has the active abilities, the admin's has all."""
    offered = {ability["id"] for ability in product.get("/api/abilities")["items"]}
    known = {
        ability["id"]: ability["status"] for ability in product.call("GET", "/api/admin/abilities", "admin").json()
    }
    assert {name for name, status in known.items() if status == "active"} == offered
    assert "inactive" in known.values()


def test_abilities_say_what_they_need(product: Host) -> None:
    """R29: an image may be required without a field for it; abilities and fields are described."""
    abilities = {ability["id"]: ability for ability in product.get("/api/abilities")["items"]}
    colourize = abilities["baidu_colourize"]
    assert (colourize["requiresImage"], colourize["inputSchema"]["fields"]) == (True, [])
    assert abilities["dashscope_line_art"]["supportsMultipleImages"] is True
    assert abilities["volcengine_seedream"]["maxOutputImages"] == 4
    assert all(ability["description"] for ability in abilities.values())
    assert any(field.get("description") for field in abilities["volcengine_seedream"]["inputSchema"]["fields"])


def test_the_log_ignores_filters_it_does_not_know(product: Host) -> None:
    """A status does not narrow the log over all abilities, an ability does."""
    everything = product.get("/api/admin/abilities/logs", "admin", limit=1)["total"]
    ignored = {"status": "failed", "source": "ability-api", "executorId": "executor_baidu_image_default"}
    assert product.get("/api/admin/abilities/logs", "admin", limit=1, **ignored)["total"] == everything
    for known in ({"abilityId": "baidu_colourize"}, {"provider": "baidu"}, {"capabilityKey": "colourize"}):
        assert 0 < product.get("/api/admin/abilities/logs", "admin", limit=1, **known)["total"] < everything
