"""The page of one ability (R29)."""

from app.core.status import Status
from app.views.abilities.one_ability import invocation_values
from testkit.plain_formats import plain_texts
from testkit.samples import invocation

T = plain_texts()


def test_a_call_shows_how_it_stands_and_where_its_record_is() -> None:
    """R29: busy, ended, failed."""
    assert invocation_values(T, None)["result@hidden"] == ""
    assert invocation_values(T, None, busy=True)["result@data-status"] == Status.RUNNING.value
    ended = invocation_values(T, invocation(duration_ms=1500))
    assert (ended["result-duration"], ended["result-log@data-log"]) == ("1.5 s", "7")
    failed = invocation_values(T, None, error="why")
    assert (failed["result@data-status"], failed["result-error"]) == ("failed", "why")
