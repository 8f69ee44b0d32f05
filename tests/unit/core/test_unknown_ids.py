"""Unknown ids that push speaks of, and when to search for them."""

import pytest

from app.core.unknown_ids import (
    BETWEEN_SEARCHES_S,
    FIRST_SEARCHES,
    FOREIGN_KEPT,
    MOST_SEARCHES,
    UNKNOWN_KEPT,
    UnknownIds,
)


@pytest.fixture
def ids() -> UnknownIds:
    """Nothing unknown yet."""
    return UnknownIds()


def search(ids: UnknownIds, now: float, found: int = 0) -> frozenset[str]:
    """Let a search begin and end at once."""
    sought = ids.begin(now)
    ids.end(sought, found)
    return sought


def search_in_vain(ids: UnknownIds, now: float) -> None:
    """Let everything be searched for until it is taken for foreign."""
    for _ in range(FIRST_SEARCHES):
        search(ids, now)


def test_nothing_is_searched_for_while_nothing_is_unknown(ids: UnknownIds) -> None:
    """R10: no request without a reason."""
    assert ids.deadline is None


def test_an_unknown_id_is_searched_for_a_moment_later(ids: UnknownIds) -> None:
    """R16: a submit answer may be on its way, and several ids are one search."""
    ids.notice("a", 100.0)
    ids.notice("b", 100.2)
    assert 100.3 == ids.deadline
    assert {"a", "b"} == ids.begin(100.3)


def test_noticing_says_whether_a_search_is_due_that_was_not(ids: UnknownIds) -> None:
    """R10: only then is there anything to plan."""
    noticed = [ids.notice("a", 100.0), ids.notice("a", 100.1), ids.notice("b", 100.2)]
    search(ids, 100.3)
    assert [True, False, True, False] == [*noticed, ids.notice("a", 101.0)]


def test_a_list_may_lag_behind_push(ids: UnknownIds) -> None:
    """R16, report 13: one look is not a proof, and the second follows two seconds later without another frame."""
    ids.notice("a", 100.0)
    assert {"a"} == search(ids, 100.3)
    assert 102.3 == ids.deadline
    assert {"a"} == search(ids, 102.3)
    assert ids.deadline is None


def test_what_was_found_is_not_searched_for_again(ids: UnknownIds) -> None:
    """R10: it is ours, and in the list."""
    ids.notice("a", 100.0)
    ids.end(ids.begin(100.3), 1, {"a", "b"})
    assert ids.deadline is None


def test_each_further_frame_of_a_foreign_id_is_worth_one_search_and_no_more(ids: UnknownIds) -> None:
    """Contract, report 13: other users' events are pushed to everyone; a list may lag by more than one search."""
    searches, now = 0, 100.0
    for _ in range(20):
        ids.notice("a", now)
        while ids.deadline is not None:
            now = ids.deadline
            searches += bool(search(ids, now))
    assert MOST_SEARCHES == searches


def test_an_id_noticed_during_a_search_waits_for_the_next(ids: UnknownIds) -> None:
    """R16: the list may have been made before it."""
    ids.notice("a", 100.0)
    sought = ids.begin(100.3)
    ids.notice("b", 100.4)
    ids.end(sought, 1, {"a"})
    assert 102.3 == ids.deadline
    assert {"b"} == ids.begin(102.3)


def test_searches_that_find_nothing_grow_rarer(ids: UnknownIds) -> None:
    """R10: a busy backend full of foreign ids costs at most a search a minute."""
    now, waits = 100.0, []
    for number in range(8):
        ids.notice(str(number), now)
        assert ids.deadline is not None
        waits.append(ids.deadline - now)
        now = ids.deadline
        search(ids, now)
    assert pytest.approx([0.3, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]) == waits


