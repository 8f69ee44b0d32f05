"""How the user reads: zone, times or ages, density, columns."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from testkit.stage import Stage
from tests.e2e.conftest import Users


def test_the_choices_of_reading_hold_at_once_and_in_the_lists(stage: Stage, users: Users) -> None:
    """R54: chosen by the page behind the user's name; rows, facts and the zone follow, and a reload keeps all of it."""
    job = users().submit_ability_task(seconds=1)
    stage.sign_in()
    page = stage.page
    stage.refresh()
    row = stage.row(job)
    expect(row.locator(".row__when")).to_have_text(re.compile(r"\d:\d\d"))
    height = row.bounding_box()
    page.locator(".header__user").click()
    expect(page.get_by_role("heading", name="How you read")).to_be_visible()
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    expect(page.locator("[data-slot=zone-now]")).to_contain_text("Japan")
    page.get_by_label("How long ago it was").check()
    page.get_by_label("Compact").check()
    page.get_by_label("Executor or channel").uncheck()
    page.locator("[data-slot=navigation-tasks]").click()
    expect(row.locator(".row__when")).to_have_text(re.compile("ago|just now"))
    expect(row.locator(".row__meta")).to_be_hidden()
    now = row.bounding_box()
    assert height is not None
    assert now is not None
    assert now["height"] < 0.75 * height["height"]
    row.locator("a").click()
    expect(page.locator("[data-slot=created]")).to_have_text(re.compile("ago|just now"))
    expect(page.locator("[data-podi=time-zone]")).to_contain_text("Japan")
