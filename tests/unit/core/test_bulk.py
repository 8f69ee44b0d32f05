"""Many jobs submitted one after the other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.bulk import (
    BUSY_S,
    LONGEST_WAIT_S,
    MOST_WAITS,
    Bulk,
    Fate,
    Progress,
    Refusal,
    Search,
    Send,
    State,
    Wait,
    refusal,
)
from app.core.lost_answer import SEARCHES, SEARCHES_APART_S


def test_one_is_sent_after_the_other() -> None:
    """R41: the next one waits for the answer to the last."""
    bulk = Bulk(2)
    assert Send(0) == bulk.step(0.0)
    assert None is bulk.step(1.0)
    bulk.made()
    assert Send(1) == bulk.step(1.0)
    bulk.refused()
    assert (State.DONE, None, Progress(2, 1, 1, 0)) == (bulk.state, bulk.step(2.0), bulk.progress)


def test_nothing_to_send_is_done() -> None:
    """R41: a list without jobs is over before it begins."""
    assert (State.DONE, None) == (Bulk(0).state, Bulk(0).step(0.0))


def test_a_full_queue_stops_it_until_somebody_goes_on() -> None:
    """R41: nothing more is sent, the refused one is not lost, and the server's time is kept to after going on."""
    bulk = Bulk(2)
    bulk.step(0.0)
    bulk.full(0.0, 5.0)
    assert (State.FULL, None, 2) == (bulk.state, bulk.step(100.0), bulk.progress.left)
    bulk.go_on()
    assert (Wait(5.0), 1.0) == (bulk.step(4.0), bulk.waiting(4.0))
    assert Send(0) == bulk.step(5.0)


def test_a_busy_server_is_waited_for_by_itself() -> None:
    """R41: as long as it wants, or a while; too often in a row counts as full, and an answer begins the count anew."""
    bulk = Bulk(2)
    now = 0.0
    for retry_after_s, wait_s in ((7.0, 7.0), (None, BUSY_S), (1e9, LONGEST_WAIT_S)):
        assert Send(0) == bulk.step(now)
        bulk.busy(now, retry_after_s)
        now += wait_s
        assert Wait(now) == bulk.step(now - 0.5)
    bulk.step(now)
    bulk.made()
    for _ in range(MOST_WAITS + 1):
        assert (State.RUNNING, Send(1)) == (bulk.state, bulk.step(now))
        bulk.busy(now, 0.0)
    assert State.FULL is bulk.state


def test_a_lost_answer_is_searched_for_before_anything_else() -> None:
    """R41: several times, a while apart; a search that was not answered proves nothing."""
    bulk = Bulk(2)
    bulk.step(0.0)
    bulk.lost(0.0)
    assert Search(0) == bulk.step(0.0)
    assert None is bulk.step(0.0)
    bulk.not_seen(0.0, 9.0)
    now = 9.0
    for search in range(SEARCHES):
        assert Search(0) == bulk.step(now)
        bulk.not_found(now)
        if search < SEARCHES - 1:
            assert Wait(now + SEARCHES_APART_S) == bulk.step(now)
        now += SEARCHES_APART_S
    assert Fate.UNSURE is bulk.fates[0]
    assert Send(1) == bulk.step(now)


def test_a_stop_still_searches_for_what_was_lost() -> None:
    """R41: it may have been made, and whoever stopped wants to know; the rest can be sent later."""
    bulk = Bulk(2)
    bulk.step(0.0)
    bulk.stop()
    bulk.lost(1.0)
    assert Search(0) == bulk.step(1.0)
    bulk.found()
    assert (State.STOPPED, None, 1) == (bulk.state, bulk.step(2.0), bulk.progress.made)
    bulk.go_on()
    assert Send(1) == bulk.step(2.0)
    bulk.made()
    bulk.stop()
    bulk.go_on()
    assert State.DONE is bulk.state


def _answer(bulk: Bulk, answer: str, now: float) -> None:
    """Answer what was sent."""
    match answer:
        case "refused":
            bulk.refused()
        case "full":
            bulk.full(now, 3.0)
        case "busy":
            bulk.busy(now, None)
        case "lost":
            bulk.lost(now)
        case _:
            bulk.made()


def _search(bulk: Bulk, answer: str, now: float) -> None:
    """Answer a search."""
    match answer:
        case "gone":
            bulk.not_found(now)
        case "deaf":
            bulk.not_seen(now, 2.0)
        case _:
            bulk.found()


