"""What failed calls have in common."""

from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.causes import LONGEST_CAUSE, Problem, Problems, cause_of, range_of, ticks
from app.core.logs import LogRecord
from app.core.status import Status


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ("Timeout after 30.5 s on node 12", "Timeout after ⟨n⟩ s on node ⟨n⟩"),
        ("task 882df7c5c7f04aa1b2c3 not found", "task ⟨id⟩ not found"),
        ("prompt 9b4aa529-3205-48ef-ab85-5e962f9665ab failed", "prompt ⟨id⟩ failed"),
        ("no such file: /data/in/7/koi.png", "no such file: ⟨path⟩"),
        (r"cannot open C:\models\sd15.ckpt", "cannot open ⟨path⟩"),
        ("model 'sd_xl.safetensors' is missing", "model ⟨…⟩ is missing"),
        ('field "width" has to be at most 2048', "field ⟨…⟩ has to be at most ⟨n⟩"),
        ("GET http://127.0.0.1:8098/view?x=1 refused", "GET ⟨url⟩ refused"),
        ("don't do that, it isn't allowed", "don't do that, it isn't allowed"),
        ("HTTP 502 from executor_comfyui_117", "HTTP 502 from ⟨id⟩"),
        ("ERR|Q1001|COMFYUI_QUEUE_FULL(limit=10, current=12)", "ERR|Q1001|COMFYUI_QUEUE_FULL(limit=⟨n⟩, current=⟨n⟩)"),
        ("任务 882df7c5c7f04aa1 在“节点 3”上超时，用时30秒", "任务 ⟨id⟩ 在⟨…⟩上超时，用时⟨n⟩秒"),
        ("模型「花朵」不存在", "模型⟨…⟩不存在"),
        ("<html><head><title>502 Bad Gateway</title></head><body><h1>nginx/1.24</h1></body></html>", "⟨n⟩ Bad Gateway"),
        ("<html><body><h1>Not&nbsp;here</h1><p>sorry</p></body></html>", "Not here sorry"),
        ('{"error": {"message": "quota of user 17 used up", "code": 42}}', "quota of user ⟨n⟩ used up"),
        ('[{"msg": "field required"}]', "field required"),
        ('{"weird": true}', "{⟨…⟩: true}"),
        ("<html><head><style>p {}</style></head><body><p>Bad</p></body></html>", "Bad"),
        ('{"code": 42}', "⟨n⟩"),
        ('{"code": true}', "{⟨…⟩: true}"),
        ('[{"weird": 1}, [], ""]', "[{⟨…⟩: ⟨n⟩}, [], ⟨…⟩]"),
        ('[0.5, 0.5, 0.5, 0.5, "fifth"]', "fifth"),
        ('[0.5, 0.5, 0.5, 0.5, 0.5, "sixth"]', "[⟨n⟩, ⟨n⟩, ⟨n⟩, ⟨n⟩, ⟨n⟩, ⟨…⟩]"),
        ("", ""),
        ("   \n ", ""),
    ],
)
def test_what_differs_from_call_to_call_is_masked(error: str, cause: str) -> None:
    """R50: ids, numbers, paths and quotes, in errors in Chinese, in HTML and in objects too."""
    assert cause == cause_of(error)


TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("abcxyzABC0123456789 '\"“”‘’「」`/\\.:-_{}[]<>()=,⟨⟩…\n任务失败&;HTTP"),
        st.characters(codec="utf-8"),
    ),
    max_size=400,
)


@given(TEXTS)
def test_masking_twice_changes_nothing(error: str) -> None:
    """R50: the cause of a cause is itself, whatever a server writes."""
    cause = cause_of(error)
    assert cause == cause_of(cause)
    assert len(cause) <= LONGEST_CAUSE


WORDS = st.sampled_from(["timed out", "is gone", "超时", "not found on", "was refused by", "失败", "e.g. by"])
SLOTS = st.sampled_from(["id", "uuid", "number", "quote", "path"])


def filled(parts: list[tuple[str, str]], chance: Random) -> str:
    """Return the words of a template with other ids, numbers, quotations and paths in it."""

    def slot(kind: str) -> str:
        match kind:
            case "id":
                return f"{chance.getrandbits(128):032x}"
            case "uuid":
                return str(UUID(int=chance.getrandbits(128)))
            case "number":
                return str(chance.randrange(100_000))
            case "quote":
                return '"' + "".join(chance.choices("koi 17鱼", k=5)) + '"'
            case _:
                return f"/data/{chance.randrange(99)}/{chance.getrandbits(32):x}.png"

    return " ".join(f"{words} {slot(kind)}" for words, kind in parts)


@given(st.lists(st.tuples(WORDS, SLOTS), min_size=1, max_size=6), st.integers(0, 99), st.integers(100, 199))
def test_errors_that_differ_in_their_ids_alone_have_one_cause(
    parts: list[tuple[str, str]], one: int, other: int
) -> None:
    """R50: the same for shuffled ids."""
    assert cause_of(filled(parts, Random(one))) == cause_of(filled(parts, Random(other)))


