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
    items.sort(key=lambda item: "chromium" in getattr(item, "fixturenames", ()))
