"""The page as different people meet it: in Chinese, in the dark, on a phone, without a mouse, without motion."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Route, expect

from testkit.host import ROOT
from testkit.stage import Stage
from tests.e2e.conftest import Users

ABILITY = "baidu_image_quality_enhance"
# Everything that is said: what can be read, and what a screen reader, a tooltip or an empty field says.
SAID = """() => [document.body.innerText, document.title, ...Array.from(
  document.querySelectorAll("[aria-label], [title], [placeholder], [alt], [label]"),
  element => ["aria-label", "title", "placeholder", "alt", "label"].map(name => element.getAttribute(name)).join("\\n")
)].join("\\n")"""
WIDTHS = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
BACKGROUND = "() => getComputedStyle(document.body).backgroundColor"


def sentences(language: str) -> dict[str, str]:
    """The catalogue's plain sentences."""
    catalogue = json.loads((ROOT / "static" / "messages" / f"{language}.json").read_text("utf-8"))
    return {key: text for key, text in catalogue.items() if isinstance(text, str)}


def pages(stage: Stage, job: str) -> Iterator[str]:
    """Sign in and go through every page, and the open drawer; names each once it is there."""
    yield "sign-in"
    stage.sign_in("admin")
    expect(stage.page.locator("[data-podi=queue-status]")).to_be_visible()
    expect(stage.row(job)).to_be_visible()
    yield "tasks"
    stage.go(f"/tasks/{job}")
    expect(stage.page.locator(".job[data-state=ready]")).to_be_visible()
    yield "detail"
    stage.go("/admin/abilities")
    expect(stage.page.locator("[data-ability-id]").first).to_be_visible()
    yield "abilities"
    stage.go(f"/admin/abilities/{ABILITY}")
    expect(stage.page.locator("[data-podi=invoke-task]")).to_be_visible()
    yield "ability"
    stage.page.locator("button[data-slot=open-logs]").click()
    stage.drawer.locator("[data-log-id] button").first.click()
    expect(stage.drawer.locator("#log-record")).to_be_visible()
    yield "drawer"
    stage.page.keyboard.press("Escape")
    expect(stage.drawer).to_be_hidden()


