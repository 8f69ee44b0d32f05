"""Firefox and Safari's engine boot from the same snapshot, fall back as Chromium does, and show a row go live.

Run by `make browsers`, which installs both; skipped otherwise.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from testkit.api_user import ApiUser
from testkit.engines import ENGINES, Engine, installed, until
from testkit.host import Host
from tests.boot.conftest import Site

Serve = Callable[..., str]
REPORTED = "document.querySelector('#reported')?.textContent"
STATE = "document.documentElement.dataset.podiState"


@pytest.fixture(scope="module", params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """One browser of each engine."""
    if "ENGINES" not in os.environ or not installed(request.param):
        pytest.skip(f"`make browsers` installs and drives {request.param}")
    with ENGINES[request.param][0]() as running:
        yield running


def reported(engine: Engine, url: str) -> dict[str, Any]:
    """What the bare page's Python says of itself."""
    engine.goto(url)
    return dict(json.loads(until(engine, REPORTED)))


def test_it_boots_from_the_snapshot(engine: Engine, serve: Serve) -> None:
    """One snapshot, made in Node, serves every engine; two loads share nothing random."""
    url = serve()
    first, second = reported(engine, f"{url}/?1"), reported(engine, f"{url}/?2")
    assert (first["boot"]["kind"], first["boot"]["reason"]) == ("snapshot", "")
    assert first["frozen"]
    assert first["late"] == 1.0
    assert not set(first["draws"]) & set(second["draws"])


def test_it_falls_back(engine: Engine, site: Site, serve: Serve) -> None:
    """A damaged snapshot is left alone."""
    data = bytearray(site.memory.read_bytes())
    data[len(data) // 2] ^= 0xFF
    site.memory.write_bytes(data)
    answer = reported(engine, f"{serve()}/?3")
    assert (answer["boot"]["kind"], answer["boot"]["reason"]) == ("stock", "the snapshot is damaged")
    assert answer["version"]


def test_sign_in_and_see_a_row_go_live(engine: Engine, host: Host) -> None:
    """The page's own journey: sign in, submit work, see its row change by itself until it has ended."""
    engine.goto(host.url)
    until(engine, f"{STATE} === 'signed-out'")
    engine.run(
        """(() => {
          for (const name of ["username", "password"]) document.querySelector(`input[name=${name}]`).value = "demo";
          document.querySelector("form button[type=submit]").click();
          return true;
        })()"""
    )
    until(engine, f"{STATE} === 'ready'")
    with ApiUser(host.url) as user:
        job = user.submit_task(seconds=4.0)
        row = f"document.querySelector('[data-task-id=\"{job}\"]')?.dataset.status"
        until(engine, f"['queued', 'running'].includes({row})")
        until(engine, f"{row} === 'succeeded'")
    assert engine.run("document.documentElement.dataset.podiTransport") == "push"
