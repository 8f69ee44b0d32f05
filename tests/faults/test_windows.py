"""Faults that meet two and three windows of one browser, which share a connection and its reads (R43).

All windows have to show what the database has, over one socket, within the time that one window would take.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from testkit.api_user import ApiUser
from testkit.browser import FAILED
from testkit.host import Host
from testkit.switches import Switches
from testkit.windows import Windows, truth, until, windowed
from tests.faults.act import OVER, SPEED, TRUE_WITHIN_S
from tests.faults.conftest import ROW
from tests.faults.table import Row, described

REFRESH = "/api/auth/refresh"


class Shared:
    """One case on windows of demo: break something, and see that it is true in all of them again."""

    def __init__(self, windows: Windows, switches: Switches, row: Row) -> None:
        self.windows = windows
        self.switches = switches
        self.user = ApiUser(windows.url, speed=SPEED)
        self.jobs: set[str] = set()
        self._row = row
        self._since = time.monotonic()

    def close(self) -> None:
        """Use the API no more."""
        self.user.close()

    def arm(self, fault: str, **order: Any) -> int:
        """Arm a fault, for the table too; the time to truth begins."""
        self.injects(described({"fault": fault, **order}))
        return self.switches.arm(fault, **order)

    def injects(self, what: str) -> None:
        """Say what happens, for the table; the time to truth begins."""
        self._row.injected.append(what)
        self._since = time.monotonic()

    def signs_in_anew(self) -> None:
        """Whoever uses the API beside the windows has to, when all tokens have expired."""
        self.user.close()
        self.user = ApiUser(self.windows.url, speed=SPEED)

    def refresh(self) -> None:
        """Press the button that asks at once, in the window that holds."""
        self.windows.holder.locator("[data-podi=refresh]").click()

    def submit(self) -> None:
        """Submit jobs of both kinds, which end soon."""
        for outcome in ("succeeded", "failed", "succeeded"):
            self.jobs.add(self.user.submit_ability_task(seconds=0.6, outcome=outcome))
            self.jobs.add(self.user.submit_task(seconds=0.5, outcome=outcome))

    def all_is_true(self) -> None:
        """Wait until the jobs are over in the database, and in every window."""
        until(self.windows.watched[0], lambda: {truth(self.user)[job] for job in self.jobs} <= OVER)
        self.windows.expect_lists_of(self.user, self.jobs, TRUE_WITHIN_S)
        self._row.seconds = time.monotonic() - self._since
        assert self._row.seconds < TRUE_WITHIN_S

    def is_shared_by(self, count: int) -> None:
        """Wait until so many windows are live over one socket."""
        if count > 1:
            self.windows.expect_shared(count)
        expect(self.windows.watched[0].locator("[data-slot=connection-word]")).to_have_text("Live")
        self.windows.expect_sockets(1)
        self._row.left = "one socket"


@pytest.fixture(scope="module", params=[2, 3], ids=["two windows", "three windows"])
def count(request: pytest.FixtureRequest) -> int:
    """How many windows share."""
    return int(request.param)


@pytest.fixture(scope="module")
def booted(chromium: Browser, faulty_host: Host, count: int) -> Iterator[Windows]:
    """The browser that they are opened in; new for each number of windows."""
    assert count
    with windowed(chromium, faulty_host) as windows:
        yield windows


@pytest.fixture
def shared(booted: Windows, faulty_host: Host, count: int, request: pytest.FixtureRequest) -> Iterator[Shared]:
    """Windows that share. One that a case has closed is opened anew, all of them after a failure."""
    row = request.node.stash[ROW] = Row.of(request.node)
    with closing(Switches(faulty_host.url)) as switches:
        while len(booted.pages) < count:
            booted.open()
        if booted.pages[0].locator("html").get_attribute("data-podi-state") == "signed-out":
            booted.sign_in("demo")
        booted.expect_shared(count)
        booted.asked.clear()
        with closing(Shared(booted, switches, row)) as case:
            yield case
        switches.clear()
    if request.node.stash.get(FAILED, False):
        for page in tuple(booted.pages):
            booted.leave(page)
    found, booted.faults.found[:] = list(booted.faults.found), []
    assert [] == found


@pytest.mark.case(77, "windows that share: their socket drops amid a burst")
def test_a_drop_amid_a_burst(shared: Shared, count: int) -> None:
    """R43, R12: what the cut-off burst did not bring, one reconcile brings to all."""
    shared.arm("abort", at="frame", after=3)
    shared.submit()
    shared.all_is_true()
    shared.is_shared_by(count)


@pytest.mark.case(78, "windows that share: no socket for a while")
def test_no_socket_for_a_while(shared: Shared, count: int) -> None:
    """R43, R8: one of them polls for all; the first socket that opens is all they have."""
    refused = shared.arm("refuse", at="upgrade", status=503, always=True)
    shared.arm("abort", at="now")
    shared.submit()
    shared.refresh()
    shared.all_is_true()
    shared.switches.fired(refused)
    shared.switches.disarm(refused)
    shared.refresh()
    shared.is_shared_by(count)


@pytest.mark.case(79, "windows that share: the one that holds crashes amid a burst")
def test_a_crash_amid_a_burst(shared: Shared, count: int) -> None:
    """R43: the next one takes over, and misses nothing of what its predecessor was receiving."""
    shared.submit()
    shared.injects("the holder's process ends")
    shared.windows.crash(shared.windows.holder)
    shared.submit()
    shared.all_is_true()
    shared.is_shared_by(count - 1)


@pytest.mark.case(80, "windows that share: the one that holds stands still amid a burst")
def test_a_standstill_amid_a_burst(shared: Shared, count: int) -> None:
    """R43: it loses the connection, and when it goes on it shares the others'."""
    shared.submit()
    shared.injects("the holder's main thread stands still")
    still = shared.windows.holder
    shared.windows.stand_still(still)
    shared.submit()
    shared.all_is_true()
    shared.windows.go_on(still)
    shared.all_is_true()
    shared.is_shared_by(count)


