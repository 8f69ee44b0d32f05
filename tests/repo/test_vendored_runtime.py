"""What set-up puts into static/vendor/ works in a real browser under the page's policy, with nothing from elsewhere.

The page of these tests has nothing of the app in it. `opening` fails what asks another host for anything or does
what its policy forbids.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from testkit.browser import BOOT_MS, opening
from testkit.site import serving
from tools.vendor import PATCHES

HERE = Path(__file__).resolve().parent
STATIC = HERE.parent.parent / "static"


@pytest.fixture(scope="module")
def runtime_page(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A bare page on the vendored files, booted once: what went wrong in it fails the last test."""
    site = tmp_path_factory.mktemp("runtime") / "site"
    shutil.copytree(HERE / "pages" / "runtime", site)
    (site / "static").symlink_to(STATIC)
    with serving(site) as url, opening(chromium, lambda: None) as new_page:
        yield new_page(url, permissions=("clipboard-read", "clipboard-write"))


def test_python_boots(runtime_page: Page) -> None:
    """PyScript boots the local interpreter with pydantic, the page's own modules and the configuration's own table."""
    version = json.loads((STATIC / "vendor" / "vendored.json").read_text("utf-8"))["versions"]["pydantic"]
    expect(runtime_page.locator("#python")).to_have_text(f"sides=3 {version} True", timeout=BOOT_MS)


def test_a_worker_reads_with_plain_urllib(runtime_page: Page) -> None:
    """A module worker loads the local interpreter, and urllib reads from the page's own host in it."""
    expect(runtime_page.locator("#worker")).to_have_text('200 {"a": 1}', timeout=BOOT_MS)


def test_components_work(runtime_page: Page) -> None:
    """A drawer opens, its copy button fills the clipboard, and icons come from this host."""
    drawer = runtime_page.locator("wa-drawer")
    runtime_page.locator("#open").click()
    expect(runtime_page.get_by_role("dialog", name="Logs")).to_be_visible()
    expect(drawer.get_by_text("In the drawer")).to_be_visible()
    expect(drawer.locator("wa-icon[name=copy] svg")).to_be_visible()
    drawer.locator("wa-copy-button").click()
    expect(runtime_page.locator("#pasted")).to_have_text("trace-1")
    # The button says for a second that it copied: the first Escape would only take that away.
    runtime_page.mouse.move(0, 0)
    expect(drawer.locator("wa-tooltip[open]")).to_have_count(0)
    runtime_page.keyboard.press("Escape")
    expect(drawer.get_by_text("In the drawer")).to_be_hidden()


@pytest.mark.parametrize("place", ["page", "drawer"])
def test_the_copy_button_works_on_plain_http(chromium: Browser, place: str) -> None:
    """R31, report 42: without TLS, on a LAN, there is no `navigator.clipboard`; also in a modal drawer."""
    button = '<wa-copy-button from="trace"></wa-copy-button>'
    drawer = f'<wa-drawer label="Logs" open>{button}</wa-drawer>' if place == "drawer" else button
    components = (STATIC / "vendor" / "components" / "components.js").read_text("utf-8")
    script = '<script type="module" src="/c.js"></script>'
    files = {
        "/": ("text/html", f'<p id="trace">trace-1</p>{drawer}<textarea></textarea>{script}'),
        "/c.js": ("text/javascript", components),
    }

    def answer(route: Route) -> None:
        kind, body = files.get(urlsplit(route.request.url).path, ("text/plain", ""))
        route.fulfill(content_type=f"{kind}; charset=utf-8", body=body)

    page = chromium.new_page()
    page.set_default_timeout(5_000)
    page.route("**/*", answer)
    page.goto("http://podi.lan/")
    assert page.evaluate("() => isSecureContext") is False
    page.locator("wa-copy-button").click()
    expect(page.locator("wa-copy-button:state(success)")).to_be_attached()
    # Nothing of the field that was selected is left, and the keyboard is where it was.
    assert page.evaluate("() => [document.activeElement.localName, document.querySelectorAll('textarea').length]") == [
        "wa-copy-button",
        1,
    ]
    page.evaluate("() => document.querySelector('wa-drawer')?.removeAttribute('open')")
    page.locator("textarea").click()
    page.keyboard.press("Control+V")
    expect(page.locator("textarea")).to_have_value("trace-1")
    page.close()


