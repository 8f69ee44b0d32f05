"""What an update does to what is known of a job (R15)."""

from dataclasses import replace
from itertools import permutations

import pytest

from app.core.merging import Outcome, merge, overrules, reopened, tie
from app.core.records import AbilityTask, Result, Task, Word, as_row
from app.core.status import Status
from testkit.words import dated, shown, task, undated

QUEUED, RUNNING, BLOCKED, SUCCEEDED, FAILED, CANCELLED, UNKNOWN = Status


# Dated updates


def test_a_later_update_is_taken() -> None:
    """R15: of two dated words the later holds."""
    record, outcome = merge(task(dated(QUEUED, 10.5)), task(dated(RUNNING, 11.5, 40)))
    assert (RUNNING, 40, 11.5, Outcome.CHANGED) == (*shown(record), record.updated_at, outcome)


def test_an_older_update_is_ignored() -> None:
    """R15: an update older than the known `updatedAt` is ignored, and counted as stale."""
    known = task(dated(RUNNING, 11.5, 40))
    record, outcome = merge(known, task(dated(RUNNING, 10.5, 80)))
    assert record is known
    assert Outcome.STALE == outcome


def test_an_equal_update_changes_nothing() -> None:
    """R15: equal updates change nothing, and are counted as duplicates."""
    known = task(dated(RUNNING, 11.5, 40))
    record, outcome = merge(known, task(dated(RUNNING, 11.5, 40)))
    assert record is known
    assert Outcome.DUPLICATE == outcome


def test_a_later_update_may_take_a_running_job_back_to_the_queue() -> None:
    """R15, report 12: only terminal states are for good; a job may be queued again after its worker was lost."""
    record, outcome = merge(task(dated(RUNNING, 10.5, 40)), task(dated(QUEUED, 11.5)))
    assert (QUEUED, None, Outcome.CHANGED) == (*shown(record), outcome)


def test_milliseconds_decide_where_both_times_have_them() -> None:
    """R15: older within the same second is older."""
    record, outcome = merge(task(dated(QUEUED, 10.9)), task(dated(RUNNING, 10.2)))
    assert (QUEUED, Outcome.STALE) == (record.status, outcome)


@pytest.mark.parametrize("end", [SUCCEEDED, FAILED, CANCELLED])
def test_a_terminal_status_never_goes_back_even_for_later_updates(end: Status) -> None:
    """R15: nothing follows an end, whatever its time."""
    known = task(dated(end, 10.5))
    for update in (task(dated(RUNNING, 99.5, 40)), task(undated(RUNNING, 40)), task(dated(UNKNOWN, 99.5))):
        record, outcome = merge(known, update)
        assert end == record.status
        assert outcome in {Outcome.STALE, Outcome.NOTED}


@pytest.mark.parametrize(("at", "outcome", "kept"), [(9.5, Outcome.STALE, None), (11.5, Outcome.NOTED, 11.5)])
def test_of_the_open_words_beside_an_end_only_a_later_one_is_kept(
    at: float, outcome: Outcome, kept: float | None
) -> None:
    """R15: a list may confirm that one; the others are of the run that ended."""
    record, found = merge(task(dated(SUCCEEDED, 10.5)), task(dated(RUNNING, at)))
    assert (outcome, kept) == (found, record.overruled and record.overruled.at)


@pytest.mark.parametrize("end", [SUCCEEDED, FAILED, CANCELLED])
def test_an_end_is_taken_though_it_is_older_than_what_is_known(end: Status) -> None:
    """R15: the end state does not depend on whether the end or a later-dated `running` came first."""
    record, outcome = merge(task(dated(RUNNING, 99.5, 40)), task(dated(end, 10.5)))
    assert (end, 10.5, Outcome.CHANGED) == (record.status, record.updated_at, outcome)


def test_of_two_dated_ends_the_later_holds() -> None:
    """R15: the server may correct an end, and an older end does not undo that."""
    failed, succeeded = task(dated(FAILED, 10.5)), task(dated(SUCCEEDED, 11.5))
    assert SUCCEEDED == merge(failed, succeeded)[0].status
    assert SUCCEEDED == merge(succeeded, failed)[0].status
    assert FAILED == merge(task(dated(SUCCEEDED, 10.5)), task(dated(FAILED, 11.5)))[0].status


# Whole seconds beside microseconds


