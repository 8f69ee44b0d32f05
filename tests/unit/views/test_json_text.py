"""JSON of any size as text: readable, and nothing that freezes a page."""

import time

from app.views.json_text import SHOWN, json_text


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
    """A value of a foreign type is shown as text."""
    assert json_text({"a": {1, 2}.__class__}) == ('{\n  "a": "<class \'set\'>"\n}', False)
