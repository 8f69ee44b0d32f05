"""The host, in either character, and the tests' own backend answer in the shapes of the recorded answers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection

from testkit.backend import MemoryBackend
from testkit.shapes import Allowance, differences
from testkit.world import ManualClock
from tests.host.recordings import (
    ASKED,
    FRAMES,
    IN_MEMORY,
    SUBMIT_ONLY,
    UNANSWERED,
    Asked,
    body_of,
    names,
    of_types,
    recorded,
)
from tests.host.recordings import REFUSED_TASK as REFUSED
from tests.host.running import Host, ends, frames_until, settles
from tests.host.test_like_product_calls import resolved
from tests.host.test_work import ability_submission, log_called_back, submission

Json = dict[str, Any]
EXECUTOR = "executor_comfyui_upscale_121"
ABILITY = "comfyui_koutu"
PICTURE = "https://img.example/in.png"


@dataclass
class Answers:
    """What a host has answered to everything that was recorded, and what it pushed meanwhile."""

    like_product: bool
    by_name: dict[str, httpx.Response] = field(default_factory=dict)
    frames: list[Json] = field(default_factory=list)


def until_all(socket: ClientConnection, wanted: list[Callable[[Json], bool]]) -> list[Json]:
    """The frames until there has been one of each kind that is wanted, in any order."""
    left = list(wanted)

    def is_last(frame: Json) -> bool:
        left[:] = [each for each in left if not each(frame)]
        return not left

    return frames_until(socket, is_last)


def prepare(host: Host, answers: Answers) -> dict[str, str]:
    """Let the host live through all that the recordings show; answers what its parts are called."""
    refused = host.post("/api/ability-tasks", REFUSED)
    bound = [submission("succeeded"), submission("failed")]
    offered = None if answers.like_product else ["podi.v1", f"podi.bearer.{host.token()}"]
    with host.socket(subprotocols=offered) as socket:
        for body in (*bound, submission("succeeded", action="no such action")):
            host.post("/api/tasks/v1/submit", body)
        calls = [ability_submission("succeeded", abilityId=SUBMIT_ONLY)]
        calls += [ability_submission("succeeded", abilityId=ABILITY, inputs={"prompt": "koi"})] * 3
        made = [host.post("/api/ability-tasks", call) for call in calls]
        known = [ends(body["taskId"]) for body in bound]
        answers.frames = until_all(socket, [*known, *(settles(task["id"]) for task in made)])
        socket.send("ping")
        answers.frames += frames_until(socket, lambda frame: frame["type"] == "echo")
    host.call("POST", "/api/abilities/baidu_colourize/invoke", json={"inputs": {}})
    submitted = host.post(f"/api/abilities/{SUBMIT_ONLY}/invoke", ASKED["real_ability_invoke_submit_only"].body or {})
    assert resolved(host, submitted["logId"]).status_code == 200
    log_called_back(host, host.get("/api/admin/abilities/baidu_colourize/logs", "admin")["items"][-1]["id"])
    parts = {"refused": refused["id"], "task": bound[0]["taskId"], "executor": EXECUTOR}
    return parts | {"resolvable": str(submitted["logId"])}


def ask(host: Host, asked: Asked, parts: dict[str, str]) -> httpx.Response:
    """Ask for a recorded answer again."""
    headers = {} if asked.by == "nobody" else {"Authorization": f"Bearer {host.token(asked.by)}"}
    return host.client.request(asked.method, asked.path.format(**parts), json=asked.body, headers=headers)


@pytest.fixture(scope="module", params=["plain", "like the product"])
def answers(request: pytest.FixtureRequest, site: Path, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """All answers of a host of either character that has only lived through what the recordings show."""
    found = Answers(like_product=request.param != "plain")
    data = tmp_path_factory.mktemp("data")
    arguments = ("--site", site, "--data", data, "--history", 0, "--idle", "--seed", 7, "--speed", 50)
    host = Host.start(*arguments, *(("--like-product",) if found.like_product else ()))
    try:
        parts = prepare(host, found)
        for name, asked in ASKED.items():
            if name == "real_comfyui_queue_status_busy":
                for _ in range(3):
                    host.post("/api/ability-tasks", {"abilityId": ABILITY} | never_ending())
            found.by_name[name] = ask(host, asked, parts)
    finally:
        host.close()
    return found


def never_ending() -> Json:
    """A call that outlasts the test."""
    return {"imageUrl": PICTURE, "metadata": {"simulate": {"seconds": 600}}}


@pytest.mark.parametrize("name", [name for name in ASKED if not name.endswith("_csv")])
def test_an_answer_has_the_recorded_shape(answers: Answers, name: str) -> None:
    """Status, field names and JSON types are the recorded ones, save for what the table of recordings names."""
    answer, asked = answers.by_name[name], ASKED[name]
    allowed = asked.allowed if answers.like_product else asked.allowed | asked.plain
    assert answer.status_code == recorded(name)["status"], answer.text
    assert differences(body_of(name), answer.json(), allowed) == []


def test_an_exported_file_has_the_recorded_columns(answers: Answers) -> None:
    """The columns of the file are the recorded ones, in their order, and so is how its lines end."""
    name = "real_admin_ability_logs_export_csv"
    text = answers.by_name[name].text
    head = body_of(name).splitlines()[0]
    assert text.startswith(f"{head}\r\n")
    lines = list(csv.reader(io.StringIO(text, newline="")))
    assert {len(line) for line in lines} == {len(head.split(","))}


def test_frames_have_the_recorded_shape(answers: Answers) -> None:
    """R1: what is pushed has the names and types of the recorded frames of its kind."""
    frames = recorded(FRAMES)
    assert differences(frames, of_types(answers.frames, like=frames), Asked("").allowed) == []


@pytest.mark.parametrize("answers", ["like the product"], indirect=True)
def test_a_backend_like_the_product_pushes_what_was_recorded(answers: Answers) -> None:
    """R8: kinds and status words of the frames are exactly those that were recorded."""

    def words(frames: list[Json]) -> set[tuple[str, str]]:
        return {(frame["type"], frame["payload"]["status"]) for frame in frames if frame["type"] != "echo"}

    assert words(answers.frames) == words(recorded(FRAMES))


def test_every_recording_is_asked_for_or_named() -> None:
    """What no backend here answers is in a list, with its reason."""
    assert set(names()) == {*ASKED, *UNANSWERED, FRAMES}
    assert not set(ASKED) & set(UNANSWERED)


@pytest.mark.parametrize("name", [name for name in sorted(UNANSWERED) if name.startswith("real_")])
def test_what_is_named_as_unanswered_is(host: Host, name: str) -> None:
    """The list of what is not answered is not longer than it has to be."""
    request = recorded(name)["request"]
    assert host.call(request["method"], request["path"], "admin").status_code == 404


def ask_memory(backend: MemoryBackend, name: str, parts: dict[str, str], token: str) -> tuple[int, Json]:
    """Ask the tests' own backend for a recorded answer; its status and body."""
    asked = ASKED[name]
    backend.role = "user" if name == "admin_logs_as_user" else "admin"
    headers = {} if asked.by == "nobody" else {"authorization": f"Bearer {token}"}
    body = None if asked.body is None else json.dumps(asked.body)
    answer = backend.answer(asked.method, asked.path.format(**parts), headers, body)
    assert answer is not None
    return answer.status, json.loads(answer.text)


