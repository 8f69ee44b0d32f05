"""Break app/core in every small way and see whether its tests notice: `make mutants`.

mutmut makes the mutants and runs `tests/unit/core` against each. It passes over decorated functions, where much of the
core's thinking stands in properties, so it is given a copy in which `@property` is written as a call. What no test
notices has to stand in tests/accepted_mutants.toml with the reason why that is as it should be. Fails when a survivor
does not, or when fewer than nine in ten are killed; prints what is new as it would stand in that file.

`make mutants ARGS="sync transport"` breaks these modules of the core alone.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ACCEPTED = ROOT / "tests" / "accepted_mutants.toml"
ENOUGH = 0.9
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

# mutmut first wants all tests to pass, and on a busy machine an example takes longer than hypothesis allows. What kills
# a mutant need not be the simplest example, and has to be the same one in the next run.
_CONFTEST = """\
from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("mutants")
"""


class Unreadable(Exception):
    """The file of accepted mutants is not as it should be; the message says where."""


@dataclass(frozen=True, slots=True, order=True)
class Mutant:
    """One way in which a function was broken: module and function, the lines before and after."""

    where: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run showed. ``new`` survived and is not accepted; ``gone`` is accepted and did not survive."""

    killed: int
    survived: int
    new: tuple[Mutant, ...]
    gone: tuple[Mutant, ...]

    @property
    def good(self) -> bool:
        """Whether enough was killed, and all that was not is accepted."""
        return not self.new and self.killed >= ENOUGH * (self.killed + self.survived)


def main(arguments: Sequence[str]) -> int:
    """Run everything; return the exit status."""
    modules = _modules(arguments)
    try:
        accepted = read_accepted(ACCEPTED.read_text("utf-8"))
    except Unreadable as error:
        print(f"{ACCEPTED.relative_to(ROOT)}: {error}")
        return 1
    with tempfile.TemporaryDirectory(prefix="podi-mutants-") as directory:
        copy = Path(directory)
        prepare(copy)
        workers = os.environ.get("WORKERS", str(min(2, os.cpu_count() or 1)))
        chosen = [f"app.core.{module}.*" for module in modules]
        run = subprocess.run(
            [*_mutmut(), "run", "--max-children", workers, *chosen], cwd=copy, check=False, stdout=sys.stderr
        )
        if run.returncode:
            return run.returncode
        outcomes = {
            name: outcome for name, outcome in _outcomes(copy).items() if not modules or module_of(name) in modules
        }
        survivors = [_mutant(copy, name) for name, outcome in sorted(outcomes.items()) if outcome not in NOTICED]
    if modules:
        accepted = {mutant: why for mutant, why in accepted.items() if mutant.where.partition(".")[0] in modules}
    verdict = judge(len(outcomes), survivors, accepted)
    show(verdict)
    return int(not verdict.good)


def judge(made: int, survivors: Sequence[Mutant], accepted: Mapping[Mutant, str]) -> Verdict:
    """Return what ``survivors`` among so many mutants mean, given the accepted ones."""
    return Verdict(
        killed=made - len(survivors),
        survived=len(survivors),
        new=tuple(sorted(set(survivors) - accepted.keys())),
        gone=tuple(sorted(accepted.keys() - set(survivors))),
    )


def show(verdict: Verdict) -> None:
    """Print a verdict, what is new as it would stand in the file of accepted ones."""
    file = ACCEPTED.relative_to(ROOT)
    made = verdict.killed + verdict.survived
    score = verdict.killed / made if made else 1.0
    print(f"{verdict.killed} killed, {verdict.survived} survived, {score:.1%}")
    if score < ENOUGH:
        print(f"fewer than {ENOUGH:.0%} are killed")
    if verdict.new:
        print(f"\nnot noticed and not in {file}: test what differs, or accept it there with a reason\n")
        print("\n".join(written(mutant, "") for mutant in verdict.new))
    for mutant in verdict.gone:
        print(f"noticed by now, remove it from {file}: {mutant.where}: {mutant.after}")


