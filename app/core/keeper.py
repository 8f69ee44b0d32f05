"""Keeps one collection up to date and says what was accepted, one batch at a time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic

from app.core.collection import Change, Collection
from app.core.records import R, Source
from app.core.unknown_ids import UnknownIds


@dataclass(frozen=True, slots=True)
class Batch(Generic[R]):
    """What one piece of work changed: accepted news, and ids that are no longer there."""

    changes: tuple[Change[R], ...]
    source: Source
    removed: tuple[str, ...] = ()


class Keeper(Generic[R]):
    """What push, polls and submits say goes in here; what was accepted is published."""

    def __init__(self, collection: Collection[R], publish: Callable[[Batch[R]], None]) -> None:
        self.collection: Collection[R] = collection
        self.unknown = UnknownIds()
        self._publish: Callable[[Batch[R]], None] = publish

    def hear(self, news: Iterable[R], source: Source, now: float) -> None:
        """Take news of jobs that may not be ours; unknown ids are noticed, not shown."""
        changes: list[Change[R]] = []
        for item in news:
            if item.id not in self.collection:
                self.unknown.notice(item.id, now)
            change = self.collection.hear(item, source, now)
            if change is not None:
                changes.append(change)
        self._tell(changes, source)

    def add(self, news: Iterable[R], source: Source, now: float) -> int:
        """Take jobs that are ours; return how many were new."""
        changes = [change for item in news if (change := self.collection.add(item, source, now)) is not None]
        self._tell(changes, source)
        return sum(change.before is None for change in changes)

    def lose(self, jobs: Iterable[str], now: float) -> None:
        """The server does not know these ids: they are shown as unknown (R11)."""
        changes = [change for job in jobs if (change := self.collection.lose(job, Source.POLL, now)) is not None]
        self._tell(changes, Source.POLL)

    def drop(self, jobs: Iterable[str]) -> None:
        """Forget jobs that are no longer anywhere."""
        removed = self.collection.remove(jobs)
        if removed:
            self._publish(Batch((), Source.POLL, tuple(removed)))

    def clear(self) -> None:
        """Forget everything, silently: another user may sign in."""
        self.collection.clear()
        self.unknown.clear()

    def _tell(self, changes: list[Change[R]], source: Source) -> None:
        if changes:
            self._publish(Batch(tuple(changes), source))
