"""What one collection asks the server for, and when, under a clock that a test moves."""

from collections.abc import Callable

import pytest

from app.core.collection import TaskCollection
from app.core.events import ServerReachable
from app.core.list_reading import PAGES_MOST
from app.core.merging import LIST_LAG_S
from app.core.records import Source, Task, Word
from app.core.rules import TASK_CADENCE, PollingRules
from app.core.status import Status
from app.core.sync import DETAILS_AT_ONCE, TAKEOVER_SPREAD, Sync
from app.core.sync_events import (
    Broken,
    DetailsRead,
    Effect,
    Failed,
    Found,
    GiveUp,
    Listed,
    MarkUnknown,
    Missing,
    NoSession,
    Outcome,
    ReadJob,
    ReadList,
    Remove,
    Request,
)
from app.core.sync_round import Purpose
from app.core.unknown_ids import BETWEEN_SEARCHES_S, SEARCH_LIMIT, SUBMITTED_MEANWHILE, UnknownIds
from app.core.unlisted import UNLISTED_SHARE
from testkit.chance import longest

RULES = PollingRules()
MOST = 50
UNREACHABLE = Failed(answered=False)
TURNED_AWAY = Failed(answered=True, overloaded=True)
REFUSED = Failed(answered=True)


class Page:
    """A machine, the collection that it reads, and a server that answers at once.

    Time passes only where a test says so. What the machine wants done is done, and kept in ``effects``.
    """

    def __init__(
        self, *, rules: PollingRules = RULES, chance: Callable[[], float] = longest, paged: bool = False
    ) -> None:
        self.now = 100.0
        self.jobs = TaskCollection()
        self.unknown = UnknownIds()
        self.sync = Sync(self.jobs, self.unknown, TASK_CADENCE, rules, chance, list_most=MOST, paged=paged)
        self.server: dict[str, Status] = {}
        """The jobs that the server has."""
        self.created_at: dict[str, float] = {}
        """When each job was submitted."""
        self.faults: dict[Request, Outcome] = {}
        """What a request brings instead of an answer."""
        self.outage: Outcome | None = None
        """What every request brings instead of an answer."""
        self.filters = True
        """Whether the server lists jobs by their word."""
        self.effects: list[Effect] = []

    def submit(self, *job_ids: str, status: Status = Status.QUEUED) -> None:
        """Let the server have new jobs."""
        for job_id in job_ids:
            self.server[job_id] = status
            self.created_at.setdefault(job_id, 1.0 + len(self.created_at))

    def perform(self, request: Request) -> Outcome:
        """Answer a request, and put the answer into the collection."""
        fault = self.outage or self.faults.get(request)
        if fault is not None:
            return fault
        if isinstance(request, ReadList):
            newest = sorted(self.server, key=lambda job_id: -self.created_at[job_id])
            if request.word is not None and self.filters:
                newest = [job_id for job_id in newest if self.server[job_id].value == request.word]
            newest = newest[request.page * request.limit : (request.page + 1) * request.limit]
            new = sum(job_id not in self.jobs for job_id in newest)
            for job_id in newest:
                self.jobs.apply_listed([self.record(job_id)], Source.POLL, self.now, self.now)
            return Listed(tuple(newest), len(newest), new)
        if request.job_id not in self.server:
            return Missing(request.job_id)
        status = self.server[request.job_id]
        self.jobs.apply([Task(id=request.job_id, undated=Word(status, status.value))], Source.POLL, self.now)
        return Found()

    def record(self, job_id: str) -> Task:
        """Return a job as a list has it."""
        status = self.server[job_id]
        created_at = self.created_at[job_id]
        at = created_at if status is Status.UNKNOWN else self.now
        return Task(id=job_id, dated=Word(status, status.value, None, at), created_at=created_at)

    def report(self, outcome: Outcome) -> Request | None:
        """Report an outcome, do what is to be done, and return the next request."""
        request: Request | None = None
        for effect in self.sync.report(outcome, self.now):
            match effect:
                case ReadList() | ReadJob():
                    request = effect
                case MarkUnknown(job_ids):
                    for job_id in job_ids:
                        self.jobs.mark_unknown([job_id], self.now)
                    self.effects.append(effect)
                case GiveUp(job_ids):
                    self.jobs.give_up(job_ids, self.now)
                    self.effects.append(effect)
                case Remove(job_ids):
                    self.jobs.remove(job_ids)
                    self.effects.append(effect)
                case _:
                    self.effects.append(effect)
        return request

    def round(self) -> list[Request]:
        """Do the round that is due; return its requests."""
        requests: list[Request] = []
        request = self.sync.begin(self.now)
        while request is not None:
            requests.append(request)
            request = self.report(self.perform(request))
        return requests

    def next_round(self) -> list[Request]:
        """Let time pass until a round is due, and do it."""
        assert self.sync.deadline is not None
        self.now = max(self.now, self.sync.deadline)
        return self.round()

    def wait(self) -> float:
        """Return how long it is until the next round."""
        assert self.sync.deadline is not None
        return self.sync.deadline - self.now

    def open(self) -> "Page":
        """Let everything be read once."""
        self.sync.resume(self.now)
        self.round()
        self.effects.clear()
        return self

    def poll_until_given_up(self, *, after: float) -> None:
        """Do the rounds that are due until no job is active; see that it takes R11's time and no more."""
        end = after + RULES.forget_after_s
        while self.jobs.active:
            assert self.now < end
            self.next_round()
        assert end <= self.now

    def push(self, up: bool = True) -> None:
        """Let push come up, or go away."""
        self.sync.trust_push(up, self.now)


@pytest.fixture
def page() -> Page:
    """A page with push, on which nothing is due but the next reconcile."""
    page = Page().open()
    page.push()
    return page


def shown(page: Page, job_id: str) -> Status | None:
    """Return what the page shows of a job."""
    record = page.jobs.get(job_id)
    return None if record is None else record.status


def old(page: Page, *job_ids: str) -> None:
    """Let the page know active jobs that stand behind the longest list."""
    page.submit(*job_ids)
    for job_id in job_ids:
        page.jobs.apply_listed([page.record(job_id)], Source.POLL, page.now)
    page.submit(*(f"newer {number}" for number in range(MOST)), status=Status.SUCCEEDED)


# When


def test_nothing_is_due_before_the_first_pause_has_ended() -> None:
    """R17: a page begins with nobody signed in; what is wanted until then waits."""
    page = Page()
    page.sync.refresh(page.now)
    page.sync.trust_push(False, page.now)
    assert (None, None) == (page.sync.deadline, page.sync.begin(page.now))


def test_everything_is_read_at_once_when_the_pause_ends() -> None:
    """R12, R17: one immediate refresh, with the longest list."""
    page = Page()
    page.submit("a")
    page.sync.resume(page.now)
    before = (page.sync.loaded, page.sync.fresh_at, page.sync.failing)
    assert [ReadList(MOST)] == page.round()
    assert ((False, None, None), (True, 100.0)) == (before, (page.sync.loaded, page.sync.fresh_at))
    assert [] == page.effects


