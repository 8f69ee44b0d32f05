"""Measures which functions of the interpreter and its library pages run: `make hot-functions`, for maintainers.

The journeys of tests/e2e are played with modules that note what runs, in a copy of the checkout, and what any page ran
is written into tools/snapshot/hot_functions.json. Due when Pyodide or pydantic were raised (a test says so), and worth
it when pages came that do what none did before: what they run and the record lacks is only later there. The tests about
the page's policy fail in this run, which does without it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from testkit.hot_functions import FOLDER
from tools.snapshot import build, hot_functions
from tools.snapshot.inputs import ROOT
from tools.snapshot.instrument_wasm import instrumented
from tools.snapshot.reduce_wasm import MODULE

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "node_modules", "__pycache__", "*.br", "*.gz", "test-results")
JOURNEYS = ("tests/e2e", "-p", "testkit.hot_functions", "-q", "-n", "2", "--dist", "loadfile", "-o", "timeout=300")


def main() -> None:
    """Play the journeys and write the record."""
    with tempfile.TemporaryDirectory(prefix="podi-hot-") as directory:
        copy, ran = Path(directory) / "copy", Path(directory) / "ran"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        (copy / "node_modules").symlink_to(ROOT / "node_modules")
        ran.mkdir()
        snapshot = copy / "static" / "vendor" / "snapshot"
        whole = Path(directory) / "whole"
        whole.mkdir()
        libraries = build.unpack_wheels(whole)
        interpreter = build.reduce_interpreter(whole, libraries)
        (snapshot / MODULE).write_bytes(instrumented((interpreter / MODULE).read_bytes()))
        placed = build.manifest_of(snapshot)["libraries"]
        for library in libraries:
            (snapshot / placed[build.path_of(library, whole)]).write_bytes(instrumented(library.read_bytes()))
        environment = os.environ | {FOLDER: str(ran)}
        subprocess.run([sys.executable, "-m", "pytest", *JOURNEYS], cwd=copy, env=environment, check=False)
        names: dict[str, set[int]] = {"interpreter": set(), "library": set()}
        for file in ran.iterdir():
            for line in file.read_text("ascii").splitlines():
                name, _, numbers = line.partition(":")
                names[name].update(map(int, numbers.split()))
        (library,) = libraries
        stock = build.VENDOR / "pyodide" / MODULE
        measured = {stock: names["interpreter"], library: names["library"]}
        hot_functions.record(measured)
        for path, functions in measured.items():
            print(f"{path.name}: {len(functions)} functions run")


if __name__ == "__main__":
    main()
