"""The state of a list that is made of the log."""

from __future__ import annotations

import pytest

from app.views.admin.log_state import log_state


@pytest.mark.parametrize(
    ("absent", "shown", "total", "failing", "state"),
    [
        (True, 3, 3, False, "absent"),
        (False, 3, 3, True, "ready"),
        (False, 3, None, False, "ready"),
        (False, 0, None, True, "error"),
        (False, 0, None, False, "loading"),
        (False, 0, 0, False, "empty"),
        (False, 0, 40, True, "empty"),
    ],
)
def test_what_is_shown_in_the_place_of_the_list(
    absent: bool, shown: int, total: int | None, failing: bool, state: str
) -> None:
    """R13, R49: rows stay through a failure; one without rows says so; a log that was read and has none is empty."""
    assert state == log_state(absent=absent, shown=shown, total=total, failing=failing)
