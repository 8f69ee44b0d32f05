"""What a query leaves of the jobs of a collection: which, in which order, and how many of each status (R34, R36).

Refuses to know the jobs and to check anything: ``core.job_filter`` does.
"""

from dataclasses import dataclass, field
from typing import Any

from app.core.query_match import Matcher, Part
from app.core.records import Record
from app.core.status import Status

Standing = tuple[Status, bool]
"""The status of a job, and whether it is active: what its count depends on."""


@dataclass(slots=True, eq=False)
class Result:
    """What a query leaves. ``counted`` has the jobs that fulfil all but the conditions on the status."""

    matcher: Matcher
    counted: dict[str, Standing] = field(default_factory=dict)
    counts: dict[Standing, int] = field(default_factory=dict)
    matched: set[str] = field(default_factory=set)
    #: By what each job is sorted, where it is not by age; of one that matches no more, by what it was sorted last: it
    #: stays where it is while it lingers.
    keys: dict[str, Any] = field(default_factory=dict)
    #: The moment (epoch s) for which every job is known to match or not.
    as_of: float = 0.0
    #: Conditions that all jobs to be checked are known to fulfil.
    known: frozenset[Part] = frozenset()
    #: Whether it leaves nothing that the result shown before it did not.
    narrower: bool = False
    #: The matches in the order in which they were checked, as long as that is the order of ``ordered_as``.
    found: list[str] = field(default_factory=list)
    #: The collection's order for which ``found`` holds; ``None`` once a change has moved anything.
    ordered_as: list[str] | None = None
    _admitted: dict[Standing, bool] = field(default_factory=dict)

    @property
    def moves(self) -> bool:
        """Whether time alone changes it."""
        return self.matcher.timed or self.matcher.query.sort.key == "elapsed"

    def admits(self, standing: Standing, record: Record) -> bool:
        """Whether a job that stands so fulfils the conditions on the status: the answer for one is that for all."""
        admitted = self._admitted.get(standing)
        if admitted is None:
            admitted = self._admitted[standing] = self.matcher.matches_status(record)
        return admitted

    def drop(self, job_id: str) -> bool:
        """Take a job out of a result; return whether it was in it."""
        self.count(job_id, None)
        was = job_id in self.matched
        self.matched.discard(job_id)
        return was

    def count(self, job_id: str, standing: Standing | None) -> None:
        """Count a job as it stands now; ``None`` if it is not to be counted."""
        former, counts = self.counted.get(job_id), self.counts
        if former == standing:
            return
        self.ordered_as = None
        if former is not None:
            counts[former] -= 1
            del self.counted[job_id]
        if standing is not None:
            counts[standing] = counts.get(standing, 0) + 1
            self.counted[job_id] = standing
