"""Random work, answers, failures and pauses: no read is doubled or forgotten, and the end state is the server's."""

from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.core.backoff import poll_delay
from app.core.cadence import interval
from app.core.collection import TaskCollection
from app.core.list_reading import PAGES_MOST
from app.core.merging import LIST_LAG_S
from app.core.records import Source, Task
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
from tests.stateful.lagging_server import LaggingServer, as_listed, as_read, word_of

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
FURTHER = {Status.QUEUED: Status.RUNNING, Status.RUNNING: Status.SUCCEEDED, Status.BLOCKED: Status.QUEUED}
AHEAD = st.sampled_from((0.0, 0.0, 9 * 3600.0, -5 * 3600.0, 40.0))
LAGS = st.sampled_from((0.0, 0.0, 0.6, 5.0, LIST_LAG_S - 1.0))


class Server(RuleBasedStateMachine):
    """A server that answers now and then, and one page's collection of what it has."""

    @initialize(
        now=st.floats(0.0, 1e6),
        seed=st.integers(0, 2**32),
        paged=st.booleans(),
        filters=st.booleans(),
        dated=st.booleans(),
        ahead_s=AHEAD,
    )
    def begin(self, now: float, seed: int, paged: bool, filters: bool, dated: bool, ahead_s: float) -> None:
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
        self.held: set[str] = set()
        """What any list of the last reconcile held."""
        self.server = LaggingServer(ahead_s)
        self.dated = dated
        """Whether frames and single reads carry the server's time."""
        self.unpushed: set[str] = set()
        """Of which part of a job's way nothing is pushed: its steps, its end."""
        self.frames: list[Task] = []
        """What was pushed, and may be replayed."""
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
        job_id = self.another()
        self.server.move([job_id], Status.QUEUED, self.now)
        if known:
            self.jobs.apply_listed([as_listed(job_id, self.server.jobs[job_id])], Source.INVOKE, self.now)

    def another(self) -> str:
        """Return the id of a job that nobody has submitted yet."""
        self.submitted += 1
        return f"{self.submitted - 1:04}"

    def one(self, which: int) -> str:
        """Return one of the server's jobs."""
        return self.server.ids[which % len(self.server.ids)]

    @rule(pushed=st.booleans(), hurried=st.booleans())
    def submit_a_quick_one(self, pushed: bool, hurried: bool) -> None:
        """A job is submitted on this page, has ended before any list is read, and the user asks for everything."""
        self.submit(known=True)
        for status in (Status.RUNNING, Status.SUCCEEDED):
            self.move(self.server.ids[-1], status, pushed=pushed)
        self.now += 0.5
        if hurried and not self.paused:
            self.refresh()
            self.ask_if_due()

    @precondition(lambda self: bool(self.server.ids))
    @rule(which=st.integers(0, 2**16), pushed=st.booleans())
    def go_on(self, which: int, pushed: bool) -> None:
        """A job gets further; push may speak of it, and leave its result out."""
        job_id = self.one(which)
        if self.server[job_id] is Status.BLOCKED:
            self.now += 1.0
        self.move(job_id, FURTHER.get(self.server[job_id], self.server[job_id]), pushed=pushed)

    @precondition(lambda self: bool(self.server.ids))
    @rule(which=st.integers(0, 2**16), pushed=st.booleans())
    def block(self, which: int, pushed: bool) -> None:
        """Nobody looks at a job until an admin acts."""
        job_id = self.one(which)
        if self.server[job_id] is Status.QUEUED:
            self.move(job_id, Status.BLOCKED, pushed=pushed)

    def move(self, job_id: str, status: Status, *, pushed: bool) -> None:
        """Let a job stand somewhere else, and push it to whoever listens."""
        if status is not self.server[job_id]:
            self.server.move([job_id], status, self.now)
        if pushed and ("end" if status.terminal else "step") not in self.unpushed:
            frame = as_read(job_id, self.server.jobs[job_id], dated=self.dated)
            self.frames.append(frame)
            self.receive(frame)
            self.sync.read_soon(job_id, self.now)

    def receive(self, frame: Task) -> None:
        """A frame comes."""
        if frame.id not in self.jobs:
            self.unknown.notice(frame.id, self.now)
        self.jobs.apply([frame], Source.PUSH, self.now)

    @rule(part=st.sampled_from(("step", "end")))
    def push_half(self, part: str) -> None:
        """The server pushes one part of a job's way only, or both again."""
        self.unpushed ^= {part}

    @rule(most=st.integers(1, 20))
    def replay(self, most: int) -> None:
        """The server says again what it has said, of jobs that have gone on since then, or begun anew."""
        for frame in self.frames[-most:]:
            self.receive(frame)

    @precondition(lambda self: bool(self.server.ids))
    @rule(which=st.integers(0, 2**16), pushed=st.booleans())
    def begin_anew(self, which: int, pushed: bool) -> None:
        """A job that has ended is submitted again under its id: the product's way to retry."""
        job_id = self.one(which)
        if self.server[job_id].terminal:
            self.now += 1.0
            self.begun_anew.add(job_id)
            self.move(job_id, Status.QUEUED, pushed=pushed)

    @rule(
        count=st.integers(MOST, 2 * MOST),
        status=st.sampled_from((Status.QUEUED, Status.RUNNING, Status.BLOCKED, Status.SUCCEEDED)),
    )
    def submit_many(self, count: int, status: Status) -> None:
        """More jobs than a page has are submitted elsewhere."""
        self.server.move([self.another() for _ in range(count)], status, self.now)

    @precondition(lambda self: bool(self.server.ids))
    @rule(which=st.integers(0, 2**16))
    def lose(self, which: int) -> None:
        """The server is restored from an older state."""
        self.server.lose(self.one(which), self.now)

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
        self.server.clear(self.now)
        self.frames.clear()
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
    @rule(spell=SPELLS, lag_s=LAGS)
    def answer(self, spell: float, lag_s: float) -> None:
        """The request in flight is answered as it was understood, a while later; a list may lag behind push."""
        assert self.request is not None
        self.asked = self.now
        outcome = self.perform(self.request, lag_s)
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

    def perform(self, request: Request, lag_s: float) -> Outcome:
        """Answer a request, and put the answer into the collection."""
        if isinstance(request, ReadList):
            everything = request.word is None and self.sync.purpose is Purpose.RECONCILE
            seen = self.server.lagging(self.now, lag_s)
            newest = sorted(seen, reverse=True)
            if self.filters and request.word is not None:
                newest = [job_id for job_id in newest if word_of(seen[job_id].status) == request.word]
            newest = newest[request.page * request.limit : (request.page + 1) * request.limit]
            if everything:
                self.listed = (self.listed if request.page else set()) | set(newest)
            self.held |= set(newest)
            new = sum(job_id not in self.jobs for job_id in newest)
            for job_id in newest:
                self.jobs.apply_listed([as_listed(job_id, seen[job_id])], Source.POLL, self.now, self.asked)
            return Listed(tuple(newest), len(newest), new)
        if request.job_id not in self.server:
            return Missing(request.job_id)
        one = as_read(request.job_id, self.server.jobs[request.job_id], dated=self.dated)
        self.jobs.apply([one], Source.POLL, self.now)
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
                    self.check_removed(job_ids)
                    assert len(job_ids) == len(self.jobs.remove(job_ids).removed)
                case _:
                    pass
        if self.request is None and reconciling and self.sync.failing is None and not self.ending:
            self.listed_before = self.listed
        if self.request is None and not isinstance(outcome, NoSession):
            self.failures = 0 if self.sync.failing is None else self.failures + 1

    def check_removed(self, job_ids: tuple[str, ...]) -> None:
        """R12: nothing goes that the server has, unless it lies beyond a hole; a list that lags is no proof."""
        beyond = min(self.listed, default="")
        assert [] == [job_id for job_id in job_ids if job_id in self.server and not job_id < beyond]

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
        # What came without a time may be of a run before; the list that says so is younger by its lag (R15).
        self.now += LIST_LAG_S + 1.0
        self.resume()
        self.ask_if_due()
        assert Purpose.RECONCILE is self.sync.purpose
        self.held.clear()
        while self.request is not None:
            self.answer(0.0, 0.0)
        shown = {job_id: record.status for job_id in self.jobs.order if (record := self.jobs.get(job_id))}
        newest = self.server.ids[::-1][:MOST]
        # A job that was begun anew far down the list is found by its word alone.
        out_of_reach = set() if self.paged and self.filters else self.begun_anew.difference(newest)
        assert {} == {
            job_id: (state.status, shown.get(job_id))
            for job_id, state in self.server.jobs.items()
            if (job_id in shown or job_id in newest)
            and job_id not in out_of_reach
            and not self.agrees(job_id, state.status, shown.get(job_id))
        }
        met = self.listed | self.listed_before if self.listed & self.listed_before else self.listed
        below = {job_id for job_id in self.server.jobs if met and job_id >= min(met)}
        assert below <= shown.keys(), "a hole"
        if self.paged:
            still_open = {job_id for job_id, state in self.server.jobs.items() if not state.status.terminal}
            assert not self.filters or len(self.server.ids) > FOLLOWED or still_open <= shown.keys()
        strays = {job_id: status for job_id, status in shown.items() if job_id not in self.server}
        assert not strays.keys() & set(self.jobs.active)
        assert len(self.server.ids) >= MOST or set(strays.values()) <= {Status.UNKNOWN}

    def agrees(self, job_id: str, status: Status, shown: Status | None) -> bool:
        """Return whether a job is shown as it is; one that no list holds may be open in another way, if untimed."""
        untimed = job_id not in self.held and not self.dated
        return shown is status or (untimed and shown is not None and not shown.terminal and not status.terminal)


TestSync = Server.TestCase
