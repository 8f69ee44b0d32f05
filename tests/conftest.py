"""What all tests share: the fixtures of testkit, and the order that Playwright asks for."""

from __future__ import annotations

import pytest

pytest_plugins = ["testkit.histories", "testkit.host", "testkit.site", "testkit.browser"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what needs the browser last.

    That is quicker to fail; and Playwright's synchronous interface keeps an event loop running in the main thread once
    it has started, in which no other can be run, so that asynchronous tests have to come before it. `make test` hands
    the files to its workers in this order.
    """
    browser_files = {item.path for item in items if _needs_browser(item)}
    # A worker gets whole files: one test without a browser must not take its file to the front.
    items.sort(key=lambda item: (item.path in browser_files, _needs_browser(item)))


def _needs_browser(item: pytest.Item) -> bool:
    return "chromium" in getattr(item, "fixturenames", ())
