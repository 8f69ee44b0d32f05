"""Jobs of earlier visits, as they are shown."""

from __future__ import annotations

import pytest

from app.core.status import Status
from app.views.jobs.remembered import (
    NOT_LIVE,
    remembered_job_markup,
    remembered_markup,
    remembered_row_values,
    remembered_values,
)
from app.views.jobs.rows import task_row_values
from testkit.plain_formats import plain_texts
from testkit.samples import NASTY, NOW, ability_task, hostile_ability_task, hostile_task, task

T = plain_texts("en")
LISTS = ("tasks", "ability-tasks")


@pytest.mark.parametrize(
    ("offered", "read", "reading", "filtered", "key"),
    [
        (True, False, False, False, "remembered.some"),
        (True, False, True, False, "remembered.reading"),
        (True, True, False, True, "remembered.matching"),
        (True, True, False, False, "remembered.all"),
    ],
)
def test_the_part_says_how_many_there_are_once_that_is_known(
    offered: bool, read: bool, reading: bool, filtered: bool, key: str
) -> None:
    """R48: before they are read it says that there are some, then how many, and of those how many match."""
    values = remembered_values(T, offered=offered, read=read, reading=reading, filtered=filtered, shown=2, known=9)
    assert (T.say(key, shown=2, n=9), None) == (values["said"], values["part@hidden"])
    assert (None if not filtered and not reading else "") == values["show@hidden"]
    assert ("true" if read else "false") == values["show@aria-expanded"]


def test_without_a_remembered_job_there_is_no_part() -> None:
    """R48: neither before it was asked for, nor when all that was read is known by now; no match has no rows."""
    nothing = remembered_values(T, offered=False, read=False, reading=False, filtered=False, shown=0, known=0)
    known = remembered_values(T, offered=True, read=True, reading=False, filtered=False, shown=0, known=0)
    no_match = remembered_values(T, offered=True, read=True, reading=False, filtered=True, shown=0, known=9)
    assert ("", "", None) == (nothing["part@hidden"], known["part@hidden"], no_match["part@hidden"])
    assert "" == no_match["body@hidden"]


def test_a_remembered_row_does_not_pass_for_a_live_one() -> None:
    """R48: it has none of the public attributes and no picture, and says when it was seen last, never in the future."""
    live = task_row_values(T, task(Status.SUCCEEDED, result_url="/a.png"), NOW)
    row = remembered_row_values(T, live, -5.0)
    assert dict(NOT_LIVE) == {name: row[name] for name in NOT_LIVE}
    assert ("", T.say("remembered.row", age=T.age(0.0)), live["name"]) == (
        row["@data-remembered"],
        row["executor"],
        row["name"],
    )


@pytest.mark.parametrize(("asked", "key"), [(True, "remembered.gone"), (False, "remembered.unasked")])
def test_a_job_that_cannot_be_shown_has_its_facts(asked: bool, key: str) -> None:
    """R48: and whether the server does not know it or could not be asked; a fact that is not known is left out."""
    known = ability_task(Status.FAILED, finished_at=NOW, points=30, error="out of memory", ability_name="Cut")
    markup = remembered_job_markup(T, known, asked=asked, ago_s=90.0)
    assert T.say(key, age=T.age(90.0)) in markup
    assert [] == [fact for fact in ("Cut", "out of memory", T.say("row.points", n=30), "0:30") if fact not in markup]
    bare = remembered_job_markup(T, ability_task(Status.FAILED, created_at=None), asked=asked, ago_s=90.0)
    assert T.say("remembered.created") not in bare
    assert T.say("remembered.points") not in bare


def test_what_was_remembered_is_no_markup() -> None:
    """R56: whatever a server once wrote into it."""
    for record in (hostile_task(), hostile_ability_task()):
        assert NASTY not in remembered_job_markup(T, record, asked=True, ago_s=1.0)


def test_each_list_has_a_part_of_its_own() -> None:
    """R48: its button and its rows are named after the list."""
    markup = remembered_markup(T, "tasks")
    assert 'data-list="tasks"' in markup
    assert 'data-slot="tasks-remembered-rows"' in markup


def test_the_parts_of_both_lists_have_names_of_their_own() -> None:
    """R48: both may say the same; whoever goes through a page by its regions learns which list each belongs to."""
    named = [remembered_markup(T, name).partition('aria-labelledby="')[2].partition('"')[0] for name in LISTS]
    assert ["tasks-title tasks-remembered-title", "ability-tasks-title ability-tasks-remembered-title"] == named