@pytest.fixture(scope="module")
def memory() -> dict[str, tuple[int, Json]]:
    """What the tests' own backend answers to all that was recorded as a good answer to a reading request, and more."""
    backend = MemoryBackend(ManualClock())
    signed_in = backend.answer("POST", "/api/auth/login", {}, json.dumps({"password": "demo"}))
    assert signed_in is not None
    task = backend.submit_task()
    backend.move_task(task, "completed", 100)
    order = REFUSED | {"imageUrl": PICTURE}
    failed, succeeded = (str(backend.submit_ability_task("baidu_colourize", order)["id"]) for _ in range(2))
    backend.move_ability_task(failed, "failed")
    backend.move_ability_task(succeeded, "succeeded")
    parts = {"task": task, "refused": failed, "executor": EXECUTOR, "resolvable": "1"}
    reading = [name for name, asked in ASKED.items() if asked.method == "GET" and recorded(name)["status"] == 200]
    token = json.loads(signed_in.text)["accessToken"]
    return {name: ask_memory(backend, name, parts, token) for name in (*reading, *IN_MEMORY)}


@pytest.mark.parametrize("name", IN_MEMORY)
def test_the_tests_own_backend_has_the_recorded_shape(memory: dict[str, tuple[int, Json]], name: str) -> None:
    """What the page is tested with is no easier than what was recorded."""
    status, body = memory[name]
    assert status == recorded(name)["status"]
    assert differences(body_of(name), body, ASKED[name].allowed | IN_MEMORY[name]) == []


