"""A user's points, from reads and moves in any order."""

from collections.abc import Callable, Sequence

import pytest

from app.core.collection import Change
from app.core.points import (
    DATES_WITHIN_S,
    EARLY_JOBS_KEPT,
    MOVES_REMEMBERED,
    MovesApplied,
    Points,
    PointsStep,
    Wallet,
    WalletMove,
    moves_points,
)
from app.core.records import Source, Task, Word
from app.core.status import Status

START = Points(1000, frozen=0, temporary=5, granted_today=7)


def everything(_: str) -> bool:
    """Every job is known."""
    return True


def nothing(_: str) -> bool:
    """No job is known."""
    return False


def move(job_id: str | None, balance: int | None, status: str = "frozen") -> WalletMove:
    """Return a move of a job."""
    return WalletMove(job_id, status, balance)


@pytest.fixture
def wallet() -> Wallet:
    """A wallet with 1,000 points, read at 100 s; what moves now is no history."""
    wallet = Wallet()
    wallet.settle(START, 100.0, again=False)
    return wallet


# Reads


@pytest.mark.parametrize(
    ("moves", "points", "unsaid"),
    [
        ([], Points(970, 30), True),
        ([], Points(970, 0), False),
        ([move("a", 970)], Points(970, 30), False),
        ([move("a", 970), move("a", 970)], Points(970, 30), False),
    ],
)
def test_a_read_says_whether_it_found_what_no_move_had_said(
    wallet: Wallet, moves: Sequence[WalletMove], points: Points, unsaid: bool
) -> None:
    """R8: what is frozen changes by moves alone; points that are bought or given are nobody's silence."""
    wallet.apply(moves, everything, 110.0)
    wallet.settle(points, 120.0, again=False)
    assert unsaid is wallet.unsaid
    wallet.settle(points, 130.0, again=False)
    assert not wallet.unsaid


def test_moves_speak_for_one_read_alone(wallet: Wallet) -> None:
    """R8: a read that a move overtook is none; the first read after a return finds what nobody had to say."""
    wallet.apply([move("a", 970)], everything, 110.0)
    found = []
    for points, started in ((Points(970, 30), 105.0), (Points(970, 30), 120.0), (Points(940, 60), 130.0)):
        wallet.settle(points, started, again=False)
        found.append(wallet.unsaid)
    wallet.catch_up()
    wallet.settle(Points(910, 90), 140.0, again=False)
    assert [False, False, True, False] == [*found, wallet.unsaid]


@pytest.mark.parametrize("moved", [move("b", None, "deducted"), move("b", 970, "released")])
def test_a_move_during_a_read_speaks_for_the_next_one(wallet: Wallet, moved: WalletMove) -> None:
    """R8: the read may have been answered before it, whether the job is known or not."""
    wallet.apply([move("a", None, "deducted")], everything, 110.0)
    wallet.apply([moved], nothing, 110.5)
    wallet.settle(Points(970, 30), 110.2, again=True)
    wallet.settle(Points(970, 20), 111.2, again=False)
    assert not wallet.unsaid


def test_a_job_that_begins_anew_speaks_for_its_points(wallet: Wallet) -> None:
    """R8, R15: its moves are those of the first run once more."""
    wallet.apply([move("a", 970)], everything, 90.0)
    wallet.begin_anew(["a"], 110.0)
    wallet.settle(Points(940, 30), 110.5, again=False)
    assert not wallet.unsaid


def test_there_are_no_points_before_the_first_read() -> None:
    """R24: never a made-up number; what a move says of the balance says nothing of what is frozen."""
    wallet = Wallet()
    wallet.read_failed()
    wallet.apply([move("a", 990)], everything, 1.0)
    assert (None, None) == (wallet.points, wallet.step())


def test_the_first_read_is_shown_and_does_not_animate() -> None:
    """R24: it is history."""
    wallet = Wallet()
    step = wallet.settle(START, 100.0, again=False)
    assert (PointsStep(START, None, animate=False), START) == (step, wallet.points)


def test_a_read_that_changes_nothing_is_no_step(wallet: Wallet) -> None:
    """R24: nothing moved, nothing is drawn."""
    assert None is wallet.settle(START, 160.0, again=False)


def test_a_later_read_animates(wallet: Wallet) -> None:
    """R24: the difference came about while the page looked on."""
    assert PointsStep(Points(900), START, animate=True) == wallet.settle(Points(900), 160.0, again=False)