def test_tabs_and_tooltips_work(runtime_page: Page) -> None:
    """A tab shows its panel, and a tooltip explains what the pointer is on."""
    # What the boot writes moves everything below it, the button under the pointer included.
    expect(runtime_page.locator("#python")).not_to_be_empty(timeout=BOOT_MS)
    expect(runtime_page.locator("#worker")).not_to_be_empty(timeout=BOOT_MS)
    runtime_page.get_by_role("tab", name="Second").click()
    expect(runtime_page.get_by_text("Second panel")).to_be_visible()
    runtime_page.locator("#explained").hover()
    expect(runtime_page.locator("wa-tooltip[for=explained] [part=body]")).to_be_visible()


# Each says that it ran.
PROGRAMS = {
    "script": "<script type='py'>import js; js.document.title = 'ran'</script>",
    "element": "<py-script>import js; js.document.title = 'ran'</py-script>",
    "interpreter": "<script type='pyodide'>import js; js.document.title = 'ran'</script>",
}
# Longer than an observer and the interpreter that runs already would need: see the test with the release's own script.
FRAMES = 30
# Another name of the policy's, that nothing in this page uses, makes it markup.
INSERT = """(async () => {
  window.policy ??= trustedTypes.createPolicy("podi-offline", { createHTML: (text) => text });
  document.title = "Runtime";
  document.body.appendChild(document.createElement("div")).innerHTML = window.policy.createHTML(%s);
  for (let frame = 0; frame < %d; frame++) await new Promise(requestAnimationFrame);
})()"""


def _insert(page: Page, markup: str) -> None:
    """Put markup into the page as it stands, under its policy, and give it time."""
    expect(page.locator("#python")).not_to_be_empty(timeout=BOOT_MS)
    expression = INSERT % (json.dumps(markup), FRAMES)
    answer = page.context.new_cdp_session(page).send(
        "Runtime.evaluate", {"expression": expression, "awaitPromise": True, "allowUnsafeEvalBlockedByCSP": True}
    )
    assert "exceptionDetails" not in answer


@pytest.mark.parametrize("markup", PROGRAMS.values(), ids=PROGRAMS)
def test_python_that_gets_into_the_page_later_is_not_run(runtime_page: Page, markup: str) -> None:
    """R56: a tag that PyScript knows, inserted as markup, is no program, and asks no host for anything."""
    _insert(runtime_page, markup)
    expect(runtime_page).to_have_title("Runtime")


@pytest.fixture(scope="module")
def release_page(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The same page, booted once, where the one patch of the observer is taken back."""
    site = tmp_path_factory.mktemp("release") / "site"
    shutil.copytree(HERE / "pages" / "runtime", site)
    vendored = site / "static" / "vendor"
    vendored.mkdir(parents=True)
    for part in ("pyodide", "components"):
        (vendored / part).symlink_to(STATIC / "vendor" / part)
    shutil.copytree(
        STATIC / "vendor" / "pyscript", vendored / "pyscript", ignore=shutil.ignore_patterns("*.br", "*.gz")
    )
    patch = next(each for each in PATCHES if "e.observe" in each.old)
    (core,) = vendored.glob(patch.files)
    core.write_text(core.read_text("utf-8").replace(patch.new, patch.old), encoding="utf-8")
    with serving(site) as url, opening(chromium, lambda: None) as new_page:
        yield new_page(url)


@pytest.mark.parametrize("markup", PROGRAMS.values(), ids=PROGRAMS)
def test_the_release_as_it_is_would_run_it(release_page: Page, markup: str) -> None:
    """Each of the same tags is run, in the same time."""
    _insert(release_page, markup)
    expect(release_page).to_have_title("ran")
