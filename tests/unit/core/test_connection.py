"""The realtime connection: what it does in each state, and the rules that hold across them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.core.connection import Connection, State
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

RULES = ConnectionRules()
RETRIABLE = (1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014, 4000)
FINAL = (1008, 1009, 4403)
NOON = 43_200.0


class Line:
    """A connection and its clock; every method says what happens and returns what is to be done about it."""

    def __init__(self, random: Callable[[], float] = lambda: 0.5, rules: ConnectionRules = RULES) -> None:
        self.machine = Connection(rules, random)
        self.now = NOON

    @property
    def state(self) -> State:
        """Where the connection stands."""
        return self.machine.state

    @property
    def wait(self) -> float | None:
        """How long until the machine wants to be woken."""
        return None if self.machine.deadline is None else self.machine.deadline - self.now

    def handle(self, event: Input, after_s: float = 0.0) -> list[Effect]:
        """Let some time pass, then give the machine an input."""
        self.now += after_s
        return self.machine.handle(event, self.now)

    def opened(self, after_s: float = 0.0) -> list[Effect]:
        """The present socket opened."""
        return self.handle(Opened(self.machine.generation), after_s)

    def closed(self, code: int = 1006, after_s: float = 0.0) -> list[Effect]:
        """The present socket closed."""
        return self.handle(Closed(self.machine.generation, code, "because"), after_s)

    def received(self, after_s: float = 0.0, *, answer: bool = False) -> list[Effect]:
        """A frame arrived on the present socket."""
        return self.handle(FramesReceived(self.machine.generation, answer), after_s)

    def wake(self) -> list[Effect]:
        """The deadline has come."""
        assert self.machine.deadline is not None
        self.now = self.machine.deadline
        return self.handle(Tick())

    def fail(self) -> list[Effect]:
        """Come to an attempt, if none is under way, and let it fail before it opens; a token check finds it good."""
        while self.state is not State.CONNECTING:
            self.wake()
        effects = self.closed(1006)
        if CheckToken() in effects:
            self.handle(TokenChecked())
        return effects


def connecting() -> Line:
    """A connection at its first attempt."""
    line = Line()
    line.handle(Start())
    return line


def fresh() -> Line:
    """A connection that just opened."""
    line = connecting()
    line.opened()
    return line


def steady() -> Line:
    """A connection that has been up for the steady time."""
    line = fresh()
    line.received(RULES.steady_after_s)
    return line


def pinged() -> Line:
    """A connection that has sent a ping into the silence."""
    line = fresh()
    while SendPing(line.machine.generation) not in line.wake():
        pass
    return line


def suspect() -> Line:
    """A connection that has had no answer to its first ping."""
    line = pinged()
    line.wake()
    return line


def waiting() -> Line:
    """A connection between two attempts."""
    line = connecting()
    line.closed()
    return line


def checking() -> Line:
    """A connection whose token is being checked."""
    line = waiting()
    line.wake()
    line.closed()
    return line


def renewing() -> Line:
    """A connection whose token is being renewed."""
    line = fresh()
    line.closed(4401)
    return line


def exhausted() -> Line:
    """A connection that has given up."""
    line = connecting()
    for _ in range(RULES.give_up_after):
        line.fail()
    return line


def refused() -> Line:
    """A connection that was refused for good."""
    line = fresh()
    line.closed(4403)
    return line


def paused() -> Line:
    """A connection that was open when the page was hidden."""
    line = steady()
    line.handle(Pause())
    return line


STAGES: dict[Callable[[], Line], State] = {
    Line: State.IDLE,
    connecting: State.CONNECTING,
    fresh: State.OPEN,
    steady: State.OPEN,
    pinged: State.OPEN,
    suspect: State.OPEN,
    waiting: State.WAITING,
    checking: State.CHECKING,
    renewing: State.RENEWING,
    exhausted: State.EXHAUSTED,
    refused: State.REFUSED,
    paused: State.PAUSED,
}
WITH_SOCKET = {stage for stage, state in STAGES.items() if state in {State.CONNECTING, State.OPEN}}


def stages(*without: State) -> pytest.MarkDecorator:
    """Run a test from every stage but those in some states."""
    chosen = [stage for stage, state in STAGES.items() if state not in without]
    return pytest.mark.parametrize("stage", chosen, ids=lambda stage: stage.__name__)


@stages()
def test_the_stages_of_these_tests_are_what_they_say(stage: Callable[[], Line]) -> None:
    """R2: every state can be reached."""
    assert STAGES[stage] == stage().state


# IDLE, and starting


def test_a_machine_that_was_not_started_is_at_rest() -> None:
    """R2: nothing pending, nothing refused, nothing suspected, nothing counted."""
    machine = Line().machine
    assert (State.IDLE, None, None, 0, 0, 0.0) == (
        machine.state,
        machine.deadline,
        machine.refusal,
        machine.generation,
        machine.failures,
        machine.last_frame_at,
    )
    assert [False, False] == [machine.suspect, machine.retrying]


def test_nothing_happens_before_somebody_wants_a_connection() -> None:
    """R2: a machine that was not started asks for nothing, whatever happens."""
    line = Line()
    for event in (Stop(), Resume(), Refresh(), Replace(), Missed(), TokenChecked(), TokenRenewed(ok=True), Tick()):
        assert [] == line.handle(event)
    assert (State.IDLE, None) == (line.state, line.wait)


def test_starting_opens_a_socket() -> None:
    """R1: prefer push."""
    line = Line()
    assert [OpenSocket(1)] == line.handle(Start())
    assert (State.CONNECTING, RULES.open_within_s) == (line.state, line.wait)


@stages(State.IDLE)
def test_a_second_start_changes_nothing(stage: Callable[[], Line]) -> None:
    """R2: exactly one connection per page, whoever asks."""
    line = stage()
    before = (line.state, line.wait)
    assert [] == line.handle(Start())
    assert before == (line.state, line.wait)


# CONNECTING


def test_an_attempt_that_opens_is_up_and_asks_for_a_reconcile() -> None:
    """R12: one full refresh after every connection."""
    line = connecting()
    assert [Reconcile()] == line.opened(after_s=9.9)
    assert State.OPEN == line.state


@pytest.mark.parametrize("code", RETRIABLE)
def test_an_attempt_that_is_closed_is_tried_again_after_a_wait(code: int) -> None:
    """R3: 1001, 1006, 1011 to 1014 and whatever else is not final is retried."""
    line = connecting()
    assert [] == line.closed(code)
    assert (State.WAITING, 0.75) == (line.state, line.wait)


def test_an_attempt_that_has_not_opened_after_ten_seconds_has_failed() -> None:
    """R3: CONNECTING that hangs is given up, its socket dropped."""
    line = connecting()
    assert [] == line.handle(Tick(), after_s=9.9)
    assert [DropSocket(1)] == line.handle(Tick(), after_s=0.1)
    assert (State.WAITING, 0.75) == (line.state, line.wait)


def test_frames_before_the_socket_opened_are_no_life() -> None:
    """R3: nothing but opening ends an attempt well."""
    line = connecting()
    assert [] == line.received(after_s=9.0)
    assert 1.0 == line.wait


# WAITING


def test_when_the_wait_is_over_the_next_attempt_is_made() -> None:
    """R3: and not before."""
    line = waiting()
    assert [] == line.handle(Tick(), after_s=0.5)
    assert [OpenSocket(3)] == line.wake()
    assert (State.CONNECTING, RULES.open_within_s) == (line.state, line.wait)


@pytest.mark.parametrize(("random", "share"), [(0.0, 0.5), (0.5, 0.75), (1.0, 1.0)])
def test_the_waits_are_those_of_the_requirement(random: float, share: float) -> None:
    """R3: the n-th wait is uniform in [½·b, b], b = min(30, 2ⁿ) s, n from 0."""
    line = Line(lambda: random, replace(RULES, give_up_after=9))
    line.handle(Start())
    waits = []
    for _ in range(8):
        line.fail()
        waits.append(line.wait)
    assert [share * ceiling for ceiling in (1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0)] == waits


# Failures in a row


def test_the_sixth_failure_in_a_row_is_the_last_and_the_first_attempt_counts() -> None:
    """R4: after 6 failures in a row the machine stops retrying."""
    line = connecting()
    states = []
    for _ in range(6):
        line.fail()
        states.append(line.state)
    assert [State.WAITING] * 5 + [State.EXHAUSTED] == states
    assert (None, 6) == (line.wait, line.machine.failures)


def test_hanging_attempts_and_short_connections_count_like_refused_ones() -> None:
    """R4: whatever way an attempt fails, it is a failure."""
    line = connecting()
    line.wake()
    line.wake()
    line.opened()
    line.closed()
    line.fail()
    line.fail()
    line.fail()
    assert (State.WAITING, 5) == (line.state, line.machine.failures)
    line.wake()
    line.opened()
    line.closed(after_s=4.9)
    assert State.EXHAUSTED == line.state


def test_opening_and_closing_within_five_seconds_keeps_growing_the_wait() -> None:
    """R3: the counter resets only after a connection has stayed up for 5 s."""
    line = connecting()
    waits = []
    for _ in range(5):
        line.opened()
        line.closed(after_s=4.9)
        waits.append(line.wait)
        line.wake()
    assert [0.75, 1.5, 3.0, 6.0, 12.0] == waits
    line.opened()
    line.closed(after_s=4.9)
    assert State.EXHAUSTED == line.state


def test_a_connection_that_stayed_up_for_five_seconds_resets_the_counters() -> None:
    """R3, R4: then the waits begin anew, and so do the six failures."""
    line = connecting()
    for _ in range(5):
        line.fail()
    line.wake()
    line.opened()
    assert [] == line.closed(after_s=5.0)
    assert (State.WAITING, 0.75, 0) == (line.state, line.wait, line.machine.failures)
    states = []
    for _ in range(6):
        line.fail()
        states.append(line.state)
    assert [State.WAITING] * 5 + [State.EXHAUSTED] == states


def test_the_wait_after_a_steady_connection_is_the_first_of_a_series() -> None:
    """R3: an attempt that fails after it waits longer."""
    line = steady()
    line.closed()
    assert 0.75 == line.wait
    line.fail()
    assert 1.5 == line.wait


def test_becoming_steady_is_noticed_while_the_connection_is_up() -> None:
    """R3: the machine wakes after 5 s to start the counters anew, and then waits for silence."""
    line = waiting()
    line.wake()
    line.opened()
    assert RULES.steady_after_s == line.wait
    assert 1 == line.machine.failures
    assert [] == line.wake()
    assert (0, RULES.silence_s - RULES.steady_after_s) == (line.machine.failures, line.wait)


@pytest.mark.parametrize("opened_at", [255.36230030178686, 0.1, 1e9 + 0.3, 43_200.7])
def test_becoming_steady_takes_one_waking_at_any_time_of_day(opened_at: float) -> None:
    """R3: rounding never wakes the machine twice for the same moment."""
    line = waiting()
    line.wake()
    line.now = opened_at
    line.opened()
    line.wake()
    assert line.machine.deadline is not None
    assert line.machine.deadline > line.now


# EXHAUSTED


def test_a_timer_never_leads_out_of_exhaustion() -> None:
    """R4: live on polling alone until the next manual refresh."""
    line = exhausted()
    for event in (Tick(), Missed(), TokenChecked(), TokenRenewed(ok=True), Start()):
        assert [] == line.handle(event, after_s=86_400.0)
    assert (State.EXHAUSTED, None) == (line.state, line.wait)


def test_a_refresh_tries_an_exhausted_connection_at_once_with_six_attempts_anew() -> None:
    """R4: a manual refresh, and `online`, try the socket again."""
    line = exhausted()
    assert [OpenSocket(line.machine.generation + 1)] == line.handle(Refresh())
    for _ in range(5):
        line.fail()
    assert (State.WAITING, 12.0) == (line.state, line.wait)
    line.fail()
    assert State.EXHAUSTED == line.state


def test_a_server_that_is_back_is_tried_by_an_exhausted_connection_with_six_attempts_anew() -> None:
    """R4: after an outage of everything nobody should have to touch every page."""
    line = exhausted()
    assert [OpenSocket(line.machine.generation + 1)] == line.handle(ServerReachable())
    states = []
    for _ in range(6):
        line.fail()
        states.append(line.state)
    assert [State.WAITING] * 5 + [State.EXHAUSTED] == states


@stages(State.EXHAUSTED)
def test_a_server_that_is_back_changes_nothing_for_any_other_connection(stage: Callable[[], Line]) -> None:
    """R3: a wait is not cut short by an answered read, or every page would come at once."""
    line = stage()
    before = (line.state, line.wait, line.machine.failures)
    assert [] == line.handle(ServerReachable())
    assert before == (line.state, line.wait, line.machine.failures)


# Refresh


def test_a_refresh_while_waiting_tries_at_once_and_starts_the_counters_anew() -> None:
    """R4: whoever asks does not wait for a timer."""
    line = waiting()
    assert [OpenSocket(3)] == line.handle(Refresh())
    line.closed()
    assert (State.WAITING, 0.75, 1) == (line.state, line.wait, line.machine.failures)


@pytest.mark.parametrize(
    "stage", [Line, connecting, fresh, steady, pinged, suspect, checking, renewing, paused], ids=lambda s: s.__name__
)
def test_a_refresh_makes_no_second_attempt_where_one_is_under_way_or_none_is_wanted(
    stage: Callable[[], Line],
) -> None:
    """R4: `online` during CONNECTING is one attempt."""
    line = stage()
    before = (line.state, line.machine.deadline)
    assert [] == line.handle(Refresh())
    assert before == (line.state, line.machine.deadline)


def test_a_refresh_and_the_timer_it_overtook_make_one_attempt() -> None:
    """R4: `online` during backoff is one attempt."""
    line = waiting()
    line.handle(Refresh())
    assert [] == line.handle(Tick(), after_s=0.75)
    assert State.CONNECTING == line.state


# CHECKING


def test_two_attempts_that_never_opened_have_the_token_checked_before_the_third() -> None:
    """R3, contract: a refusal before the upgrade shows in a browser only as 1006."""
    line = waiting()
    line.wake()
    assert [CheckToken()] == line.closed()
    assert State.CHECKING == line.state
    assert [] == line.handle(TokenChecked(), after_s=0.3)
    assert (State.WAITING, 1.5) == (line.state, line.wait)


def test_hanging_attempts_have_the_token_checked_too() -> None:
    """R3: an attempt that hangs has not opened either."""
    line = connecting()
    line.wake()
    line.wake()
    assert [DropSocket(3), CheckToken()] == line.wake()


def test_the_token_is_checked_once_per_streak() -> None:
    """R3: more failures in the same streak do not ask again."""
    line = connecting()
    effects = [effect for _ in range(6) for effect in line.fail()]
    assert [CheckToken()] == effects


def test_an_attempt_that_opened_begins_another_streak() -> None:
    """R3: only attempts that never opened may be refusals before the upgrade."""
    line = waiting()
    line.wake()
    line.opened()
    assert [] == line.closed()
    line.wake()
    assert [] == line.closed()
    line.wake()
    assert [CheckToken()] == line.closed()


def test_a_renewal_that_nobody_answers_does_not_have_the_token_checked_again() -> None:
    """R3: the check belongs to the attempts that never opened, not to every failure after them."""
    line = checking()
    line.handle(TokenChecked())
    line.wake()
    line.closed(4401)
    assert [] == line.handle(TokenRenewed(ok=False))
    assert State.WAITING == line.state


def test_a_renewal_that_nobody_answers_is_no_attempt_that_never_opened() -> None:
    """R3: two of those in a row have the token checked; a renewal follows a refusal that was shown."""
    line = waiting()
    line.wake()
    line.closed(4401)
    assert [] == line.handle(TokenRenewed(ok=False))
    line.wake()
    assert [CheckToken()] == line.closed()


def test_a_check_that_never_ends_holds_nobody_up_for_good() -> None:
    """R13: an answer that has not come after 30 s has failed."""
    line = checking()
    assert RULES.token_within_s == line.wait
    assert [] == line.wake()
    assert (State.WAITING, 1.5) == (line.state, line.wait)
    assert [] == line.handle(TokenChecked(), after_s=0.5)
    assert 1.0 == line.wait


@stages(State.CHECKING)
def test_a_check_that_ends_late_changes_nothing(stage: Callable[[], Line]) -> None:
    """R5: what comes after a stop, a pause or a new attempt is not listened to."""
    line = stage()
    before = (line.state, line.machine.deadline)
    assert [] == line.handle(TokenChecked())
    assert before == (line.state, line.machine.deadline)


# RENEWING


@pytest.mark.parametrize("stage", [connecting, fresh, steady])
def test_a_refused_token_is_renewed_and_the_connection_tried_again_at_once(stage: Callable[[], Line]) -> None:
    """R33, contract: 4401 refreshes the token once and retries with the new one."""
    line = stage()
    generation = line.machine.generation
    assert ([RenewToken()], State.RENEWING) == (line.closed(4401), line.state)
    assert [OpenSocket(generation + 2)] == line.handle(TokenRenewed(ok=True), after_s=0.2)
    assert State.CONNECTING == line.state


@pytest.mark.parametrize("opens", [True, False])
def test_a_second_refusal_without_a_steady_connection_between_ends_the_session(opens: bool) -> None:
    """R33: one refresh, one retry with the new token; a second 4401 ends in the sign-in form."""
    line = renewing()
    line.handle(TokenRenewed(ok=True))
    if opens:
        line.opened()
    assert [EndSession()] == line.closed(4401, after_s=4.9)
    assert (State.IDLE, None) == (line.state, line.wait)


def test_a_refusal_after_a_steady_connection_renews_again() -> None:
    """R33: an access token lives for an hour; a page that is open for a day renews it many times."""
    line = renewing()
    for _ in range(3):
        line.handle(TokenRenewed(ok=True))
        line.opened()
        assert [RenewToken()] == line.closed(4401, after_s=5.0)


def test_steadiness_noticed_while_the_connection_is_up_allows_another_renewal() -> None:
    """R33: the same when the machine was woken in between."""
    line = renewing()
    line.handle(TokenRenewed(ok=True))
    line.opened()
    assert RULES.steady_after_s == line.wait
    line.wake()
    assert [RenewToken()] == line.closed(4401, after_s=3600.0)


def test_a_refused_token_is_no_failure() -> None:
    """R4: renewing takes none of the six attempts."""
    line = renewing()
    line.handle(TokenRenewed(ok=True))
    line.closed()
    assert 1 == line.machine.failures


def test_failures_before_the_refusal_still_count() -> None:
    """R4: a refused token proves nothing about the connection."""
    line = waiting()
    line.wake()
    line.opened()
    line.closed(4401)
    line.handle(TokenRenewed(ok=True))
    line.closed()
    assert (2, 1.5) == (line.machine.failures, line.wait)


def test_a_renewal_that_nobody_answers_is_a_failure() -> None:
    """R13: the server could not be reached; the connection is tried again after a wait."""
    line = renewing()
    assert [] == line.handle(TokenRenewed(ok=False))
    assert (State.WAITING, 0.75, 1) == (line.state, line.wait, line.machine.failures)


def test_a_renewal_that_never_ends_holds_nobody_up_for_good() -> None:
    """R33: a token refresh that hangs is a failed one."""
    line = renewing()
    assert RULES.token_within_s == line.wait
    assert [] == line.wake()
    assert (State.WAITING, 0.75, 1) == (line.state, line.wait, line.machine.failures)


@stages(State.RENEWING)
@pytest.mark.parametrize("ok", [True, False])
def test_a_renewal_that_ends_late_changes_nothing(stage: Callable[[], Line], ok: bool) -> None:
    """R5: a token refresh that answers after sign-out opens no socket."""
    line = stage()
    before = (line.state, line.machine.deadline)
    assert [] == line.handle(TokenRenewed(ok))
    assert before == (line.state, line.machine.deadline)


def test_the_next_session_may_renew_its_token() -> None:
    """R33: the end of one session says nothing about the token of the next."""
    line = renewing()
    line.handle(TokenRenewed(ok=True))
    line.closed(4401)
    assert [OpenSocket(line.machine.generation + 1)] == line.handle(Start())
    assert [RenewToken()] == line.closed(4401)


# REFUSED


@pytest.mark.parametrize("code", FINAL)
@pytest.mark.parametrize("stage", [connecting, fresh, steady])
def test_a_final_code_is_not_retried_and_its_reason_is_kept(code: int, stage: Callable[[], Line]) -> None:
    """R3, contract: 4403, 1008 and 1009 are terminal, explained."""
    line = stage()
    assert [] == line.closed(code)
    assert (State.REFUSED, None, (code, "because")) == (line.state, line.wait, line.machine.refusal)
    for event in (Tick(), Replace(), Missed(), Start(), TokenRenewed(ok=True)):
        assert [] == line.handle(event, after_s=86_400.0)
    assert (State.REFUSED, (code, "because")) == (line.state, line.machine.refusal)


def test_a_refresh_tries_a_refused_connection_again() -> None:
    """R4: the user may ask; why it was refused is no longer shown."""
    line = refused()
    assert [OpenSocket(line.machine.generation + 1)] == line.handle(Refresh())
    assert line.machine.refusal is None


def test_a_refusal_outlasts_a_pause() -> None:
    """R3, R17: looking at another tab and back is no reason to try what is refused for good."""
    line = refused()
    assert [[], []] == [line.handle(Pause()), line.handle(Resume(), after_s=60.0)]
    assert (State.REFUSED, (4403, "because")) == (line.state, line.machine.refusal)
    assert [OpenSocket(line.machine.generation + 1)] == line.handle(Refresh())


def test_a_refused_connection_opens_no_socket_while_paused() -> None:
    """R17: not even on a refresh."""
    line = refused()
    line.handle(Pause())
    assert [] == line.handle(Refresh())


# Liveness


def test_silence_is_answered_with_a_ping() -> None:
    """R6: 25 s of silence sends a ping, and 10 s are given to answer it."""
    line = steady()
    assert RULES.silence_s == line.wait
    assert [] == line.handle(Tick(), after_s=24.9)
    assert [SendPing(1)] == line.wake()
    assert (State.OPEN, RULES.answer_within_s) == (line.state, line.wait)


def test_any_frame_counts_as_life() -> None:
    """R6: every frame begins the 25 s anew."""
    line = steady()
    assert [] == line.received(after_s=24.0)
    assert RULES.silence_s == line.wait


def test_any_frame_after_a_ping_is_life_too() -> None:
    """R6: it need not be the answer."""
    line = pinged()
    assert [] == line.received(after_s=9.9)
    assert RULES.silence_s == line.wait
    assert [SendPing(1)] == line.wake()


def test_a_server_that_answers_pings_and_then_does_not_is_half_open() -> None:
    """R6: 10 s without any frame drops the socket without waiting for `close`, and goes through R3."""
    line = pinged()
    line.received(after_s=0.1, answer=True)
    assert [SendPing(1)] == line.wake()
    assert [DropSocket(1)] == line.wake()
    assert (State.WAITING, 0.75, 0) == (line.state, line.wait, line.machine.failures)
    assert [] == line.handle(Closed(1, 1006))
    assert [OpenSocket(3)] == line.wake()


def test_an_answer_is_remembered_over_frames_that_are_none() -> None:
    """R6: learned per connection."""
    line = pinged()
    line.received(after_s=0.1, answer=True)
    line.received(after_s=1.0)
    line.wake()
    assert [DropSocket(1)] == line.wake()


def test_a_server_that_never_answers_pings_is_not_punished_for_silence() -> None:
    """R6, R12: a reconcile covers it, again and again while the silence lasts."""
    line = pinged()
    for _ in range(3):
        assert [Reconcile()] == line.wake()
        assert (State.OPEN, True, RULES.silence_s) == (line.state, line.machine.suspect, line.wait)
        assert [SendPing(1)] == line.wake()


def test_only_what_this_socket_brings_counts() -> None:
    """R32: the age of the data counts from the opening or the last frame, not from a ping that had no answer."""
    line = pinged()
    line.wake()
    line.wake()
    assert NOON == line.machine.last_frame_at
    line.received()
    assert line.now == line.machine.last_frame_at


def test_what_one_connection_learned_is_not_held_against_the_next() -> None:
    """R6: learned per connection: the next server may be another one."""
    line = pinged()
    line.received(after_s=0.1, answer=True)
    line.closed()
    line.wake()
    line.opened()
    assert [] == line.wake()
    assert [SendPing(line.machine.generation)] == line.wake()
    assert [Reconcile()] == line.wake()
    assert State.OPEN == line.state


def test_a_ping_of_the_last_connection_is_not_waited_for_in_the_next() -> None:
    """R6: every connection begins with 25 s of its own."""
    line = pinged()
    line.closed(after_s=1.0)
    line.wake()
    line.opened()
    line.received(after_s=5.0)
    line.wake()
    assert RULES.silence_s == line.wait


def test_a_suspect_connection_that_missed_an_update_is_dropped() -> None:
    """R6: a proxy that swallows every frame is found out by what the reconcile finds."""
    line = suspect()
    assert [DropSocket(1)] == line.handle(Missed())
    assert (State.WAITING, 0.75) == (line.state, line.wait)


def test_an_update_that_a_poll_finds_first_is_no_reason_to_drop_a_connection_above_suspicion() -> None:
    """R6: a poll may be a little faster than push."""
    line = pinged()
    assert [] == line.handle(Missed())
    assert State.OPEN == line.state


def test_a_frame_ends_the_suspicion() -> None:
    """R6: push is alive after all."""
    line = suspect()
    line.received()
    assert (False, []) == (line.machine.suspect, line.handle(Missed()))
    assert State.OPEN == line.state


def test_suspicion_ends_with_the_connection() -> None:
    """R6: the next connection is trusted."""
    line = suspect()
    line.handle(Missed())
    line.wake()
    line.opened()
    assert (False, []) == (line.machine.suspect, line.handle(Missed()))


def test_a_half_open_connection_that_was_not_steady_is_a_failure() -> None:
    """R3, R6: with rules under which silence is noticed sooner than steadiness."""
    line = Line(rules=replace(RULES, silence_s=1.0, answer_within_s=1.0))
    line.handle(Start())
    line.opened()
    line.received(answer=True)
    line.wake()
    assert [DropSocket(1)] == line.wake()
    assert (State.WAITING, 1) == (line.state, line.machine.failures)


def test_a_connection_becomes_steady_while_it_waits_for_an_answer() -> None:
    """R3, R6: with rules under which a ping is out at that moment."""
    line = Line(rules=replace(RULES, silence_s=1.0, answer_within_s=10.0))
    line.handle(Start())
    line.closed()
    line.wake()
    line.opened()
    line.wake()
    assert 1 == line.machine.failures
    line.wake()
    assert (0, State.OPEN) == (line.machine.failures, line.state)


def test_a_late_waking_does_what_was_due_and_looks_ahead() -> None:
    """R18: timers are late in hidden tabs and after sleep; deadlines, not tick counts, decide."""
    line = waiting()
    line.wake()
    line.opened()
    assert [SendPing(3)] == line.handle(Tick(), after_s=3600.0)
    assert (0, RULES.answer_within_s) == (line.machine.failures, line.wait)


# Generations


def test_every_attempt_has_a_generation_of_its_own() -> None:
    """R2: a report can be distinguished from that of an earlier socket."""
    line = connecting()
    opened = [effect for _ in range(5) for effect in (line.fail(), line.wake())[1]]
    generations = [effect.generation for effect in opened if isinstance(effect, OpenSocket)]
    assert generations == sorted(set(generations))
    assert 5 == len(generations)


@stages()
@pytest.mark.parametrize(
    "late", [Opened(0), Closed(0, 1006), Closed(0, 4401), Closed(0, 4403), FramesReceived(0, answer=True)]
)
def test_what_a_past_socket_still_has_to_say_is_ignored(stage: Callable[[], Line], late: Input) -> None:
    """R6: a late frame, opening or close from a replaced socket changes nothing."""
    line = stage()
    before = (line.state, line.machine.deadline, line.machine.failures, line.machine.generation)
    assert [] == line.handle(late)
    assert before == (line.state, line.machine.deadline, line.machine.failures, line.machine.generation)


@stages()
def test_after_a_socket_was_given_up_its_own_reports_are_those_of_a_past_one(stage: Callable[[], Line]) -> None:
    """R5: a dropped or closed socket says nothing that is listened to."""
    line = stage()
    generation = line.machine.generation
    line.handle(Stop())
    for late in (Opened(generation), Closed(generation, 4401), FramesReceived(generation)):
        assert [] == line.handle(late)
    assert (State.IDLE, None) == (line.state, line.wait)


def test_a_socket_closes_once() -> None:
    """R4: a second `close` of the same socket is no second failure."""
    line = connecting()
    generation = line.machine.generation
    line.closed()
    line.handle(Closed(generation, 1006))
    assert 1 == line.machine.failures


def test_a_socket_opens_once() -> None:
    """R12: a second `open` of the same socket asks for nothing."""
    line = fresh()
    assert [] == line.opened(after_s=20.0)
    assert 5.0 == line.wait


# Stop


@stages()
def test_a_stop_closes_the_socket_and_leaves_nothing_pending(stage: Callable[[], Line]) -> None:
    """R5: on unmount and sign-out; never a retry pending after that."""
    line = stage()
    expected = [DropSocket(line.machine.generation)] if stage in WITH_SOCKET else []
    assert expected == line.handle(Stop())
    assert (State.IDLE, None, None) == (line.state, line.wait, line.machine.refusal)
    for event in (Tick(), Resume(), Refresh(), Replace(), Missed(), TokenChecked(), TokenRenewed(ok=True), Stop()):
        assert [] == line.handle(event, after_s=60.0)
    assert State.IDLE == line.state


@stages()
def test_a_start_after_a_stop_begins_with_clean_counters(stage: Callable[[], Line]) -> None:
    """R4: the next user has six attempts of their own."""
    line = stage()
    line.handle(Stop())
    line.handle(Resume())
    assert [OpenSocket(line.machine.generation + 1)] == line.handle(Start())
    assert 0 == line.machine.failures
    line.closed()
    assert (State.WAITING, 0.75) == (line.state, line.wait)
    line.wake()
    assert [CheckToken()] == line.closed()


# Pause and resume


@stages(State.IDLE, State.REFUSED)
def test_a_pause_closes_the_socket_and_fires_no_timer(stage: Callable[[], Line]) -> None:
    """R17: hidden, offline or leaving: no socket and nothing pending, whatever happens meanwhile."""
    line = stage()
    expected = [DropSocket(line.machine.generation)] if stage in WITH_SOCKET else []
    assert expected == line.handle(Pause())
    assert (State.PAUSED, None) == (line.state, line.wait)
    for event in (Tick(), Refresh(), Replace(), Missed(), TokenChecked(), TokenRenewed(ok=True), Start(), Pause()):
        assert [] == line.handle(event, after_s=3600.0)
    assert State.PAUSED == line.state


@stages(State.IDLE, State.REFUSED)
def test_the_end_of_the_pause_connects_at_once_with_clean_counters(stage: Callable[[], Line]) -> None:
    """R17: visible again: push, without the wait that was pending."""
    line = stage()
    line.handle(Pause())
    assert [OpenSocket(line.machine.generation + 1)] == line.handle(Resume(), after_s=3600.0)
    assert (State.CONNECTING, 0) == (line.state, line.machine.failures)
    line.closed()
    assert 0.75 == line.wait


@stages(State.PAUSED, State.REFUSED)
def test_a_resume_without_a_pause_changes_nothing(stage: Callable[[], Line]) -> None:
    """R17: work resumes once."""
    line = stage()
    before = (line.state, line.machine.deadline)
    assert [] == line.handle(Resume())
    assert before == (line.state, line.machine.deadline)


def test_a_connection_that_is_wanted_during_a_pause_waits_for_its_end() -> None:
    """R17: never a socket while a pause reason holds, though the pause began before anybody wanted one."""
    line = Line()
    assert [[], []] == [line.handle(Pause()), line.handle(Start())]
    assert State.PAUSED == line.state
    assert [OpenSocket(1)] == line.handle(Resume())


def test_a_pause_outlasts_a_stop() -> None:
    """R17: signing out and in again while the page is hidden opens no socket."""
    line = paused()
    line.handle(Stop())
    assert [] == line.handle(Start())
    assert [OpenSocket(line.machine.generation + 1)] == line.handle(Resume())


def test_a_pause_that_ended_while_nobody_wanted_a_connection_is_over() -> None:
    """R17: the next start connects at once."""
    line = Line()
    line.handle(Pause())
    line.handle(Resume())
    assert [OpenSocket(1)] == line.handle(Start())


# A jump of the wall clock


@pytest.mark.parametrize("stage", [connecting, fresh, steady, pinged, suspect], ids=lambda s: s.__name__)
def test_a_socket_from_before_a_jump_is_replaced(stage: Callable[[], Line]) -> None:
    """R18: an "open" socket from before a sleep is not to be believed."""
    line = stage()
    assert [DropSocket(1), OpenSocket(3)] == line.handle(Replace())
    assert (State.CONNECTING, RULES.open_within_s, 0) == (line.state, line.wait, line.machine.failures)


@pytest.mark.parametrize("stage", [waiting, checking, exhausted], ids=lambda s: s.__name__)
def test_without_a_socket_a_jump_is_a_return_from_hidden(stage: Callable[[], Line]) -> None:
    """R18: one reconnect, at once, with clean counters."""
    line = stage()
    assert [OpenSocket(line.machine.generation + 1)] == line.handle(Replace())
    assert (State.CONNECTING, 0) == (line.state, line.machine.failures)


@pytest.mark.parametrize("stage", [Line, renewing, refused, paused], ids=lambda s: s.__name__)
def test_a_jump_makes_no_attempt_where_none_is_wanted_or_one_is_coming(stage: Callable[[], Line]) -> None:
    """R18: one reconnect, one token refresh."""
    line = stage()
    before = (line.state, line.machine.deadline)
    assert [] == line.handle(Replace())
    assert before == (line.state, line.machine.deadline)


# Whether it has failed before


def test_a_first_attempt_is_not_a_retry() -> None:
    """R32: the badge says connecting at first, and polling from the first failure on."""
    line = connecting()
    assert [True, False] == [line.machine.first_attempt, line.machine.retrying]
    line.closed()
    assert [False, True] == [line.machine.first_attempt, line.machine.retrying]
    line.wake()
    assert [False, True] == [line.machine.first_attempt, line.machine.retrying]


def test_a_failure_that_has_not_been_waited_for_yet_makes_the_next_attempt_a_retry() -> None:
    """R32: with rules under which the first failure has the token checked."""
    line = Line(rules=replace(RULES, check_token_after=1))
    line.handle(Start())
    assert [CheckToken()] == line.closed()
    assert line.machine.retrying


def test_an_attempt_after_a_steady_connection_is_a_retry() -> None:
    """R32: the wait before it has shown that push is away."""
    line = steady()
    assert not line.machine.retrying
    line.closed()
    line.wake()
    assert line.machine.retrying


# Rules of its own


def test_every_number_is_a_setting() -> None:
    """R3, R4, R6: defaults of settings, never literals."""
    rules = ConnectionRules(
        first_delay_s=2.0,
        longest_delay_s=3.0,
        open_within_s=4.0,
        steady_after_s=6.0,
        give_up_after=4,
        silence_s=7.0,
        answer_within_s=8.0,
        check_token_after=3,
        token_within_s=9.0,
    )
    line = Line(lambda: 1.0, rules)
    waits = [line.handle(Start()) and line.wait]
    for _ in range(2):
        line.closed()
        waits.append(line.wait)
        line.wake()
    assert [CheckToken()] == line.closed()
    waits.append(line.wait)
    line.handle(TokenChecked())
    waits.append(line.wait)
    line.wake()
    line.opened()
    waits.append(line.wait)
    line.received(after_s=6.0)
    for _ in range(2):
        line.wake()
        waits.append(line.wait)
    assert [4.0, 2.0, 3.0, 9.0, 3.0, 6.0, 7.0, 8.0] == waits
    line.handle(Replace())
    states = []
    for _ in range(4):
        line.fail()
        states.append(line.state)
    assert [State.WAITING] * 3 + [State.EXHAUSTED] == states
