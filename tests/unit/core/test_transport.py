"""What the badge says of the connection, and what a poll proves of a socket."""

import pytest

from app.core.collection import Change
from app.core.pause import PauseReasons, Reason
from app.core.records import Source, Task, Word
from app.core.status import Status
from app.core.transport import Transport, age_s, push_missed

HIDDEN, OFFLINE, SIGNED_OUT, LEAVING = Reason
NONE = PauseReasons()


def reasons(*which: Reason) -> PauseReasons:
    """Return a set of pause reasons."""
    held = PauseReasons()
    for reason in which:
        held.add(reason)
    return held


@pytest.fixture
def transport() -> Transport:
    """A page on which nothing is paused since 100 s."""
    transport = Transport(1.0)
    transport.resume(100.0)
    return transport


@pytest.mark.parametrize(
    ("which", "name"),
    [
        ([HIDDEN], "paused"),
        ([LEAVING], "paused"),
        ([OFFLINE], "offline"),
        ([HIDDEN, OFFLINE], "offline"),
        ([SIGNED_OUT], "off"),
        ([HIDDEN, OFFLINE, SIGNED_OUT, LEAVING], "off"),
    ],
)
@pytest.mark.parametrize("up", [False, True])
def test_a_pause_has_more_to_say_than_the_channel(
    transport: Transport, which: list[Reason], name: str, up: bool
) -> None:
    """R32: of several reasons the one that the user can do most about."""
    assert name == transport.name(reasons(*which), 100.0, up=up, first_attempt=True)


def test_push_is_there(transport: Transport) -> None:
    """R32: whenever it came up."""
    assert ["push", "push"] == [transport.name(NONE, now, up=True, first_attempt=False) for now in (100.0, 999.0)]


@pytest.mark.parametrize(("now", "name"), [(100.0, "connecting"), (100.9, "connecting"), (101.0, "polling")])
def test_a_first_attempt_has_a_second_to_succeed(transport: Transport, now: float, name: str) -> None:
    """R8, R32: after that polling has taken over, whatever the attempt does."""
    assert name == transport.name(NONE, now, up=False, first_attempt=True)


def test_an_attempt_after_a_failure_is_polling(transport: Transport) -> None:
    """R32: connecting is said of the beginning alone."""
    assert "polling" == transport.name(NONE, 100.0, up=False, first_attempt=False)


def test_the_moment_to_ask_again_is_that_of_the_takeover() -> None:
    """R32: the badge changes without anything else having to happen; the takeover time is a setting."""
    transport = Transport(2.5)
    deadlines = [transport.deadline]
    transport.resume(100.0)
    deadlines.append(transport.deadline)
    transport.pause()
    deadlines.append(transport.deadline)
    assert [None, 102.5, None] == deadlines


def test_nothing_is_connecting_before_anything_began() -> None:
    """R32: a page that was never resumed has no takeover time."""
    assert "polling" == Transport(1.0).name(NONE, 0.0, up=False, first_attempt=True)


SILENT_SINCE = 100.0


def task(status: Status, finished_at: float | None = None, created_at: float | None = None) -> Task:
    """Return a task that stands there."""
    word = Word(status, status.value, None, 1.0)
    return Task(id="a", dated=word, finished_at=finished_at, created_at=created_at)


RUNNING, ENDED = task(Status.RUNNING), task(Status.SUCCEEDED, 90.0)


@pytest.mark.parametrize(
    ("source", "before", "after", "missed"),
    [
        (Source.POLL, RUNNING, ENDED, True),
        (Source.POLL, None, RUNNING, True),
        (Source.POLL, None, ENDED, False),
        (Source.POLL, None, task(Status.FAILED, 101.0, 99.0), True),
        (Source.POLL, None, task(Status.FAILED, None, 99.0), False),
        (Source.POLL, None, task(Status.FAILED, None, 101.0), True),
        (Source.POLL, None, task(Status.FAILED), False),
        (Source.PUSH, RUNNING, ENDED, False),
        (Source.INVOKE, None, task(Status.QUEUED), False),
    ],
)
def test_what_a_read_finds_push_has_missed(source: Source, before: Task | None, after: Task, missed: bool) -> None:
    """R6: neither what push brought itself, nor a submit's answer, nor what had ended before push fell silent."""
    changes = [Change(ENDED, None, source), Change(after, before, source)]
    assert missed is push_missed(source, changes[1:], SILENT_SINCE)
    assert missed is push_missed(source, changes, SILENT_SINCE)


def test_the_removal_of_old_jobs_is_nothing_that_push_missed() -> None:
    """R6: a batch without changes."""
    assert not push_missed(Source.POLL, [], SILENT_SINCE)


@pytest.mark.parametrize(
    ("answer", "frame", "age"),
    [
        (None, None, None),
        (90.0, None, 10.0),
        (None, 95.0, 5.0),
        (90.0, 95.0, 5.0),
        (98.0, 95.0, 2.0),
        (101.0, None, 0.0),
    ],
)
def test_the_age_of_the_data_is_the_time_since_anything_came(
    answer: float | None, frame: float | None, age: float | None
) -> None:
    """R32: a frame or an answer, whichever was later; never less than nothing."""
    assert age == age_s(100.0, answer, frame)
