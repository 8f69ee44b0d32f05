"""The push connection: dropped, refused, half-open, hanging, swallowed, replaced."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.faults.act import Act, Life

REFRESH = "POST /api/auth/refresh"
LONG_S = 30
STEADY_S = 6
# What a busy machine adds to a wait of the page's.
LATE_S = 0.6


def waits(lives: list[Life]) -> list[float]:
    """How long the page waited after each socket's end before it made the next one."""
    return [later.at - earlier.closed for earlier, later in pairwise(lives)]


def within_r3(found: list[float]) -> bool:
    """Whether the waits of one streak are those of R3: the n-th between half of b and b, b = min(30, 2ⁿ) s."""
    ceilings = [min(30.0, 2.0**n) for n in range(len(found))]
    return all(most / 2 - 0.01 <= wait <= most + LATE_S for wait, most in zip(found, ceilings, strict=True))


def opened(number: int) -> str:
    """In JavaScript: the so many-th socket of the case is open."""
    return f"() => watch.lives()[{number - 1}]?.opened != null"


def made(number: int) -> str:
    """In JavaScript: so many sockets have been made."""
    return f"() => watch.lives().length >= {number}"


def shows(job: str, status: str) -> str:
    """In JavaScript: the row of a job has this status."""
    return f"() => document.querySelector(`[data-task-id='{job}']`)?.dataset.status === '{status}'"


@pytest.mark.case(1, "the socket drops in the middle of a burst")
def test_a_drop_amid_a_burst(act: Act) -> None:
    """R3, R12, R15: what a cut-off burst did not bring, the reconcile finds."""
    act.sign_in()
    user = act.api()
    act.arm("abort", at="frame", after=6)
    for outcome in ("succeeded", "failed", "succeeded"):
        user.submit_ability_task(seconds=0.6, outcome=outcome)
        user.submit_task(seconds=0.5, outcome=outcome)
    act.stage.wait_for_diagnostics("d.reconnects >= 1")
    act.everything_is_true()


@pytest.mark.case(2, "the socket drops before the first frame")
def test_a_drop_before_the_first_frame(act: Act) -> None:
    """R3, R12: a socket that opened and was gone before it said anything is one failure, and nothing is missed."""
    job = act.api().submit_ability_task(seconds=5)
    cut = act.arm("abort", at="open")
    act.sign_in(transport=None)
    act.switches.fired(cut)
    act.api().submit_task(seconds=0.2)
    act.stage.expect_transport("push")
    act.everything_is_true()
    assert ("succeeded", 2) == (act.status(job), len(act.lives()))


@pytest.mark.takes_tokens
@pytest.mark.case(3, "close 4401: one refresh, one retry with the new token")
def test_a_refused_token(timed: Act) -> None:
    """R5, R33: the token is renewed once and the socket tried again at once, with the new one."""
    timed.sign_in()
    timed.advance(STEADY_S)
    timed.arm("close", at="now", code=4401, reason="INVALID_TOKEN")
    timed.advance_until(opened(2), 5)
    job = timed.api().submit_ability_task(seconds=0.3)
    timed.everything_is_true()
    first, second = timed.lives()
    assert first.offered[1] != second.offered[1]
    assert (1, "succeeded") == (len(timed.asked(REFRESH)), timed.status(job))


@pytest.mark.takes_tokens
@pytest.mark.case(3, "a second 4401 ends in the sign-in form")
def test_a_token_refused_twice(timed: Act) -> None:
    """R5, R33: when even the fresh token is refused the session ends; nothing runs behind the form."""
    timed.sign_in()
    timed.arm("close", at="open", code=4401, reason="INVALID_TOKEN")
    timed.arm("close", at="now", code=4401, reason="INVALID_TOKEN")
    expect(timed.stage.root).to_have_attribute("data-podi-state", "signed-out")
    timed.advance(60)
    assert (2, 1) == (len(timed.lives()), len(timed.asked(REFRESH)))
    timed.over()
    timed.sign_in()
    timed.api().submit_ability_task(seconds=0.2)
    timed.everything_is_true()


