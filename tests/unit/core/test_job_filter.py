"""Which jobs a query leaves, in which order."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.collection import Change, TaskCollection
from app.core.job_filter import LINGER_S, MOST_WIDER, PIECE, PREPARED, JobFilter
from app.core.query import NOTHING, Query, parse
from app.core.query_match import Matcher, Part
from app.core.records import Source, Task, Word
from app.core.search_text import SearchTexts
from app.core.status import Status

NOW = 1_768_476_000.0


def name(task: Task) -> str:
    """What people see as a job's name."""
    return task.action or ""


def task(job_id: str, status: Status = Status.RUNNING, age_s: float | None = 60.0, **facts: object) -> Task:
    """A task submitted so long ago; nobody knows when if that is ``None``."""
    more = {"action": f"act {job_id}", **facts}
    created_at = None if age_s is None else NOW - age_s
    return Task(id=job_id, dated=Word(status, status.value, None, NOW), created_at=created_at, **more)  # type: ignore[arg-type]  # a test names facts by their names


class Checked:
    """A collection with a filter on it, and the time."""

    def __init__(self, *tasks: Task) -> None:
        self.now = NOW
        self.pieces: list[list[str]] = []
        self.collection = TaskCollection()
        self.filter: JobFilter[Task] = JobFilter(self.collection, name)
        self.apply(*tasks)

    def apply(self, *tasks: Task) -> bool:
        batch = self.collection.apply_listed(tasks, Source.POLL, self.now)
        changes: dict[str, Change[Task]] = {}
        for change in batch.changes:
            changes[change.record.id] = change.after(changes.get(change.record.id))
        return self.filter.apply(changes, frozenset(), self.now, self.now)

    def remove(self, *job_ids: str) -> bool:
        self.collection.remove(job_ids)
        return self.filter.apply({}, frozenset(job_ids), self.now, self.now)

    def begin(self, text: str) -> None:
        self.pieces = self.filter.begin(parse(text), self.now)

    def finish(self) -> None:
        for piece in self.pieces:
            self.filter.check(piece, self.now)
        self.pieces = []
        self.filter.finish()

    def ask(self, text: str) -> list[str]:
        self.begin(text)
        self.finish()
        return self.filter.order

    def take(self, step: tuple[str, Any]) -> bool:
        """Take one of ``STEPS``; return whether the rows are to be drawn anew."""
        match step:
            case "apply", [*tasks]:
                return self.apply(*tasks)
            case "remove", [*job_ids]:
                return self.remove(*job_ids)
            case "wait", float(seconds):
                return self.wait(seconds)
            case "begin", str(text):
                self.begin(text)
                return False
            case _:
                self.finish()
                return True

    def wait(self, seconds: float, under_pointer: str | None = None) -> bool:
        self.now += seconds
        return self.filter.pass_time(self.now, self.now, under_pointer)

    def expected(self, query: Query) -> set[str]:
        texts, matcher = SearchTexts(name), Matcher(query)
        known = map(self.collection.get, self.collection.order)
        return {one.id for one in known if one is not None and matcher.matches(one, texts.of(one), self.now)}


QUERIES = st.sampled_from(
    [
        *("", "a", "ac", "act a", "-a", "status:failed", "status:active", "-status:failed sort:name", "longer:90s"),
        *("since:2m", "-since:2m", "since:3m -since:1m", "sort:-elapsed longer:1m", "sort:points", "sort:status a"),
        *("status:queued sort:-elapsed", "status:active sort:status"),
    ]
)
TASKS = st.builds(
    task,
    st.sampled_from("abcde"),
    st.sampled_from(Status),
    st.none() | st.floats(0, 300),
    points=st.none() | st.integers(0, 9),
)
STEPS = st.one_of(
    st.tuples(st.just("apply"), st.lists(TASKS, max_size=3)),
    st.tuples(st.just("begin"), QUERIES),
    st.tuples(st.just("finish"), st.none()),
    st.tuples(st.just("wait"), st.floats(0, 100)),
    st.tuples(st.just("remove"), st.lists(st.sampled_from("abcde"), max_size=2)),
)