def test_rows_stay_where_they_are_when_the_queues_are_read(stage: Stage, users: Users) -> None:
    """R30, R14: whoever is about to press a row presses that row."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    stage.page.route("**/comfyui/queue-summary", hold)
    job = known_job(users)
    stage.sign_in("admin")
    expect(stage.row(job)).to_be_visible()
    expect(stage.page.locator("[data-podi=queue-status]")).to_have_attribute("data-state", "loading")
    before = stage.row(job).bounding_box()
    for route in held:
        route.continue_()
    expect(stage.page.locator("[data-podi=queue-status] .server").first).to_be_visible()
    stage.page.unroute_all(behavior="ignoreErrors")
    assert before == stage.row(job).bounding_box()


def known_job(users: Users) -> str:
    """The newest ability task of the admin's."""
    return str(users("admin").get("/api/ability-tasks", limit=1)["items"][0]["id"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_speaks_the_language(stage: Stage, users: Users, language: str) -> None:
    """R27, R28, R32: no page, in either language, shows a message key or a sentence of the other language."""
    job = known_job(users)
    switch = stage.page.locator("[data-slot=language]")
    if language == "zh":
        switch.click()
    expect(stage.root).to_have_attribute("lang", "en" if language == "en" else "zh-CN")
    own, others = sentences(language), sentences("zh" if language == "en" else "en")
    prefixes = "|".join(sorted({key.partition(".")[0] for key in own}))
    key = re.compile(rf"(?<![\w./-])(?:{prefixes})(?:\.[a-z_-]+)+(?![\w/])")
    switching = {"language.other", "language.switch"}
    foreign = [text for name, text in others.items() if name not in switching and len(text) > 3 and "{" not in text]
    for name in pages(stage, job):
        said = stage.page.evaluate(SAID)
        assert (name, []) == (name, key.findall(said))
        lines = {line.strip() for line in said.splitlines()}
        assert (name, set()) == (name, lines & (set(foreign) - set(own.values())))
    if language == "zh":
        switch.click()


def test_a_language_is_kept(stage: Stage) -> None:
    """R32: the language can be changed while signed in, at once and everywhere, and nothing is asked of the API."""
    stage.sign_in()
    stage.catch_up()
    stage.page.locator("[data-slot=language]").click()
    expect(stage.page.locator("[data-podi=connection]")).to_contain_text("实时")
    assert "zh" == stage.page.evaluate("() => localStorage.getItem('podi.language')")
    stage.page.locator("[data-slot=language]").click()
    expect(stage.page.locator("[data-podi=connection]")).to_contain_text("Live")


def test_a_phone_never_scrolls_sideways(stage: Stage, users: Users) -> None:
    """R27: at 390 pixels no page is wider than the screen, in either language."""
    job = known_job(users)
    stage.page.set_viewport_size({"width": 390, "height": 844})
    for name in pages(stage, job):
        wide, screen = stage.page.evaluate(WIDTHS)
        assert (name, screen) == (name, wide)


def test_dark(stage: Stage) -> None:
    """R27: the page follows the system into the dark, and the reader's own choice goes before the system's."""

    def dark() -> bool:
        red = re.findall(r"\d+", stage.page.evaluate(BACKGROUND))[0]
        return int(red) < 80

    assert not dark()
    stage.page.emulate_media(color_scheme="dark")
    assert dark()
    theme = stage.page.locator("[data-slot=theme]")
    theme.click()
    expect(stage.root).to_have_attribute("data-theme", "light")
    assert not dark()
    stage.page.emulate_media(color_scheme="light")
    theme.click()
    expect(stage.root).to_have_attribute("data-theme", "dark")
    assert dark()
    theme.click()
    expect(stage.root).to_have_attribute("data-theme", "auto")
    assert not dark()


def until(stage: Stage, key: str, condition: Callable[[], bool]) -> None:
    """Press a key until something holds; a keyboard trap ends it."""
    for _ in range(60):
        if condition():
            return
        stage.page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead there")


def focused(stage: Stage, selector: str) -> bool:
    """Whether the keyboard is on such an element."""
    found: bool = stage.page.evaluate("selector => document.activeElement.matches(selector)", selector)
    return found


def test_keyboard_only(stage: Stage) -> None:
    """R27, R28: sign-in, rows, an ability, its drawer and a record work by keyboard; Escape gives the focus back."""
    keyboard, page = stage.page.keyboard, stage.page
    page.locator("input[name=username]").focus()
    keyboard.type("admin")
    keyboard.press("Tab")
    keyboard.type("admin")
    keyboard.press("Enter")
    expect(stage.root).to_have_attribute("data-podi-state", "ready")
    expect(page.locator("[data-kind=task]").first).to_be_visible()
    until(stage, "Tab", lambda: focused(stage, "[data-kind=task] [data-row-link]"))
    first = page.evaluate("() => document.activeElement.closest('[data-task-id]').dataset.taskId")
    for key in ("ArrowDown", "End", "Home", "ArrowDown", "ArrowUp"):
        keyboard.press(key)
    expect(stage.row(first).locator("[data-row-link]")).to_be_focused()
    keyboard.press("Enter")
    expect(page.locator(f".job[data-task-id='{first}']")).to_be_visible()

    until(stage, "Shift+Tab", lambda: focused(stage, "[href='#/admin/abilities']"))
    keyboard.press("Enter")
    expect(page.locator("[data-ability-id]").first).to_be_visible()
    until(stage, "Tab", lambda: focused(stage, "[data-ability-id] [data-row-link]"))
    keyboard.press("Enter")
    expect(page.locator("button[data-slot=open-logs]")).to_be_visible()
    expect(page.locator("main")).to_be_focused()
    until(stage, "Tab", lambda: focused(stage, "button[data-slot=open-logs]"))
    keyboard.press("Enter")
    expect(stage.drawer).to_be_visible()
    expect(stage.drawer.locator("[data-log-id]").first).to_be_visible()
    until(stage, "Tab", lambda: focused(stage, "[data-log-id] button"))
    keyboard.press("Enter")
    expect(stage.drawer.locator("#log-record")).to_be_visible()
    keyboard.press("Escape")
    expect(stage.drawer).to_be_hidden()
    expect(page.locator("button[data-slot=open-logs]")).to_be_focused()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_new_version_is_offered_and_never_forced(stage: Stage, language: str) -> None:
    """The notice is spoken, a keyboard reaches it, it stays until it is taken or put away, and covers no way."""
    say = sentences(language)
    stage.page.evaluate("() => { window.taken = 0; podi.takeVersion = () => { window.taken += 1; }; }")
    if language == "zh":
        stage.page.locator("[data-action=language]").click()
    offered = stage.page.locator("[role=status]").filter(has_text=say["update.ready"])
    if language == "en":
        expect(offered).to_have_count(0)
        stage.page.evaluate("() => dispatchEvent(new CustomEvent('podi:new-version'))")
    expect(offered).to_be_visible()
    stage.sign_in()
    expect(offered).to_be_visible()
    button = stage.page.get_by_role("button", name=say["update.take"], exact=True)
    stage.page.locator("[data-podi=sign-out]").focus()
    stage.page.keyboard.press("Tab")
    expect(button).to_be_focused()
    assert stage.page.evaluate("() => window.taken") == 0
    stage.page.keyboard.press("Enter")
    assert stage.page.evaluate("() => window.taken") == 1
    stage.page.keyboard.press("Tab")
    stage.page.keyboard.press("Enter")
    expect(offered).to_have_count(0)
    stage.page.evaluate("() => { delete podi.takeVersion; }")
    if language == "zh":
        stage.page.locator("[data-action=language]").click()


def test_motion_can_be_done_without(stage: Stage, users: Users) -> None:
    """R24: under `prefers-reduced-motion` nothing on the page moves by itself for longer than an instant."""
    stage.page.emulate_media(reduced_motion="reduce")
    users().submit_ability_task(seconds=4)
    stage.sign_in()
    expect(stage.page.locator("[data-status=running]").first).to_be_visible()
    longest = """() => Math.max(0, ...document.getAnimations().map(one => {
      const { duration, iterations } = one.effect.getComputedTiming();
      return Number(duration) * iterations;
    }))"""
    assert stage.page.evaluate(longest) <= 1


def test_the_title_names_what_is_shown(stage: Stage) -> None:
    """R28: each page names itself in the tab, so that a reader of many tabs finds it."""
    stage.sign_in("admin")
    expect(stage.page).to_have_title("podi · Tasks")
    stage.go("/admin/abilities")
    expect(stage.page).to_have_title("Abilities · podi")
    stage.go(f"/admin/abilities/{ABILITY}")
    expect(stage.page).to_have_title(re.compile("图像清晰度增强 · podi$"))
