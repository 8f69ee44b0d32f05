"""The directions of import hold: a line that breaks one is found, whichever room it stands in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from testkit.host import ROOT

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def _checked(copy: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache"], cwd=copy, env=os.environ, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What import-linter reads of this checkout."""
    for name in ("app", "devserver", "tools"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_checkout_itself_keeps_every_contract(copy: Path) -> None:
    """Nothing but a planted line is what the other tests find."""
    checked = _checked(copy)

    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("core", "import app.pages"),
        ("core", "import app.export"),
        ("core", "import pydantic"),
        ("hooks", "import app.pages"),
        ("views", "import app.pages"),
        ("monitor.py", "import app.pages"),
        ("pages", "import js"),
        ("pages", "import app.browser"),
        ("export", "import js"),
        ("export", "import app.browser"),
        ("hooks", "import app.contexts"),
        ("wire", "import devserver"),
    ],
)
def test_a_forbidden_import_breaks_a_contract(copy: Path, room: str, line: str) -> None:
    """Each forbidden import, planted alone, is named in the report."""
    planted = copy / "app" / room
    if planted.is_dir():
        planted /= "planted.py"
    with planted.open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")

    checked = _checked(copy)

    assert checked.returncode == 1
    importer = ".".join(planted.relative_to(copy).with_suffix("").parts)
    assert f"{importer} -> {line.removeprefix('import ')}" in checked.stdout


def test_a_room_that_no_contract_names_breaks_one(copy: Path) -> None:
    """A new room has to be given its place before anything may stand in it."""
    (copy / "app" / "attic").mkdir()
    (copy / "app" / "attic" / "__init__.py").write_text("", "utf-8")

    checked = _checked(copy)

    assert checked.returncode == 1
    assert "attic" in checked.stdout
