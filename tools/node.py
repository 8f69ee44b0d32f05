"""Runs the scripts that need Node. Standard library only."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINES_SHOWN = 40
LONGEST_LINE = 300


class ScriptFailed(Exception):
    """A script ended badly; the message holds the end of what it wrote to its error output."""


def run_script(script: Path, *arguments: str) -> None:
    """Run a script to its end. Raises ScriptFailed."""
    command = ["node", "--no-warnings", str(script), *arguments]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        # Node shows the line that threw, and in Pyodide that line is a megabyte.
        shown = done.stderr.splitlines()[-LINES_SHOWN:]
        raise ScriptFailed("\n".join(line[:LONGEST_LINE] for line in shown))
