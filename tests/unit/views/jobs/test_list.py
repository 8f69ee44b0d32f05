"""What the lists' page says of its lists."""

from __future__ import annotations

import re

import pytest

from app.core.query import Choice
from app.views.jobs.list import LISTS, ListState, Reach, job_list_markup, job_list_values, nothing_found_text
from testkit.plain_formats import plain_texts

T = plain_texts("en")
COUNTS = {"active": 1, "succeeded": 2, "failed": 3}
FRESH = ListState(counts=COUNTS, matches=6, loaded=True, age_s=1.0)
LIVE_SLOT = re.compile(r'<[^>]*role="(?:status|alert)"[^>]*data-slot="([^"]+)"')


def outage(age_s: float) -> ListState:
    """A list whose reads fail, with data of this age."""
    return ListState(counts=COUNTS, matches=6, loaded=True, failing=True, age_s=age_s)


def test_an_outage_is_announced_once_while_its_age_ticks() -> None:
    """R13, R54, report 37: the banner's age moves on; what a screen reader announces stays as it is until the end."""
    live = LIVE_SLOT.findall(job_list_markup(T, admin=False))
    spoken: list[dict[str, str | None]] = []
    shown = set()
    for age_s in range(1, 600, 5):
        values = job_list_values(T, outage(float(age_s)), outage(float(age_s)))
        spoken.append({slot: values[slot] for slot in live if slot in values})
        shown.add(values["tasks-stale"])
    assert len(shown) > 20
    assert spoken == [{f"{name}-announcement": "Showing earlier data; trying again." for name in LISTS}] * len(spoken)


def test_what_comes_later_stands_below_the_rows() -> None:
    """R14, R30: a sentence or a queue that comes moves no row from under the pointer."""
    markup = job_list_markup(T, admin=True)
    for name in LISTS:
        rows = markup.index(f'data-slot="{name}"')
        assert rows < markup.index(f'data-slot="{name}-stale"')
    assert rows < markup.index('data-slot="queue"')


def test_the_end_of_an_outage_empties_the_announcement() -> None:
    """Report 37: the next outage is announced anew."""
    values = job_list_values(T, FRESH, FRESH)
    assert {values[f"{name}-announcement"] for name in LISTS} == {""}
    assert {values[f"{name}-stale@hidden"] for name in LISTS} == {""}


def test_counts_are_chips() -> None:
    """R36: a count that is chosen is pressed, one that is left out says so; rare ones are shown if there are any."""
    state = ListState(
        counts={**COUNTS, "blocked": 1},
        matches=3,
        filtered=True,
        chosen=Choice(("failed",), ("succeeded",)),
        reach=Reach(known=6),
    )
    values = job_list_values(T, state, FRESH)
    pressed = {kind: values[f"tasks-{kind}-chip@aria-pressed"] for kind in ("active", "failed", "succeeded")}
    assert pressed == {"active": "false", "failed": "true", "succeeded": "mixed"}
    assert values["tasks-succeeded-chip@aria-label"] == "Not 2 succeeded"
    assert (values["tasks-blocked-item@hidden"], values["tasks-unknown-item@hidden"]) == (None, "")
    assert values["ability-tasks-blocked-item@hidden"] == ""


def test_cancelled_and_unknown_jobs_are_counted() -> None:
    """R36, report 1: each has a chip of its own where there are any, and only there."""
    state = ListState(counts={**COUNTS, "cancelled": 2, "unknown": 1}, matches=9, loaded=True)
    values = job_list_values(T, state, FRESH)
    chips = {kind: (values[f"tasks-{kind}"], values[f"tasks-{kind}-item@hidden"]) for kind in ("cancelled", "unknown")}
    assert {"cancelled": ("2", None), "unknown": ("1", None)} == chips
    assert values["tasks-cancelled-chip@aria-label"] == "2 cancelled"
    assert {""} == {values[f"ability-tasks-{kind}-item@hidden"] for kind in chips}
    markup = job_list_markup(T, admin=False)
    assert all(f'data-value="{kind}" data-slot="{name}-{kind}-chip"' in markup for name in LISTS for kind in chips)


def test_counts_of_what_is_loaded_say_so() -> None:
    """R36, report 1: where the server does not say, the words say of how many the counts are."""
    state = ListState(counts=COUNTS, counted=False, matches=6, reach=Reach(known=50, total=400, complete=False))
    values = job_list_values(T, state, FRESH)
    assert values["tasks-reach-text"] == "Counts are of the newest 50 of 400."
    assert values["tasks-failed-chip@aria-label"] == "3 failed of the newest 50"
    assert values["tasks-reach@hidden"] is None
    assert job_list_values(T, FRESH, FRESH)["tasks-reach@hidden"] == ""


@pytest.mark.parametrize(
    ("reach", "text", "none"),
    [
        (Reach(known=9), "3 of 9", "Nothing found in all 9 of them."),
        (
            Reach(known=50, total=400, complete=False, older=True),
            "3 of the newest 50; 400 in all.",
            "Nothing found in the newest 50 of 400.",
        ),
        (
            Reach(known=200, complete=False),
            "3 of the newest 200 ability tasks; the server lists no older ones.",
            "Nothing found in the newest 200 ability tasks; the server lists no older ones.",
        ),
        (
            Reach(known=50, total=400, complete=False, older=True, searching=True),
            "Searching beyond the newest 50…",
            "Nothing found in the newest 50 of 400.",
        ),
    ],
)
def test_the_reach_is_stated(reach: Reach, text: str, none: str) -> None:
    """R36, report 27: a list says how far it reaches, and whether older ones can be read."""
    state = ListState(counts=COUNTS, matches=3, filtered=True, reach=reach)
    values = job_list_values(T, FRESH, state)
    assert values["ability-tasks-reach-text"] == text
    assert (values["ability-tasks-older@hidden"] is None) == reach.older
    assert nothing_found_text(T, "ability-tasks", reach) == none


@pytest.mark.parametrize(
    ("state", "name"),
    [
        (ListState(), "loading"),
        (ListState(failing=True), "error"),
        (ListState(loaded=True), "empty"),
        (ListState(loaded=True, filtered=True), "none"),
        (ListState(filtered=True, reach=Reach(known=3)), "none"),
        (ListState(filtered=True), "loading"),
        (ListState(matches=1), "ready"),
        (ListState(kept=True, filtered=True), "kept"),
    ],
)
def test_the_states_of_a_list(state: ListState, name: str) -> None:
    """R34: nothing found is another state than nothing there."""
    assert state.name == name


def test_a_list_of_a_kind_that_is_left_out_is_not_there() -> None:
    """R34: whoever wants tasks alone sees one list."""
    values = job_list_values(T, ListState(left_out=True), FRESH)
    assert (values["tasks-panel@hidden"], values["ability-tasks-panel@hidden"]) == ("", None)
