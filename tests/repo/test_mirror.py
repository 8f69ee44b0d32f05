"""tests/unit mirrors app/: whoever searches for the tests of a module finds them at the first guess."""

from __future__ import annotations

import ast
from pathlib import Path

from testkit.host import ROOT

APP = ROOT / "app"
UNIT = ROOT / "tests" / "unit"

ELSEWHERE = {
    "browser": "needs a browser: tests/browser (what needs none is tested here all the same)",
    "main.py": "begins in a browser alone: tests/browser, tests/boot and every test of tests/e2e run it",
    "run.py": "begins in a browser alone: tests/browser, tests/boot and every test of tests/e2e run it",
}
"""Rooms and modules of app/ whose tests stand elsewhere, and why."""

OF_SEVERAL = {
    "pages/test_live_regions.py": "holds one rule for every page: what is spoken by itself is a change, not the time",
    "pages/admin/test_optional_routes.py": "holds one rule for every page for admins: what the server lacks is hidden",
    "wire/test_recorded_answers.py": "reads each recorded answer with every reader of the wire, whoever it was for",
}
"""Test files that are of no one module, and why."""


def does_something(module: Path) -> bool:
    """Whether a module has a function with a body: records, constants and protocols have nothing to test."""
    functions = (
        node
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    )
    return any(isinstance(node, ast.Lambda) or any(map(_acts, node.body)) for node in functions)


def _acts(statement: ast.stmt) -> bool:
    return not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))


def _test_of(module: Path) -> Path:
    return UNIT / module.relative_to(APP).with_name(f"test_{module.name}")


def test_every_module_that_does_something_has_its_tests() -> None:
    """Under its own name, in the folder of its room."""
    modules = {module for module in APP.rglob("*.py") if does_something(module)}
    missing = {
        str(module.relative_to(APP))
        for module in modules
        if not _test_of(module).is_file() and module.relative_to(APP).parts[0] not in ELSEWHERE
    }
    assert set() == missing


def test_every_test_file_is_of_a_module() -> None:
    """A module that was renamed takes its tests along."""
    tests = {path.relative_to(UNIT) for path in UNIT.rglob("test_*.py")}
    strays = {str(path) for path in tests if not (APP / path.with_name(path.name.removeprefix("test_"))).is_file()}
    assert {*OF_SEVERAL} == strays


def test_each_exception_is_still_one() -> None:
    """What is gone, or has got tests of its own, is taken out of the list."""
    assert [] == [name for name in ELSEWHERE if not (APP / name).exists()]
    assert [] == [name for name in ELSEWHERE if name.endswith(".py") and _test_of(APP / name).exists()]


def test_what_does_something_is_distinguished_from_what_only_says_something(tmp_path: Path) -> None:
    """Records, constants and protocols need no tests; a property, a rule or a lambda does."""
    module = tmp_path / "module.py"
    for source, does in (
        ('"""Records."""\nclass A:\n    value: int = 0\n', False),
        ('class P:\n    def step(self) -> int:\n        """Return it."""\n', False),
        ("class P:\n    def step(self) -> int: ...\n", False),
        ('class A:\n    def step(self) -> int:\n        """Return it."""\n        return 1\n', True),
        ("def rule() -> int:\n    return 1\n", True),
        ("RULE = lambda: 1\n", True),
    ):
        module.write_text(source, "utf-8")
        assert does is does_something(module)
