"""Which jobs have completed, and whether that was reported: each completion is reported exactly once (R23)."""


class Completions:
    """Remembers completions by id."""

    def __init__(self) -> None:
        #: Completions that wait to be reported: a result may have to be read first.
        self._unreported: set[str] = set()
        #: Completions that were reported; kept, for late and repeated updates complete a job again.
        self._reported: set[str] = set()

    def completed(self, job_id: str) -> None:
        """Note that a job has completed; its completion waits to be reported, unless it was reported before."""
        if job_id not in self._reported:
            self._unreported.add(job_id)

    def reopened(self, job_id: str) -> None:
        """Note that a job was begun anew under its id: it completes once more (R15)."""
        self._unreported.discard(job_id)
        self._reported.discard(job_id)

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
