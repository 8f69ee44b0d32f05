"""Results of any size: a few at a time, and nothing that freezes a page."""

import time

from app.core.records import Result
from app.core.status import Status
from app.views.jobs.job import detail_values, fold_value, result_pictures
from app.views.jobs.results import fold_values, pictures_markup, result_texts_markup
from app.views.json_text import SHOWN, json_text
from testkit.plain_formats import plain_texts
from testkit.samples import NASTY_URL, NOW, ability_task, task

T = plain_texts()


def test_of_two_thousand_pictures_the_first_are_shown() -> None:
    """The others come by the button, which tells how many are left."""
    markup = pictures_markup(T, [f"https://example.org/{number}.png" for number in range(2000)], name="x")
    assert markup.count("<img") == 24
    assert "1,976 left" in markup
    assert pictures_markup(T, ["/a.png"] * 30, shown=48).count("<img") == 30
    assert "more-pictures" not in pictures_markup(T, ["/a.png"] * 24)
    assert pictures_markup(T, []) == ""


def test_pictures_wait_until_they_are_looked_at() -> None:
    """Lazily, in a place of fixed size, with a text for who cannot see them."""
    markup = pictures_markup(T, ["/a.png"], name="koi")
    assert 'loading="lazy"' in markup
    assert 'width="160"' in markup
    assert 'alt="Result 1 of koi"' in markup


def test_json_is_indented_and_readable() -> None:
    """Chinese stays Chinese."""
    assert json_text({"a": [1, "锦鲤"]}) == ('{\n  "a": [\n    1,\n    "锦鲤"\n  ]\n}', False)


def test_json_of_any_size_is_cut_in_time() -> None:
    """5 MB as one text, as many numbers, and deeply nested: each in a moment, each at the limit."""
    deep: object = 0
    for _ in range(100_000):
        deep = [deep]
    began = time.perf_counter()
    for value in ("x" * 5_000_000, list(range(1_000_000)), {"a": {"b": "y" * 5_000_000}}, deep):
        text, cut = json_text(value)
        assert cut
        assert len(text) <= SHOWN
    assert time.perf_counter() - began < 2.0


def test_what_json_cannot_say_does_not_break_the_page() -> None:
    """A value of a foreign type is told as text."""
    assert json_text({"a": {1, 2}.__class__}) == ('{\n  "a": "<class \'set\'>"\n}', False)


def test_a_fold_says_when_it_was_cut() -> None:
    """And how much is shown."""
    assert fold_values(T, "raw", "x" * 100, 50)["raw-cut@hidden"] is None
    assert "50" in str(fold_values(T, "raw", "x" * 100, 50)["raw-cut-text"])
    assert fold_values(T, "raw", {})["raw-cut@hidden"] == ""


def test_long_texts_are_cut() -> None:
    """Twenty texts of four thousand characters are the most."""
    markup = result_texts_markup(T, ["y" * 1_000_000] * 1000)
    assert len(markup) < 100_000
    assert "980" in markup


def test_trace_and_callback_are_shown() -> None:
    """R31: with the address as a link where it is one."""
    values = detail_values(T, ability_task(), NOW)
    assert values["trace"] == "tr-1"
    assert values["trace-fact@hidden"] is None
    assert values["callback@href"] == "https://hooks.example.org/done"
    assert values["log@href"] == "#/admin/abilities/comfyui_koutu?log=4567"
    refused = detail_values(T, ability_task(callback_url=NASTY_URL), NOW)
    assert refused["callback"] == NASTY_URL
    assert refused["callback@href"] is None


def test_both_kinds_have_their_own_facts() -> None:
    """What one kind does not know is hidden."""
    values = detail_values(T, task(), NOW)
    assert values["page@data-kind"] == "task"
    assert values["trace-fact@hidden"] == ""
    assert values["channel"] == "web"
    assert result_pictures(task(result_url="/a.png")) == ("/a.png",)
    assert fold_value(task(parameters={"a": 1}), "request") == {"a": 1}
    assert fold_value(ability_task(result=Result(raw=[1])), "raw") == [1]


def test_missing_results_are_explained() -> None:
    """Not yet, or never."""
    assert "when the task has ended" in str(detail_values(T, ability_task(), NOW)["no-results"])
    assert "no results" in str(detail_values(T, ability_task(Status.FAILED), NOW)["no-results"])
    assert detail_values(T, ability_task(Status.SUCCEEDED, result=Result(texts=("x",))), NOW)["no-results"] == ""
