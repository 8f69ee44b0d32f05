"""The pages of the fault cases, and the table that they end in."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Error

from testkit.browser import FAILED, RESULTS
from testkit.host import Host
from testkit.switches import Switches
from tests.faults.act import EMPTY, SPEED, Act, Scene, acting
from tests.faults.table import Row, drawn

ROWS = pytest.StashKey[list[Row]]()
ROW = pytest.StashKey[Row]()


def pytest_configure(config: pytest.Config) -> None:
    """Know the marker, and begin the table."""
    config.addinivalue_line("markers", "case(number, title): the case of docs/faults.md that a test drives")
    config.stash[ROWS] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A case has passed when its setting up, its play and its clearing away have."""
    report = yield
    if report.when == "setup":
        item.stash[ROW] = Row.of(item) if ROW not in item.stash else item.stash[ROW]
        item.config.stash[ROWS].append(item.stash[ROW])
    item.stash[ROW].failed |= report.failed
    return report


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Print the table, and how it went."""
    rows, terminal = config.stash.get(ROWS, []), config.pluginmanager.get_plugin("terminalreporter")
    if not rows or terminal is None:
        return
    failed = sum(row.failed for row in rows)
    terminal.write_line("")
    for line in drawn(rows):
        terminal.write_line(line)
    terminal.write_line("")
    terminal.write_line(f"{len(rows) - failed} passed, {failed} failed")


@pytest.fixture(scope="session")
def faulty_host(tmp_path_factory: pytest.TempPathFactory, character: tuple[str, ...]) -> Iterator[Host]:
    """A host with the switches, on which nothing happens by itself and nothing has happened yet."""
    data = tmp_path_factory.mktemp("data")
    quiet = ("--idle", "--seed", "1", "--speed", str(SPEED), "--history", "0", "--faults")
    # Losses by chance would be faults that no case has asked for.
    like = (*character, "--loss-share", "0") if character else ()
    with Host("--port", "0", "--data", str(data), *quiet, *like) as host:
        with closing(Switches(host.url)) as switches:
            switches.keep(EMPTY)
        yield host


@pytest.fixture(scope="session")
def plain(chromium: Browser, faulty_host: Host) -> Iterator[Scene]:
    """A page on the browser's own clock."""
    yield from _scene(chromium, faulty_host, clocked=False)


@pytest.fixture(scope="session")
def clocked(chromium: Browser, faulty_host: Host) -> Iterator[Scene]:
    """A page on a clock that a case may set."""
    yield from _scene(chromium, faulty_host, clocked=True)


def _scene(chromium: Browser, host: Host, *, clocked: bool) -> Iterator[Scene]:
    scene = Scene(chromium, host, clocked=clocked)
    yield scene
    scene.close()


@pytest.fixture
def act(plain: Scene, request: pytest.FixtureRequest) -> Iterator[Act]:
    """A case in real time."""
    yield from played(plain, request.node)


@pytest.fixture
def timed(clocked: Scene, request: pytest.FixtureRequest) -> Iterator[Act]:
    """A case in the page's own time, which `advance` lets pass."""
    yield from played(clocked, request.node)


def played(scene: Scene, item: pytest.Item) -> Iterator[Act]:
    """Play a case on a scene, which is set up anew if the case fails."""
    item.stash[ROW] = Row.of(item)
    try:
        with acting(scene, item.stash[ROW]) as act:
            yield act
            if item.stash.get(FAILED, False):
                raise _AlreadyFailed
    except _AlreadyFailed:
        _keep_picture(scene, item.name)
        scene.recover()
    except BaseException:
        scene.recover()
        raise


class _AlreadyFailed(Exception):
    """The case failed, so that what it leaves behind says nothing."""


def _keep_picture(scene: Scene, name: str) -> None:
    RESULTS.mkdir(exist_ok=True)
    try:
        path = RESULTS / f"{re.sub(r'[^a-zA-Z0-9_.-]+', '_', name)}.png"
        scene.stage.page.screenshot(path=path, timeout=5_000)
    except Error:
        return
