"""The token pair of a session: its end, its renewal and its successor."""

from dataclasses import replace

import pytest

from app.core.tokens import LONGEST_LIFE_S, Tokens

PAIR = Tokens("access", "refresh", "u1", "admin", expires_at=9000.0, lifetime_s=3600.0, obtained_at=1000.0, name="demo")


def test_the_text_of_a_pair_shows_no_token() -> None:
    """R33: whatever prints a pair prints no secret."""
    assert "Tokens(user_id='u1', role='admin')" == repr(PAIR)


def test_the_lifetime_counts_from_when_the_pair_came() -> None:
    """R33, fault 15: whatever the token's own expiry says by the server's clock."""
    assert 4600.0 == PAIR.ends_at


@pytest.mark.parametrize("pair", [replace(PAIR, lifetime_s=None), replace(PAIR, obtained_at=None)])
def test_without_a_lifetime_the_tokens_own_expiry_holds(pair: Tokens) -> None:
    """R33: it is better than nothing; without either, the pair lives until it is refused."""
    assert 9000.0 == pair.ends_at
    assert float("inf") == replace(pair, expires_at=None).ends_at


@pytest.mark.parametrize(
    ("left_s", "wait_s"),
    [(3600.0, 3540.0), (121.0, 61.0), (100.0, 50.0), (20.0, 10.0), (2.5, 1.25), (1.5, 1.0), (0.0, 1.0), (-5.0, 1.0)],
)
def test_a_pair_is_renewed_a_minute_ahead_or_at_half_its_time(left_s: float, wait_s: float) -> None:
    """R33: before its expiry, and never without end."""
    assert wait_s == PAIR.renewal_wait_s(4600.0 - left_s, 60.0)


def test_a_pair_that_ends_in_decades_is_not_renewed() -> None:
    """R33: no timer rings as late as that."""
    endless = replace(PAIR, lifetime_s=None, expires_at=None)
    decades = replace(PAIR, lifetime_s=LONGEST_LIFE_S + 60.0)
    waits = [pair.renewal_wait_s(now, 60.0) for pair, now in ((endless, 1000.0), (decades, 1000.0), (decades, 1001.0))]
    assert [None, None, LONGEST_LIFE_S - 1.0] == waits


def test_a_pair_renewed_elsewhere_replaces_the_old_one() -> None:
    """R33, fault 36: the same user's, with another refresh token, that ends no sooner."""
    renewed = replace(PAIR, access="access-2", refresh="refresh-2", expires_at=9001.0)
    assert renewed.replaces(PAIR)
    assert replace(renewed, expires_at=9000.0).replaces(PAIR)
    assert replace(renewed, expires_at=None).replaces(PAIR)
    assert renewed.replaces(replace(PAIR, expires_at=None))


def test_another_users_the_same_or_an_older_pair_replaces_nothing() -> None:
    """R33, faults 30 and 36: a full store brings no old pair back."""
    renewed = replace(PAIR, access="access-2", refresh="refresh-2", expires_at=9001.0)
    others = (replace(renewed, user_id="u2"), replace(renewed, refresh="refresh"), replace(renewed, expires_at=8999.0))
    assert [False] * 3 == [other.replaces(PAIR) for other in others]
