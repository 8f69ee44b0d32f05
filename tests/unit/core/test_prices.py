"""What an ability cost the last time it was paid for."""

from __future__ import annotations

from decimal import Decimal

from app.core.prices import Movement, last_price

ABILITIES = {"a1": "cut", "a2": "cut", "a3": "cut", "b1": "paint", "x": None}


def test_the_newest_that_was_paid() -> None:
    """R41: of this ability, not of another, nor of a job that nobody knows."""
    ledger = [Movement("b1", -7), Movement("new", -9), Movement("x", -4), Movement("a2", -30), Movement("a1", -20)]
    assert (30, 7) == (last_price(ledger, ABILITIES, "cut"), last_price(ledger, ABILITIES, "paint"))


def test_points_that_came_back_were_not_paid() -> None:
    """R41: a failed job's points are given back after they were taken."""
    ledger = [Movement("a2", 30), Movement("a3", 5), Movement("a3", -15), Movement("a2", -30), Movement("a1", -20)]
    assert 10 == last_price(ledger, ABILITIES, "cut")
    assert 20 == last_price([ledger[0], *ledger[3:]], ABILITIES, "cut")


def test_an_ability_that_was_never_paid_has_no_price() -> None:
    """R41: nothing is said then; fractions are exact."""
    assert last_price([Movement("a1", 30)], ABILITIES, "cut") is None
    assert last_price([], ABILITIES, "cut") is None
    assert Decimal("1.5") == last_price([Movement("a1", Decimal("-1.5"))], ABILITIES, "cut")
