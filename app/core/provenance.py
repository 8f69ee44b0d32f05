"""Where each fact of a job came from, and when (R38).

An update changes some facts of a job and leaves the others as they were: a fact is from the update that last changed
it. Refuses to know what a fact is called on a page. docs/decisions/provenance.md says why it is kept apart.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from app.core.collection import Change, Touch
from app.core.records import AbilityTask, Source, Task

MOST_JOBS = 2000
"""Of so many jobs it is known, those that changed last."""
_OF_FRAMES = ("status", "progress", "updated_at")
"""What a frame changes of a job that is known."""
_OF_ALL = (*_OF_FRAMES, "created_at", "finished_at", "points", "error")
FACTS: Mapping[type[Task | AbilityTask], tuple[str, ...]] = {
    Task: (*_OF_ALL, "channel", "result_url", "parameters"),
    AbilityTask: (
        *(*_OF_ALL, "ability_id", "provider", "capability_key", "executor_id", "log_id", "started_at"),
        *("trace_id", "callback_url", "result", "request"),
    ),
}
"""The facts that are followed, by the names of their fields."""
_VALUES: dict[type[Task | AbilityTask], Callable[[Task | AbilityTask], tuple[Any, ...]]] = {
    kind: attrgetter(*names) for kind, names in FACTS.items()
}


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the facts of one job came from: ``first`` brought all that are not in ``later``."""

    first: Touch
    later: Mapping[str, Touch] = field(default_factory=dict)

    def of(self, fact: str) -> Touch:
        """Return what brought a fact."""
        return self.later.get(fact, self.first)


class Provenance:
    """What brought the facts of the jobs that a page knows."""

    def __init__(self) -> None:
        # The jobs that changed last are at the end.
        self._jobs: dict[str, tuple[Touch, dict[str, Touch]]] = {}

    def __len__(self) -> int:
        return len(self._jobs)

    def known(self, job_id: str, touch: Touch) -> None:
        """Note a job that was known before anybody followed it, and what last changed it.

        A job is not known by push alone: what no frame says was read before the frame that touched it.
        """
        if touch.source is Source.PUSH:
            self._keep(job_id, Touch(touch.at, Source.POLL), dict.fromkeys(_OF_FRAMES, touch))
        else:
            self._keep(job_id, touch, {})

    def changed(self, changes: Iterable[Change[Task] | Change[AbilityTask]], source: Source, now: float) -> None:
        """Note what an update has changed; ``now`` in monotonic seconds."""
        touch = Touch(now, source)
        for change in changes:
            record, before = change.record, change.before
            found = self._jobs.pop(record.id, None)
            if before is None or found is None:
                self._keep(record.id, touch, {})
                continue
            first, later = found
            values = _VALUES[type(record)]
            new, old = values(record), values(before)
            if new != old:
                for name, value, known in zip(FACTS[type(record)], new, old, strict=True):
                    if value != known:
                        later[name] = touch
            self._keep(record.id, first, later)

    def removed(self, job_ids: Iterable[str]) -> None:
        """Forget jobs that are no longer anywhere."""
        for job_id in job_ids:
            self._jobs.pop(job_id, None)

    def origins(self, job_id: str) -> Origins | None:
        """Return where the facts of a job came from; ``None`` of a job that was not followed."""
        found = self._jobs.get(job_id)
        return None if found is None else Origins(found[0], dict(found[1]))

    def _keep(self, job_id: str, first: Touch, later: dict[str, Touch]) -> None:
        self._jobs[job_id] = (first, later)
        if len(self._jobs) > MOST_JOBS:
            del self._jobs[next(iter(self._jobs))]
