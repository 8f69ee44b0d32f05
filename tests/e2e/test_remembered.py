"""Ended jobs across visits, in a real page: found again where the server's list ends, and gone with the session."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from testkit.api_user import ApiUser
from testkit.browser import NewPage, SignIn
from testkit.host import StartHost

SPEED = 2000.0
LISTED = 200
# To open a database that does not exist would make one.
ROWS = """async () => {
  const there = await indexedDB.databases();
  if (!there.some(({ name }) => name === "podi.remembered")) return [];
  const settled = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
  const database = await settled(indexedDB.open("podi.remembered"));
  const rows = await settled(database.transaction("jobs").objectStore("jobs").getAll());
  database.close();
  return rows;
}"""
UNTIL = f"""async ([job, held]) => {{
  const rows = {ROWS};
  const holds = async () => (await rows()).some(({{ id }}) => id === job || job === null);
  while ((await holds()) !== held) await new Promise((next) => setTimeout(next, 100));
}}"""
REFUSED = """
const open = IDBFactory.prototype.open;
IDBFactory.prototype.open = function (name, version) {
  if (name !== "podi.remembered") return open.call(this, name, version);
  throw Object.assign(new Error(), { name: "SecurityError" });
};"""


def _until(page: Page, job: str | None, *, held: bool = True) -> None:
    """Wait until a job is remembered, any for ``None``, or is not."""
    page.evaluate(UNTIL, [job, held])


def _rows(page: Page) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = page.evaluate(ROWS)
    return rows


def _fill(user: ApiUser, number: int) -> None:
    for _ in range(number):
        user.submit_ability_task(seconds=0.001)


def test_a_call_beyond_the_servers_list_is_found_after_a_reload(
    new_page: NewPage, sign_in: SignIn, start_host: StartHost
) -> None:
    """R48: it was seen once; then 200 others came. Another user sees nothing of it, and sign-out leaves nothing."""
    host = start_host("--speed", str(SPEED))
    page = new_page(host.url, bypass_csp=True)
    sign_in(page, "admin")
    with ApiUser(host.url, "admin", speed=SPEED) as user:
        job = user.submit_ability_task(seconds=0.001, trace="koi-trace", outcome="failed")
        expect(page.locator(f".row[data-task-id='{job}']")).to_have_attribute("data-status", "failed")
        _until(page, job)
        kept = next(row for row in _rows(page) if row["id"] == job)
        assert "koi-trace" in kept["text"]
        assert "prompt" not in kept["text"]
        _fill(user, LISTED)
        listed = [item["id"] for item in user.get("/api/ability-tasks", limit=LISTED)["items"]]
        assert job not in listed

    page.goto(f"{host.url}/#/tasks?q=koi-trace")
    page.reload()
    row = page.locator(".row[data-remembered]")
    expect(row).to_have_count(1, timeout=60_000)
    expect(row).to_contain_text("remembered, last seen")
    expect(page.locator(f".row[data-task-id='{job}']")).to_have_count(0)
    assert job not in page.evaluate("window.podi.diagnostics().activeIds")
    assert "kept" == page.evaluate("window.podi.diagnostics().memory")
    row.locator("a").click()
    expect(page.locator("article.job")).to_have_attribute("data-state", "ready")
    expect(page.locator("[data-podi=remembered-job]")).to_have_count(0)

    page.locator("[data-podi=sign-out]").click()
    expect(page.locator("html")).to_have_attribute("data-podi-state", "signed-out")
    _until(page, None, held=False)
    sign_in(page, "demo")
    page.goto(f"{host.url}/#/tasks?q=koi-trace")
    expect(page.locator("[data-slot=ability-tasks-none]")).to_be_visible()
    page.wait_for_function("window.podi.diagnostics().memory === 'kept'")
    expect(page.locator(".row[data-remembered]")).to_have_count(0)
    assert job not in {row["id"] for row in _rows(page)}


def test_a_browser_that_refuses_a_database_costs_the_memory_alone(
    new_page: NewPage, sign_in: SignIn, start_host: StartHost
) -> None:
    """R48: the lists, the search and the page of a job work; the diagnostics say what is missing."""
    host = start_host("--speed", str(SPEED))
    page = new_page(host.url, goto=False, bypass_csp=True)
    page.add_init_script(REFUSED)
    page.goto(host.url)
    sign_in(page, "admin")
    page.wait_for_function("window.podi.diagnostics().memory === 'SecurityError'")
    page.goto(f"{host.url}/#/tasks?q=nothing-has-this-name")
    expect(page.locator("[data-slot=tasks-none]")).to_be_visible()
    expect(page.locator(".remembered").first).to_be_hidden()
    page.goto(f"{host.url}/#/tasks/nobody")
    expect(page.locator("article.job")).to_have_attribute("data-state", "missing")


def test_a_job_that_the_server_has_lost_is_said_to_be_lost(
    new_page: NewPage, sign_in: SignIn, start_host: StartHost
) -> None:
    """R48: the server is asked first; what is remembered is shown as that."""
    host = start_host("--speed", str(SPEED))
    page = new_page(host.url, bypass_csp=True)
    sign_in(page, "admin")
    with ApiUser(host.url, "admin", speed=SPEED) as user:
        job = user.submit_ability_task(seconds=0.001, trace="koi-trace")
        _until(page, job)
    page.route(
        f"**/api/ability-tasks/{job}", lambda route: route.fulfill(status=404, json={"detail": "TASK_NOT_FOUND"})
    )
    page.route("**/api/ability-tasks?*", lambda route: route.fulfill(status=200, json={"items": []}))
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-podi-state", "ready", timeout=60_000)
    page.goto(f"{host.url}/#/tasks/{job}")
    part = page.locator("[data-podi=remembered-job]")
    expect(part).to_contain_text("The server no longer knows this job", timeout=60_000)
    expect(part).to_contain_text("Succeeded")