@pytest.mark.parametrize(("known_at", "update_at"), [(10.7, 10.0), (10.0, 10.7), (10.0, 10.0), (0.5, 0.0), (0.0, 0.5)])
def test_within_one_second_a_stamp_in_whole_seconds_is_neither_older_nor_newer(
    known_at: float, update_at: float
) -> None:
    """R15: push may carry whole seconds where REST carries microseconds; then the further along holds."""
    forward, outcome = merge(task(dated(QUEUED, known_at)), task(dated(RUNNING, update_at)))
    assert (RUNNING, Outcome.CHANGED) == (forward.status, outcome)
    backward, outcome = merge(task(dated(RUNNING, known_at)), task(dated(QUEUED, update_at)))
    assert (RUNNING, Outcome.STALE) == (backward.status, outcome)


def test_progress_says_which_of_two_such_stamps_is_further_along() -> None:
    """R15: the same status with more progress is further along."""
    record, _ = merge(task(dated(RUNNING, 10.7, 30)), task(dated(RUNNING, 10.0, 60)))
    assert (RUNNING, 60) == shown(record)
    record, _ = merge(task(dated(RUNNING, 10.7, 0)), task(dated(RUNNING, 10.0, None)))
    assert (RUNNING, 0) == shown(record)


@pytest.mark.parametrize(("known_at", "update_at"), [(10.7, 11.0), (10.0, 11.2), (10.0, 11.0), (10.999, 11.0)])
def test_across_seconds_a_stamp_in_whole_seconds_counts_like_any_other(known_at: float, update_at: float) -> None:
    """R15: the next second is later, the one before is older."""
    assert QUEUED == merge(task(dated(RUNNING, known_at)), task(dated(QUEUED, update_at)))[0].status
    assert QUEUED == merge(task(dated(QUEUED, update_at)), task(dated(RUNNING, known_at)))[0].status


@pytest.mark.parametrize("second", [10.0, 0.0])
def test_the_time_shown_is_the_more_precise_of_two_that_say_the_same(second: float) -> None:
    """R15: whichever of REST and push comes first, `updatedAt` ends the same."""
    exact = second + 0.7
    rest, push = task(dated(RUNNING, exact)), task(dated(RUNNING, second))
    assert [exact, exact] == [merge(rest, push)[0].updated_at, merge(push, rest)[0].updated_at]


def test_the_word_shown_does_not_depend_on_the_order_of_equals() -> None:
    """R15: two words of the same rank and time end the same whichever comes first."""
    for one, other in (
        (undated(UNKNOWN, text="paused"), undated(UNKNOWN, text="warming")),
        (dated(UNKNOWN, 10.0, text="paused"), dated(UNKNOWN, 10.0, text="warming")),
        (dated(UNKNOWN, 10.5, text="paused"), dated(UNKNOWN, 10.5, text="warming")),
    ):
        first, second = task(one), task(other)
        assert merge(first, second)[0] == merge(second, first)[0]


# Undated updates


def test_an_undated_update_moves_a_job_forward() -> None:
    """R15: `task.status` carries no time; what is further along holds."""
    record, outcome = merge(task(undated(QUEUED)), task(undated(RUNNING, 40)))
    assert (RUNNING, 40, Outcome.CHANGED) == (*shown(record), outcome)


def test_an_undated_update_never_moves_a_job_back() -> None:
    """R15: a replayed `queued` after `running` is stale."""
    known = task(undated(RUNNING, 40))
    for update in (task(undated(QUEUED)), task(undated(RUNNING, 30)), task(undated(RUNNING))):
        record, outcome = merge(known, update)
        assert record is known
        assert Outcome.STALE == outcome


def test_an_equal_undated_update_changes_nothing() -> None:
    """R15: a frame that comes twice is a duplicate."""
    known = task(undated(RUNNING, 40))
    record, outcome = merge(known, task(undated(RUNNING, 40)))
    assert record is known
    assert Outcome.DUPLICATE == outcome


def test_between_the_kinds_the_further_along_holds() -> None:
    """R15: neither a dated nor an undated word takes the other back."""
    assert (RUNNING, 40) == shown(task(dated(QUEUED, 10.5), undated(RUNNING, 40)))
    assert (RUNNING, 40) == shown(task(dated(RUNNING, 10.5, 40), undated(QUEUED)))
    assert (RUNNING, 60) == shown(task(dated(RUNNING, 10.5, 40), undated(RUNNING, 60)))
    assert (RUNNING, 60) == shown(task(dated(RUNNING, 10.5, 60), undated(RUNNING, 40)))


