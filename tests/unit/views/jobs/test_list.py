"""What the lists' page says of its lists."""

from __future__ import annotations

import re

from app.core.collection import Counts
from app.views.jobs.list import LISTS, ListState, job_list_markup, job_list_values
from testkit.plain_formats import plain_texts

T = plain_texts("en")
COUNTS = Counts(active=1, succeeded=2, failed=3)
FRESH = ListState(counts=COUNTS, loaded=True, age_s=1.0)
LIVE_SLOT = re.compile(r'<[^>]*role="(?:status|alert)"[^>]*data-slot="([^"]+)"')


def outage(age_s: float) -> ListState:
    """A list whose reads fail, with data of this age."""
    return ListState(counts=COUNTS, loaded=True, failing=True, age_s=age_s)


def test_an_outage_is_announced_once_while_its_age_ticks() -> None:
    """R13, R54, report 37: the banner's age moves on; what a screen reader announces stays as it is until the end."""
    live = LIVE_SLOT.findall(job_list_markup(T, admin=False))
    spoken: list[dict[str, str | None]] = []
    shown = set()
    for age_s in range(1, 600, 5):
        values = job_list_values(T, outage(float(age_s)), outage(float(age_s)))
        spoken.append({slot: values[slot] for slot in live})
        shown.add(values["tasks-stale"])
    assert len(shown) > 20
    assert spoken == [{f"{name}-announcement": "Showing earlier data; trying again." for name in LISTS}] * len(spoken)


def test_the_end_of_an_outage_empties_the_announcement() -> None:
    """Report 37: the next outage is announced anew."""
    values = job_list_values(T, FRESH, FRESH)
    assert {values[f"{name}-announcement"] for name in LISTS} == {""}
    assert {values[f"{name}-stale@hidden"] for name in LISTS} == {""}
