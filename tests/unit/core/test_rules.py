"""The numbers of the requirements, once."""

from dataclasses import fields, replace
from math import inf, nan

import pytest

from app.core.rules import (
    ABILITY_TASK_CADENCE,
    TASK_CADENCE,
    CadenceRules,
    ConnectionRules,
    DisplayRules,
    PollingRules,
)


def test_the_connection_keeps_the_numbers_of_the_requirements() -> None:
    """R3, R4, R6: 1 s → 30 s, 10 s to open, steady after 5 s, 6 failures, 25 s of silence, 10 s to answer."""
    expected = ConnectionRules(
        first_delay_s=1.0,
        longest_delay_s=30.0,
        open_within_s=10.0,
        steady_after_s=5.0,
        give_up_after=6,
        silence_s=25.0,
        answer_within_s=10.0,
        check_token_after=2,
        token_within_s=30.0,
    )
    assert expected == ConnectionRules()


def test_the_cadence_keeps_the_numbers_of_the_requirements() -> None:
    """R9: 1 / 2 / 5 s for ability tasks, 1 / 2 / 3 s for tasks, at fewer than 3, up to 10, and more."""
    assert CadenceRules(fast_s=1.0, medium_s=2.0, slow_s=5.0, few=3, many=10) == ABILITY_TASK_CADENCE
    assert CadenceRules(fast_s=1.0, medium_s=2.0, slow_s=3.0, few=3, many=10) == TASK_CADENCE


def test_polling_keeps_the_numbers_of_the_requirements() -> None:
    """R8, R10, R11, R12, R13: 1 s to take over, 50 ids, 10 minutes, every 60 s, 30 s to answer and to back off."""
    expected = PollingRules(
        window=50,
        answer_within_s=30.0,
        longest_backoff_s=30.0,
        longest_retry_after_s=300.0,
        reconcile_every_s=60.0,
        forget_after_s=600.0,
        takeover_s=1.0,
    )
    assert expected == PollingRules()


def test_display_keeps_the_numbers_of_the_requirements() -> None:
    """R18, R20: a flush per 500 ms; a jump of 30 s is a sleep."""
    assert DisplayRules(flush_every_s=0.5, jump_s=30.0, heartbeat_s=5.0) == DisplayRules()


ALL_RULES = [ConnectionRules(), TASK_CADENCE, PollingRules(), DisplayRules()]


@pytest.mark.parametrize("rules", ALL_RULES, ids=lambda rules: type(rules).__name__)
@pytest.mark.parametrize("value", [0, -1, inf, nan])
def test_a_number_that_would_make_the_page_spin_or_hang_is_refused(rules: ConnectionRules, value: float) -> None:
    """R9, R13: an interval of nothing would be a storm of requests, one of infinity silence; the fault is named."""
    for field in fields(rules):
        with pytest.raises(ValueError, match=f"^{field.name} must be a number above 0$"):
            replace(rules, **{field.name: value})  # type: ignore[arg-type]