def test_an_undated_end_holds_against_any_dated_word_that_is_none() -> None:
    """R15: a terminal state wins where there is no time."""
    assert FAILED == task(dated(RUNNING, 99.5, 99), undated(FAILED)).status


def test_of_a_dated_and_an_undated_end_the_dated_holds() -> None:
    """R15: who gives the time knows better."""
    assert CANCELLED == task(dated(CANCELLED, 10.5), undated(SUCCEEDED)).status


def test_a_dated_word_holds_against_an_undated_one_that_is_no_further() -> None:
    """R15: between equals the dated word's own text is shown."""
    assert "paused" == task(dated(UNKNOWN, 10.5, text="paused"), undated(UNKNOWN, text="zzz")).word.text


@pytest.mark.parametrize("progress", [0, 1])
def test_any_progress_is_further_than_none(progress: int) -> None:
    """R15: a running job of which no progress was known is shown with the first that is pushed."""
    assert (RUNNING, progress) == shown(task(dated(RUNNING, 10.5), undated(RUNNING, progress)))


def test_undated_progress_reaches_a_dated_record() -> None:
    """R15: the two kinds are kept side by side, and the outcome says that something changed."""
    record, outcome = merge(task(dated(QUEUED, 10.5)), task(undated(RUNNING, 40)))
    assert (RUNNING, 40, 10.5, Outcome.CHANGED) == (*shown(record), record.updated_at, outcome)


# Facts


def test_gaps_are_filled_by_whoever_knows() -> None:
    """R15: older and undated updates still say what was not known, and that is a change."""
    known = task(dated(RUNNING, 11.5))
    for update in (task(undated(QUEUED), points=50), task(dated(QUEUED, 10.5), points=50), task(points=50)):
        record, outcome = merge(known, update)
        assert (50, RUNNING, Outcome.CHANGED) == (record.points, record.status, outcome)


def test_a_gap_in_an_update_erases_nothing() -> None:
    """R15: an absent field says nothing."""
    known = task(dated(RUNNING, 10.5), points=50, action="draw")
    record, _ = merge(known, task(dated(SUCCEEDED, 11.5)))
    assert (50, "draw", SUCCEEDED) == (record.points, record.action, record.status)


def test_a_later_dated_update_rewrites_facts() -> None:
    """R15: the later dated word brings the later facts."""
    record, outcome = merge(task(dated(RUNNING, 10.5), points=50), task(dated(RUNNING, 11.5), points=60))
    assert (60, Outcome.CHANGED) == (record.points, outcome)


@pytest.mark.parametrize("word", [dated(RUNNING, 10.5), dated(QUEUED, 9.5), undated(SUCCEEDED), None])
def test_no_other_update_rewrites_facts(word: Word | None) -> None:
    """R15: equal, older and undated updates fill gaps only."""
    known = task(dated(RUNNING, 10.5), points=50)
    record, _ = merge(known, task(word, points=60))
    assert 50 == record.points


def test_an_update_that_fills_no_gap_and_moves_nothing_is_a_duplicate() -> None:
    """R15: facts already known are no change."""
    known = task(dated(RUNNING, 10.5), points=50)
    record, outcome = merge(known, task(points=50))
    assert record is known
    assert Outcome.DUPLICATE == outcome


def test_a_stale_update_with_known_facts_is_stale() -> None:
    """R15: an old update is counted as stale though its facts are right."""
    known = task(dated(RUNNING, 10.5), points=50)
    assert Outcome.STALE == merge(known, task(dated(QUEUED, 9.5), points=50))[1]
    assert Outcome.STALE == merge(task(undated(RUNNING, 40), points=50), task(undated(QUEUED), points=50))[1]


def test_every_fact_of_a_task_is_merged() -> None:
    """R27: nothing the server says of a task is lost."""
    facts: dict[str, object] = {
        "created_at": 1.5,
        "finished_at": 2.5,
        "points": 0,
        "error": "",
        "action": "draw",
        "channel": "web",
        "result_url": "/r.png",
        "parameters": {"a": 1},
    }
    update = task(dated(RUNNING, 10.5), None, **facts)
    assert update == merge(task(), update)[0]
    kept = {"id", "dated", "undated", "overruled", "listed_at", "undated_at", "gone", "given_up", "row_only"}
    assert facts.keys() | kept == set(Task.__dataclass_fields__)


