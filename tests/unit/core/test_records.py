"""What a piece of news does to what is known of a job."""

from itertools import permutations

import pytest

from app.core.records import AbilityTask, Outcome, Record, Result, Task, Word, merge
from app.core.status import Status

QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED, UNKNOWN = Status


def dated(status: Status, at: float, progress: int | None = None, text: str = "") -> Word:
    """Return a word that carries the server's time."""
    return Word(status, text or status.value, progress, at)


def undated(status: Status, progress: int | None = None, text: str = "") -> Word:
    """Return a word that carries no time."""
    return Word(status, text or status.value, progress)


def task(first: Word | None = None, second: Word | None = None, **facts: object) -> Task:
    """Return what the given words, one of each kind at most, say of a task."""
    words = {"undated" if word.at is None else "dated": word for word in (first, second) if word is not None}
    return Task(id="t", **words, **facts)  # type: ignore[arg-type]


def shown(record: Record) -> tuple[Status, int | None]:
    """Return what a row shows."""
    return record.status, record.progress


# Dated news


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
    """R15: only terminal states are for good; a job may be queued again after its worker was lost."""
    record, outcome = merge(task(dated(RUNNING, 10.5, 40)), task(dated(QUEUED, 11.5)))
    assert (QUEUED, None, Outcome.CHANGED) == (*shown(record), outcome)


def test_milliseconds_decide_where_both_times_have_them() -> None:
    """R15: older within the same second is older."""
    record, outcome = merge(task(dated(QUEUED, 10.9)), task(dated(RUNNING, 10.2)))
    assert (QUEUED, Outcome.STALE) == (record.status, outcome)


@pytest.mark.parametrize("end", [SUCCEEDED, FAILED, CANCELLED])
def test_a_terminal_status_never_goes_back_even_for_later_news(end: Status) -> None:
    """R15: nothing follows an end, whatever its time."""
    known = task(dated(end, 10.5))
    for news in (task(dated(RUNNING, 99.5, 40)), task(undated(RUNNING, 40)), task(dated(UNKNOWN, 99.5))):
        record, outcome = merge(known, news)
        assert end == record.status
        assert outcome in {Outcome.STALE, Outcome.CHANGED}


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


@pytest.mark.parametrize(("known_at", "news_at"), [(10.7, 10.0), (10.0, 10.7), (10.0, 10.0)])
def test_within_one_second_a_stamp_in_whole_seconds_is_neither_older_nor_newer(known_at: float, news_at: float) -> None:
    """R15: push may carry whole seconds where REST carries microseconds; then the further along holds."""
    forward, outcome = merge(task(dated(QUEUED, known_at)), task(dated(RUNNING, news_at)))
    assert (RUNNING, Outcome.CHANGED) == (forward.status, outcome)
    backward, outcome = merge(task(dated(RUNNING, known_at)), task(dated(QUEUED, news_at)))
    assert (RUNNING, Outcome.STALE) == (backward.status, outcome)


def test_progress_tells_which_of_two_such_stamps_is_further_along() -> None:
    """R15: the same status with more progress is further along."""
    record, _ = merge(task(dated(RUNNING, 10.7, 30)), task(dated(RUNNING, 10.0, 60)))
    assert (RUNNING, 60) == shown(record)
    record, _ = merge(task(dated(RUNNING, 10.7, 0)), task(dated(RUNNING, 10.0, None)))
    assert (RUNNING, 0) == shown(record)


@pytest.mark.parametrize(("known_at", "news_at"), [(10.7, 11.0), (10.0, 11.2), (10.0, 11.0), (10.999, 11.0)])
def test_across_seconds_a_stamp_in_whole_seconds_counts_like_any_other(known_at: float, news_at: float) -> None:
    """R15: the next second is later, the one before is older."""
    assert QUEUED == merge(task(dated(RUNNING, known_at)), task(dated(QUEUED, news_at)))[0].status
    assert QUEUED == merge(task(dated(QUEUED, news_at)), task(dated(RUNNING, known_at)))[0].status


