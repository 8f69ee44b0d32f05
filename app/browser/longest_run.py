"""Which of the rows that stand there can stay where they are."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise


def in_order(old: Sequence[str], target: Sequence[str]) -> list[str]:
    """Return the most keys of ``old`` that come in the same order in ``target``: everything else is put in anew."""
    position = {key: index for index, key in enumerate(target)}
    kept = [key for key in old if key in position]
    places = [position[key] for key in kept]
    if all(first < second for first, second in pairwise(places)):
        return kept
    ends: list[int] = []
    ends_at: list[int] = []
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
