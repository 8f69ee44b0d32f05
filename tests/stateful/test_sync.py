"""Random answers, failures, pauses and counts: polls are neither doubled nor forgotten."""

from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.core.backoff import poll_delay
from app.core.cadence import interval
from app.core.polling import Poller
from app.core.rules import ABILITY_TASK_CADENCE, PollingRules

RULES = PollingRules()
SPELLS = st.one_of(st.sampled_from((0.0, 0.5, 1.0, 2.0, 5.0, 30.0)), st.floats(0.0, 60.0))
FLOORS = st.one_of(st.none(), st.floats(-100.0, 400.0), st.just(1e12))


class Server(RuleBasedStateMachine):
    """A server that answers now and then, and what is owed to it and to the page."""

    @initialize(now=st.floats(0.0, 1e6), active=st.integers(0, 20), seed=st.integers(0, 2**32))
    def begin(self, now: float, active: int, seed: int) -> None:
        """Nothing has been asked yet, and push is up."""
        self.now = now
        self.active = active
        self.poller = Poller(ABILITY_TASK_CADENCE, RULES, Random(seed).random)
        self.poller.set_active(active)
        self.enabled_at: float | None = None
        self.started_at: float | None = None
        self.failures = 0
        self.floor = 0.0
        self.in_flight = False
        self.eager = True

    @rule(active=st.integers(0, 20))
    def count(self, active: int) -> None:
        """Ids come and go."""
        self.active = active
        self.poller.set_active(active)

    @rule(delay=st.floats(0.0, 1.0))
    def push_goes(self, delay: float) -> None:
        """Polling is to take over within the second."""
        at = self.now + delay
        if self.enabled_at is None:
            self.eager = self.eager or not self.failures
            self.enabled_at = at
        self.enabled_at = min(self.enabled_at, at)
        self.poller.enable(at)

    @rule()
    def push_comes(self) -> None:
        """Push is up, or the page is paused."""
        self.enabled_at = None
        self.poller.disable()

    @rule()
    def hurry(self) -> None:
        """The user asked."""
        self.failures, self.floor, self.eager = 0, 0.0, True
        self.poller.hurry()

    @rule(spell=SPELLS)
    def pass_time(self, spell: float) -> None:
        """Time passes, and what became due is begun: the timer fires."""
        self.now += spell
        self.poll_if_due()

    @precondition(lambda self: self.poller.deadline is not None)
    @rule()
    def wake(self) -> None:
        """The timer fires at the deadline."""
        assert self.poller.deadline is not None
        self.now = max(self.now, self.poller.deadline)
        self.poll_if_due()
        assert self.in_flight

    def poll_if_due(self) -> None:
        """Begin the poll that is due, if one is."""
        deadline = self.poller.deadline
        if deadline is None or deadline > self.now:
            return
        assert not self.in_flight
        if not self.eager and self.started_at is not None:
            wanted = interval(self.active, ABILITY_TASK_CADENCE)
            assert wanted is not None
            assert self.now >= self.started_at + wanted
            assert self.now >= self.floor
        self.in_flight, self.started_at, self.eager = True, self.now, False
        self.poller.started(self.now)

    @precondition(lambda self: self.in_flight)
    @rule(spell=SPELLS)
    def answer(self, spell: float) -> None:
        """The poll is answered."""
        self.now += spell
        self.in_flight, self.failures, self.floor = False, 0, 0.0
        self.poller.succeeded()

    @precondition(lambda self: self.in_flight)
    @rule(spell=SPELLS, floor=FLOORS)
    def fail(self, spell: float, floor: float | None) -> None:
        """The poll fails."""
        self.now += spell
        self.in_flight = False
        self.failures += 1
        self.floor = self.now + min(floor or 0.0, RULES.longest_retry_after_s)
        self.poller.failed(self.now, floor)

    @precondition(lambda self: self.in_flight)
    @rule()
    def abandon(self) -> None:
        """The poll is given up."""
        self.in_flight = False
        self.poller.abandoned()

    @invariant()
    def never_in_flight_twice(self) -> None:
        """R10: one request in flight per collection."""
        assert self.in_flight == self.poller.in_flight
        assert not (self.in_flight and self.poller.deadline is not None)

    @invariant()
    def silent_where_nothing_is_to_be_asked(self) -> None:
        """R8, R9, R17: none while push is up, paused, or nothing is active; one is always due otherwise."""
        silent = self.in_flight or self.enabled_at is None or not self.active
        assert silent == (self.poller.deadline is None)

    @invariant()
    def asked_again_within_interval_and_back_off(self) -> None:
        """R9, R13: every active id is asked about again within its interval plus the current back-off."""
        wanted = interval(self.active, ABILITY_TASK_CADENCE)
        if self.poller.deadline is None or wanted is None or self.enabled_at is None:
            return
        latest = self.enabled_at
        if self.started_at is not None:
            delay = poll_delay(wanted, self.failures, longest_s=RULES.longest_backoff_s)
            latest = max(latest, self.started_at + delay, self.floor)
        assert self.poller.deadline <= latest
        assert self.failures == self.poller.failures


TestPoller = Server.TestCase
