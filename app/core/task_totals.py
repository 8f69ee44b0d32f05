"""How many tasks the server has of each status, when the page knows only some of them (R36).

The server counts once in a while; in between, what is known here moves on, and the rest is taken to stand as it stood.
Refuses to guess: where its counts do not add up, there are no totals. docs/decisions/finding.md says why.
"""

from collections.abc import Iterable, Mapping

from app.core.collection import Change, Collection
from app.core.query import ACTIVE
from app.core.records import Task
from app.core.status import Status

USUAL_WORDS = {
    Status.QUEUED: "pending",
    Status.RUNNING: "processing",
    Status.BLOCKED: "blocked",
    Status.SUCCEEDED: "completed",
    Status.FAILED: "failed",
    Status.CANCELLED: "cancelled",
}
"""The server's words where none of its own has been seen."""
MOST_WORDS = 12


class TaskTotals:
    """The totals of one collection."""

    def __init__(self, collection: Collection[Task]) -> None:
        self._collection = collection
        #: How many tasks of each status are not known here; ``None`` before the server has counted.
        self._rest: dict[Status, int] | None = None
        #: When the newest task known at that time was submitted (epoch s).
        self._newest_at = 0.0

    def words(self) -> dict[str, Status]:
        """Return the words to ask the server about: those it has used, and the usual ones of other statuses."""
        words: dict[str, Status] = {}
        for job_id in self._collection.order:
            record = self._collection.get(job_id)
            if record is not None and not record.gone and record.word.text and len(words) < MOST_WORDS:
                words[record.word.text] = record.word.status
        seen = set(words.values())
        return words | {word: status for status, word in USUAL_WORDS.items() if status not in seen}

    def take(self, counted: Iterable[tuple[Status, int]], total: int) -> None:
        """Take the server's count of each status, and of all; what does not add up is not believed.

        While tasks are on their way one may be counted twice, or not at all.
        """
        known = self._known()
        sums = dict.fromkeys(Status, 0)
        for status, number in counted:
            sums[status] += number
        on_their_way = self._collection.active_count
        if abs(total - sum(sums.values())) > on_their_way:
            self._rest = None
            return
        self._rest = {status: max(0, sums[status] - known[status]) for status in Status}
        ages = (self._collection.get(job_id) for job_id in self._collection.order)
        self._newest_at = next((one.created_at for one in ages if one is not None and one.created_at is not None), 0.0)

    def note(self, changes: Iterable[Change[Task]]) -> None:
        """Take note of tasks that have become known: older ones were in the rest."""
        if self._rest is None:
            return
        for change in changes:
            record = change.record
            if change.before is None and record.created_at is not None and record.created_at <= self._newest_at:
                self._rest[record.status] = max(0, self._rest[record.status] - 1)

    def clear(self) -> None:
        """Forget the server's counts."""
        self._rest = None

    @property
    def counts(self) -> Mapping[str, int] | None:
        """How many tasks the server has of each status, and active ones; ``None`` if it has not counted."""
        if self._rest is None:
            return None
        known = self._known()
        counts = {status.value: self._rest[status] + known[status] for status in Status}
        more_active = self._rest[Status.QUEUED] + self._rest[Status.RUNNING]
        return {**counts, ACTIVE: self._collection.active_count + more_active}

    def _known(self) -> Mapping[Status, int]:
        return self._collection.by_status
