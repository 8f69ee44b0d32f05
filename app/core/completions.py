"""Which jobs have ended and whether that has been told: each ending is told exactly once (R23)."""


class Completions:
    """Remembers endings by id."""

    def __init__(self) -> None:
        self._open: set[str] = set()
        self._told: set[str] = set()

    def begin(self, job: str) -> None:
        """A job has ended; from now on its ending waits to be told, unless it was told before."""
        if job not in self._told:
            self._open.add(job)

    def open(self, job: str) -> bool:
        """Whether the ending waits to be told."""
        return job in self._open

    def finish(self, job: str) -> None:
        """The ending is being told."""
        self._open.discard(job)
        self._told.add(job)

    def clear(self) -> None:
        """Forget everything."""
        self._open.clear()
        self._told.clear()