# Moves


def test_a_move_of_a_known_job_is_shown_announced_and_worth_a_read(wallet: Wallet) -> None:
    """R24: at once; a read brings what is frozen."""
    assert MovesApplied((move("a", 990),), hint=True) == wallet.apply([move("a", 990)], everything, 101.0)
    after = Points(990, frozen=0, temporary=5, granted_today=7)
    assert PointsStep(after, START, animate=True) == wallet.step()
    assert (after, None) == (wallet.points, wallet.step())


def test_several_moves_are_one_step_from_where_they_began(wallet: Wallet) -> None:
    """R20, R24: what they came to, once."""
    wallet.apply([move("a", 990), move("b", 980)], everything, 101.0)
    wallet.apply([move("c", 970)], everything, 101.0)
    step = wallet.step()
    assert step is not None
    assert (970, START) == (step.points.total, step.before)
    wallet.apply([move("d", 960)], everything, 102.0)
    step = wallet.step()
    assert step is not None
    assert (960, 970) == (step.points.total, step.before and step.before.total)


def test_moves_that_come_to_nothing_are_no_step(wallet: Wallet) -> None:
    """R24: a freeze and its release within one burst draw nothing."""
    wallet.apply([move("a", 990), move("a", 1000, "released")], everything, 101.0)
    assert (None, START) == (wallet.step(), wallet.points)


def test_a_move_without_a_balance_is_announced_and_worth_a_read(wallet: Wallet) -> None:
    """R24: never a blank."""
    assert MovesApplied((move("a", None),), hint=True) == wallet.apply([move("a", None)], everything, 101.0)
    assert (None, START) == (wallet.step(), wallet.points)


def test_the_same_move_counts_once_and_another_status_of_its_job_again(wallet: Wallet) -> None:
    """R24: idempotent per task and status."""
    wallet.apply([move("a", 990)], everything, 101.0)
    assert MovesApplied() == wallet.apply([move("a", 990)], everything, 102.0)
    assert MovesApplied() == wallet.apply([move("a", None)], everything, 102.0)
    released = move("a", 1000, "released")
    assert MovesApplied((released,), hint=True) == wallet.apply([released, released], everything, 103.0)


def test_a_repeated_move_costs_no_read(wallet: Wallet) -> None:
    """R24, report 15: in whatever order it comes again; the read that followed it had the last word."""
    wallet.apply([move("a", 990), move("b", 980)], everything, 101.0)
    for again in (move("b", 980), move("a", 990), move("b", 980)):
        assert MovesApplied() == wallet.apply([again], everything, 102.0)


def test_a_job_that_begins_anew_moves_points_anew(wallet: Wallet) -> None:
    """R15, R24: its second run freezes and deducts like its first; the moves of others stay known."""
    moves = [move("a", 990), move("b", 980), move("a", 980, "deducted")]
    wallet.apply(moves, everything, 101.0)
    wallet.begin_anew(["a"], 130.0)
    again = [move("a", 970), move("a", 970, "deducted")]
    assert MovesApplied(tuple(again), hint=True) == wallet.apply([*again, moves[1]], everything, 102.0)
    assert 970 == (wallet.points or START).total


def test_a_repeated_move_does_not_hide_those_behind_it(wallet: Wallet) -> None:
    """R24: one batch may have both."""
    wallet.apply([move("a", 990)], everything, 101.0)
    assert MovesApplied((move("b", 980),), hint=True) == wallet.apply(
        [move("a", 990), move("b", 980)], everything, 102.0
    )


def test_another_users_move_costs_no_read(wallet: Wallet) -> None:
    """R24, report 15: it is kept for the case that the job turns out to be ours, and asks for a read then."""
    assert MovesApplied() == wallet.apply([move("a", 990)], nothing, 101.0)
    assert wallet.jobs_changed(["a"], stepped=False, failing=False, now=102.0).hint


def test_a_move_without_a_job_is_only_worth_a_read(wallet: Wallet) -> None:
    """R24: nothing says whose it is, or that it did not come before."""
    for _ in range(2):
        assert MovesApplied((), hint=True) == wallet.apply([move(None, 1000)], everything, 101.0)
    assert (None, START) == (wallet.step(), wallet.points)


