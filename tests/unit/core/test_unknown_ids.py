"""Unknown ids that push speaks of, and when to look for them."""

import pytest

from app.core.unknown_ids import STRANGERS_KEPT, UNKNOWN_KEPT, UnknownIds


@pytest.fixture
def discovery() -> UnknownIds:
    """Nothing unknown yet."""
    return UnknownIds()


def look(discovery: UnknownIds, now: float, found: int = 0) -> frozenset[str]:
    """Let a look begin and end at once."""
    sought = discovery.begin(now)
    discovery.end(sought, found)
    return sought


def test_nothing_is_looked_for_while_nothing_is_unknown(discovery: UnknownIds) -> None:
    """R10: no request without a reason."""
    assert discovery.deadline is None


def test_an_unknown_id_is_looked_for_a_moment_later(discovery: UnknownIds) -> None:
    """R16: a submit answer may be on its way, and several ids are one look."""
    discovery.notice("a", 100.0)
    discovery.notice("b", 100.2)
    assert 100.3 == discovery.deadline
    assert {"a", "b"} == discovery.begin(100.3)


def test_what_was_looked_for_is_not_looked_for_again(discovery: UnknownIds) -> None:
    """Contract: other users' events are told to everyone; a stranger is worth one look."""
    discovery.notice("a", 100.0)
    assert {"a"} == look(discovery, 100.3)
    discovery.notice("a", 101.0)
    assert discovery.deadline is None


def test_an_id_noticed_during_a_look_waits_for_the_next(discovery: UnknownIds) -> None:
    """R16: the list may have been made before it."""
    discovery.notice("a", 100.0)
    sought = discovery.begin(100.3)
    discovery.notice("b", 100.4)
    discovery.end(sought, found=1)
    assert 102.3 == discovery.deadline
    assert {"b"} == discovery.begin(102.3)


def test_looks_that_find_nothing_grow_rarer(discovery: UnknownIds) -> None:
    """R10: a busy backend full of strangers costs at most a look a minute."""
    now, waits = 100.0, []
    for number in range(8):
        discovery.notice(str(number), now)
        assert discovery.deadline is not None
        waits.append(discovery.deadline - now)
        now = discovery.deadline
        look(discovery, now)
    assert pytest.approx([0.3, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]) == waits


def test_a_look_that_finds_something_makes_them_frequent_again(discovery: UnknownIds) -> None:
    """R16: a job from another tab shows that there may be more."""
    for number in range(5):
        discovery.notice(str(number), 100.0)
        look(discovery, 100.0)
    discovery.notice("a", 200.0)
    look(discovery, 200.3, found=1)
    discovery.notice("b", 200.4)
    assert 202.3 == discovery.deadline


def test_a_look_that_fails_is_repeated_ever_more_rarely(discovery: UnknownIds) -> None:
    """R13: failures back off, and what was looked for is still unknown."""
    discovery.notice("a", 100.0)
    waits = []
    for _ in range(7):
        assert {"a"} == discovery.begin(200.0)
        assert discovery.deadline is not None
        waits.append(discovery.deadline - 200.0)
    assert [4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0] == waits


def test_a_list_that_was_read_for_other_reasons_says_nothing_of_looks(discovery: UnknownIds) -> None:
    """R10: a poll that finds nothing new while nothing is unknown makes no look rarer."""
    for _ in range(5):
        look(discovery, 100.0)
    discovery.notice("a", 100.1)
    assert 102.0 == discovery.deadline


def test_after_a_long_time_the_next_look_is_prompt(discovery: UnknownIds) -> None:
    """R16: looks are so far apart, no further."""
    discovery.notice("a", 100.0)
    look(discovery, 100.3)
    discovery.notice("b", 500.0)
    assert 500.3 == discovery.deadline


def test_only_so_many_strangers_are_remembered(discovery: UnknownIds) -> None:
    """R16: the memory is bounded; the longest known are forgotten first."""
    for number in range(STRANGERS_KEPT + 1):
        discovery.notice(str(number), 100.0)
        look(discovery, 100.0)
    for job in ("1", str(STRANGERS_KEPT)):
        discovery.notice(job, 200.0)
    assert discovery.deadline is None
    discovery.notice("0", 200.0)
    assert {"0"} == discovery.begin(300.0)


def test_only_so_many_unknown_ids_wait_for_a_look(discovery: UnknownIds) -> None:
    """R16: a flood of other users' events does not fill the memory between two looks."""
    for number in range(UNKNOWN_KEPT + 500):
        discovery.notice(str(number), 100.0)
    assert UNKNOWN_KEPT == len(discovery.begin(100.3))
    assert "0" in discovery.begin(100.3)


def test_clearing_forgets_what_was_unknown(discovery: UnknownIds) -> None:
    """R33: the next user's page looks for nothing on behalf of the last one's."""
    discovery.notice("a", 100.0)
    discovery.clear()
    assert discovery.deadline is None


def test_clearing_forgets_strangers_and_patience(discovery: UnknownIds) -> None:
    """R33: for the next user a stranger may be their own job, and it is looked for promptly."""
    for job in ("a", "b"):
        discovery.notice(job, 100.0)
        look(discovery, 100.3)
    discovery.clear()
    discovery.notice("a", 101.0)
    assert 101.3 == discovery.deadline
    assert {"a"} == look(discovery, 101.3)
    discovery.notice("d", 101.4)
    assert pytest.approx(105.3) == discovery.deadline
