"""Why a job waits, and for how long still."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.estimate import (
    LEAST_SAMPLES,
    Outlook,
    QueuePlaces,
    Range,
    Reason,
    ahead_of,
    alike,
    outlook,
    samples,
    service_s,
    trusted,
    usual,
)
from app.core.records import AbilityTask, Task, Word
from app.core.status import Status

NOW = 10_000.0
USUAL = Range(10.0, 20.0)


def ability_task(
    job: str = "a",
    status: Status = Status.QUEUED,
    *,
    created: float = NOW,
    started: float | None = None,
    took: float | None = None,
    executor: str | None = "e",
    ability: str = "x",
) -> AbilityTask:
    """Return an ability task."""
    finished = None if took is None else (started or created) + took
    return AbilityTask(
        id=job,
        dated=Word(status, status.value, None, created),
        ability_id=ability,
        executor_id=executor,
        created_at=created,
        started_at=started if took is None else started or created,
        finished_at=finished,
    )


def done(number: int, took: float, *, executor: str = "e", ability: str = "x") -> AbilityTask:
    """Return an ability task that succeeded, the later the higher its number."""
    return ability_task(
        f"d{number}", Status.SUCCEEDED, created=float(number), took=took, executor=executor, ability=ability
    )


def task(job: str = "t", status: Status = Status.QUEUED, *, created: float = NOW, action: str = "draw") -> Task:
    """Return a task."""
    return Task(id=job, dated=Word(status, status.value, None, created), action=action, created_at=created)


def test_how_long_a_job_took() -> None:
    """R47: from its beginning; of a task from its submission, for nobody knows its beginning."""
    assert 7.0 == service_s(done(1, 7.0))
    assert 1.5 == service_s(replace(done(1, 7.0), duration_ms=1500))
    assert 30.0 == service_s(replace(task(status=Status.SUCCEEDED), finished_at=NOW + 30))
    assert 0.0 == service_s(replace(task(status=Status.SUCCEEDED), finished_at=NOW))
    assert None is service_s(replace(task(status=Status.SUCCEEDED), finished_at=NOW - 30))
    assert None is service_s(replace(done(1, 7.0), started_at=None))


def test_of_what_has_no_end_nothing_is_compared() -> None:
    """R47: a duration alone does not say which of them are the last."""
    endless = replace(done(3, 7.0), duration_ms=1500, finished_at=None)
    assert [(9.0, 7.0), (8.0, 7.0)] == samples(ability_task(), [done(1, 7.0), endless, done(2, 7.0)])


def test_a_place_is_counted_among_those_that_wait() -> None:
    """R47: the next one is the first, however many run; who does not wait has none."""
    places = QueuePlaces(running=("r", "s"), waiting=("a", "b", "a"))
    assert [(1, 2), (2, 2), None, None] == [places.place(prompt_id) for prompt_id in ("a", "b", "r", "x")]


def test_only_the_same_sort_is_compared() -> None:
    """R47: the same ability on the same executor, where that is known; the same action."""
    job = ability_task()
    assert alike(job, done(1, 1.0))
    assert not alike(job, done(1, 1.0, executor="f"))
    assert not alike(job, done(1, 1.0, ability="y"))
    assert alike(replace(job, executor_id=None), done(1, 1.0, executor="f"))
    assert alike(task(), task("u"))
    assert not alike(task(), task("u", action="paint"))
    assert not alike(job, task())
    assert not alike(task(), job)


def test_fewer_than_five_say_nothing() -> None:
    """R47: and of more than twenty the last count."""
    records = [done(number, 10.0) for number in range(LEAST_SAMPLES - 1)]
    failed = [replace(done(50, 1.0), dated=Word(Status.FAILED, "failed", None, 50.0))]
    assert None is usual(samples(ability_task(), [*records, *failed]))
    assert Range(10.0, 10.0) == usual(samples(ability_task(), [*records, done(9, 10.0)]))
    many = [done(number - 5000, 1000.0) for number in range(20)] + [done(100 + number, 1.0) for number in range(20)]
    assert Range(1.0, 1.0) == usual(samples(ability_task(), many))


@given(st.lists(st.floats(0.1, 1e4), min_size=5, max_size=20))
def test_the_range_goes_from_the_median_to_the_third_quartile(took: list[float]) -> None:
    """R47: at least half, and at least three quarters, took no longer."""
    found = usual([(float(number), seconds) for number, seconds in enumerate(took)])
    assert found is not None
    assert sum(seconds <= found.low for seconds in took) * 2 >= len(took)
    assert sum(seconds <= found.high for seconds in took) * 4 >= 3 * len(took)
    assert found.low <= found.high


def test_ranges_that_do_not_hold_are_not_shown() -> None:
    """R47: while those of this visit held seven times in ten; before any was tried they are believed."""
    steady = [(float(100 - number), 10.0) for number in range(30)]
    assert trusted(steady, since=0.0)
    slower = [(float(200 - number), 99.0 + number) for number in range(4)] + steady
    assert not trusted(slower, since=150.0)
    assert trusted(slower, since=500.0)


@pytest.mark.parametrize(
    ("visit", "slow", "holds"),
    [(10, (0, 4, 9), True), (10, (0, 4, 7, 9), False), (9, (0, 4), True), (9, (0, 4, 8), False), (1, (0,), False)],
)
def test_seven_in_ten_are_enough(visit: int, slow: tuple[int, ...], *, holds: bool) -> None:
    """R47: of those that ended in this visit, the one at its very beginning too, each against those before it."""
    before = [(90.0 + number, 10.0) for number in range(LEAST_SAMPLES)]
    during = [(100.0 + number, 11.0 if number in slow else 10.0) for number in range(visit)]
    assert holds == trusted([*before, *during][::-1], since=100.0)


def test_own_jobs_ahead_are_those_submitted_earlier_on_its_executor() -> None:
    """R47: of whatever ability they are; where the executor is not known, those of the same sort."""
    job = ability_task()
    others: list[Task | AbilityTask] = [
        job,
        ability_task("b", created=NOW - 1),
        ability_task("c", created=NOW - 1, ability="y"),
        ability_task("d", created=NOW - 1, executor="f"),
        ability_task("e", created=NOW + 1),
        task(created=NOW - 1),
    ]
    assert 2 == ahead_of(job, others)
    assert 2 == ahead_of(replace(job, executor_id=None), others)
    assert 0 == ahead_of(replace(job, created_at=None), others)
    assert 1 == ahead_of(task("u"), others)
    assert 0 == ahead_of(job, [ability_task("f", created=NOW)])


AHEAD: list[Task | AbilityTask] = [
    ability_task("b", Status.RUNNING, created=NOW - 9),
    ability_task("c", created=NOW - 1),
    task("w", created=NOW - 30, action="wait"),
]


@pytest.mark.parametrize(
    ("job", "expected", "place", "answer"),
    [
        (ability_task(), USUAL, None, Outlook(Reason.OWN_JOBS, 2, None, Range(10.0, 40.0), starts=True)),
        (ability_task(), None, None, Outlook(Reason.OWN_JOBS, 2)),
        (ability_task(), USUAL, (3, 1), Outlook(Reason.PLACE, 3, 3, Range(20.0, 60.0), starts=True)),
        (ability_task(), USUAL, (1, 0), Outlook(Reason.PLACE, 0, 1)),
        (ability_task(executor="idle"), USUAL, None, Outlook(Reason.NEXT)),
        (
            ability_task(status=Status.RUNNING, started=NOW - 4),
            USUAL,
            None,
            Outlook(Reason.RUNNING, left=Range(6.0, 16.0)),
        ),
        (ability_task(status=Status.RUNNING, started=NOW - 21), USUAL, None, Outlook(Reason.RUNNING, longer=True)),
        (ability_task(status=Status.RUNNING), USUAL, None, Outlook(Reason.RUNNING)),
        (task(created=NOW - 12), USUAL, None, Outlook(Reason.NEXT, left=Range(0.0, 8.0))),
        (ability_task(), USUAL, (1, 1), Outlook(Reason.PLACE, 1, 1, Range(0.0, 20.0), starts=True)),
        (ability_task(status=Status.RUNNING, started=NOW), USUAL, None, Outlook(Reason.RUNNING, left=USUAL)),
        (
            ability_task(status=Status.RUNNING, started=NOW - 20),
            USUAL,
            None,
            Outlook(Reason.RUNNING, left=Range(0.0, 0.0)),
        ),
        (task(action="wait"), USUAL, None, Outlook(Reason.OWN_JOBS, 1, left=USUAL)),
        (task(action="wait"), None, None, Outlook(Reason.OWN_JOBS, 1)),
        (task(action="wait"), Range(-2.0, -1.0), None, Outlook(Reason.OWN_JOBS, 1, longer=True)),
        (ability_task(status=Status.BLOCKED), USUAL, None, None),
        (ability_task(status=Status.FAILED, took=3.0), USUAL, None, None),
    ],
)
def test_why_a_job_has_not_ended(
    job: Task | AbilityTask, expected: Range | None, place: tuple[int, int] | None, answer: Outlook | None
) -> None:
    """R47: its place where the server says it, else the user's own jobs, and how long that may take."""
    assert answer == outlook(job, [*AHEAD, job], expected, NOW, place)


