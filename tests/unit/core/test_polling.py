"""What is asked of the server, and when."""

import pytest

from app.core.polling import Plan, Poller, plan
from app.core.rules import ABILITY_TASK_CADENCE, TASK_CADENCE, CadenceRules, PollingRules
from testkit.chance import longest

RULES = PollingRules()
NOTHING: frozenset[str] = frozenset()


def ids(count: int, first: int = 0) -> list[str]:
    """Return ids that are their own positions in the server's list."""
    return [str(number) for number in range(first, first + count)]


def positions(jobs: list[str]) -> dict[str, int]:
    """Return where such ids stand."""
    return {job: int(job) for job in jobs}


# What is asked


def test_nothing_is_asked_for_nothing() -> None:
    """R10: no active id, no request."""
    assert Plan(0, (), ()) == plan([], {}, NOTHING, list_most=200)


def test_one_id_is_read_by_itself() -> None:
    """R10: a single read is cheaper than a list."""
    assert Plan(0, (), ("0",)) == plan(["0"], {"0": 0}, NOTHING, list_most=200)


def test_two_ids_that_a_list_covers_are_one_call() -> None:
    """R10: the list spares a request."""
    assert Plan(10, ("0", "1"), ()) == plan(["0", "1"], {"0": 0, "1": 1}, NOTHING, list_most=200)


@pytest.mark.parametrize(
    ("deepest", "limit"), [(3, 10), (5, 10), (6, 11), (100, 105), (195, 200), (196, 200), (199, 200)]
)
def test_the_list_is_as_long_as_the_deepest_id_needs_and_a_little_longer(deepest: int, limit: int) -> None:
    """R10: a few jobs that are not known here yet may stand before it; no list is longer than the server gives."""
    jobs = ["0", str(deepest)]
    assert Plan(limit, tuple(jobs), ()) == plan(jobs, positions(jobs), NOTHING, list_most=200)


def test_ids_beyond_the_longest_list_are_read_singly() -> None:
    """R10: one list call where it covers the ids, single reads for the rest."""
    jobs = ["0", "7", "50", "90"]
    assert Plan(12, ("0", "7"), ("50", "90")) == plan(jobs, positions(jobs), NOTHING, list_most=50)


def test_ids_without_a_position_are_read_singly() -> None:
    """R10: whoever stands nowhere in the list is not expected there."""
    jobs = ["0", "1", "300"]
    assert Plan(10, ("0", "1"), ("300",)) == plan(jobs, {"0": 0, "1": 1}, NOTHING, list_most=200)


def test_ids_the_list_did_not_contain_last_time_are_read_singly() -> None:
    """R10: a list that misses an id is not asked for it again and again."""
    jobs = ids(4)
    assert Plan(10, ("0", "2", "3"), ("1",)) == plan(jobs, positions(jobs), {"1"}, list_most=200)


def test_a_list_that_would_cover_one_id_is_not_worth_it() -> None:
    """R10: it would spare nothing."""
    jobs = ["3", "50", "51"]
    assert Plan(0, (), ("3", "50", "51")) == plan(jobs, positions(jobs), NOTHING, list_most=50)
    assert Plan(0, (), ("0", "1")) == plan(["0", "1"], {"0": 0, "1": 1}, {"0"}, list_most=50)


@pytest.mark.parametrize("count", [1, 2, 3, 50])
def test_every_id_is_asked_for_once(count: int) -> None:
    """R10: listed and single reads together are the ids, each once."""
    jobs = ids(count, first=40)
    chosen = plan(jobs, positions(jobs), {"41"}, list_most=50)
    assert sorted(jobs) == sorted([*chosen.listed, *chosen.singles])


# When


@pytest.fixture
def poller() -> Poller:
    """A poller of ability tasks with one active id, to which polling was handed over at 100 s."""
    poller = Poller(ABILITY_TASK_CADENCE, RULES, longest)
    poller.enable(100.0)
    return poller


