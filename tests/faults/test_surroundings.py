"""What other programs, old settings and hurried hands do to a page that works: its storage, its globals, its window."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from devserver.simulator.demo_users import DEMO_USERS
from tests.faults.act import Act
from tests.faults.test_environment import Staged, staged

__all__ = ["staged"]

# The database of what is remembered, and none other, refuses in ways of its own.
MEMORY = """(() => {
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (name, version) {
    if (name !== "podi.remembered") return open.call(this, name, version);
    REFUSE
  };
})();"""
MEMORY_FAULTS = {
    "refused": MEMORY.replace("REFUSE", 'throw Object.assign(new Error(), { name: "SecurityError" });'),
    "silent": MEMORY.replace("REFUSE", "return new EventTarget();"),
    "full": """IDBObjectStore.prototype.put = () => {
      throw Object.assign(new Error(), { name: "QuotaExceededError" });
    };""",
}
# What a browser does not have in pages without TLS.
PLAIN_HTTP = """for (const name of ["locks", "clipboard", "serviceWorker", "storage"]) {
  Object.defineProperty(navigator, name, { configurable: true, value: undefined });
}
delete window.Notification;
Object.defineProperty(window, "isSecureContext", { value: false });"""
BUSY = """setInterval(() => {
  const until = performance.now() + 1200;
  while (performance.now() < until);
}, 3000);"""
EXTENDED = """Array.prototype.last = function () { return this[this.length - 1]; };
Object.defineProperty(Object.prototype, "theirs", { configurable: true, enumerable: false, value: () => 1 });
String.prototype.format = function () { return "theirs"; };"""
NO_FRAMES = "window.requestAnimationFrame = () => 0;"
NO_NOTIFICATIONS = """window.Notification = class {
  static permission = "granted";
  constructor() { throw new TypeError("Illegal constructor"); }
};
localStorage.setItem("podi.tell.USER", '{"scope":"all"}');"""
RUBBISH = """const names = ["last-seen", "remembered", "views.USER", "default-view.USER", "tell.USER", "told.USER"];
for (const name of names) {
  localStorage.setItem(`podi.${name}`, '{"tasks":5,"told":[],"marked":{');
}"""
ALONE = {
    "nothing of what needs TLS": PLAIN_HTTP,
    "a page that is busy 1.2 s of every 3": BUSY,
    "a library that extends arrays, strings and all objects": EXTENDED,
    "frames of the screen that never come": NO_FRAMES,
    "notifications that may not be made": NO_NOTIFICATIONS,
    "rubbish under every name in the storage": RUBBISH,
}


def works(act: Act) -> None:
    """See work of both kinds come to its ends, once the late part of the page is there too."""
    act.stage.wait_for_diagnostics("d.memory")
    user = act.api()
    user.submit_task(seconds=0.4)
    user.submit_ability_task(seconds=0.4, outcome="failed")
    user.submit_ability_task(seconds=0.6)
    act.everything_is_true()


@pytest.mark.case(54, "the database of what is remembered")
@pytest.mark.parametrize("fault", list(MEMORY_FAULTS))
def test_no_memory(staged: Staged, fault: str) -> None:
    """R48: what cannot be remembered costs that alone, and the diagnostics say why."""
    act = staged(MEMORY_FAULTS[fault])
    act.injects(f"IndexedDB {fault}")
    act.sign_in()
    works(act)
    act.stage.wait_for_diagnostics("/Error$|no answer/.test(d.memory ?? '')")


@pytest.mark.case(55, "surroundings")
@pytest.mark.parametrize("what", list(ALONE))
def test_surroundings(staged: Staged, what: str) -> None:
    """R24, R27, R33: whatever a browser lacks and other scripts do, the lists come to the truth."""
    act = staged(ALONE[what].replace("USER", DEMO_USERS[0].id))
    if what == "frames of the screen that never come":
        act.stage.polling = 50
    act.injects(what)
    act.sign_in()
    works(act)


@pytest.mark.case(55, "copying without a clipboard of its own")
def test_copies_on_plain_http(staged: Staged) -> None:
    """R38, R39, report 42: the link of a job and the whole of its request can be pasted."""
    act = staged(PLAIN_HTTP)
    act.injects("no navigator.clipboard")
    act.sign_in()
    job = act.api().submit_ability_task(seconds=0.2)
    act.expect_status(job, "succeeded")
    act.stage.go(f"/tasks/{job}")
    act.page.locator("[data-action=copy-link]").click()
    assert pasted(act).endswith(f"#/tasks/{job}")
    act.page.locator("[data-slot=request-disclosure] > summary").click()
    act.page.locator("[data-action=json-copy-all][data-part=request]").click()
    expect(act.page.locator("[data-slot=request-copy-all]")).to_have_text("Copied")
    assert "koi" == json.loads(pasted(act))["inputs"]["prompt"]
    act.stage.go("/tasks")
    act.everything_is_true()


def pasted(act: Act) -> str:
    """What somebody has who pastes into a text area."""
    act.page.evaluate("() => document.body.append(Object.assign(document.createElement('textarea'), { id: 'paste' }))")
    area = act.page.locator("#paste")
    area.press("ControlOrMeta+V")
    expect(area).not_to_have_value("")
    text = area.input_value()
    area.evaluate("area => area.remove()")
    return text


@pytest.mark.case(56, "the user clears the site's data")
@pytest.mark.parametrize("where", ["in this tab", "in another"])
def test_cleared_storage(act: Act, where: str) -> None:
    """R33: the session of a page that is open goes on, its renewal too, until the user signs out."""
    act.sign_in()
    act.injects(f"localStorage.clear() {where}")
    if where == "in this tab":
        act.page.evaluate("() => localStorage.clear()")
    else:
        other = act.page.context.new_page()
        other.goto(f"{act.scene.host.url}/static/icons/logo.svg")
        other.evaluate("() => localStorage.clear()")
        other.close()
    act.arm("expired-token", at="now")
    act.stage.wait_for_diagnostics("d.reconnects >= 1 && d.transport === 'push'")
    works(act)


@pytest.mark.case(57, "the window is turned and drawn")
def test_resized(act: Act) -> None:
    """R27: rows are in their places whatever the width was meanwhile."""
    act.sign_in()
    act.injects("390 and 1280 pixels, twenty times")
    user = act.api()
    for _ in range(10):
        for width in (390, 1280):
            act.page.set_viewport_size({"width": width, "height": 4000})
        user.submit_ability_task(seconds=0.3)
    act.everything_is_true()


@pytest.mark.case(58, "another language amid work")
def test_another_language(act: Act) -> None:
    """R27: it is the same list, and nothing of the other one is left."""
    act.sign_in()
    act.injects("the language, four times")
    user = act.api()
    for number in range(4):
        user.submit_task(seconds=0.3)
        act.page.locator("[data-action=language]").click()
        expect(act.page.locator("html")).to_have_attribute("lang", re.compile("zh" if number % 2 == 0 else "en"))
    act.everything_is_true()


@pytest.mark.case(59, "a hurried hand: one route after the other")
def test_hurried_routes(act: Act) -> None:
    """R26, R28: pages that are left before they were drawn leave nothing, and the list is the truth."""
    act.sign_in("admin")
    act.injects("48 routes within moments")
    user = act.api()
    job = user.submit_ability_task(seconds=0.5)
    routes = [f"#/tasks/{job}", "#/admin/abilities", "#/points", "#/tasks?q=x", "#/tasks/nobody", "#/nowhere"]
    for number in range(48):
        act.page.evaluate("(route) => { location.hash = route; }", routes[number % len(routes)])
        if number % 12 == 0:
            user.submit_task(seconds=0.3)
    act.page.evaluate("() => { location.hash = '#/tasks'; }")
    act.everything_is_true()


def _search(act: Act, address: str) -> None:
    act.page.evaluate("(route) => { location.hash = route; }", address)


@pytest.mark.case(60, "a filter amid a burst, and none again")
@pytest.mark.parametrize("end", [_search, lambda act, _: act.page.go_back()], ids=["by address", "by going back"])
def test_filtered(act: Act, end: Callable[[Act, str], None]) -> None:
    """R35, R36: what came while something else was searched for is there when all is shown."""
    act.sign_in()
    act.injects("a filter while twenty jobs begin and end")
    _search(act, "#/tasks?q=nobody&status=failed")
    expect(act.page.locator(".state--none").first).to_be_visible()
    user = act.api()
    for _ in range(10):
        user.submit_task(seconds=0.2)
        user.submit_ability_task(seconds=0.2, outcome="failed")
    act.work_is_over()
    end(act, "#/tasks")
    act.everything_is_true()


@pytest.mark.case(61, "one button, activated twice at once")
def test_a_double_activation(act: Act) -> None:
    """R29, R41: one intention makes one job."""
    act.sign_in("admin")
    act.injects("two clicks and a key within a moment")
    act.page.evaluate("() => { location.hash = '#/admin/abilities/volcengine_seedream'; }")
    button = act.page.locator("[data-podi=invoke-task]")
    expect(button).to_be_visible()
    act.page.locator("[name='inputs.prompt'], [name=prompt]").first.fill("koi")
    button.dblclick()
    button.press("Enter")
    act.settle()
    act.page.evaluate("() => { location.hash = '#/tasks'; }")
    expect(act.page.locator(".row[data-kind=ability-task]").first).to_be_visible()
    act.everything_is_true()
    assert 1 == len(act.switches.truth()["abilityTasks"])
