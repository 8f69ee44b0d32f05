"""The lists of the last visit, in a real page: readable before Python and offline, live without a jump."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from testkit.browser import BOOT_MS, Held, NewPage, SignIn
from testkit.host import Host, StartHost
from tools import site
from tools.snapshot.build import is_current

SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
PARTS = "#header, .panel, .panel__header, .queue, .server, .rows, .row__name, .status"
PLACES = """(parts) => [...document.querySelectorAll(parts)]
  .filter((element) => element.offsetWidth && element.getBoundingClientRect().top < innerHeight)
  .map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [element.className || element.id, ...[x, y, width, height].map(Math.round)];
  })"""
PAINTED = "performance.getEntriesByName('first-contentful-paint').length"
ASKED = """performance.getEntriesByType('resource').map(({ name }) => name.slice(location.origin.length))
  .filter((address) => /^\\/api\\/(?!assets)/.test(address))"""
# Nothing is kept of a visit that has not read both lists.
LIVE = ".page--lists:not(:has(.panel:not([data-state=ready]))) .row[data-task-id]"
KEPT = "[data-state=kept] .row"


def test_it_becomes_live_without_a_jump(new_page: NewPage, sign_in: SignIn, host: Host) -> None:
    """What can be seen stays where it is, from before Python to the server's answer; then sign-out leaves nothing."""
    # No job moves here meanwhile: one that fails may need another line for its reason.
    page = new_page(host.url, bypass_csp=True)
    page.add_init_script(SHIFTS)
    sign_in(page, "admin")
    expect(page.locator(LIVE).first).to_be_visible()
    expect(page.locator(".server").first).to_be_visible()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        application, answers = Held(page, "**/app/run.py"), Held(page, "**/api/**")
        page.reload(wait_until="commit")
        expect(page.locator(f"#boot {KEPT}").first).to_be_visible()
        # Elements have places before their style sheets are there, but nobody has seen them.
        page.wait_for_function(PAINTED)
        before = page.evaluate(PLACES, PARTS)
        application.let_go()
        expect(page.locator("html")).to_have_attribute("data-podi-state", "ready", timeout=BOOT_MS)
        expect(page.locator(KEPT).first).to_be_visible()
        assert page.evaluate(PLACES, PARTS) == before
        expect(page.locator("[data-task-id]")).to_have_count(0)
        answers.let_go()
        expect(page.locator(LIVE).first).to_be_visible()
        expect(page.locator("[data-state=kept]")).to_have_count(0)
        assert page.evaluate(PLACES, PARTS) == before
        assert page.evaluate("window.shifted") < 0.005
    page.locator("[data-podi=sign-out]").click()
    expect(page.locator("html")).to_have_attribute("data-podi-state", "signed-out")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-podi-state", "signed-out", timeout=BOOT_MS)
    assert page.evaluate("localStorage.getItem('podi.last-seen')") is None


def test_the_lists_are_asked_for_before_python_is_there(new_page: NewPage, sign_in: SignIn, main_host: Host) -> None:
    """The app gets the answers as if it had asked itself: each address is asked once for each time that it asks."""
    if not is_current():
        pytest.skip("the sources were edited since the snapshot was made: run `make snapshot`")
    page = new_page(main_host.url, bypass_csp=True)
    sign_in(page)
    expect(page.locator(LIVE).first).to_be_visible()
    application = Held(page, "**/app/run.py")
    page.reload(wait_until="commit")
    page.wait_for_function("globalThis.podi?.boot?.stages.handed", timeout=BOOT_MS)
    page.wait_for_function(f"{ASKED}.length === 3")
    asks = page.evaluate("JSON.parse(localStorage['podi.last-seen']).asks")
    assert sorted(page.evaluate(ASKED)) == sorted(asks)
    application.let_go()
    expect(page.locator(LIVE).first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-podi-transport", "push")
    asking = "Object.values(podi.diagnostics().requests).reduce((sum, count) => sum + count)"
    page.wait_for_function(f"{ASKED}.length > 4 && {ASKED}.length === {asking}")
    texts = "performance.getEntriesByType('resource').filter(({ name }) => name.includes('/static/messages/')).length"
    assert page.evaluate(texts) == 1


def test_a_built_site_opens_offline(new_page: NewPage, sign_in: SignIn, start_host: StartHost, tmp_path: Path) -> None:
    """With the last lists, and says that it is offline; it goes on by itself. Whoever signed out finds the form."""
    if not is_current():
        pytest.skip("the sources were edited since the snapshot was made: run `make snapshot`")
    site.build(tmp_path / "site")
    host = start_host("--site", str(tmp_path / "site"))
    page = new_page(host.url, bypass_csp=True)
    root = page.locator("html")
    sign_in(page)
    expect(page.locator(LIVE).first).to_be_visible()
    page.wait_for_function("podi.diagnostics().site.kept", timeout=BOOT_MS)
    page.context.set_offline(True)
    page.reload()
    expect(root).to_have_attribute("data-podi-state", "ready", timeout=BOOT_MS)
    expect(root).to_have_attribute("data-podi-transport", "offline")
    expect(page.locator("[data-podi=connection]")).to_contain_text("Offline")
    expect(page.locator(KEPT).first).to_be_visible()
    assert page.evaluate("podi.diagnostics().boot.kind") == "snapshot"
    page.context.set_offline(False)
    expect(page.locator(LIVE).first).to_be_visible()
    expect(page.locator("[data-state=kept]")).to_have_count(0)
    page.locator("[data-podi=sign-out]").click()
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("input[name=username]")).to_be_visible(timeout=BOOT_MS)
