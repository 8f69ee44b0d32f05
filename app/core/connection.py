"""The realtime connection as a machine: events and the time go in, effects come out (R3 to R6, R18).

States and what leads from one to the next:

    IDLE        Start -> CONNECTING
    CONNECTING  Opened -> OPEN; Closed or no answer in time -> a failure (rule 1)
    OPEN        Closed -> a failure if it was up for less than the steady time, else WAITING
    WAITING     the wait is over -> CONNECTING
    CHECKING    the token was looked at with a REST read -> WAITING
    RENEWING    the token was renewed -> CONNECTING; could not be reached -> a failure
    EXHAUSTED   Refresh, ServerReachable -> CONNECTING; a timer never leads out (R4)
    REFUSED     Refresh -> CONNECTING; the server said no for good, and why is shown, pauses or not
    PAUSED      Resume -> CONNECTING

Stop leads from everywhere to IDLE, Pause from everywhere but IDLE and REFUSED to PAUSED; what is wanted during a pause
begins with its end. Refresh cuts WAITING short. Replace does as a pause and its end would (R18), but leaves REFUSED and
RENEWING, which connects by itself, alone.

Rules:
 1. The sixth failure in a row exhausts the machine. Before that it waits, up to twice as long each time (R3). Both
    counts start anew when a connection has stayed up for the steady time, and on Refresh, Resume, Replace and a
    ServerReachable that is heeded: only an exhausted machine does.
 2. Two attempts in a row that never opened may be a refusal before the upgrade, which a browser does not show: the
    token is checked once per streak before more attempts.
 3. Close code 4401 renews the token once and tries again at once; a second one without a steady connection between
    ends the session. 4403, 1008 and 1009 are final. A check or renewal that takes too long is given up.
 4. Silence is answered with a ping. No frame after it means half-open if this connection ever answered a ping. If it
    never did, the machine asks for a reconcile instead: only when that finds what push should have brought is the
    socket dropped.
 5. Every socket has a generation; what an earlier one still has to say is ignored.

The machine never sleeps: whoever owns it calls ``handle(Tick(), now)`` at ``deadline``. Why rule 4 is as it is says
docs/decisions/half-open.md, why ServerReachable leads out of EXHAUSTED docs/decisions/outages.md.
"""

from collections.abc import Callable
from enum import StrEnum

