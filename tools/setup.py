"""Make the checkout ready: virtual environment, npm packages, browser runtime and, for tests, a Chromium.

Run by the system's own Python as `python3 -m tools.setup run|check|test`, with its standard library only. Each step
has a stamp, a hash of all that it was made from, written last: a step whose stamp fits is skipped, one that was
interrupted or whose inputs changed is made anew. It refuses to install anything that a lock file does not name with its
hash, the browser excepted.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VENV_STAMP = VENV / "stamp.json"
NPM_STAMP = ROOT / "node_modules" / ".stamp"
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
# As many file names as one line can hold.
FEW = 3


class SetupError(Exception):
    """Set-up cannot go on; the message is one line that says what to do."""


def say(text: str) -> None:
    """Print what is being done, in one line."""
    print(f"podi: {text}", flush=True)


def digest(*parts: str | Path) -> str:
    """One hash over texts and the contents of files."""
    total = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else part.encode()
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


def check_prerequisites() -> str:
    """Check this Python, Node and npm; returns Node's version. Raises SetupError naming all that is missing."""
    missing = []
    if sys.version_info < OLDEST_PYTHON:
        missing.append(f"Python 3.11 or newer (this is {sys.version.split()[0]})")
    elif importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        missing.append("Python's venv module (Debian, Ubuntu: apt-get install python3-venv)")
    node = _output("node", "--version")
    version = re.match(r"v(\d+)\.", node)
    if version is None:
        missing.append("Node.js 20 or newer with npm (https://nodejs.org, or your system's packages)")
    elif int(version[1]) < OLDEST_NODE:
        missing.append(f"Node.js 20 or newer (this is {node})")
    elif shutil.which("npm") is None:
        missing.append("npm (it comes with Node.js; Debian, Ubuntu: apt-get install npm)")
    if missing:
        raise SetupError("please install " + ", and ".join(missing) + "; then run the same command again")
    return node


def ensure_venv(kind: str) -> None:
    """Make .venv with the packages of requirements/`kind`.txt (`run` or `dev`, which holds all of `run` too)."""
    base = digest(sys.version, os.path.realpath(sys.executable), str(ROOT))
    wanted = {name: digest(base, ROOT / "requirements" / f"{name}.txt") for name in ("run", "dev")}
    made = made_environment()
    if made.get("dev") == wanted["dev"] or (kind == "run" and made.get("run") == wanted["run"]):
        return
    if made.get("run") == wanted["run"] and "dev" not in made:
        VENV_STAMP.unlink()
    else:
        say("making the virtual environment .venv")
        shutil.rmtree(VENV, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(VENV)], "the virtual environment could not be made")
    say(f"installing the Python packages of requirements/{kind}.txt")
    command = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    command += ["--require-hashes", "--only-binary", ":all:", "--requirement", f"requirements/{kind}.txt"]
    _run(command, "pip could not install the Python packages: is the package index reachable?")
    _write_whole(VENV_STAMP, json.dumps({name: wanted[name] for name in {"run", kind}}))


def ensure_npm(node: str) -> None:
    """Install the packages of package-lock.json; no script of theirs is run."""
    stamp = digest(node.partition(".")[0], ROOT / "package.json", ROOT / "package-lock.json")
    if NPM_STAMP.is_file() and NPM_STAMP.read_text("utf-8") == stamp:
        return
    say("installing the npm packages of package-lock.json")
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _run(command, "npm could not install the packages: is the npm registry reachable?")
    _write_whole(NPM_STAMP, stamp)


def ensure_vendor() -> None:
    """Put the browser runtime into static/vendor/."""
    from tools import vendor

    sources = [ROOT / "package-lock.json", vendor.PAGE_LOCK]
    sources += [ROOT / "tools" / name for name in ("vendor.py", "compress.py", "compress.mjs")]
    sources += sorted(file for file in (ROOT / "tools" / "components").iterdir() if file.is_file())
    stamp = digest(*sources)
    if vendor.is_whole(stamp):
        return
    if vendor.record_of().get("stamp") == stamp:
        say(f"static/vendor/ is not as it was made: {', '.join(vendor.differences()[:FEW])}")
    say("putting the browser runtime into static/vendor/")
    try:
        vendor.build(PYTHON, stamp)
    except vendor.VendorError as error:
        raise SetupError(str(error)) from error


def ensure_snapshot() -> None:
    """Make the memory snapshot that the page boots from; without one, the page boots the stock way."""
    from tools.snapshot import build

    build.ensure(say)


def ensure_late() -> None:
    """Compile the late part of the page; what is not compiled, the page compiles."""
    from tools import late_archive

    late_archive.ensure(say)


def ensure_chromium() -> None:
    """Find a Chromium for the tests, or install one, and say which."""
    from tools import chromium

    try:
        path, how = chromium.find_or_install(PYTHON, say)
    except chromium.ChromiumError as error:
        raise SetupError(str(error)) from error
    say(f"the tests use {path} ({how})")


@contextlib.contextmanager
def only_one(part: str) -> Iterator[None]:
    """Wait until no other set-up of this checkout is at this part; two at once would undo each other's work."""
    import fcntl

    with (ROOT / f".setup.{part}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def made_environment(folder: Path = VENV) -> dict[str, str]:
    """The stamps of the packages in .venv, by kind; none if it is not there or not whole."""
    try:
        made = json.loads((folder / VENV_STAMP.name).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return made if isinstance(made, dict) and (folder / "bin" / "python").exists() else {}


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _run(command: list[str], failure: str) -> None:
    environment = os.environ | {"PIP_USER": "0"}
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
        raise SetupError(failure)


def _write_whole(path: Path, text: str) -> None:
    scratch = path.with_name(path.name + ".new")
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(path)


def main(arguments: list[str]) -> int:
    """Set up for `run`, `check` or `test`; returns the exit status."""
    purpose = arguments[0] if arguments else "test"
    if purpose not in {"run", "check", "test"}:
        print("usage: python3 -m tools.setup run|check|test", file=sys.stderr)
        return 2
    try:
        node = check_prerequisites()
        with only_one("packages"):
            ensure_venv("run" if purpose == "run" else "dev")
            ensure_npm(node)
            ensure_vendor()
        # A lock of its own, so that the checks can begin while another set-up makes the snapshot.
        if purpose != "check":
            with only_one("snapshot"):
                ensure_snapshot()
                ensure_late()
        if purpose == "test":
            with only_one("browser"):
                ensure_chromium()
    except SetupError as error:
        print(f"podi: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("podi: set-up was interrupted; the next run goes on with it", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
