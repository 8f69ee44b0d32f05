"""A real Chromium, and pages in it that fail their test if they go where a page of this project must not go.

Playwright's `evaluate` and `wait_for_function` need `bypass_csp=True`: the page's policy refuses them otherwise.
Locators and `expect` do not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Route, expect, sync_playwright

from testkit.host import Host
from tools import chromium as finder

RESULTS = Path(__file__).resolve().parent.parent / "test-results"
# A first boot starts CPython and imports pydantic, on a machine that may be busy.
BOOT_MS = 60_000
# Most pages of a run live for seconds; to optimize the interpreter for each would take a third of the run's time.
SHORT_LIVES = "--js-flags=--liftoff-only --wasm-lazy-compilation"
# A condition that nobody says has to come soon. The machine may be doing other things.
PATIENCE_MS = 30_000
FAILED = pytest.StashKey[bool]()


class Held:
    """Requests that wait until they are let go."""

    def __init__(self, page: Page, pattern: str | re.Pattern[str]) -> None:
        self._routes: list[Route] | None = []
        page.route(pattern, self._come)

    def _come(self, route: Route) -> None:
        if self._routes is None:
            route.continue_()
        else:
            self._routes.append(route)

    def let_go(self) -> None:
        """Let them go, and those to come."""
        held, self._routes = self._routes or [], None
        for route in held:
            # Some are of the page before, and have ended with it.
            with suppress(Error):
                route.continue_()


class Faults:
    """What went wrong in the pages of one context and is nobody's expectation."""

    def __init__(self, origin: str, ignoring: tuple[str, ...]) -> None:
        self.found: list[str] = []
        self._host = urlsplit(origin).netloc
        self._ignoring = [re.compile(pattern) for pattern in ignoring]

    def watch(self, context: BrowserContext) -> None:
        """Listen to all pages of a context, those to come included."""
        context.on("request", lambda request: self._address("request", request.url))
        context.on("console", self._console)
        context.on("weberror", lambda error: self._note(f"uncaught error: {error.error}"))
        context.on("page", lambda page: page.on("websocket", lambda socket: self._address("socket", socket.url)))

    def _address(self, what: str, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != self._host:
            self._note(f"{what} to another host: {url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self._note(f"policy violated: {message.text}")

    def _note(self, fault: str) -> None:
        if not any(pattern.search(fault) for pattern in self._ignoring):
            self.found.append(fault)


class NewPage(Protocol):
    """Opens pages for one test, each in a context of its own, and closes them after it."""

    def __call__(
        self,
        url: str,
        *,
        goto: bool = True,
        bypass_csp: bool = False,
        locale: str = "en-US",
        colour_scheme: Literal["light", "dark"] = "light",
        reduced_motion: Literal["reduce", "no-preference"] = "no-preference",
        viewport: tuple[int, int] = (1280, 800),
        permissions: tuple[str, ...] = (),
        ignoring: tuple[str, ...] = (),
    ) -> Page:
        """Open a page and go to `url`; any request to a host other than that of `url` fails the test.

        Args:
            url: where to go, and which host is the page's own.
            goto: False stays on a blank page, for what has to be prepared first; then `page.goto(url)`.
            bypass_csp: needed by `evaluate`; the policy is then not tested.
            locale: the browser's language.
            colour_scheme: what the user prefers.
            reduced_motion: what the user prefers.
            viewport: width and height in CSS pixels.
            permissions: what the user allows, such as `clipboard-read`.
            ignoring: patterns of faults that the test expects, searched in "uncaught error: …", "policy violated: …",
                "request to another host: …", "socket to another host: …".
        """


class SignIn(Protocol):
    """Signs in through the page's own form."""

    def __call__(self, page: Page, user: str = "demo", password: str | None = None) -> None:
        """Wait for the form, fill it and wait until the page is ready; the password is the user's name unless given."""


@contextmanager
def launched(*flags: str) -> Iterator[Browser]:
    """Launch the browser, with further flags; `CHROMIUM=` names another."""
    found = finder.find()
    assert found, "no Chromium found: run `make setup`"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found[0], args=[*finder.flags(), *flags])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one browser of a run."""
    with launched(SHORT_LIVES) as browser:
        yield browser


@contextmanager
def opening(chromium: Browser, failed_as: Callable[[], str | None]) -> Iterator[NewPage]:
    """Open pages until the end of the block, which raises what went wrong in them.

    Args:
        chromium: the browser.
        failed_as: the name of the test that failed in the block, if one did: pictures are kept under it.
    """
    opened: list[tuple[BrowserContext, Faults]] = []

    def new(
        url: str,
        *,
        goto: bool = True,
        bypass_csp: bool = False,
        locale: str = "en-US",
        colour_scheme: Literal["light", "dark"] = "light",
        reduced_motion: Literal["reduce", "no-preference"] = "no-preference",
        viewport: tuple[int, int] = (1280, 800),
        permissions: tuple[str, ...] = (),
        ignoring: tuple[str, ...] = (),
    ) -> Page:
        context = chromium.new_context(
            bypass_csp=bypass_csp,
            locale=locale,
            color_scheme=colour_scheme,
            reduced_motion=reduced_motion,
            viewport={"width": viewport[0], "height": viewport[1]},
            permissions=permissions,
        )
        faults = Faults(url, ignoring)
        faults.watch(context)
        opened.append((context, faults))
        page = context.new_page()
        if goto:
            page.goto(url)
        return page

    yield new
    if name := failed_as():
        _keep_pictures(name, [context for context, _ in opened])
    for context, _ in opened:
        context.close()
    found = [fault for _, faults in opened for fault in faults.found]
    assert not found, "\n".join(found)


@pytest.fixture
def new_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    """Open pages; a request to another host, a violated policy or an uncaught error in one fails the test."""
    node = request.node
    with opening(chromium, lambda: node.name if node.stash.get(FAILED, False) else None) as new:
        yield new


@pytest.fixture
def page(new_page: NewPage, host: Host) -> Page:
    """A page on `host`, under its own policy."""
    return new_page(host.url)


@pytest.fixture(scope="session")
def sign_in() -> SignIn:
    """Sign in through the page's own form."""

    def sign_in(page: Page, user: str = "demo", password: str | None = None) -> None:
        root = page.locator("html")
        expect(root).to_have_attribute("data-podi-state", "signed-out", timeout=BOOT_MS)
        page.locator("input[name=username]").fill(user)
        page.locator("input[name=password]").fill(user if password is None else password)
        page.locator("button[type=submit]").click()
        expect(root).to_have_attribute("data-podi-state", "ready")

    return sign_in


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed, so that what its pages showed is kept."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


def _keep_pictures(name: str, contexts: list[BrowserContext]) -> None:
    RESULTS.mkdir(exist_ok=True)
    stem = re.sub(r"[^\w.-]+", "_", name)
    for number, page in enumerate(page for context in contexts for page in context.pages):
        try:
            page.screenshot(path=RESULTS / f"{stem}-{number}.png", timeout=5_000)
        except Error:
            continue
