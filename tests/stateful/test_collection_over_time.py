"""A collection beside a server that begins jobs anew, pushes half of what happens and lists it late, by its own clock.

``test_sync.py`` has what is asked and when; here anything may be asked at any time, and be answered in any order.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import floor

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.core.collection import Batch, TaskCollection
from app.core.merging import LIST_LAG_S
from app.core.records import Source, Task, Word
from app.core.server_clock import ServerClock
from app.core.status import Status
from tests.stateful.lagging_server import LaggingServer, State, as_listed, as_read

PAGE = 3
TIMEOUT_S = 30.0
NEXT = {
    Status.QUEUED: (Status.RUNNING, Status.BLOCKED, Status.SUCCEEDED, Status.CANCELLED),
    Status.RUNNING: (Status.QUEUED, Status.SUCCEEDED, Status.FAILED),
    Status.BLOCKED: (Status.QUEUED,),
    Status.SUCCEEDED: (Status.QUEUED,),
    Status.FAILED: (Status.QUEUED,),
    Status.CANCELLED: (Status.QUEUED,),
}
SPELLS = st.sampled_from((0.01, 0.3, 1.0, 7.0, 29.0, 60.0))
OFFSETS = st.sampled_from((0.0, 3600.0, -600.0, 8 * 3600.0))


class OverTime(RuleBasedStateMachine):
    """One page's tasks, and what its server makes of them."""

    @initialize(ahead_s=OFFSETS, device_s=OFFSETS)
    def begin(self, ahead_s: float, device_s: float) -> None:
        """Nothing was submitted yet; the device's clock and the server's need not agree."""
        self.now = 1_000_000.0
        self.device_s = device_s
        self.server = LaggingServer(ahead_s)
        self.clock = ServerClock()
        self.jobs = TaskCollection()
        self.runs: dict[str, int] = {}
        self.ends: dict[str, int] = {}
        self.unpushed: set[str] = set()
        self.frames: list[Task] = []
        self.lists: list[tuple[float, dict[str, State]]] = []
        """The lists under way: when each was asked for, and what it says."""
        self.reads: list[tuple[float, Task]] = []
        """The single reads under way, likewise."""

    # The server

    @rule(here=st.booleans())
    def submit(self, here: bool) -> None:
        """A task is submitted, on this page or elsewhere; the answer to a submit carries no time."""
        job_id = f"{len(self.runs):04}"
        self.runs[job_id] = 1
        self.server.move([job_id], Status.QUEUED, self.now)
        if here:
            one = Task(id=job_id, undated=Word(Status.QUEUED, "pending"))
            self.apply(self.jobs.apply_listed([one], Source.INVOKE, self.now), listed_by_list=False)

    @precondition(lambda self: bool(self.server.ids))
    @rule(which=st.integers(0, 2**16), step=st.integers(0, 3), pushed=st.booleans())
    def go_on(self, which: int, step: int, pushed: bool) -> None:
        """A task gets further, stands still, goes back to the queue, ends, or is submitted again under its id."""
        job_id = self.one(which)
        before = self.server[job_id]
        after = NEXT[before][step % len(NEXT[before])]
        # What goes back does so a second later at the earliest: a stamp of whole seconds would not show it.
        self.now += 1.0 if after is Status.QUEUED else 0.01
        self.runs[job_id] += before.terminal
        self.server.move([job_id], after, self.now)
        if pushed and ("end" if after.terminal else "step") not in self.unpushed:
            self.frames.append(as_read(job_id, self.server.jobs[job_id], dated=False))
            self.receive(self.frames[-1:])

    def one(self, which: int) -> str:
        """Return one of the server's tasks."""
        return self.server.ids[which % len(self.server.ids)]

    @rule(part=st.sampled_from(("step", "end")))
    def push_half(self, part: str) -> None:
        """The server pushes the steps only, the ends only, nothing, or all again."""
        self.unpushed ^= {part}

    # The page

    def receive(self, frames: Iterable[Task]) -> None:
        """Frames come."""
        server_now = self.clock.now(self.now + self.device_s)
        stamped = [self.jobs.stamped(frame, lambda: server_now) for frame in frames]
        self.apply(self.jobs.apply(stamped, Source.PUSH, self.now), listed_by_list=False)

    @rule(most=st.integers(1, 12))
    def replay(self, most: int) -> None:
        """The server says again what it has said, of earlier runs too."""
        self.receive(self.frames[-most:])

    @rule(lag_s=st.sampled_from((0.0, 0.0, 0.6, LIST_LAG_S - 1.0)), lacks=st.sets(st.integers(0, 5), max_size=2))
    def ask_for_a_list(self, lag_s: float, lacks: set[int]) -> None:
        """A list is asked for; it lags behind, and may lack some of its tasks."""
        seen = self.server.lagging(self.now, lag_s)
        self.lists.append((self.now, {job_id: state for job_id, state in seen.items() if int(job_id) not in lacks}))

    @precondition(lambda self: bool(self.lists))
    @rule(which=st.integers(0, 2**16))
    def have_a_list(self, which: int) -> None:
        """A list comes, perhaps after one that was asked for later; or nothing comes in time."""
        asked, seen = self.lists.pop(which % len(self.lists))
        if self.now - asked <= TIMEOUT_S:
            self.take(seen, asked)

    def take(self, seen: dict[str, State], asked: float) -> None:
        """Take a list, which says the server's time too."""
        date = float(floor(self.server.clock(self.now)))
        self.clock.observe(date, asked + self.device_s, self.now + self.device_s)
        items = [as_listed(job_id, state) for job_id, state in seen.items()]
        self.apply(self.jobs.apply_listed(items, Source.POLL, self.now, asked), listed_by_list=True)

    @precondition(lambda self: bool(self.server.ids))
    @rule(which=st.integers(0, 2**16))
    def ask_for_one(self, which: int) -> None:
        """A task is read by its id."""
        job_id = self.one(which)
        self.reads.append((self.now, as_read(job_id, self.server.jobs[job_id], dated=False)))

    @precondition(lambda self: bool(self.reads))
    @rule(which=st.integers(0, 2**16))
    def have_one(self, which: int) -> None:
        """A single read is answered, perhaps late, or not in time."""
        asked, one = self.reads.pop(which % len(self.reads))
        if self.now - asked <= TIMEOUT_S:
            self.apply(self.jobs.apply([one], Source.POLL, self.now), listed_by_list=False)

    @rule(device_s=OFFSETS)
    def set_clock(self, device_s: float) -> None:
        """Somebody sets the device's clock; the page notices the jump and asks anew."""
        self.device_s = device_s
        self.clock.forget()
        self.take({}, self.now)

    @rule(spell=SPELLS)
    def pass_time(self, spell: float) -> None:
        """Time passes."""
        self.now += spell

    # What has to be true

    def apply(self, batch: Batch[Task], *, listed_by_list: bool) -> None:
        """See what an application changed."""
        for change in batch.changes:
            before, record = change.before, change.record
            if before is not None and before.ended and not record.ended:
                assert listed_by_list, "R15: nothing but a list begins an ended task anew"
            self.ends[record.id] = self.ends.get(record.id, 0) + change.ended

    @invariant()
    def a_task_that_runs_once_ends_once(self) -> None:
        """R15, R23: whatever was replayed, listed late, or read twice."""
        assert [] == [job_id for job_id, ends in self.ends.items() if ends > 1 and self.runs[job_id] == 1]

    @invariant()
    def an_end_has_the_servers_time(self) -> None:
        """R27, report 10: a frame's end is when it came by the server's clock, whatever the device says."""
        for job_id in self.jobs.order:
            record = self.jobs.get(job_id)
            assert record is not None
            if record.finished_at is not None and self.clock.ahead_s is not None:
                # The time within a slow answer at which the server wrote its date is anybody's guess.
                assert record.finished_at <= self.server.clock(self.now) + TIMEOUT_S

    def teardown(self) -> None:
        """R12, R15: one reconcile that is younger than the last frame by a list's lag makes all of it the server's."""
        if not hasattr(self, "jobs"):
            return
        self.now += LIST_LAG_S + 1.0
        truth = self.server.jobs
        newest = self.server.ids[::-1][:PAGE]
        held = {job_id: truth[job_id] for job_id in truth if job_id in newest or not truth[job_id].status.terminal}
        self.take(held, self.now)
        rest = [job_id for job_id in (*self.jobs.active, *self.jobs.standing) if job_id not in held]
        self.receive([as_read(job_id, truth[job_id], dated=False) for job_id in rest])
        shown = {job_id: record for job_id in self.jobs.order if (record := self.jobs.get(job_id)) is not None}
        assert held.keys() <= shown.keys()
        # Which of its ends is the last one, only a list can say of a task that was begun anew.
        certain = [job_id for job_id in shown if job_id in held or self.runs[job_id] == 1]
        assert [] == [job_id for job_id in shown if truth[job_id].status.terminal is not shown[job_id].ended]
        assert {} == {
            job_id: (truth[job_id].status, shown[job_id].status)
            for job_id in certain
            if truth[job_id].status is not shown[job_id].status
        }
        still_open = [job_id for job_id, state in truth.items() if not state.status.terminal]
        assert still_open == sorted([*self.jobs.active, *self.jobs.standing])
        assert {} == {
            job_id: (state.finished_at, shown[job_id].finished_at)
            for job_id, state in held.items()
            if state.finished_at != shown[job_id].finished_at
        }
        once = [job_id for job_id in shown if self.runs[job_id] == 1 and truth[job_id].status.terminal]
        assert [1] * len(once) == [self.ends[job_id] for job_id in once]


TestOverTime = OverTime.TestCase