def test_a_search_that_finds_something_makes_them_frequent_again(ids: UnknownIds) -> None:
    """R16: a job from another tab shows that there may be more."""
    for number in range(5):
        ids.notice(str(number), 100.0)
        search(ids, 100.0)
    ids.notice("a", 200.0)
    search(ids, 200.3, found=1)
    ids.notice("b", 200.4)
    assert 202.3 == ids.deadline


def test_a_search_that_fails_is_repeated_ever_more_rarely(ids: UnknownIds) -> None:
    """R13: failures back off, and what was searched for is still unknown."""
    ids.notice("a", 100.0)
    waits = []
    for _ in range(7):
        assert {"a"} == ids.begin(200.0)
        assert ids.deadline is not None
        waits.append(ids.deadline - 200.0)
    assert [4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0] == waits


def test_a_list_that_was_read_for_other_reasons_says_nothing_of_searches(ids: UnknownIds) -> None:
    """R10: a poll that finds nothing new while nothing is unknown makes no search rarer."""
    for _ in range(5):
        search(ids, 100.0)
    ids.notice("a", 100.1)
    assert 102.0 == ids.deadline


def test_after_a_long_time_the_next_search_is_prompt(ids: UnknownIds) -> None:
    """R16: searches are so far apart, no further."""
    ids.notice("a", 100.0)
    search_in_vain(ids, 100.3)
    ids.notice("b", 500.0)
    assert 500.3 == ids.deadline


def test_only_so_many_foreign_ids_are_remembered(ids: UnknownIds) -> None:
    """R16: the memory is bounded; the longest known are forgotten first."""
    for number in range(FOREIGN_KEPT + 1):
        for _ in range(MOST_SEARCHES):
            ids.notice(str(number), 100.0)
            search(ids, 100.0)
    for job_id in ("1", str(FOREIGN_KEPT)):
        ids.notice(job_id, 200.0)
    assert ids.deadline is None
    ids.notice("0", 200.0)
    assert {"0"} == ids.begin(300.0)


def test_only_so_many_unknown_ids_wait_for_a_search(ids: UnknownIds) -> None:
    """R16: a flood of other users' events does not fill the memory between two searches."""
    for number in range(UNKNOWN_KEPT + 500):
        ids.notice(str(number), 100.0)
    assert UNKNOWN_KEPT == len(ids.begin(100.3))
    assert "0" in ids.begin(100.3)
    assert ids.notice("one more", 100.4) is False


def test_clearing_forgets_what_was_unknown(ids: UnknownIds) -> None:
    """R33: the next user's page searches for nothing on behalf of the last one's."""
    ids.notice("a", 100.0)
    ids.clear()
    assert ids.deadline is None


def test_clearing_forgets_foreign_ids_and_back_off(ids: UnknownIds) -> None:
    """R33: for the next user a foreign id may be their own job, and it is searched for promptly."""
    for job_id in ("a", "b"):
        ids.notice(job_id, 100.0)
        search(ids, 100.3)
    ids.clear()
    ids.notice("a", 101.0)
    assert 101.3 == ids.deadline
    assert {"a"} == search(ids, 101.3)
    ids.notice("d", 101.4)
    assert pytest.approx(103.3) == ids.deadline


def test_an_id_that_comes_during_a_search_was_not_searched_for(ids: UnknownIds) -> None:
    """R16: the list had been asked for before, so that it gets its two searches all the same."""
    ids.notice("a", 100.0)
    sought = ids.begin(100.3)
    ids.notice("b", 100.4)
    ids.end(sought, 0)
    assert {"a", "b"} == search(ids, 102.3)
    assert {"b"} == search(ids, 104.3)


def test_first_looks_make_searches_no_rarer(ids: UnknownIds) -> None:
    """R10: only a second look in vain counts, each for itself."""
    now = 100.0
    for job in ("a", "b"):
        ids.notice(job, now)
        search_in_vain(ids, now)
    ids.notice("c", now)
    search(ids, now)
    assert now + 4 * BETWEEN_SEARCHES_S == ids.deadline
