"""Amounts are exact."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.amounts import add, decimals, exact, minus, plain


@pytest.mark.parametrize(
    ("text", "expected", "digits"),
    [
        ("12", "12", 0),
        ("12.0", "12", 0),
        ("12.50", "12.5", 1),
        ("0.00001", "0.00001", 5),
        ("-0.30", "-0.3", 1),
        ("1E+3", "1000", 0),
        ("9007199254740993", "9007199254740993", 0),
        ("1000000000000000.000000000000000001", "1000000000000000.000000000000000001", 18),
        ("-999999999999999.1234567890123456700", "-999999999999999.12345678901234567", 17),
    ],
)
def test_an_amount_is_written_in_its_plain_form(text: str, expected: str, digits: int) -> None:
    """R24, R28: no digit is lost, and none is added."""
    amount = exact(Decimal(text))
    assert (expected, digits) == (plain(amount), decimals(amount))


@pytest.mark.parametrize("text", ["12.50", "1000000000000000.000000000000000001", "-0.5"])
def test_sums_and_opposites_lose_no_digit(text: str) -> None:
    """R24, R46: however long they are."""
    amount = exact(Decimal(text))
    assert amount == add(add(amount, 10**15), -(10**15))
    assert 0 == add(amount, minus(amount))


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=18))
def test_the_plain_form_is_the_same_amount(value: Decimal) -> None:
    """R24, R28: whatever the wire says."""
    assert exact(value) == value