def test_every_fact_of_an_ability_task_is_merged() -> None:
    """R25: nothing the server says of an ability task is lost."""
    update = AbilityTask(
        id="a",
        dated=dated(SUCCEEDED, 10.5),
        created_at=1.5,
        finished_at=2.5,
        points=0,
        error="E",
        ability_id="x",
        ability_name="X",
        provider="p",
        capability_key="k",
        executor_id="e",
        log_id=0,
        duration_ms=0,
        started_at=2.0,
        trace_id="tr",
        callback_url="http://h/",
        result=Result(images=("/i.png",)),
        request={"inputs": {}},
    )
    assert update == merge(AbilityTask(id="a"), update)[0]


# Ids the server no longer knew


def test_an_update_brings_a_gone_job_back() -> None:
    """R11: a job that the server says something new of is there again."""
    for update in (task(dated(RUNNING, 11.5)), task(undated(SUCCEEDED)), task(points=5)):
        record, outcome = merge(task(dated(RUNNING, 10.5), gone=True), update)
        assert (False, Outcome.CHANGED) == (record.gone, outcome)


@pytest.mark.parametrize("update", [task(dated(RUNNING, 10.5)), task(dated(QUEUED, 9.5))])
def test_replayed_history_does_not_bring_a_gone_job_back(update: Task) -> None:
    """R11, R15: the events replayed on every connect are no sign that the server knows the id again."""
    known = task(dated(RUNNING, 10.5), gone=True)
    record, outcome = merge(known, update)
    assert record is known
    assert outcome is not Outcome.CHANGED


# The comparison


@pytest.mark.parametrize(("order", "expected"), [(-0.5, False), (0.0, True), (0.5, True)])
def test_an_end_overrules_what_is_none_unless_that_is_later(order: float, expected: bool) -> None:
    """R15: terminal states are for good; what is said later is kept, for a list may confirm it."""
    assert overrules(FAILED, RUNNING, order) is expected


@pytest.mark.parametrize("order", [-0.5, 0.0, 0.5])
def test_nothing_overrules_an_end_but_an_end(order: float) -> None:
    """R15: terminal states are for good."""
    assert overrules(QUEUED, CANCELLED, order) is False


@pytest.mark.parametrize(("status", "other"), [(QUEUED, RUNNING), (RUNNING, RUNNING), (SUCCEEDED, FAILED)])
@pytest.mark.parametrize(("order", "expected"), [(-0.5, False), (0.0, None), (0.5, True)])
def test_between_two_ends_and_between_two_that_are_none_time_decides(
    status: Status, other: Status, order: float, expected: bool | None
) -> None:
    """R15: the later holds; where time does not say, nothing is decided yet."""
    assert overrules(status, other, order) is expected


def test_what_time_does_not_decide_is_decided_by_how_far_along_a_word_is() -> None:
    """R15: status, progress, and then whatever makes the order total."""
    words = [
        tie(QUEUED, None, 0.0, "queued"),
        tie(RUNNING, None, 0.0, "running"),
        tie(RUNNING, 0, 0.0, "running"),
        tie(RUNNING, 40, 0.0, "running"),
        tie(RUNNING, 40, 10.0, "processing"),
        tie(RUNNING, 40, 10.0, "running"),
        tie(FAILED, None, 0.0, "failed"),
    ]
    assert sorted(words) == words
    assert len(words) == len(set(words))


# Order and repetition


def test_the_same_updates_in_any_order_and_number_ends_the_same() -> None:
    """R15: push, poll and replay may come in any order and any number of times."""
    updates = [
        task(dated(QUEUED, 10.2), created_at=10.1),
        task(dated(RUNNING, 11.0)),
        task(dated(RUNNING, 11.4, 10)),
        task(undated(RUNNING, 40), points=50),
        task(dated(SUCCEEDED, 12.3), result_url="/r.png"),
    ]
    ends = set()
    for order in permutations(updates):
        record = task()
        for item in (*order, *order):
            record, _ = merge(record, item)
        ends.add((record.word, record.dated, record.undated, record.points, record.result_url, record.created_at))
    assert 1 == len(ends)
    assert SUCCEEDED == ends.pop()[0].status


# The same id submitted again


