"""One round of requests of ``core.sync``: what it is for, and what was asked and answered so far.

docs/decisions/sync.md says why.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto

from app.core.sync_events import Failed, ReadList


class Purpose(Enum):
    """What a round is for."""

    RECONCILE = auto()
    UNLISTED = auto()
    POLL = auto()
    DETAILS = auto()
    SEARCH = auto()


@dataclass(slots=True)
class Round:
    """One round of requests under way."""

    purpose: Purpose
    started: float
    # The ids that the lists are expected to cover; those that they do not cover are read one by one.
    expected: tuple[str, ...] = ()
    # The lists that are still to be read, in this order.
    lists: deque[ReadList] = field(default_factory=deque)
    # The list that is being read, or was read last.
    current: ReadList | None = None
    # The ids that the lists held.
    covered: set[str] = field(default_factory=set)
    # Of these, the ids of the pages of everything.
    front: set[str] = field(default_factory=set)
    # Whether the lists by word have been asked for.
    by_word: bool = False
    # When the oldest job of the first page was created, if the page was whole; whatever is newer must be in it.
    whole_since: float | None = None
    # When the oldest job of the last page was created, if no page overlapped what was read before.
    hole_below: float | None = None
    # The ids that are still to be read one by one, in this order.
    waiting: deque[str] = field(default_factory=deque)
    # Whether the single reads have been chosen: all lists were read.
    chosen: bool = False
    # The id that is being read; ``None`` while a list is.
    reading: str | None = None
    # The ids that were read one by one, whatever came of it.
    asked: list[str] = field(default_factory=list)
    # The unknown ids that the list is to resolve.
    sought: frozenset[str] = frozenset()
    # The ids of which push left something out, and which this round reads.
    details: tuple[str, ...] = ()
    # All ids that the server has; ``None`` while that is not known.
    listed: frozenset[str] | None = None
    # What failed of the single reads, by id.
    failures: dict[str, Failed] = field(default_factory=dict)
