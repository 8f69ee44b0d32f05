"""What is looked for in a log: the marked record, what is chased, and which windows one read is worth."""

from __future__ import annotations

import pytest

from app.core.collection import Change
from app.core.log_pages import NEWEST, LogWindow
from app.core.log_watch import CHASES, EXTRA_PAGES, RENEW_EVERY_S, LogWatch
from app.core.records import AbilityTask, Source
from app.core.status import Status
from testkit.paged_log import PagedLog
from testkit.words import ability_task


def read(watch: LogWatch, log: PagedLog, now: float = 0.0) -> list[LogWindow]:
    """Make one read as it goes without an outage; return its windows."""
    asked = []
    for window in watch.windows(now):
        asked.append(window)
        watch.apply(log.page(window), window, now)
        assert len(asked) < 100
    return asked


def watched(records: int, **more: int) -> tuple[LogWatch, PagedLog]:
    """Return a log whose newest page has been read."""
    watch, log = LogWatch(), PagedLog(records, **more)
    read(watch, log)
    assert not watch.chase()
    return watch, log


def ended(log_id: int | None, *, before: Status | None = Status.RUNNING) -> Change[AbilityTask]:
    """Return the end of a call that was seen in a status before, or never."""
    after = ability_task(Status.SUCCEEDED, log_id=log_id)
    return Change(after, None if before is None else ability_task(before), Source.PUSH)


def reads_until_rest(watch: LogWatch, log: PagedLog) -> int:
    """Return how many further reads are made after one."""
    for count in range(20):
        read(watch, log)
        if not watch.chase():
            return count
    raise AssertionError("it is read for ever")


def test_a_read_is_of_the_newest_page_where_nothing_else_is_wanted() -> None:
    """R28: however many older ones there are."""
    watch, log = watched(300)
    assert ([NEWEST], 50) == (read(watch, log), len(watch.pages.order))
    assert (None, None, False) == (watch.highlight, watch.sought, watch.missing)


def test_the_record_of_a_call_that_ended_is_marked_and_chased_until_it_is_there() -> None:
    """R28: it may be written after its end was pushed."""
    watch, log = watched(3)
    assert watch.notice([], [ended(4)])
    assert 4 == watch.highlight
    read(watch, log)
    assert watch.chase()
    log.write(1)
    assert 0 == reads_until_rest(watch, log)


def test_a_record_that_never_comes_is_chased_so_often_and_no_more() -> None:
    """R28: and it was not asked for by anybody, so nothing is said to be missing."""
    watch, log = watched(3)
    watch.notice([], [ended(4)])
    assert (CHASES, 4, False) == (reads_until_rest(watch, log), watch.highlight, watch.missing)


def test_a_record_whose_call_still_runs_is_chased_and_renewed() -> None:
    """R28: until it says that the call is over."""
    watch, log = watched(3)
    log.write(1)
    log.running.add(4)
    watch.notice([4], [])
    read(watch, log)
    assert watch.chase()
    assert [NEWEST] == read(watch, log)
    log.running.clear()
    assert 0 == reads_until_rest(watch, log)
    assert Status.SUCCEEDED is watch.pages.records[4].status


@pytest.mark.parametrize(
    ("change", "marked"),
    [(ended(None), None), (ended(4, before=None), None), (ended(4, before=Status.FAILED), None), (ended(4), 4)],
)
def test_every_end_is_worth_a_read_and_marks_a_record_if_the_call_was_seen_to_run(
    change: Change[AbilityTask], marked: int | None
) -> None:
    """R28: an end that is read at the start is history."""
    watch, _ = watched(3)
    assert (True, marked) == (watch.notice([], [change]), watch.highlight)


def test_the_newest_of_several_records_is_marked() -> None:
    """R28: the others are not chased."""
    watch, log = watched(3)
    watch.notice([5, 4], [ended(6)])
    assert 6 == watch.highlight
    log.write(3)
    assert 0 == reads_until_rest(watch, log)


def test_a_notice_is_new_once_and_only_of_what_was_written_since() -> None:
    """R28: a server repeats its last notices whenever a socket opens."""
    watch, log = LogWatch(), PagedLog(3)
    assert (False, None) == (watch.notice([3], []), watch.highlight)
    read(watch, log)
    assert [False, False, True, False] == [watch.notice([log_id], []) for log_id in (2, 3, 4, 4)]
    assert 4 == watch.highlight
    assert not watch.notice([], [])


def test_in_a_log_that_was_empty_everything_is_new() -> None:
    """R28: its first record too."""
    watch, _ = watched(0)
    assert watch.notice([1], [])