def test_a_list_that_calls_an_ended_job_open_at_a_later_time_starts_it_anew() -> None:
    """R15: the product re-uses ids; what the first run brought is forgotten, what the job is stays."""
    ended = task(dated(FAILED, 10.5), error="out of memory", finished_at=10.4, action="draw", points=5)
    record, outcome = merge(ended, task(dated(QUEUED, 20.5), points=6), 0.0, 100.0)
    assert (QUEUED, None, None, "draw", 6, Outcome.CHANGED) == (
        record.status,
        record.error,
        record.finished_at,
        record.action,
        record.points,
        outcome,
    )
    assert reopened(ended, record)


@pytest.mark.parametrize("at", [10.5, 10.0, 9.5])
def test_a_list_that_is_not_later_than_the_end_does_not(at: float) -> None:
    """R15: a list that lags behind calls a job open at the time of before; nor does it confirm a push of later."""
    record, _ = merge(task(dated(FAILED, 10.5)), task(dated(RUNNING, at)), 0.0, 100.0)
    assert FAILED == record.status
    pushed, outcome = merge(record, task(dated(RUNNING, 30.5)))
    assert (FAILED, Outcome.NOTED) == (pushed.status, outcome)


@pytest.mark.parametrize("at", [0.0, 0.5, 20.5])
def test_the_time_at_which_a_list_called_a_job_open_is_kept_as_it_is(at: float) -> None:
    """R15: it decides whether a new run followed an end."""
    record, _ = merge(task(), task(dated(QUEUED, at)), 0.0, 100.0)
    assert at == record.listed_at


def test_a_job_that_was_started_anew_shows_what_the_list_says_of_its_second_run() -> None:
    """R15: what the first run brought is forgotten, also where the second has brought the same by then."""
    first = AbilityTask(id="a", dated=dated(FAILED, 10.5), started_at=9.5, log_id=1, duration_ms=900)
    second = AbilityTask(id="a", dated=dated(RUNNING, 20.5), started_at=19.5, log_id=2)
    record, _ = merge(first, second, 0.0, 100.0)
    assert (19.5, 2, None) == (record.started_at, record.log_id, record.duration_ms)


def test_a_push_that_is_later_than_the_end_does_not_by_itself() -> None:
    """R15: only a list proves that a job was submitted again; then the later push counts too."""
    ended = task(dated(SUCCEEDED, 10.5))
    pushed, outcome = merge(ended, task(dated(RUNNING, 30.5, 40)))
    assert (SUCCEEDED, Outcome.NOTED) == (pushed.status, outcome)
    listed, _ = merge(pushed, task(dated(QUEUED, 20.5)), 0.0, 100.0)
    assert (RUNNING, 40) == shown(listed)


def test_the_second_run_ends_like_the_first() -> None:
    """R11, R15: a later end ends it, and the end of the first run comes too late."""
    record = task(dated(FAILED, 10.5), error="first")
    for update, as_of in (
        (task(dated(QUEUED, 20.5)), 100.0),
        (task(dated(FAILED, 10.5), error="first"), None),
        (task(dated(SUCCEEDED, 30.5), result_url="/r.png"), None),
        (task(dated(QUEUED, 20.5)), 101.0),
    ):
        record, _ = merge(record, update, 0.0, as_of)
    assert (SUCCEEDED, "/r.png", None) == (record.status, record.result_url, record.error)


def test_updates_of_two_runs_end_the_same_in_any_order() -> None:
    """R15: an end, a list of the second run, a push of it and its end, in any order and any number of times."""
    updates = [
        (task(dated(SUCCEEDED, 10.5)), None),
        (task(dated(QUEUED, 20.5)), 100.0),
        (task(dated(RUNNING, 30.5, 40)), None),
        (task(dated(FAILED, 10.2)), None),
    ]
    for last, status in ((None, RUNNING), ((task(dated(CANCELLED, 40.5)), None), CANCELLED)):
        ends = set()
        for order in permutations([*updates, *([last] if last else [])]):
            record = task()
            for update, as_of in (*order, *order):
                record, _ = merge(record, update, 0.0, as_of)
            ends.add((record.word, record.dated, record.overruled, record.listed_at))
        assert [status] == [end[0].status for end in ends]


def test_an_undated_end_is_overruled_by_a_list_that_was_asked_for_long_after() -> None:
    """R15: a frame of the first run, replayed, must not end the second one for good."""
    replayed, _ = merge(task(dated(RUNNING, 20.5)), task(undated(SUCCEEDED)), 1000.0)
    assert SUCCEEDED == replayed.status
    lagging, _ = merge(replayed, task(dated(RUNNING, 20.5)), 1029.0, 1029.0)
    assert SUCCEEDED == lagging.status
    known, outcome = merge(replayed, task(dated(RUNNING, 20.5)), 1030.0, 1030.0)
    assert (RUNNING, Outcome.CHANGED) == (known.status, outcome)


