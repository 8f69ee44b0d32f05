"""Which drawn rows keep their element when the list takes another order: a longest increasing subsequence."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise


def in_order(old: Sequence[str], target: Sequence[str]) -> list[str]:
    """Return the most keys of ``old`` that come in the same order in ``target``; all other rows are drawn again.

    Patience sorting: O(n log n) for the few dozen rows that are drawn.
    """
    position = {key: index for index, key in enumerate(target)}
    kept = [key for key in old if key in position]
    places = [position[key] for key in kept]
    if all(first < second for first, second in pairwise(places)):
        return kept
    # ends[k]: the smallest place at which a run of k + 1 keys can end; ends_at[k]: the index of that key in kept.
    ends: list[int] = []
    ends_at: list[int] = []
    # For each key of kept, the index of the one before it in its run.
    previous: list[int] = []
    for index, place in enumerate(places):
        length = bisect_left(ends, place)
        previous.append(ends_at[length - 1] if length else -1)
        if length == len(ends):
            ends.append(place)
            ends_at.append(index)
        else:
            ends[length] = place
            ends_at[length] = index
    run: list[str] = []
    index = ends_at[-1]
    while index >= 0:
        run.append(kept[index])
        index = previous[index]
    return run[::-1]
