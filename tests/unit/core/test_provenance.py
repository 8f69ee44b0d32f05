"""Where each fact of a job came from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.core.collection import Change, Touch
from app.core.provenance import FACTS, MOST_JOBS, Origins, Provenance
from app.core.records import AbilityTask, Source, Task, Word
from app.core.status import Status

VALUES = st.sampled_from([None, 1, 2])
RECORDS = st.builds(
    lambda points, error, log_id, status: AbilityTask(
        id="a",
        points=points,
        error=error and str(error),
        log_id=log_id,
        dated=Word(Status.RUNNING if status == 1 else Status.QUEUED, "", None, status and float(status)),
    ),
    VALUES,
    VALUES,
    VALUES,
    VALUES,
)


def changes(*records: AbilityTask) -> list[Change[AbilityTask]]:
    """Return the changes that lead from one record to the next."""
    before = (None, *records)
    return [Change(record, known, Source.POLL) for record, known in zip(records, before, strict=False)]


@given(st.lists(st.tuples(RECORDS, st.sampled_from(Source)), min_size=1, max_size=8))
def test_a_fact_is_from_the_update_that_last_changed_it(updates: list[tuple[AbilityTask, Source]]) -> None:
    """R38: and all that nothing has changed are from the first."""
    provenance = Provenance()
    for now, (change, (_, source)) in enumerate(zip(changes(*(one for one, _ in updates)), updates, strict=True)):
        provenance.changed([change], source, float(now))
    origins = provenance.origins("a")
    assert origins is not None
    for fact in FACTS[AbilityTask]:
        values = [getattr(record, fact) for record, _ in updates]
        last = max((at for at in range(1, len(values)) if values[at] != values[at - 1]), default=0)
        assert Touch(float(last), updates[last][1]) == origins.of(fact)


def test_a_frame_that_touched_a_job_before_did_not_bring_what_frames_do_not_say() -> None:
    """R38: a job is known from a read before push may say anything of it."""
    provenance = Provenance()
    provenance.known("a", Touch(5.0, Source.PUSH))
    provenance.known("b", Touch(6.0, Source.INVOKE))
    pushed, submitted = provenance.origins("a"), provenance.origins("b")
    assert pushed is not None
    assert (Touch(5.0, Source.PUSH), Touch(5.0, Source.POLL)) == (pushed.of("status"), pushed.of("points"))
    assert Origins(Touch(6.0, Source.INVOKE)) == submitted


def test_a_job_that_is_gone_or_that_nobody_followed_has_no_origins() -> None:
    """R38: nothing is claimed of it."""
    provenance = Provenance()
    provenance.changed([Change(Task(id="a"), None, Source.POLL)], Source.POLL, 1.0)
    provenance.removed(["a", "b"])
    assert (None, None, 0) == (provenance.origins("a"), provenance.origins("b"), len(provenance))


def test_only_the_jobs_that_changed_last_are_followed() -> None:
    """R38, R48: a page that is open all day does not grow."""
    provenance = Provenance()
    first = Change(Task(id="first"), None, Source.POLL)
    provenance.changed([first, Change(Task(id="second"), None, Source.POLL)], Source.POLL, 1.0)
    provenance.changed([Change(Task(id="first", points=1), Task(id="first"), Source.POLL)], Source.POLL, 2.0)
    more = [Change(Task(id=str(number)), None, Source.POLL) for number in range(MOST_JOBS - 1)]
    provenance.changed(more, Source.POLL, 3.0)
    assert MOST_JOBS == len(provenance)
    assert (True, False) == (provenance.origins("first") is not None, provenance.origins("second") is not None)


def test_a_job_that_begins_anew_has_new_origins() -> None:
    """R15, R38: one that was known before under its id is forgotten with its facts."""
    provenance = Provenance()
    first = AbilityTask(id="a", points=1)
    provenance.changed([Change(first, None, Source.POLL)], Source.POLL, 1.0)
    provenance.changed([Change(first, None, Source.PUSH)], Source.PUSH, 2.0)
    assert Origins(Touch(2.0, Source.PUSH)) == provenance.origins("a")
