"""The pages that tests open notice what a page of this project must not do."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from testkit.browser import Faults
from testkit.site import ServeFolder

# Loopback addresses on which nobody listens, and which are not the one the page comes from.
ELSEWHERE = "127.0.0.2:9"


def _faults(chromium: Browser, url: str, *, bypass_csp: bool, ignoring: tuple[str, ...] = ()) -> list[str]:
    context = chromium.new_context(bypass_csp=bypass_csp)
    try:
        faults = Faults(url, ignoring)
        faults.watch(context)
        page = context.new_page()
        page.goto(url)
        expect(page.locator("html")).to_have_attribute("data-done", "yes")
    finally:
        context.close()
    return sorted(faults.found)


@pytest.fixture
def site(tmp_path: Path, serve_folder: ServeFolder) -> str:
    """A page that asks another host in two ways, has a script in its markup, and raises."""
    (tmp_path / "index.html").write_text(
        '<link rel="icon" href="data:,"><script>1</script><script type="module" src="bad.mjs"></script>',
        encoding="utf-8",
    )
    (tmp_path / "bad.mjs").write_text(
        f"""
        await fetch("http://{ELSEWHERE}/a").catch(() => 0);
        await new Promise((over) => {{ new WebSocket("ws://{ELSEWHERE}/b").onerror = over; }});
        setTimeout(() => {{ document.documentElement.dataset.done = "yes"; }}, 0);
        throw new Error("nobody catches this");
        """,
        encoding="utf-8",
    )
    return serve_folder(tmp_path)


def test_requests_sockets_and_errors_are_noticed(chromium: Browser, site: str) -> None:
    """A request and a socket to another host and an uncaught error are faults."""
    assert _faults(chromium, site, bypass_csp=True) == [
        f"request to another host: http://{ELSEWHERE}/a",
        f"socket to another host: ws://{ELSEWHERE}/b",
        "uncaught error: nobody catches this",
    ]


def test_violations_of_the_policy_are_noticed(chromium: Browser, site: str) -> None:
    """A script in the markup, and a request that the policy refuses, are faults."""
    found = _faults(chromium, site, bypass_csp=False)
    assert any("Executing inline script" in fault for fault in found)
    assert any(f"http://{ELSEWHERE}/a" in fault for fault in found)


def test_an_expected_fault_is_none(chromium: Browser, site: str) -> None:
    """What a test says that it expects is not held against the page."""
    found = _faults(chromium, site, bypass_csp=True, ignoring=("nobody catches", "to another host"))
    assert found == []
