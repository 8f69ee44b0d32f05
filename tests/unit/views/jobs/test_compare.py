"""Two jobs side by side."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.core.differences import MISSING, MOST_DIFFERENCES, Difference
from app.core.stages import Span, Stage
from app.views.jobs.compare import (
    compare_state_values,
    compared_job_values,
    differences_markup,
    numbers_markup,
    picture_note_values,
)
from testkit.plain_formats import plain_texts
from testkit.samples import ability_task, task

T = plain_texts("en")


def ran(seconds: float) -> list[Span]:
    """Return the stages of a job that ran for so long."""
    return [Span(Stage.RAN, seconds)]


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [(3.0, 5.0, "+2 s"), (5.0, 3.0, "−2 s"), (3.0, 3.0, "±"), (3.04, 3.0, "±")],  # noqa: RUF001 - a minus sign
)
def test_a_difference_has_its_sign(first: float, second: float, apart: str) -> None:
    """R42: the second against the first, in words that distinguish longer from shorter."""
    assert f'<td class="num" translate="no">{apart}' in numbers_markup(T, [ran(first), ran(second)], [None, None])


def test_points_differ_likewise() -> None:
    """R42: a job of which they are not known has a dash, and no difference is made up."""
    assert "−20" in numbers_markup(T, [[], []], [50, 30])  # noqa: RUF001 - a minus sign
    longest = Decimal("1000000000000000.000000000000000001")
    assert "+0.000000000000000001" in numbers_markup(T, [[], []], [10**15, longest])
    assert "−1,000,000,000,000,000.000000000000000001" in numbers_markup(T, [[], []], [longest, 0])  # noqa: RUF001
    unknown = numbers_markup(T, [[], []], [50, None])
    assert '<td class="num" translate="no">—</td><td class="num" translate="no"></td>' in unknown


def test_a_stage_that_neither_has_is_left_out() -> None:
    """R42: one that only one of them has stands beside a dash."""
    assert T.escaped("compare.ran") not in numbers_markup(T, [[], []], [1, 1])
    markup = numbers_markup(T, [ran(3.0), []], [None, None])
    assert (1, 1) == (markup.count('scope="row"'), markup.count("—"))


def test_what_differs_is_listed_by_its_path() -> None:
    """R42: what one of them lacks is said to be absent; the same inputs have a sentence."""
    markup = differences_markup(T, [Difference("/inputs/size", 4, MISSING)])
    assert T.escaped("compare.absent") in markup
    assert "size" in markup
    assert T.escaped("compare.same") in differences_markup(T, [])
    assert T.escaped("compare.more", n=MOST_DIFFERENCES) not in markup
    many = [Difference(f"/{number}", 1, 2) for number in range(MOST_DIFFERENCES)]
    assert T.escaped("compare.more", n=MOST_DIFFERENCES) in differences_markup(T, many)


@pytest.mark.parametrize(("count", "key"), [(0, "compare.no_pictures"), (1, "compare.one_picture"), (2, "")])
def test_two_pictures_can_be_laid_over_one_another(count: int, key: str) -> None:
    """R42: with fewer, that is said, and there is no button."""
    values = picture_note_values(T, count)
    assert (T.say(key) if key else "", None if count == 2 else "") == (
        values["pictures-note"],
        values["view-both@hidden"],
    )


@pytest.mark.parametrize(
    ("state", "choosing", "both", "shown"),
    [
        ("loading", False, False, {"waiting"}),
        ("error", False, False, {"failed"}),
        ("missing", True, False, {"missing", "choose"}),
        ("ready", True, False, {"choose"}),
        ("ready", False, True, {"jobs", "both", "swap"}),
    ],
)
def test_each_state_shows_its_parts_alone(state: str, choosing: bool, both: bool, shown: set[str]) -> None:
    """R42: the choice of a second job stands there until there are two."""
    values = compare_state_values(state, choosing=choosing, both=both)
    assert shown == {
        key.partition("@")[0] for key, value in values.items() if key.endswith("@hidden") and value is None
    }


def test_a_job_without_a_picture_shows_none() -> None:
    """R42: its name, its status and its address are there."""
    values = compared_job_values(T, "first", task(), None)
    assert ("", "#/tasks/tsk_1", "running") == (
        values["first-picture@hidden"],
        values["first-name@href"],
        values["first-card@data-status"],
    )
    assert "/a.png" == compared_job_values(T, "second", ability_task(), "/a.png")["second-picture@src"]
