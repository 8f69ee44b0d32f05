"""The requirements' table finds what each test names, and fails on a gap."""

from __future__ import annotations

import pytest

from tools import requirements_table
from tools.requirements_table import assign, numbers_in, read_requirements, read_tests

PAGE = """
- **R1** One promise, which is kept; and why.
- **R2** Another
  promise. With more.
"""

MODULE = '''
"""Nothing of this counts: R9."""
def helper():
    """R8"""
def test_one():
    """R1: it holds."""
async def test_r2_holds():
    pass
@pytest.mark.shows("R3-R5", count=2)
def test_marked(): pass
class TestAll:
    """R6."""
    def test_inner(self):
        """R7 and R12."""
class Machine(RuleBasedStateMachine):
    """R15: in any order."""
TestMachine = Machine.TestCase
'''


def test_the_page_lists_the_promises() -> None:
    """docs/requirements.md has the first 33 and those that came later, in order, each with a title."""
    requirements = read_requirements(requirements_table.PAGE.read_text("utf-8"))
    assert list(requirements)[:33] == list(range(1, 34))
    assert list(requirements) == sorted(requirements)
    assert all(requirement.title for requirement in requirements.values())


def test_titles_are_the_first_clause() -> None:
    """A promise's title ends where its first sentence or clause does, over lines."""
    titles = {number: requirement.title for number, requirement in read_requirements(PAGE).items()}
    assert titles == {1: "One promise, which is kept", 2: "Another promise"}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("R1, and R22.", {1, 22}), ("R3–R5", {3, 4, 5}), ("R3-5", {3}), ("PR4, R, r5, R6x", set()), ("R7/R8", {7, 8})],
)
def test_numbers_are_found_in_text(text: str, numbers: set[int]) -> None:
    """A number is an R and digits standing alone; a range names all between."""
    assert numbers_in(text) == numbers


def test_the_values_of_a_parametrized_test_name_nothing() -> None:
    """What a test is run with is not what it shows."""
    source = '@pytest.mark.parametrize("text", ["R1"])\ndef test_it(text): pass'
    assert [set(test.numbers) for test in read_tests(source, "m.py")] == [set()]


def test_tests_are_found_with_what_they_name() -> None:
    """Docstrings, names, markers, classes and state machines count; a module's docstring and helpers do not."""
    found = {test.name: set(test.numbers) for test in read_tests(MODULE, "m.py")}
    assert found == {
        "m.py::test_one": {1},
        "m.py::test_r2_holds": {2},
        "m.py::test_marked": {3, 4, 5},
        "m.py::TestAll::test_inner": {6, 7, 12},
        "m.py::TestMachine": {15},
    }


def test_a_number_nobody_promised_is_reported() -> None:
    """A test that names a requirement which the page does not have is reported."""
    requirements = read_requirements(PAGE)
    strays = assign(requirements, read_tests(MODULE, "m.py"))
    assert requirements[1].tests == ["m.py::test_one"]
    assert "m.py::TestMachine names R15, which docs/requirements.md does not have" in strays
