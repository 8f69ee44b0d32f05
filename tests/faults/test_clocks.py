"""The wall clock jumps, ahead and back."""

from __future__ import annotations

import re

import pytest

from tests.faults.act import Act
from tests.faults.test_connections import LONG_S, REFRESH, opened, shows

HOUR_S = 3600
ELAPSED = "() => Array.from(document.querySelectorAll('.row'), row => row.innerText)"


@pytest.mark.case(14, "the wall clock jumps 8 h ahead")
@pytest.mark.parametrize("how", ["the device slept", "the wall clock alone"])
def test_a_jump_ahead(timed: Act, how: str) -> None:
    """R12, R18, R33: one reconnect, one token refresh, one catch-up; the socket from before is not trusted."""
    timed.sign_in()
    timed.advance(7)
    timed.arm("half-open", at="now")
    timed.injects(f"{how}: 8 h ahead")
    missed = timed.api().submit_ability_task(seconds=0.1)
    timed.api().submit_task(seconds=0.1, outcome="failed")
    before = [len(timed.asked(what)) for what in (REFRESH, "GET /api/tasks/v1", "GET /api/ability-tasks")]
    if how == "the device slept":
        timed.page.clock.fast_forward(8 * HOUR_S * 1000)
    else:
        timed.page.clock.set_system_time(timed.page.evaluate("() => Date.now()") / 1000 + 8 * HOUR_S)
    timed.advance_until(shows(missed, "succeeded"), 8)
    timed.advance_until(opened(2), 3)
    timed.advance(3)
    after = [len(timed.asked(what)) for what in (REFRESH, "GET /api/tasks/v1", "GET /api/ability-tasks")]
    timed.everything_is_true()
    assert 2 == len(timed.lives())
    renewals, *reads = (later - earlier for later, earlier in zip(after, before, strict=True))
    # One at once, and one more if the socket opened after it had begun (R12).
    assert 1 == renewals
    assert {*reads} <= {1, 2}


@pytest.mark.case(15, "the wall clock jumps an hour back")
def test_a_jump_back(timed: Act) -> None:
    """R3, R12, R18: no duration is negative, timers ring as before, and nothing takes it for sleep."""
    timed.sign_in()
    user = timed.api()
    job = user.submit_task(seconds=LONG_S)
    timed.expect_status(job, "running")
    timed.injects("the wall clock: 1 h back")
    timed.page.clock.set_system_time(timed.page.evaluate("() => Date.now()") / 1000 - HOUR_S)
    timed.advance(6)
    texts = timed.page.evaluate(ELAPSED)
    assert texts
    assert [] == [text for text in texts if re.search(r"[-−]\s*\d", text)]  # noqa: RUF001 - a minus sign
    assert 1 == len(timed.lives())
    timed.arm("abort", at="now")
    timed.advance_until(opened(2), 4)
    listed = len(timed.asked("GET /api/tasks/v1"))
    timed.advance(62)
    assert len(timed.asked("GET /api/tasks/v1")) > listed
    user.submit_ability_task(seconds=0.2)
    timed.everything_is_true(lasting=[job])
