"""Print which tests show which requirement of docs/requirements.md, and fail where there is a gap.

A test shows a requirement by naming its number in its docstring, in its name (`test_r5_…`) or in a marker's argument; a
class does so for all of its tests. What a module's docstring names does not count, since it says nothing of a single
test, nor does what a parametrized test is run with.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "requirements.md"
TESTS = ROOT / "tests"

_ENTRY = re.compile(r"^- \*\*R(\d+)\*\* (.+(?:\n  .+)*)", re.MULTILINE)
_NUMBER = re.compile(r"\bR(\d+)(?:\s?[–-]\s?R(\d+))?\b")
_IN_NAME = re.compile(r"(?:^|_)r(\d+)(?=_|$)")


@dataclass(slots=True)
class Requirement:
    """One numbered promise and the tests that name it."""

    number: int
    title: str
    tests: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NamedTest:
    """One test function: where it is and what numbers it names."""

    name: str
    numbers: frozenset[int]


def read_requirements(page: str) -> dict[int, Requirement]:
    """The promises of the page, by number; the title is the first clause of each."""
    found = {}
    for number, text in _ENTRY.findall(page):
        title = re.split(r"[.;:](?:\s|$)", " ".join(text.split()), maxsplit=1)[0]
        found[int(number)] = Requirement(int(number), title)
    return found


def numbers_in(text: str) -> set[int]:
    """The numbers that a text names; R3–R5 names three."""
    return {number for first, last in _NUMBER.findall(text) for number in range(int(first), int(last or first) + 1)}


def read_tests(source: str, path: str) -> Iterator[NamedTest]:
    """The tests of a module, with what they and their class name; in `TestX = Machine.TestCase`, what Machine names."""
    body = ast.parse(source).body
    yield from _tests_of(body, path, frozenset())
    classes = {node.name: node for node in body if isinstance(node, ast.ClassDef)}
    for node in body:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Attribute(value=ast.Name(id=machine), attr="TestCase")
            ) if machine in classes:
                yield NamedTest(f"{path}::{name}", _named_by(classes[machine]))


def _tests_of(body: Iterable[ast.stmt], path: str, inherited: frozenset[int]) -> Iterator[NamedTest]:
    for node in body:
        match node:
            case ast.ClassDef(name=name) if name.startswith("Test"):
                yield from _tests_of(node.body, f"{path}::{name}", inherited | _named_by(node))
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if name.startswith("test"):
                yield NamedTest(f"{path}::{name}", inherited | _named_by(node))


def _named_by(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[int]:
    numbers = numbers_in(ast.get_docstring(node) or "")
    numbers |= {int(number) for number in _IN_NAME.findall(node.name)}
    for decorator in node.decorator_list:
        if "parametrize" in ast.unparse(decorator):
            continue
        for part in ast.walk(decorator):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                numbers |= numbers_in(part.value)
    return frozenset(numbers)


def assign(requirements: dict[int, Requirement], tests: Iterable[NamedTest]) -> list[str]:
    """Enter each test under what it names; returns a line for each test that names a number nobody promised."""
    strays = []
    for test in tests:
        for number in sorted(test.numbers):
            if number in requirements:
                requirements[number].tests.append(test.name)
            else:
                strays.append(f"{test.name} names R{number}, which docs/requirements.md does not have")
    return strays


def main() -> int:
    """Print the table; returns 1 if a requirement has no test or a test names one that does not exist."""
    requirements = read_requirements(PAGE.read_text("utf-8"))
    modules = sorted({*TESTS.rglob("test_*.py"), *TESTS.rglob("*_test.py")})
    tests = [
        test for module in modules for test in read_tests(module.read_text("utf-8"), str(module.relative_to(ROOT)))
    ]
    strays = assign(requirements, tests)
    for requirement in requirements.values():
        print(f"R{requirement.number:<3} {len(requirement.tests):>3} tests  {requirement.title}")
        for name in requirement.tests:
            print(f"              {name}")
    gaps = [
        f"R{requirement.number} is named by no test" for requirement in requirements.values() if not requirement.tests
    ]
    for line in [*gaps, *strays]:
        print(f"podi: {line}", file=sys.stderr)
    shown = len(requirements) - len(gaps)
    print(f"{shown} of {len(requirements)} requirements are shown by {len(tests)} tests", flush=True)
    return 1 if gaps or strays or not requirements else 0


if __name__ == "__main__":
    sys.exit(main())
