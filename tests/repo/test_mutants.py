"""What `make mutants` makes of what no test notices, and that the core's tests stand alone, as it runs them."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tools import mutants
from tools.mutants import Mutant, Unreadable, judge, read_accepted, written

ADDED = Mutant("backoff.spread", "return a * b", "return a / b")
KNOWN = Mutant("backoff.spread", 'return a or "x"', "return a or 'y\\n'")


def test_the_cores_tests_need_nothing_else(tmp_path: Path) -> None:
    """In the copy in which mutants are made, every one of them can be collected."""
    mutants.prepare(tmp_path)
    collect = [sys.executable, "-m", "pytest", "tests/unit/core", "--collect-only", "-q"]
    found = subprocess.run(collect, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_what_the_cores_tests_read_is_in_it(tmp_path: Path) -> None:
    """A test that reads a recorded answer passes there as it does here, or no run begins."""
    mutants.prepare(tmp_path)
    tests = tmp_path / "tests" / "unit" / "core"
    readers = sorted(path for path in tests.glob("test_*.py") if "__file__" in path.read_text("utf-8"))
    assert readers
    run = [sys.executable, "-m", "pytest", "-q", *map(str, readers)]
    found = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_a_run_repeats_the_one_before_it(tmp_path: Path) -> None:
    """The same examples each time: what is killed by chance today would be a survivor tomorrow."""
    mutants.prepare(tmp_path)
    (tmp_path / "tests" / "unit" / "core" / "test_chance.py").write_text(
        "from pathlib import Path\n\nfrom hypothesis import given, strategies as st\n\n\n"
        "@given(st.integers())\ndef test_chance(value):\n"
        "    with Path('examples').open('a') as file:\n        print(value, file=file)\n",
        "utf-8",
    )
    run = [sys.executable, "-m", "pytest", "tests/unit/core/test_chance.py", "-q"]
    examples = []
    for _ in range(2):
        found = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert found.returncode == 0, found.stdout
        examples.append((tmp_path / "examples").read_text("utf-8"))
        (tmp_path / "examples").unlink()
    assert examples[0] == examples[1]


def test_nothing_is_cached_in_it(tmp_path: Path) -> None:
    """What was worked out before the code was broken would be found again, and no test could notice."""
    mutants.prepare(tmp_path)
    sources = [path.read_text("utf-8") for path in (tmp_path / "app" / "core").glob("*.py")]
    assert any("import lru_cache" in source for source in sources)
    assert not any("@lru_cache" in source for source in sources)


def test_a_slow_example_fails_no_test_in_it(tmp_path: Path) -> None:
    """The copy's tests know no deadline: a machine that is busy must not keep the run from starting."""
    mutants.prepare(tmp_path)
    (tmp_path / "tests" / "unit" / "core" / "test_slow.py").write_text(
        "import time\n\nfrom hypothesis import given, settings, strategies as st\n\n\n"
        "@settings(max_examples=2)\n@given(st.booleans())\ndef test_slow(value):\n    time.sleep(0.25)\n",
        "utf-8",
    )
    run = [sys.executable, "-m", "pytest", "tests/unit/core/test_slow.py", "-q"]
    found = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_mutmut_copies_all_of_it(tmp_path: Path) -> None:
    """It runs the tests in a copy of the copy, and takes along only what its configuration names."""
    mutants.prepare(tmp_path)
    configuration = tomllib.loads((tmp_path / "pyproject.toml").read_text("utf-8"))
    assert {path.name for path in tmp_path.iterdir()} == set(configuration["tool"]["mutmut"]["also_copy"])


def test_what_is_accepted_has_a_place_and_a_reason() -> None:
    """The file can be read, and speaks of modules that are there."""
    accepted = read_accepted(mutants.ACCEPTED.read_text("utf-8"))
    modules = {path.stem for path in (mutants.ROOT / "app" / "core").glob("*.py")}
    assert accepted
    assert set() == {mutant.where.partition(".")[0] for mutant in accepted} - modules


def test_what_is_accepted_is_of_code_that_is_there() -> None:
    """A line that was rewritten takes its entry along, or the next run would be surprised by both."""
    accepted = read_accepted(mutants.ACCEPTED.read_text("utf-8"))
    sources = {
        path.stem: _in_one_line(path.read_text("utf-8")) for path in (mutants.ROOT / "app" / "core").glob("*.py")
    }
    gone = [mutant for mutant in accepted if _in_one_line(mutant.before) not in sources[mutant.where.partition(".")[0]]]
    assert [] == gone


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("made", "survivors", "good"),
    [
        (10, [], True),
        (10, [KNOWN], True),
        (10, [ADDED], False),
        (1000, [KNOWN, ADDED], False),
        (9, [KNOWN], False),
        (20, [KNOWN, KNOWN], True),
        (19, [KNOWN, KNOWN], False),
        (0, [], True),
    ],
)
def test_a_survivor_is_accepted_or_fails_the_run_and_nine_in_ten_are_killed(
    made: int, survivors: list[Mutant], good: bool
) -> None:
    """Both, whatever the other one says; mutants that look the same are one entry and count each."""
    assert good is judge(made, survivors, {KNOWN: "because"}).good


def test_what_is_new_and_what_is_gone_is_named() -> None:
    """The one is to be tested or accepted, the other to be taken out of the file."""
    verdict = judge(100, [ADDED], {KNOWN: "because"})
    assert (99, 1, (ADDED,), (KNOWN,)) == (verdict.killed, verdict.survived, verdict.new, verdict.gone)


def test_what_is_printed_can_be_put_into_the_file() -> None:
    """Quotes, backslashes and other alphabets survive the way."""
    text = "\n".join(written(mutant, "weil ½ ≠ \\") for mutant in (ADDED, KNOWN))
    assert {ADDED: "weil ½ ≠ \\", KNOWN: "weil ½ ≠ \\"} == read_accepted(text)


@pytest.mark.parametrize(
    "text",
    [
        "[[mutant]",
        written(ADDED, ""),
        written(ADDED, " "),
        written(ADDED, "a") + written(ADDED, "b"),
        '[[mutant]]\nwhere = "x"\nbefore = "y"\nreason = "z"\n',
    ],
)
def test_a_file_that_accepts_without_a_reason_is_refused(text: str) -> None:
    """Nor one that says nothing, or the same twice."""
    with pytest.raises(Unreadable):
        read_accepted(text)


def test_a_module_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A run over nothing would be a good one."""
    with pytest.raises(SystemExit):
        mutants.main(["nowhere"])
    assert "nowhere" in capsys.readouterr().err
