"""The shell before and without Python: it paints at once, and a boot that fails says what to do."""

from __future__ import annotations

import base64
import json
import re
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.views.jobs.rows import job_row_markup
from testkit.browser import BOOT_MS, NewPage
from testkit.host import Host
from testkit.plain_formats import plain_texts
from testkit.site import ServeFolder

DAY_S = 86400.0
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def shell(tmp_path: Path, serve_folder: ServeFolder) -> str:
    """The page's files without any runtime: nothing will ever boot."""
    shutil.copy(ROOT / "index.html", tmp_path)
    for name in ("styles", "icons"):
        shutil.copytree(ROOT / "static" / name, tmp_path / "static" / name)
    shutil.copy(ROOT / "static" / "shell.js", tmp_path / "static")
    for name in ("interpreter.mjs", "restore.mjs"):
        (tmp_path / "static" / name).write_text("", encoding="utf-8")
    runtime = tmp_path / "static" / "vendor" / "pyscript"
    runtime.mkdir(parents=True)
    (runtime / "core.js").write_text("", encoding="utf-8")
    return serve_folder(tmp_path)


def state(page: Page) -> str | None:
    """What the page says of itself."""
    return page.locator("html").get_attribute("data-podi-state")


def test_it_paints_before_any_python(new_page: NewPage, shell: str) -> None:
    """Name, a progress bar and grey rows are there while nothing has booted."""
    page = new_page(shell, locale="zh-CN")
    expect(page.locator(".brand")).to_have_text("podi")
    expect(page.locator("#boot-progress")).to_be_visible()
    expect(page.locator(".skeleton-row").first).to_be_visible()
    expect(page.get_by_text("正在启动监控台…")).to_be_visible()
    expect(page.get_by_text("Starting the monitor…")).to_be_hidden()
    assert state(page) == "booting"


def test_progress_follows_the_boot(new_page: NewPage, shell: str) -> None:
    """The restore's, PyScript's stages and the app's own move the bar, and it never goes back."""
    page = new_page(shell, bypass_csp=True)
    bar = "() => document.getElementById('boot-progress').value"
    begun = page.evaluate(bar)
    page.evaluate("() => dispatchEvent(new CustomEvent('podi:snapshot', {detail: {fraction: 0.5}}))")
    assert begun < 0.39 < page.evaluate(bar) < 0.74
    page.evaluate("() => dispatchEvent(new CustomEvent('py:progress', {detail: 'Loaded interpreter'}))")
    loaded = page.evaluate(bar)
    assert loaded >= 0.74
    page.evaluate("() => dispatchEvent(new CustomEvent('py:progress', {detail: 'Loading Pyodide'}))")
    assert page.evaluate(bar) >= loaded
    page.evaluate("() => dispatchEvent(new CustomEvent('podi:boot', {detail: {fraction: 0.5}}))")
    assert page.evaluate(bar) >= 0.9


def test_a_missing_runtime_ends_in_a_message_and_a_retry(new_page: NewPage, shell: str) -> None:
    """In both languages, with the file that is missing; the button loads the page again."""
    page = new_page(shell, goto=False, ignoring=("error",))
    page.route("**/core.js", lambda route: route.abort())
    page.goto(shell)
    expect(page.locator("html")).to_have_attribute("data-podi-state", "failed")
    message = page.get_by_role("alert")
    expect(message).to_contain_text("The monitor did not start")
    expect(message).to_contain_text("监控台未能启动")
    expect(message).to_contain_text("static/vendor/pyscript/core.js")
    expect(page.locator("#boot")).to_be_hidden()
    page.unroute("**/core.js")
    page.locator("#boot-retry").click()
    expect(page.locator("html")).to_have_attribute("data-podi-state", "booting")


def test_an_interpreter_that_cannot_be_read_ends_in_its_reason(new_page: NewPage, host: Host) -> None:
    """Neither boot can use it; that is said, instead of waiting for a minute."""
    page = new_page(host.url, goto=False, ignoring=("WebAssembly",))
    page.route(
        "**/pyodide.asm.wasm", lambda route: route.fulfill(body=b"\0asm\1\0\0\0?", content_type="application/wasm")
    )
    page.goto(host.url)
    expect(page.get_by_role("alert")).to_contain_text("WebAssembly", timeout=BOOT_MS)
    assert state(page) == "failed"


def test_missing_components_are_no_reason_to_fail(new_page: NewPage, shell: str) -> None:
    """The drawer has a plain stand-in, so the page goes on without the bundle."""
    page = new_page(shell, goto=False)
    page.route("**/components.js", lambda route: route.abort())
    page.goto(shell)
    expect(page.locator("#boot")).to_be_visible()
    assert state(page) == "booting"


def test_a_minute_without_progress_is_a_failure(new_page: NewPage, shell: str) -> None:
    """Each sign of progress buys another minute."""
    page = new_page(shell, goto=False, bypass_csp=True)
    page.clock.install()
    page.goto(shell)
    page.clock.run_for(50_000)
    page.evaluate("() => dispatchEvent(new CustomEvent('py:progress', {detail: 'Loading interpreter'}))")
    page.clock.run_for(50_000)
    assert state(page) == "booting"
    page.clock.run_for(11_000)
    assert state(page) == "failed"


