"""What a palette finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.palette import Entry, found, pasted_id

ENTRIES = [
    Entry("go", "Tasks", "/tasks"),
    Entry("go", "All calls", "/admin/calls"),
    Entry("ability", "老照片上色", "a", more="baidu colourize"),
    Entry("action", "Refresh now"),
]


@pytest.mark.parametrize(
    ("typed", "labels"),
    [
        ("", ["Tasks", "All calls", "老照片上色", "Refresh now"]),
        ("ca", ["All calls"]),
        ("照片", ["老照片上色"]),
        ("COLOUR baidu", ["老照片上色"]),
        ("all re", []),
        ("re", ["Refresh now"]),
        ("s", ["Tasks", "All calls", "Refresh now"]),
    ],
)
def test_every_word_is_found_anywhere(typed: str, labels: list[str]) -> None:
    """R53: in any case, in Chinese without blanks, in what is not shown as well."""
    assert labels == [entry.label for entry in found(ENTRIES, typed)]


def test_what_begins_so_comes_first() -> None:
    """R53: then what has a word that begins so, then the rest, each in its order."""
    entries = [Entry("a", "Enrich"), Entry("a", "All rich"), Entry("a", "Rich")]
    assert ["Rich", "All rich", "Enrich"] == [entry.label for entry in found(entries, "rich")]


@given(st.text(max_size=30), st.integers(0, 5))
def test_whatever_is_typed_finds_entries_that_hold_it(typed: str, most: int) -> None:
    """R53: hostile text raises nothing, and not too much is shown."""
    some = found(ENTRIES, typed, most)
    assert len(some) <= most
    for entry in some:
        assert all(word in f"{entry.label} {entry.more}".lower() for word in typed.lower().split())


@pytest.mark.parametrize(
    ("typed", "job_id"),
    [
        (" 0123456789abcdef0123456789abcdef ", "0123456789abcdef0123456789abcdef"),
        ("t1.comfyui.node-1.ab12", "t1.comfyui.node-1.ab12"),
        ("tsk_1", None),
        ("tasks-list", None),
        ("two words 12", None),
        ("../../etc/passwd1", None),
    ],
)
def test_an_id_is_recognised(typed: str, job_id: str | None) -> None:
    """R53: a job or trace id that is pasted can be opened or searched for."""
    assert job_id == pasted_id(typed)
