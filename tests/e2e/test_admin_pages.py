"""The admins' pages over all abilities and users: all calls, problems, overview and metrics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Route, expect

from testkit.api_user import PICTURE, ApiUser
from testkit.browser import NewPage, SignIn
from testkit.host import Host
from testkit.stage import Stage
from tests.e2e.conftest import Users

ABILITY = "baidu_colourize"
OTHER = "baidu_style_trans"
PATIENCE_MS = 40_000


def calls(stage: Stage) -> Locator:
    """The rows of all calls that are in the document."""
    return stage.page.locator("[data-podi=calls] [data-log-id]")


def open_page(stage: Stage, route: str, part: str) -> None:
    """Go to a route and wait until a part of its page is there."""
    stage.go(route)
    expect(stage.page.locator(f"[data-podi={part}]")).to_be_visible(timeout=PATIENCE_MS)


@contextmanager
def refused(stage: Stage, pattern: str, status: int, body: str = '{"detail": "Not Found"}') -> Iterator[None]:
    """Let a route of the API be answered otherwise for a while."""
    address = re.compile(pattern)

    def refuse(route: Route) -> None:
        route.fulfill(status=status, content_type="application/json", body=body)

    stage.page.route(address, refuse)
    try:
        yield
    finally:
        stage.page.unroute(address, refuse)


def test_calls_are_found_by_words_and_choices_and_opened(stage: Stage, users: Users) -> None:
    """R49: a call of any ability shows live; words and choices are in the address; the record says who called."""
    stage.sign_in("admin", transport=None)
    open_page(stage, "/admin/calls", "calls")
    expect(calls(stage).first).to_be_visible()
    word = "kingfisher"
    job = users("demo").submit_ability_task(seconds=0.5, outcome="failed", ability=ABILITY, error=f"no {word} 4711")
    found = calls(stage).filter(has_text=word)
    expect(found).to_have_count(1, timeout=PATIENCE_MS)
    stage.page.locator("[data-slot=search]").fill(f"{word} -parrot")
    expect(calls(stage)).to_have_count(1)
    assert stage.page.url.endswith(f"#/admin/calls?q={word}+-parrot")
    stage.page.locator("[data-slot=search]").fill(job)
    expect(found).to_be_visible()
    stage.page.locator("select[name=status]").select_option("succeeded")
    expect(calls(stage)).to_have_count(0)
    stage.page.locator("select[name=status]").select_option("failed")
    expect(found).to_have_count(1)
    found.locator("button").click()
    record = stage.page.locator("#log-record")
    expect(record).to_contain_text(job)
    expect(record).to_contain_text(f"no {word} 4711")
    expect(record.locator("#record-user")).to_have_text(re.compile(r"\w+"))
    expect(record.get_by_role("list", name="Request").get_by_role("listitem").first).to_be_visible()
    assert re.search(rf"q={job}&status=failed&log=\d+$", stage.page.url)


def test_an_address_opens_a_filter_and_a_record(stage: Stage, users: Users) -> None:
    """R49: what somebody sends is what somebody else sees; clearing the filter shows all calls."""
    log = users("admin").get("/api/admin/abilities/logs", limit=30)["items"][-1]
    stage.sign_in("admin", transport=None)
    open_page(stage, f"/admin/calls?ability={log['ability_id']}&log={log['id']}", "calls")
    expect(stage.page.locator("#log-record")).to_have_attribute("data-record", str(log["id"]), timeout=PATIENCE_MS)
    expect(stage.page.locator("select[name=ability]")).to_have_value(log["ability_id"])
    stage.page.locator("[data-action=clear-filter]").click()
    expect(stage.page.locator("select[name=ability]")).to_have_value("")
    assert stage.page.url.endswith("#/admin/calls")


def test_from_a_problem_to_its_calls(stage: Stage, users: Users) -> None:
    """R50: errors that differ in ids, numbers and paths are one problem; its link opens its calls, to be run again."""
    admin = users("admin")
    for number, ability in enumerate((ABILITY, OTHER, ABILITY)):
        error = f"walrus {number}7 lost /data/{number}/in.png of job 9b4aa529320548efab855e962f96{number:04d}"
        admin.submit_ability_task(seconds=0.2, outcome="failed", ability=ability, error=error)
    stage.sign_in("admin", transport=None)
    open_page(stage, "/admin/problems", "problems")
    problem = stage.page.locator(".problem").filter(has_text="walrus ⟨n⟩ lost ⟨path⟩ of job ⟨id⟩")
    expect(problem.locator(".problem__count")).to_have_text("3 calls", timeout=PATIENCE_MS)
    expect(problem.locator("svg[role=img]")).to_have_attribute("aria-label", re.compile("3 calls"))
    problem.get_by_role("link").click()
    expect(calls(stage)).to_have_count(3, timeout=PATIENCE_MS)
    expect(stage.page.locator("[data-slot=calls-chips]")).to_contain_text("walrus")
    for row in calls(stage).all():
        expect(row).to_contain_text("walrus")
    calls(stage).first.locator("button").click()
    expect(stage.page.locator("[data-podi=call-again]")).to_have_attribute("href", re.compile("again="))
    stage.page.locator("[data-action=drop-filter][data-field=cause]").click()
    expect(stage.page.locator("[data-slot=calls-chips]")).not_to_contain_text("walrus")


def test_the_overview_shows_what_runs_and_waits(stage: Stage, users: Users) -> None:
    """R52: counts, executors with queue, concurrency and memory, the newest jobs, and calls on the timeline."""
    stage.sign_in("admin", transport=None)
    job = users("demo").submit_ability_task(seconds=29, ability="comfyui_koutu")
    open_page(stage, "/admin/overview", "dashboard")
    page = stage.page
    expect(page.locator("[data-number=total] dd")).to_have_text(re.compile(r"\d+"))
    executors = page.locator("[data-podi=executors] tbody tr")
    expect(executors.first).to_be_visible()
    expect(executors.filter(has_text="GB used").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(f"[data-podi=recent-jobs] tr[data-job='{job}']")).to_be_visible(timeout=PATIENCE_MS)
    assert "apiKey" not in page.content()
    done = users("demo").submit_ability_task(seconds=0.5, ability=ABILITY)
    log = users("demo").get(f"/api/ability-tasks/{done}")
    assert log["status"] in {"queued", "running", "succeeded"}
    expect(page.locator("[data-podi=timeline] g.bar").first).to_be_attached(timeout=PATIENCE_MS)
    page.locator("[data-podi=timeline] summary").click()
    link = page.locator("[data-slot=timeline-list] a").first
    expect(link).to_be_visible()
    link.click()
    expect(page.locator("#log-record")).to_be_visible(timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("status", "body"), [(404, '{"detail": "Not Found"}'), (403, '{"detail": "ADMIN_ONLY"}'), (200, '"nonsense"')]
)
def test_a_route_that_is_missing_hides_its_own_part_alone(stage: Stage, status: int, body: str) -> None:
    """R52: without the dashboard the executors, the timeline and everything else stay, and the user stays an admin."""
    stage.sign_in("admin", transport=None)
    page = stage.page
    with refused(stage, r"/api/admin/dashboard/metrics", status, body):
        open_page(stage, "/admin/overview", "executors")
        expect(page.locator("[data-slot=overview-absent]")).to_be_visible(timeout=PATIENCE_MS)
        expect(page.locator("[data-podi=dashboard]")).to_be_hidden()
        expect(page.locator("[data-podi=recent-jobs]")).to_be_hidden()
        expect(page.locator("[data-podi=timeline]")).to_be_visible()
    with refused(stage, r"/api/admin/comfyui/system-stats", status, body):
        stage.go("/admin/calls")
        open_page(stage, "/admin/overview", "dashboard")
        expect(page.locator("[data-podi=executors] tbody tr").first).to_be_visible()
        expect(page.locator("[data-podi=executors]")).not_to_contain_text("GB used")
    expect(page.get_by_role("link", name="Admin", exact=True)).to_be_visible()


def test_without_the_log_over_all_abilities_the_rest_stays(stage: Stage) -> None:
    """R49, R51, R52: calls say that there is no such log; the overview loses its timeline, metrics their charts."""
    stage.sign_in("admin", transport=None)
    page = stage.page
    with refused(stage, r"/api/admin/abilities/logs\?", 404):
        open_page(stage, "/admin/calls", "calls")
        expect(page.locator(".state--absent")).to_be_visible(timeout=PATIENCE_MS)
        open_page(stage, "/admin/overview", "dashboard")
        expect(page.locator("[data-podi=timeline]")).to_be_hidden()
        open_page(stage, "/admin/metrics", "metrics-groups")
        expect(page.locator("[data-podi=metrics-groups] tbody tr").first).to_be_visible(timeout=PATIENCE_MS)
        expect(page.locator("[data-podi=metrics-time]")).to_be_hidden()


def test_a_dragged_range_opens_its_calls(stage: Stage, users: Users) -> None:
    """R51: the calls between the handles, and no others; the sample is stated and the figures stand in a table."""
    users("admin").submit_ability_task(seconds=0.2, ability=ABILITY)
    stage.sign_in("admin", transport=None)
    open_page(stage, "/admin/metrics?since=1h", "metrics-time")
    page = stage.page
    expect(page.locator("[data-slot=groups-sample]")).to_contain_text("Counted by the server")
    expect(page.locator("[data-slot=time-sample]")).to_contain_text("in the log")
    page.locator("[data-podi=metrics-time] summary").click()
    expect(page.locator("[data-slot=time-table] tbody tr").first).to_be_visible(timeout=PATIENCE_MS)
    handle = page.locator("[data-slot=drag-from]")
    handle.focus()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    link = page.locator("[data-slot=open-range]")
    expect(link).to_have_attribute("href", re.compile(r"from=\d+&to=\d+"))
    first = re.search(r"from=(\d+)", str(link.get_attribute("href")))
    assert first is not None
    link.click()
    expect(calls(stage).first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("[data-slot=calls-chips] .chip")).to_have_count(1)
    assert f"from={first[1]}" in page.url


def test_choices_are_entries_of_the_history(stage: Stage) -> None:
    """R49 to R52: back and forward go through what was chosen on each of the pages; typing adds no entry."""
    stage.sign_in("admin", transport=None)
    page = stage.page
    open_page(stage, "/admin/calls", "calls")
    search, status = page.locator("[data-slot=search]"), page.locator("select[name=status]")
    search.fill("koi")
    status.select_option("failed")
    page.locator("select[name=since]").select_option("24h")
    page.go_back()
    expect(page.locator("select[name=since]")).to_have_value("")
    expect(status).to_have_value("failed")
    page.go_back()
    expect(status).to_have_value("")
    expect(search).to_have_value("koi")
    page.go_forward()
    expect(status).to_have_value("failed")
    page.locator("[data-action=clear-filter]").click()
    expect(search).to_have_value("")
    page.go_back()
    expect(search).to_have_value("koi")
    for route, part, name, value, before in (
        ("/admin/metrics", "metrics-groups", "by", "executor", "ability"),
        ("/admin/problems", "problems", "since", "7d", "24h"),
        ("/admin/overview", "timeline", "range", "6h", "1h"),
    ):
        open_page(stage, route, part)
        chooser = page.locator(f"main select[name={name}]")
        chooser.select_option(value)
        expect(page).to_have_url(re.compile(f"{name}={value}"))
        page.go_back()
        expect(chooser).to_have_value(before)
        page.go_forward()
        expect(chooser).to_have_value(value)


def test_metrics_are_counted_here_where_the_server_does_not(stage: Stage) -> None:
    """R51: from the log, with the words that say of how many calls."""
    stage.sign_in("admin", transport=None)
    with refused(stage, r"/api/admin/abilities/logs/metrics", 405):
        open_page(stage, "/admin/metrics?since=30d&by=executor", "metrics-groups")
        expect(stage.page.locator("[data-slot=groups-sample]")).to_contain_text("Counted here", timeout=PATIENCE_MS)
        expect(stage.page.locator("[data-podi=metrics-groups] tbody tr").first).to_be_visible()


def test_people_who_are_no_admins_have_none_of_this(stage: Stage) -> None:
    """R49: neither the links nor the pages."""
    stage.sign_in("demo", transport=None)
    expect(stage.page.get_by_role("link", name="Admin", exact=True)).to_have_count(0)
    stage.go("/admin/calls")
    expect(stage.page.locator("[data-podi=calls]")).to_have_count(0)
    assert stage.page.url.endswith("#/tasks")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pages_fit_a_phone_and_speak_the_language(stage: Stage, language: str) -> None:
    """R49 to R52: nothing is wider than the screen, and nothing shows a message key."""
    prefixes = "admin|calls|problems|overview|timeline|metrics|resolve|range"
    key = re.compile(rf"(?<![\w./:-])(?:{prefixes})(?:\.[a-z_0-9]+)+(?![\w/])")
    if language == "zh":
        stage.page.locator("[data-slot=language]").click()
        expect(stage.root).to_have_attribute("lang", "zh-CN")
    stage.sign_in("admin", transport=None)
    stage.page.set_viewport_size({"width": 390, "height": 844})
    for route, part in (
        ("/admin/overview", "executors"),
        ("/admin/calls", "calls"),
        ("/admin/problems?since=30d", "problems"),
        ("/admin/metrics?since=30d", "metrics-groups"),
    ):
        open_page(stage, route, part)
        expect(stage.page.locator(f"[data-podi={part}] :is(tbody tr, [data-log-id], .problem)").first).to_be_visible(
            timeout=PATIENCE_MS
        )
        assert [] == key.findall(stage.page.evaluate("() => document.body.innerText + document.title"))
        wide, fits = stage.page.evaluate(
            "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert (route, True) == (route, wide <= fits)
    if language == "zh":
        stage.page.locator("[data-slot=language]").click()


def test_the_result_of_a_submitted_call_is_fetched(new_page: NewPage, sign_in: SignIn, product_host: Host) -> None:
    """R49: a call that was only submitted has no result until it is asked for, and why not yet is said in words.

    R55: until then the page has found out that this server wants no token on its socket, and says so.
    """
    order = {"inputs": {}, "imageUrl": PICTURE, "metadata": {"simulate": {"seconds": 240.0, "outcome": "succeeded"}}}
    page = new_page(product_host.url)
    sign_in(page, "admin")
    with ApiUser(product_host.url, "admin") as admin:
        answer = admin.post("/api/abilities/comfyui_sifang_lianxu/invoke", order)
    assert answer.json()["status"] == "running"
    page.goto(f"{product_host.url}/#/admin/calls?log={answer.json()['logId']}")
    resolve, note = page.locator("[data-slot=resolve]"), page.locator("[data-slot=resolve-note]")
    resolve.click(timeout=PATIENCE_MS)
    expect(note).to_contain_text("still")
    page.goto(f"{product_host.url}/#/tasks")
    queues = page.locator("[data-podi=queue-status] [data-slot=total]")
    expect(queues).to_have_text("1 running, 0 waiting", timeout=PATIENCE_MS)
    expect(queues).to_have_text("0 running, 0 waiting", timeout=PATIENCE_MS)
    page.go_back()
    resolve.click(timeout=PATIENCE_MS)
    expect(note).to_have_text("The result was fetched.")
    expect(page.locator("[data-slot=record-results] img")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#log-record")).to_have_attribute("data-status", "succeeded")
    expect(page.locator("html")).to_have_attribute("data-podi-transport", "push")
    expect(page.locator("[data-podi=connection]")).to_have_attribute("title", re.compile("without a token"))
