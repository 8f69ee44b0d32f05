"""The adapters' own page, booted once for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from testkit.site import serving

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "/tests/browser/pages/surface/index.html"
BOOT_MS = 60_000


class Stage:
    """The page and the errors that were thrown in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def do(self, step: str, *arguments: object) -> object:
        """Take a step that `main.py` of the page offers, and return what it returns."""
        return self.page.evaluate("([step, given]) => window.stage[step](...given)", [step, list(arguments)])

    def settle(self) -> None:
        """Wait for two frames: observers and scroll events have fired by then."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.fixture(scope="module")
def booted(chromium: Browser) -> Iterator[Stage]:
    """The page, booted; `evaluate` needs the policy switched off."""
    with serving(ROOT) as address:
        context = chromium.new_context(bypass_csp=True, viewport={"width": 800, "height": 600}, locale="en-US")
        stage = Stage(context.new_page())
        stage.page.goto(address + ADDRESS)
        stage.page.locator("html[data-ready]").wait_for(state="attached", timeout=BOOT_MS)
        yield stage
        context.close()


@pytest.fixture
def stage(booted: Stage) -> Iterator[Stage]:
    """The page, emptied; an error thrown in it fails the test."""
    booted.do("close")
    booted.page.mouse.move(790, 590)
    booted.errors.clear()
    yield booted
    assert booted.errors == []
