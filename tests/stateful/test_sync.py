"""Random work, answers, failures and pauses: no read is doubled or forgotten, and the end state is the server's."""

from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.core.backoff import poll_delay
from app.core.cadence import interval
from app.core.collection import TaskCollection
from app.core.list_reading import PAGES_MOST
from app.core.records import Source, Task, Word
from app.core.rules import TASK_CADENCE, PollingRules
from app.core.status import Status
from app.core.sync import Sync
from app.core.sync_events import (
    Broken,
    Failed,
    Found,
    GiveUp,
    Listed,
    MarkUnknown,
    Missing,
    NoSession,
    Outcome,
    ReadJob,
    ReadList,
    Remove,
    Request,
)
from app.core.sync_round import Purpose
from app.core.unknown_ids import UnknownIds

RULES = PollingRules()
MOST = 4
FOLLOWED = MOST * PAGES_MOST
SPELLS = st.one_of(st.sampled_from((0.0, 0.5, 1.0, 2.0, 5.0, 30.0, 60.0)), st.floats(0.0, 60.0))
FLOORS = st.one_of(st.none(), st.floats(-100.0, 400.0), st.just(1e12))
FAILURES = st.one_of(
    st.builds(Failed, answered=st.booleans()),
    st.builds(Failed, answered=st.just(True), overloaded=st.just(True), retry_after_s=FLOORS),
    st.just(Broken(ZeroDivisionError())),
)
FURTHER = {Status.QUEUED: Status.RUNNING, Status.RUNNING: Status.SUCCEEDED}


def word_of(status: Status) -> str:
    """Return the server's word for a status."""
    return "pending" if status is Status.QUEUED else status.value


