"""Break app/core in every small way and see whether its tests notice: `make mutants`.

mutmut makes the mutants and runs `tests/unit/core` against each. It passes over decorated functions, where much of the
core's thinking stands in properties, so it is given a copy in which `@property` is written as a call. Prints
`N killed, M survived`, writes the survivors to docs/mutants.md, keeping the reasons that stand there, and fails when
fewer than nine in ten are killed, or when a survivor has no reason.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "mutants.md"
ENOUGH = 0.9
NO_REASON = "*No reason yet.*"
NOTICED = {"killed", "timeout", "suspicious", "segfault"}

_CONFIGURATION = """\
[tool.pytest.ini_options]
pythonpath = ["."]
addopts = ["--import-mode=importlib", "-p", "no:cacheprovider", "-p", "no:asyncio"]
filterwarnings = ["error"]

[tool.mutmut]
source_paths = ["app/core"]
pytest_add_cli_args_test_selection = ["tests/unit/core"]
also_copy = ["app", "testkit", "tests", "pyproject.toml"]
"""
_INTRODUCTION = """\
# Mutants that survive

Written by `make mutants`, which breaks `app/core` in every small way and runs its unit tests against each. What stands
here is what they do not notice, and why that is as it should be. A survivor without a reason fails the command; so does
a share of killed mutants below nine in ten. Only what functions do is broken; names and numbers that stand outside of
them are held by tests of their own (`test_rules.py`, `test_events.py`, `test_status.py`).

{killed} killed, {survived} survived.
"""
_ENTRY = re.compile(r"^## `(.+)`\n\n```diff\n- (.*)\n\+ (.*)\n```\n\n((?:.+\n)+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, order=True)
class Mutant:
    """One way in which a function was broken."""

    where: str
    before: str
    after: str


def main() -> int:
    """Run everything; return the exit status."""
    with tempfile.TemporaryDirectory(prefix="podi-mutants-") as directory:
        copy = Path(directory)
        prepare(copy)
        workers = os.environ.get("WORKERS", str(min(2, os.cpu_count() or 1)))
        run = subprocess.run([*_mutmut(), "run", "--max-children", workers], cwd=copy, check=False, stdout=sys.stderr)
        if run.returncode:
            return run.returncode
        outcomes = _outcomes(copy)
        survivors = sorted({_mutant(copy, name) for name, outcome in outcomes.items() if outcome not in NOTICED})
        survived = sum(outcome not in NOTICED for outcome in outcomes.values())
    killed = len(outcomes) - survived
    reasons = _reasons()
    _write(survivors, reasons, killed, survived)
    print(f"{killed} killed, {survived} survived")
    unexplained = [mutant for mutant in survivors if mutant not in reasons]
    for mutant in unexplained:
        print(f"no reason in {PAGE.relative_to(ROOT)}: {mutant.where}: {mutant.before} -> {mutant.after}")
    return int(killed < ENOUGH * len(outcomes) or bool(unexplained))


def _mutmut() -> list[str]:
    return [sys.executable, "-m", "mutmut"]


def prepare(copy: Path) -> None:
    """Copy what the core's tests need, with properties that can be mutated."""
    (copy / "app").mkdir()
    shutil.copy(ROOT / "app" / "__init__.py", copy / "app")
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "app" / "core", copy / "app" / "core", ignore=ignore)
    shutil.copytree(ROOT / "tests" / "unit" / "core", copy / "tests" / "unit" / "core", ignore=ignore)
    (copy / "testkit").mkdir()
    shutil.copy(ROOT / "testkit" / "chance.py", copy / "testkit")
    (copy / "pyproject.toml").write_text(_CONFIGURATION, "utf-8")
    for module in (copy / "app" / "core").glob("*.py"):
        module.write_text(open_properties(module.read_text("utf-8")), "utf-8")


def open_properties(source: str) -> str:
    """Return the module with every `@property` written as `name = property(name)` below its function."""
    lines = source.splitlines()
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    for node in sorted(functions, key=lambda node: node.lineno, reverse=True):
        decorators = [decorator.id for decorator in node.decorator_list if isinstance(decorator, ast.Name)]
        if decorators == ["property"] and node.end_lineno is not None:
            indent = " " * node.col_offset
            lines.insert(node.end_lineno, f"{indent}{node.name} = property({node.name})")
            del lines[node.lineno - 2]
    return "\n".join(lines) + "\n"


def _outcomes(copy: Path) -> dict[str, str]:
    told = subprocess.run(
        [*_mutmut(), "results", "--all", "true"], cwd=copy, check=True, capture_output=True, text=True
    ).stdout
    return dict(re.findall(r"^\s*(\S+__mutmut_\d+): (.+)$", told, re.MULTILINE))


def _mutant(copy: Path, name: str) -> Mutant:
    told = subprocess.run([*_mutmut(), "show", name], cwd=copy, check=True, capture_output=True, text=True).stdout
    changed = [line for line in told.splitlines() if re.match(r"[-+](?![-+]{2})", line)]
    before = " ".join(line[1:].strip() for line in changed if line[0] == "-")
    after = " ".join(line[1:].strip() for line in changed if line[0] == "+")
    module, _, function = name.rpartition("__mutmut_")[0].rpartition(".")
    function = re.sub(r"^x_?", "", function).strip("ǁ").replace("ǁ", ".")
    return Mutant(f"{module.removeprefix('app.core.')}.{function}", before, after)


def _reasons() -> dict[Mutant, str]:
    """Return the reasons that the page holds."""
    if not PAGE.exists():
        return {}
    entries = _ENTRY.findall(PAGE.read_text("utf-8"))
    found = {Mutant(where, before, after): reason.strip() for where, before, after, reason in entries}
    return {mutant: reason for mutant, reason in found.items() if reason != NO_REASON}


def _write(survivors: list[Mutant], reasons: dict[Mutant, str], killed: int, survived: int) -> None:
    parts = [_INTRODUCTION.format(killed=killed, survived=survived)]
    for mutant in survivors:
        diff = f"```diff\n- {mutant.before}\n+ {mutant.after}\n```"
        parts.append(f"## `{mutant.where}`\n\n{diff}\n\n{reasons.get(mutant, NO_REASON)}\n")
    PAGE.write_text("\n".join(parts), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