def test_no_round_begins_before_its_time(page: Page) -> None:
    """R10: a timer that rings early asks for nothing."""
    page.sync.reconcile(page.now + 5.0)
    assert (None, None) == (page.sync.begin(page.now + 4.9), page.sync.purpose)
    assert ReadList(MOST) == page.sync.begin(page.now + 5.0)


def test_no_second_round_begins_beside_the_first(page: Page) -> None:
    """R10: one request in flight per collection."""
    page.sync.reconcile(page.now)
    page.sync.begin(page.now)
    page.sync.refresh(page.now)
    page.sync.read_soon("a", page.now)
    assert (None, None, Purpose.RECONCILE) == (page.sync.deadline, page.sync.begin(page.now + 99.0), page.sync.purpose)


def test_everything_is_read_again_every_minute_with_push(page: Page) -> None:
    """R12: what push missed, reconcile finds."""
    page.submit("a")
    waits = []
    for _ in range(3):
        waits.append(page.wait())
        assert [ReadList(MOST)] == page.next_round()
    assert [60.0, 60.0, 60.0] == waits


def test_a_reconcile_that_is_wanted_while_another_runs_follows_it(page: Page) -> None:
    """R12: the one under way may have begun too early to see what the other is for."""
    page.sync.reconcile(page.now)
    page.sync.begin(page.now)
    page.now += 0.5
    page.sync.reconcile(page.now)
    page.report(page.perform(ReadList(MOST)))
    assert page.now == page.sync.deadline


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_polls_take_over_within_the_second_and_spread(share: float) -> None:
    """R8: push is gone; the pages that lost it together do not all ask at the same moment."""
    page = Page(chance=lambda: share)
    page.submit("a")
    page.open()
    page.push()
    page.now += 10.0
    page.push(up=False)
    assert pytest.approx(TAKEOVER_SPREAD * share) == page.wait()
    assert (0.75, 1.0) == (TAKEOVER_SPREAD, RULES.takeover_s)


def test_the_takeover_time_is_a_setting() -> None:
    """R8: the number is a default."""
    page = Page(rules=PollingRules(takeover_s=2.0))
    page.submit("a")
    page.open()
    page.push()
    page.push(up=False)
    assert 1.5 == page.wait()


def test_polls_stop_when_push_is_back() -> None:
    """R8: only the reconcile is left."""
    page = Page()
    page.submit("a")
    page.open()
    assert 1.0 == page.wait()
    page.push()
    assert 60.0 == page.wait()


def test_the_interval_follows_the_active_jobs_at_once() -> None:
    """R9, R14: it is that of the collection as it is when one asks."""
    page = Page()
    page.submit("a")
    page.open()
    waits = [page.wait()]
    page.submit("b", "c")
    for job_id in ("b", "c"):
        page.jobs.apply_listed([page.record(job_id)], Source.INVOKE, page.now)
        waits.append(page.wait())
    for job_id in ("a", "b", "c"):
        page.jobs.mark_unknown([job_id], page.now)
    assert ([1.0, 1.0, 2.0], 60.0) == (waits, page.wait())


def test_nothing_is_due_during_a_pause(page: Page) -> None:
    """R17: not even what is wanted meanwhile; that begins with its end."""
    page.sync.pause()
    page.push(up=False)
    page.sync.refresh(page.now)
    page.sync.read_soon("a", page.now)
    assert (None, None) == (page.sync.deadline, page.sync.begin(page.now))
    page.sync.resume(page.now)
    assert ReadList(MOST) == page.sync.begin(page.now)


def test_push_that_was_up_before_a_pause_is_not_trusted_after_it(page: Page) -> None:
    """R8, R17: its socket was closed; polls take over unless push comes up anew."""
    page.submit("a")
    page.sync.pause()
    page.push()
    page.sync.resume(page.now)
    page.round()
    assert 1.0 == page.wait()


def test_push_that_goes_away_during_a_pause_starts_no_poll_with_its_end(page: Page) -> None:
    """R17: one immediate refresh is enough; the first poll follows after its interval."""
    page.submit("a")
    page.sync.pause()
    page.push(up=False)
    page.now += 1000.0
    page.sync.resume(page.now)
    assert [ReadList(MOST)] == page.round()
    assert 1.0 == page.wait()


def test_what_a_round_reports_after_a_pause_is_ignored(page: Page) -> None:
    """R17: the answer is too old to say anything."""
    page.sync.reconcile(page.now)
    page.sync.begin(page.now)
    page.sync.pause()
    fresh_at, page.now = page.sync.fresh_at, page.now + 5.0
    assert ([], fresh_at, None) == (
        page.sync.report(Listed(("a",), 1, 1), page.now),
        page.sync.fresh_at,
        page.sync.purpose,
    )


def test_a_round_that_was_given_up_is_neither_answer_nor_failure(page: Page) -> None:
    """R13: what it was for is still due."""
    page.sync.reconcile(page.now)
    page.sync.begin(page.now)
    page.sync.abandon()
    assert (None, 0.0) == (page.sync.failing, page.wait())
    assert [ReadList(MOST)] == page.round()


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if purpose is not Purpose.UNLISTED])
def test_the_most_encompassing_of_what_is_due_is_done_first(purpose: Purpose) -> None:
    """R10: each round spares requests of those after it."""
    page = Page()
    page.submit("a")
    page.open()
    purposes = list(Purpose)[list(Purpose).index(purpose) :]
    page.push(up=Purpose.POLL not in purposes)
    if Purpose.RECONCILE in purposes:
        page.sync.reconcile(page.now)
    if Purpose.DETAILS in purposes:
        page.sync.read_soon("a", page.now)
    page.unknown.notice("x", page.now)
    page.now += 5.0
    assert page.sync.begin(page.now) is not None
    assert purpose is page.sync.purpose


def test_what_is_left_of_a_reconcile_follows_with_pauses() -> None:
    """R10, R12: what no list holds is asked about in rounds of fifty; the next reconcile goes on with the rest."""
    page = Page()
    page.submit(*(str(number) for number in range(4 * MOST + 1)), status=Status.RUNNING)
    page.jobs.apply_listed([page.record(job_id) for job_id in page.server], Source.POLL, page.now)
    page.sync.resume(page.now)
    page.push(up=True)

    def asked_about() -> list[str]:
        return [request.job_id for request in page.round() if isinstance(request, ReadJob)]

    asked = asked_about()
    pause_s = RULES.reconcile_every_s * UNLISTED_SHARE
    for number in (1, 2):
        assert (number * MOST, page.now + pause_s) == (len(asked), page.sync.deadline)
        page.now += pause_s
        page.push(up=True)
        if number == 2:
            page.sync.reconcile(page.now)
        asked += asked_about()
    assert 3 * MOST == len(set(asked))