def test_the_time_shown_is_the_more_precise_of_two_that_say_the_same() -> None:
    """R15: whichever of REST and push comes first, `updatedAt` ends the same."""
    rest, push = task(dated(RUNNING, 10.7)), task(dated(RUNNING, 10.0))
    assert [10.7, 10.7] == [merge(rest, push)[0].updated_at, merge(push, rest)[0].updated_at]


def test_the_word_shown_does_not_depend_on_the_order_of_equals() -> None:
    """R15: two words of the same rank and time end the same whichever comes first."""
    for one, other in (
        (undated(UNKNOWN, text="paused"), undated(UNKNOWN, text="warming")),
        (dated(UNKNOWN, 10.0, text="paused"), dated(UNKNOWN, 10.0, text="warming")),
        (dated(UNKNOWN, 10.5, text="paused"), dated(UNKNOWN, 10.5, text="warming")),
    ):
        first, second = task(one), task(other)
        assert merge(first, second)[0] == merge(second, first)[0]


# Undated news


def test_undated_news_moves_a_job_forward() -> None:
    """R15: `task.status` carries no time; what is further along holds."""
    record, outcome = merge(task(undated(QUEUED)), task(undated(RUNNING, 40)))
    assert (RUNNING, 40, Outcome.CHANGED) == (*shown(record), outcome)


def test_undated_news_never_moves_a_job_back() -> None:
    """R15: a replayed `queued` after `running` is stale."""
    known = task(undated(RUNNING, 40))
    for news in (task(undated(QUEUED)), task(undated(RUNNING, 30)), task(undated(RUNNING))):
        record, outcome = merge(known, news)
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
    """R15: terminal state wins where no time is told."""
    assert FAILED == task(dated(RUNNING, 99.5, 99), undated(FAILED)).status


def test_of_a_dated_and_an_undated_end_the_dated_holds() -> None:
    """R15: who tells the time knows better."""
    assert CANCELLED == task(dated(CANCELLED, 10.5), undated(SUCCEEDED)).status


def test_a_dated_word_holds_against_an_undated_one_that_is_no_further() -> None:
    """R15: between equals the dated word's own text is shown."""
    assert "paused" == task(dated(UNKNOWN, 10.5, text="paused"), undated(UNKNOWN, text="zzz")).word.text


@pytest.mark.parametrize("progress", [0, 1])
def test_any_progress_is_further_than_none(progress: int) -> None:
    """R15: a running job of which no progress was known is shown with the first that is pushed."""
    assert (RUNNING, progress) == shown(task(dated(RUNNING, 10.5), undated(RUNNING, progress)))


def test_undated_progress_is_told_to_a_dated_record() -> None:
    """R15: the two kinds are kept side by side, and the outcome says that something changed."""
    record, outcome = merge(task(dated(QUEUED, 10.5)), task(undated(RUNNING, 40)))
    assert (RUNNING, 40, 10.5, Outcome.CHANGED) == (*shown(record), record.updated_at, outcome)


# What a record says of itself


def test_a_record_without_any_word_is_unknown_and_active() -> None:
    """R11: nothing is known of it yet, so more is to be expected."""
    record = task()
    assert (UNKNOWN, None, None, "", True) == (*shown(record), record.updated_at, record.word.text, record.active)


@pytest.mark.parametrize("status", list(Status))
def test_a_job_is_active_until_it_has_ended(status: Status) -> None:
    """R11: a terminal id leaves the active set at once; an unfamiliar word is no end."""
    assert (not status.terminal) == task(undated(status)).active


def test_a_job_the_server_no_longer_knows_is_unknown_and_not_active() -> None:
    """R11: shown as unknown, never as done."""
    gone = task(dated(RUNNING, 10.5), gone=True)
    assert (UNKNOWN, False) == (gone.status, gone.active)


def test_a_record_of_undated_words_has_no_time() -> None:
    """R15: only the server's own time counts."""
    assert task(undated(RUNNING)).updated_at is None


# Facts


def test_gaps_are_filled_by_whoever_knows() -> None:
    """R15: older and undated news still tells what was not known, and that is a change."""
    known = task(dated(RUNNING, 11.5))
    for news in (task(undated(QUEUED), points=50), task(dated(QUEUED, 10.5), points=50), task(points=50)):
        record, outcome = merge(known, news)
        assert (50, RUNNING, Outcome.CHANGED) == (record.points, record.status, outcome)


