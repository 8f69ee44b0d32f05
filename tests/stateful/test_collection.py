"""Random deliveries of true histories: the end state is the truth, whatever came in whatever order how many times."""

from dataclasses import dataclass, fields, replace
from itertools import pairwise
from math import floor

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.core.collection import Counts, TaskCollection
from app.core.merging import Outcome, merge
from app.core.records import Source, Task, Word
from app.core.status import RANK, Status

JOBS = ("a", "b", "c", "d")
OPEN = tuple(status for status in Status if not status.terminal)
ENDS = tuple(status for status in Status if status.terminal)
FACTS: dict[str, object] = {
    "created_at": 1.5,
    "points": 50,
    "action": "draw",
    "channel": "web",
    "error": "E",
    "result_url": "/r.png",
}


@dataclass(frozen=True)
class Moment:
    """What was true of a job from a moment on."""

    status: Status
    progress: int | None
    at: float


@st.composite
def histories(draw: st.DrawFn) -> list[Moment]:
    """What happened to a job: it may be queued again after a second at the earliest, and ends at most once."""
    moments = [Moment(Status.QUEUED, None, draw(st.floats(10.0, 12.0)))]
    for _ in range(draw(st.integers(0, 5))):
        last = moments[-1]
        status, progress = draw(st.sampled_from(OPEN)), draw(st.one_of(st.none(), st.integers(0, 100)))
        step = draw(st.floats(0.001, 3.0))
        back = (RANK[status], progress or -1) < (RANK[last.status], last.progress or -1)
        at = floor(last.at) + 1 + step if back else last.at + step
        moments.append(Moment(status, progress, at))
    if draw(st.booleans()):
        moments.append(Moment(draw(st.sampled_from(ENDS)), 100, moments[-1].at + draw(st.floats(0.001, 3.0))))
    assert all(sooner.at < later.at for sooner, later in pairwise(moments))
    return moments


@st.composite
def reports(draw: st.DrawFn, job: str, history: list[Moment]) -> Task:
    """One report of a moment: dated to the microsecond, to the second, or not at all; with some of the facts."""
    moment = draw(st.sampled_from(history))
    said = {name: value for name, value in FACTS.items() if draw(st.booleans())}
    facts = replace(Task(id=job), **said)  # type: ignore[arg-type]
    word = Word(moment.status, moment.status.value, moment.progress)
    match draw(st.sampled_from(("exact", "whole", "undated", "facts"))):
        case "exact":
            return replace(facts, dated=replace(word, at=moment.at))
        case "whole":
            return replace(facts, dated=replace(word, at=float(floor(moment.at))))
        case "undated":
            return replace(facts, undated=word)
        case _:
            return facts


def said(record: Task | None) -> Task | None:
    """Return what a record holds of what was reported, without when it was received."""
    return None if record is None else replace(record, undated_at=0.0)


@st.composite
def all_reports(draw: st.DrawFn) -> list[Task]:
    """All the reports that will ever be made."""
    return [
        report for job in JOBS for report in draw(st.lists(reports(job, draw(histories())), min_size=1, max_size=8))
    ]