def test_somebody_elses_fault_is_none_of_the_boots(new_page: NewPage, shell: str) -> None:
    """R33, report 36: an extension's error, rejection or missing script does not say that the monitor did not start."""
    page = new_page(shell, bypass_csp=True, ignoring=("error", "blocked"))
    foreign = "chrome-extension://abc/content.js"
    page.evaluate(
        """foreign => {
            dispatchEvent(new ErrorEvent("error", {message: "Script error.", filename: ""}));
            dispatchEvent(new ErrorEvent("error", {message: "x is not defined", filename: foreign}));
            const reason = Object.assign(new Error("no"), {stack: `Error: no\n at ${foreign}`});
            const promise = Promise.resolve();
            for (const each of [reason, "text", undefined]) {
                dispatchEvent(new PromiseRejectionEvent("unhandledrejection", {promise, reason: each}));
            }
        }""",
        foreign,
    )
    assert state(page) == "booting"
    page.evaluate(
        """() => dispatchEvent(
            new ErrorEvent("error", {message: "boom", filename: new URL("static/x.js", document.baseURI).href}))"""
    )
    expect(page.locator("html")).to_have_attribute("data-podi-state", "failed")


def test_a_traceback_becomes_one_line(new_page: NewPage, shell: str) -> None:
    """PyScript's box is taken away; what is shown is what happened, not where."""
    page = new_page(shell, bypass_csp=True)
    page.evaluate(
        """() => {
            const box = document.createElement("div");
            box.className = "py-error";
            box.textContent = ['Traceback:', '  File "main.py"', 'ModuleNotFoundError: no pydantic'].join('\\n');
            document.body.append(box);
        }"""
    )
    expect(page.get_by_role("alert")).to_contain_text("ModuleNotFoundError: no pydantic")
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_the_app_can_say_why_it_did_not_start(new_page: NewPage, shell: str) -> None:
    """A setting of the wrong type is shown as it is."""
    page = new_page(shell, bypass_csp=True)
    page.evaluate(
        "() => dispatchEvent(new CustomEvent('podi:boot', {detail: {error: '[podi] disable_ws: not a boolean'}}))"
    )
    expect(page.get_by_role("alert")).to_contain_text("[podi] disable_ws: not a boolean")
    assert state(page) == "failed"


def test_it_keeps_quiet_once_the_app_has_taken_over(new_page: NewPage, shell: str) -> None:
    """An error after the boot is the app's affair."""
    page = new_page(shell, bypass_csp=True, ignoring=("late",))
    page.evaluate("() => { document.documentElement.dataset.podiState = 'ready'; }")
    page.evaluate("() => { setTimeout(() => { throw new Error('late'); }); }")
    page.evaluate("() => new Promise(done => setTimeout(done, 50))")
    assert state(page) == "ready"


@pytest.mark.parametrize(
    ("query", "lang", "theme"),
    [("", "en", "auto"), ("?podi.language=zh&podi.theme=dark", "zh-CN", "dark"), ("?podi.theme=pink", "en", "auto")],
)
def test_language_and_theme_are_set_before_the_first_frame(
    new_page: NewPage, shell: str, query: str, lang: str, theme: str
) -> None:
    """From the address, what was kept, or the browser; nonsense is passed over."""
    page = new_page(shell + "/" + query)
    expect(page.locator("html")).to_have_attribute("lang", lang)
    expect(page.locator("html")).to_have_attribute("data-theme", theme)


def keep(page: Page, *, user: str = "u1", language: str = "en", session: str | None = "u1", **lists: object) -> None:
    """Put what a last visit left into the page's storage, before it is loaded."""
    claims = base64.urlsafe_b64encode(json.dumps({"sub": session}).encode()).decode().rstrip("=")
    values = {
        "name": "<b>Koi</b>",
        "name@href": "#/tasks/1",
        "status": "Running",
        "@data-status": "running",
        "bar@value": "40",
        "elapsed": "0:07",
        "name@onclick": "alert(1)",
    }
    text = json.dumps(
        {"user": user, "language": language, "at": time.time() - 3 * DAY_S, "tasks": {"1": values}, "ability_tasks": {}}
        | lists
    )
    kept = {"podi.last-seen": text}
    if session is not None:
        kept["podi.session"] = json.dumps({"access_token": f"a.{claims}.c"})
    page.add_init_script(
        f"for (const [key, text] of Object.entries({json.dumps(kept)})) localStorage.setItem(key, text);"
    )


READINGS = {"u1": {"compact": True, "hidden": ["elapsed"]}, "u2": {"compact": False, "hidden": []}}