def test_what_ended_meanwhile_is_not_asked_about() -> None:
    """R10, R12: push may end what is left of a reconcile, some of it or all."""
    page = Page()
    page.submit(*(str(number) for number in range(3 * MOST + 1)), status=Status.RUNNING)
    page.jobs.apply_listed([page.record(job_id) for job_id in page.server], Source.POLL, page.now)
    page.sync.resume(page.now)
    page.push(up=True)
    page.round()
    page.now += RULES.reconcile_every_s * UNLISTED_SHARE
    ended, rest = page.jobs.active[2 * MOST : -1], page.jobs.active[-1:]
    end = Word(Status.SUCCEEDED, "succeeded")
    page.jobs.apply([Task(id=job_id, undated=end) for job_id in ended], Source.PUSH, page.now)
    assert [ReadJob(job_id) for job_id in rest] == page.round()
    assert page.sync.begin(page.now) is None


# Reconcile


def test_active_jobs_that_no_list_holds_are_read_one_by_one(page: Page) -> None:
    """R12: every active id that the list did not cover is asked about."""
    old(page, "a", "b")
    assert [ReadList(MOST), ReadJob("b"), ReadJob("a")] == page.next_round()


def test_only_the_newest_active_jobs_are_read_one_by_one() -> None:
    """R10: a rolling window."""
    page = Page(rules=PollingRules(window=2)).open()
    old(page, "a", "b", "c")
    page.sync.refresh(page.now)
    assert [ReadList(MOST), ReadJob("c"), ReadJob("b")] == page.round()


def test_a_job_that_the_server_does_not_know_is_unknown(page: Page) -> None:
    """R11: a 404 removes it from the active set, and the others are still read."""
    old(page, "a", "b")
    del page.server["b"]
    assert [ReadList(MOST), ReadJob("b"), ReadJob("a")] == page.next_round()
    assert ([MarkUnknown(("b",))], ["a"]) == (page.effects, page.jobs.active)


def test_ended_jobs_that_the_server_no_longer_has_are_removed(page: Page) -> None:
    """R12, fault 35: the backend was restored from an older state; what it has and what is unknown stays."""
    page.submit("kept", "gone", status=Status.SUCCEEDED)
    page.submit("lost")
    page.sync.refresh(page.now)
    page.round()
    del page.server["gone"], page.server["lost"]
    page.next_round()
    assert [MarkUnknown(("lost",)), Remove(("gone",))] == page.effects
    page.effects.clear()
    page.next_round()
    assert ([], ["lost", "kept"]) == (page.effects, page.jobs.order)


def test_a_job_that_ended_before_any_list_held_it_stays(page: Page) -> None:
    """R12, report 13: submitted here, ended by push a moment later, and the list that is read then lags behind both."""
    page.jobs.apply_listed([Task(id="quick", undated=Word(Status.QUEUED, "pending"))], Source.INVOKE, page.now)
    page.jobs.apply([Task(id="quick", undated=Word(Status.SUCCEEDED, "completed"))], Source.PUSH, page.now)
    page.now += 0.1
    page.sync.refresh(page.now)
    page.round()
    assert ([], ["quick"]) == (page.effects, page.jobs.order)
    page.now += LIST_LAG_S
    page.sync.refresh(page.now)
    page.round()
    assert ([Remove(("quick",))], []) == (page.effects, page.jobs.order)


def test_a_list_that_is_not_complete_removes_nothing(page: Page) -> None:
    """R12: the job may stand behind it."""
    page.submit("a", "b", status=Status.SUCCEEDED)
    page.sync.refresh(page.now)
    page.round()
    page.submit(*(str(number) for number in range(MOST - 1)), status=Status.SUCCEEDED)
    page.next_round()
    assert ([], "a" in page.jobs) == (page.effects, True)


def test_a_job_that_was_updated_since_the_list_was_asked_for_is_not_removed(page: Page) -> None:
    """R12: it may have ended after the server made the list."""
    page.submit("a", status=Status.SUCCEEDED)
    page.sync.refresh(page.now)
    page.sync.begin(page.now)
    page.jobs.apply_listed([page.record("a")], Source.PUSH, page.now)
    page.report(Listed((), 0, 0))
    assert [] == page.effects


def test_a_reconcile_whose_single_reads_break_off_removes_nothing(page: Page) -> None:
    """R13: a server that fails is not believed to have lost anything."""
    page.submit("ended", status=Status.SUCCEEDED)
    page.submit("active")
    page.sync.refresh(page.now)
    page.round()
    page.server.clear()
    page.faults[ReadJob("active")] = UNREACHABLE
    assert [ReadList(MOST), ReadJob("active")] == page.next_round()
    assert [] == page.effects
    assert UNREACHABLE == page.sync.failing


# Polls


def test_a_poll_asks_with_the_cheapest_requests() -> None:
    """R10: one list that covers the ids, single reads for the others."""
    page = Page()
    old(page, "a")
    page.submit("b", "c")
    page.open()
    assert [ReadList(10), ReadJob("a")] == page.next_round()


def test_a_poll_asks_for_the_newest_active_ids_alone() -> None:
    """R10: a rolling window."""
    page = Page(rules=PollingRules(window=1))
    page.submit("a", "b")
    page.open()
    assert [ReadJob("b")] == page.next_round()


def test_ids_that_the_list_was_expected_to_hold_are_read_in_the_same_round() -> None:
    """R10, R11: and before those that no list was expected to hold; the next list is not asked for them again."""
    page = Page()
    old(page, "a")
    page.submit("b", "c", "d")
    page.open()
    del page.server["c"]
    page.faults[ReadJob("c")] = Found()
    assert [ReadList(10), ReadJob("c"), ReadJob("a")] == page.next_round()
    assert [ReadList(10), ReadJob("c"), ReadJob("a")] == page.next_round()
    page.submit("c")
    page.sync.refresh(page.now)
    page.round()
    assert [ReadList(10), ReadJob("a")] == page.next_round()


def test_an_id_that_is_read_one_by_one_is_listed_again_once_a_list_held_it() -> None:
    """R10: jobs above it were removed, or the server caught up."""
    page = Page()
    page.submit("a", "b")
    page.open()
    del page.server["a"]
    page.faults[ReadJob("a")] = Found()
    page.next_round()
    assert [ReadJob("b"), ReadJob("a")] == page.next_round()
    page.submit("a")
    page.push()
    page.unknown.notice("x", page.now)
    assert [ReadList(SEARCH_LIMIT)] == page.next_round()
    page.push(up=False)
    assert [ReadList(SEARCH_LIMIT)] == page.next_round(), "it searches as well"
    assert [ReadList(10)] == page.next_round()


