"""Row markup filled as a string, and which rows may stay: the pure parts of the row list."""

from hypothesis import given
from hypothesis import strategies as st

from app.browser.longest_run import in_order
from app.browser.markup import Template, place, slots_of

ROW = (
    '<div class="row"><a class="name" data-slot="name"></a><b data-slot="mark" hidden>x</b>'
    '<i data-slot="bar"></i></div>'
)


def test_values_are_put_in_escaped() -> None:
    """Texts, attributes of slots and of the root; nothing of it is markup."""
    filled, left = Template(ROW).fill({"@data-id": '"1"', "name": "<b>", "name@href": "#/a&b", "bar@value": None})
    assert filled == (
        '<div data-id="&quot;1&quot;" class="row"><a href="#/a&amp;b" class="name" data-slot="name">&lt;b&gt;</a>'
        '<b data-slot="mark" hidden>x</b><i data-slot="bar"></i></div>'
    )
    assert left == []


def test_what_a_string_cannot_say_is_left_for_the_nodes() -> None:
    """An attribute that has to go, and a text where the markup has one already."""
    filled, left = Template(ROW).fill({"mark@hidden": None, "mark": "y", "name": "n"})
    assert sorted(left) == ["mark", "mark@hidden"]
    assert '<b data-slot="mark" hidden>x</b>' in filled


def test_slots_are_told_in_the_documents_order() -> None:
    """They are matched with what the document finds, one for one; a text that looks like a slot is none."""
    assert slots_of(ROW) == Template(ROW).slots == ["name", "mark", "bar"]
    filled, _ = Template(ROW).fill({"name": '" data-slot="evil"'})
    assert slots_of(filled) == ["name", "mark", "bar"]


def test_keys_name_a_slot_and_an_attribute() -> None:
    """`slot`, `slot@name`, `@name`."""
    assert place("name") == ("name", None)
    assert place("name@aria-label") == ("name", "aria-label")
    assert place("@data-id") == ("", "data-id")


KEYS = st.lists(st.sampled_from("abcdefghij"), unique=True)


@given(old=KEYS, target=KEYS)
def test_as_many_rows_as_possible_stay(old: list[str], target: list[str]) -> None:
    """What stays is in both, in the order of both, and no longer common sequence exists."""
    kept = in_order(old, target)
    assert kept == [key for key in old if key in set(kept)]
    assert kept == [key for key in target if key in set(kept)]
    assert len(kept) == _longest(old, target)


def _longest(first: list[str], second: list[str]) -> int:
    lengths = [0] * (len(second) + 1)
    for one in first:
        previous = 0
        for index, other in enumerate(second, start=1):
            previous, lengths[index] = (
                lengths[index],
                previous + 1 if one == other else max(lengths[index], lengths[index - 1]),
            )
    return lengths[-1]


def test_rows_put_in_above_move_none() -> None:
    """The common case: everything that was there stays."""
    assert in_order(["a", "b"], ["x", "y", "a", "b"]) == ["a", "b"]
    assert in_order(["a", "b", "c"], ["c", "a", "b"]) == ["a", "b"]
    assert in_order([], ["a"]) == in_order(["a"], []) == []
