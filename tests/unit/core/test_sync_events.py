"""What a request that brought nothing says of the next one."""

from __future__ import annotations

import pytest

from app.core.sync_events import Failed


@pytest.mark.parametrize(
    ("answered", "overloaded", "one"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_a_failure_concerns_one_job_where_the_server_is_there(answered: bool, overloaded: bool, one: bool) -> None:
    """R13: a server that answers and takes requests is asked for the next; any other is left alone first."""
    assert one is Failed(answered=answered, overloaded=overloaded).concerns_one