@given(st.lists(STEPS, max_size=16))
def test_whatever_happens_the_jobs_shown_are_those_that_match(steps: list[tuple[str, object]]) -> None:
    """R34, R37: checked change by change, the result is the same as checked anew; its counts too."""
    checked = Checked()
    for step in steps:
        checked.take(step)
    checked.finish()
    # What matches no more is gone after a while, unless that began just now; what the time has changed is found.
    checked.wait(LINGER_S)
    query = checked.filter.query
    lately = checked.expected(query)
    checked.wait(LINGER_S)
    order = checked.filter.order
    assert checked.expected(query) <= set(order) <= checked.expected(query) | lately
    assert len(order) == len(set(order))
    assert checked.filter.matches == len(checked.expected(query))
    if checked.filter.counts is not None:
        fresh = Checked()
        fresh.now = checked.now
        fresh.collection = checked.collection
        fresh.filter = JobFilter(checked.collection, name)
        for piece in fresh.filter.begin(query, checked.now):
            fresh.filter.check(piece, checked.now)
        fresh.filter.finish()
        assert fresh.filter.order == [job_id for job_id in order if job_id in checked.expected(query)]
        assert {k: n for k, n in (fresh.filter.counts or {}).items() if n} == {
            k: n for k, n in checked.filter.counts.items() if n
        }


@given(st.lists(STEPS, max_size=16))
def test_whatever_moves_rows_says_so(steps: list[tuple[str, object]]) -> None:
    """R12, R34: the rows are drawn anew only where that is said, so what is drawn is always the order."""
    checked = Checked()
    drawn = checked.filter.order[:]
    for step in steps:
        if checked.take(step):
            drawn = checked.filter.order[:]
        assert drawn == checked.filter.order


def test_without_a_query_everything_is_shown_and_nothing_checked() -> None:
    """R37: where nothing is asked, a filter costs nothing."""
    checked = Checked(task("a"), task("b", age_s=5))
    assert checked.filter.plain
    assert checked.filter.order is checked.collection.order
    assert (checked.filter.counts, checked.filter.matches, checked.filter.passed_over) == (None, 2, 0)
    assert checked.filter.begin(NOTHING, checked.now) == []
    checked.filter.finish()
    assert not checked.apply(task("a", Status.SUCCEEDED))
    assert checked.apply(task("c"))
    assert checked.remove("c")


@given(st.lists(STEPS, max_size=8), st.lists(st.sampled_from(["", "a", "ac", "act a", "act", "status:failed a"])))
def test_a_narrowed_search_finds_what_a_full_one_does(steps: list[tuple[str, object]], typed: list[str]) -> None:
    """R37: letters that are added and deleted, with changes between, leave the jobs and the order of a new search."""
    checked = Checked()
    for number, text in enumerate([*typed, "a"]):
        checked.ask(text)
        for kind, given_ in steps[number : number + 1]:
            if kind == "apply" and isinstance(given_, list):
                checked.apply(*given_)
            elif kind == "remove" and isinstance(given_, list):
                checked.remove(*given_)
    checked.ask("act")
    known = checked.expected(parse("act"))
    assert checked.ask("act") == [one for one in checked.collection.order if one in known]


@given(st.lists(TASKS, max_size=5), st.lists(TASKS, max_size=2), QUERIES)
def test_jobs_that_are_prepared_are_found_like_others(first: list[Task], later: list[Task], text: str) -> None:
    """R37: what was made ready before a search, and changed before it too, is searched as it is then."""
    ready, other = Checked(*first), Checked(*first)
    for piece in ready.filter.unprepared(searched=True):
        assert ready.filter.prepare(piece, searched=True) == piece
    assert ready.filter.unprepared(searched=True) == ready.filter.unprepared(searched=False) == []
    for checked in (ready, other):
        checked.apply(*later)
        if len(checked.collection):
            checked.remove(checked.collection.order[0])
    assert ready.ask(text) == other.ask(text)
    assert ready.filter.counts == other.filter.counts


