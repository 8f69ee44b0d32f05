"""The way in for what polls, submits and pages bring: applied to a collection, and what changed is passed on."""

from collections.abc import Callable, Iterable
from typing import Generic

from app.core.collection import Batch, Collection
from app.core.records import R, Source


class Intake(Generic[R]):
    """Takes updates of one kind of job, whoever brings them."""

    def __init__(self, collection: Collection[R], publish: Callable[[Batch[R]], None]) -> None:
        self.collection: Collection[R] = collection
        self._publish: Callable[[Batch[R]], None] = publish

    def apply(self, updates: Iterable[R], source: Source, now: float) -> Batch[R]:
        """Apply updates of jobs that may not be ours."""
        return self._deliver(self.collection.apply(updates, source, now))

    def apply_listed(self, updates: Iterable[R], source: Source, now: float) -> Batch[R]:
        """Apply updates of jobs that are ours."""
        return self._deliver(self.collection.apply_listed(updates, source, now))

    def mark_unknown(self, job_ids: Iterable[str], now: float) -> Batch[R]:
        """Mark ids that the server does not know (R11)."""
        return self._deliver(self.collection.mark_unknown(job_ids, now))

    def remove(self, job_ids: Iterable[str]) -> Batch[R]:
        """Forget jobs that are no longer anywhere."""
        return self._deliver(self.collection.remove(job_ids))

    def clear(self) -> None:
        """Forget everything, silently: another user may sign in."""
        self.collection.clear()

    def _deliver(self, batch: Batch[R]) -> Batch[R]:
        if batch:
            self._publish(batch)
        return batch
