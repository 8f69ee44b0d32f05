"""The journeys' stage: one host, one relay and one booted page for all of them, and ways to have others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Error

from testkit.api_user import SERVICE_ABILITY, ApiUser
from testkit.browser import FAILED, RESULTS
from testkit.host import Host, StartHost
from testkit.past import long_log, prepare
from testkit.relay import Push, Relay
from testkit.stage import Stage, staged

LONG_LOG = 5000
SPEED = 20.0


class Users(Protocol):
    """Signs users in at the API of the host that is behind the page."""

    def __call__(self, name: str = "demo") -> ApiUser:
        """Return somebody who uses the API beside the page."""


@pytest.fixture(scope="session")
def main_host(tmp_path_factory: pytest.TempPathFactory, character: tuple[str, ...]) -> Iterator[Host]:
    """The host of most journeys. Nothing happens on it by itself; one ability has a long log."""
    data = prepare(tmp_path_factory.mktemp("data"), long_log(SERVICE_ABILITY, LONG_LOG))
    with Host("--port", "0", "--data", str(data), "--idle", "--seed", "1", "--speed", str(SPEED), *character) as host:
        yield host


@pytest.fixture(scope="session")
def main_relay(main_host: Host) -> Iterator[Relay]:
    """The relay between the page and its host."""
    with Relay(main_host.port) as relay:
        yield relay


@pytest.fixture(scope="session")
def booted(chromium: Browser, main_relay: Relay) -> Iterator[Stage]:
    """The page, booted once."""
    with staged(chromium, main_relay) as stage:
        yield stage


@pytest.fixture
def relay(main_relay: Relay) -> Relay:
    """The relay, in order again after each journey."""
    return main_relay


@pytest.fixture
def stage(booted: Stage, relay: Relay, main_host: Host, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """The page, signed out; what goes wrong in it and is nobody's expectation fails the journey."""
    booted.faults.found.clear()
    yield booted
    relay.push(Push.CARRIED)
    relay.lead_to(main_host.port)
    if request.node.stash.get(FAILED, False):
        _leave_after_failure(booted, request.node.name)
    else:
        booted.clear()
    found, booted.faults.found[:] = list(booted.faults.found), []
    assert [] == found


@pytest.fixture
def other_host(stage: Stage, relay: Relay, start_host: StartHost, tmp_path: Path) -> Host:
    """A host of the journey's own behind the same address, with just the usual history."""
    host = start_host(data=prepare(tmp_path))
    relay.lead_to(host.port)
    return host


@pytest.fixture
def users(stage: Stage) -> Iterator[Users]:
    """Sign users in at the API, through the relay and so at whatever host is behind it."""
    with ExitStack() as signed_in:

        def user(name: str = "demo") -> ApiUser:
            return signed_in.enter_context(ApiUser(stage.url, name, speed=SPEED))

        yield user


def _leave_after_failure(stage: Stage, name: str) -> None:
    """Keep a picture, and boot anew: nobody knows what the journey left behind."""
    RESULTS.mkdir(exist_ok=True)
    try:
        stage.page.screenshot(path=RESULTS / f"{re.sub(r'[^a-zA-Z0-9_.-]+', '_', name)}.png", timeout=5_000)
        stage.context.set_offline(offline=False)
        stage.page.unroute_all(behavior="ignoreErrors")
        stage.page.evaluate("() => localStorage.clear()")
    except Error:
        pass
    stage.page.goto("about:blank")
    stage.boot("?")
    stage.clear()
