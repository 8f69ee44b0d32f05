"""Which rows may stay where they are."""

from hypothesis import given
from hypothesis import strategies as st

from app.browser.longest_run import in_order

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
