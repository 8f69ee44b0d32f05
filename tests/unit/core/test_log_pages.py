"""What is loaded of a log: pages put together by their overlap, and the gaps between them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.log_pages import NEWEST, LogPages, LogWindow, Whereabouts
from app.core.logs import LogPage, LogRecord
from testkit.paged_log import PagedLog


def read(pages: LogPages, server: PagedLog, window: LogWindow = NEWEST, now: float = 0.0) -> None:
    """Read one window."""
    pages.apply(server.page(window), window, now)


def read_older(pages: LogPages, server: PagedLog, most: int = 100) -> int:
    """Read on until the log is complete; return how many pages that took."""
    for count in range(most):
        window = pages.older()
        if window is None:
            return count
        read(pages, server, window)
    raise AssertionError(f"not complete after {most} pages: {pages.older()}")


def loaded(records: int) -> tuple[LogPages, PagedLog]:
    """Return the newest page of a log."""
    pages, server = LogPages(), PagedLog(records)
    read(pages, server)
    return pages, server


def test_a_hole_is_seen_where_two_pages_did_not_meet() -> None:
    """R28, report 5: 300 records, 50 loaded, 100 more: 351 and 300 are no neighbours."""
    pages, server = loaded(300)
    server.write(100)
    read(pages, server)
    assert (frozenset({351}), False) == (pages.holes, pages.complete)
    read_older(pages, server)
    assert (frozenset(), True, list(range(400, 0, -1))) == (pages.holes, pages.complete, pages.order)


def test_neighbours_that_met_have_no_hole() -> None:
    """R28: a few new records overlap what is loaded."""
    pages, server = loaded(300)
    server.write(49)
    read(pages, server)
    assert (frozenset(), 99) == (pages.holes, pages.unbroken)
    read_older(pages, server)
    assert (frozenset(), 349) == (pages.holes, pages.unbroken)


def test_another_log_begins_with_nothing() -> None:
    """R28: nothing is known of it, and its first page has to be read."""
    pages, server = loaded(300)
    server.write(100)
    read(pages, server)
    pages.clear()
    for empty in (pages, LogPages()):
        assert (None, False, None, frozenset(), 0) == (
            empty.total,
            empty.complete,
            empty.older(),
            empty.holes,
            empty.unbroken,
        )
        assert Whereabouts.OLDER is empty.whereabouts(300)
        assert ([], {}) == (empty.order, empty.records)
    read(pages, PagedLog(60))
    assert (list(range(60, 10, -1)), LogWindow(49, 200)) == (pages.order, pages.older())


def test_older_records_are_read_from_the_one_above_the_gap() -> None:
    """R28: so that the pages meet, and from the newest one on where that is all there is."""
    pages, server = loaded(600)
    assert LogWindow(49, 200) == pages.older()
    read(pages, server, LogWindow(49, 200))
    assert LogWindow(248, 200) == pages.older()
    one = LogPages()
    read(one, PagedLog(5, cap=1))
    assert LogWindow(0, 200) == one.older()


def test_a_page_below_the_gap_begins_half_a_page_earlier_the_next_time() -> None:
    """R28, report 5: by one record at least; what it brought may be short."""
    pages, server = loaded(600)
    read(pages, server, LogWindow(49, 200))
    server.ids = [log_id for log_id in server.ids if not 400 <= log_id < 410]
    read(pages, server, LogWindow(248, 200))
    assert (frozenset({352}), LogWindow(148, 200)) == (pages.holes, pages.older())
    read(pages, server, LogWindow(148, 200))
    assert (frozenset(), LogWindow(447, 200)) == (pages.holes, pages.older())
    short, server = loaded(60)
    server.ids = [log_id for log_id in server.ids if not 20 <= log_id < 30]
    read(short, server, LogWindow(49, 200))
    assert (frozenset({11}), LogWindow(48, 200)) == (short.holes, short.older())


def test_a_page_without_a_record_leaves_what_is_loaded() -> None:
    """R1, R28: beyond the end, or where none can be read; the next one begins earlier."""
    for count, older in ((0, LogWindow(24, 200)), (20, LogWindow(39, 200))):
        pages, _ = loaded(300)
        pages.apply(LogPage(300, 49, (), count), LogWindow(49, 200), 1.0)
        assert (list(range(300, 250, -1)), frozenset(), False) == (pages.order, pages.holes, pages.complete)
        assert older == pages.older()


def test_a_window_has_a_loaded_record_in_its_middle() -> None:
    """R28, report 7: the oldest one above a gap too, and none begins above the newest."""
    pages, server = loaded(300)
    assert [LogWindow(0, 50), LogWindow(1, 50), LogWindow(24, 50)] == [pages.around(one) for one in (300, 274, 251)]
    server.write(100)
    read(pages, server)
    assert [LogWindow(24, 50), LogWindow(49, 200)] == [pages.around(one) for one in (351, 300)]


def test_records_deleted_above_a_gap_do_not_hide_it() -> None:
    """R28, report 5: older pages complete the log even where what they begin at has moved or is gone."""
    pages, server = loaded(600)
    read(pages, server, LogWindow(49, 200))
    server.ids = [log_id for log_id in server.ids if not 340 <= log_id <= 560]
    read_older(pages, server)
    assert sorted(server.ids, reverse=True) == pages.order


def test_a_deleted_record_leaves_with_the_page_that_spans_it() -> None:
    """R28: the server has what its page says and nothing between."""
    pages, server = loaded(60)
    server.ids.remove(30)
    read(pages, server)
    assert (False, 59) == (30 in pages.records, pages.total)
    server.ids.clear()
    read(pages, server)
    assert ([], 0, True) == (pages.order, pages.total, pages.complete)


def test_a_total_that_is_too_high_does_not_keep_the_log_open() -> None:
    """R28: "Load older" ends when older pages bring nothing."""
    pages, server = LogPages(), PagedLog(120, boast=7)
    read(pages, server)
    assert read_older(pages, server) <= 3
    assert 120 == len(pages.order)


def test_a_server_with_short_pages_is_read_to_its_end() -> None:
    """R28: what was asked for says nothing about what comes."""
    pages, server = LogPages(), PagedLog(120, cap=20)
    read(pages, server)
    read(pages, server)
    read_older(pages, server)
    assert 120 == len(pages.order)


def test_a_record_that_cannot_be_read_counts_in_the_offsets() -> None:
    """R1, R28: what is shown lacks it, and the log is complete all the same."""
    pages = LogPages()
    pages.apply(LogPage(3, 0, (LogRecord(id=3), LogRecord(id=1)), 3), NEWEST, 0.0)
    assert (True, [3, 1]) == (pages.complete, pages.order)


def test_a_record_is_absent_only_where_nothing_is_missing() -> None:
    """R28, report 6: below a gap it may be anywhere."""
    pages, server = loaded(300)
    where = [pages.whereabouts(log_id) for log_id in (300, 251, 250, 301)]
    assert where == [Whereabouts.LOADED, Whereabouts.LOADED, Whereabouts.OLDER, Whereabouts.ABSENT]
    server.ids.remove(20)
    read_older(pages, server)
    assert Whereabouts.ABSENT is pages.whereabouts(20)
    assert Whereabouts.OLDER is LogPages().whereabouts(1)


def test_a_loaded_record_is_renewed_wherever_it_stands() -> None:
    """R28, report 7: with 60 newer ones, and with a hole above it that has to be closed first."""
    pages, server = LogPages(), PagedLog(300)
    server.running.add(300)
    read(pages, server)
    for newer in (60, 400):
        server.write(newer)
        read(pages, server, now=1.0)
        for _ in range(4):
            window = pages.around(300)
            assert window is not None
            read(pages, server, window, now=2.0)
        assert [] == pages.running(read_before=2.0)
    server.running.clear()
    window = pages.around(300)
    assert window is not None
    read(pages, server, window, now=3.0)
    assert [] == pages.running()
    assert None is pages.around(9999)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 120)),
        st.tuples(st.just("delete"), st.integers(0, 400)),
        st.tuples(st.just("newest"), st.just(0)),
        st.tuples(st.just("older"), st.just(0)),
        st.tuples(st.just("around"), st.integers(0, 400)),
    ),
    max_size=25,
)


@settings(max_examples=60)
@given(st.integers(0, 400), STEPS, st.sampled_from([20, 50, 200]))
def test_whatever_was_written_and_deleted_the_log_completes(
    records: int, steps: list[tuple[str, int]], cap: int
) -> None:
    """R28, report 5: no record is missed, none is kept, and no number of steps makes "Load older" repeat."""
    pages, server = LogPages(), PagedLog(records, cap=cap)
    read(pages, server)
    for step, number in steps:
        match step:
            case "write":
                server.write(number)
            case "delete":
                server.ids = [log_id for log_id in server.ids if not number <= log_id < number + 30]
            case "newest":
                read(pages, server)
            case "older":
                if window := pages.older():
                    read(pages, server, window)
            case _:
                if window := pages.around(pages.order[number % len(pages.order)] if pages.order else 0):
                    read(pages, server, window)
    read(pages, server)
    read_older(pages, server)
    assert set(server.ids) <= set(pages.order)
    for offset in range(0, len(server.ids), cap):
        read(pages, server, LogWindow(offset, cap))
    assert (sorted(server.ids, reverse=True), True) == (pages.order, pages.complete)
