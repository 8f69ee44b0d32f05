"""An admin's page of one ability: its last day, and the choice of its executor."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from testkit.browser import Held
from testkit.stage import Stage
from tests.e2e.conftest import Users

ABILITY = "comfyui_koutu"
OWN = "executor_comfyui_upscale_121"
OTHER = "executor_comfyui_seamless_117"
PATIENCE_MS = 40_000
LATE = re.compile(r"/api/(admin|wallet)/")
# Where everything is that can be pressed or typed into.
PLACES = """() => [...document.querySelectorAll("form :is(input, select, textarea, button, summary)")]
  .filter(node => node.offsetWidth).map(node => {
    const { x, y, width, height } = node.getBoundingClientRect();
    return [node.name || node.textContent.trim(), ...[x, y + scrollY, width, height].map(Math.round)];
  })"""
LEFT = "node => node.getBoundingClientRect().left"


def open_ability(stage: Stage) -> Page:
    """Go to the ability's page."""
    stage.go(f"/admin/abilities/{ABILITY}")
    expect(stage.page.locator("[data-podi=executor-choice] select")).to_be_visible(timeout=PATIENCE_MS)
    return stage.page


def test_the_last_day_and_the_load_of_the_chosen_executor(stage: Stage, users: Users) -> None:
    """R29, R51, R52: figures of the day with whose they are; the task runs where it was sent to, beside that queue."""
    users("admin").submit_ability_task(seconds=0.2, ability=ABILITY)
    stage.sign_in("admin", transport=None)
    page = open_ability(stage)
    expect(page.locator("[data-slot=day-said]")).to_contain_text("Counted by the server.", timeout=PATIENCE_MS)
    expect(page.locator("[data-slot=day-count]")).to_have_text(re.compile(r"[1-9]"))
    load = page.locator("[data-slot=executor-load]")
    expect(load).to_contain_text("0 running, 0 waiting", timeout=PATIENCE_MS)
    expect(load).to_contain_text("GB used")
    chooser = page.locator("[data-podi=executor-choice] select")
    expect(chooser.locator("option").first).to_have_text(re.compile("own"))
    expect(chooser.locator("option[value*=baidu]")).to_have_count(0)
    chooser.select_option(OTHER)
    page.locator("[name=imageUrl], [name=image_url]").first.fill("https://example.com/koi.png")
    job = stage.submit()
    sent = users("admin").get(f"/api/ability-tasks/{job}")
    assert OTHER == (sent.get("request_payload") or sent["requestPayload"])["executorId"]
    assert "apiKey" not in page.content()


@pytest.mark.parametrize(("width", "columns"), [(1280, 2), (390, 1)])
def test_the_page_uses_the_room_it_has(stage: Stage, width: int, columns: int) -> None:
    """R29: two columns side by side, or one; nothing is wider than the screen."""
    stage.sign_in("admin", transport=None)
    stage.page.set_viewport_size({"width": width, "height": 844})
    page = open_ability(stage)
    form, day = (page.locator(f"[{name}]").evaluate(LEFT) for name in ("data-slot=form", "data-podi=ability-day"))
    assert columns == (2 if day > form + 100 else 1)
    wide, fits = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= fits
    page.set_viewport_size({"width": 1280, "height": 800})


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_in_the_form_moves_when_more_is_known(stage: Stage, users: Users, width: int) -> None:
    """R29, R41, R51: executors, their load, the price and the day come late; what one is about to press stays."""
    users("admin").submit_ability_task(seconds=0.2, ability=ABILITY)
    stage.sign_in("admin", transport=None)
    page = stage.page
    page.set_viewport_size({"width": width, "height": 844})
    late = Held(page, LATE)
    stage.go(f"/admin/abilities/{ABILITY}")
    expect(page.locator("[data-podi=invoke-task]")).to_be_visible(timeout=PATIENCE_MS)
    before = page.evaluate(PLACES)
    late.let_go()
    expect(page.locator("[data-podi=executor-choice] option").nth(1)).to_be_attached(timeout=PATIENCE_MS)
    expect(page.locator("[data-slot=executor-load]")).to_contain_text("GB used", timeout=PATIENCE_MS)
    expect(page.locator("[data-slot=price]")).to_have_text(re.compile(r"\d"), timeout=PATIENCE_MS)
    expect(page.locator("[data-slot=day-count]")).to_have_text(re.compile(r"[1-9]"), timeout=PATIENCE_MS)
    assert before == page.evaluate(PLACES)
    page.unroute_all(behavior="ignoreErrors")
    page.set_viewport_size({"width": 1280, "height": 800})


def test_what_is_filled_in_outlives_a_language_and_a_choice(stage: Stage) -> None:
    """R29, R54: the form stays as it is, with the keyboard where it was, and is in the other language the next time."""
    stage.sign_in("admin", transport=None)
    page = open_ability(stage)
    picture = page.locator("[name=imageUrl], [name=image_url]").first
    picture.fill("https://example.com/koi.png")
    chooser = page.locator("[data-podi=executor-choice] select")
    expect(chooser.locator("option")).not_to_have_count(1, timeout=PATIENCE_MS)
    chooser.focus()
    chooser.select_option(OTHER)
    expect(page.locator("[data-slot=executor-load]")).to_contain_text("0 running, 0 waiting", timeout=PATIENCE_MS)
    expect(chooser).to_be_focused()
    page.locator("[data-action=language]").click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("zh"))
    expect(page.locator("#header").get_by_role("link", name="积分").first).to_be_visible()
    expect(picture).to_have_value("https://example.com/koi.png")
    expect(chooser).to_have_value(OTHER)
    stage.go("/admin/abilities")
    open_ability(stage)
    expect(picture).to_have_value("")
    page.locator("[data-action=language]").click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("en"))
