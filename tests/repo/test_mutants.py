"""The core's tests stand alone: that is how `make mutants` runs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools import mutants


def test_the_cores_tests_need_nothing_else(tmp_path: Path) -> None:
    """In the copy in which mutants are made, every one of them can be collected."""
    mutants.prepare(tmp_path)
    collect = [sys.executable, "-m", "pytest", "tests/unit/core", "--collect-only", "-q"]
    found = subprocess.run(collect, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