@pytest.mark.takes_tokens
@pytest.mark.case(4, "no retry loop, the reason is shown")
@pytest.mark.parametrize("code", [1008, 4403])
def test_a_final_refusal(timed: Act, code: int) -> None:
    """R5, R32: the badge says why there is no push; polling has the updates; only the user tries again."""
    _final(timed, code)


@pytest.mark.takes_tokens
@pytest.mark.case(6, "1009 is terminal, explained")
def test_a_message_too_big(timed: Act) -> None:
    """R5, R32: a frame that was too large for somebody is no reason to connect again and again."""
    _final(timed, 1009)


def _final(timed: Act, code: int) -> None:
    timed.sign_in()
    timed.arm("close", at="now", code=code, reason="BECAUSE")
    timed.stage.expect_transport("polling")
    badge = timed.page.locator("[data-podi=connection]")
    assert "(BECAUSE)" in (badge.get_attribute("title") or "")
    job = timed.api().submit_ability_task(seconds=0.3)
    timed.advance(120)
    assert ("succeeded", 1) == (timed.status(job), len(timed.lives()))
    timed.over()
    timed.page.locator("[data-podi=refresh]").click()
    timed.stage.expect_transport("push")
    assert "BECAUSE" not in (badge.get_attribute("title") or "")
    timed.everything_is_true()


@pytest.mark.takes_tokens
@pytest.mark.case(5, "jittered retry")
@pytest.mark.parametrize("code", [1012, 1013])
def test_a_restarting_server(timed: Act, code: int) -> None:
    """R3: a server that closes in order is tried again, after waits that differ."""
    timed.sign_in()
    for number in (2, 3, 4):
        timed.advance(STEADY_S)
        timed.arm("close", at="now", code=code)
        timed.advance_until(opened(number), 5)
    timed.api().submit_task(seconds=0.3)
    timed.everything_is_true()
    found = waits(timed.lives())
    assert all(0.49 <= wait <= 1 + LATE_S for wait in found), found
    assert len({round(wait, 3) for wait in found}) > 1


@pytest.mark.takes_tokens
@pytest.mark.case(7, "1006 twenty times")
def test_refused_twenty_times(timed: Act) -> None:
    """R3, R4, R8: the waits differ and are R3's; after six failures polling alone, until the user tries again."""
    timed.sign_in()
    timed.advance(STEADY_S)
    timed.arm("abort", at="upgrade", always=True)
    timed.arm("abort", at="now")
    user = timed.api()
    streaks: list[list[float]] = []
    first = 0
    for _ in range(4):
        # A steady connection that ends is no failure yet, so that the first streak has one socket more.
        timed.advance_until(made(first + (6 if streaks else 7)), 90)
        timed.advance(40)
        lives = timed.lives()
        streaks.append(waits(lives[first:]))
        assert "polling" == timed.stage.root.get_attribute("data-podi-transport")
        job = user.submit_ability_task(seconds=0.2)
        timed.advance_until(shows(job, "succeeded"), 65)
        assert len(lives) == len(timed.lives()), "a timer led out of R4"
        first = len(lives)
        timed.page.locator("[data-podi=refresh]").click()
        timed.advance_until(made(first + 1), 2)
    assert len(timed.lives()) > 20
    timed.over()
    timed.page.locator("[data-podi=refresh]").click()
    timed.stage.expect_transport("push")
    timed.everything_is_true()
    assert all(within_r3(found) for found in streaks), streaks
    assert len({round(wait, 3) for found in streaks for wait in found}) > len(streaks) * 4


@pytest.mark.takes_tokens
@pytest.mark.case(8, "opens and closes within 5 s, again and again")
def test_sockets_that_do_not_last(timed: Act) -> None:
    """R3, R4: a connection that is not steady counts as a failure, so the backoff keeps growing."""
    timed.sign_in()
    for number in range(1, 7):
        timed.advance_until(opened(number), 40)
        timed.advance(3)
        timed.arm("abort", at="now")
        timed.settle()
    timed.advance(60)
    timed.api().submit_ability_task(seconds=0.2)
    lives = timed.lives()
    assert within_r3(waits(lives)), waits(lives)
    assert 6 == len(lives)
    timed.over()
    timed.page.locator("[data-podi=refresh]").click()
    timed.everything_is_true()