def poll(poller: Poller, now: float) -> None:
    """Let a poll begin and succeed at once."""
    poller.started(now)
    poller.succeeded()


def test_nothing_is_due_before_polling_takes_over() -> None:
    """R8: while push is up, or before anything has begun, nobody polls."""
    poller = Poller(ABILITY_TASK_CADENCE, RULES, longest)
    assert (None, False, 0) == (poller.deadline(1), poller.in_flight, poller.failures)


def test_nothing_is_due_while_nothing_is_active() -> None:
    """R9: none active → no polling."""
    poller = Poller(ABILITY_TASK_CADENCE, RULES, longest)
    poller.enable(100.0)
    assert poller.deadline(0) is None


def test_the_first_poll_is_due_when_polling_takes_over(poller: Poller) -> None:
    """R8: within the second that the caller allows."""
    assert 100.0 == poller.deadline(1)


def test_the_earlier_of_two_calls_to_take_over_holds(poller: Poller) -> None:
    """R8: being asked again does not put it off, and may bring it forward."""
    poller.enable(101.0)
    assert 100.0 == poller.deadline(1)
    poller.enable(99.5)
    assert 99.5 == poller.deadline(1)


def test_polls_are_an_interval_apart_from_start_to_start(poller: Poller) -> None:
    """R9: a slow answer does not stretch the interval."""
    poller.started(100.0)
    poller.succeeded()
    assert 101.0 == poller.deadline(1)


@pytest.mark.parametrize(("active", "expected"), [(1, 101.0), (3, 102.0), (11, 105.0), (2, 101.0), (0, None)])
def test_the_interval_follows_additions_and_removals_at_once(
    poller: Poller, active: int, expected: float | None
) -> None:
    """R9: not after the old timer runs out."""
    poll(poller, 100.0)
    assert 102.0 == poller.deadline(5)
    assert expected == poller.deadline(active)


def test_the_cadence_is_that_of_the_collection() -> None:
    """R9: many tasks are polled every 3 s where many ability tasks are every 5 s."""
    poller = Poller(TASK_CADENCE, RULES, longest)
    poller.enable(100.0)
    poll(poller, 100.0)
    assert 103.0 == poller.deadline(11)


def test_there_is_never_a_second_poll_in_flight(poller: Poller) -> None:
    """R10: a slow answer never piles up a second one, however many ids come and go."""
    poller.started(100.0)
    poller.enable(100.5)
    poller.hurry()
    assert (None, True) == (poller.deadline(20), poller.in_flight)
    poller.succeeded()
    assert not poller.in_flight


@pytest.mark.parametrize("end", ["succeeded", "failed", "abandoned"])
def test_a_poll_ends_one_way_or_another(poller: Poller, end: str) -> None:
    """R10: after which the next may begin."""
    poller.started(100.0)
    match end:
        case "succeeded":
            poller.succeeded()
        case "failed":
            poller.failed()
        case _:
            poller.abandoned()
    assert False is poller.in_flight
    assert poller.deadline(1) is not None


def test_an_abandoned_poll_makes_room_without_a_verdict(poller: Poller) -> None:
    """R13: a poll that was given up is neither an answer nor a failure."""
    poller.started(100.0)
    poller.failed()
    poller.started(103.0)
    poller.abandoned()
    assert (False, 1, 105.0) == (poller.in_flight, poller.failures, poller.deadline(1))


@pytest.mark.parametrize("hurried", [False, True])
def test_the_intervals_hold_from_the_first_second_of_the_clock(hurried: bool) -> None:
    """R9: a monotonic clock may begin anywhere, at nought too."""
    poller = Poller(CadenceRules(fast_s=0.25, medium_s=0.5, slow_s=0.75), RULES, longest)
    poller.enable(0.0)
    if hurried:
        poller.hurry()
    poller.started(0.0)
    poller.abandoned()
    assert 0.25 == poller.deadline(1)
    poller.started(0.25)
    poller.succeeded()
    assert 0.5 == poller.deadline(1)
    poller.started(0.5)
    poller.failed()
    assert 1.0 == poller.deadline(1)


