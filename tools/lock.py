"""Re-make the lock files in requirements/ from their .in files. For maintainers; it needs `uv` on the path.

Two kinds of lock come out of it. `run.txt` and `dev.txt` are universal: every hash of every file, for Python 3.11 to
3.14 on any platform. `page.txt` is for one platform, Pyodide's, and names exactly one wheel of each package.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.vendor import PAGE_LOCK, WHEEL_PLATFORM, WHEEL_PYTHON, wheel_metadata

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
# The lock is made against the public index alone, whatever mirror this machine is configured for.
INDEX = "https://pypi.org/simple"


def compile_universal(source: str, target: str, *extra: str) -> None:
    """Resolve `source` for every supported Python and platform, and write its lock with hashes."""
    _uv(
        *("--universal", "--python-version", "3.11", "--generate-hashes", *extra),
        *(f"requirements/{source}", "--output-file", f"requirements/{target}"),
    )


def compile_page(scratch: Path) -> None:
    """Resolve page.in for Python in the browser and write the hash of the one wheel of each package that fits there."""
    names = scratch / "page.txt"
    _uv("--python-version", WHEEL_PYTHON, "--no-annotate", "requirements/page.in", "--output-file", str(names))
    wheels = scratch / "wheels"
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--dest", str(wheels)),
            *(*WHEEL_PLATFORM, "--requirement", str(names)),
        ],
        check=True,
    )
    lines = ["# Made by tools/lock.py from page.in: the wheels that tools/vendor.py puts beside the interpreter."]
    for wheel in sorted(wheels.glob("*.whl")):
        metadata = wheel_metadata(wheel)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        lines.append(f"{metadata.name}=={metadata.version} --hash=sha256:{digest}")
    PAGE_LOCK.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _uv(*arguments: str) -> None:
    command = ["uv", "pip", "compile", "--quiet", "--no-config", "--no-header", "--upgrade", "--default-index", INDEX]
    subprocess.run([*command, *arguments], cwd=ROOT, check=True)


def main() -> int:
    """Make all three locks; returns the exit status."""
    if shutil.which("uv") is None:
        print("podi: `make lock` needs uv on the path: pip install uv", file=sys.stderr)
        return 1
    compile_universal("run.in", "run.txt")
    compile_universal("dev.in", "dev.txt", "--constraints", "requirements/run.txt")
    with tempfile.TemporaryDirectory() as scratch:
        compile_page(Path(scratch))
    return 0


if __name__ == "__main__":
    sys.exit(main())
