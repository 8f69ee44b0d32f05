"""Which ability tasks have completed while they were watched: each completion is reported exactly once (R23)."""

from app.core.collection import Change
from app.core.merging import reopened
from app.core.records import AbilityTask, Source
from app.core.status import Status


def whole(task: AbilityTask) -> bool:
    """Whether a completed task has come with its result, or with its error."""
    return (task.result if task.status is Status.SUCCEEDED else task.error) is not None


class Completions:
    """Remembers completions by id."""

    def __init__(self) -> None:
        #: Completions that wait to be reported: a result may have to be read first.
        self._unreported: set[str] = set()
        #: Completions that were reported; kept, for late and repeated updates complete a job again.
        self._reported: set[str] = set()

    def take(self, change: Change[AbilityTask], *, loaded: bool) -> bool:
        """Take in a change; return whether the job's completion waits to be reported.

        A job is watched if it was known, was called here, or is new since the list was read (``loaded``). One that was
        begun anew under its id completes once more (R15).
        """
        job, before = change.record, change.before
        if before is not None and reopened(before, job):
            self._unreported.discard(job.id)
            self._reported.discard(job.id)
        watched = before is not None or loaded or change.source is Source.INVOKE
        if change.ended and not job.gone and watched and job.id not in self._reported:
            self._unreported.add(job.id)
        return self.unreported(job.id)

    def unreported(self, job_id: str) -> bool:
        """Whether the completion of a job waits to be reported."""
        return job_id in self._unreported

    def reported(self, job_id: str) -> None:
        """Note that the completion of a job is being reported."""
        self._unreported.discard(job_id)
        self._reported.add(job_id)

    def clear(self) -> None:
        """Forget everything."""
        self._unreported.clear()
        self._reported.clear()