def read_accepted(text: str) -> dict[Mutant, str]:
    """Return the accepted mutants with their reasons; raise ``Unreadable`` if one has none or is given twice."""
    try:
        entries = tomllib.loads(text).get("mutant", [])
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(str(error)) from None
    accepted: dict[Mutant, str] = {}
    for entry in entries:
        if {"where", "before", "after", "reason"} != entry.keys() or not entry["reason"].strip():
            raise Unreadable(f"wanted where, before, after and a reason: {entry}")
        mutant = Mutant(entry["where"], entry["before"], entry["after"])
        if mutant in accepted:
            raise Unreadable(f"given twice: {astuple(mutant)}")
        accepted[mutant] = entry["reason"]
    return accepted


def written(mutant: Mutant, reason: str) -> str:
    """Return a mutant as it stands in the file of accepted ones."""
    fields = {"where": mutant.where, "before": mutant.before, "after": mutant.after, "reason": reason}
    # A JSON string is a TOML string, and here nothing needs an escape that only one of them has.
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
    return "\n".join(["[[mutant]]", *lines, ""])


def prepare(copy: Path) -> None:
    """Copy what the core's tests need, with properties that can be mutated and no deadline for an example."""
    (copy / "app").mkdir()
    shutil.copy(ROOT / "app" / "__init__.py", copy / "app")
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "app" / "core", copy / "app" / "core", ignore=ignore)
    shutil.copytree(ROOT / "tests" / "unit" / "core", copy / "tests" / "unit" / "core", ignore=ignore)
    shutil.copytree(ROOT / "tests" / "fixtures" / "wire", copy / "tests" / "fixtures" / "wire")
    (copy / "tests" / "conftest.py").write_text(_CONFTEST, "utf-8")
    (copy / "testkit").mkdir()
    for name in ("chance.py", "paged_log.py", "words.py"):
        shutil.copy(ROOT / "testkit" / name, copy / "testkit")
    (copy / "pyproject.toml").write_text(_CONFIGURATION, "utf-8")
    for module in (copy / "app" / "core").glob("*.py"):
        module.write_text(open_properties(without_caches(module.read_text("utf-8"))), "utf-8")


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


def without_caches(source: str) -> str:
    """Return the module with no `@lru_cache`: mutmut first runs the tests on whole code, and the answers would stay."""
    lines = source.splitlines()
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    decorators = [decorator for node in functions for decorator in node.decorator_list]
    for decorator in sorted(decorators, key=lambda decorator: decorator.lineno, reverse=True):
        if ast.unparse(decorator).startswith("lru_cache("):
            del lines[decorator.lineno - 1]
    return "\n".join(lines) + "\n"


def module_of(name: str) -> str:
    """Return the core's module that mutmut's name of a mutant speaks of."""
    return name.removeprefix("app.core.").partition(".")[0]


def _modules(arguments: Sequence[str]) -> list[str]:
    """Return the modules of the core that were asked for; none for all of them."""
    parser = argparse.ArgumentParser("python -m tools.mutants", description=(__doc__ or "").partition("\n")[0])
    known = sorted(path.stem for path in (ROOT / "app" / "core").glob("*.py"))
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="a module of app/core (default: all of them)")
    modules: list[str] = parser.parse_args(arguments).modules
    strange = sorted(set(modules) - set(known))
    if strange:
        parser.error(f"no such module in app/core: {', '.join(strange)}")
    return modules


def _mutmut() -> list[str]:
    return [sys.executable, "-m", "mutmut"]


def _outcomes(copy: Path) -> dict[str, str]:
    listed = subprocess.run(
        [*_mutmut(), "results", "--all", "true"], cwd=copy, check=True, capture_output=True, text=True
    ).stdout
    return dict(re.findall(r"^\s*(\S+__mutmut_\d+): (.+)$", listed, re.MULTILINE))


def _mutant(copy: Path, name: str) -> Mutant:
    shown = subprocess.run([*_mutmut(), "show", name], cwd=copy, check=True, capture_output=True, text=True).stdout
    changed = [line for line in shown.splitlines() if re.match(r"[-+](?![-+]{2})", line)]
    before = " ".join(line[1:].strip() for line in changed if line[0] == "-")
    after = " ".join(line[1:].strip() for line in changed if line[0] == "+")
    module, _, function = name.rpartition("__mutmut_")[0].rpartition(".")
    function = re.sub(r"^x_?", "", function).strip("ǁ").replace("ǁ", ".")
    return Mutant(f"{module.removeprefix('app.core.')}.{function}", before, after)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
