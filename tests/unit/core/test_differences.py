"""In what two requests differ, leaf by leaf."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.core.differences import MISSING, MOST_DIFFERENCES, Difference, differences

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["a", "b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=10,
)


@given(VALUES)
def test_a_value_does_not_differ_from_itself(value: object) -> None:
    """R42: nothing is shown for two runs of the same request."""
    assert [] == differences(value, value)


@given(VALUES, VALUES)
def test_turned_around_the_differences_are_the_same(one: object, other: object) -> None:
    """R42: which job is called the first does not decide what differs."""
    there = {(found.name, repr(found.first), repr(found.second)) for found in differences(one, other)}
    back = {(found.name, repr(found.second), repr(found.first)) for found in differences(other, one)}
    assert there == back


def test_leaves_are_named_by_their_path() -> None:
    """R42: what changed, what is gone, what is new; ``null`` is a value, and true is not one."""
    one = {"inputs": {"prompt": "koi", "seed": 1, "fast": True}, "images": ["a", "b"], "none": None}
    other = {"inputs": {"prompt": "carp", "fast": 1, "size": 4}, "images": ["a"], "none": None}
    assert [
        Difference("/inputs/prompt", "koi", "carp"),
        Difference("/inputs/seed", 1, MISSING),
        Difference("/inputs/fast", True, 1),
        Difference("/inputs/size", MISSING, 4),
        Difference("/images/1", "b", MISSING),
    ] == differences(one, other)


def test_numbers_that_are_equal_do_not_differ() -> None:
    """R42: a server may write 1 as 1.0."""
    assert [] == differences({"n": 1}, {"n": 1.0})
    assert [Difference("", {"a": 1}, [1])] == differences({"a": 1}, [1])


def test_there_is_an_end() -> None:
    """R42: two large requests with nothing in common do not fill the page."""
    assert MOST_DIFFERENCES == len(differences([1] * 1000, [2] * 1000))
