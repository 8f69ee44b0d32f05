"""The statistics of the wallet: every balance exact, and none made up."""

from decimal import Decimal

import pytest

from app.wire.fields import MalformedAnswer
from app.wire.wallet import read_points


def test_a_malformed_answer_is_not_quoted() -> None:
    """R33: an error's text holds no part of an answer, which may hold a token."""
    with pytest.raises(MalformedAnswer) as caught:
        read_points('{"totalPoints": "secret", "token": "secret"}')
    assert "secret" not in str(caught.value)


def test_a_balance_that_a_browser_could_not_hold_is_exact() -> None:
    """R24, fault 23: 2⁶³ points are points, and shown to the last one."""
    assert 2**63 == read_points('{"totalPoints": 9223372036854775808}').total


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        ("12.5", Decimal("12.5")),
        ("9007199254740993", 9007199254740993),
        ("90071992547409.9375", Decimal("90071992547409.9375")),
        ("0.100000000000000001", Decimal("0.100000000000000001")),
        ('"40"', 40),
        ("7.0", 7),
        ("-3", -3),
    ],
)
def test_a_balance_is_exact_whatever_number_it_is(total: str, expected: object) -> None:
    """R24, report 23: fractions and numbers beyond 2⁵³ are points too; no balance is missing for its size."""
    points = read_points(f'{{"totalPoints": {total}, "frozenPoints": {total}}}')
    assert (expected, expected) == (points.total, points.frozen)


@pytest.mark.parametrize("total", ["null", '"much"', "1e300", "[]"])
def test_a_wallet_that_says_no_balance_says_nothing(total: str) -> None:
    """R24: without it the read has failed, and is tried again."""
    with pytest.raises(MalformedAnswer):
        read_points(f'{{"totalPoints": {total}}}')