from app.core.backoff import reconnect_delay
from app.core.connection_events import (
    CheckToken,
    Closed,
    DropSocket,
    Effect,
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


class State(StrEnum):
    """Where the connection stands."""

    IDLE = "idle"
    CONNECTING = "connecting"
    OPEN = "open"
    WAITING = "waiting"
    CHECKING = "checking"
    RENEWING = "renewing"
    EXHAUSTED = "exhausted"
    REFUSED = "refused"
    PAUSED = "paused"


TOKEN_REFUSED = 4401
FINAL_CODES = frozenset({1008, 1009, 4403})


class Connection:
    """The one realtime connection of a page."""

    def __init__(self, rules: ConnectionRules, random: Callable[[], float]) -> None:
        self._rules = rules
        self._random = random
        self.state = State.IDLE
        # When ``handle(Tick())`` is wanted next, in monotonic seconds; ``None`` where only an input leads on.
        self.deadline: float | None = None
        # Which socket counts: whatever an earlier one reports is ignored (rule 5).
        self.generation = 0
        # Failures in a row; the sixth exhausts the machine (rule 1, R4).
        self.failures = 0
        # Close code and reason of a refusal that is final, for the badge to show (rule 3).
        self.refusal: tuple[int, str] | None = None
        # Whether the open socket has been silent for so long that only a read can show what it is worth (rule 4).
        self.suspect = False
        # Whether a pause holds: a Start meanwhile waits for its end, a Refresh changes nothing (R17).
        self._held = False
        # Waits in a row, by which the next is reckoned (R3). They outnumber the failures: a connection that was steady
        # and then lost has not failed, and is waited for all the same.
        self._waits = 0
        # Attempts in a row that never opened; the second may be a refusal that the browser does not show (rule 2).
        self._unopened = 0
        # Whether the token was renewed since the last steady connection: a second 4401 ends the session (rule 3).
        self._renewed = False
        # When the connection opened; it is steady five seconds later.
        self._opened_at = 0.0
        # When it opened or a frame last arrived, whatever pings went unanswered since: the age of the data (R32).
        self.last_frame_at = 0.0
        # From when silence counts: as above, but anew after a ping that was forgiven (rule 4).
        self._quiet_from = 0.0
        # When the ping went out that waits for its answer; ``None`` if none does.
        self._pinged_at: float | None = None
        # Whether this server has ever answered a ping on this connection: only then silence is proof (R6).
        self._answers = False

    @property
    def retrying(self) -> bool:
        """Whether there has been a failure or a wait since the last steady connection."""
        return self.failures > 0 or self._waits > 0

    @property
    def first_attempt(self) -> bool:
        """Whether it is connecting, and nothing has failed so far (R32)."""
        return self.state is State.CONNECTING and not self.retrying

    def steady(self, now: float) -> bool:
        """Whether it is open, and has been for long enough not to have failed (R4)."""
        return self.state is State.OPEN and now >= self._opened_at + self._rules.steady_after_s

    def handle(self, event: Input, now: float) -> list[Effect]:
        """Take one input at ``now`` (seconds, monotonic) and return what is to be done, in order."""
        match event:
            case Opened(generation) | Closed(generation) | FramesReceived(generation) if generation != self.generation:
                return []
            case Start():
                return self._start(now) if self.state is State.IDLE else []
            case Stop():
                return self._halt(State.IDLE)
            case Pause():
                self._held = True
                return [] if self.state in {State.IDLE, State.REFUSED} else self._halt(State.PAUSED)
            case Resume():
                self._held = False
                return self._afresh(now) if self.state is State.PAUSED else []
            case Refresh():
                eager = self.state in {State.WAITING, State.EXHAUSTED, State.REFUSED} and not self._held
                return self._afresh(now) if eager else []
            case ServerReachable():
                return self._afresh(now) if self.state is State.EXHAUSTED else []
            case Replace():
                alone = self.state in {State.IDLE, State.PAUSED, State.REFUSED, State.RENEWING}
                return [] if alone else [*self._drop(), *self._afresh(now)]
            case Opened():
                return self._opened(now)
            case Closed(_, code, reason):
                return self._closed(code, reason, now)
            case FramesReceived(_, answer):
                self._received(answer, now)
                return []
            case Missed():
                return self._lost(now) if self.state is State.OPEN and self.suspect else []
            case TokenChecked():
                return self._wait(now) if self.state is State.CHECKING else []
            case TokenRenewed(ok):
                if self.state is not State.RENEWING:
                    return []
                return self._connect(now) if ok else self._failed(now)
            case Tick():
                return self._tick(now)

    def _start(self, now: float) -> list[Effect]:
        if self._held:
            self.state = State.PAUSED
            return []
        return self._connect(now)

    def _connect(self, now: float) -> list[Effect]:
        self.generation += 1
        self.state = State.CONNECTING
        self.refusal = None
        self.deadline = now + self._rules.open_within_s
        return [OpenSocket(self.generation)]

    def _afresh(self, now: float) -> list[Effect]:
        self._forget()
        return self._connect(now)

    def _forget(self) -> None:
        """Start every count anew."""
        self.failures = self._waits = self._unopened = 0
        self._renewed = False

    def _halt(self, state: State) -> list[Effect]:
        effects = self._drop()
        self.state = state
        self.deadline = None
        self.refusal = None
        if state is State.IDLE:
            self._forget()
        return effects

    def _drop(self) -> list[Effect]:
        """Give up the socket, if there is one, and make its generation a past one."""
        if self.state not in {State.CONNECTING, State.OPEN}:
            return []
        dropped = DropSocket(self.generation)
        self.generation += 1
        return [dropped]

    def _opened(self, now: float) -> list[Effect]:
        if self.state is not State.CONNECTING:
            return []
        self.state = State.OPEN
        self._opened_at = self.last_frame_at = self._quiet_from = now
        self._pinged_at = None
        self._answers = self.suspect = False
        self._unopened = 0
        self._plan_open()
        return [Reconcile()]

    def _plan_open(self) -> None:
        """Set the deadline of an open connection: becoming steady, silence, or the answer to a ping."""
        if self._pinged_at is not None:
            self.deadline = self._pinged_at + self._rules.answer_within_s
            return
        self.deadline = self._quiet_from + self._rules.silence_s
        if self.failures or self._waits or self._renewed:
            self.deadline = min(self.deadline, self._opened_at + self._rules.steady_after_s)

    def _received(self, answer: bool, now: float) -> None:
        if self.state is not State.OPEN:
            return
        self.last_frame_at = self._quiet_from = now
        self._pinged_at = None
        self.suspect = False
        self._answers = self._answers or answer
        self._plan_open()

    def _closed(self, code: int, reason: str, now: float) -> list[Effect]:
        if self.state not in {State.CONNECTING, State.OPEN}:
            return []
        was_open = self.state is State.OPEN
        self.generation += 1
        if code == TOKEN_REFUSED:
            return self._token_refused(self.steady(now), now)
        if code in FINAL_CODES:
            self.state = State.REFUSED
            self.deadline = None
            self.refusal = (code, reason)
            return []
        if self.steady(now):
            self._settle()
            return self._wait(now)
        return self._failed(now, opened=was_open)

    def _token_refused(self, was_steady: bool, now: float) -> list[Effect]:
        if was_steady:
            self._settle()
        if self._renewed:
            self.state = State.IDLE
            self.deadline = None
            self._forget()
            return [EndSession()]
        self._renewed = True
        self.state = State.RENEWING
        self.deadline = now + self._rules.token_within_s
        return [RenewToken()]

    def _settle(self) -> None:
        """Start the counts anew: this connection has proved itself."""
        self.failures = self._waits = 0
        self._renewed = False

    def _failed(self, now: float, *, opened: bool = True) -> list[Effect]:
        self.failures += 1
        self._unopened += not opened
        if self.failures >= self._rules.give_up_after:
            self.state = State.EXHAUSTED
            self.deadline = None
            return []
        if not opened and self._unopened == self._rules.check_token_after:
            self.state = State.CHECKING
            self.deadline = now + self._rules.token_within_s
            return [CheckToken()]
        return self._wait(now)

    def _wait(self, now: float) -> list[Effect]:
        delay = reconnect_delay(
            self._waits, self._random, first_s=self._rules.first_delay_s, longest_s=self._rules.longest_delay_s
        )
        self._waits += 1
        self.state = State.WAITING
        self.deadline = now + delay
        return []

    def _lost(self, now: float) -> list[Effect]:
        """Treat the open socket as half-open: drop it without waiting for its ``close`` (R6)."""
        steady = self.steady(now)
        effects = self._drop()
        if steady:
            self._settle()
            return [*effects, *self._wait(now)]
        return [*effects, *self._failed(now)]

    def _tick(self, now: float) -> list[Effect]:
        if self.deadline is None or now < self.deadline:
            return []
        match self.state:
            case State.WAITING:
                return self._connect(now)
            case State.CONNECTING:
                effects = self._drop()
                return [*effects, *self._failed(now, opened=False)]
            case State.CHECKING:
                return self._wait(now)
            case State.RENEWING:
                return self._failed(now)
            case _:
                return self._watch(now)

    def _watch(self, now: float) -> list[Effect]:
        if self.steady(now):
            self._settle()
        if self._pinged_at is not None:
            if self._answers:
                return self._lost(now)
            self._pinged_at = None
            self._quiet_from = now
            self.suspect = True
            self._plan_open()
            return [Reconcile()]
        if now >= self._quiet_from + self._rules.silence_s:
            self._pinged_at = now
            self._plan_open()
            return [SendPing(self.generation)]
        self._plan_open()
        return []