def test_what_changes_is_prepared_again() -> None:
    """R37: only that, whether it came in or what is searched of it changed."""
    checked = Checked(*(task(f"t{number}") for number in range(PREPARED + 1)))
    pieces = checked.filter.unprepared(searched=True)
    assert [PREPARED, 1] == list(map(len, pieces))
    for piece in pieces:
        checked.filter.prepare(piece, searched=True)
    checked.apply(task("t1", error="zoo"), task("new"))
    assert [["new", "t1"]] == [sorted(piece) for piece in checked.filter.unprepared(searched=True)]
    assert checked.ask("zoo") == ["t1"]
    assert checked.filter.unprepared(searched=True) == []
    assert checked.filter.prepare(["gone"], searched=True) == []


def test_the_one_condition_of_a_query() -> None:
    """R34: it alone leaves out whatever a query leaves out, and where there are several, none does."""
    checked = Checked(task("a"))
    conditions = []
    for text in ("", "z", "status:failed", "z status:failed"):
        checked.ask(text)
        conditions.append(checked.filter.sole_condition)
    assert [None, Part("word", ("z",)), Part("status", ("failed",)), None] == conditions


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("sort:-created", "cba"),
        ("sort:created", "abc"),
        ("sort:-elapsed", "abc"),
        ("sort:elapsed", "cba"),
        ("sort:-points", "acb"),
        ("sort:points", "cab"),
        ("sort:name", "cba"),
        ("sort:-name", "abc"),
        ("sort:status", "bca"),
        ("sort:-status", "acb"),
    ],
)
def test_the_orders(sort: str, order: str) -> None:
    """R34: newest, longest, name, points, status; what is not known is last, equal ones are newest first."""
    checked = Checked(
        task("a", Status.RUNNING, 300, points=Decimal("2.5"), action="Zoo"),
        task("b", Status.RUNNING, 200, action="bee"),
        task("c", Status.RUNNING, 100, points=1, action="ape"),
    )
    checked.apply(
        Task(id="a", dated=Word(Status.SUCCEEDED, "ok", None, NOW + 1), finished_at=NOW),
        Task(id="c", dated=Word(Status.FAILED, "failed", None, NOW + 1), finished_at=NOW + 50),
    )
    assert checked.ask(sort) == list(order)


def test_the_former_result_stands_until_the_next_is_whole() -> None:
    """R37: a long check is done in pieces, and what changes meanwhile is in the result."""
    checked = Checked(*(task(f"t{number}") for number in range(PIECE + 1)))
    pieces = checked.filter.begin(parse("t1"), checked.now)
    assert [PIECE, 1] == list(map(len, pieces))
    assert (checked.filter.ready, len(checked.filter.order)) == (False, PIECE + 1)
    checked.filter.check(pieces[0], checked.now)
    checked.apply(task("t-new"), task("t1-new"))
    checked.remove("t1")
    checked.filter.check(pieces[1], checked.now)
    checked.filter.finish()
    assert checked.filter.ready
    assert checked.expected(parse("t1")) == set(checked.filter.order)
    assert "t1-new" in checked.filter.order


def test_a_longer_word_is_checked_against_the_former_matches_alone() -> None:
    """R37: typing on costs less with every letter."""
    checked = Checked(task("a"), task("b"), task("ab"))
    checked.ask("a")
    checked.ask("act b")
    assert [["ab", "b"]] == [sorted(piece) for piece in checked.filter.begin(parse('"act b"'), checked.now)]
    assert [["a", "ab", "b"]] == [sorted(piece) for piece in checked.filter.begin(parse("ac"), checked.now)]


