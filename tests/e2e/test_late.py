"""What comes after the first lists, and a page of it that is opened before it is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Page, Request, expect

from testkit.browser import NewPage, SignIn
from testkit.host import Host
from tools import late_archive

ARCHIVE = "**/static/late.bin"
# What a proxy says in its own words, and an archive that was cut off.
CUT_OFF = {"modules": {"app.x": {"bytes": 9, "compiled": False, "package": False}}, "imports": {}, "messages": {}}
NO_ARCHIVES = (
    "<h1>Sign in to the network</h1>",
    '{"error": "sign in to the network"}',
    json.dumps({**CUT_OFF, "styles": {}}) + "\nshort",
)


def _late(request: Request) -> bool:
    return request.url.endswith("/static/late.bin")


def test_it_comes_once_when_the_lists_are_up(new_page: NewPage, sign_in: SignIn, main_host: Host) -> None:
    """Nobody waits for it at the start, and opening its pages asks for nothing more."""
    asked: list[str] = []
    page = new_page(main_host.url)
    page.on("request", lambda request: asked.append(request.url) if _late(request) else None)
    assert asked == []
    with page.expect_response(ARCHIVE):
        sign_in(page, "admin")
    page.get_by_role("link", name="Abilities").click()
    expect(page.locator("[data-ability-id]").first).to_be_visible()
    page.get_by_role("link", name="Tasks", exact=True).click()
    page.get_by_role("link", name="Abilities").click()
    expect(page.locator("[data-ability-id]").first).to_be_visible()
    assert len(asked) == 1


def test_a_late_page_that_cannot_be_loaded_says_so(new_page: NewPage, sign_in: SignIn, main_host: Host) -> None:
    """R13: the sentence has a button that tries again, and the page opens where the reader wanted to be."""
    page = new_page(main_host.url)
    _answer(page, NO_ARCHIVES[0])
    sign_in(page, "admin")
    _open(page)
    expect(page.get_by_text("This page could not be loaded.")).to_be_visible()
    for body in NO_ARCHIVES[1:]:
        _answer(page, body)
        with page.expect_response(ARCHIVE):
            page.locator("[data-action=load-late]").click()
        expect(page.get_by_text("This page could not be loaded.")).to_be_visible()
    page.unroute(ARCHIVE)
    page.locator("[data-action=load-late]").click()
    expect(page.locator("[data-ability-id]").first).to_be_visible()
    expect(page).to_have_url(re.compile("#/admin/abilities$"))


def test_modules_that_could_not_be_compiled_come_as_sources(
    new_page: NewPage, sign_in: SignIn, main_host: Host, tmp_path: Path
) -> None:
    """A late page opens all the same, as after an edit (docs/decisions/late.md)."""
    page = new_page(main_host.url)
    page.route(ARCHIVE, lambda route: route.fulfill(status=200, body=late_archive.made(bytecode=tmp_path)))
    sign_in(page, "admin")
    _open(page)
    expect(page.locator("[data-ability-id]").first).to_be_visible()


def _answer(page: Page, body: str) -> None:
    """Answer with this in place of the archive."""
    page.unroute(ARCHIVE)
    page.route(ARCHIVE, lambda route: route.fulfill(status=200, content_type="text/html", body=body))


def _open(page: Page) -> None:
    page.evaluate("() => { location.hash = '/admin/abilities' }")