def test_a_job_that_the_server_came_to_know_again_is_expected_in_its_list() -> None:
    """R10, R11: what no list held is forgotten with the job."""
    page = Page()
    page.submit("a", "b", "c")
    page.open()
    del page.server["c"]
    assert [ReadList(10), ReadJob("c")] == page.next_round()
    page.submit("c")
    page.jobs.apply_listed([page.record("c")], Source.POLL, page.now)
    assert [ReadList(10)] == page.next_round()


# Details


def test_what_push_left_out_is_read_at_once(page: Page) -> None:
    """R23: the server is asked, and whoever waits for the answer is called."""
    page.submit("a", status=Status.SUCCEEDED)
    page.jobs.apply_listed([page.record("a")], Source.PUSH, page.now)
    page.sync.read_soon("a", page.now)
    assert [ReadJob("a")] == page.round()
    assert ([DetailsRead(("a",))], 60.0) == (page.effects, page.wait())


def test_many_details_are_read_with_one_list(page: Page) -> None:
    """R10, R23: a burst of ends is one request."""
    page.submit("a", "b", status=Status.SUCCEEDED)
    for job_id in ("a", "b"):
        page.jobs.apply_listed([page.record(job_id)], Source.PUSH, page.now)
        page.sync.read_soon(job_id, page.now)
    assert [ReadList(10)] == page.round()
    assert [DetailsRead(("b", "a"))] == page.effects


def test_the_details_of_the_newest_jobs_are_read_first(page: Page) -> None:
    """R23: those whose age is not known come last, by name."""
    page.created_at = {"old": 0.25, "new": 0.5}
    page.submit("old", "new", status=Status.SUCCEEDED)
    page.faults = {ReadJob("known"): Found(), ReadJob("foreign"): Found()}
    for job_id in ("old", "new"):
        page.jobs.apply_listed([page.record(job_id)], Source.PUSH, page.now)
    page.jobs.apply_listed([Task(id="known")], Source.INVOKE, page.now)
    for job_id in ("known", "old", "foreign", "new"):
        page.sync.read_soon(job_id, page.now)
    page.round()
    assert [DetailsRead(("new", "old", "foreign", "known"))] == page.effects


def test_more_details_than_a_round_takes_are_read_in_the_next(page: Page) -> None:
    """R10, R23: the newest first, the rest without a wait."""
    jobs = [f"{number:03}" for number in range(DETAILS_AT_ONCE + 2)]
    page.submit(*jobs)
    for job_id in jobs[2:]:
        page.jobs.apply_listed([page.record(job_id)], Source.PUSH, page.now)
    for job_id in jobs:
        page.sync.read_soon(job_id, page.now)
    page.round()
    assert [DetailsRead(tuple(reversed(jobs[2:])))] == page.effects
    page.effects.clear()
    assert 0.0 == page.wait()
    page.round()
    assert [DetailsRead(("000", "001"))] == page.effects


def test_a_detail_that_cannot_be_read_is_asked_for_again_with_growing_waits(page: Page) -> None:
    """R13, R23: the others are done; asking for one more does not cut the wait short."""
    page.sync.read_soon("a", page.now)
    page.sync.read_soon("b", page.now)
    page.submit("a", "b")
    page.faults[ReadJob("b")] = REFUSED
    assert [ReadJob("a"), ReadJob("b")] == page.round()
    assert ([DetailsRead(("a",))], 1.0) == (page.effects, page.wait())
    page.sync.read_soon("c", page.now)
    assert 1.0 == page.wait()
    assert [ReadJob("b"), ReadJob("c")] == page.next_round()
    assert 2.0 == page.wait()
    page.faults.clear()
    assert [ReadJob("b")] == page.next_round()
    assert DetailsRead(("b",)) == page.effects[-1]


def test_details_that_were_wanted_during_another_round_follow_it(page: Page) -> None:
    """R23: its end makes them due if nothing else has."""
    page.sync.read_soon("a", page.now)
    page.submit("a", "b")
    request = page.sync.begin(page.now)
    page.sync.read_soon("b", page.now)
    assert request is not None
    assert None is page.report(page.perform(request))
    assert [ReadJob("b")] == page.round()


# Search


def test_ids_that_push_spoke_of_are_searched_for_among_the_newest_jobs(page: Page) -> None:
    """R12, R16: a job of another tab appears a moment later."""
    page.submit("a")
    page.now += 10.0
    page.unknown.notice("a", page.now)
    assert pytest.approx(0.3) == page.wait()
    assert [ReadList(SEARCH_LIMIT)] == page.next_round()
    assert ("a" in page.jobs, page.unknown.deadline) == (True, None)


@pytest.mark.parametrize(
    ("count", "limit"),
    [
        *((1, SEARCH_LIMIT), (SEARCH_LIMIT - SUBMITTED_MEANWHILE, SEARCH_LIMIT)),
        *((SEARCH_LIMIT, SEARCH_LIMIT + SUBMITTED_MEANWHILE), (MOST + 30, MOST)),
    ],
)
def test_many_ids_are_searched_for_with_a_longer_list(page: Page, count: int, limit: int) -> None:
    """R12: a whole batch of another tab; no list is longer than the server gives."""
    for number in range(count):
        page.unknown.notice(str(number), page.now)
    assert [ReadList(limit)] == page.next_round()


def test_a_job_below_those_that_were_submitted_meanwhile_is_found(page: Page) -> None:
    """R12, R16: a batch goes on while it is searched for, and what push left out of its newest is read before."""
    batch = [f"{number:02}" for number in range(SEARCH_LIMIT + SUBMITTED_MEANWHILE)]
    for job_id in batch[:SEARCH_LIMIT]:
        page.unknown.notice(job_id, page.now)
    page.submit(*batch, status=Status.SUCCEEDED)
    for job_id in batch[-2:]:
        page.jobs.apply_listed([page.record(job_id)], Source.INVOKE, page.now)
        page.sync.read_soon(job_id, page.now)
    assert [ReadList(len(batch))] == page.next_round()
    assert sorted(batch) == sorted(page.jobs.order)


def test_a_batch_that_is_longer_than_a_list_is_read_to_its_end() -> None:
    """R12, R16: what a list of nothing but new jobs leaves out is read at once, and not a minute later."""
    page = Page(paged=True)
    page.submit(*numbered(0, 60), status=Status.SUCCEEDED)
    page.open()
    page.push()
    page.now += 10.0
    page.submit(*numbered(60, 60 + SEARCH_LIMIT - 1), status=Status.SUCCEEDED)
    page.unknown.notice("0060", page.now)
    page.next_round()
    assert page.wait() > 1.0, "it met what was known"
    page.submit(*numbered(200, 320), status=Status.SUCCEEDED)
    for job_id in numbered(200, 320):
        page.unknown.notice(job_id, page.now)
    page.next_round()
    page.now += 1.0
    page.round()
    assert set(numbered(200, 320)) <= set(page.jobs.order)


