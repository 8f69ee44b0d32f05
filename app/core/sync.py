"""What one collection asks the server for, and when: inputs and the time go in, requests come out (R8 to R13, R23).

The machine works in rounds. A round is begun at ``deadline``, is lists, single reads, or lists and then the single
reads that they made necessary, and has one purpose. What is due is done in this order, since each covers the next:

    RECONCILE   everything: the longest list and those that it makes necessary, then open jobs that none holds (R12)
    UNLISTED    more of those active jobs, fifty at a time with a pause between, as far as they still are (R12)
    POLL        the newest active jobs, with the cheapest requests, while push is away (R8 to R10)
    DETAILS     the jobs of which push left something out (R23)
    SEARCH      the newest jobs, for the ids that push spoke of and nobody has listed (docs/decisions/unknown-ids.md)

Rules:
 1. One request is in flight at a time (R10). ``begin`` gives the first of a round, every ``report`` the next; a report
    that gives none ends the round.
 2. A failure that concerns one job keeps none of the others from being read; any other ends the round. A round in
    which anything failed has failed: polls and the schedule of its purpose back off (R13).
 3. ``Retry-After`` holds back every round, not only those for what was refused; a refresh that the user asks for
    passes it (docs/decisions/polling.md).
 4. An active job is unknown when the collection has seen no sign of life of it for as long as it was asked about in
    vain, without a pause or a failure between (R11).
 5. Further pages, and lists by word, are ``core.list_reading``'s: no hole is left, and no open job overlooked (R12).
 6. During a pause nothing is due, and what a round that began before it still reports is ignored (R17). A request
    that finds nobody signed in is as good as the pause that follows it.

The collection is read and never written: what is to change in it comes out as effects. The machine never sleeps, and
knows neither the clock nor what a job is. docs/decisions/sync.md says why it stands alone.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.core.events import ServerReachable
from app.core.list_reading import ListReading
from app.core.lost_jobs import LostJobs
from app.core.polling import Poller, plan
from app.core.refresh_schedule import RefreshSchedule
from app.core.rules import CadenceRules, PollingRules
from app.core.sync_events import (
    Broken,
    DetailsRead,
    Effect,
    Failed,
    Found,
    Listed,
    MarkUnknown,
    Missing,
    NoSession,
    Outcome,
    ReadJob,
    ReadList,
    Request,
)
from app.core.sync_round import Purpose, Round
from app.core.unknown_ids import SEARCH_LIMIT, UnknownIds, shortest_look
from app.core.unlisted import Unlisted

if TYPE_CHECKING:
    from app.core.known_jobs import KnownJobs

# A moment that has passed, in monotonic seconds, which begin at 0 or later. A timer cannot be set for minus infinity.
LONG_AGO = 0.0
# The share of the takeover time over which pages spread their first poll; the rest is for the request (R8).
TAKEOVER_SPREAD = 0.75
# The most jobs of which one round reads what push left out.
DETAILS_AT_ONCE = 50


class Sync:
    """The reading of one collection."""

    def __init__(
        self,
        known: "KnownJobs",
        unknown: UnknownIds,
        cadence: CadenceRules,
        rules: PollingRules,
        random: Callable[[], float],
        *,
        list_most: int,
        paged: bool,
    ) -> None:
        self._known = known
        self._unknown = unknown
        self._rules = rules
        self._random = random
        self._list_most = list_most
        # Which further pages and lists by word a round reads (rule 5).
        self._lists = ListReading(known, most=list_most, paged=paged)
        # The moments of the polls; enabled while push is away and nothing pauses the page.
        self.poller = Poller(cadence, rules, random)
        # The moments of the full refreshes, with push and without (docs/decisions/polling.md).
        self.reconciles = RefreshSchedule(rules, random, rules.reconcile_every_s)
        # When the jobs in ``_incomplete`` are read.
        self._details = RefreshSchedule(rules, random)
        # What takes note, besides the poller, of how a round ended; of the rest of a reconcile only that it failed.
        self._schedules = {
            Purpose.RECONCILE: self.reconciles,
            Purpose.UNLISTED: self.reconciles,
            Purpose.DETAILS: self._details,
        }
        # The jobs of which push left something out, until the server was asked about them.
        self._incomplete: set[str] = set()
        # The active jobs that no list held last time: a list is not asked for them again and again.
        self._uncovered: set[str] = set()
        # What is left to be read one by one after a reconcile (R12).
        self._unlisted = Unlisted(known, rules)
        # The jobs that the server no longer has (rule 4).
        self.lost = LostJobs(known, rules.forget_after_s)
        # The end of the server's ``Retry-After``; long ago while there is none.
        self._not_before = LONG_AGO
        # Whether push brings what polls would find.
        self._push_trusted = False
        # Whether a pause reason holds; a page begins with nobody signed in.
        self._paused = True
        # The round under way.
        self._round: Round | None = None
        # Whether the last round failed in a way that says something of the server.
        self._unreachable = False
        # When a round last succeeded.
        self.fresh_at: float | None = None
        # Whether everything was read once since somebody signed in.
        self.loaded = False
        # Why the last round failed; ``None`` if it did not.
        self.failing: Failed | None = None

    @property
    def deadline(self) -> float | None:
        """When the next round is due; ``None`` during a pause, while a round is under way, or if nothing is wanted."""
        if self._paused or self._round is not None:
            return None
        deadlines = (
            self._unlisted.deadline,
            self.poller.deadline(self._known.active_count),
            self.reconciles.deadline,
            self._unknown.deadline,
            self._details.deadline,
        )
        soonest = min((deadline for deadline in deadlines if deadline is not None), default=None)
        return None if soonest is None else max(soonest, self._not_before)

    @property
    def purpose(self) -> Purpose | None:
        """What the round under way is for; ``None`` if none is."""
        return None if self._round is None else self._round.purpose

    # What happens

    def trust_push(self, trusted: bool, now: float) -> None:
        """Push is trusted with this kind of job from now on, or no longer (R8)."""
        self._push_trusted = trusted
        self._take_over(now)

    def pause(self) -> None:
        """A pause reason holds: the round under way is given up."""
        self._paused = True
        self.poller.disable()
        self.abandon()

    def resume(self, now: float) -> None:
        """No pause reason holds any more. Time in which nobody asked does not count against a job."""
        self._paused = False
        self._push_trusted = False
        self.lost.start_anew()
        self._take_over(now)
        self.refresh(now)

    def refresh(self, now: float) -> None:
        """Read everything anew, at once, whatever failed before (R4, R12)."""
        self.poller.hurry()
        self._not_before = LONG_AGO
        self._lists.search_everywhere()
        self.reconcile(now)

    def reconcile(self, now: float) -> None:
        """Read everything anew as soon as the server lets us come back (R12, R13)."""
        self.reconciles.request(now)

    def read_soon(self, job_id: str, now: float) -> None:
        """Read one job at once: push left something out of it (R23)."""
        self._incomplete.add(job_id)
        if self._details.deadline is None:
            self._details.request(now)

    def clear(self) -> None:
        """Forget everything: nobody is signed in, and the collection is empty."""
        self.abandon()
        self.reconciles.cancel()
        self._details.cancel()
        self._incomplete.clear()
        self._uncovered.clear()
        self._unlisted.clear()
        self._lists.clear()
        self.lost.start_anew()
        self._unreachable = False
        self.fresh_at = None
        self.loaded = False
        self.failing = None

    # A round

    def begin(self, now: float) -> Request | None:
        """Begin the round that is due and return its first request; ``None`` if none is due."""
        self._unlisted.drop_ended()
        purpose = self._due(now)
        if purpose is None:
            return None
        round_ = self._round = Round(purpose, now)
        match purpose:
            case Purpose.RECONCILE:
                self.poller.started(now)
                return self._read_list(round_, ReadList(self._list_most))
            case Purpose.UNLISTED:
                round_.waiting = self._unlisted.turn(now)
                return self._read_next(round_)
            case Purpose.POLL:
                self.poller.started(now)
                return self._read_cheaply(round_, self._known.active[: self._rules.window])
            case Purpose.DETAILS:
                round_.details = tuple(sorted(self._incomplete, key=self._age)[:DETAILS_AT_ONCE])
                return self._read_cheaply(round_, round_.details)
            case Purpose.SEARCH:
                return self._read_list(round_, ReadList(SEARCH_LIMIT))

    def report(self, outcome: Outcome, now: float) -> list[Effect]:
        """Take the outcome of the request in flight; return what is to be done, a next request last.

        No next request means that the round is over. Outcomes of a round that was given up are ignored.
        """
        round_ = self._round
        if round_ is None:
            return []
        match outcome:
            case Listed():
                self._listed(round_, outcome, now)
            case Missing(job_id):
                self._uncovered.discard(job_id)
                return [MarkUnknown((job_id,)), *self._go_on(round_, now)]
            case Failed() if outcome.concerns_one and round_.reading is not None:
                round_.failures[round_.reading] = outcome
            case Failed():
                return self._failed(round_, outcome, now)
            case Broken(cause):
                return self._failed(round_, Failed(answered=True, cause=cause), now, of_server=False)
            case NoSession():
                self.pause()
                return []
            case Found():
                pass
        return self._go_on(round_, now)

    def abandon(self) -> None:
        """The round under way was given up, without a verdict."""
        self._round = None
        self.poller.abandoned()

    def _due(self, now: float) -> Purpose | None:
        """Return the purpose of the round that is due; the first one, for each covers what the next would ask for."""
        deadline = self.deadline
        if deadline is None or now < deadline:
            return None
        poll, unlisted = self.poller.deadline(self._known.active_count), self._unlisted.deadline
        if self.reconciles.due(now):
            return Purpose.RECONCILE
        if unlisted is not None and unlisted <= now:
            return Purpose.UNLISTED
        if poll is not None and poll <= now:
            return Purpose.POLL
        return Purpose.DETAILS if self._details.due(now) else Purpose.SEARCH

    def _read_list(self, round_: Round, request: ReadList) -> ReadList:
        """Ask for a list; the first of a round searches for the unknown ids, whatever else it is for."""
        # A list by word is no look at the newest.
        if round_.current is None and request.word is None:
            round_.sought = self._unknown.begin(round_.started)
            if round_.sought:
                request = replace(request, limit=min(self._list_most, max(request.limit, shortest_look(round_.sought))))
        round_.current = request
        return request

    def _read_cheaply(self, round_: Round, job_ids: Sequence[str]) -> Request:
        """Ask for jobs with the cheapest requests (R10)."""
        requests = plan(job_ids, self._known.positions(), self._uncovered, list_most=self._list_most)
        round_.expected = requests.listed
        if requests.list_limit:
            round_.lists.append(ReadList(requests.list_limit))
        by_word = self._lists.instead_of(requests.singles) if round_.purpose is Purpose.POLL else ()
        if by_word:
            round_.expected += requests.singles
            round_.lists.extend(by_word)
        else:
            round_.waiting = deque(requests.singles)
        return self._read_list(round_, round_.lists.popleft()) if round_.lists else self._read_next(round_)

    def _read_next(self, round_: Round) -> ReadJob:
        job_id = round_.reading = round_.waiting.popleft()
        round_.asked.append(job_id)
        return ReadJob(job_id)

    def _listed(self, round_: Round, answer: Listed, now: float) -> None:
        """Take up what a list says of the ids, and choose which list it makes necessary."""
        request, listed = round_.current, frozenset(answer.job_ids)
        if request is None:
            return
        self._unknown.end(round_.sought, answer.new, listed)
        round_.sought = frozenset()
        round_.covered |= listed
        self.lost.listed(listed)
        if request.word is not None:
            self._lists.follow_word(round_, request, answer)
        elif round_.purpose is Purpose.RECONCILE:
            self.loaded = True
            self._lists.follow(round_, request, answer)
        elif answer.new == request.limit:
            # Nothing in it was known: more of the same batch may lie below.
            self.reconcile(now)

    def _choose(self, round_: Round) -> None:
        """All lists were read, unless by word they spare single reads: choose what is read one by one."""
        if round_.purpose is Purpose.RECONCILE:
            missing = [job_id for job_id in self._known.active if job_id not in round_.covered]
            standing = [job_id for job_id in self._known.standing if job_id not in round_.covered]
            both = list(dict.fromkeys(missing + standing))
            by_word = () if round_.by_word else self._lists.of_open_jobs(round_, both)
            if by_word:
                round_.by_word = True
                round_.lists.extend(by_word)
                return
            self._uncovered = set(missing)
            round_.waiting = self._unlisted.divide(both, self._uncovered, round_.started)
        elif round_.purpose is not Purpose.UNLISTED:
            missing = [job_id for job_id in round_.expected if job_id not in round_.covered]
            self._uncovered -= round_.covered
            self._uncovered.update(missing)
            round_.waiting.extendleft(reversed(missing))
        round_.chosen = True

    def _go_on(self, round_: Round, now: float) -> list[Effect]:
        """Return the next request of the round, or end it."""
        if not round_.lists and not round_.chosen:
            self._choose(round_)
        if round_.lists:
            return [self._read_list(round_, round_.lists.popleft())]
        if round_.waiting:
            return [self._read_next(round_)]
        effects: list[Effect] = [*self.lost.verdicts(round_, now)]
        if round_.purpose is Purpose.RECONCILE:
            self._lists.read(round_)
        if done := tuple(job_id for job_id in round_.details if job_id not in round_.failures):
            self._incomplete.difference_update(done)
            effects.append(DetailsRead(done))
        if round_.failures:
            return [*effects, *self._failed(round_, next(iter(round_.failures.values())), now)]
        return [*effects, *self._succeeded(round_, now)]

    def _succeeded(self, round_: Round, now: float) -> list[Effect]:
        was_unreachable = self._unreachable
        self._round = None
        if round_.purpose is Purpose.RECONCILE:
            self._lists.succeeded()
        self._unreachable = False
        self.poller.succeeded()
        self.fresh_at = now
        self.failing = None
        schedule = self._schedules.get(round_.purpose)
        if schedule is not None and round_.purpose is not Purpose.UNLISTED:
            schedule.succeeded(round_.started)
        if self._incomplete and self._details.deadline is None:
            self._details.request(now)
        return [ServerReachable()] if was_unreachable else []

    def _failed(self, round_: Round, failure: Failed, now: float, *, of_server: bool = True) -> list[Effect]:
        self._round = None
        # The next reconcile finds it anew.
        self._unlisted.clear()
        self._unreachable = of_server and (round_.reading is None or not failure.concerns_one)
        self.failing = failure
        self.poller.failed()
        schedule = self._schedules.get(round_.purpose)
        if schedule is not None:
            schedule.failed(now)
        if failure.retry_after_s is not None:
            self._not_before = now + min(failure.retry_after_s, self._rules.longest_retry_after_s)
        self.lost.start_anew()
        return []

    # What the purposes decide

    def _take_over(self, now: float) -> None:
        """Poll while push is not trusted, from within the second, spread so that not all pages begin at once (R8)."""
        if self._push_trusted:
            self.poller.disable()
        elif not self._paused:
            self.poller.enable(now + self._rules.takeover_s * TAKEOVER_SPREAD * self._random())

    def _age(self, job_id: str) -> tuple[float, str]:
        """What sorts the newest job first."""
        record = self._known.get(job_id)
        return -(record.created_at or 0.0) if record is not None else 0.0, job_id