def test_the_lists_of_the_last_visit_are_there_before_python(new_page: NewPage, shell: str) -> None:
    """As text and with their age; what is no text of a row's has no effect."""
    page = new_page(shell, goto=False, bypass_csp=True)
    keep(page)
    page.goto(f"{shell}/#/tasks")
    row = page.locator("[data-state=kept] .row")
    expect(row).to_have_count(1)
    expect(row.locator(".row__name")).to_have_text("<b>Koi</b>")
    expect(row.locator(".row__name")).to_have_attribute("href", "#/tasks/1")
    assert row.locator(".row__name").get_attribute("onclick") is None
    expect(row.locator("progress")).to_have_attribute("value", "40")
    expect(row).to_have_attribute("data-status", "running")
    assert row.get_attribute("data-task-id") is None
    expect(page.locator(".panel__age").first).to_contain_text("Last seen 3 days ago")
    expect(page.locator(".skeleton-row")).to_have_count(0)
    assert state(page) == "booting"


def test_rows_are_as_dense_as_the_reader_chose_from_the_first_frame_on(new_page: NewPage, shell: str) -> None:
    """R54: and without the columns that were hidden; the choice is the user's whose lists are shown."""
    page = new_page(shell, goto=False, bypass_csp=True)
    keep(page)
    kept = {f"podi.reading.{user}": json.dumps(reading) for user, reading in READINGS.items()}
    page.add_init_script(
        f"for (const [key, text] of Object.entries({json.dumps(kept)})) localStorage.setItem(key, text);"
    )
    page.goto(f"{shell}/#/tasks")
    expect(page.locator("html")).to_have_attribute("data-density", "compact")
    expect(page.locator("[data-state=kept] .row__time")).to_be_hidden()
    expect(page.locator("[data-state=kept] .row")).to_have_css("height", "48px")


def test_the_queue_of_the_last_visit_says_how_many_more(new_page: NewPage, shell: str) -> None:
    """The line is hidden until there are more executors than are shown."""
    page = new_page(shell, goto=False, bypass_csp=True)
    keep(page, queue={"total": "1 running", "name-0": "upscale_121", "more@hidden": None, "more": "and 3 more"})
    page.goto(f"{shell}/#/tasks")
    expect(page.locator(".server")).to_have_count(1)
    expect(page.locator(".queue__more")).to_be_visible()
    expect(page.locator(".queue__more")).to_have_text("and 3 more")


@pytest.mark.parametrize(
    ("given", "route"),
    [
        ({"session": None}, ""),
        ({"session": "u2"}, ""),
        ({"language": "zh"}, ""),
        ({}, "#/admin/abilities"),
        ({"tasks": "nonsense" * 20_000}, ""),
        ({"tasks": {"1": None}}, ""),
        ({"at": 0.0}, ""),
        ({"at": time.time() - 7.1 * DAY_S}, ""),
        ({"at": time.time() + 2 * DAY_S}, ""),
        ({"tasks": 7, "ability_tasks": ["x"], "queue": "y", "at": "z"}, ""),
    ],
    ids=[
        *("no session", "another user", "another language", "another page", "too large", "no row"),
        *("1970", "a week", "to come", "nonsense"),
    ],
)
def test_lists_that_are_not_to_be_shown(given: dict[str, Any], route: str, new_page: NewPage, shell: str) -> None:
    """Nobody's, another's, too large, spoilt, or older than a session (security 22): nothing of them is shown."""
    page = new_page(shell, goto=False, bypass_csp=True)
    keep(page, **given)
    page.goto(f"{shell}/{route}")
    expect(page.locator("#boot-progress")).to_be_visible()
    page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(page.locator(".row__name:not(:empty)")).to_have_count(0)
    assert state(page) == "booting"


def test_no_token_is_within_reach_once_the_app_has_taken_over(new_page: NewPage, shell: str) -> None:
    """R33: what the last visit left can be asked for on `window.podi` while the page boots."""
    page = new_page(shell, goto=False, bypass_csp=True)
    keep(page)
    page.goto(shell)
    assert page.evaluate("podi.lastVisit().lists.user") == "u1"
    page.evaluate("() => { document.documentElement.dataset.podiState = 'ready' }")
    page.wait_for_function("!('lastVisit' in podi)")


def test_without_storage_there_are_grey_rows(new_page: NewPage, shell: str) -> None:
    """A browser that refuses storage costs the last visit's lists, nothing else."""
    page = new_page(shell, goto=False)
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    page.goto(shell)
    expect(page.locator(".skeleton-row").first).to_be_visible()
    assert state(page) == "booting"


def test_a_kept_row_is_like_a_live_one() -> None:
    """The shell's rows have the parts of the app's, in the same order: a live row takes their place without a jump."""
    live = re.sub(r"<img[^>]*>|<span class=\"visually-hidden\">.*?</span>|aria-label=\"[^\"]*\"|data-row-link", "",
                  job_row_markup(plain_texts("en")), flags=re.DOTALL)  # fmt: skip
    template = re.search(
        r'<template id="kept-row">(.*?)</template>', (ROOT / "index.html").read_text("utf-8"), re.DOTALL
    )
    assert template
    parts = re.compile(r'class="[^"]*"|data-slot="[^"]*"|<(?!/)\w+')
    assert parts.findall(template[1]) == parts.findall(live)
