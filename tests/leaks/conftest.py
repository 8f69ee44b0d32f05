"""One page on a host with fault switches, counted from its boot on; and the tables of `make leaks`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Page, expect

from testkit.api_user import ApiUser
from testkit.browser import BOOT_MS
from testkit.gauge import Gauge, Outcome
from testkit.host import Host
from testkit.past import prepare
from testkit.stage import Stage, staged

FULL = "LEAKS" in os.environ
OUTCOMES = pytest.StashKey[dict[str, Outcome]]()
SCRIPT = Path(__file__).with_name("page.js")
SPEED = 20.0
JOBS = 3


class Cycles(Protocol):
    """Goes through cycles of one kind."""

    def __call__(self, name: str, full: int, short: int) -> Outcome:
        """What is left of `full` cycles, or of `short` ones unless `make leaks` asks."""


@pytest.fixture(scope="package")
def counted(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Gauge]]:
    """The page and its gauge. A few jobs have come to their end, so that every connection brings them again."""
    data = prepare(tmp_path_factory.mktemp("data"))
    options = ("--port", "0", "--data", str(data), "--idle", "--seed", "1", "--speed", str(SPEED), "--faults")
    with Host(*options) as host:
        with ApiUser(host.url, "admin", speed=SPEED) as admin:
            for _ in range(JOBS):
                admin.submit_task(seconds=0.1)
                admin.submit_ability_task(seconds=0.1)
        with staged(chromium, host, script=SCRIPT) as stage:
            yield stage, Gauge(stage)
            assert [] == stage.faults.found


@pytest.fixture
def stage(counted: tuple[Stage, Gauge]) -> Iterator[Stage]:
    """The page, signed out. Nothing in it moves, so that a drawer is open when it says so."""
    stage, _ = counted
    stage.page.emulate_media(reduced_motion="reduce")
    yield stage
    stage.clear()


@pytest.fixture
def other_window(stage: Stage) -> Iterator[Page]:
    """Another window of the same user, which follows the page that is counted in."""
    stage.sign_in("admin")
    stage.wait_for_diagnostics("d.sharing?.role === 'holder'")
    page = stage.context.new_page()
    page.goto(stage.url)
    expect(page.locator("html")).to_have_attribute("data-podi-state", "ready", timeout=BOOT_MS)
    stage.wait_for_diagnostics("d.sharing.windows === 2")
    yield page
    page.close()


@pytest.fixture
def gauge(counted: tuple[Stage, Gauge]) -> Gauge:
    """Counts in that page."""
    return counted[1]


@pytest.fixture
def cycles(gauge: Gauge, request: pytest.FixtureRequest) -> Cycles:
    """Go through cycles in that page."""

    def go(name: str, full: int, short: int) -> Outcome:
        times = full if FULL else short
        outcome = gauge.cycle(name, times)
        request.config.stash.setdefault(OUTCOMES, {})[f"{times:,} × {request.node.name}"] = outcome
        return outcome

    return go


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print a table of each kind of cycle."""
    if FULL:
        for title, outcome in config.stash.get(OUTCOMES, {}).items():
            terminalreporter.section(title)
            terminalreporter.write_line(outcome.table)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close with what the whole came to."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if FULL and reporter is not None:
        count = {how: len(reporter.stats.get(how, ())) for how in ("passed", "failed", "error")}
        reporter.write_line(f"{count['passed']} passed, {count['failed'] + count['error']} failed")
