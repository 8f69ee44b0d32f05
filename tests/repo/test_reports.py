"""Each kind of trouble of docs/reports.md is held by tests that are there and say so."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from testkit.host import ROOT

LINE = re.compile(r"^\| (\d+) \|.*\| ([^|]+) \|$", re.MULTILINE)
NAMES = re.compile(r"`([\w/]+\.py)::(\w+)`")
NAMED = re.compile(r"\b[Rr]eports? (\d+(?:(?:, | and )\d+)*)")
TABLE = [(int(number), cell) for number, cell in LINE.findall((ROOT / "docs" / "reports.md").read_text("utf-8"))]
HELD = [(number, path, test) for number, cell in TABLE for path, test in NAMES.findall(cell)]
KINDS = 44


@cache
def docstrings(path: str) -> dict[str, str]:
    """Return the docstring of each function of a test module."""
    tree = ast.parse((ROOT / "tests" / path).read_text("utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {function.name: ast.get_docstring(function) or "" for function in functions}


def reports_in(text: str) -> set[int]:
    """Return the numbers of the reports that a text names."""
    return {int(number) for found in NAMED.findall(text) for number in re.findall(r"\d+", found)}


def test_every_kind_is_held_by_a_test() -> None:
    """One line each, in order, with at least one test."""
    assert list(range(1, KINDS + 1)) == [number for number, _ in TABLE]
    assert [] == [number for number, cell in TABLE if not NAMES.findall(cell)]


@pytest.mark.parametrize(("number", "path", "test"), HELD, ids=str)
def test_a_test_that_is_named_is_there_and_names_the_report(number: int, path: str, test: str) -> None:
    """A test that was renamed, or has come to show something else, leaves no kind alone."""
    assert number in reports_in(docstrings(path)[test])


def test_no_test_names_a_report_that_is_not_in_the_table() -> None:
    """A number says nothing without its line."""
    known = {number for number, _ in TABLE}
    named = {
        (str(path.relative_to(ROOT)), number)
        for path in (ROOT / "tests").rglob("test_*.py")
        if path.name != "test_reports.py"
        for text in docstrings(str(path.relative_to(ROOT / "tests"))).values()
        for number in reports_in(text)
    }
    assert set() == {(path, number) for path, number in named if number not in known}


def test_numbers_are_found_in_a_docstring() -> None:
    """Alone, in a row, at the beginning of a sentence; a report of something else is none."""
    texts = ("R28, report 5: x", "Reports 1, 2 and 22.", "It reports rows as R5 does.", "a report of 4")
    assert [{5}, {1, 2, 22}, set(), set()] == [reports_in(text) for text in texts]