def test_what_is_searched_is_made_once_for_each_job() -> None:
    """R37: neither another word nor what leaves a job out makes any text anew; a change makes that of its job alone."""
    made: list[str] = []

    def counted(one: Task) -> str:
        made.append(one.id)
        return name(one)

    checked = Checked(*(task(f"t{number}") for number in range(PIECE + 1)))
    checked.filter = JobFilter(checked.collection, counted)
    assert checked.ask("nowhere") == []
    assert sorted(made) == sorted(checked.collection.order)
    made.clear()
    for typed in ("t", "t1", "t10", "t1", "z"):
        checked.ask(typed)
    left_out: dict[Part, int] = {}
    checked.filter.only_failing(checked.collection.order, checked.now, left_out)
    assert left_out == {Part("word", ("z",)): PIECE + 1}
    assert made == []
    checked.apply(task("t1", error="zoo"))
    assert made == ["t1"]
    assert checked.filter.order == ["t1"]


def test_nothing_is_made_for_words_while_nobody_searches() -> None:
    """R37: a condition on the status alone makes no text, neither of what changed before it nor of what does after."""
    made: list[str] = []

    def counted(one: Task) -> str:
        made.append(one.id)
        return name(one)

    checked = Checked(task("a"), task("b"))
    checked.filter = JobFilter(checked.collection, counted)
    checked.apply(later("a", 1, Status.FAILED))
    checked.ask("status:failed")
    checked.apply(later("b", 2, Status.FAILED))
    assert (checked.filter.order, made) == (["a", "b"], [])


def test_a_job_that_comes_in_is_prepared_though_another_was_removed() -> None:
    """R37: what was ready of a job that is gone counts for none that is there."""
    checked = Checked(task("a"), task("b"))
    assert checked.ask("zoo") == []
    checked.remove("a")
    checked.apply(task("c"))
    assert checked.filter.unprepared(searched=False) == [["c"]]


def test_a_search_in_pieces_shows_what_each_has_found() -> None:
    """R37: in the order of the list."""
    checked = Checked(*(task(f"t{number}") for number in range(PIECE + 1)))
    assert checked.ask("act") == checked.collection.order


def test_letters_that_are_deleted_lead_back_without_a_check() -> None:
    """R37: as far as that many results are kept; the one of the first letter has to be found again."""
    typed = ["z" * letters for letters in range(1, MOST_WIDER + 3)]
    checked = Checked(task("all", action=typed[-1]), task("some", action=typed[4]))
    found = {text: checked.ask(text) for text in typed}
    assert (found["zzzzz"], found["zzzzzz"]) == (["all", "some"], ["all"])
    checks: list[int] = []
    for text in typed[-2::-1]:
        checked.begin(text)
        checks.append(len(checked.pieces))
        checked.finish()
        assert checked.filter.order == found[text]
    assert checks == [0] * MOST_WIDER + [1]


@pytest.mark.parametrize(("text", "before", "after"), [("status:failed", "", "a"), ("sort:points", "ab", "ba")])
def test_what_changed_while_nothing_was_asked_is_found_by_the_query_of_before(
    text: str, before: str, after: str
) -> None:
    """R34, R37: the result of a query is not kept over a time in which everything was shown."""
    checked = Checked(task("a", points=1), task("b", points=2))
    assert checked.ask(text) == list(before)
    checked.ask("")
    checked.apply(later("a", 1, Status.FAILED, points=3))
    assert checked.ask(text) == list(after)


def test_what_moves_with_the_time_is_checked_again_when_letters_are_deleted() -> None:
    """R34, R37: a job that has run long enough by then is found."""
    checked = Checked(task("a", age_s=20))
    assert checked.ask("longer:30s") == checked.ask("longer:30s act") == []
    checked.wait(20)
    assert checked.ask("longer:30s") == ["a"]


def test_what_has_moved_with_the_time_is_left_out_by_a_narrower_search() -> None:
    """R34, R37: a former match is taken for one only where the time cannot have changed that."""
    checked = Checked(task("a", age_s=50), task("b", age_s=10))
    assert checked.ask("since:1m") == ["b", "a"]
    checked.now += 20
    assert checked.ask("since:1m act") == ["b"]


def test_what_the_time_has_moved_in_meanwhile_is_found_by_a_narrower_search() -> None:
    """R34, R37: a page that was hidden has not seen which jobs grew old enough."""
    checked = Checked(task("a", age_s=50), task("b", age_s=10))
    assert checked.ask("-since:1m") == []
    checked.now += 20
    checked.ask("-since:1m act")
    checked.wait(1)
    assert checked.filter.order == ["a"]


