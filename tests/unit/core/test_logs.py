"""What calls cost together."""

from decimal import Decimal

from app.core.logs import sum_costs
from app.core.status import Status
from testkit.samples import log_record


def test_costs_are_added_exactly_by_currency_with_failed_calls_apart() -> None:
    """R28, reports 1 and 22: never across currencies, never rounded, cancelled calls count as failed."""
    costs = sum_costs(
        [
            log_record(cost=Decimal(10) ** 15, currency="CNY"),
            log_record(cost=Decimal("0.000000000000000001"), currency="cny"),
            log_record(cost=Decimal("0.5"), currency="USD", status=Status.FAILED),
            log_record(cost=Decimal("0.5"), currency=None, status=Status.CANCELLED),
            log_record(cost=Decimal(1), currency="USD", status=Status.RUNNING),
            log_record(cost=None),
        ]
    )
    assert {"CNY": Decimal("1000000000000000.000000000000000001"), "USD": Decimal(1)} == costs.spent
    assert {"USD": Decimal("0.5"), "": Decimal("0.5")} == costs.failed
