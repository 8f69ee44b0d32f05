"""Random updates and flushes: nothing is lost, and nothing comes too fast."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.core.status import Status
from app.core.throttle import Throttle

PERIOD_S = 0.5
JOBS = st.sampled_from("abc")
SPELLS = st.one_of(st.sampled_from((0.0, 0.1, 0.499, 0.5, 0.501)), st.floats(0.0, 2.0))


class Page(RuleBasedStateMachine):
    """What reached the page, and when."""

    @initialize(now=st.floats(0.0, 1e6))
    def begin(self, now: float) -> None:
        """A page that shows nothing yet."""
        self.now = now
        self.throttle: Throttle[str, tuple[int, Status]] = Throttle(PERIOD_S)
        self.latest: dict[str, tuple[int, Status]] = {}
        self.shown: dict[str, tuple[int, Status]] = {}
        self.flushes: list[float] = []
        self.number = 0

    @rule(job=JOBS, status=st.sampled_from(Status))
    def offer(self, job: str, status: Status) -> None:
        """A job has an update; once it has ended it stays ended."""
        ended = job in self.latest and self.latest[job][1].terminal
        self.number += 1
        self.latest[job] = (self.number, self.latest[job][1] if ended else status)
        self.throttle.offer(job, self.latest[job])

    @rule(spell=SPELLS)
    def take(self, spell: float) -> None:
        """Time passes and the page asks for what is due."""
        self.now += spell
        due = self.throttle.deadline(self.now)
        taken = self.throttle.take(self.now)
        assert bool(taken) == (due is not None and due <= self.now)
        if taken:
            self.flushes.append(self.now)
            self.shown.update(taken)

    @precondition(lambda self: self.throttle.deadline(self.now) is not None)
    @rule()
    def wake(self) -> None:
        """The timer fires at the deadline: what waited is shown, all of it."""
        deadline = self.throttle.deadline(self.now)
        assert deadline is not None
        assert self.now <= deadline <= self.now + PERIOD_S
        self.now = deadline
        self.take(0.0)
        assert self.latest == self.shown

    @invariant()
    def flushes_are_a_period_apart(self) -> None:
        """R20: at most one flush per 500 ms."""
        assert all(
            later - sooner >= PERIOD_S - 1e-9 for sooner, later in zip(self.flushes, self.flushes[1:], strict=False)
        )

    @invariant()
    def what_is_not_shown_waits(self) -> None:
        """R20: each id's latest state is shown or due; a terminal one is never lost."""
        assert (self.latest != self.shown) == (self.throttle.deadline(self.now) is not None)

    @invariant()
    def nothing_shown_goes_back(self) -> None:
        """R15, R20: the page never learns an older state after a newer one."""
        assert all(number <= self.latest[job][0] for job, (number, _) in self.shown.items())


TestThrottle = Page.TestCase