@pytest.mark.parametrize("purpose", [Purpose.RECONCILE, Purpose.POLL, Purpose.DETAILS])
def test_every_list_searches_for_ids(purpose: Purpose) -> None:
    """R10: a list that is read for another reason spares the search, and puts the next one off."""
    page = Page()
    page.submit("a", "b")
    page.open()
    page.now += 10.0
    page.push(up=purpose is not Purpose.POLL)
    if purpose is Purpose.RECONCILE:
        page.sync.reconcile(page.now)
    if purpose is Purpose.DETAILS:
        for job_id in ("a", "b"):
            page.sync.read_soon(job_id, page.now)
    page.unknown.notice("x", page.now)
    assert page.sync.begin(page.now) is not None
    assert purpose is page.sync.purpose
    page.report(page.perform(ReadList(MOST)))
    assert page.now + BETWEEN_SEARCHES_S == page.unknown.deadline, "the second look"
    page.report(page.perform(ReadList(MOST)))
    page.unknown.notice("y", page.now)
    assert page.now + BETWEEN_SEARCHES_S == page.unknown.deadline


def test_a_list_that_fails_finds_nothing(page: Page) -> None:
    """R13: the ids are still unknown, and searched for again later."""
    page.unknown.notice("x", page.now)
    page.outage = UNREACHABLE
    page.next_round()
    page.outage = None
    assert pytest.approx(4.0) == page.wait()
    assert [ReadList(SEARCH_LIMIT)] == page.next_round()


def test_a_search_that_finds_a_job_ends_the_back_off_of_those_that_found_none(page: Page) -> None:
    """R10, R16: ids of nobody we know are searched for ever more seldom, until one of them is ours."""
    for number in range(3):
        page.unknown.notice(f"foreign {number}", page.now)
        page.next_round()
        page.next_round()
    page.submit("a")
    page.unknown.notice("a", page.now)
    assert page.wait() > BETWEEN_SEARCHES_S
    page.next_round()
    page.unknown.notice("b", page.now)
    assert pytest.approx(BETWEEN_SEARCHES_S) == page.wait()


def test_a_search_that_finds_a_job_makes_the_next_one_prompt(page: Page) -> None:
    """R16: where one job of ours was, there may be more."""
    page.submit("a")
    page.unknown.notice("a", page.now)
    page.next_round()
    page.unknown.notice("b", page.now)
    assert pytest.approx(2.0) == page.wait()


# Failures


def test_a_job_that_cannot_be_read_keeps_no_other_from_being_read() -> None:
    """R13: the round has failed all the same, and says why."""
    page = Page()
    old(page, "a", "b", "c")
    page.open()
    for job_id in ("b", "c"):
        page.faults[ReadJob(job_id)] = Failed(answered=True, cause=ValueError(job_id))
    fresh_at = page.sync.fresh_at
    assert [ReadJob("c"), ReadJob("b"), ReadJob("a")] == page.next_round()
    assert (page.faults[ReadJob("c")], fresh_at) == (page.sync.failing, page.sync.fresh_at)


@pytest.mark.parametrize("failure", [UNREACHABLE, TURNED_AWAY])
def test_a_failure_that_concerns_every_request_ends_the_round(failure: Failed) -> None:
    """R13: nobody behind the proxy, or too many requests; the next would fare no better."""
    page = Page()
    old(page, "a", "b", "c")
    page.open()
    page.faults[ReadJob("b")] = failure
    assert [ReadJob("c"), ReadJob("b")] == page.next_round()
    assert failure == page.sync.failing


def test_a_list_that_cannot_be_read_ends_the_round() -> None:
    """R13: the single reads beside it wait with it."""
    page = Page()
    old(page, "a")
    page.submit("b", "c")
    page.open()
    page.faults[ReadList(10)] = REFUSED
    assert [ReadList(10)] == page.next_round()
    assert REFUSED == page.sync.failing


def test_failed_polls_back_off_and_recover() -> None:
    """R13: doubling up to 30 s, counted from the start of the last; one answer ends it."""
    page = Page()
    page.submit("a")
    page.open()
    page.outage = UNREACHABLE
    waits = []
    for _ in range(4):
        page.next_round()
        waits.append(page.wait())
    assert [2.0, 4.0, 8.0, 16.0] == waits
    page.outage = None
    page.next_round()
    assert (1.0, None) == (page.wait(), page.sync.failing)


def test_failed_reconciles_back_off_and_recover(page: Page) -> None:
    """R13: by a schedule of their own, from a second to 30."""
    page.outage = UNREACHABLE
    page.sync.reconcile(page.now)
    waits = []
    for _ in range(7):
        page.next_round()
        waits.append(page.wait())
    assert [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0] == waits
    page.outage = None
    page.next_round()
    assert 60.0 == page.wait()


def test_retry_after_holds_back_every_round(page: Page) -> None:
    """R13: the server says when to come back; whatever is wanted meanwhile waits."""
    page.submit("a")
    page.outage = Failed(answered=True, overloaded=True, retry_after_s=45.0)
    page.sync.reconcile(page.now)
    page.round()
    page.sync.reconcile(page.now)
    page.sync.read_soon("a", page.now)
    page.unknown.notice("x", page.now)
    page.push(up=False)
    assert 45.0 == page.wait()


def test_retry_after_is_bounded(page: Page) -> None:
    """R13: one wrong header does not silence the page."""
    page.outage = Failed(answered=True, overloaded=True, retry_after_s=1e9)
    page.sync.reconcile(page.now)
    page.round()
    page.sync.reconcile(page.now)
    assert RULES.longest_retry_after_s == page.wait()


@pytest.mark.parametrize("retry_after_s", [None, -3600.0, 0.5, 1.0])
def test_a_short_retry_after_does_not_shorten_the_back_off(page: Page, retry_after_s: float | None) -> None:
    """R13: a floor, no ceiling; a date that has gone by asks for nothing."""
    page.outage = Failed(answered=True, overloaded=True, retry_after_s=retry_after_s)
    page.sync.reconcile(page.now)
    for _ in range(3):
        page.next_round()
    assert 4.0 == page.wait()


def test_retry_after_counts_from_the_answer(page: Page) -> None:
    """R13: a slow answer makes it no shorter."""
    page.sync.reconcile(page.now)
    page.sync.begin(page.now)
    page.now += 20.0
    page.report(Failed(answered=True, overloaded=True, retry_after_s=45.0))
    assert 45.0 == page.wait()


def test_whoever_asks_for_a_refresh_waits_for_nothing(page: Page) -> None:
    """R4, R13: neither for a back-off nor for what the server asked for."""
    page.outage = Failed(answered=True, overloaded=True, retry_after_s=200.0)
    page.sync.reconcile(page.now)
    page.round()
    page.submit("a")
    page.outage = None
    page.sync.refresh(page.now)
    assert [ReadList(MOST)] == page.round()
    page.push(up=False)
    assert 0.75 == page.wait()