@given(
    st.integers(0, 6), st.lists(st.sampled_from(["made", "refused", "full", "busy", "lost", "found", "gone", "deaf"]))
)
def test_nothing_is_made_twice_whatever_is_answered(count: int, answers: list[str]) -> None:
    """R41: a job that was made, or may have been, is never sent again; one at a time is under way; it always ends."""
    bulk = Bulk(count)
    maybe_made: set[int] = set()
    now = 0.0
    script = iter(answers)
    for _ in range(40 * (count + len(answers) + 1)):
        step = bulk.step(now)
        assert sum(fate is Fate.UNDER_WAY for fate in bulk.fates) <= 1
        answer = next(script, "made")
        match step:
            case Send(place):
                assert place not in maybe_made
                if answer not in {"refused", "full", "busy"}:
                    maybe_made.add(place)
                _answer(bulk, answer, now)
            case Search(place):
                assert place in maybe_made
                _search(bulk, answer, now)
            case Wait(until):
                assert until > now
                now = until
            case None:
                if bulk.state is State.DONE:
                    break
                bulk.go_on()
    assert State.DONE is bulk.state
    assert 0 == bulk.progress.left
    made = {place for place, fate in enumerate(bulk.fates) if fate in {Fate.MADE, Fate.UNSURE}}
    assert made == maybe_made


@pytest.mark.parametrize(
    ("status", "code", "queue_limit", "meaning"),
    [
        (429, "ERR|Q1001|COMFYUI_QUEUE_FULL(limit=2, current=2)", 2, Refusal.FULL),
        (429, "EXECUTOR_BUSY", None, Refusal.FULL),
        (409, None, None, Refusal.FULL),
        (429, None, None, Refusal.BUSY),
        (503, "SERVICE_UNAVAILABLE", None, Refusal.BUSY),
        (400, "IMAGE_REQUIRED", None, Refusal.FOR_GOOD),
        (502, "PROVIDER_FAILED", None, Refusal.FOR_GOOD),
    ],
)
def test_a_refusal_says_what_becomes_of_the_rest(
    status: int, code: str | None, queue_limit: int | None, meaning: Refusal
) -> None:
    """R41: a full queue stops all, a busy server is waited for, and any other refusal is of the one job."""
    assert meaning is refusal(status, code, queue_limit)


def test_a_busy_server_that_counts_as_full_is_left_alone_as_long_as_it_wants() -> None:
    """R41: whoever goes on then does not hurry it; a full queue that names no time may be tried again at once."""
    bulk = Bulk(1)
    for _ in range(MOST_WAITS + 1):
        bulk.step(0.0)
        bulk.busy(0.0, 0.0)
    bulk.go_on()
    bulk.step(0.0)
    bulk.full(0.0, None)
    bulk.go_on()
    assert Send(0) == bulk.step(0.0)
    for _ in range(MOST_WAITS):
        bulk.busy(0.0, 0.0)
        bulk.step(0.0)
    bulk.busy(0.0, 9.0)
    assert State.FULL is bulk.state
    bulk.go_on()
    assert Wait(9.0) == bulk.step(0.0)


@pytest.mark.parametrize("between", [Bulk.made, Bulk.refused])
def test_any_other_answer_begins_the_count_of_a_busy_server_anew(between: Callable[[Bulk], None]) -> None:
    """R41: only refusals in a row say that the server stays busy; whoever goes on begins it anew as well."""
    bulk = Bulk(2)
    for _ in range(MOST_WAITS):
        bulk.step(0.0)
        bulk.busy(0.0, 0.0)
    bulk.step(0.0)
    between(bulk)
    for again in range(2):
        for _ in range(MOST_WAITS):
            assert State.RUNNING is bulk.state
            bulk.step(0.0)
            bulk.busy(0.0, 0.0)
        assert State.RUNNING is bulk.state
        if not again:
            bulk.stop()
            bulk.go_on()


def test_what_is_under_way_is_said_while_nobody_knows_what_became_of_it() -> None:
    """R41: sent and not answered, or its answer lost; what is left counts it."""
    bulk = Bulk(2)
    assert not bulk.under_way
    bulk.step(0.0)
    assert (True, Fate.UNDER_WAY) == (bulk.under_way, bulk.fates[0])
    bulk.lost(0.0)
    assert (True, 2) == (bulk.under_way, bulk.progress.left)
    for search in range(SEARCHES):
        bulk.step(search * SEARCHES_APART_S)
        bulk.not_found(search * SEARCHES_APART_S)
    assert (False, Progress(2, 0, 0, 1), 1) == (bulk.under_way, bulk.progress, bulk.progress.left)


def test_the_wait_that_is_shown_is_the_servers_own() -> None:
    """R41: neither that between two searches, nor one that nobody waits for, and none below nothing."""
    bulk = Bulk(1)
    bulk.step(0.0)
    bulk.busy(0.0, 5.0)
    assert (5.0, 0.5, 0.0) == (bulk.waiting(0.0), bulk.waiting(4.5), bulk.waiting(6.0))
    bulk.stop()
    assert 0.0 == bulk.waiting(0.0)
    bulk.go_on()
    bulk.step(5.0)
    bulk.lost(5.0)
    bulk.step(5.0)
    bulk.not_seen(5.0, 9.0)
    assert (Wait(14.0), 0.0) == (bulk.step(6.0), bulk.waiting(6.0))
