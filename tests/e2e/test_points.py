"""Points as work freezes, releases and spends them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from testkit.host import Host
from testkit.relay import Relay
from testkit.stage import Stage
from tests.e2e.conftest import Users

COST = 40
"""What the service ability costs."""
# Remembers every text of the balance and every direction in which it was seen to move.
REMEMBER = """() => {
  const balance = document.querySelector("[data-podi=balance]");
  const points = balance.closest(".points");
  const note = () => window.moves.push([Number(balance.textContent), points.dataset.move ?? null, points.dataset.turn]);
  window.moves = [];
  new MutationObserver(note).observe(points, { attributes: true, childList: true, characterData: true, subtree: true });
}"""


def frozen(stage: Stage) -> Locator:
    """What is frozen, as it is shown."""
    return stage.page.locator("[data-slot=frozen]")


def balance(stage: Stage) -> Locator:
    """The balance, as it is shown."""
    return stage.page.locator("[data-podi=balance]")


@pytest.mark.pushes_all
def test_points_freeze_release_deduct(stage: Stage, other_host: Host, users: Users) -> None:
    """R24: a submit freezes points, a failure gives them back, a success spends them; the balance is the ledger's."""
    stage.sign_in("admin")
    stage.catch_up()
    user = users("admin")
    before = stage.balance()
    assert (before, 0) == (user.points()["totalPoints"], user.points()["frozenPoints"])
    stage.page.evaluate(REMEMBER)

    failing = user.submit_ability_task(seconds=5, outcome="failed")
    expect(balance(stage)).to_have_text(str(before - COST))
    expect(frozen(stage)).to_have_text(str(COST))
    # The read that brought what is frozen lets the movement come to its end.
    expect(stage.page.locator(".points")).to_have_attribute("data-move", "down")
    stage.expect_status(failing, "failed")
    expect(balance(stage)).to_have_text(str(before))
    expect(frozen(stage)).to_have_text("0")

    working = user.submit_ability_task(seconds=3)
    expect(balance(stage)).to_have_text(str(before - COST))
    stage.expect_status(working, "succeeded")
    expect(frozen(stage)).to_have_text("0")
    expect(balance(stage)).to_have_text(str(before - COST))

    moves = stage.page.evaluate("() => window.moves")
    directions = {(move[0], move[1]) for move in moves if move[1]}
    assert {(before - COST, "down"), (before, "up")} <= directions
    assert {before, before - COST} == {move[0] for move in moves}
    assert before - COST == user.points()["totalPoints"]
    latest = user.get("/api/wallet/v1/transactions", userId="", page=1, pageSize=1)["items"][0]
    assert before - COST == latest["afterBalance"]


@pytest.mark.pushes_all
def test_replayed_points_do_not_move(stage: Stage, other_host: Host, users: Users, relay: Relay) -> None:
    """R24: the history that a server replays on every connection changes no number and animates nothing."""
    stage.sign_in()
    user = users()
    for outcome in ("failed", "succeeded"):
        job = user.submit_ability_task(seconds=0.2, outcome=outcome)
        stage.expect_status(job, outcome)
    expect(frozen(stage)).to_have_text("0")
    total = user.points()["totalPoints"]
    expect(balance(stage)).to_have_text(str(total))
    stage.page.evaluate(REMEMBER)
    frames = stage.diagnostics()["frames"]
    relay.drop_push()
    stage.wait_for_diagnostics(f"d.reconnects >= 1 && d.frames >= {frames} + 8 && d.transport === 'push'")
    with stage.page.expect_response(re.compile("/api/wallet/v1/statistics")):
        stage.refresh()
    expect(balance(stage)).to_have_text(str(total))
    assert [] == [move for move in stage.page.evaluate("() => window.moves") if move[0] != total or move[1]]


@pytest.mark.pushes_all
def test_points_stand_still_for_who_wants_no_motion(stage: Stage, other_host: Host, users: Users) -> None:
    """R24: under `prefers-reduced-motion` a changed balance is shown without an animation."""
    stage.page.emulate_media(reduced_motion="reduce")
    stage.sign_in()
    stage.catch_up()
    before = stage.balance()
    job = users().submit_ability_task(seconds=4)
    expect(balance(stage)).to_have_text(str(before - COST))
    moved = stage.page.locator(".points[data-move=down]")
    expect(moved).to_be_attached()
    running = "element => element.getAnimations({ subtree: true }).map(one => one.effect.getComputedTiming().duration)"
    assert all(duration <= 1 for duration in moved.evaluate(running))
    stage.expect_status(job, "succeeded")
