"""Random histories of the realtime connection, its effects replayed on a browser of one page."""

from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.core.connection import FINAL_CODES, Connection, State
from app.core.connection_events import (
    CheckToken,
    Closed,
    DropSocket,
    EndSession,
    FramesReceived,
    Input,
    Missed,
    Opened,
    OpenSocket,
    Pause,
    Reconcile,
    Refresh,
    RenewToken,
    Replace,
    Resume,
    SendPing,
    ServerReachable,
    Start,
    Stop,
    Tick,
    TokenChecked,
    TokenRenewed,
)
from app.core.rules import ConnectionRules

RULES = ConnectionRules()
DORMANT = {State.IDLE, State.PAUSED, State.EXHAUSTED, State.REFUSED}
CODES = st.sampled_from((1000, 1001, 1005, 1006, 1006, 1011, 1012, 1013, 4401, 4401, *sorted(FINAL_CODES)))
SPELLS = st.one_of(
    st.sampled_from((0.0, 0.1, 0.5, 1.0, 4.999, 5.0, 9.999, 10.0, 24.999, 25.0, 30.0, 35.0, 86_400.0)),
    st.floats(0.0, 40.0),
)


class Browser(RuleBasedStateMachine):
    """The page: sockets as the effects make them, the time, and what the requirements allow."""

    @initialize(seed=st.integers(0, 2**32), now=st.floats(0.0, 1e6))
    def begin(self, seed: int, now: float) -> None:
        """A page that was just loaded."""
        self.machine = Connection(RULES, Random(seed).random)
        self.now = now
        self.live: dict[int, bool] = {}
        self.past: list[int] = [0]
        self.up_since: float | None = None
        self.held = False
        self.waits = 0
        self.failures = 0

    def handle(self, event: Input) -> None:
        """Give an input to the machine, do what it asks for, and check what it asked for."""
        before = self.machine.state
        was_up = self.up_since
        effects = self.machine.handle(event, self.now)
        if before in {State.IDLE, State.PAUSED, State.EXHAUSTED, State.REFUSED}:
            allowed: dict[State, tuple[type[Input], ...]] = {
                State.IDLE: (Start,),
                State.PAUSED: (Resume,),
                State.EXHAUSTED: (Refresh, ServerReachable, Resume, Replace),
                State.REFUSED: (Refresh,),
            }
            assert not effects or isinstance(event, allowed[before]), f"{event} in {before} asked for {effects}"
        for effect in effects:
            match effect:
                case OpenSocket(generation):
                    assert generation not in self.past
                    assert generation > max(self.past)
                    self.live[generation] = False
                    self.up_since = None
                case DropSocket(generation):
                    del self.live[generation]
                    self.past.append(generation)
                    self.up_since = None
                case SendPing(generation):
                    assert self.live[generation]
                case Reconcile() | CheckToken() | RenewToken():
                    pass
                case EndSession():
                    assert self.machine.state is State.IDLE
        if self.machine.state is State.IDLE or (
            effects and isinstance(event, Refresh | ServerReachable | Resume | Replace)
        ):
            self.waits = self.failures = 0
        self.count(before, was_up)

    def count(self, before: State, was_up: float | None) -> None:
        """Keep the counts of R3 and R4 by other means than the machine does."""
        after = self.machine.state
        lost = before in {State.CONNECTING, State.OPEN} and after not in {State.CONNECTING, State.OPEN}
        steady = was_up is not None and self.now >= was_up + RULES.steady_after_s
        if lost and steady:
            self.waits = self.failures = 0
        if after is State.EXHAUSTED and before is not State.EXHAUSTED:
            self.failures += 1
            assert RULES.give_up_after == self.failures
        entered = before is not after
        if entered and after in {State.WAITING, State.CHECKING} and before is not State.CHECKING:
            self.failures += not (lost and steady)
            assert self.failures < RULES.give_up_after
        if entered and after is State.WAITING:
            assert self.machine.deadline is not None
            ceiling = min(RULES.longest_delay_s, RULES.first_delay_s * 2**self.waits)
            wait = self.machine.deadline - self.now
            assert ceiling / 2 - 1e-6 <= wait <= ceiling + 1e-6
            self.waits += 1

    # Whoever wants a connection

    @rule(event=st.sampled_from((Start(), Stop(), Refresh(), ServerReachable(), Replace(), Missed())))
    def want(self, event: Input) -> None:
        """Somebody wants to be connected, or not; the user asks; reads are answered again; the clock jumps; a miss."""
        self.handle(event)
        assert not isinstance(event, Stop) or self.machine.state is State.IDLE

    @rule(held=st.booleans())
    def hold(self, held: bool) -> None:
        """Hidden or offline, or back again."""
        self.held = held
        self.handle(Pause() if held else Resume())

    # Time

    @rule(spell=SPELLS)
    def pass_time(self, spell: float) -> None:
        """Nothing happens for a while, and no timer fires: the tab is throttled."""
        self.now += spell

    @rule(spell=SPELLS)
    def tick(self, spell: float) -> None:
        """A timer fires, on time or not."""
        self.now += spell
        self.handle(Tick())

    @precondition(lambda self: self.machine.deadline is not None)
    @rule()
    def wake(self) -> None:
        """The timer fires at the deadline, or late."""
        due = self.machine.deadline
        assert due is not None
        self.now = max(self.now, due)
        self.handle(Tick())
        coming = self.machine.deadline
        assert coming is None or coming > self.now

    # Sockets

    @precondition(lambda self: self.live)
    @rule()
    def open(self) -> None:
        """The socket opens, unless it is open."""
        (generation,) = self.live
        if not self.live[generation]:
            self.live[generation] = True
            self.up_since = self.now
            self.handle(Opened(generation))
            assert State.OPEN == self.machine.state

    @precondition(lambda self: self.live)
    @rule(code=CODES)
    def close(self, code: int) -> None:
        """The socket closes."""
        (generation,) = self.live
        del self.live[generation]
        self.past.append(generation)
        self.handle(Closed(generation, code))
        self.up_since = None

    @precondition(lambda self: any(self.live.values()))
    @rule(answer=st.booleans())
    def receive(self, answer: bool) -> None:
        """A frame arrives on an open socket."""
        (generation,) = self.live
        self.handle(FramesReceived(generation, answer))

    @rule(data=st.data(), code=CODES, kind=st.sampled_from(("opened", "closed", "received")))
    def report_a_past_socket(self, data: st.DataObject, code: int, kind: str) -> None:
        """A past socket has something to say, late."""
        generation = data.draw(st.sampled_from(self.past))
        before = (self.machine.state, self.machine.deadline, self.machine.failures)
        late: dict[str, Input] = {
            "opened": Opened(generation),
            "closed": Closed(generation, code),
            "received": FramesReceived(generation, True),
        }
        assert [] == self.machine.handle(late[kind], self.now)
        assert before == (self.machine.state, self.machine.deadline, self.machine.failures)

    @precondition(lambda self: self.machine.state not in DORMANT)
    @rule(up_for=st.sampled_from((None, None, 0.0, 4.999, 5.0, 6.0)), code=CODES, punctual=st.booleans())
    def attempt(self, up_for: float | None, code: int, punctual: bool) -> None:
        """Come to an attempt, and let it fail: hanging, refused, or after it was open for a while."""
        while self.machine.state in {State.WAITING, State.CHECKING, State.RENEWING}:
            self.wake()
        if self.machine.state is State.CONNECTING and up_for is None and not punctual:
            self.wake()
        elif self.live:
            if up_for is not None:
                self.open()
                self.now += up_for
                if punctual:
                    self.handle(Tick())
            if self.live:
                self.close(code)

    # Tokens

    @rule(event=st.sampled_from((TokenChecked(), TokenRenewed(ok=True), TokenRenewed(ok=False))))
    def token(self, event: Input) -> None:
        """A check or a renewal ends, wanted or not."""
        self.handle(event)

    # What always holds

    @invariant()
    def at_most_one_socket(self) -> None:
        """R2: exactly one connection per page."""
        assert len(self.live) <= 1

    @invariant()
    def a_socket_exactly_where_the_state_has_one(self) -> None:
        """R4, R5, R17: none while paused, stopped, exhausted or refused."""
        expected = {State.CONNECTING: [False], State.OPEN: [True]}.get(self.machine.state, [])
        assert expected == list(self.live.values())

    @invariant()
    def no_socket_during_a_pause(self) -> None:
        """R17: work resumes only when no pause reason holds."""
        assert not (self.held and self.live)

    @invariant()
    def a_deadline_exactly_where_something_is_awaited(self) -> None:
        """R3, R5: the machine always leaves waiting and connecting; nothing is pending where nothing is wanted."""
        assert (self.machine.state in DORMANT) == (self.machine.deadline is None)

    @invariant()
    def no_deadline_is_out_of_reach(self) -> None:
        """R3: nothing is waited for longer than the longest of the rules."""
        assert self.machine.deadline is None or self.machine.deadline - self.now <= 30.0 + 1e-6

    @invariant()
    def a_refusal_is_shown_exactly_while_it_holds(self) -> None:
        """R3: why a connection was refused is shown until it is tried again."""
        assert (self.machine.state is State.REFUSED) == (self.machine.refusal is not None)

    def teardown(self) -> None:
        """R3: from wherever it is, a server that lets it in has it connected within a few steps."""
        if not hasattr(self, "machine"):
            return
        self.hold(False)
        self.handle(Start())
        self.handle(Refresh())
        for _ in range(4):
            match self.machine.state:
                case State.WAITING | State.CHECKING:
                    self.wake()
                case State.RENEWING:
                    self.handle(TokenRenewed(ok=True))
                case State.CONNECTING:
                    self.open()
        assert State.OPEN == self.machine.state
        self.handle(Stop())
        assert not self.live


TestConnection = Browser.TestCase