def test_what_does_not_move_with_the_time_leaves_nothing_to_look_through_again() -> None:
    """R37: however long ago it was searched for."""
    checked = Checked(task("a", age_s=50), task("b", age_s=10))
    assert checked.ask("act") == ["b", "a"]
    checked.now += 7200
    assert checked.ask("act since:1h") == []
    assert list(checked.filter._moved_by_time(checked.now)) == []


def test_a_word_that_was_searched_for_is_looked_for_again_in_what_it_left_out() -> None:
    """R37: of jobs that the former search left out nobody knows which condition they do not fulfil."""
    checked = Checked(task("a", action="red koi"), task("b", action="koi"), task("c", action="red"))
    assert checked.ask("red koi") == ["a"]
    assert checked.ask("koi") == ["a", "b"]


def test_a_narrower_search_finds_in_order_what_came_in_under_the_former() -> None:
    """R34, R37: the newest first, though it was checked last."""
    checked = Checked(task("a"), task("b"))
    checked.ask("a")
    checked.apply(task("new", age_s=1))
    assert checked.ask("act") == ["new", "a", "b"]


def test_a_job_that_matches_no_more_stays_for_a_while_and_under_the_pointer() -> None:
    """R34: an active row that ends leaves after two seconds, and never from under the pointer."""
    checked = Checked(task("a"), task("b"))
    assert checked.ask("status:active") == ["a", "b"]
    moved = checked.apply(task("a", Status.SUCCEEDED), task("b", Status.SUCCEEDED))
    assert (moved, checked.filter.order, checked.filter.matches) == (False, ["a", "b"], 0)
    assert not checked.wait(LINGER_S - 0.1)
    assert checked.wait(0.1, under_pointer="b")
    assert checked.filter.order == ["b"]
    assert not checked.wait(60, under_pointer="b")
    assert checked.wait(1)
    assert checked.filter.order == []
    assert checked.filter.counts == {"running": 0, "active": 0, "succeeded": 2}


def test_another_query_waits_for_nothing() -> None:
    """R34: whoever asks something else sees its result at once."""
    checked = Checked(task("a"))
    checked.ask("status:active")
    checked.apply(task("a", Status.SUCCEEDED))
    assert checked.ask("status:running") == []
    assert checked.ask("status:succeeded") == ["a"]


def test_a_job_that_matches_again_just_stays() -> None:
    """R34: the row of a job that was submitted again under its id does not jump."""
    checked = Checked(task("a", Status.FAILED))
    checked.ask("status:failed")
    again = Task(id="a", dated=Word(Status.RUNNING, "running", None, NOW + 5))
    checked.collection.apply_listed([again], Source.POLL, NOW)
    assert checked.filter.order == ["a"]


def arrivals(checked: Checked, tasks: Iterable[Task]) -> int:
    """Let jobs come in and return how many the query passed over."""
    checked.apply(*tasks)
    return checked.filter.passed_over


def test_jobs_that_do_not_match_are_counted() -> None:
    """R34: new arrivals that do not match are counted; older jobs that are read are none, nor are matches."""
    checked = Checked(task("a", age_s=60))
    checked.ask("status:failed")
    assert arrivals(checked, [task("old", age_s=3600), task("match", Status.FAILED, age_s=1)]) == 0
    assert arrivals(checked, [task("b", age_s=0), Task(id="c", undated=Word(Status.QUEUED, "queued"))]) == 2
    checked.ask("koi")
    assert checked.filter.passed_over == 0


def test_counts_are_those_under_all_other_conditions() -> None:
    """R36: the counts follow the filter and are its chips: choosing one does not empty the others."""
    checked = Checked(task("a"), task("ab", Status.FAILED), task("b", Status.BLOCKED))
    checked.ask("status:failed")
    assert checked.filter.counts == {"running": 1, "active": 1, "failed": 1, "blocked": 1}
    checked.ask('status:failed "act a"')
    assert checked.filter.counts == {"running": 1, "active": 1, "failed": 1}