def test_each_move_of_a_batch_is_taken_for_itself(wallet: Wallet) -> None:
    """R24: one of no job, one of a job nobody knows, and one of ours."""
    batch = [move(None, 1), move("other", 2), move("ours", 990)]
    assert (batch[2],) == wallet.apply(batch, lambda job_id: job_id == "ours", 101.0).announced
    assert wallet.points is not None
    assert 990 == wallet.points.total


def test_as_many_moves_are_remembered_as_a_day_has(wallet: Wallet) -> None:
    """R24: the oldest is forgotten first, so that memory stays bounded."""
    for number in range(MOVES_REMEMBERED):
        wallet.apply([move(str(number), 1000)], everything, 101.0)
    assert not wallet.apply([move("0", 1000)], everything, 101.0).hint
    wallet.apply([move("one more", 1000)], everything, 101.0)
    assert [True, False] == [wallet.apply([move(job_id, 1000)], everything, 101.0).hint for job_id in ("0", "2")]


# History


@pytest.mark.parametrize("begin", [Wallet.catch_up, Wallet.clear], ids=["a connection", "a sign-out"])
def test_history_is_noted_and_not_shown(wallet: Wallet, begin: Callable[[Wallet], None]) -> None:
    """R24: what is replayed on connect is worth one read, does not animate, and is known from then on."""
    begin(wallet)
    replayed = [move("a", 990), move("b", 980)]
    assert MovesApplied((), hint=True) == wallet.apply(replayed, everything, 101.0)
    assert None is wallet.step()
    step = wallet.settle(Points(980), 101.0, again=False)
    assert step is not None
    assert (Points(980), False) == (step.points, step.animate)
    assert MovesApplied() == wallet.apply([replayed[1]], everything, 102.0)


def test_a_new_wallet_takes_moves_for_history() -> None:
    """R24: the socket may open before the first read has ended."""
    assert MovesApplied((), hint=True) == Wallet().apply([move("a", 990)], everything, 1.0)


def test_history_ends_with_the_read_that_follows_the_last_request(wallet: Wallet) -> None:
    """R24: a read that began before the connection does not know all that is replayed."""
    wallet.catch_up()
    wallet.settle(Points(900), 101.0, again=True)
    assert () == wallet.apply([move("a", 890)], everything, 102.0).announced
    step = wallet.settle(Points(880), 103.0, again=False)
    assert step is not None
    assert not step.animate
    assert (move("b", 870),) == wallet.apply([move("b", 870)], everything, 104.0).announced


def test_a_request_does_not_begin_history(wallet: Wallet) -> None:
    """R24: a read that is followed by another is shown as any is."""
    wallet.settle(Points(900), 101.0, again=True)
    assert (move("a", 890),) == wallet.apply([move("a", 890)], everything, 102.0).announced


def test_history_ends_when_the_read_fails(wallet: Wallet) -> None:
    """R13, R24: until reads are answered again, moves are all there is."""
    wallet.catch_up()
    wallet.read_failed()
    assert (move("a", 990),) == wallet.apply([move("a", 990)], everything, 101.0).announced
    assert wallet.points is not None
    assert 990 == wallet.points.total


# A read and a move at once


def test_a_read_that_a_move_overtook_is_not_taken(wallet: Wallet) -> None:
    """R24: it may have been answered before the move; the read that the move asked for follows."""
    wallet.apply([move("a", 990)], everything, 101.0)
    assert None is wallet.settle(START, 100.9, again=True)
    assert PointsStep(Points(990, 10), START, animate=True) == wallet.settle(Points(990, 10), 101.0, again=False)
    assert None is wallet.step()


def test_a_read_that_ends_within_a_burst_includes_the_moves_before_it(wallet: Wallet) -> None:
    """R20, R24: one step from where they began to what the ledger says."""
    wallet.apply([move("a", 990)], everything, 101.0)
    step = wallet.settle(Points(985), 102.0, again=False)
    assert (PointsStep(Points(985), START, animate=True), None) == (step, wallet.step())


# Moves that come before their jobs


def test_a_move_that_overtook_its_job_is_announced_with_it(wallet: Wallet) -> None:
    """R16: the submit answer was on its way; the read that is asked for with it says what came of it."""
    early = [move("a", 990), move("a", 1000, "released"), move("b", 5)]
    assert MovesApplied() == wallet.apply(early, nothing, 101.0)
    appeared = wallet.jobs_changed(["x", "a"], stepped=False, failing=False, now=102.0)
    assert MovesApplied((early[0], early[1]), hint=True) == appeared
    assert (None, START) == (wallet.step(), wallet.points)
    assert MovesApplied() == wallet.jobs_changed(["a"], stepped=False, failing=False, now=103.0)