def failed(log_id: int, error: str | None, at: float | None = None, executor: str = "e1") -> LogRecord:
    """Return a failed call."""
    return LogRecord(id=log_id, status=Status.FAILED, error=error, created_at=at, executor_id=executor)


def test_problems_count_calls_executors_and_times() -> None:
    """R50: counts, executors, first and last; the newest error stands for all; the most frequent problem is first."""
    problems = Problems()
    for record in (
        failed(3, "timeout after 5 s", 300.0, "e2"),
        failed(1, "timeout after 9 s", 100.0),
        failed(2, "no model", 200.0),
        failed(4, None),
    ):
        problems.add(record)
    first, *others = problems.ranked
    assert ("timeout after ⟨n⟩ s", 2, {"e1": 1, "e2": 1}) == (first.cause, first.count, first.executors)
    assert (100.0, 300.0, "timeout after 5 s") == (first.first_at, first.last_at, first.sample)
    assert ["no model", ""] == [one.cause for one in others]
    assert (100.0, 300.0) == range_of(problems.ranked)
    assert None is range_of([])


def test_a_problem_says_where_it_was_and_which_jobs_it_took() -> None:
    """R50: executors and abilities by name, else by id; jobs of whichever user; whatever the order of the calls."""
    problems = Problems()
    calls = [
        LogRecord(id=3, executor_name="GPU 1", executor_id="e1", ability_name="Cut", ability_id="c", created_at=200.0),
        LogRecord(id=1, executor_name="GPU 1", executor_id="e1", ability_id="c", created_at=100.0),
        LogRecord(id=3, executor_name="GPU 1", ability_name="Cut", created_at=300.0, task_id="x", error="late"),
        LogRecord(id=2, source="ability_task", task_id="job", created_at=50.0),
        LogRecord(id=4, created_at=75.0),
    ]
    for call in calls:
        problems.add(call)
    late, found = sorted(problems.ranked, key=lambda one: one.count)
    assert ({"GPU 1": 1}, {"Cut": 1}, "late") == (late.executors, late.abilities, late.sample)
    assert ({"GPU 1": 2, "": 2}, {"Cut": 1, "c": 1, "": 2}) == (found.executors, found.abilities)
    assert (["job"], [200.0, 100.0, 50.0, 75.0], 50.0, 200.0) == (
        list(found.jobs),
        found.moments,
        found.first_at,
        found.last_at,
    )


def test_the_newest_error_stands_for_all_and_may_have_no_words() -> None:
    """R50: of two with one id the first that was read."""
    problem = Problem("")
    for log_id, error in ((2, "a"), (2, "b"), (1, "c")):
        problem.add(failed(log_id, error))
    assert "a" == problem.sample
    problem.add(failed(3, None))
    assert "" == problem.sample


@given(st.lists(st.floats(0, 1000), max_size=50))
def test_every_moment_in_the_range_is_in_one_tick(moments: list[float]) -> None:
    """R50: the trend loses no call and invents none."""
    assert len(moments) == sum(ticks(moments, 0, 1000, 7))


def test_ticks_of_a_single_moment_are_in_the_last_part() -> None:
    """R50: a range without a width has a trend too."""
    assert [0, 0, 1] == ticks([5.0], 5.0, 5.0, 3)
    assert [1, 0, 1] == ticks([0.0, 9.0, 11.0], 0.0, 9.0, 3)


def test_ticks_are_counted_from_the_beginning_of_the_range() -> None:
    """R50: parts of equal width, however narrow; what lies between two is in the later one."""
    assert [2, 2] == ticks([10.0, 14.9, 15.0, 20.0], 10.0, 20.0, 2)
    assert [1, 2] == ticks([10.0, 10.25, 10.5], 10.0, 10.5, 2)


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ("x" * 300, "x" * 240),
        ("x" * 239 + "⟨", "x" * 239 + "⟨"),
        ("1 of " + "x" * 231 + " 2 of more", "⟨n⟩ of " + "x" * 231),
        ("1 " + "x" * 230 + " 2 tail", "⟨n⟩ " + "x" * 230 + " ⟨n⟩ t"),
    ],
    ids=["words", "just fits", "half a mask", "whole masks"],
)
def test_a_long_cause_is_cut_between_its_parts(error: str, cause: str) -> None:
    """R50: half a mask would be words of its own."""
    assert cause == cause_of(error)


@pytest.mark.parametrize(("opening", "closing"), [('{"error": ', "}"), ("[", "]")])
def test_a_reason_is_searched_five_objects_deep(opening: str, closing: str) -> None:
    """R50: no deeper, and what no parser can hold is a text like any other."""
    assert "deep" == cause_of(opening * 5 + '"deep"' + closing * 5)
    assert cause_of(opening * 6 + '"deep"' + closing * 6).endswith("⟨…⟩" + closing * 6)
    assert "[" * LONGEST_CAUSE == cause_of("[" * 5000)


def test_a_long_error_costs_no_more_than_its_beginning() -> None:
    """R50: two errors that differ far behind their beginning have one cause."""
    begin = "trace: " + "frame of the stack; " * 400
    assert cause_of(begin + "a") == cause_of(begin + "b")
