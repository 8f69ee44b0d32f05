"""A JSON tree's rows, the chosen node and the search."""

from __future__ import annotations

import pytest

from app.core.json_tree import JsonTree
from app.ports import Values
from app.views.json_view import (
    DEEPEST,
    LONGEST_KEY,
    ROWS_HIGH,
    SHOWN_OF_NODE,
    json_copy_values,
    json_found_values,
    json_node_values,
    json_row_values,
    json_state_values,
    json_view_markup,
)
from testkit.plain_formats import plain_texts

T = plain_texts("en")


def row(value: object, name: str = "") -> Values:
    """Return what a row of a tree shows."""
    tree = JsonTree(value)
    return json_row_values(T, tree.row(name), root="Request", chosen=False, found=False)


@pytest.mark.parametrize(
    ("value", "kind", "text", "unfolded"),
    [
        ({"a": 1}, "object", "", "true"),
        ([1, 2], "list", "", "true"),
        ({}, "object", "", None),
        ("koi", "text", '"koi"', None),
        (1.5, "number", "1.5", None),
        (True, "boolean", "true", None),
        (None, "null", "null", None),
    ],
)
def test_a_row_shows_the_kind_of_its_value(value: object, kind: str, text: str, unfolded: str | None) -> None:
    """R39: only what has something inside can be unfolded."""
    values = row({"in": value}, "/in")
    assert (kind, unfolded, "in") == (values["@data-kind"], values["button@aria-expanded"], values["name"])
    if text:
        assert text == values["text"]


def test_a_tree_says_how_large_what_is_inside_is() -> None:
    """R39: an object by its members, a list by its items, a text only where it is cut."""
    assert row({"a": 1, "b": 2})["size"] == T.say("tree.size.object", n=2)
    assert row([1, 2, 3])["size"] == T.say("tree.size.list", n=3)
    assert "" == row({"a": "short"}, "/a")["size"]
    long = row({"a": "y" * 100_000}, "/a")
    assert T.say("tree.size.text", n=100_000) == long["size"]


def test_the_root_has_the_name_of_the_whole_and_an_empty_key_is_seen() -> None:
    """R39: a key without an end is cut."""
    assert "Request" == row({"a": 1})["name"]
    assert '""' == row({"": 1}, "/")["name"]
    assert LONGEST_KEY == len(str(row({"k" * 5000: 1}, f"/{'k' * 5000}")["name"]))


def test_depth_is_reported_to_screen_readers_and_ends_for_eyes() -> None:
    """R39: deeper rows are moved in no further."""
    value: object = 1
    for _ in range(DEEPEST + 4):
        value = {"a": value}
    values = row(value, "/a" * (DEEPEST + 2))
    assert (str(DEEPEST), str(DEEPEST + 3)) == (values["@data-depth"], values["@aria-level"])


def test_the_chosen_node_is_shown_with_its_path() -> None:
    """R39: a text as it is meant, anything else as JSON; long ones are cut, which is said."""
    values = json_node_values(T, "raw", "/a~1b/0", "two\nlines")
    assert (None, "two\nlines", "") == (values["raw-node@hidden"], values["raw-value"], values["raw-cut@hidden"])
    assert values["raw-path"] not in {"", None, T.say("tree.whole")}
    assert T.say("tree.whole") == json_node_values(T, "raw", "", {"a": 1})["raw-path"]
    long = json_node_values(T, "raw", "/a", "y" * (SHOWN_OF_NODE + 1))
    assert (SHOWN_OF_NODE, None) == (len(str(long["raw-value"])), long["raw-cut@hidden"])
    assert "" == json_node_values(T, "raw", None, None)["raw-node@hidden"]


@pytest.mark.parametrize(
    ("text", "count", "searching", "key"),
    [
        ("", 0, False, ""),
        ("koi", 3, False, "tree.found"),
        ("koi", 3, True, "tree.found_so_far"),
        ("koi", 0, True, "tree.searching"),
        ("koi", 0, False, "tree.not_found"),
    ],
)
def test_the_search_says_how_far_it_is(text: str, count: int, searching: bool, key: str) -> None:
    """R39: which of how many, counted from one; and that there is none only when all was searched."""
    said = json_found_values(T, "raw", text, 1, count, searching=searching)["raw-found"]
    assert (T.say(key, at=2, n=count) if key else "") == said


def test_a_copy_button_says_how_its_press_ended() -> None:
    """R39: and before it what it copies."""
    said = [json_copy_values(T, "raw", "copy-path", copied)["raw-copy-path"] for copied in (None, True, False)]
    assert [T.say(key) for key in ("tree.copy_path", "copy.copied", "copy.failed")] == said


@pytest.mark.parametrize(("rows", "high"), [(0, 1), (3, 3), (5000, ROWS_HIGH)])
def test_the_tree_is_as_high_as_its_rows_and_no_higher_than_a_panel(rows: int, high: int) -> None:
    """R39: an address opens the disclosure; without one it is left as the reader has it."""
    assert {"raw-rows@data-rows": str(high)} == json_state_values("raw", rows=rows)
    assert "" == json_state_values("raw", rows=rows, opened=True)["raw-disclosure@open"]


def test_every_action_names_its_part() -> None:
    """R39: two trees stand on one page."""
    markup = json_view_markup(T, "request", "Request")
    assert markup.count('data-action="json-') == markup.count('data-part="request"')
