"""What calls cost together."""

from decimal import Decimal

from app.core.logs import LogRecord, sum_costs
from app.core.status import Status


def call(cost: Decimal | None, currency: str | None = None, status: Status = Status.SUCCEEDED) -> LogRecord:
    """Return a record of which only the cost matters."""
    return LogRecord(id=1, cost=cost, currency=currency, status=status)


def test_costs_are_added_exactly_by_currency_with_failed_calls_apart() -> None:
    """R28, reports 1 and 22: never across currencies, never rounded, cancelled calls count as failed."""
    costs = sum_costs(
        [
            call(Decimal(10) ** 15, "CNY"),
            call(Decimal("0.000000000000000001"), "cny"),
            call(Decimal("0.5"), "USD", Status.FAILED),
            call(Decimal("0.5"), None, Status.CANCELLED),
            call(Decimal(1), "USD", Status.RUNNING),
            call(None),
        ]
    )
    assert {"CNY": Decimal("1000000000000000.000000000000000001"), "USD": Decimal(1)} == costs.spent
    assert {"USD": Decimal("0.5"), "": Decimal("0.5")} == costs.failed
