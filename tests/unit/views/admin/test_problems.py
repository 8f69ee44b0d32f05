"""Failed calls by cause, as a list."""

import pytest

from app.core.causes import Problems
from app.core.status import Status
from app.views.admin.problems import ProblemsState, problem_list_markup, problems_values
from testkit.plain_formats import plain_texts
from testkit.samples import NOW, log_record

T = plain_texts()


def problems(*errors: str | None) -> Problems:
    """Return problems of calls with these errors, a minute apart, each on an executor of its own."""
    found = Problems()
    for number, error in enumerate(errors):
        facts = {"id": number, "created_at": NOW + 60 * number, "executor_id": f"e{number}", "executor_name": None}
        found.add(log_record(status=Status.FAILED, error=error, **facts))
    return found


def test_a_problem_says_how_often_where_and_since_when() -> None:
    """R50: count, executors, first and last; the newest error as it came; a link to its calls and no others."""
    markup = problem_list_markup(T, problems("no 1", "no 2", "no 3", "no 4", "no 5").ranked, "24h")
    assert "5 calls" in markup
    assert "On e0 (1), e1 (1), e2 (1), and 2 more" in markup
    assert "first 2026-01-15 11:20:00, last 2026-01-15 11:24:00" in markup
    assert ">no 5</p>" in markup
    assert 'href="#/admin/calls?status=failed&amp;cause=no+%E2%9F%A8n%E2%9F%A9&amp;since=24h"' in markup
    assert 'role="img" aria-label="Trend: 5 calls' in markup


def test_failures_without_a_reason_are_a_problem_too() -> None:
    """R50: they say that there is no reason, and open exactly themselves."""
    markup = problem_list_markup(T, problems(None).ranked, "")
    assert "No reason given" in markup
    assert 'href="#/admin/calls?status=failed&amp;cause=-"' in markup


@pytest.mark.parametrize(
    ("exact", "complete", "reach"),
    [
        (True, False, "among the newest 50 of 900 failed calls in the log"),
        (False, False, "among the newest 50 of 900 calls in the log"),
        (True, True, "of all 900 failed calls in the log"),
        (False, True, "of all 900 calls in the log"),
    ],
)
def test_the_sample_is_stated(exact: bool, complete: bool, reach: str) -> None:
    """R50: of how many, and whether those are the failed ones alone."""
    state = ProblemsState(causes=2, failed=7, loaded=50, total=900, exact=exact, complete=complete)
    values = problems_values(T, state)
    assert ("2 causes · 7 failed ·", reach) == (values["problems-count"], values["problems-reach"])
    assert values["older@hidden"] == ("" if complete else None)


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({"causes": 1, "total": 3}, "ready"),
        ({"causes": 0, "total": 3}, "empty"),
        ({"causes": 0, "total": None}, "loading"),
        ({"causes": 0, "total": None, "failing": True}, "error"),
        ({"causes": 1, "total": 3, "absent": True}, "absent"),
    ],
)
def test_the_page_says_how_reading_goes(facts: dict[str, object], word: str) -> None:
    """R13, R50: nothing failed, nothing known, nothing there are three things."""
    defaults: dict[str, object] = {"failed": 1, "loaded": 3, "exact": True}
    state = ProblemsState(**{**defaults, **facts})  # type: ignore[arg-type]  # a test names facts by their names
    assert word == problems_values(T, state)["problems-panel@data-state"]
