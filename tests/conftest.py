"""What all tests share: the fixtures of testkit, and the order that Playwright asks for."""

from __future__ import annotations

import pytest

pytest_plugins = ["testkit.histories", "testkit.host", "testkit.site", "testkit.browser"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what needs the browser last.

    That is quicker to fail; and Playwright's synchronous interface keeps an event loop running in the main thread once
    it has started, in which no other can be run, so that asynchronous tests have to come before it. `make test` hands
    the files to its workers in this order.

    Of the files that need the browser the larger come first: most of them take longer, and no worker should begin with
    such a one when the others have nothing to do any more.
    """
    sizes = {item.path: item.path.stat().st_size for item in items if _needs_browser(item)}

    def place(item: pytest.Item) -> tuple[bool, int, str, bool]:
        # A worker gets whole files: one test without a browser must not take its file to the front.
        if item.path not in sizes:
            return False, 0, "", False
        return True, -sizes[item.path], str(item.path), _needs_browser(item)

    items.sort(key=place)


def _needs_browser(item: pytest.Item) -> bool:
    return "chromium" in getattr(item, "fixturenames", ())