class Server(RuleBasedStateMachine):
    """A server that answers now and then, and one page's collection of what it has."""

    @initialize(now=st.floats(0.0, 1e6), seed=st.integers(0, 2**32), paged=st.booleans(), filters=st.booleans())
    def begin(self, now: float, seed: int, paged: bool, filters: bool) -> None:
        """Somebody has just signed in; nothing has been asked yet."""
        self.now = now
        self.jobs = TaskCollection()
        self.unknown = UnknownIds()
        self.sync = Sync(self.jobs, self.unknown, TASK_CADENCE, RULES, Random(seed).random, list_most=MOST, paged=paged)
        self.paged = paged
        """Whether there are further pages, and lists by word."""
        self.filters = filters
        """Whether the server honours the word that it is asked for."""
        self.begun_anew: set[str] = set()
        self.listed: set[str] = set()
        """What the pages of everything held, in the reconcile under way."""
        self.listed_before: set[str] = set()
        """The same of the last one that was completed."""
        self.ending = False
        self.server: dict[str, Status] = {}
        self.submitted = 0
        self.request: Request | None = None
        self.answer_is: Outcome | None = None
        self.push_up = False
        self.paused = True
        self.last_started: float | None = None
        """When the last poll or reconcile began, if nothing has made the page eager since."""
        self.failures = 0
        self.floor = 0.0
        self.resume()

    # What happens to the work

    @rule(known=st.booleans())
    def submit(self, known: bool) -> None:
        """A job is submitted, on this page or elsewhere."""
        job_id = f"{self.submitted:04}"
        self.submitted += 1
        self.server[job_id] = Status.QUEUED
        if known:
            self.jobs.apply_listed([self.record(job_id)], Source.INVOKE, self.now)

    @precondition(lambda self: self.server)
    @rule(which=st.integers(0, 2**16), pushed=st.booleans())
    def go_on(self, which: int, pushed: bool) -> None:
        """A job gets further; push may speak of it, and leave its result out."""
        job_id = sorted(self.server)[which % len(self.server)]
        self.server[job_id] = FURTHER.get(self.server[job_id], self.server[job_id])
        if pushed:
            if job_id not in self.jobs:
                self.unknown.notice(job_id, self.now)
            self.jobs.apply([self.record(job_id)], Source.PUSH, self.now)
            self.sync.read_soon(job_id, self.now)

    @precondition(lambda self: self.server)
    @rule(which=st.integers(0, 2**16))
    def begin_anew(self, which: int) -> None:
        """A job that has ended is submitted again under its id: the product's way to retry."""
        job_id = sorted(self.server)[which % len(self.server)]
        if self.server[job_id].terminal:
            self.now += 1.0
            self.server[job_id] = Status.QUEUED
            self.begun_anew.add(job_id)

    @rule(count=st.integers(MOST, 2 * MOST), status=st.sampled_from((Status.QUEUED, Status.RUNNING, Status.SUCCEEDED)))
    def submit_many(self, count: int, status: Status) -> None:
        """More jobs than a page has are submitted elsewhere."""
        for _ in range(count):
            self.submit(known=False)
            self.server[f"{self.submitted - 1:04}"] = status

    @precondition(lambda self: self.server)
    @rule(which=st.integers(0, 2**16))
    def lose(self, which: int) -> None:
        """The server is restored from an older state."""
        del self.server[sorted(self.server)[which % len(self.server)]]

    # What happens to the page

    @rule()
    def push_goes(self) -> None:
        """Polling is to take over within the second; what is in flight is the poll that takes over."""
        asking = self.sync.purpose in {Purpose.POLL, Purpose.RECONCILE}
        if self.push_up and not asking and not self.failures:
            self.last_started = None
        self.push_up = False
        self.sync.trust_push(False, self.now)

    @rule()
    def push_comes(self) -> None:
        """Push is up."""
        self.push_up = True
        self.sync.trust_push(True, self.now)

    @rule()
    def pause(self) -> None:
        """The page is hidden; what is in flight is given up."""
        self.paused = True
        self.request = None
        self.sync.pause()

    @rule()
    def resume(self) -> None:
        """The page is visible again."""
        self.paused = self.push_up = False
        self.sync.resume(self.now)
        self.eager()

    @rule()
    def refresh(self) -> None:
        """The user asked."""
        self.sync.refresh(self.now)
        self.eager()

    def eager(self) -> None:
        """Nothing that failed before, and no interval, holds the page back."""
        self.last_started = None
        self.failures, self.floor = 0, 0.0

    @rule()
    def reconcile(self) -> None:
        """The socket was opened."""
        self.sync.reconcile(self.now)

    @rule()
    def sign_out(self) -> None:
        """Another user signs in."""
        self.pause()
        self.jobs.clear()
        self.unknown.clear()
        self.sync.clear()
        self.server.clear()
        self.listed_before = set()

    # What passes between them

    @rule(spell=SPELLS)
    def pass_time(self, spell: float) -> None:
        """Time passes, and what became due is begun: the timer fires."""
        self.now += spell
        self.ask_if_due()

    @precondition(lambda self: self.sync.deadline is not None)
    @rule()
    def wake(self) -> None:
        """The timer fires at the deadline."""
        assert self.sync.deadline is not None
        self.now = max(self.now, self.sync.deadline)
        self.ask_if_due()
        assert self.request is not None

    def ask_if_due(self) -> None:
        """Begin the round that is due, if one is."""
        due, in_flight = self.sync.deadline, self.request
        request = self.sync.begin(self.now)
        if due is None or due > self.now:
            assert request is None
            return
        assert in_flight is None
        assert request is not None
        self.request = request
        assert self.now >= self.floor
        if self.sync.purpose is Purpose.POLL and self.last_started is not None:
            wanted = interval(self.jobs.active_count, TASK_CADENCE)
            assert wanted is not None
            assert self.now >= self.last_started + wanted
        if self.sync.purpose in {Purpose.POLL, Purpose.RECONCILE}:
            self.last_started = self.now

    @precondition(lambda self: self.request is not None)
    @rule(spell=SPELLS)
    def answer(self, spell: float) -> None:
        """The request in flight is answered as it was understood, a while later."""
        assert self.request is not None
        self.asked = self.now
        outcome = self.perform(self.request)
        self.now += spell
        self.report(outcome)

    @precondition(lambda self: self.request is not None)
    @rule(spell=SPELLS, failure=FAILURES)
    def fail(self, spell: float, failure: Failed | Broken) -> None:
        """The request in flight brings nothing."""
        self.now += spell
        self.report(failure)
        if isinstance(failure, Failed) and failure.retry_after_s is not None:
            self.floor = self.now + min(failure.retry_after_s, RULES.longest_retry_after_s)

    @precondition(lambda self: self.request is not None)
    @rule()
    def lose_session(self) -> None:
        """The request in flight is not answered, for nobody is signed in any more."""
        self.report(NoSession())
        self.pause()

    def record(self, job_id: str) -> Task:
        """Return a job as a list has it."""
        status = self.server[job_id]
        return Task(id=job_id, dated=Word(status, word_of(status), None, self.now), created_at=1.0 + int(job_id))

    def perform(self, request: Request) -> Outcome:
        """Answer a request, and put the answer into the collection."""
        if isinstance(request, ReadList):
            everything = request.word is None and self.sync.purpose is Purpose.RECONCILE
            newest = sorted(self.server, reverse=True)
            if self.filters and request.word is not None:
                newest = [job_id for job_id in newest if word_of(self.server[job_id]) == request.word]
            newest = newest[request.page * request.limit : (request.page + 1) * request.limit]
            if everything:
                self.listed = (self.listed if request.page else set()) | set(newest)
            new = sum(job_id not in self.jobs for job_id in newest)
            for job_id in newest:
                self.jobs.apply_listed([self.record(job_id)], Source.POLL, self.now, self.asked)
            return Listed(tuple(newest), True, new)
        if request.job_id not in self.server:
            return Missing(request.job_id)
        self.jobs.apply([self.record(request.job_id)], Source.POLL, self.now)
        return Found()

    def report(self, outcome: Outcome) -> None:
        """Report an outcome, and do what is to be done."""
        self.request = None
        reconciling = self.sync.purpose is Purpose.RECONCILE
        for effect in self.sync.report(outcome, self.now):
            assert self.request is None
            match effect:
                case ReadList() | ReadJob():
                    self.request = effect
                case MarkUnknown(job_ids):
                    for job_id in job_ids:
                        self.jobs.mark_unknown([job_id], self.now)
                case GiveUp(job_ids):
                    self.jobs.give_up(job_ids, self.now)
                case Remove(job_ids):
                    assert len(job_ids) == len(self.jobs.remove(job_ids).removed)
                case _:
                    pass
        if self.request is None and reconciling and self.sync.failing is None and not self.ending:
            self.listed_before = self.listed
        if self.request is None and not isinstance(outcome, NoSession):
            self.failures = 0 if self.sync.failing is None else self.failures + 1

    # What has to be true

    @invariant()
    def never_in_flight_twice(self) -> None:
        """R10: one request in flight per collection."""
        assert (self.request is not None) == (self.sync.purpose is not None)
        assert not (self.request is not None and self.sync.deadline is not None)

    @invariant()
    def silent_during_a_pause(self) -> None:
        """R17: nothing is due; otherwise something always is, if nothing is in flight (R12)."""
        assert (self.paused or self.request is not None) == (self.sync.deadline is None)

    @invariant()
    def asked_again_within_interval_and_back_off(self) -> None:
        """R8, R9, R13: while push is away active jobs are asked about within their interval plus the back-off."""
        wanted = interval(self.jobs.active_count, TASK_CADENCE)
        if self.sync.deadline is None or wanted is None or self.push_up:
            return
        latest = self.now + RULES.takeover_s
        if self.last_started is not None:
            delay = poll_delay(wanted, self.failures, longest_s=RULES.longest_backoff_s)
            latest = max(latest, self.last_started + delay, self.floor)
        assert self.sync.deadline <= max(latest, self.floor)

    @invariant()
    def everything_is_read_again_within_a_minute(self) -> None:
        """R12: or within the back-off, or when the server lets us come back."""
        if self.sync.deadline is not None:
            assert self.sync.deadline <= max(self.now + RULES.reconcile_every_s, self.floor)

    def teardown(self) -> None:
        """R12: whatever happened, one reconcile that is answered makes the page's state the server's."""
        if not hasattr(self, "sync"):
            return
        self.pause()
        self.ending = True
        self.now += 1.0
        self.resume()
        self.ask_if_due()
        assert Purpose.RECONCILE is self.sync.purpose
        while self.request is not None:
            self.answer(0.0)
        shown = {job_id: record.status for job_id in self.jobs.order if (record := self.jobs.get(job_id))}
        newest = sorted(self.server, reverse=True)[:MOST]
        # A job that was begun anew far down the list is found by its word alone.
        out_of_reach = set() if self.paged and self.filters else self.begun_anew.difference(newest)
        assert {} == {
            job_id: (status, shown.get(job_id))
            for job_id, status in self.server.items()
            if shown.get(job_id) is not status and (job_id in shown or job_id in newest) and job_id not in out_of_reach
        }
        if self.paged:
            still_open = {job_id for job_id, status in self.server.items() if not status.terminal}
            met = self.listed | self.listed_before if self.listed & self.listed_before else self.listed
            below = {job_id for job_id in self.server if met and job_id >= min(met)}
            assert below <= shown.keys(), "a hole"
            assert not self.filters or len(self.server) > FOLLOWED or still_open <= shown.keys()
        strays = {job_id: status for job_id, status in shown.items() if job_id not in self.server}
        assert not strays.keys() & set(self.jobs.active)
        assert len(self.server) >= MOST or set(strays.values()) <= {Status.UNKNOWN}


TestSync = Server.TestCase
