"""What calls cost together."""

from decimal import Decimal

import pytest

from app.core.logs import LogRecord, job_id_of, sum_costs
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


@pytest.mark.parametrize(
    ("source", "task", "callback", "job"),
    [
        ("ability-task", "t", None, "t"),
        ("ability_task", "t", "c-1", "t"),
        ("ability-task", "9b40", "t1.comfyui.executor_117.a06d", "a06d"),
        ("ability-api", "t", "t1.comfyui.executor_117.a06d", None),
        (None, "t", None, None),
    ],
)
def test_a_record_leads_to_its_ability_task(
    source: str | None, task: str, callback: str | None, job: str | None
) -> None:
    """R49: the product's own id is no task's, and a call that was made without a task leads to none."""
    assert job == job_id_of(LogRecord(id=1, source=source, task_id=task, callback_id=callback))
