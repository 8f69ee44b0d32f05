"""The page of points in a real page: its sums are the ledger's."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from testkit.host import Host
from testkit.stage import Stage
from tests.e2e.conftest import Users

COST = 40
"""What the service ability costs."""


def _amount(text: str) -> int:
    """Read an amount as the page writes it."""
    return int(text.replace("\u2212", "-").replace(",", "").replace("—", "0"))


def test_the_page_of_points(stage: Stage, other_host: Host, users: Users) -> None:
    """R46: it is behind the balance, moves with the work, links to the jobs, and its sums are the ledger's."""
    stage.sign_in("admin")
    user = users("admin")
    stage.page.locator("a.points").click()
    expect(stage.page).to_have_url(re.compile("#/points$"))
    panel = stage.page.locator("[data-podi=points-ledger]")
    expect(panel).to_have_attribute("data-state", "ready")
    failing = user.submit_ability_task(seconds=0.5, outcome="failed")
    rows = panel.locator("[data-movement]")
    back = rows.filter(has=stage.page.locator(f"a[href='#/tasks/{failing}']"))
    expect(back).to_have_count(2)
    expect(back.first.locator(".ledger__amount")).to_have_text(f"+{COST}")
    expect(back.last.locator(".ledger__amount")).to_have_text(f"\u2212{COST}")

    older = panel.locator("[data-slot=older]")
    seen = set()
    while True:
        seen |= set(rows.evaluate_all("rows => rows.map(row => row.dataset.movement)"))
        if older.is_disabled():
            break
        place = panel.locator("[data-slot=place]").inner_text()
        older.click()
        expect(panel.locator("[data-slot=place]")).not_to_have_text(place)
    ledger = user.get("/api/wallet/v1/transactions", userId="", page=1, pageSize=200)
    total, entries = ledger["total"], list(ledger["items"])
    for page in range(2, total // 200 + 2):
        entries += user.get("/api/wallet/v1/transactions", userId="", page=page, pageSize=200)["items"]
    assert {entry["id"] for entry in entries} == seen
    for name in ("days", "kinds"):
        sums = panel.locator(f"[data-slot={name}] tbody tr td:last-child").all_inner_texts()
        assert sum(entry["points"] for entry in entries) == sum(_amount(text) for text in sums)
    assert user.points()["totalPoints"] == sum(entry["points"] for entry in entries)
    expect(panel.locator("[data-slot=figure] svg")).to_be_visible()
