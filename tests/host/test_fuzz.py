"""What `make fuzz` sends the host, and where it looks afterwards."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from bench import fuzz
from bench.fuzz import check_again, description, lists
from tests.host.running import Host


def test_every_list_is_looked_at() -> None:
    """All lists are among what is read after a run, with as many records as a page takes."""
    found = dict(lists(description()))
    assert (
        found.items()
        >= {
            "/api/tasks/v1": {"size": 50},
            "/api/ability-tasks": {"limit": 200},
            "/api/abilities": {},
            "/api/admin/abilities/logs": {"limit": 200},
            "/api/admin/comfyui/queue-summary": {},
            "/api/wallet/v1/transactions": {"pageSize": 200},
        }.items()
    )


def test_requests_get_somewhere() -> None:
    """The description names abilities that there are, or every call would end at one that there is not."""
    schemas = description()["components"]["schemas"]
    named = schemas["devserver__routes__ability_tasks__Submission"]["properties"]["abilityId"]["anyOf"][0]
    assert "volcengine_seedream" in named["enum"]


def test_every_list_can_be_read_to_its_end(host: Host) -> None:
    """What is read after a run is read whatever form its answer has: items, a bare list, one record or a table."""
    read = list(check_again(host.url, description()))
    assert len(read) > len(dict(lists(description())))
    executors = next(line for line in read if "/api/admin/executors" in line)
    assert not executors.endswith(" 0 records")
    assert any("/api/admin/abilities/logs/export" in line for line in read)


READY = ["sign in: demo/demo", "ready http://127.0.0.1:1/"]


@pytest.mark.parametrize(
    ("status", "complaints", "ended"), [(0, [], 0), (2, [], 1), (0, ["ERROR in a job"], 1), (1, ["ERROR in a job"], 1)]
)
def test_a_run_says_how_it_went(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    status: int,
    complaints: list[str],
    ended: int,
) -> None:
    """It fails when the requests found something, and when the host complained though every answer was good."""
    host = SimpleNamespace(url="http://127.0.0.1:1", lines=[*READY, *complaints])
    monkeypatch.setattr(fuzz, "Host", lambda *_: nullcontext(host))
    monkeypatch.setattr(fuzz, "fuzz", lambda *_, **__: status)
    monkeypatch.setattr(fuzz, "check_again", lambda *_: [])
    assert fuzz.main(["--seed", "7"]) == ended
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if line.startswith("the host said: ")] == [f"the host said: {c}" for c in complaints]
    assert said[-1] == ("not stood: make fuzz SEED=7" if ended else "the host stood it")
