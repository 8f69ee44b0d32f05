"""Which jobs the server no longer has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.collection import TaskCollection
from app.core.lost_jobs import LostJobs
from app.core.merging import LIST_LAG_S
from app.core.records import Source, Task, Word
from app.core.status import Status

TEN_MINUTES_S = 600.0


class Page:
    """A collection, and what is decided of its jobs."""

    def __init__(self) -> None:
        self.jobs = TaskCollection()
        self.lost = LostJobs(self.jobs, TEN_MINUTES_S)

    def lists(self, job_id: str, now: float, status: Status = Status.RUNNING) -> None:
        """A list holds a job."""
        word = Word(status, status.value, None, now)
        self.jobs.apply_listed([Task(id=job_id, dated=word, created_at=1.0)], Source.POLL, now, now)


@pytest.fixture
def page() -> Page:
    """A page with one job, listed at 100 s."""
    page = Page()
    page.lists("a", 100.0)
    return page


def test_ten_minutes_of_silence_are_counted_from_the_first_question(page: Page) -> None:
    """R11: not from the last sign of life, for until then nobody asked."""
    moments = (1000.0, 1300.0, 1599.9, 1600.0)
    assert [(), (), (), ("a",)] == [page.lost.silent(["a"], now) for now in moments]


def test_a_sign_of_life_between_the_questions_counts(page: Page) -> None:
    """R11: the collection has seen one less than ten minutes ago."""
    page.lost.silent(["a"], 1000.0)
    page.lists("a", 1500.0)
    assert () == page.lost.silent(["a"], 1700.0)


@pytest.mark.parametrize("what", ["listed", "start_anew"])
def test_a_listing_or_a_new_start_forgets_the_questions(page: Page, what: str) -> None:
    """R11, R13, R17: the first question after it is the first."""
    page.lost.silent(["a"], 1000.0)
    if what == "listed":
        page.lost.listed({"a", "b"})
    else:
        page.lost.start_anew()
    assert [(), (), ("a",)] == [page.lost.silent(["a"], now) for now in (1700.0, 2299.0, 2300.0)]


def test_a_listing_of_others_is_none_of_this_one(page: Page) -> None:
    """R11: each job has a silence of its own."""
    page.lost.silent(["a"], 1000.0)
    page.lost.listed({"b"})
    assert ("a",) == page.lost.silent(["a"], 1600.0)


def test_only_what_was_asked_about_is_given_up(page: Page) -> None:
    """R10, R11: who is not asked about cannot answer."""
    page.lists("b", 100.0)
    page.lost.silent(["a", "b"], 1000.0)
    assert ("b",) == page.lost.silent(["b"], 1600.0)


def test_a_job_that_was_given_up_begins_anew_if_it_comes_back(page: Page) -> None:
    """R11: the server listed it once more, and then no longer."""
    page.lost.silent(["a"], 1000.0)
    page.lost.silent(["a"], 1600.0)
    assert [(), ("a",)] == [page.lost.silent(["a"], now) for now in (1601.0, 2201.0)]


def test_what_ended_or_is_not_known_is_not_given_up(page: Page) -> None:
    """R11: only active jobs are waited for."""
    page.lists("ended", 100.0, Status.SUCCEEDED)
    assert [(), ()] == [page.lost.silent(["ended", "foreign"], now) for now in (1000.0, 1600.0)]


def test_a_job_that_ends_and_runs_again_is_asked_about_anew(page: Page) -> None:
    """R11, R15: what was counted before its end is over."""
    page.lost.silent(["a"], 1000.0)
    page.jobs.mark_unknown(["a"], 1100.0)
    page.lost.silent(["a"], 1200.0)
    page.lists("a", 1201.0)
    assert [(), ("a",)] == [page.lost.silent(["a"], now) for now in (1900.0, 2500.0)]


def test_ended_jobs_that_are_not_listed_have_vanished(page: Page) -> None:
    """R12: not those that are active, unknown, listed, or newer than the list; the newest first."""
    for job_id in ("old", "listed", "unknown"):
        page.lists(job_id, 100.0, Status.SUCCEEDED)
    page.lists("late", 200.0, Status.SUCCEEDED)
    page.lists("lost", 100.0)
    page.jobs.mark_unknown(["lost"], 101.0)
    assert ("old", "unknown") == page.lost.vanished({"listed"}, 200.0)
    assert ("late", "old", "unknown") == page.lost.vanished({"listed"}, 200.1)
    assert () == page.lost.vanished({"late", "listed", "old", "unknown"}, 300.0)


def test_a_job_that_no_list_has_held_yet_has_not_vanished(page: Page) -> None:
    """R12, report 13: a list may lag behind the job's own submission by so much; one that held it proves the rest."""
    word = Word(Status.SUCCEEDED, "succeeded")
    page.jobs.apply_listed([Task(id="new", undated=word)], Source.INVOKE, 200.0)
    moments = (200.1, 200.0 + LIST_LAG_S, 200.1 + LIST_LAG_S)
    assert [(), (), ("new",)] == [page.lost.vanished({"a"}, now) for now in moments]
    page.lists("new", 201.0, Status.SUCCEEDED)
    assert ("new",) == page.lost.vanished({"a"}, 201.1)