def test_a_fault_of_our_own_backs_off_and_says_nothing_of_the_server(page: Page) -> None:
    """R13: the round has failed; the next answer is no return of the server."""
    fault = ZeroDivisionError()
    page.outage = Broken(fault)
    page.sync.reconcile(page.now)
    page.round()
    assert (Failed(answered=True, cause=fault), 1.0) == (page.sync.failing, page.wait())
    page.outage = None
    page.next_round()
    assert [] == page.effects
    assert None is page.sync.failing


def test_a_fault_of_our_own_ends_the_round_in_single_reads_too() -> None:
    """R13: nobody knows what the next would do."""
    page = Page()
    old(page, "a", "b")
    page.open()
    page.faults[ReadJob("b")] = Broken(ZeroDivisionError())
    assert [ReadJob("b")] == page.next_round()


def test_a_session_that_ended_is_neither_answer_nor_failure(page: Page) -> None:
    """R33: it says nothing of the server, nothing has failed, and nothing is asked until the next begins."""
    page.outage = NoSession()
    page.sync.reconcile(page.now)
    assert [ReadList(MOST)] == page.round()
    assert (None, None, None) == (page.sync.failing, page.sync.purpose, page.sync.deadline)
    page.outage = None
    page.sync.resume(page.now)
    assert [ReadList(MOST)] == page.round()
    assert [] == page.effects


@pytest.mark.parametrize(
    ("failure", "effects"),
    [
        (UNREACHABLE, [ServerReachable()]),
        (TURNED_AWAY, [ServerReachable()]),
        (REFUSED, [ServerReachable()]),
        (Broken(ZeroDivisionError()), []),
    ],
)
def test_the_first_answer_after_an_outage_says_that_the_server_is_back(
    page: Page, failure: Failed | Broken, effects: list[Effect]
) -> None:
    """R4, report 35: once, whatever kept it from listing; a fault of our own says nothing of the server."""
    page.outage = failure
    page.sync.reconcile(page.now)
    page.round()
    page.outage = None
    page.next_round()
    page.next_round()
    assert effects == page.effects


def test_a_failure_that_concerns_one_after_an_outage_is_no_answer() -> None:
    """R4: but it shows that the server is there, and ends the outage."""
    page = Page()
    page.submit("a")
    page.open()
    for page.outage in (UNREACHABLE, REFUSED, None):
        page.next_round()
    assert [] == page.effects


# What shows no sign of life


def lost(page: Page, *job_ids: str) -> None:
    """Let the server forget jobs, and answer what it answers for those: that they are waiting."""
    for job_id in job_ids:
        del page.server[job_id]
        page.faults[ReadJob(job_id)] = Found()


def test_a_job_without_a_sign_of_life_is_given_up_after_ten_minutes() -> None:
    """R11: asked about in vain for so long, and never before."""
    page = Page()
    page.submit("a")
    page.open()
    page.next_round()
    lost(page, "a")
    page.poll_until_given_up(after=101.0)
    assert [MarkUnknown(("a",))] == page.effects


def test_the_time_before_a_job_was_asked_about_does_not_count() -> None:
    """R11: it was outside the window, or push was there."""
    page = Page()
    page.submit("a")
    page.open()
    page.push()
    lost(page, "a")
    page.now += 3600.0
    page.push(up=False)
    page.next_round()
    page.poll_until_given_up(after=page.now)


@pytest.mark.parametrize("what", ["pause", "failure", "listing"])
def test_a_pause_a_failure_or_a_listing_starts_the_ten_minutes_anew(what: str) -> None:
    """R11, R13, R17: only time in which the server answered and did not know it counts."""
    page = Page()
    page.submit("a")
    page.open()
    lost(page, "a")
    while page.now < 400.0:
        page.next_round()
    match what:
        case "pause":
            page.sync.pause()
            page.sync.resume(page.now)
        case "failure":
            page.outage = UNREACHABLE
            page.next_round()
            page.outage = None
        case _:
            page.submit("a")
            page.sync.refresh(page.now)
            page.round()
            del page.server["a"]
    page.next_round()
    page.poll_until_given_up(after=page.now)


def test_a_job_with_a_sign_of_life_is_not_given_up() -> None:
    """R11: a read that brings something new is one."""
    page = Page()
    old(page, "a")
    page.open()
    while page.now < 2000.0:
        page.server["a"] = Status.RUNNING
        page.jobs.apply([page.record("a")], Source.PUSH, page.now)
        page.next_round()
    assert (["a"], []) == (page.jobs.active, page.effects)


def test_a_job_that_was_given_up_and_came_back_has_its_ten_minutes_again() -> None:
    """R11: the server lists it once more."""
    page = Page()
    page.submit("a")
    page.open()
    lost(page, "a")
    page.next_round()
    page.poll_until_given_up(after=page.now)
    page.submit("a")
    page.sync.refresh(page.now)
    page.round()
    del page.server["a"]
    page.next_round()
    page.poll_until_given_up(after=page.now)


# Signing out


def test_nothing_is_left_when_nobody_is_signed_in() -> None:
    """R5, R33: what the last user's page wanted, knew and failed at is not the next one's."""
    page = Page()
    old(page, "a")
    page.submit("b")
    page.open()
    page.outage = Failed(answered=True, overloaded=True, retry_after_s=200.0)
    page.next_round()
    page.sync.read_soon("a", page.now)
    page.sync.clear()
    assert (None, False, None, None) == (
        page.sync.fresh_at,
        page.sync.loaded,
        page.sync.failing,
        page.sync.purpose,
    )
    page.jobs.clear()
    assert None is page.sync.deadline
    page.outage = None
    page.server.clear()
    page.submit("c")
    page.sync.resume(page.now)
    assert [ReadList(MOST)] == page.round()
    assert ([], 1.0) == (page.effects, page.wait())


def test_a_round_that_the_sign_out_interrupts_says_nothing_to_the_next_user() -> None:
    """R33: its answer is ignored."""
    page = Page()
    page.sync.resume(page.now)
    page.sync.begin(page.now)
    page.sync.clear()
    page.report(Listed((), 0, 0))
    assert (False, None) == (page.sync.loaded, page.sync.fresh_at)


# Further pages, and lists by word (rule 5)


def numbered(first: int, end: int) -> list[str]:
    """Return ids in the order in which they are submitted."""
    return [f"{number:04}" for number in range(first, end)]


def test_all_of_more_active_jobs_than_a_page_are_followed() -> None:
    """R12, report 8: of 120 pending jobs the oldest run first, and are nobody else's."""
    page = Page(paged=True)
    page.submit(*numbered(0, 120))
    page.open()
    assert 120 == page.jobs.active_count


