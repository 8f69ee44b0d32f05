"""``python -m bench.fuzz``: send the bundled host what its own description of its API allows, and what it does not.

Schemathesis makes the requests from the OpenAPI document; hypothesis' seed is printed, so that a run can be repeated. A
run passes if nothing was answered with 5xx but the simulated provider's 502, the host complained of nothing, and every
list is still answered with 200, to the last record.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from bench.report import say
from devserver.app import ROUTERS
from devserver.simulator.catalogue import ABILITIES
from devserver.simulator.executors import EXECUTORS
from testkit.api_user import ApiUser
from testkit.host import Host

Json = dict[str, Any]

SECONDS = 120
MOST_SEED = 2**32
SPEED = 1000
# What the simulated provider answers for itself is no fault of the host's.
CONFIGURATION = """
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx"]

[[operations]]
include-path = "/api/abilities/{ability_id}/invoke"

[operations.checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", 502]
"""
ANYTHING: Json = {}
SIMULATE = {"type": "object", "properties": {"seconds": ANYTHING, "outcome": ANYTHING, "error": ANYTHING}}
OPEN_ABILITIES = sorted(ability.id for ability in ABILITIES.values() if ability.active)
# What the description leaves open and a request has to meet to get anywhere; each stands beside whatever is allowed.
MEETING: dict[str, Json] = {
    "ability_id": {"enum": OPEN_ABILITIES},
    "taskId": {"type": "string", "pattern": "^tsk_[0-9a-f]{8}$"},
    "abilityId": {"enum": OPEN_ABILITIES},
    "executorId": {"enum": [*sorted(EXECUTORS), None]},
    "points": {"type": "integer", "minimum": 1, "maximum": 3},
    "metadata": {"type": "object", "properties": {"simulate": SIMULATE}, "required": ["simulate"]},
    "workflowParams": {"type": "object", "properties": {"simulate": SIMULATE}, "required": ["simulate"]},
    "imageUrl": {"enum": ["https://img.example/a.png", None]},
    "callbackUrl": {"enum": ["http://127.0.0.1:1/", None]},
}


def description() -> Json:
    """The OpenAPI document of the embedded backend, with what meets its catalogue named beside what is allowed."""
    app = FastAPI(title="podi", version="1")
    for router in ROUTERS:
        app.include_router(router)
    document: Json = app.openapi()
    for schema in document["components"]["schemas"].values():
        named = schema.get("properties", {})
        named.update({name: {"anyOf": [meeting, named[name]]} for name, meeting in MEETING.items() if name in named})
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                meeting = MEETING.get(parameter["name"])
                if meeting is not None:
                    parameter["schema"] = {"anyOf": [meeting, parameter["schema"]]}
    return document


def lists(document: Json) -> Iterator[tuple[str, dict[str, int]]]:
    """Every address that can be read without knowing anything, with as much on a page as it takes."""
    for path, operations in document["paths"].items():
        parameters = operations.get("get", {}).get("parameters", [])
        if "get" not in operations or any(parameter["required"] for parameter in parameters):
            continue
        sizes = {each["name"]: each["schema"].get("maximum") for each in parameters}
        yield path, {name: sizes[name] for name in ("limit", "size", "pageSize") if sizes.get(name)}


def records(answer: httpx.Response) -> int:
    """How many records an answer has: an exported table's rows, a list's items, or none where it is one record."""
    if answer.headers["content-type"].startswith("text/csv"):
        return sum(1 for _ in csv.DictReader(answer.text.splitlines()))
    body = answer.json()
    return len(body if isinstance(body, list) else body.get("items", []))


def pages(user: ApiUser, path: str, sizes: dict[str, int], names: set[str]) -> int:
    """Read a list to its end; answers how many records it had. Raises ``httpx.HTTPStatusError``."""
    seen = number = 0
    first = 1 if "pageSize" in sizes else 0
    while True:
        place: dict[str, int] = {}
        if "offset" in names:
            place = {"offset": seen}
        elif "page" in names:
            place = {"page": first + number}
        count = records(user.read(path, **sizes, **place))
        seen, number = seen + count, number + 1
        if not count or not place:
            return seen


def check_again(url: str, document: Json) -> Iterator[str]:
    """What came of reading every list, as both users."""
    for name in ("demo", "admin"):
        with ApiUser(url, name) as user:
            for path, sizes in lists(document):
                if path.startswith("/api/admin/") and name != "admin":
                    continue
                names = {parameter["name"] for parameter in document["paths"][path]["get"].get("parameters", [])}
                yield f"  200 {path} as {name}: {pages(user, path, sizes, names)} records"


def fuzz(url: str, document: Json, folder: Path, *, seconds: int, seed: int) -> int:
    """Run schemathesis; answers its exit status."""
    (folder / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    (folder / "schemathesis.toml").write_text(CONFIGURATION, encoding="utf-8")
    with ApiUser(url, "admin") as admin:
        token = admin.token
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml", "run", "openapi.json"),
        *("--url", url, "--header", f"Authorization: Bearer {token}", "--checks", "not_a_server_error"),
        *("--seed", str(seed), "--max-time", str(seconds), "--continue-on-failure", "--warnings", "off"),
        *("--generation-database", "none", "--suppress-health-check", "all", "--no-color"),
    ]
    return subprocess.run(command, cwd=folder, check=False).returncode


def parser() -> argparse.ArgumentParser:
    """What the command understands."""
    it = argparse.ArgumentParser("python -m bench.fuzz", description=(__doc__ or "").partition(": ")[2].split("\n")[0])
    it.add_argument("--seconds", type=int, default=SECONDS, metavar="N", help=f"how long (default: {SECONDS})")
    it.add_argument("--seed", type=int, metavar="N", help="repeat a run (default: another one each time)")
    return it


def main(arguments: Sequence[str]) -> int:
    """The exit status of a run: 0 if the host stood it."""
    given = parser().parse_args(arguments)
    seed = random.randrange(MOST_SEED) if given.seed is None else given.seed
    say(f"hypothesis seed {seed}: make fuzz SEED={seed} SECONDS={given.seconds} repeats this run")
    document = description()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Host(
            "--port", "0", "--data", str(folder / "data"), "--idle", "--seed", "1", "--speed", str(SPEED)
        ) as host:
            status = fuzz(host.url, document, folder, seconds=given.seconds, seed=seed)
            say("every list, afterwards:")
            for line in check_again(host.url, document):
                say(line)
        complaints = [line for line in host.lines if not line.startswith(("sign in: ", "ready "))]
    for line in complaints:
        say(f"the host said: {line}")
    say("the host stood it" if status == 0 and not complaints else f"not stood: make fuzz SEED={seed}")
    return 0 if status == 0 and not complaints else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