class Page(RuleBasedStateMachine):
    """A collection to which reports come by push, poll and submit answers."""

    @initialize(reports=all_reports())
    def begin(self, reports: list[Task]) -> None:
        """Nothing was reported yet."""
        self.reports = reports
        self.collection = TaskCollection()
        self.applied: dict[str, list[Task]] = {job: [] for job in JOBS}
        self.endings: list[str] = []
        self.now = 0.0

    def note(self, job: str, before: Status | None) -> None:
        """Check that what ended stays ended."""
        record = self.collection.get(job)
        if before is not None and before.terminal:
            assert record is not None
            assert record.status.terminal

    def deliver(self, report: Task, source: Source, *, ours: bool) -> None:
        """Give the collection one report."""
        self.now += 1.0
        known = self.collection.get(report.id)
        before = None if known is None else known.status
        batch = (self.collection.apply_listed if ours else self.collection.apply)([report], source, self.now)
        assert len(batch.changes) <= 1
        for change in batch.changes:
            assert known is change.before
            assert change.record is self.collection.get(report.id)
            if change.ended and not change.record.gone:
                self.endings.append(report.id)
        self.note(report.id, before)
        self.applied[report.id].append(report)

    @rule(data=st.data())
    def push(self, data: st.DataObject) -> None:
        """A frame comes, perhaps not for the first time."""
        self.deliver(data.draw(st.sampled_from(self.reports)), Source.PUSH, ours=False)

    @rule(data=st.data())
    def read(self, data: st.DataObject) -> None:
        """A single read is answered, perhaps late."""
        self.deliver(data.draw(st.sampled_from(self.reports)), Source.POLL, ours=False)

    @rule(data=st.data(), source=st.sampled_from((Source.POLL, Source.INVOKE)))
    def list(self, data: st.DataObject, source: Source) -> None:
        """A list or a submit answer shows that a job is ours."""
        self.deliver(data.draw(st.sampled_from(self.reports)), source, ours=True)

    @rule()
    def replay(self) -> None:
        """The server replays everything on connect."""
        for report in self.reports:
            self.deliver(report, Source.PUSH, ours=False)

    @rule(job=st.sampled_from(JOBS))
    def forget(self, job: str) -> None:
        """A single read is answered with 404."""
        known = self.collection.get(job)
        before = None if known is None else known.status
        batch = self.collection.mark_unknown([job], self.now)
        assert bool(batch) == (known is not None and not known.ended)
        self.note(job, before)

    @rule(job=st.sampled_from(JOBS))
    def read_order(self, job: str) -> None:
        """A view reads the order, which must not change under it."""
        order = self.collection.order
        copy = order.copy()
        report = next(report for report in self.reports if report.id == job)
        self.deliver(report, Source.POLL, ours=True)
        assert copy == order

    @invariant()
    def what_is_known_is_all_that_was_applied(self) -> None:
        """R15, R16: in the order of the reports or any other, before the id was known or after."""
        for job, reports_ in self.applied.items():
            known, expected = self.collection.get(job), Task(id=job)
            for report in sorted(reports_, key=self.reports.index):
                expected, _ = merge(expected, report)
            assert known is None or expected == said(replace(known, gone=False))

    @invariant()
    def counts_equal_a_recount(self) -> None:
        """R22: the counts are those of the records."""
        records = [record for job in JOBS if (record := self.collection.get(job)) is not None]
        expected = Counts(
            active=sum(record.active for record in records),
            succeeded=sum(record.status is Status.SUCCEEDED for record in records),
            failed=sum(record.status is Status.FAILED for record in records),
            total=len(records),
        )
        assert expected == self.collection.counts
        assert len(records) == len(self.collection)

    @invariant()
    def the_active_ids_are_those_that_have_not_ended(self) -> None:
        """R11: a terminal id is never among them, any other always."""
        active = [job for job in self.collection.order if (record := self.collection.get(job)) and record.active]
        assert active == self.collection.active
        assert len(active) == self.collection.active_count

    @invariant()
    def the_order_is_newest_first(self) -> None:
        """R27: by creation time, what was just submitted before all."""

        def place(job: str) -> tuple[float, str]:
            record = self.collection.get(job)
            assert record is not None
            return -(1e9 if record.created_at is None else record.created_at), job

        assert sorted(self.collection.order, key=place) == self.collection.order
        assert set(self.collection.order) == {job for job in JOBS if job in self.collection}

    def teardown(self) -> None:
        """R15: when all was applied, what is known is the same as when it was applied once and in order."""
        if not hasattr(self, "reports"):
            return
        for job in JOBS:
            self.deliver(next(report for report in self.reports if report.id == job), Source.POLL, ours=True)
        self.replay()
        expected = TaskCollection()
        for report in self.reports:
            expected.apply_listed([report], Source.POLL, 0.0)
        assert [said(expected.get(job)) for job in JOBS] == [said(self.collection.get(job)) for job in JOBS]
        assert expected.order == self.collection.order
        assert expected.counts == self.collection.counts
        finished = [job for job in JOBS if (record := expected.get(job)) is not None and record.status.terminal]
        assert finished == sorted(self.endings)


TestCollection = Page.TestCase


# Merging alone, of words that contradict each other

STATUSES = st.sampled_from(Status)
PROGRESS = st.one_of(st.none(), st.integers(0, 3))
TEXTS = st.sampled_from(("x", "y"))
UNDATED = st.builds(Word, STATUSES, TEXTS, PROGRESS)


def updates(ats: st.SearchStrategy[float]) -> st.SearchStrategy[Task]:
    """Return updates of one job with any words, dated ones at the given times."""
    dated = st.builds(Word, STATUSES, TEXTS, PROGRESS, ats)
    return st.one_of(
        st.builds(lambda word: Task(id="t", dated=word), dated),
        st.builds(lambda word: Task(id="t", undated=word), UNDATED),
        st.builds(lambda one, other: Task(id="t", dated=one, undated=other), dated, UNDATED),
    )


EXACT = st.sampled_from((10.25, 10.5, 10.75, 11.25, 12.5))
WHOLE = st.sampled_from((10.0, 11.0, 12.0))


@given(
    st.one_of(st.lists(updates(EXACT), min_size=2, max_size=6), st.lists(updates(WHOLE), min_size=2, max_size=6)),
    st.randoms(use_true_random=False),
)
def test_any_words_in_any_order_and_number_end_the_same(applied: list[Task], random: object) -> None:
    """R15: contradictions too are settled the same way, whichever came first and however often."""
    shuffled = [*applied, *applied]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first = second = Task(id="t")
    for item in applied:
        first, _ = merge(first, item)
    for item in shuffled:
        second, _ = merge(second, item)
    assert first == second


@given(st.lists(updates(EXACT | WHOLE), min_size=2, max_size=6))
def test_a_terminal_status_never_goes_back(applied: list[Task]) -> None:
    """R15: whatever is applied, in whatever order."""
    record = Task(id="t")
    for item in applied:
        ended = record.status.terminal
        record, outcome = merge(record, item)
        assert record.status.terminal or not ended
        assert (outcome is Outcome.CHANGED) or merge(record, item)[0] is record


@given(st.lists(updates(EXACT | WHOLE), max_size=4), updates(EXACT | WHOLE))
def test_an_update_applied_twice_changes_nothing_the_second_time(applied: list[Task], item: Task) -> None:
    """R15: equal updates change nothing."""
    record = Task(id="t")
    for earlier in applied:
        record, _ = merge(record, earlier)
    record, _ = merge(record, item)
    again, outcome = merge(record, item)
    assert again is record
    assert outcome is not Outcome.CHANGED


def test_the_facts_of_these_histories_are_those_of_a_task() -> None:
    """R27: the properties above speak of real fields."""
    assert FACTS.keys() <= {field.name for field in fields(Task)}
