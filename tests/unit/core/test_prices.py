"""What an ability cost the last time it was paid for."""

from __future__ import annotations

from decimal import Decimal

from app.core.amounts import Amount
from app.core.ledger import Movement
from app.core.prices import last_price

ABILITIES = {"a1": "cut", "a2": "cut", "a3": "cut", "b1": "paint", "x": None}


def moved(job_id: str, amount: Amount) -> Movement:
    """Return a movement of a job."""
    return Movement(id=f"{job_id} {amount}", amount=amount, job_id=job_id)


def test_the_newest_that_was_paid() -> None:
    """R41: of this ability, not of another, nor of a job that nobody knows."""
    ledger = [moved("b1", -7), moved("new", -9), moved("x", -4), moved("a2", -30), moved("a1", -20)]
    assert (30, 7) == (last_price(ledger, ABILITIES, "cut"), last_price(ledger, ABILITIES, "paint"))


def test_points_that_came_back_were_not_paid() -> None:
    """R41: a failed job's points are given back after they were taken."""
    ledger = [moved("a2", 30), moved("a3", 5), moved("a3", -15), moved("a2", -30), moved("a1", -20)]
    assert 10 == last_price(ledger, ABILITIES, "cut")
    assert 20 == last_price([ledger[0], *ledger[3:]], ABILITIES, "cut")


def test_what_came_back_is_taken_off_whatever_is_between() -> None:
    """R41: in several parts, with a movement of nothing among them, and down to the last point."""
    ledger = [moved("a1", Decimal("0.5")), moved("a1", 1), moved("a2", 30), moved("a2", 0), moved("a2", -30)]
    assert 1 == last_price([*ledger, moved("a1", Decimal("-2.5"))], ABILITIES, "cut")
    assert last_price([*ledger, moved("a1", Decimal("-1.5"))], ABILITIES, "cut") is None


def test_an_ability_that_was_never_paid_has_no_price() -> None:
    """R41: nothing is said then; fractions are exact."""
    assert last_price([moved("a1", 30)], ABILITIES, "cut") is None
    assert last_price([], ABILITIES, "cut") is None
    assert Decimal("1.5") == last_price([moved("a1", Decimal("-1.5"))], ABILITIES, "cut")
