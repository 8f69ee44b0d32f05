"""Three windows of one browser on one connection, in real pages, which are booted once for all tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from testkit.api_user import ApiUser
from testkit.browser import FAILED
from testkit.host import Host
from testkit.past import prepare
from testkit.switches import Switches
from testkit.windows import Windows, sharing, until, windowed

SPEED = 20.0
COUNT = 3
CUT = {"fault": "abort", "at": "now"}
NO_LOCKS = "() => Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true })"
LOCKS = "() => { delete navigator.locks }"


@pytest.fixture(scope="module")
def shared_host(tmp_path_factory: pytest.TempPathFactory, character: tuple[str, ...]) -> Iterator[Host]:
    """The host of these windows, with switches. No frame is lost by chance: what frames bring is looked at."""
    data = prepare(tmp_path_factory.mktemp("data"))
    options = ("--port", "0", "--data", str(data), "--idle", "--seed", "1", "--speed", str(SPEED), "--faults")
    lossless = ("--loss-share", "0") if character else ()
    with Host(*options, *character, *lossless) as host:
        yield host


@pytest.fixture(scope="module")
def switches(shared_host: Host) -> Iterator[Switches]:
    """The host's switches."""
    with closing(Switches(shared_host.url)) as switches:
        yield switches


@pytest.fixture(scope="module")
def booted(chromium: Browser, shared_host: Host) -> Iterator[Windows]:
    """The browser that they are opened in."""
    with windowed(chromium, shared_host) as windows:
        yield windows


@pytest.fixture
def windows(booted: Windows, switches: Switches, request: pytest.FixtureRequest) -> Iterator[Windows]:
    """Three windows that share, of demo. One that a test has closed is opened anew, all of them after a failure."""
    if not booted.pages:
        first = booted.open()
        if first.locator("html").get_attribute("data-podi-state") == "ready":
            booted.sign_out(first)
        booted.sign_in("demo")
    while len(booted.pages) < COUNT:
        booted.open()
    booted.expect_shared(COUNT)
    yield booted
    if request.node.stash.get(FAILED, False):
        # Whoever finds a session ended wants to know who renewed it.
        request.node.add_report_section("teardown", "requests", "\n".join(booted.answered[-200:]))
        switches.clear()
        for page in tuple(booted.pages):
            booted.leave(page)
    found, booted.faults.found[:] = list(booted.faults.found), []
    assert [] == found


@pytest.fixture
def user(shared_host: Host) -> Iterator[ApiUser]:
    """Demo, beside the windows."""
    with ApiUser(shared_host.url, speed=SPEED) as user:
        yield user


@contextmanager
def without_locks(windows: Windows) -> Iterator[None]:
    """Let the browser have no locks."""
    for page in windows.pages:
        page.evaluate(NO_LOCKS)
    yield
    for page in windows.pages:
        page.evaluate(LOCKS)


def says(page: Page, name: str, value: object) -> Callable[[], bool]:
    """Whether a window's diagnostics say so of its part."""
    return lambda: sharing(page).get(name) == value


def expect_work(windows: Windows, user: ApiUser) -> None:
    """See that what begins and ends now does so in every window, and that all show what the database has."""
    job = user.submit_task(seconds=0.2)
    windows.expect_ended(job)
    windows.expect_lists_of(user, {job})


@pytest.mark.pushes_all
def test_three_windows_have_one_connection(windows: Windows, user: ApiUser) -> None:
    """R43: one socket at the host, all rows live in all windows."""
    assert ["follower", "follower", "holder"] == sorted(windows.roles)
    expect_work(windows, user)


