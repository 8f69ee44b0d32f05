"""The page boots from the memory snapshot, and what it gets is an interpreter of its own place and moment."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.boot.conftest import Site
from tests.support.browser import BOOT_MS, NewPage

Serve = Callable[..., str]


def told(page: Page) -> dict[str, Any]:
    """What the page's Python says of itself, once it has started."""
    expect(page.locator("#told")).not_to_be_empty(timeout=BOOT_MS)
    return dict(json.loads(page.locator("#told").text_content() or ""))


def test_the_page_boots_from_the_snapshot(serve: Serve, new_page: NewPage) -> None:
    """Under the strict policy, with the page's modules in memory and without a request for any of them."""
    url = serve()
    page = new_page(url, goto=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(url)))
    page.goto(url)
    answer = told(page)
    assert answer["boot"]["kind"] == "snapshot", answer["boot"]["reason"]
    assert answer["frozen"]
    assert [path for path in asked if path.startswith("/app/")] == []
    assert len(asked) <= 30
    assert sorted(answer["boot"]["stages"].values()) == list(answer["boot"]["stages"].values())


def test_a_module_that_is_not_in_the_snapshot_can_be_imported(serve: Serve, new_page: NewPage) -> None:
    """The standard library's file comes when something needs it."""
    answer = told(new_page(serve()))
    assert answer["late"] == 1.0
    assert "library" in answer["boot"]["stages"]


def test_nothing_random_or_timed_is_frozen(serve: Serve, new_page: NewPage) -> None:
    """Two loads of one snapshot draw different numbers, and both know what time it is."""
    url = serve()
    first, second = told(new_page(url)), told(new_page(url))
    assert not set(first["draws"]) & set(second["draws"])
    assert not set(first["tokens"]) & set(second["tokens"])
    assert abs(second["now"] - time.time()) < 60


def test_the_interpreter_knows_the_page_s_zone_and_language(
    serve: Serve, site: Site, chromium: Browser, new_page: NewPage
) -> None:
    """The machine that made the snapshot leaves no trace in either."""
    url = serve()
    context = chromium.new_context(timezone_id="Asia/Tokyo", locale="zh-CN")
    page = context.new_page()
    page.goto(url)
    answer = told(page)
    context.close()
    assert (answer["hour_at_zero"], answer["language"]) == (9, "zh_CN.UTF-8")
    assert "PYTHONHASHSEED" not in answer["environment"]


def test_a_snapshot_holds_no_token(site: Site) -> None:
    """Nothing in its bytes looks like one, nor names the machine it was made on."""
    data = site.memory.read_bytes()
    assert b"eyJhbGciOi" not in data
    assert b"podi-snapshot-" not in data


def test_the_stock_boot_can_be_asked_for(serve: Serve, new_page: NewPage) -> None:
    """`?podi.boot=stock` boots the stock way, and says why."""
    answer = told(new_page(f"{serve()}/?podi.boot=stock"))
    assert (answer["boot"]["kind"], answer["boot"]["reason"]) == ("stock", "asked for by the address")
    assert not answer["frozen"]
