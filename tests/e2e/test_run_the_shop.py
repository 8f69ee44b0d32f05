"""What an admin does all day, from any number to the calls behind it: in front of both characters of the backend."""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from devserver.database import FILE_NAME
from testkit.api_user import SERVICE_ABILITY, ApiUser
from testkit.host import LIKE_PRODUCT, Host
from testkit.past import long_log, prepare
from testkit.stage import Stage, staged

ABILITY = "baidu_colourize"
LONG_LOG = 5000
SPEED = 20.0
PATIENCE_MS = 40_000
csv.field_size_limit(10_000_000)


class Shop:
    """An admin's page, the API beside it, and the database behind both."""

    def __init__(self, stage: Stage, admin: ApiUser, data: Path) -> None:
        self.stage = stage
        self.page = stage.page
        self.admin = admin
        self._data = data

    @property
    def calls(self) -> Locator:
        """The rows of all calls that are in the document."""
        return self.page.locator("[data-podi=calls] [data-log-id]")

    def fail(self, number: int, error: str) -> list[str]:
        """Let so many calls fail, each with its number in the error; their jobs, once they have ended."""
        jobs = [
            self.admin.submit_ability_task(seconds=0.2, outcome="failed", ability=ABILITY, error=f"{error} {one}")
            for one in range(number)
        ]
        self.admin.wait_for_end(*jobs)
        return jobs

    def open(self, route: str, part: str) -> None:
        """Go to a route and wait until a part of its page is there."""
        self.stage.go(route)
        expect(self.page.locator(f"[data-podi={part}]")).to_be_visible(timeout=PATIENCE_MS)

    def database(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Ask the database itself."""
        file = (self._data / FILE_NAME).absolute().as_uri()
        with closing(sqlite3.connect(f"{file}?mode=ro", uri=True)) as connection:
            return connection.execute(query, values).fetchall()


@pytest.fixture(scope="module", params=[(), (LIKE_PRODUCT, "--loss-share", "0")], ids=["bundled", "product"])
def opened(
    request: pytest.FixtureRequest, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Stage, Host, Path]]:
    """A page that was booted once in front of a host of either character; one ability has a long log."""
    data = prepare(tmp_path_factory.mktemp("data"), long_log(SERVICE_ABILITY, LONG_LOG))
    options = ("--port", "0", "--data", str(data), "--idle", "--seed", "1", "--speed", str(SPEED))
    with Host(*options, *request.param) as host, staged(chromium, host) as stage:
        yield stage, host, data


@pytest.fixture
def shop(opened: tuple[Stage, Host, Path]) -> Iterator[Shop]:
    """The page, signed in as an admin; what goes wrong in it fails the journey."""
    stage, host, data = opened
    stage.sign_in("admin", transport=None)
    with ApiUser(host.url, "admin", speed=SPEED) as admin:
        yield Shop(stage, admin, data)
    stage.clear()
    found, stage.faults.found[:] = list(stage.faults.found), []
    assert [] == found


def epoch(moment: str) -> float:
    """Return a moment of the API in epoch seconds; one without a zone is UTC."""
    at = datetime.fromisoformat(moment)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def test_from_a_spike_to_its_calls(shop: Shop) -> None:
    """R51: a range is dragged over the spike with the pointer and opens its calls, no others; back finds the range."""
    shop.fail(6, "heron")
    page = shop.page
    shop.open("/admin/metrics?since=1h", "metrics-time")
    link, handle = page.locator("[data-slot=open-range]"), page.locator("[data-slot=drag-from]")
    expect(link).to_have_text(re.compile(r"[1-9]\d* calls"), timeout=PATIENCE_MS)
    whole = str(link.get_attribute("href"))
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 8, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, middle, steps=6)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"part=(3[5-9]|4\d)-48$"))
    expect(link).not_to_have_attribute("href", whole)
    first, last = (int(moment) for moment in re.findall(r"=(\d+)", str(link.get_attribute("href"))))
    link.click()
    expect(shop.calls.filter(has_text="heron")).to_have_count(6, timeout=PATIENCE_MS)
    shown = {int(str(row.get_attribute("data-log-id"))) for row in shop.calls.all()}
    logs = shop.admin.get("/api/admin/abilities/logs", limit=200)["items"]
    assert {log["id"] for log in logs if first <= epoch(log["created_at"]) < last + 1} >= shown
    page.locator("select[name=status]").select_option("failed")
    shop.calls.filter(has_text="heron").first.locator("button").click()
    expect(page.locator("#log-record")).to_contain_text("heron")
    page.go_back()
    page.go_back()
    expect(handle).to_have_value(re.compile(r"3[5-9]|4\d"), timeout=PATIENCE_MS)


def test_from_a_problem_to_running_it_again(shop: Shop) -> None:
    """R41, R50: all own failed jobs of a cause at once, or one of them by its form; each is a new job."""
    first = set(shop.fail(2, "osprey"))
    page = shop.page
    shop.stage.refresh()
    shop.open("/admin/problems", "problems")
    problem = page.locator(".problem").filter(has_text="osprey ⟨n⟩")
    expect(problem.locator(".problem__count")).to_have_text("2 calls", timeout=PATIENCE_MS)
    problem.locator("[data-action=run-these-again]").click(timeout=PATIENCE_MS)
    strip = page.locator("[data-podi=bulk]")
    strip.locator("[data-action=bulk-begin]").click()
    expect(strip).to_contain_text("2 of 2 submitted.", timeout=PATIENCE_MS)
    strip.locator("[data-action=bulk-close]").click()
    again = {task["id"] for task in shop.admin.get("/api/ability-tasks", limit=4)["items"]}
    assert (4, True) == (len(again), first < again)
    problem.get_by_role("link").first.click()
    expect(shop.calls.first).to_contain_text("osprey", timeout=PATIENCE_MS)
    shop.calls.last.locator("button").click()
    page.locator("[data-podi=call-again]").click(timeout=PATIENCE_MS)
    expect(page.locator("[data-slot=refill]")).to_be_visible(timeout=PATIENCE_MS)
    job = shop.stage.submit()
    expect(page).to_have_url(re.compile(f"#/tasks/{job}$"))
    assert job not in again


def test_a_filtered_export_holds_what_the_database_holds(shop: Shop) -> None:
    """R49: thousands of calls of one ability, each once, with its status and cost, and none of another ability."""
    page = shop.page
    shop.open(f"/admin/calls?ability={SERVICE_ABILITY}&since=30d", "calls")
    expect(shop.calls.first).to_be_visible(timeout=PATIENCE_MS)
    asked: list[str] = []
    shop.stage.context.on("request", lambda request: asked.append(request.url))
    with page.expect_download(timeout=120_000) as download:
        page.locator("button[data-form=csv]").click()
    assert any("/logs/export?format=json" in url for url in asked)
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    exported = {(int(row["id"]), row["ability_id"], float(row["cost_amount"] or 0)) for row in rows}
    kept = shop.database(
        "SELECT id, ability_id, COALESCE(cost_amount, 0) FROM ability_logs WHERE ability_id = ?", SERVICE_ABILITY
    )
    assert LONG_LOG <= len(rows) == len(exported)
    assert exported == set(kept)