def test_an_open_job_far_down_the_list_is_found_at_once() -> None:
    """R12: a list by word has it, whatever ended since it was submitted."""
    page = Page(paged=True)
    page.submit("old", status=Status.RUNNING)
    page.submit(*numbered(0, 400), status=Status.SUCCEEDED)
    page.open()
    assert ["old"] == page.jobs.active


def test_a_server_that_has_no_more_is_asked_once() -> None:
    """R9, R10: a complete list leaves no open job to search for."""
    page = Page(paged=True)
    page.submit("a", "b")
    page.sync.resume(page.now)
    assert [ReadList(MOST)] == page.round()


def test_lists_by_word_are_for_the_first_reconcile_after_a_pause() -> None:
    """R9: later ones find what was submitted since by the overlap, and know the others."""
    page = Page(paged=True)
    page.submit("old", status=Status.RUNNING)
    page.submit(*numbered(0, 400), status=Status.SUCCEEDED)
    page.open()
    page.sync.reconcile(page.now)
    assert [ReadList(MOST), ReadJob("old")] == page.round()
    page.sync.refresh(page.now)
    words = [request.word for request in page.round() if isinstance(request, ReadList)]
    assert [None, "blocked", "pending", "processing", "running"] == words


def test_what_ended_below_many_newer_active_jobs_is_asked_about() -> None:
    """R12, report 2: R10's window is for polling; a reconcile asks about every active id that no list held."""
    page = Page(paged=True)
    page.submit("one", status=Status.RUNNING)
    page.open()
    page.sync.pause()
    page.server["one"] = Status.SUCCEEDED
    page.submit(*numbered(0, 120))
    page.now += 600.0
    page.sync.resume(page.now)
    page.round()
    record = page.jobs.get("one")
    assert record is not None
    assert (Status.SUCCEEDED, 120) == (record.status, page.jobs.active_count)


def test_a_server_that_lists_everything_under_every_word_is_not_asked_by_word_again() -> None:
    """R10: the filter is checked on the answer; without it each open job is asked about by itself."""
    page = Page(paged=True)
    page.filters = False
    page.submit("one", "two", "three", status=Status.RUNNING)
    page.submit(*numbered(0, 60), status=Status.SUCCEEDED)
    page.jobs.apply_listed([page.record(job_id) for job_id in ("one", "two", "three")], Source.POLL, page.now)
    page.sync.resume(page.now)
    by_word = [request for request in page.round() if isinstance(request, ReadList) and request.word]
    assert 1 == len(by_word)
    page.sync.refresh(page.now)
    assert [ReadList(MOST), ReadJob("three"), ReadJob("two"), ReadJob("one")] == page.round()


def test_a_list_by_word_that_lags_behind_push_is_no_proof_against_the_word() -> None:
    """R10: it holds a job that push has ended; the server honours the word all the same."""
    page = Page(paged=True)
    page.submit("old", status=Status.RUNNING)
    page.submit(*numbered(0, 60), status=Status.SUCCEEDED)
    ended = Task(id="old", undated=Word(Status.SUCCEEDED, "succeeded"), created_at=1.0)
    page.jobs.apply_listed([ended], Source.INVOKE, page.now)
    for _ in range(2):
        page.sync.refresh(page.now)
        page.sync.resume(page.now)
        words = [request.word for request in page.round() if isinstance(request, ReadList)]
        assert [None, "blocked", "pending", "processing", "running"] == words


def test_another_users_server_is_asked_by_word_again() -> None:
    """R33: what one user's answers showed is forgotten with the user."""
    page = Page(paged=True)
    page.filters = False
    page.submit("one", "two", status=Status.RUNNING)
    page.submit(*numbered(0, 60), status=Status.SUCCEEDED)
    page.open()
    page.sync.clear()
    page.jobs.clear()
    page.filters = True
    page.sync.resume(page.now)
    page.round()
    assert {"one", "two"} == set(page.jobs.active)


@pytest.mark.parametrize("filters", [True, False])
@pytest.mark.parametrize("paged", [True, False])
def test_what_becomes_of_a_blocked_job_far_down_is_found(paged: bool, filters: bool) -> None:
    """R12: it is not polled, and nobody else says that an admin has acted; each reconcile asks about it once."""
    page = Page(paged=paged)
    page.filters = filters
    page.submit("still", "freed", status=Status.BLOCKED)
    page.open()
    page.push()
    page.submit(*(f"newer {number}" for number in range(MOST)), status=Status.SUCCEEDED)
    page.next_round()
    page.server["freed"] = Status.RUNNING
    requests = page.next_round()
    assert Status.RUNNING is shown(page, "freed")
    assert Status.BLOCKED is shown(page, "still")
    assert (1, True) == (requests.count(ReadJob("freed")), len(requests) <= 4)


def test_blocked_jobs_of_one_word_are_one_request() -> None:
    """R12: those that the list of their word still holds are not asked about one by one."""
    page = Page(paged=True)
    page.submit(*(f"blocked {number}" for number in range(30)), status=Status.BLOCKED)
    page.open()
    page.push()
    page.submit(*(f"newer {number}" for number in range(MOST)), status=Status.SUCCEEDED)
    page.next_round()
    page.server["blocked 7"] = Status.RUNNING
    assert [ReadList(MOST), ReadList(MOST, word="blocked"), ReadJob("blocked 7")] == page.next_round()


def test_a_reconcile_asks_about_the_newest_blocked_jobs_alone() -> None:
    """R10, R12: a server that lists no job by its word is asked for fifty, active ones first."""
    page = Page()
    page.submit(*(f"blocked {number:03}" for number in range(MOST + 9)), status=Status.BLOCKED)
    for number in range(MOST + 9):
        page.jobs.apply_listed([page.record(f"blocked {number:03}")], Source.POLL, page.now)
    page.submit("active")
    page.jobs.apply_listed([page.record("active")], Source.POLL, page.now)
    page.submit(*(f"newer {number}" for number in range(MOST)), status=Status.SUCCEEDED)
    page.open()
    page.push()
    asked = [request for request in page.next_round() if isinstance(request, ReadJob)]
    assert [ReadJob("active"), *(ReadJob(f"blocked {number:03}") for number in range(MOST + 8, 9, -1))] == asked
    assert [ReadList(MOST)] == page.next_round()[:1]


def test_a_blocked_job_that_the_server_no_longer_has_is_unknown() -> None:
    """R11: an admin deleted it."""
    page = Page()
    page.submit("b", status=Status.BLOCKED)
    page.open()
    page.push()
    page.submit(*(f"newer {number}" for number in range(MOST)), status=Status.SUCCEEDED)
    del page.server["b"]
    page.next_round()
    assert Status.UNKNOWN is shown(page, "b")


def test_polls_of_many_jobs_beyond_the_page_are_lists_by_word() -> None:
    """R10: the cheapest requests, and single reads for what those lists no longer hold."""
    page = Page(paged=True)
    page.submit(*numbered(0, 20), status=Status.RUNNING)
    page.submit(*numbered(20, 120), status=Status.SUCCEEDED)
    page.open()
    page.server["0003"] = Status.SUCCEEDED
    assert [ReadList(MOST, word="running"), ReadJob("0003")] == page.next_round()
    assert 19 == page.jobs.active_count