def test_a_notice_of_a_loaded_record_renews_it_wherever_it_stands() -> None:
    """R28: it was running when it was read, and its page is asked for."""
    watch, log = LogWatch(), PagedLog(300)
    log.running.add(200)
    watch.want_older()
    read(watch, log)
    assert 200 in watch.pages.records
    log.running.clear()
    assert watch.notice([200], [])
    assert [NEWEST, LogWindow(75, 50)] == read(watch, log)
    assert (Status.SUCCEEDED, [NEWEST]) == (watch.pages.records[200].status, read(watch, log))
    assert not watch.notice([199], [])


def test_of_several_outdated_records_the_newest_is_renewed_first() -> None:
    """R28: each at its own place, and in the same read."""
    watch, log = LogWatch(), PagedLog(300)
    log.running.update({80, 200})
    watch.want_older()
    read(watch, log)
    watch.notice([80, 200], [])
    assert [NEWEST, LogWindow(75, 50), LogWindow(195, 50)] == read(watch, log)


def test_a_chased_record_is_renewed_with_each_read_wherever_it_stands() -> None:
    """R28: its call still runs."""
    watch, log = LogWatch(), PagedLog(300)
    log.running.add(200)
    watch.want_older()
    read(watch, log)
    watch.notice([200], [])
    for _ in range(CHASES):
        assert [NEWEST, LogWindow(75, 50)] == read(watch, log)
        assert watch.chase()
    read(watch, log)
    assert not watch.chase()


def test_records_of_running_calls_are_renewed_each_minute_or_when_asked() -> None:
    """R28: those below the newest page, of which no notice may come."""
    watch, log = LogWatch(), PagedLog(300)
    log.running.add(200)
    watch.want_older()
    read(watch, log)
    assert [NEWEST] == read(watch, log, now=RENEW_EVERY_S)
    assert [NEWEST, LogWindow(75, 50)] == read(watch, log, now=RENEW_EVERY_S + 1)
    assert [NEWEST] == read(watch, log, now=RENEW_EVERY_S + 2)
    watch.refresh()
    assert [NEWEST, LogWindow(75, 50)] == read(watch, log, now=RENEW_EVERY_S + 3)


def test_what_was_deleted_is_renewed_no_more() -> None:
    """R28: it is not looked for by its place."""
    watch, log = LogWatch(), PagedLog(120)
    log.running.add(60)
    watch.want_older()
    read(watch, log)
    log.ids.remove(60)
    watch.refresh()
    assert [NEWEST, LogWindow(35, 50)] == read(watch, log)
    assert [NEWEST] == read(watch, log, now=RENEW_EVERY_S + 1)


def test_older_records_are_one_page_more() -> None:
    """R28: each time they are asked for."""
    watch, log = watched(1000)
    watch.want_older()
    assert [NEWEST, LogWindow(49, 200)] == read(watch, log)
    assert [NEWEST] == read(watch, log)
    watch.want_older()
    assert [NEWEST, LogWindow(248, 200)] == read(watch, log)


def test_older_records_are_read_on_from_a_page_that_brings_none() -> None:
    """R28: where records were deleted it lies too deep, and begins earlier the next time, in the same read."""
    watch, log = watched(3000)
    for _ in range(6):
        watch.want_older()
        read(watch, log)
    reached = watch.pages.unbroken
    del log.ids[-1100:-200]
    watch.want_older()
    assert len(read(watch, log)) > 1 + EXTRA_PAGES + 1
    assert (True, frozenset()) == (watch.pages.unbroken > reached - 900, watch.pages.holes)
    assert [NEWEST] == read(watch, log)


def test_wanting_older_records_ends_with_the_read_where_there_are_none() -> None:
    """R28: later ones are not read unasked."""
    watch, log = watched(3)
    watch.want_older()
    assert [NEWEST] == read(watch, log)
    assert watch.pages.complete
    other = PagedLog(300)
    watch.pages.clear()
    assert ([NEWEST], 50) == (read(watch, other), len(watch.pages.order))


def test_wanting_older_records_outlives_a_read_that_failed() -> None:
    """R28: whoever asked for them gets them with the next."""
    watch, log = watched(1000)
    watch.want_older()
    windows = watch.windows(0.0)
    watch.apply(log.page(next(windows)), NEWEST, 0.0)
    next(windows)
    del windows
    assert [NEWEST, LogWindow(49, 200)] == read(watch, log)