def test_a_move_that_overtook_its_job_is_shown_while_reads_fail(wallet: Wallet) -> None:
    """R13, R16: there is no read that would say it."""
    wallet.apply([move("a", 990)], nothing, 101.0)
    wallet.jobs_changed(["a"], stepped=False, failing=True, now=102.0)
    step = wallet.step()
    assert step is not None
    assert 990 == step.points.total
    assert None is wallet.settle(START, 101.9, again=True)


def test_moves_of_the_latest_jobs_are_kept(wallet: Wallet) -> None:
    """R16: others' moves come all day, and memory stays bounded."""
    jobs = [str(number) for number in range(EARLY_JOBS_KEPT + 1)]
    for job_id in jobs:
        wallet.apply([move(job_id, 1)], nothing, 101.0)
    announced = wallet.jobs_changed(jobs, stepped=False, failing=False, now=102.0).announced
    assert jobs[1:] == [each.task_id for each in announced]


@pytest.mark.parametrize(
    ("push", "ended", "hint"),
    [([], True, True), ([], False, False), ([True], True, False), ([True, False], True, True)],
)
def test_without_push_a_job_that_ended_is_worth_a_read(
    wallet: Wallet, push: Sequence[bool], ended: bool, hint: bool
) -> None:
    """R8, R24: nothing else says that points have moved."""
    for up in push:
        wallet.trust_push(up)
    assert MovesApplied((), hint) == wallet.jobs_changed([], stepped=ended, failing=False, now=101.0)


# Steps at which points move


def job(
    status: Status = Status.SUCCEEDED,
    points: int | None = 30,
    created_at: float | None = None,
    finished_at: float | None = None,
) -> Task:
    """Return a job that stands like this."""
    dated = Word(status, status.value, None, None)
    return Task(id="a", dated=dated, points=points, created_at=created_at, finished_at=finished_at)


@pytest.mark.parametrize("source", list(Source))
@pytest.mark.parametrize(
    ("before", "now", "moves"),
    [
        (None, job(points=0, finished_at=200.0), False),
        (None, job(points=1, finished_at=200.0), True),
        (None, job(points=None, finished_at=200.0), True),
        (job(Status.RUNNING), job(), True),
        (job(Status.RUNNING, points=0), job(points=0), False),
        (job(Status.RUNNING, finished_at=200.0), job(Status.RUNNING, finished_at=200.0), False),
    ],
)
def test_a_job_moves_points_when_it_is_new_or_stands_elsewhere(
    before: Task | None, now: Task, moves: bool, source: Source
) -> None:
    """R24: whoever says so; one that costs nothing moves none."""
    assert moves is moves_points(Change(now, before, source), 100.0)


@pytest.mark.parametrize(
    ("record", "moves"),
    [
        (job(created_at=100.0 - DATES_WITHIN_S), False),
        (job(created_at=100.5 - DATES_WITHIN_S), True),
        (job(created_at=50.0, finished_at=100.5 - DATES_WITHIN_S), True),
        (job(created_at=50.0, finished_at=100.0 - DATES_WITHIN_S), False),
        (job(), False),
    ],
)
def test_an_older_job_that_a_list_shows_has_moved_them_before(record: Task, moves: bool) -> None:
    """R24: the points were read after it; what push or an answer brings for the first time just happened."""
    found = {source: moves_points(Change(record, None, source), 100.0) for source in Source}
    assert {source: moves or source is not Source.POLL for source in Source} == found


# The end of a session


def test_nothing_is_left_of_a_user_who_has_signed_out(wallet: Wallet) -> None:
    """R33: neither points nor moves, shown, remembered or kept."""
    wallet.apply([move("a", 990)], everything, 101.0)
    wallet.apply([move("b", 980)], nothing, 101.0)
    wallet.clear()
    assert (None, None) == (wallet.points, wallet.step())
    assert () == wallet.jobs_changed(["b"], stepped=False, failing=False, now=102.0).announced
    assert PointsStep(Points(5), None, animate=False) == wallet.settle(Points(5), 102.0, again=False)
    assert (move("a", 4),) == wallet.apply([move("a", 4)], everything, 103.0).announced
