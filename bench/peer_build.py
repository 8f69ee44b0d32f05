"""Makes the peer's production build: locked packages, then Vite; each only fails with a line that says what to do."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Final

from bench.failures import BenchFailure

PEER: Final = Path(__file__).resolve().parent / "peer"
STAMP: Final = PEER / "node_modules" / ".stamp"


def build() -> None:
    """Build ``bench/peer/dist``; raises ``BenchFailure`` if that does not work."""
    if shutil.which("npm") is None:
        raise BenchFailure("npm was not found: install Node.js 20.19 or newer, which brings it")
    lock = hashlib.sha256((PEER / "package-lock.json").read_bytes()).hexdigest()
    if not STAMP.is_file() or STAMP.read_text("utf-8") != lock:
        _npm("the peer's packages could not be installed", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        STAMP.write_text(lock, "utf-8")
    _npm("the peer does not build", "run", "build")


def _npm(complaint: str, *arguments: str) -> None:
    done = subprocess.run(
        ["npm", *arguments], cwd=PEER, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).splitlines()
        output = [line for line in said if line and not line.startswith(("npm", ">"))]
        reason = f": {output[0].strip()}" if output else ""
        raise BenchFailure(f"{complaint}{reason} (cd bench/peer && npm {' '.join(arguments)})")
