"""Find a Chromium or Chrome for the tests, or install one.

In this order: the path in `CHROMIUM`, a command on the path, the usual places, a browser that Playwright downloaded
before; else, as root on a system with apt, the system's package; else Playwright's own download. Standard library only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/usr/lib/chromium/chromium",
    "/opt/google/chrome/chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
PLAYWRIGHT_CACHES = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright")
PLAYWRIGHT_BINARIES = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")

# A browser for tests asks nobody for updates, safety lists or experiments.
FLAGS = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


class ChromiumError(Exception):
    """There is no usable browser; the message is one line that says what to do."""


def find(environment: Mapping[str, str] = os.environ) -> tuple[Path, str] | None:
    """The browser to use and how it was found, or None. Raises ChromiumError if `CHROMIUM` names no program."""
    named = environment.get("CHROMIUM")
    if named:
        program = shutil.which(named, path=environment.get("PATH"))
        if program is None:
            raise ChromiumError(f"CHROMIUM={named} is not a program: set it to the path of a Chromium or Chrome")
        return Path(program), "named by CHROMIUM"
    for path, how in _candidates(environment):
        if os.access(path, os.X_OK):
            return path, how
    return None


def find_or_install(python: Path, say: Callable[[str], None]) -> tuple[Path, str]:
    """The browser to use and how it was come by. Raises ChromiumError if there is none to be had."""
    found = find()
    if found:
        return found
    if _is_root() and shutil.which("apt-get"):
        say("no Chromium found: installing the system's package chromium")
        _install_package()
        found = find()
        if found and works(found[0]):
            return found[0], "installed with apt-get"
    say("no Chromium found: downloading the one of Playwright")
    download = subprocess.run([str(python), "-m", "playwright", "install", "chromium"], check=False)
    found = find()
    if download.returncode == 0 and found and works(found[0]):
        return found[0], "downloaded by Playwright"
    raise ChromiumError(
        "no Chromium could be installed: install Chromium or Chrome, or name one with CHROMIUM=/path/to/it"
    )


def flags() -> list[str]:
    """The command-line flags for a headless browser; root, as in a container, has no sandbox to put it in."""
    return [*FLAGS, *(["--no-sandbox"] if _is_root() else [])]


def works(path: Path) -> bool:
    """Whether the program says its version, which a stub without a browser behind it does not."""
    try:
        return subprocess.run([str(path), "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _candidates(environment: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    for command in COMMANDS:
        program = shutil.which(command, path=environment.get("PATH"))
        if program:
            yield Path(program), "found on the path"
    for place in PLACES:
        yield Path(place), "found in its usual place"
    caches = [environment.get("PLAYWRIGHT_BROWSERS_PATH") or "", *PLAYWRIGHT_CACHES]
    for cache in filter(None, caches):
        for pattern in PLAYWRIGHT_BINARIES:
            for path in sorted(Path(cache).expanduser().glob(pattern), reverse=True):
                yield path, "downloaded by Playwright before"


def _install_package() -> None:
    """Install the system's browser and, for pictures of a page in Chinese, a font that has it."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends"]
    for command in (["apt-get", "update", "--quiet"], [*install, "chromium"], [*install, "fonts-wqy-microhei"]):
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
