"""Reading at the moments at which others read."""

from app.core.collection import TaskCollection
from app.core.reading_together import read_with_others, refresh_with_others
from app.core.refresh_schedule import RefreshSchedule
from app.core.rules import TASK_CADENCE, PollingRules
from app.core.sync import Sync
from app.core.sync_events import Failed, Listed
from app.core.unknown_ids import UnknownIds
from testkit.chance import longest

RULES = PollingRules()


def begun() -> Sync:
    """A machine that has read everything at 100 s."""
    sync = Sync(TaskCollection(), UnknownIds(), TASK_CADENCE, RULES, longest, list_most=50, paged=False)
    sync.resume(100.0)
    sync.begin(100.0)
    sync.report(Listed((), 0, 0), 100.0)
    return sync


def test_a_refresh_is_due_at_once_and_then_at_the_moments_of_others() -> None:
    """R43: whole intervals from then on; nothing that nobody wants becomes due."""
    schedule = RefreshSchedule(RULES, lambda: 0.0, 60.0)
    refresh_with_others(schedule, 100.0)
    deadlines = [schedule.deadline]
    schedule.request(100.0)
    schedule.succeeded(100.0)
    refresh_with_others(schedule, 110.0)
    deadlines.append(schedule.deadline)
    schedule.succeeded(110.0)
    assert [None, 110.0, 170.0] == [*deadlines, schedule.deadline]


def test_a_back_off_follows_nobody() -> None:
    """R13, R43: what others read says nothing of the read that failed here."""
    schedule = RefreshSchedule(RULES, longest)
    schedule.request(100.0)
    schedule.failed(100.0)
    before = schedule.deadline
    refresh_with_others(schedule, 100.1)
    assert before == schedule.deadline


def test_a_collection_is_read_with_others_but_not_twice() -> None:
    """R43: at once, unless it is being read already."""
    sync = begun()
    read_with_others(sync, 110.0)
    assert 110.0 == sync.deadline
    sync.begin(110.0)
    read_with_others(sync, 112.0)
    sync.report(Listed((), 0, 0), 112.0)
    assert 110.0 + RULES.reconcile_every_s == sync.deadline


def test_what_is_polled_is_read_with_others() -> None:
    """R43: at once, not an interval after the last time."""
    sync = begun()
    sync.poller.started(109.9)
    sync.poller.succeeded()
    before = sync.poller.deadline(1)
    read_with_others(sync, 110.0)
    after = sync.poller.deadline(1)
    assert before is not None
    assert after is not None
    assert after <= 110.0 < before


def test_a_collection_that_failed_waits_as_ever() -> None:
    """R13, R43: neither its refresh nor its polls hurry."""
    sync = begun()
    sync.reconcile(110.0)
    sync.begin(110.0)
    sync.report(Failed(answered=False), 110.0)
    before = sync.deadline, sync.poller.deadline(1)
    read_with_others(sync, 110.1)
    assert before == (sync.deadline, sync.poller.deadline(1))