def test_polls_of_jobs_on_the_page_and_beyond_it_read_what_neither_list_holds_any_more() -> None:
    """R10, R11: both lists were expected to hold what each was read for."""
    page = Page(paged=True)
    page.submit(*numbered(0, 20), status=Status.RUNNING)
    page.submit(*numbered(20, 120), status=Status.SUCCEEDED)
    page.submit("a", "b", "c")
    page.open()
    del page.server["b"]
    page.faults[ReadJob("b")] = Found()
    assert [ReadList(10), ReadList(MOST, word="running"), ReadJob("b")] == page.next_round()


def test_a_list_by_word_is_no_search() -> None:
    """R12, R16: it holds none of what has ended, so that an id that it lacks is not searched for any later."""
    page = Page(paged=True)
    page.submit(*numbered(0, 20), status=Status.RUNNING)
    page.submit(*numbered(20, 120), status=Status.SUCCEEDED)
    page.open()
    page.next_round()
    page.unknown.notice("a", page.now)
    due = page.unknown.deadline
    page.now += 10.0
    assert Purpose.POLL is (page.sync.begin(page.now) and page.sync.purpose)
    assert due == page.unknown.deadline


def test_details_are_read_one_by_one_whatever_their_word() -> None:
    """R23: what push left out of an end is in no list of those that run."""
    page = Page(paged=True)
    page.submit(*numbered(0, 3), status=Status.RUNNING)
    page.submit(*numbered(20, 120), status=Status.SUCCEEDED)
    page.open()
    page.push()
    for job_id in numbered(0, 3):
        page.sync.read_soon(job_id, page.now)
    assert [ReadJob(job_id) for job_id in numbered(0, 3)[::-1]] == page.round()


def test_a_job_on_the_first_of_several_pages_is_not_read_again_alone() -> None:
    """R10, R12: any of a reconcile's lists covers what it holds."""
    page = Page(paged=True)
    page.submit(*numbered(0, 120), status=Status.SUCCEEDED)
    page.open()
    page.submit(*numbered(120, 180), status=Status.SUCCEEDED)
    page.submit("new")
    page.sync.reconcile(page.now)
    assert [ReadList(MOST), ReadList(MOST, page=1)] == page.round()


def test_pages_are_read_until_one_meets_what_was_read_before() -> None:
    """R12, report 4: 120 jobs that came while the page was hidden leave no hole in the list."""
    page = Page(paged=True)
    page.submit(*numbered(0, 400), status=Status.SUCCEEDED)
    page.open()
    for at in (1, 2):
        page.perform(ReadList(MOST, page=at))
    page.sync.pause()
    page.submit(*numbered(400, 520), status=Status.SUCCEEDED)
    page.now += 600.0
    page.sync.resume(page.now)
    page.round()
    assert numbered(250, 520)[::-1] == page.jobs.order


def test_what_lies_beyond_a_hole_that_is_too_wide_is_read_again_when_it_is_wanted() -> None:
    """R12: ten pages at most; two neighbours in the list are neighbours at the server."""
    page = Page(paged=True)
    page.submit("running", status=Status.RUNNING)
    page.submit(*numbered(0, 100), status=Status.SUCCEEDED)
    page.open()
    page.sync.pause()
    page.submit(*numbered(100, 1000), status=Status.SUCCEEDED)
    page.now += 600.0
    page.sync.resume(page.now)
    pages = [request.page for request in page.round() if isinstance(request, ReadList) and request.word is None]
    assert list(range(PAGES_MOST)) == pages
    assert [*numbered(500, 1000)[::-1], "running"] == page.jobs.order


def test_what_lies_beyond_a_hole_goes_where_the_server_has_no_further_pages() -> None:
    """R12, report 4: ability tasks have one list; what it reaches no more does not stand as if nothing were between."""
    page = Page(paged=False)
    page.submit("running", status=Status.RUNNING)
    page.submit(*numbered(0, 100), status=Status.SUCCEEDED)
    page.open()
    page.sync.pause()
    page.submit(*numbered(100, 100 + MOST + 5), status=Status.SUCCEEDED)
    page.now += 600.0
    page.sync.resume(page.now)
    page.round()
    assert numbered(105, 105 + MOST)[::-1] == [job for job in page.jobs.order if job != "running"]


def test_more_jobs_than_a_page_that_push_has_brought_are_no_hole() -> None:
    """R12: each of them is known, and so are their neighbours."""
    page = Page(paged=False)
    page.submit(*numbered(0, 100), status=Status.SUCCEEDED)
    page.open()
    page.submit(*numbered(100, 100 + MOST + 5), status=Status.SUCCEEDED)
    page.jobs.apply_listed([page.record(job) for job in numbered(100, 100 + MOST + 5)], Source.PUSH, page.now)
    page.now += 60.0
    page.sync.reconcile(page.now)
    page.round()
    assert set(numbered(50, 100 + MOST + 5)) == set(page.jobs.order)


def test_jobs_that_vanish_between_two_neighbours_are_removed() -> None:
    """R12, report 14: a page that was read whole has all that is newer than its oldest."""
    page = Page(paged=True)
    page.submit(*numbered(0, 200), status=Status.SUCCEEDED)
    page.open()
    del page.server["0180"]
    del page.server["0190"]
    page.now += 60.0
    page.sync.reconcile(page.now)
    page.round()
    assert [Remove(("0190", "0180"))] == page.effects
    assert {"0180", "0190"} == set(numbered(150, 200)) - set(page.jobs.order)


def test_a_page_of_which_something_could_not_be_read_removes_nothing() -> None:
    """R12: what is missing in it may be what could not be read."""
    page = Page(paged=True)
    page.submit(*numbered(0, 200), status=Status.SUCCEEDED)
    page.open()
    page.now += 60.0
    page.sync.reconcile(page.now)
    page.sync.begin(page.now)
    page.report(Listed(tuple(numbered(151, 200)), 50, 0))
    assert [] == page.effects


def test_a_word_that_nobody_knows_is_asked_about_for_ten_minutes() -> None:
    """R11, report 11: it may be an end; listed again and again, it is still no sign of life."""
    page = Page()
    page.submit("a", status=Status.UNKNOWN)
    page.open()
    began = page.now
    while page.jobs.active:
        assert page.now < began + RULES.forget_after_s + RULES.reconcile_every_s
        page.next_round()
    assert page.now >= began + RULES.forget_after_s
    assert [GiveUp(("a",))] == page.effects
    page.server["a"] = Status.RUNNING
    page.now += 1.0
    page.sync.refresh(page.now)
    page.round()
    assert ["a"] == page.jobs.active