@pytest.mark.parametrize("seed", range(5))
def test_the_upper_end_holds_for_most_starts(seed: int) -> None:
    """R47: where service times vary about a mean, eight starts in ten come no later than was said, on one executor."""
    chance = Random(seed)
    ended: list[AbilityTask] = []
    shown = held = 0
    free_at = 0.0
    waiting: list[tuple[float, float | None]] = []
    active: list[AbilityTask] = []
    for number in range(400):
        at = number * 9.0
        active = [one for one in active if one.finished_at is None or one.finished_at > at]
        ended = [one for one in ended if one.finished_at is not None]
        known = [one for one in ended if one.finished_at is not None and one.finished_at <= at]
        job = ability_task(f"j{number}", created=at)
        expected = usual(samples(job, known))
        seen = [replace(one, finished_at=None) for one in active]
        said = outlook(job, [*seen, job], expected, at)
        begins = max(at, free_at)
        took = chance.gammavariate(4.0, 2.0)
        free_at = begins + took
        waiting.append((begins - at, said.left.high if said and said.left else None))
        over = ability_task(f"j{number}", Status.SUCCEEDED, created=at, started=begins, took=took)
        ended.append(over)
        active.append(replace(over, dated=Word(Status.QUEUED, "queued", None, at)))
        if len(known) < LEAST_SAMPLES:
            assert waiting[-1][1] is None
    for waited, upper in waiting:
        if upper is not None:
            shown += 1
            held += waited <= upper
    assert shown > 100
    assert held >= 0.8 * shown