def test_holes_are_filled_unasked_by_so_many_pages_in_each_read() -> None:
    """R28: a page that comes back late has missed no more than that, mostly; the rest takes further reads."""
    watch, log = watched(50)
    log.write(150)
    assert (1 + 1, frozenset()) == (len(read(watch, log)), watch.pages.holes)
    log.write(200 * EXTRA_PAGES + 500)
    assert 1 + EXTRA_PAGES == len(read(watch, log))
    assert watch.pages.holes


def test_a_server_that_answers_the_same_whatever_it_is_asked_is_not_asked_for_ever() -> None:
    """R28: the same window is not asked for twice in one read."""
    watch = LogWatch()
    watch.want_older()
    log = PagedLog(1000)
    page = log.page(NEWEST)
    asked = []
    for window in watch.windows(0.0):
        asked.append(window)
        watch.apply(page, window, 0.0)
        assert len(asked) < 20
    assert len(set(asked)) == len(asked)


def test_a_sought_record_is_read_for_page_by_page_until_it_is_there() -> None:
    """R28, R50: a link to a record far below."""
    watch, log = watched(1000)
    watch.seek(300)
    assert (300, 300, False) == (watch.highlight, watch.sought, watch.missing)
    assert 1 + 4 == len(read(watch, log))
    assert (False, None, False, True) == (watch.chase(), watch.sought, watch.missing, 300 in watch.pages.records)


def test_a_sought_record_that_is_not_in_the_log_is_missing() -> None:
    """R28: after the last chase, for its event may have come before it."""
    watch, log = watched(3)
    watch.seek(99)
    assert (CHASES, None, True, 99) == (reads_until_rest(watch, log), watch.sought, watch.missing, watch.highlight)
    watch.seek(2)
    assert (2, False) == (watch.sought, watch.missing)


def test_a_search_that_is_stopped_reads_no_more_and_says_nothing() -> None:
    """R28: and so does another search that takes its place."""
    watch, log = watched(1000)
    watch.seek(300)
    watch.stop_search()
    assert [NEWEST] == read(watch, log)
    assert (False, None, False, 300) == (watch.chase(), watch.sought, watch.missing, watch.highlight)
    watch.seek(2000)
    watch.seek(1000)
    assert (0, [NEWEST]) == (reads_until_rest(watch, log), read(watch, log))


def test_stopping_a_search_ends_it_though_another_record_is_marked_meanwhile() -> None:
    """R28: that one is there already."""
    watch, log = watched(3)
    watch.seek(99)
    log.write(1)
    watch.notice([4], [])
    watch.stop_search()
    assert (0, 4, False) == (reads_until_rest(watch, log), watch.highlight, watch.missing)


def test_records_are_chased_at_the_same_time() -> None:
    """R28: one that is missing holds up no other."""
    watch, log = watched(3)
    watch.seek(99)
    log.write(1)
    log.running.add(4)
    watch.notice([4], [])
    assert (CHASES, True) == (reads_until_rest(watch, log), watch.missing)


def test_stopping_a_search_ends_the_chase_of_a_marked_record_that_is_not_there() -> None:
    """R28: not that of one whose call runs."""
    watch, log = watched(3)
    watch.refresh(7)
    watch.stop_search()
    assert 0 == reads_until_rest(watch, log)
    log.write(1)
    log.running.add(4)
    read(watch, log)
    watch.refresh(4)
    watch.stop_search()
    read(watch, log)
    assert watch.chase()


def test_a_marked_record_takes_the_place_of_the_one_before_and_not_of_a_sought_one() -> None:
    """R28: a call that ends meanwhile ends no search."""
    watch, log = watched(3)
    watch.refresh(8)
    watch.refresh(9)
    log.write(6)
    log.ids.remove(8)
    assert 0 == reads_until_rest(watch, log)
    watch.seek(99)
    log.write(1)
    watch.notice([10], [])
    assert (10, 99, CHASES) == (watch.highlight, watch.sought, reads_until_rest(watch, log))
    assert watch.missing


def test_another_log_begins_anew() -> None:
    """R28, R33: nothing of the one before is marked, chased, renewed or taken for history."""
    watch, log = watched(1000)
    log.running.add(970)
    watch.notice([1001], [])
    watch.seek(1)
    watch.want_older()
    watch.clear()
    assert (None, None, False, []) == (watch.highlight, watch.sought, watch.missing, watch.pages.order)
    assert (False, None) == (watch.notice([1], []), watch.pages.total)
    assert ([NEWEST], False) == (read(watch, log), watch.chase())
    for _ in range(2):
        watch.clear()
        read(watch, PagedLog(2))
        assert watch.notice([3], [])