def test_only_what_began_after_a_list_that_is_whole_from_there_has_vanished(page: Page) -> None:
    """R12: one that began in the same moment may stand on the next page; of one without a beginning nobody knows."""
    for job_id, created_at in (("before", 9.0), ("with", 10.0), ("after", 11.0), ("undated", None)):
        word = Word(Status.SUCCEEDED, "succeeded", None, 100.0)
        page.jobs.apply_listed([Task(id=job_id, dated=word, created_at=created_at)], Source.POLL, 100.0, 100.0)
    assert ("after",) == page.lost.vanished(set(), 200.0, after=10.0)
    assert {"before", "with", "after", "undated"} == set(page.lost.vanished(set(), 200.0))


def test_only_what_ended_and_began_before_a_hole_lies_beyond_it(page: Page) -> None:
    """R12: what is newer than the oldest that was read, or as old, does not; nor what was updated since, or goes on."""
    word = Word(Status.SUCCEEDED, "succeeded", None, 100.0)
    for job_id, created_at in (("before", 9.0), ("with", 10.0), ("after", 11.0), ("undated", None)):
        page.jobs.apply_listed([Task(id=job_id, dated=word, created_at=created_at)], Source.POLL, 100.0, 100.0)
    page.jobs.apply_listed([Task(id="late", dated=word, created_at=9.0)], Source.POLL, 200.0, 200.0)
    assert ("before",) == page.lost.beyond(10.0, 200.0)


# Words that nobody knows


class PlainStagnation:
    """What ``stagnant`` says, by a walk over all jobs that are active."""

    def __init__(self, jobs: TaskCollection) -> None:
        self._jobs = jobs
        self._since: dict[str, tuple[Word, float]] = {}

    def stagnant(self, now: float) -> tuple[str, ...]:
        """Return the active jobs that have stood still for too long under a word that nobody knows."""
        records = [record for job_id in self._jobs.active if (record := self._jobs.get(job_id)) is not None]
        found = {record.id: record.word for record in records if record.status is Status.UNKNOWN}
        before = self._since
        self._since = {
            job_id: before[job_id] if job_id in before and before[job_id][0] == word else (word, now)
            for job_id, word in found.items()
        }
        return tuple(job_id for job_id, (_, since) in self._since.items() if now - since >= TEN_MINUTES_S)


WORDS = st.sampled_from(
    (
        *((Status.UNKNOWN, text) for text in ("archived", "parked")),
        *((status, status.value) for status in (Status.RUNNING, Status.BLOCKED, Status.SUCCEEDED)),
    )
)
IDS = st.sampled_from("abc")
STEPS = st.one_of(
    st.tuples(st.sampled_from(("list", "push")), IDS, WORDS),
    st.tuples(st.sampled_from(("give up", "lose", "remove", "end")), IDS, st.none()),
    st.tuples(st.just("clear"), st.none(), st.none()),
)


@given(st.lists(st.tuples(STEPS, st.sampled_from((0.0, 1.0, 200.0, 600.0))), min_size=20, max_size=40))
def test_what_stands_still_is_found_as_by_a_walk_over_all(
    steps: list[tuple[tuple[str, str | None, tuple[Status, str] | None], float]],
) -> None:
    """R11: whatever became of the jobs in between, in the order of the list."""
    jobs, now = TaskCollection(), 100.0
    lost, plain = LostJobs(jobs, TEN_MINUTES_S), PlainStagnation(jobs)
    for (what, job_id, said), seconds in steps:
        now += seconds
        word = said and Word(said[0], said[1], None, now)
        match what, job_id, word:
            case "list", str(), Word():
                jobs.apply_listed([Task(id=job_id, dated=word, created_at=1.0 + ord(job_id))], Source.POLL, now, now)
            case "push", str(), Word():
                jobs.apply([Task(id=job_id, dated=word)], Source.PUSH, now)
            case "end", str(), _:
                jobs.apply([Task(id=job_id, finished_at=now)], Source.PUSH, now)
            case "give up", str(), _:
                jobs.give_up([job_id], now)
            case "lose", str(), _:
                jobs.mark_unknown([job_id], now)
            case "remove", str(), _:
                jobs.remove([job_id])
            case _:
                jobs.clear()
        assert plain.stagnant(now) == lost.stagnant(now)


class Looks(TaskCollection):
    """A collection that counts how often somebody looks at a job or lists those that are active."""

    looks = 0

    def get(self, job_id: str) -> Task | None:
        """Count a look at one job."""
        self.looks += 1
        return super().get(job_id)

    @property
    def active(self) -> list[str]:
        """Count a look at all of them."""
        self.looks += self.active_count
        return super().active


def test_familiar_jobs_are_not_looked_at() -> None:
    """R37: ten thousand that run cost nothing after each round."""
    jobs = Looks()
    word = Word(Status.RUNNING, "running", None, 1.0)
    jobs.apply_listed([Task(id=str(number), dated=word, created_at=1.0) for number in range(10_000)], Source.POLL, 1.0)
    odd = Word(Status.UNKNOWN, "archived", None, 1.0)
    jobs.apply_listed([Task(id="odd", dated=odd, created_at=1.0)], Source.POLL, 1.0)
    lost = LostJobs(jobs, TEN_MINUTES_S)
    assert [(), ("odd",)] == [lost.stagnant(now) for now in (1.0, 601.0)]
    assert 2 == jobs.looks
