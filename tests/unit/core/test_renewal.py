"""When a token pair may be renewed again."""

from collections.abc import Callable

import pytest

from app.core.renewal import Renewal


def longest() -> float:
    """Return the chance that makes every wait as long as it can be."""
    return 1.0


@pytest.fixture
def renewal() -> Renewal:
    """Nothing went wrong so far."""
    return Renewal(longest)


def test_nothing_waits_at_first(renewal: Renewal) -> None:
    """R33: the first renewal is at once."""
    assert 5.0 == renewal.due_at(5.0)


def test_failures_back_off(renewal: Renewal) -> None:
    """R33, report 29: 1, 2, 4 … 30 s, for everybody who asks."""
    waits = []
    for _ in range(7):
        renewal.failed(100.0)
        waits.append(renewal.due_at(100.0) - 100.0)
    assert [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0] == waits


@pytest.mark.parametrize(("said", "waited"), [(60.0, 60.0), (0.0, 1.0), (1e9, 300.0)])
def test_retry_after_is_the_floor(renewal: Renewal, said: float, waited: float) -> None:
    """R33, report 29: `429, Retry-After: 60` is one wait of a minute; an absurd one is bounded."""
    renewal.failed(100.0, said)
    assert 100.0 + waited == renewal.due_at(100.0)


def test_tabs_that_fail_at_once_do_not_ask_at_once() -> None:
    """R33: chance shortens a wait by up to a half; nothing but the server's word is a floor under it."""
    renewal = Renewal(lambda: 0.0)
    renewal.failed(100.0)
    assert 100.5 == renewal.due_at(100.0)
    renewal.failed(100.0, 60.0)
    assert 160.0 == renewal.due_at(100.0)


@pytest.mark.parametrize("ended_by", [Renewal.succeeded, Renewal.hurry])
def test_a_pair_or_the_user_ends_the_back_off(renewal: Renewal, ended_by: Callable[[Renewal], None]) -> None:
    """R33, R4: the next failure is the first again."""
    renewal.failed(100.0)
    renewal.failed(101.0)
    ended_by(renewal)
    renewal.failed(200.0)
    assert 201.0 == renewal.due_at(200.0)


def test_a_fresh_token_refused_twice_waits_and_the_third_ends(renewal: Renewal) -> None:
    """R33, report 30: a server that renews and then refuses everything is asked three times, not 89."""
    assert not renewal.refused(100.0, own=True)
    assert 100.0 == renewal.due_at(100.0)
    assert not renewal.refused(101.0, own=True)
    assert 131.0 == renewal.due_at(101.0)
    assert renewal.refused(131.0, own=True)


def test_a_proxy_that_refuses_ends_nothing(renewal: Renewal) -> None:
    """R33, report 28: the waits grow, the session stays."""
    now, waits = 100.0, []
    for _ in range(7):
        assert not renewal.refused(now, own=False)
        waits.append(renewal.due_at(now) - now)
        now = renewal.due_at(now)
    assert [0.0, 30.0, 60.0, 120.0, 240.0, 300.0, 300.0] == waits


def test_an_accepted_token_starts_the_count_anew(renewal: Renewal) -> None:
    """R33: two refusals with a good answer between them are no pattern."""
    renewal.refused(100.0, own=True)
    renewal.accepted()
    renewal.refused(200.0, own=True)
    assert 200.0 == renewal.due_at(200.0)


def test_the_user_need_not_wait(renewal: Renewal) -> None:
    """R4: a manual refresh tries at once; what was refused is still counted."""
    renewal.refused(100.0, own=True)
    renewal.refused(100.0, own=True)
    renewal.hurry()
    assert 100.0 == renewal.due_at(100.0)
    assert renewal.refused(100.0, own=True)


def test_another_session_begins_anew(renewal: Renewal) -> None:
    """R33: what one user's tokens met is nothing to the next."""
    renewal.refused(100.0, own=True)
    renewal.refused(100.0, own=True)
    renewal.failed(100.0, 60.0)
    renewal.clear()
    assert 100.0 == renewal.due_at(100.0)
    assert not renewal.refused(100.0, own=True)
    assert 100.0 == renewal.due_at(100.0)
