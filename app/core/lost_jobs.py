"""Which jobs the server no longer has: active ones that are given up (R11), ended ones that are removed (R12).

docs/decisions/polling.md says why.
"""

from collections.abc import Sequence, Set
from math import inf
from typing import TYPE_CHECKING

from app.core.merging import LIST_LAG_S
from app.core.records import Word
from app.core.sync_events import GiveUp, MarkUnknown, Remove
from app.core.sync_round import Round

if TYPE_CHECKING:
    from app.core.known_jobs import KnownJobs


class LostJobs:
    """Decides of jobs that were asked about; reads the collection and does not write it."""

    def __init__(self, known: "KnownJobs", after_s: float) -> None:
        self._known = known
        self._after_s = after_s
        # Since when each job was asked about by itself without an end, a listing, a pause or a failure between. What
        # the collection knows is not enough: time in which nobody asked is no silence of the server's.
        self._asked_since: dict[str, float] = {}
        # Since when each job was seen under the same unfamiliar word, which is the first of the pair.
        self._unfamiliar: dict[str, tuple[Word, float]] = {}

    def start_anew(self) -> None:
        """Let no silence until now count: there was a pause, a failure, or another user."""
        self._asked_since.clear()
        self._unfamiliar.clear()

    def listed(self, job_ids: Set[str]) -> None:
        """A list held these jobs: a sign of life."""
        for job_id in job_ids & self._asked_since.keys():
            del self._asked_since[job_id]

    def verdicts(self, round_: Round, now: float) -> tuple[MarkUnknown | GiveUp | Remove, ...]:
        """Return what is to be done with jobs that the server no longer has, once a round has read all it wanted."""
        found = (
            MarkUnknown(self.silent(round_.asked, now)),
            GiveUp(self.stagnant(now)),
            Remove(self.removed(round_)),
        )
        return tuple(one for one in found if one.job_ids)

    def silent(self, asked: Sequence[str], now: float) -> tuple[str, ...]:
        """Return those of the jobs just ``asked`` about, one by one, that showed no sign of life for too long."""
        for job_id in asked:
            record = self._known.get(job_id)
            if record is not None and record.active:
                self._asked_since.setdefault(job_id, now)
            else:
                self._asked_since.pop(job_id, None)
        silent = tuple(job_id for job_id in asked if (at := self.unknown_at(job_id)) is not None and at <= now)
        for job_id in silent:
            del self._asked_since[job_id]
        return silent

    def unknown_at(self, job_id: str) -> float | None:
        """Return when a job that shows no sign of life is unknown; ``None`` while nobody asks about it (R11)."""
        asked_since, seen = self._asked_since.get(job_id), self._known.seen(job_id)
        return None if asked_since is None or seen is None else max(asked_since, seen) + self._after_s

    def stagnant(self, now: float) -> tuple[str, ...]:
        """Return the active jobs that have stood still for too long under a word that nobody knows (R11).

        Such a word may be an end.
        """
        records = map(self._known.get, self._known.standing)
        unfamiliar = {record.id: record.word for record in records if record and record.active}
        since = self._unfamiliar
        self._unfamiliar = {
            job_id: known if (known := since.get(job_id)) and known[0] == word else (word, now)
            for job_id, word in unfamiliar.items()
        }
        return tuple(job_id for job_id, (_, since) in self._unfamiliar.items() if now - since >= self._after_s)

    def removed(self, round_: Round) -> tuple[str, ...]:
        """Return the jobs that ended, and that the server does not have or that lie beyond a hole, after a round."""
        if round_.listed is not None:
            return self.vanished(round_.listed, round_.started)
        if round_.hole_below is not None:
            return self.beyond(round_.hole_below, round_.started)
        if round_.whole_since is not None:
            return self.vanished(round_.covered, round_.started, after=round_.whole_since)
        return ()

    def vanished(self, listed: Set[str], started: float, *, after: float = -inf) -> tuple[str, ...]:
        """Return the jobs that ended and are not among ``listed``: all that the server has that began ``after`` then.

        They were deleted, or the server was restored from an older state. A job that was updated since the list was
        asked for, at ``started``, may have ended after the server made it; the first list of a job may lag besides.
        ``after`` is in epoch seconds.
        """
        known = self._known
        return tuple(
            job_id
            for job_id in known.order
            if job_id not in listed
            and (record := known.get(job_id)) is not None
            and not record.active
            and not record.gone
            and (after == -inf or (record.created_at or -inf) > after)
            and self._untouched(job_id, started if known.was_listed(job_id) else started - LIST_LAG_S)
        )

    def beyond(self, oldest: float, started: float) -> tuple[str, ...]:
        """Return the jobs that ended and began before ``oldest``, in epoch seconds: they lie beyond a hole."""
        known = self._known
        return tuple(
            job_id
            for job_id in known.order
            if (record := known.get(job_id)) is not None
            and record.ended
            and record.created_at is not None
            and record.created_at < oldest
            and self._untouched(job_id, started)
        )

    def _untouched(self, job_id: str, started: float) -> bool:
        touched = self._known.touched(job_id)
        return touched is not None and touched.at < started