def test_the_tests_own_backend_answers_nothing_else(memory: dict[str, tuple[int, Json]]) -> None:
    """Whatever it begins to answer is held to the recordings too."""
    assert {name for name, (status, _) in memory.items() if status == 200} <= set(IN_MEMORY)


def test_the_tests_own_backend_pushes_the_recorded_shape() -> None:
    """R1: its frames have the names and types of the recorded ones of their kind."""
    backend = MemoryBackend(ManualClock())
    for status in ("completed", "failed"):
        backend.move_task(backend.submit_task(), status, 100)
    frames = recorded(FRAMES)
    pushed = of_types(map(json.loads, backend.history), like=frames)
    reported = [frame for frame in frames if frame["type"] != "echo"]
    assert differences(reported, pushed, Allowance()) == []


RECORDED = {"items": [{"id": 1, "at": "2026", "end": None, "tags": ["a"], "free": {"x": 1}}, {"id": 2, "at": None}]}
AS_RECORDED: Json = {"id": 7, "at": "now", "end": None, "tags": ["b"], "free": {"y": []}}
EVERY_PATH = ("$.items[]", "$.items[].id", "$.items[].at", "$.items[].end", "$.items[].tags", "$.items[].tags[]",
              "$.items[].free")  # fmt: skip


@pytest.mark.parametrize(
    ("answered", "found"),
    [
        ([AS_RECORDED | {"end": {"deep": 1}}], []),
        ([AS_RECORDED, AS_RECORDED | {"at": None}], []),
        ([AS_RECORDED | {"id": "7"}], ["$.items[].id is string, not number"]),
        ([AS_RECORDED | {"at": None}], ["$.items[].at is only ever null, not string"]),
        ([AS_RECORDED | {"tags": []}], ["$.items[].tags[] is missing"]),
        ([AS_RECORDED | {"new": [1]}], ["$.items[].new was not recorded", "$.items[].new[] was not recorded"]),
        ([], [f"{path} is missing" for path in EVERY_PATH]),
    ],
)
def test_differences_of_shape_are_named(answered: list[Json], found: list[str]) -> None:
    """A missing, a further, an always empty and a field of another type are each reported by their path."""
    allowed = Allowance(open_at=frozenset({"$.items[].free"}))
    assert differences(RECORDED, {"items": answered}, allowed) == found


def test_allowed_differences_are_none() -> None:
    """What is named as optional may be missing or empty with all below it, what is named as more may be there."""
    allowed = Allowance(
        optional=frozenset({"$.items[].tags", "$.items[].at"}),
        more=frozenset({"$.items[].new"}),
        open_at=frozenset({"$.items[].free"}),
    )
    answered: Json = {"items": [{"id": 7, "at": None, "end": None, "free": {}, "new": [{"x": 1}]}]}
    assert differences(RECORDED, answered, allowed) == []