# Push is back, or the page is paused


def test_polling_stops_when_push_is_back(poller: Poller) -> None:
    """R8, R17: disabled is disabled, whatever is active."""
    poll(poller, 100.0)
    poller.disable()
    assert poller.deadline(20) is None


def test_polling_takes_over_at_once_though_the_last_poll_was_just_now(poller: Poller) -> None:
    """R8: within 1 s of push being unavailable, even where many ids make the interval longer."""
    poll(poller, 100.0)
    poller.disable()
    poller.enable(101.0)
    assert 101.0 == poller.deadline(20)


def test_taking_over_while_a_poll_is_in_flight_begins_none_beside_it_or_right_after_it(poller: Poller) -> None:
    """R10: what is in flight is the poll that takes over."""
    poller.started(100.0)
    poller.disable()
    poller.enable(100.2)
    assert poller.deadline(1) is None
    poller.succeeded()
    assert 101.0 == poller.deadline(1)


def test_push_that_comes_and_goes_does_not_undo_the_back_off(poller: Poller) -> None:
    """R13: a server that failed is not asked again sooner because the socket broke as well."""
    for now in (100.0, 102.0):
        poller.started(now)
        poller.failed()
    poller.disable()
    poller.enable(103.0)
    assert 106.0 == poller.deadline(1)
    poller.disable()
    poller.enable(110.0)
    assert 110.0 == poller.deadline(1)


# Failures


def test_failures_double_the_interval_up_to_thirty_seconds(poller: Poller) -> None:
    """R13: ×2 up to 30 s, counted from the start of the last poll."""
    deadlines = []
    for _ in range(6):
        poller.started(100.0)
        poller.failed()
        deadlines.append(poller.deadline(1))
    assert [102.0, 104.0, 108.0, 116.0, 130.0, 130.0] == deadlines
    assert 6 == poller.failures


@pytest.mark.parametrize(("share", "expected"), [(0.0, 102.0), (0.5, 103.0), (0.998, 103.996)])
def test_the_back_off_is_spread_over_half_of_it(share: float, expected: float) -> None:
    """R13: pages that failed together do not come back together."""
    poller = Poller(ABILITY_TASK_CADENCE, RULES, lambda: share)
    poller.enable(100.0)
    for _ in range(2):
        poller.started(100.0)
        poller.failed()
    assert expected == poller.deadline(1)


def test_the_spread_back_off_is_never_shorter_than_the_interval() -> None:
    """R9: failing is no reason to ask more often."""
    poller = Poller(ABILITY_TASK_CADENCE, RULES, lambda: 0.0)
    poller.enable(100.0)
    poller.started(100.0)
    poller.failed()
    assert 105.0 == poller.deadline(11)


def test_a_success_ends_the_back_off(poller: Poller) -> None:
    """R13: recovery is by itself."""
    poller.started(100.0)
    poller.failed()
    poller.started(161.0)
    poller.succeeded()
    assert (162.0, 0) == (poller.deadline(1), poller.failures)


def test_the_interval_still_follows_the_ids_while_backing_off(poller: Poller) -> None:
    """R9, R13: it is the interval of now that is doubled."""
    poller.started(100.0)
    poller.failed()
    assert 110.0 == poller.deadline(11)


def test_whoever_asks_does_not_wait_for_the_back_off(poller: Poller) -> None:
    """R4: a manual refresh, or `online`, polls at once and forgets what failures taught."""
    poller.started(100.0)
    poller.failed()
    poller.hurry()
    assert (100.0, 0) == (poller.deadline(1), poller.failures)
    poll(poller, 110.0)
    assert 111.0 == poller.deadline(1)


def test_hurry_starts_nothing_that_is_disabled(poller: Poller) -> None:
    """R17: a refresh while paused waits for the end of the pause."""
    poller.disable()
    poller.hurry()
    assert poller.deadline(1) is None
