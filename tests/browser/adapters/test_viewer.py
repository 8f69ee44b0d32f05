"""The viewer of pictures in a real browser, with pictures that are long in coming."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Route, expect

from app.views.jobs.viewer import viewer_markup
from testkit.plain_formats import plain_texts
from tests.browser.adapters.conftest import Python

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"><rect width="400" height="300"/></svg>'


@pytest.fixture
def viewer(python: Python) -> Iterator[Python]:
    """A page in which a viewer can be opened."""
    python("from app.browser.viewer import DialogViewer\nkept.viewer = DialogViewer()")
    yield python
    python("kept.viewer.close()")
    python.page.unroute_all()


def test_what_is_asked_before_a_picture_is_there_is_done_once_it_is(viewer: Python) -> None:
    """R40: a hurried hand enlarges the picture it turned to, not the one that was there before."""
    page = viewer.page
    held: list[Route] = []
    page.route("**/first.svg", lambda route: route.fulfill(body=PICTURE, content_type="image/svg+xml"))
    page.route("**/second.svg", lambda route: held.append(route))  # noqa: PLW0108 - Playwright wants a function
    markup = json.dumps(viewer_markup(plain_texts()))
    viewer(
        f"""
        from app.late_ports import ViewedPicture
        pictures = [ViewedPicture("/first.svg", "first"), ViewedPicture("/second.svg", "second")]
        kept.viewer.show({markup}, pictures, 0)
        """
    )
    stage = page.locator("[data-viewer=stage]")
    canvas = page.locator("[data-viewer=canvas]")
    expect(canvas).to_have_css("width", "400px")
    page.keyboard.press("ArrowRight")
    with page.expect_event("requestfinished", predicate=lambda request: request.url.endswith("/second.svg")):
        for _ in range(3):
            page.keyboard.press("+")
        expect(stage).to_have_attribute("data-fits", "true")
        for route in held:
            route.fulfill(body=PICTURE.replace("400", "40").replace("300", "30"), content_type="image/svg+xml")
    expect(stage).to_have_attribute("data-fits", "false")
    expect(canvas).to_have_css("width", "40px")
    page.keyboard.press("0")
    expect(stage).to_have_attribute("data-fits", "true")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
