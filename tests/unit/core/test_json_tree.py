"""The tree over a JSON value: what is unfolded, what a row says, and what a search finds."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.json_tree import (
    LONGEST_SHOWN,
    MOST_CHILDREN,
    MOST_MATCHES,
    OPEN_AT_FIRST,
    SMALL,
    JsonRow,
    JsonTree,
    NoSuchNode,
    is_small,
    parts_of,
    path_text,
    pointer,
)

KEYS = st.text(max_size=4) | st.sampled_from(["", "/", "~", "~s0-99", "a~-99", "0", "~1"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)


def unfolded(value: object) -> tuple[JsonTree, list[str]]:
    """Return a tree of which everything is unfolded, and the names of its rows."""
    tree = JsonTree(value)
    tree.fold_all()
    seen: set[str] = {""}
    waiting = [""] if isinstance(value, dict | list) else []
    while waiting:
        for child in tree.children(waiting.pop()):
            seen.add(child)
            if tree.row(child).kind in {"object", "list", "slice"}:
                tree.toggle(child)
                waiting.append(child)
    return tree, tree.names()


def members(value: object) -> int:
    """Return how many values there are in a value, itself among them."""
    match value:
        case dict():
            return 1 + sum(members(member) for member in value.values())
        case list():
            return 1 + sum(members(member) for member in value)
        case _:
            return 1


def found(tree: JsonTree, text: str) -> list[str]:
    """Return all that a search finds."""
    return [name for name in tree.search(text) if name is not None]


@given(VALUES)
def test_every_value_has_one_row(value: object) -> None:
    """R39: unfolded everywhere, each value inside has one row of its own, whatever the keys are."""
    tree, names = unfolded(value)
    assert members(value) == len(names) == len(set(names))
    assert names[0] == ""
    for name in names[1:]:
        above, _, _ = name.rpartition("/")
        inside, part = tree.value(above), parts_of(name)[-1]
        assert isinstance(inside, dict | list)
        assert tree.value(name) is (inside[part] if isinstance(inside, dict) else inside[int(part)])


@given(VALUES)
def test_each_row_is_one_deeper_than_the_one_it_is_in(value: object) -> None:
    """R39: how far a row is moved in says what it belongs to."""
    tree, names = unfolded(value)
    assert [len(parts_of(name)) for name in names] == [tree.row(name).depth for name in names]


@given(VALUES, st.data())
def test_folding_twice_changes_nothing(value: object, data: st.DataObject) -> None:
    """R39: what was unfolded inside is so again."""
    tree = JsonTree(value)
    names = tree.names()
    name = data.draw(st.sampled_from(names))
    tree.toggle(name)
    once = tree.names()
    tree.toggle(name)
    assert names == tree.names()
    tree.toggle(name)
    assert once == tree.names()
    if tree.children(name):
        assert len(once) != len(names)


@given(VALUES, st.data())
def test_a_node_that_is_revealed_has_a_row(value: object, data: st.DataObject) -> None:
    """R39: a node that an address names is shown, however deep it is."""
    _, names = unfolded(value)
    name = data.draw(st.sampled_from(names))
    tree = JsonTree(value)
    tree.fold_all()
    tree.reveal(name)
    assert name in tree.names()


@given(VALUES, st.text(min_size=1, max_size=2))
def test_a_search_finds_what_the_rows_contain(value: object, text: str) -> None:
    """R39: by key or text, whatever the case, from the top down; of lists not by the number of a place."""
    tree, names = unfolded(value)

    def contains(name: str) -> bool:
        row = tree.row(name)
        above = tree.value(name.rpartition("/")[0]) if name else None
        key = row.name if isinstance(above, dict) else ""
        return text.casefold() in key.casefold() or text.casefold() in row.text.casefold()

    assert [name for name in names if contains(name)] == found(tree, text)


@given(st.lists(KEYS | st.integers(0, 10**9)))
def test_a_pointer_names_one_path(parts: list[str | int]) -> None:
    """R39: written and read again, the parts are the same."""
    assert [str(part) for part in parts] == parts_of(pointer(tuple(parts)))


@pytest.mark.parametrize("size", [MOST_CHILDREN + 1, 10_000, 10_001, 1_000_000, 1_000_001])
def test_a_large_list_unfolds_to_slices(size: int) -> None:
    """R39: unfolding a node costs at most a hundred rows, and each member can be reached."""
    tree = JsonTree([0] * size)
    name, depth = "", 0
    while (row := tree.row(name)).kind in {"list", "slice"}:
        children = tree.children(name)
        assert (depth, True) == (row.depth, len(children) <= MOST_CHILDREN)
        name, depth = children[-1], depth + 1
    assert (f"/{size - 1}", depth) == (name, row.depth)


def test_slices_are_rows_with_the_places_of_their_members() -> None:
    """R39: a slice says which members it holds, of an object too; its value is that of the whole."""
    value = {f"k{number}": number for number in range(250)}
    tree = JsonTree(value)
    assert ["~s0-99", "~s100-199", "~s200-249"] == tree.children("")
    assert JsonRow("200 … 249", 1, "slice", 50, "", False) == tree.row("~s200-249")
    tree.toggle("~s200-249")
    assert JsonRow("200 … 249", 1, "slice", 50, "", True) == tree.row("~s200-249")
    assert JsonRow("", 0, "object", 250, "", True) == tree.row("")
    assert "/k200" == tree.children("~s200-249")[0]
    assert tree.value("~s200-249") is value


def test_a_member_of_a_slice_is_revealed_with_its_slices() -> None:
    """R39: all that a member is in is unfolded, and nothing else."""
    tree = JsonTree({"list": list(range(20_000))})
    tree.fold_all()
    tree.reveal("/list/12345")
    names = tree.names()
    assert {"/list~s10000-19999", "/list~s12300-12399", "/list/12345"} <= set(names)
    assert 2 + 2 + 100 + 100 == len(names)
    assert 4 == tree.row("/list/12345").depth


def test_slices_within_slices_are_deeper() -> None:
    """R39: every one that a row is in counts, at whatever depth."""
    tree = JsonTree([list(range(10_001))] * 150)
    names = ["~s100-149", "/120", "/120~s0-9999", "/120~s9900-9999", "/120/9950"]
    assert [1, 2, 3, 4, 5] == [tree.row(name).depth for name in names]


def test_a_slice_is_revealed_folded() -> None:
    """R39: a slice that an address names is shown, not what is in it."""
    tree = JsonTree(list(range(20_000)))
    tree.fold_all()
    tree.reveal("~s10000-19999")
    assert ["", "~s0-9999", "~s10000-19999"] == tree.names()
    tree.reveal("~s10000-10099")
    assert ("~s10000-10099" in tree.names(), "/10000" in tree.names()) == (True, False)


@pytest.mark.parametrize(
    "name", ["x", "/b", "/a/0/x", "/a/2", "/a/01", "/a/-1", "~s0-99", "/a~s0-1", "/a~s0-", "/n/x", f"/a/{'9' * 30}"]
)
def test_a_name_that_names_nothing(name: str) -> None:
    """R39: an address may name a node that is not there."""
    tree = JsonTree({"a": [1, 2], "n": None})
    with pytest.raises(NoSuchNode) as raised:
        tree.reveal(name)
    assert name == str(raised.value)


@pytest.mark.parametrize("name", ["~s0-199", "~s100-198", "~s101-199", "~s200-199", "~s200-299"])
def test_a_slice_has_one_name(name: str) -> None:
    """R39: and there is none behind the last member."""
    tree = JsonTree([0] * 200)
    assert ["~s0-99", "~s100-199"] == tree.children("")
    with pytest.raises(NoSuchNode) as raised:
        tree.row(name)
    assert name == str(raised.value)


def test_what_is_small_is_open_from_the_beginning() -> None:
    """R39: a request is read without a click; of a large value only the first level is open."""
    assert ["", "/inputs", "/inputs/prompt", "/url"] == JsonTree({"inputs": {"prompt": "koi"}, "url": None}).names()
    large = JsonTree({"small": [1], "large": list(range(OPEN_AT_FIRST))})
    assert ["", "/small", "/small/0", "/large"] == large.names()
    assert 1 + MOST_CHILDREN == len(JsonTree(list(range(10_000))).names())


def test_of_what_is_open_from_the_beginning_each_row_counts() -> None:
    """R39: what opens must fit; what does not is left folded, and what stands below it still opens."""
    assert OPEN_AT_FIRST == len(JsonTree({"a": [0] * (OPEN_AT_FIRST - 2)}).names())
    assert ["", "/a"] == JsonTree({"a": [0] * (OPEN_AT_FIRST - 1)}).names()
    half = [0] * (OPEN_AT_FIRST // 2)
    assert 3 + len(half) == len(JsonTree({"a": half, "b": half}).names())
    assert ["", "/a", "/b", "/c", "/c/0"] == JsonTree({"a": 1, "b": [0] * OPEN_AT_FIRST, "c": [1]}).names()
    everything = ["", "/a", "/a/x", "/a/x/0", "/b", "/b/y", "/b/y/0"]
    assert everything == JsonTree({"a": {"x": [1]}, "b": {"y": [2]}}).names()


@pytest.mark.parametrize("value", [None, 5, "text", {}, []])
def test_a_value_without_members_is_one_row(value: object) -> None:
    """R39: it cannot be unfolded."""
    tree = JsonTree(value)
    tree.toggle("")
    assert ([""], []) == (tree.names(), tree.children(""))
    tree.fold_all()
    assert not tree.row("").unfolded


def test_a_row_says_what_it_is() -> None:
    """R39: kind, number of members, and the beginning of a text."""
    long = "x" * (LONGEST_SHOWN + 1)
    tree = JsonTree({"o": {"a": 1}, "l": [1, 2], "t": long, "s": long[:-1], "b": True, "w": False, "n": None, "f": 1.5})
    rows = [tree.row(f"/{key}") for key in "oltsbwnf"]
    assert ["object", "list", "text", "text", "boolean", "boolean", "null", "number"] == [row.kind for row in rows]
    assert ["", "", long[:-1] + "…", long[:-1], "true", "false", "null", "1.5"] == [row.text for row in rows]
    assert [1, 2, LONGEST_SHOWN + 1, LONGEST_SHOWN, 0, 0, 0, 0] == [row.size for row in rows]


def test_a_search_stops_and_goes_on() -> None:
    """R39: it yields between what it finds, so that a large value does not hold up the page."""
    assert ["/a", None, "/c"] == list(JsonTree({"a": "koi", "b": 5, "c": "KOI pond"}).search("koi"))
    assert [] == list(JsonTree("x").search(""))
    assert MOST_MATCHES == len(found(JsonTree(["x"] * (MOST_MATCHES + 1)), "x"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("", ""),
        ("/images/0/url", "images[0].url"),
        ("/inputs/a b", 'inputs["a b"]'),
        ('/a"b\\c', '["a\\"b\\\\c"]'),
        ("/a~1b/~0", '["a/b"]["~"]'),
    ],
)
def test_a_path_as_code(name: str, text: str) -> None:
    """R39: the path that is copied can be pasted into code."""
    assert text == path_text(name)


def test_the_first_rows_touch_no_more_than_they_show() -> None:
    """R39: what opens at first is a part of the value, however large that is."""
    value = {"items": [{"id": number, "tags": ["a", "b"]} for number in range(50_000)]}
    tree = JsonTree(value)
    assert len(tree.names()) <= OPEN_AT_FIRST + 2 * MOST_CHILDREN
    assert len(json.dumps(value)) > 1_500_000


def test_another_value_is_adopted_as_far_as_it_has_the_same_nodes() -> None:
    """R39: what is unfolded stays so, and what is not there any more is forgotten."""
    tree = JsonTree({"a": {"b": [1]}, "c": {"d": 2}})
    tree.fold_all()
    for name in ("/a", "/a/b", "/c"):
        tree.toggle(name)
    tree.adopt({"a": {"b": [1, 2]}, "c": 3, "e": {"f": 4}})
    assert ["", "/a", "/a/b", "/a/b/0", "/a/b/1", "/c", "/e"] == tree.names()
    assert [True, True, True, False] == [tree.row(name).unfolded for name in ("", "/a", "/a/b", "/c")]
    tree.adopt({"a": {"x": 5}})
    assert ["", "/a", "/a/x"] == tree.names()


@pytest.mark.parametrize(
    ("value", "small"),
    [
        ([0] * SMALL, True),
        ([0] * (SMALL + 1), False),
        ("x" * 5_000_000, True),
        ([[[0] * SMALL]], False),
        ({}, True),
        ([[0] * (SMALL - 3), [0]], True),
        ([[0] * (SMALL - 2), [0]], False),
        ({"a": [0] * (SMALL - 1)}, True),
        ({"a": [0] * SMALL}, False),
    ],
)
def test_a_large_value_has_many_values_inside(value: object, small: bool) -> None:
    """R39: however long a text is, it is one value."""
    assert small == is_small(value)