@pytest.mark.takes_tokens
@pytest.mark.case(81, "windows that share: the token expires, for sockets too")
def test_an_expired_token(shared: Shared, count: int) -> None:
    """R43, R33: the session is renewed once, by one of them."""
    shared.submit()
    shared.arm("expired-token", at="now")
    shared.signs_in_anew()
    shared.all_is_true()
    shared.is_shared_by(count)
    assert sum(url.endswith(REFRESH) for url in shared.windows.asked) == 1


@pytest.mark.takes_tokens
@pytest.mark.case(82, "windows that share: the renewal is refused")
def test_a_renewal_that_is_refused(shared: Shared) -> None:
    """R43, R33: the session ends in all of them, with no socket left, and the next one shares anew."""
    refused = shared.arm("status", path=REFRESH, status=401, body={"detail": "INVALID_TOKEN"}, always=True)
    shared.arm("expired-token", at="now")
    for page in shared.windows.pages:
        expect(page.locator("html")).to_have_attribute("data-podi-state", "signed-out")
    shared.windows.expect_sockets(0)
    shared.switches.disarm(refused)
    shared.windows.sign_in("demo")
    shared.signs_in_anew()
    shared.submit()
    shared.all_is_true()
    shared.is_shared_by(len(shared.windows.pages))


@pytest.mark.case(83, "windows that share: the host comes back without the last jobs")
def test_an_older_database(shared: Shared, count: int) -> None:
    """R43, R12: what the database does not have any more is in no window."""
    shared.submit()
    shared.all_is_true()
    shared.switches.keep("shared")
    lost = shared.user.submit_task(seconds=0.2)
    shared.windows.expect_ended(lost)
    shared.injects("restart with an older database")
    shared.switches.restart("shared")
    for page in shared.windows.watched:
        expect(page.locator(f".row[data-task-id='{lost}']")).to_have_count(0, timeout=TRUE_WITHIN_S * 1000)
    shared.all_is_true()
    shared.is_shared_by(count)