def test_a_gap_in_the_news_erases_nothing() -> None:
    """R15: an absent field says nothing."""
    known = task(dated(RUNNING, 10.5), points=50, action="draw")
    record, _ = merge(known, task(dated(SUCCEEDED, 11.5)))
    assert (50, "draw", SUCCEEDED) == (record.points, record.action, record.status)


def test_later_dated_news_rewrites_facts() -> None:
    """R15: the later dated word brings the later facts."""
    record, outcome = merge(task(dated(RUNNING, 10.5), points=50), task(dated(RUNNING, 11.5), points=60))
    assert (60, Outcome.CHANGED) == (record.points, outcome)


@pytest.mark.parametrize("word", [dated(RUNNING, 10.5), dated(QUEUED, 9.5), undated(SUCCEEDED), None])
def test_no_other_news_rewrites_facts(word: Word | None) -> None:
    """R15: equal, older and undated news fill gaps only."""
    known = task(dated(RUNNING, 10.5), points=50)
    record, _ = merge(known, task(word, points=60))
    assert 50 == record.points


def test_news_that_fills_no_gap_and_moves_nothing_is_a_duplicate() -> None:
    """R15: facts already known are no news."""
    known = task(dated(RUNNING, 10.5), points=50)
    record, outcome = merge(known, task(points=50))
    assert record is known
    assert Outcome.DUPLICATE == outcome


def test_stale_news_with_known_facts_is_stale() -> None:
    """R15: old news is counted as stale though its facts are right."""
    known = task(dated(RUNNING, 10.5), points=50)
    assert Outcome.STALE == merge(known, task(dated(QUEUED, 9.5), points=50))[1]
    assert Outcome.STALE == merge(task(undated(RUNNING, 40), points=50), task(undated(QUEUED), points=50))[1]


def test_every_fact_of_a_task_is_merged() -> None:
    """R27: nothing the server tells of a task is lost."""
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
    news = task(dated(RUNNING, 10.5), None, **facts)
    assert news == merge(task(), news)[0]
    assert facts.keys() | {"id", "dated", "undated", "gone"} == set(Task.__dataclass_fields__)


def test_every_fact_of_an_ability_task_is_merged() -> None:
    """R25: nothing the server tells of an ability task is lost."""
    news = AbilityTask(
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
    assert news == merge(AbilityTask(id="a"), news)[0]


# Ids the server no longer knew


def test_news_revives_a_job_that_was_lost() -> None:
    """R11: a job that the server tells something new of is there again."""
    for news in (task(dated(RUNNING, 11.5)), task(undated(SUCCEEDED)), task(points=5)):
        record, outcome = merge(task(dated(RUNNING, 10.5), gone=True), news)
        assert (False, Outcome.CHANGED) == (record.gone, outcome)


@pytest.mark.parametrize("news", [task(dated(RUNNING, 10.5)), task(dated(QUEUED, 9.5))])
def test_replayed_history_does_not_revive_a_job_that_was_lost(news: Task) -> None:
    """R11, R15: the events replayed on every connect are no sign that the server knows the id again."""
    known = task(dated(RUNNING, 10.5), gone=True)
    record, outcome = merge(known, news)
    assert record is known
    assert outcome is not Outcome.CHANGED


# Order and repetition


def test_the_same_news_in_any_order_and_number_ends_the_same() -> None:
    """R15: push, poll and replay may come in any order and any number of times."""
    news = [
        task(dated(QUEUED, 10.2), created_at=10.1),
        task(dated(RUNNING, 11.0)),
        task(dated(RUNNING, 11.4, 10)),
        task(undated(RUNNING, 40), points=50),
        task(dated(SUCCEEDED, 12.3), result_url="/r.png"),
    ]
    ends = set()
    for order in permutations(news):
        record = task()
        for item in (*order, *order):
            record, _ = merge(record, item)
        ends.add((record.word, record.dated, record.undated, record.points, record.result_url, record.created_at))
    assert 1 == len(ends)
    assert SUCCEEDED == ends.pop()[0].status