@pytest.mark.takes_tokens
@pytest.mark.case(9, "half-open: no frames, no close")
@pytest.mark.parametrize("server", ["answers pings", "never answered one"])
def test_half_open(timed: Act, server: str) -> None:
    """R6: after 25 s of silence and an unanswered ping the socket is dropped, and what it missed is read."""
    timed.sign_in()
    if server == "answers pings":
        timed.advance(27)
    timed.arm("half-open", at="now")
    timed.injects(server)
    job = timed.api().submit_ability_task(seconds=0.2)
    timed.advance_until(made(2), 36 + LATE_S)
    timed.everything_is_true()
    assert ("succeeded", 2) == (timed.status(job), len(timed.lives()))


@pytest.mark.takes_tokens
@pytest.mark.case(10, "close() never fires onclose")
def test_a_close_event_that_never_comes(timed: Act) -> None:
    """R6, R17: a page that closes its socket does not wait for the word that it is closed."""
    timed.page.evaluate("() => { watch.quiet = true; }")
    timed.injects("no close event after close()")
    timed.sign_in()
    timed.advance(27)
    timed.arm("half-open", at="now")
    timed.advance_until(opened(2), 40)
    timed.stage.show("hidden")
    timed.advance(60)
    timed.stage.show("visible")
    timed.stage.expect_transport("push")
    timed.api().submit_ability_task(seconds=0.2)
    timed.everything_is_true()
    assert 3 == len(timed.lives())


@pytest.mark.case(11, "CONNECTING hangs")
def test_a_socket_that_never_opens(timed: Act) -> None:
    """R3, R8: after 10 s an attempt has failed; polling has long taken over."""
    # None is refused, whatever it brings.
    timed.page.evaluate("() => { watch.tokenless = false; }")
    timed.arm("hang", at="upgrade", always=True)
    timed.sign_in(transport=None)
    job = timed.api().submit_ability_task(seconds=0.2)
    timed.page.locator("[data-podi=refresh]").click()
    timed.advance_until(shows(job, "succeeded"), 8, patience_s=0.05)
    assert 1 == len(timed.lives())
    timed.advance_until(made(2), 12, patience_s=0.05)
    first, second = timed.lives()
    assert 10.4 <= second.at - first.at <= 11 + LATE_S
    timed.over()
    timed.everything_is_true()


@pytest.mark.case(12, "opens, and a proxy swallows every frame")
def test_swallowed_frames(timed: Act) -> None:
    """R6, R12: what push did not say is found within 35 s, and a socket that brought nothing is dropped."""
    timed.arm("swallow", always=True)
    timed.sign_in()
    job = timed.api().submit_ability_task(seconds=0.2)
    timed.advance_until(shows(job, "succeeded"), 36 + LATE_S)
    # Where the steady refresh came first, the socket is not suspect yet: then the next update drops it.
    timed.api().submit_ability_task(seconds=0.2)
    timed.advance_until(made(2), 75)
    timed.over()
    timed.everything_is_true()


@pytest.mark.case(13, "a late frame from a replaced socket")
def test_a_late_frame(timed: Act) -> None:
    """R2, R18: what a replaced socket still has to say, its end included, is nobody's business."""
    timed.sign_in()
    job = timed.api().submit_ability_task(seconds=LONG_S)
    timed.expect_status(job, "running")
    timed.injects("the clock leaps 60 s; then a frame and a 4401 from the old socket")
    timed.page.clock.fast_forward(60_000)
    timed.advance_until(opened(2), 8)
    timed.page.evaluate(
        """job => {
          const { worker } = watch.sockets[0];
          const say = (data) => worker.dispatchEvent(new MessageEvent("message", { data }));
          const frame = { type: "ability-task.status", payload: { taskId: job, status: "failed" } };
          say({ kind: "frame", text: JSON.stringify(frame) });
          say({ kind: "closed", code: 4401, reason: "" });
        }""",
        job,
    )
    timed.advance(2)
    timed.everything_is_true(lasting=[job])
    assert ("running", 2, 0) == (timed.status(job), len(timed.lives()), len(timed.asked(REFRESH)))
