"""Which jobs the server no longer has: active ones that are given up (R11), ended ones that are removed (R12)."""

from collections.abc import Sequence, Set

from app.core.known_jobs import KnownJobs


class LostJobs:
    """Decides of jobs that were asked about; reads the collection and does not write it."""

    def __init__(self, known: KnownJobs, after_s: float) -> None:
        self._known = known
        self._after_s = after_s
        # Since when each job was asked about by itself without an end, a listing, a pause or a failure between. What
        # the collection knows is not enough: time in which nobody asked is no silence of the server's.
        self._asked_since: dict[str, float] = {}

    def start_anew(self) -> None:
        """Let no silence until now count: there was a pause, a failure, or another user."""
        self._asked_since.clear()

    def listed(self, job_ids: Set[str]) -> None:
        """A list held these jobs: a sign of life."""
        for job_id in job_ids & self._asked_since.keys():
            del self._asked_since[job_id]

    def given_up(self, asked: Sequence[str], now: float) -> tuple[str, ...]:
        """Return those of the jobs just ``asked`` about, one by one, that showed no sign of life for too long."""
        for job_id in asked:
            record = self._known.get(job_id)
            if record is not None and record.active:
                self._asked_since.setdefault(job_id, now)
            else:
                self._asked_since.pop(job_id, None)
        silent = self._known.forgotten(asked, now, self._after_s)
        given_up = tuple(job_id for job_id in silent if now - self._asked_since[job_id] >= self._after_s)
        for job_id in given_up:
            del self._asked_since[job_id]
        return given_up

    def vanished(self, listed: Set[str], started: float) -> tuple[str, ...]:
        """Return the jobs that ended and that are not among ``listed``, which are all that the server has.

        It was restored from an older state. A job that was updated since the list was asked for, at ``started``, may
        have ended after the server made it.
        """
        known = self._known
        return tuple(
            job_id
            for job_id in known.order
            if job_id not in listed
            and (record := known.get(job_id)) is not None
            and not record.active
            and not record.gone
            and (touched := known.touched(job_id)) is not None
            and touched.at < started
        )
