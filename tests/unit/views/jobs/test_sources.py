"""Where the facts of a job came from, in words."""

from __future__ import annotations

from app.core.collection import Touch
from app.core.provenance import Origins
from app.core.records import Source
from app.core.status import Status
from app.ports import Values
from app.views.jobs.sources import source_titles, sources_values
from testkit.plain_formats import plain_texts
from testkit.samples import NOW, ability_task, task

T = plain_texts()


def lines(values: Values) -> list[str | None]:
    """Return the lines that are shown."""
    shown = [name for name in values if "@" not in name and values[f"{name}@hidden"] is None]
    return [values[name] for name in shown]


def test_what_came_at_once_is_one_line() -> None:
    """R38: how it came, and how old it is."""
    values = sources_values(T, task(), Origins(Touch(100.0, Source.POLL)), 230.0)
    assert ["All of this: read 2 minutes ago"] == lines(values)


def test_facts_that_came_later_are_named_before_the_rest() -> None:
    """R38: the newest first."""
    pushed, read = Touch(200.0, Source.PUSH), Touch(160.0, Source.POLL)
    origins = Origins(Touch(100.0, Source.INVOKE), {"status": pushed, "progress": pushed, "log_id": read})
    values = sources_values(T, ability_task(Status.RUNNING), origins, 230.0)
    assert ["Status: pushed 30 seconds ago", "Log record: read 1 minute ago"] == lines(values)[:2]
    assert ["Everything else: from your submission, 2 minutes ago"] == lines(values)[2:]


def test_a_few_facts_are_named_and_not_called_the_rest() -> None:
    """R38: a task of which little is known."""
    little = task(created_at=None, action=None, channel=None)
    origins = Origins(Touch(100.0, Source.POLL), {"status": Touch(230.0, Source.PUSH)})
    values = sources_values(T, little, origins, 230.0)
    assert ["Status: pushed just now", "Progress, Points: read 2 minutes ago"] == lines(values)


def test_a_last_update_that_repeats_the_end_has_no_line() -> None:
    """R38: it is not on the page."""
    ended = ability_task(Status.SUCCEEDED, finished_at=NOW)
    origins = Origins(Touch(100.0, Source.POLL), {"updated_at": Touch(200.0, Source.PUSH)})
    assert ["All of this: read 2 minutes ago"] == lines(sources_values(T, ended, origins, 230.0))


def test_each_fact_says_it_under_the_pointer_as_well() -> None:
    """R38: what is not known has nothing to say."""
    origins = Origins(Touch(100.0, Source.POLL), {"log_id": Touch(200.0, Source.PUSH)})
    titles = source_titles(T, ability_task(provider=None), origins, 230.0)
    assert ("pushed 30 seconds ago", "read 2 minutes ago") == (titles["log-fact@title"], titles["trace-fact@title"])
    assert {"provider-fact@title", "status-fact@title"}.isdisjoint(titles)
