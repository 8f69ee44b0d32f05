"""The line that says what a job was charged."""

from __future__ import annotations

import pytest

from app.core.ledger import Bill, Charge
from app.views.points.bill import bill_markup, bill_values
from testkit.plain_formats import plain_texts

T = plain_texts("en")


@pytest.mark.parametrize(
    ("bill", "words"),
    [
        (Bill(Charge.FROZEN, 30), "30 points frozen"),
        (Bill(Charge.DEDUCTED, 30), "30 frozen → 30 deducted"),
        (Bill(Charge.PARTLY, 30, 10), "30 frozen → 20 deducted, 10 came back"),
        (Bill(Charge.RETURNED, 30, 30), "Not charged: 30 came back"),
    ],
)
def test_the_line_says_what_is_proven(bill: Bill, words: str) -> None:
    """R46: in words, beside a symbol."""
    values = bill_values(T, bill)
    assert (words, None, bill.charge.value) == (
        values["bill-text"],
        values["bill@hidden"],
        values["bill@data-charge"],
    )


def test_without_a_proof_there_is_no_line() -> None:
    """R46: nothing is claimed, not even that something is being looked up."""
    assert ("", "") == (bill_values(T, None)["bill@hidden"], bill_values(T, None)["bill-text"])
    assert 'role="status"' in bill_markup()