def test_the_counts_of_a_status_are_of_all_that_stand_so() -> None:
    """R36: of what nobody knows some may be under way and some not; what is under way is of several statuses."""
    checked = Checked(task("a", Status.UNKNOWN), task("b", Status.UNKNOWN), task("c"), task("d", Status.QUEUED))
    checked.collection.give_up(["b"], checked.now)
    checked.ask("act")
    assert checked.filter.counts == {"unknown": 2, "running": 1, "queued": 1, "active": 3}


@pytest.mark.parametrize("text", ["sort:elapsed", "sort:-elapsed", "sort:points", "sort:-points"])
def test_what_is_not_known_is_last(text: str) -> None:
    """R34: whichever way the others are sorted."""
    checked = Checked(task("a", points=1), task("b", Status.QUEUED, None))
    assert checked.ask(text) == ["a", "b"]


def test_of_what_has_no_age_time_moves_nothing() -> None:
    """R34: a job whose submission nobody knows is left by every `since`, however long that takes."""
    checked = Checked(task("a", age_s=50), task("b", age_s=None))
    assert set(checked.ask("since:1m")) == {"a", "b"}
    checked.wait(20)
    checked.wait(LINGER_S)
    assert checked.filter.order == ["b"]


def test_which_condition_leaves_out_what() -> None:
    """R34: nothing found says which chip to drop, and how many jobs that brings."""
    checked = Checked(task("a"), task("b"), task("c", Status.FAILED))
    checked.ask("status:failed a")
    assert checked.filter.order == ["c"]
    checked.ask('status:failed "act a"')
    found: dict[Part, int] = {}
    checked.filter.only_failing(checked.collection.order, checked.now, found)
    assert found == {Part("status", ("failed",)): 1, Part("word", ("act a",)): 1}


def test_time_alone_brings_and_takes_jobs() -> None:
    """R34: `longer` and `since` hold at every moment, for jobs of which nothing is received too."""
    checked = Checked(task("a", age_s=20), task("b", age_s=50))
    assert checked.ask("longer:30s") == ["b"]
    assert not checked.wait(5)
    assert checked.wait(6)
    assert checked.filter.order == ["a", "b"]
    assert checked.ask("since:62s") == ["a", "b"]
    assert not checked.wait(2)
    assert checked.filter.order == ["a", "b"]
    checked.wait(LINGER_S)
    assert checked.filter.order == ["a"]


def test_only_a_condition_on_the_status_leaves_the_counts_whole() -> None:
    """R36: then the server's own counts may stand in their place."""
    checked = Checked(task("a"), task("b", Status.FAILED))
    whole = []
    for text in ("", "status:failed", "act", "status:failed act"):
        checked.ask(text)
        whole.append(checked.filter.counts_everything)
    assert [True, True, False, False] == whole


def test_a_range_of_time_may_be_what_leaves_jobs_out() -> None:
    """R34: it is counted by the time that it is now."""
    checked = Checked(task("a", age_s=60.0), task("b", age_s=7200.0))
    checked.ask("since:1h act")
    found: dict[Part, int] = {}
    checked.filter.only_failing(checked.collection.order, checked.now, found)
    assert {"since": 1} == {part.field: number for part, number in found.items()}


def later(job_id: str, seconds: float, status: Status = Status.RUNNING, **facts: object) -> Task:
    """What a list says of a job so much later."""
    return Task(id=job_id, dated=Word(status, status.value, None, NOW + seconds), **facts)  # type: ignore[arg-type]  # a test names facts by their names


