"""What comes and goes a thousand times leaves nothing: socket, channel, lock, listener, timer, node, proxy or memory.

`make leaks` goes through all cycles; `make test` through a few of each. They run in the page, by its own buttons and
addresses, against the real host. A socket is cut by the host's fault switches, with no closing handshake; the page
then waits before it tries again, and the reader who does not care to wait presses the refresh button (R4), which is
what makes a thousand reconnections a matter of seconds.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from testkit.gauge import Gauge
from testkit.stage import Stage
from tests.leaks.conftest import FULL, Cycles

pytestmark = pytest.mark.timeout(3600 if FULL else 240)
ABILITY = "baidu_colourize"


def test_signing_in_and_out(stage: Stage, cycles: Cycles) -> None:
    """R5, R33, R43: whoever signs out leaves nothing running, however often; also if the page has joined its group."""
    outcome = cycles("signIn", 1000, short=20)
    assert {} == outcome.left, outcome.grown.most_common(10)


def test_reconnecting(stage: Stage, cycles: Cycles) -> None:
    """R3, R4: a socket that was cut and replaced leaves nothing behind."""
    stage.sign_in("admin")
    outcome = cycles("reconnect", 1000, short=30)
    assert {} == outcome.left, outcome.grown.most_common(10)


def test_handing_over(stage: Stage, other_window: Page, cycles: Cycles) -> None:
    """R43: the connection goes to another window and comes back, and each is no more than holder or follower."""
    outcome = cycles("handOver", 1000, short=15)
    assert {} == outcome.left, outcome.grown.most_common(10)


def test_subscribing(stage: Stage, cycles: Cycles) -> None:
    """R21: a page that is left has unsubscribed from all that it subscribed to, on the bus and in the document."""
    stage.sign_in("admin")
    expect(stage.page.locator(".row[data-task-id]").nth(1)).to_be_visible()
    outcome = cycles("subscribe", 10_000, short=30)
    assert {} == outcome.left, outcome.grown.most_common(10)


def test_the_log_drawer(stage: Stage, cycles: Cycles) -> None:
    """R28: the drawer is opened, a record in it, and both closed."""
    stage.sign_in("admin")
    stage.go(f"/admin/abilities/{ABILITY}")
    expect(stage.page.locator("[data-slot=open-logs]")).to_be_visible()
    outcome = cycles("logDrawer", 1000, short=30)
    assert {} == outcome.left, outcome.grown.most_common(10)


def test_a_leak_is_seen(stage: Stage, gauge: Gauge) -> None:
    """Cycles that do leave something of each kind are found out."""
    stage.sign_in("admin")
    outcome = gauge.cycle("leak", 30, readings=1)
    assert {row.kind.name for row in outcome.rows if row.kind.by != "diagnostics"} == outcome.left.keys()
    assert outcome.grown["builtins.list"] >= 200