def test_a_list_makes_an_old_undated_word_void_downwards_too() -> None:
    """R15: `running 60 %` by push, then back in the queue by a list that is much later."""
    pushed, _ = merge(task(dated(QUEUED, 10.5)), task(undated(RUNNING, 60)), 1000.0)
    record, _ = merge(pushed, task(dated(QUEUED, 20.5, 0)), 1100.0, 1100.0)
    assert (QUEUED, 0) == shown(record)


def test_a_listed_end_makes_undated_words_superfluous() -> None:
    """R15: the same id can be submitted again at once, and the frame of before is not in the way."""
    record, _ = merge(task(dated(RUNNING, 10.5)), task(undated(SUCCEEDED)), 1000.0)
    record, _ = merge(record, task(dated(SUCCEEDED, 11.5)), 1001.0, 1000.5)
    record, _ = merge(record, task(dated(QUEUED, 12.5)), 1002.0, 1001.5)
    assert QUEUED == record.status


def test_a_list_without_a_time_proves_nothing() -> None:
    """R15: only a listed word that carries the server's time starts a job anew."""
    record, _ = merge(task(dated(FAILED, 10.5)), task(undated(QUEUED)), 0.0, 100.0)
    assert FAILED == record.status


# Standstills, and words that nobody knows


def test_the_single_read_of_a_blocked_job_does_not_take_it_back() -> None:
    """R15: it says `pending` without a time."""
    record, _ = merge(task(dated(BLOCKED, 10.5)), task(undated(QUEUED, 0)))
    assert BLOCKED == record.status


def test_a_blocked_job_goes_on_when_a_later_word_says_so() -> None:
    """R12: a reconcile finds what has become of it."""
    record, _ = merge(task(dated(BLOCKED, 10.5)), task(dated(QUEUED, 20.5)), 0.0, 100.0)
    assert (QUEUED, True) == (record.status, record.active)


def test_a_job_that_was_given_up_is_not_asked_about_until_something_changes() -> None:
    """R11: it keeps its own word, and an update that changes what is shown revives it."""
    known = task(dated(UNKNOWN, 10.5, text="paused"), given_up=True)
    assert (False, False, UNKNOWN) == (known.active, known.ended, known.status)
    assert merge(known, task(dated(RUNNING, 20.5)))[0].active


def test_a_job_that_was_given_up_stays_so_while_nothing_shown_changes() -> None:
    """R11, R19: a replayed frame is kept to be compared with, and wakes nothing."""
    known = task(dated(UNKNOWN, 10.5, text="paused"), given_up=True)
    record, outcome = merge(known, task(undated(QUEUED)))
    assert (Outcome.NOTED, False) == (outcome, record.active)


def test_an_update_that_changes_nothing_shown_is_noted() -> None:
    """R19: a replayed frame fires no event again."""
    known = task(dated(SUCCEEDED, 10.5))
    record, outcome = merge(known, task(undated(RUNNING, 40)))
    assert (Outcome.NOTED, SUCCEEDED) == (outcome, record.status)
    assert merge(record, task(undated(RUNNING, 40)))[1] is not Outcome.CHANGED


# Old jobs of which only the row is kept (R48)


def test_a_row_is_whole_again_once_it_is_read() -> None:
    """R48: whoever opens it reads it anew; a frame without more changes nothing of that."""
    result = Result(images=("/1.png", "/2.png", "/3.png", "/4.png"), raw={"big": 1})
    whole = AbilityTask(id="a", dated=dated(SUCCEEDED, 9.5), result=result, request={"a": 1})
    row = as_row(whole)
    assert merge(row, whole)[0] == whole
    for part in (replace(whole, result=None), replace(whole, request=None)):
        assert not merge(row, part)[0].row_only
    later, _ = merge(row, AbilityTask(id="a", dated=dated(SUCCEEDED, 11.5)))
    assert later.row_only
    assert later.result == row.result


def test_a_task_is_whole_again_once_it_is_listed() -> None:
    """R48: what went in comes with every list."""
    whole = task(dated(SUCCEEDED, 9.5), None, parameters={"a": 1})
    assert merge(as_row(whole), whole)[0] == whole