def test_what_is_ready_for_words_is_another_thing_than_for_conditions() -> None:
    """R37: each is made once, for every job at first, and again for what changed."""
    checked = Checked(task("a"), task("b"))
    checked.filter = JobFilter(checked.collection, name)
    assert [["a", "b"]] == checked.filter.unprepared(searched=False) == checked.filter.unprepared(searched=True)
    checked.filter.prepare("ab", searched=False)
    assert ([], [["a", "b"]]) == tuple(checked.filter.unprepared(searched=searched) for searched in (False, True))
    checked.filter.prepare("ab", searched=True)
    assert [] == checked.filter.unprepared(searched=True)
    checked.apply(later("b", 1, error="zoo"))
    assert [["b"]] == checked.filter.unprepared(searched=True) == checked.filter.unprepared(searched=False)


def test_rows_move_when_a_job_that_is_shown_is_removed() -> None:
    """R34: whether it matches or lingers; one that is not shown takes no row with it."""
    checked = Checked(*map(task, "abcde"), task("f", Status.FAILED), task("g", Status.FAILED))
    checked.ask("status:active")
    checked.apply(later("a", 1, Status.SUCCEEDED))
    assert [False, True, True, True] == [checked.remove(*ids) for ids in ("f", "a", "b", "cg")]
    assert (["d", "e"], 2) == (checked.filter.order, checked.filter.matches)


def test_rows_move_when_a_job_begins_to_match_but_not_while_it_does() -> None:
    """R34: one that matches no more and does again meanwhile stays where it is, and for longer than it would linger."""
    checked = Checked(task("a", action="koi"), task("b", action="ape"))
    assert checked.ask("koi") == ["a"]
    assert not checked.apply(later("a", 1, points=5))
    assert checked.apply(later("b", 1, action="koi"))
    assert checked.filter.order == ["a", "b"]
    assert not checked.apply(later("a", 2, action="ape"))
    assert not checked.apply(later("a", 3, action="koi"))
    assert not checked.wait(LINGER_S)
    assert checked.filter.order == ["a", "b"]


def test_rows_move_when_what_they_are_sorted_by_changes() -> None:
    """R34: and not when anything else of the job does."""
    checked = Checked(task("a", points=1), task("b", points=2))
    assert checked.ask("sort:points") == ["a", "b"]
    assert not checked.apply(later("a", 1, Status.SUCCEEDED))
    assert checked.apply(later("a", 2, Status.SUCCEEDED, points=3))
    assert checked.filter.order == ["b", "a"]


@pytest.mark.parametrize("action", ["koi", "ape"])
def test_rows_move_when_a_job_that_is_shown_gets_its_age(action: str) -> None:
    """R34: also one that matches no more and lingers; what comes in and is not shown moves nothing."""
    checked = Checked(task("a", age_s=60, action="koi"), task("b", age_s=None, action="koi"))
    assert checked.ask("koi") == ["b", "a"]
    assert not checked.apply(task("c", action="ape"))
    assert checked.apply(later("b", 1, action=action, created_at=NOW - 90))
    assert checked.filter.order == ["a", "b"]


def test_a_change_of_a_job_that_is_gone_by_now_holds_no_other_up() -> None:
    """R34: what changes after it is followed, and its removal may be reported later."""
    checked = Checked(task("a"), task("b"))
    checked.ask("status:active")
    ended = [later(job_id, 1, Status.FAILED) for job_id in "ab"]
    changes = {change.record.id: change for change in checked.collection.apply_listed(ended, Source.POLL, NOW).changes}
    checked.collection.remove(["a"])
    checked.filter.apply(changes, frozenset(), NOW, NOW)
    checked.filter.apply({}, frozenset("a"), NOW, NOW)
    assert (["b"], 0, {"failed": 1}) == (
        checked.filter.order,
        checked.filter.matches,
        {status: number for status, number in (checked.filter.counts or {}).items() if number},
    )


def test_a_job_that_a_search_leaves_out_is_followed_all_the_same() -> None:
    """R36: whoever asks for a status next finds it as it is then."""
    checked = Checked(task("a"), task("b"))
    assert checked.ask("zoo") == []
    checked.apply(later("a", 1, Status.SUCCEEDED))
    assert checked.ask("status:active") == ["b"]
    assert checked.filter.counts == {"running": 1, "active": 1, "succeeded": 1}


