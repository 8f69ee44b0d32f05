"""Set-up says what is missing, does nothing twice, and repairs what was left half done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import chromium, setup

ROOT = setup.ROOT


def _program(folder: Path, name: str, prints: str = "", status: int = 0) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{prints}'\nexit {status}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def _set_up(path: Path, purpose: str = "run") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tools.setup", purpose],
        cwd=ROOT,
        env={**os.environ, "PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


def _outside_of_make() -> dict[str, str]:
    """The environment without what a make that runs these tests, or its caller, would hand to the one they run."""
    left_out = ("MAKE", "MFLAGS", "PORT", "BACKEND", "ARGS")
    return {name: value for name, value in os.environ.items() if not name.startswith(left_out)}


def test_a_missing_node_is_named_in_one_line(tmp_path: Path) -> None:
    """Without Node, set-up ends with one line that says what to install."""
    result = _set_up(tmp_path)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "podi: please install Node.js 20 or newer with npm (https://nodejs.org, or your system's packages); "
        "then run the same command again\n"
    )


def test_an_old_node_is_named_with_its_version(tmp_path: Path) -> None:
    """A Node that is too old is distinguished from none."""
    _program(tmp_path, "node", "v18.20.1")
    result = _set_up(tmp_path)
    assert result.returncode == 1
    assert "Node.js 20 or newer (this is v18.20.1)" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_missing_npm_is_named(tmp_path: Path) -> None:
    """Some systems ship Node without npm."""
    _program(tmp_path, "node", "v22.1.0")
    assert "please install npm" in _set_up(tmp_path).stderr


def test_a_set_up_that_is_done_says_and_does_nothing() -> None:
    """With everything in place, setting up to run prints nothing and succeeds."""
    result = _set_up(Path(os.environ["PATH"]))
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_a_half_made_environment_does_not_count(tmp_path: Path) -> None:
    """An environment whose stamp was never written, or whose Python is gone, is not taken for a made one."""
    stamp = tmp_path / "stamp.json"
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.touch()
    assert setup.made_environment(tmp_path) == {}
    stamp.write_text('{"run": "abc"}', encoding="utf-8")
    assert setup.made_environment(tmp_path) == {"run": "abc"}
    stamp.write_text('{"run": "a', encoding="utf-8")
    assert setup.made_environment(tmp_path) == {}
    stamp.write_text('{"run": "abc"}', encoding="utf-8")
    python.unlink()
    assert setup.made_environment(tmp_path) == {}


def test_a_stamp_keeps_its_parts_apart(tmp_path: Path) -> None:
    """Moving a character from one part to the next, or changing a file, changes the stamp."""
    file = tmp_path / "lock"
    file.write_text("a", encoding="utf-8")
    before = setup.digest("ab", "c", file)
    assert before == setup.digest("ab", "c", file)
    assert before != setup.digest("a", "bc", file)
    file.write_text("b", encoding="utf-8")
    assert before != setup.digest("ab", "c", file)


def test_chromium_can_be_named(tmp_path: Path) -> None:
    """CHROMIUM wins over what is on the path, and a wrong one is refused instead of passed over."""
    browser = _program(tmp_path, "my-browser")
    _program(tmp_path, "chromium")
    path = {"PATH": str(tmp_path)}
    assert chromium.find({**path, "CHROMIUM": str(browser)}) == (browser, "named by CHROMIUM")
    assert chromium.find({**path, "CHROMIUM": ""}) == (tmp_path / "chromium", "found on the path")
    with pytest.raises(chromium.ChromiumError, match="is not a program"):
        chromium.find({**path, "CHROMIUM": str(tmp_path / "nothing")})


def test_a_stub_is_no_browser(tmp_path: Path) -> None:
    """A package that only says how to install the browser fails when asked for its version."""
    assert chromium.works(_program(tmp_path, "real", "Chromium 156"))
    assert not chromium.works(_program(tmp_path, "stub", "install me", status=1))
    assert not chromium.works(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("variables", "command"),
    [
        ([], 'exec .venv/bin/python -m devserver --port "8000"'),
        (["PORT=0"], 'exec .venv/bin/python -m devserver --port "0"'),
        (
            ["PORT=81", "BACKEND=http://127.0.0.1:9", "ARGS=--idle --seed 3"],
            'exec .venv/bin/python -m devserver --port "81" --backend "http://127.0.0.1:9" --idle --seed 3',
        ),
    ],
    ids=["default", "port", "everything"],
)
def test_make_run_starts_the_host_in_the_foreground(variables: list[str], command: str) -> None:
    """`make run` sets up and then becomes the host, with port, backend and further arguments passed on."""
    printed = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "run", *variables],
        cwd=ROOT,
        env=_outside_of_make(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert " ".join(printed.split()).endswith(f"-m tools.setup run && {command}")


@pytest.mark.parametrize(
    "path", [".venv/x", "node_modules/x", "static/vendor/x", ".data/x", "bench/results/x", ".mypy_cache/x", "app/x.pyc"]
)
def test_what_is_made_is_not_committed(path: str) -> None:
    """Git ignores what set-up, the host, tests and benchmarks make."""
    assert subprocess.run(["git", "check-ignore", "--quiet", path], cwd=ROOT, check=False).returncode == 0
