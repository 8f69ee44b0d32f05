"""Which lists a round of ``core.sync`` reads beyond its first, so that no open job and no neighbour is missed (R12).

Where the server has pages, a reconcile follows them until one meets what was read before; where it has one page alone,
what lies beyond a hole has to go. Where it lists jobs by their word, a reconcile after a pause reads those of every
open word, and any round does that is spared more single reads by it. docs/decisions/polling.md says why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

from app.core.sync_events import Listed, ReadList
from app.core.sync_round import Round

if TYPE_CHECKING:
    from app.core.known_jobs import KnownJobs

# The most pages that one round reads, of everything or of one word.
PAGES_MOST = 10
# The words under which servers have been seen to list open tasks; the words of the known ones are asked for as well.
OPEN_WORDS = ("blocked", "pending", "processing", "running")


class ListReading:
    """What is known of one server's lists. Only a ``paged`` one has further pages, and lists by word."""

    def __init__(self, known: "KnownJobs", *, most: int, paged: bool) -> None:
        self._known = known
        self._most = most
        self._paged = paged
        # Whether the server honours the word that it is asked for; it is taken to until an answer shows otherwise.
        self._by_word = paged
        # The ids of the newest pages when everything was last read: what the next reading of them has to meet.
        self._front: set[str] = set()
        # Whether the next reconcile searches for open jobs wherever they stand in the list.
        self._everywhere = True

    def search_everywhere(self) -> None:
        """Let the next reconcile search for open jobs far down the list: there was a pause, or the user asked."""
        self._everywhere = True

    def clear(self) -> None:
        """Forget what was read: another user may sign in."""
        self._front.clear()
        self._by_word = self._paged
        self._everywhere = True

    def instead_of(self, singles: Sequence[str]) -> tuple[ReadList, ...]:
        """Return lists by word that hold these jobs in fewer requests than single reads; none if there are none."""
        words = self._words(singles)
        return self._lists(words) if self._by_word and len(words) < len(singles) else ()

    def of_open_jobs(self, round_: Round, missing: Sequence[str]) -> tuple[ReadList, ...]:
        """Return the lists by word that a reconcile goes on with, where its pages lack the ``missing`` open jobs."""
        if self._everywhere and self._by_word and round_.listed is None:
            return self._lists({*OPEN_WORDS, *self._words(self._known.active)})
        return self.instead_of(missing)

    def follow(self, round_: Round, request: ReadList, answer: Listed) -> None:
        """Take a page of everything, and ask for the next one unless this one meets what was read before."""
        round_.front.update(answer.job_ids)
        records = (self._known.get(job_id) for job_id in answer.job_ids)
        oldest = min((record.created_at for record in records if record and record.created_at is not None), default=inf)
        last = answer.listed < request.limit
        if answer.whole and not request.page:
            if last:
                round_.listed = frozenset(answer.job_ids)
            else:
                round_.whole_since = oldest
        if not self._front or last or not self._front.isdisjoint(answer.job_ids):
            round_.hole_below = None
        elif self._paged and request.page + 1 < PAGES_MOST:
            round_.lists.append(replace(request, page=request.page + 1))
        elif self._paged or answer.new:
            # Without further pages, jobs that were all known before show that push has brought each one in between.
            round_.hole_below = oldest

    def follow_word(self, round_: Round, request: ReadList, answer: Listed) -> None:
        """Take a page of a word, and ask for the next unless this was the last, or all that was expected is covered."""
        if answer.listed < request.limit:
            return
        records = (self._known.get(job_id) for job_id in answer.job_ids)
        if sum(record is not None and record.ended for record in records) * 2 > len(answer.job_ids):
            # A full page, most of which has ended: this server lists everything, whatever word it is asked for.
            self._by_word = False
            round_.lists.clear()
        elif request.page + 1 < PAGES_MOST and not (round_.expected and round_.covered.issuperset(round_.expected)):
            round_.lists.appendleft(replace(request, page=request.page + 1))

    def read(self, round_: Round) -> None:
        """Note that all lists of a reconcile were read."""
        self._front = round_.front

    def succeeded(self) -> None:
        """Note that a reconcile succeeded: the next one need not look everywhere."""
        self._everywhere = False

    def _words(self, job_ids: Iterable[str]) -> set[str]:
        """Return the words under which the server would list these jobs."""
        records = (self._known.get(job_id) for job_id in job_ids)
        return {record.word.text for record in records if record is not None and record.word.text}

    def _lists(self, words: Iterable[str]) -> tuple[ReadList, ...]:
        return tuple(ReadList(self._most, word=word) for word in sorted(words))