def test_the_former_result_stands_still_while_the_next_is_worked_out() -> None:
    """R37: the time moves nothing in what is about to be replaced."""
    checked = Checked(task("a", age_s=20))
    assert checked.ask("longer:30s") == []
    checked.begin("longer:35s")
    assert not checked.wait(60)
    assert checked.filter.order == []
    checked.finish()
    assert checked.filter.order == ["a"]


def test_what_has_lingered_leaves_a_list_that_moves_with_the_time() -> None:
    """R34: that is said though the time moves no other row."""
    checked = Checked(task("a", age_s=60))
    assert checked.ask("status:active longer:30s") == ["a"]
    checked.apply(later("a", 1, Status.FAILED))
    assert not checked.wait(LINGER_S - 0.1)
    assert checked.wait(0.1)
    assert checked.filter.order == []


def test_the_time_moves_no_row_that_keeps_its_place() -> None:
    """R34: what has matched still does, what has not does not show, and the names are what they were."""
    checked = Checked(task("a", age_s=20), task("b", age_s=50), task("c", age_s=60))
    assert checked.ask("longer:30s sort:-name") == ["c", "b"]
    assert not checked.wait(5)
    assert checked.filter.order == ["c", "b"]
    assert checked.wait(5)
    assert checked.filter.order == ["c", "b", "a"]


def test_who_is_under_way_overtakes_who_has_ended() -> None:
    """R34: sorted by how long they took, rows move as the time goes by."""
    checked = Checked(task("a", age_s=60), task("b", Status.SUCCEEDED, 200, finished_at=NOW - 100))
    assert checked.ask("sort:-elapsed") == ["b", "a"]
    assert checked.wait(50)
    assert checked.filter.order == ["a", "b"]


def test_several_conditions_on_the_time_are_all_kept() -> None:
    """R34: what grows long enough comes, what grows too old goes, and what is no longer too young comes as well."""
    checked = Checked(task("young", age_s=20), task("middle", age_s=100), task("old", age_s=170))
    assert checked.ask("since:3m longer:30s") == ["middle", "old"]
    assert checked.wait(10)
    checked.wait(1)
    checked.wait(LINGER_S)
    assert checked.filter.order == ["young", "middle"]
    assert checked.ask("since:3m -since:1m") == ["middle"]
    assert checked.wait(50)
    assert checked.filter.order == ["young", "middle"]
    checked.wait(30)
    checked.wait(LINGER_S)
    assert checked.filter.order == ["young"]


def test_which_condition_leaves_out_what_is_counted_in_pieces() -> None:
    """R34, R37: of jobs that the search before left out already, too."""
    checked = Checked(task("a"), task("b"), task("old", age_s=7200, action="zoo"))
    checked.ask("since:1h")
    assert checked.ask("since:1h zoo") == []
    found: dict[Part, int] = {}
    for piece in (["a"], ["b", "old"]):
        checked.filter.only_failing(piece, checked.now, found)
    assert {"word": 2, "since": 1} == {part.field: number for part, number in found.items()}


@pytest.mark.parametrize(("age_s", "passed_over"), [(59.9, 1), (60.0, 0), (60.1, 0)])
def test_only_what_is_newer_than_the_newest_is_an_arrival(age_s: float, passed_over: int) -> None:
    """R34: a job that was submitted before may have been read just now; so may one of the same moment."""
    checked = Checked(task("a", age_s=60))
    checked.ask("status:failed")
    assert arrivals(checked, [task("b", age_s=age_s)]) == passed_over


def test_what_was_just_submitted_hides_no_newest_job() -> None:
    """R34: while many have no age yet, what is read of before is still no arrival."""
    waiting = [task(f"t{number}", Status.QUEUED, None) for number in range(20)]
    checked = Checked(*waiting, task("a", age_s=60))
    checked.ask("status:failed")
    assert arrivals(checked, [task("old", age_s=90)]) == 0
    assert arrivals(checked, [task("new", age_s=30)]) == 1
    checked.remove("new")
    assert arrivals(checked, [task("between", age_s=45)]) == 1
