"""What is searched of a job."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import example, given
from hypothesis import strategies as st

from app.core.records import AbilityTask, Task
from app.core.search_text import (
    LONGEST_TEXT,
    MOST_CHARACTERS,
    MOST_VALUES,
    SearchTexts,
    searched_texts,
    snippet,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def test_every_fact_that_people_search_for() -> None:
    """R34: name, id, trace id, ability, executor, channel, error and the texts of the request."""
    request = {"inputs": {"prompt": ["a koi", {"style": "墨"}], "count": 4}}
    task = AbilityTask(
        id="id-1",
        ability_id="paint",
        ability_name="Paint",
        executor_id="executor_7",
        trace_id="tr-9",
        error="no memory",
        request=request,
    )
    texts = searched_texts(task, "Paint")
    assert {"id-1", "paint", "Paint", "executor_7", "tr-9", "no memory", "a koi", "墨"} <= set(texts)
    kept: SearchTexts[AbilityTask] = SearchTexts(lambda _: "Paint")
    assert kept.of(task) == "\n".join(texts).casefold()
    traditional = Task(id="t", action="yinhua", channel="web", error="bad", parameters={"a": "b"})
    assert {"t", "yinhua", "web", "bad", "b", "Print"} == set(searched_texts(traditional, "Print"))


def test_pictures_in_a_request_are_not_searched() -> None:
    """R37: half a megabyte of base64 is no text."""
    assert searched_texts(Task(id="t", parameters={"a": "data:image/png;base64,AAAA", "b": ""}), "n") == ["n", "t"]


def texts_in(value: object) -> list[str]:
    """Return the texts in a small JSON value, in their order."""
    match value:
        case str():
            return [value] if value and not value.startswith("data:") else []
        case list():
            return [text for member in value for text in texts_in(member)]
        case dict():
            return texts_in([*value.values()])
        case _:
            return []


@given(JSON)
@example({"a": "data:"})
def test_any_request_is_searched(request: object) -> None:
    """R34: a request is whatever somebody sent; its texts are searched in their order."""
    assert ["n", "t", *texts_in(request)] == searched_texts(Task(id="t", parameters=request), "n")


def searched(request: object) -> list[str]:
    """Return the texts of a request that are searched."""
    return searched_texts(Task(id="t", parameters=request), "n")[2:]


def test_of_a_wide_request_the_beginning_is_searched() -> None:
    """R37: a thousand values, that which holds the others among them."""
    texts = [f"{number}" for number in range(MOST_VALUES)]
    first = texts[: MOST_VALUES - 1]
    assert first == searched(texts)
    assert first == searched(dict.fromkeys(texts, "") | dict(zip(texts, texts, strict=True)))
    assert first == searched(first)
    assert first[:-1] == searched([first])


def test_of_a_wide_object_no_more_is_looked_at() -> None:
    """R37: a member that is not searched costs nothing, however many there are."""
    looked_at: list[str] = []

    class Wide(dict[str, str]):
        def values(self) -> Iterator[str]:  # type: ignore[override]  # as much of a view as is asked for
            for value in super().values():
                looked_at.append(value)
                yield value

    texts = [f"{number}" for number in range(MOST_VALUES * 3)]
    assert texts[: MOST_VALUES - 1] == searched(Wide(zip(texts, texts, strict=True))) == looked_at


def test_of_a_long_request_the_beginning_is_searched() -> None:
    """R37: so many characters of all texts together, and so many of each."""
    text = "x" * LONGEST_TEXT
    full = [text] * (MOST_CHARACTERS // LONGEST_TEXT)
    assert full == searched([*full, "more"])
    assert full == searched([*(one + "more" for one in full), "more"])
    assert [*full[1:], text[1:], "m"] == searched([*full[1:], text[1:], "more"])


def test_a_hostile_request_costs_little() -> None:
    """R37: deep, wide and long requests are searched in part."""
    deep: object = "end"
    for _ in range(100_000):
        deep = [deep]
    for request in (deep, ["x"] * 1_000_000, {"a": "x" * 5_000_000}, [["x" * 3000] * 100] * 100):
        assert sum(map(len, searched_texts(Task(id="t", parameters=request), "n"))) <= MOST_CHARACTERS + 2


def test_the_text_of_a_job_is_made_once() -> None:
    """R37: a change of status or progress does not make it anew; one of a text does."""
    named: list[str] = []

    def name(task: Task) -> str:
        named.append(task.id)
        return "Name"

    texts: SearchTexts[Task] = SearchTexts(name)
    assert texts.of(Task(id="T", channel="web")) == "name\nweb\nt"
    assert texts.of(Task(id="T", channel="web", points=3)) == "name\nweb\nt"
    assert named == ["T"]
    assert texts.of(Task(id="T", channel="web", error="Bad")) == "name\nweb\nbad\nt"
    texts.forget(["T"])
    assert {} == texts.kept
    texts.of(Task(id="T", channel="web", error="Bad"))
    assert named == ["T", "T", "T"]


def test_the_text_of_a_request_is_made_once() -> None:
    """R37: what else changes of a job leaves it; another request does not, nor a job that was away."""
    texts: SearchTexts[Task] = SearchTexts(lambda task: "Name")
    request = {"prompt": "A Koi"}
    assert texts.of(Task(id="T", parameters=request)) == "name\nt\na koi"
    request["prompt"] = "never looked at again"
    assert texts.of(Task(id="T", parameters=request, channel="web")) == "name\nweb\nt\na koi"
    assert texts.of(Task(id="T", parameters=request, channel="a longer one")) == "name\na longer one\nt\na koi"
    assert texts.of(Task(id="T", parameters={"prompt": "A carp"})) == "name\nt\na carp"
    assert texts.of(Task(id="T")) == "name\nt"
    texts.forget(["T"])
    assert texts.of(Task(id="T", parameters=request)) == "name\nt\nnever looked at again"


def test_a_snippet_shows_where_a_word_was_found() -> None:
    """R34: what matched though no row shows it is shown."""
    texts = ["Name", "a prompt that speaks of one koi in a pond\nand of much else, at length, as prompts tend to do"]
    assert snippet(texts, "KOI") == "…eaks of one koi in a pond and of much else, at length, as pr…"
    assert snippet(texts, "name") == "Name"
    assert snippet(texts, "(") == ""


def test_a_long_word_is_shown_whole() -> None:
    """R34: with what stands before it, and a sign only where something is left out."""
    word = "w" * 70
    assert f"…4567890 end {word}…" == snippet([f"1234567890 end {word} and more"], word)
    assert f"…4567890 end {word}" == snippet([f"1234567890 end {word}"], word)
    assert word == snippet([word], word)