@pytest.mark.pushes_all
def test_a_hidden_holder_hands_over(windows: Windows, user: ApiUser) -> None:
    """R43, R17: the hidden window has no socket and asks nothing; shown again it is live without one of its own."""
    first = windows.holder
    second, third = (page for page in windows.pages if page is not first)
    windows.hide(first)
    expect(first.locator("html")).to_have_attribute("data-podi-transport", "paused")
    for page in (second, third):
        expect(page.locator("[data-slot=connection-age]")).to_contain_text(f"shared by {COUNT} windows")
    windows.expect_sockets(1)
    assert "follower" == sharing(first).get("role")
    job = user.submit_task(seconds=0.2)
    expect(third.locator(f".row[data-task-id='{job}']")).to_have_attribute("data-status", "succeeded")
    windows.show(first)
    windows.expect_shared(COUNT)
    windows.expect_lists_of(user, {job})


@pytest.mark.pushes_all
def test_a_holder_that_stands_still_is_replaced(windows: Windows, user: ApiUser) -> None:
    """R43: each in turn; the others are live without it, and so is it when it goes on, with one socket in all."""
    for _ in range(COUNT):
        first = windows.holder
        windows.stand_still(first)
        windows.expect_shared(COUNT)
        expect_work(windows, user)
        windows.go_on(first)
        windows.expect_shared(COUNT)
        expect_work(windows, user)


@pytest.mark.pushes_all
def test_a_stolen_lock_and_nonsense_on_the_channel(windows: Windows, user: ApiUser) -> None:
    """R43: whatever another script does with them, all windows are live with one socket within a moment."""
    windows.rob()
    windows.expect_shared(COUNT)
    expect_work(windows, user)


@pytest.mark.pushes_all
def test_three_windows_cost_the_polls_of_one(windows: Windows, user: ApiUser, switches: Switches) -> None:
    """R43, R8: without push, what three windows ask of a running job is asked of the host half as often at most."""
    number = switches.arm("refuse", at="upgrade", status=503, always=True)
    switches.arm(**CUT)
    for page in windows.pages:
        expect(page.locator("html")).to_have_attribute("data-podi-transport", "polling")
    job = user.submit_ability_task(seconds=25)
    for page in windows.pages:
        # Without push it is listed when it is asked for.
        page.locator("[data-podi=refresh]").click()
        expect(page.locator(f".row[data-task-id='{job}']")).to_have_attribute("data-status", "running")
    wanted, asked = windows.wanted(), windows.polls()
    until(windows.pages[0], lambda: windows.wanted() >= wanted + 18)
    assert 0 < windows.polls() - asked <= 9
    switches.disarm(number)
    windows.holder.locator("[data-podi=refresh]").click()
    windows.expect_shared(COUNT)
    windows.expect_lists_of(user, {job})


def test_signing_out_ends_it_and_another_user_shares_anew(windows: Windows, user: ApiUser) -> None:
    """R43, R33: no socket, channel or lock is left; the next user's windows have one connection again.

    A browser without locks has pages that work alone, and say why.
    """
    windows.sign_out(windows.pages[1])
    windows.expect_sockets(0)
    windows.pages[0].wait_for_function("async () => (await navigator.locks.query()).held.length === 0")
    assert ["alone"] * COUNT == windows.roles
    windows.sign_in("admin")
    windows.expect_shared(COUNT)
    with ApiUser(windows.url, "admin", speed=SPEED) as admin:
        expect_work(windows, admin)
    windows.sign_out(windows.pages[0])
    with without_locks(windows):
        windows.sign_in("demo")
        for page in windows.pages:
            until(page, says(page, "alone", "no locks"))
            expect(page.locator("[data-slot=connection-word]")).to_have_text("Live")
        windows.expect_sockets(COUNT)
        expect_work(windows, user)
        windows.sign_out(windows.pages[0])
    windows.sign_in("demo")


def test_a_holder_that_crashes_or_is_closed(windows: Windows, user: ApiUser) -> None:
    """R43: another one takes over whether or not the holder says goodbye; the last one is alone."""
    windows.crash(windows.holder)
    windows.expect_shared(2)
    expect_work(windows, user)
    windows.leave(windows.holder)
    expect(windows.pages[0].locator("[data-slot=connection-word]")).to_have_text("Live")
    windows.expect_sockets(1)
    expect_work(windows, user)
