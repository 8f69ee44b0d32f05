"""What is installed is pinned and hash-checked, and the same wherever it is installed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tools.vendor import canonical

ROOT = Path(__file__).resolve().parent.parent.parent
REQUIREMENTS = ROOT / "requirements"
ENTRY = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+?)(?: ;[^\\\n]*)?\s\\\n(?P<hashes>(?:    --hash.*\n?)+)", re.MULTILINE
)


def _pins(name: str) -> set[tuple[str, str]]:
    return {(match["name"], match["version"]) for match in ENTRY.finditer((REQUIREMENTS / name).read_text("utf-8"))}


def _asked_for(name: str) -> set[str]:
    lines = (REQUIREMENTS / name).read_text("utf-8").splitlines()
    return {canonical(re.split(r"[\[=<>~ ]", line)[0]) for line in lines if line and line[0] not in "#-"}


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_every_python_package_is_pinned_with_hashes(kind: str) -> None:
    """Each entry of a lock has its hashes, and what the .in file asks for is among them."""
    text = (REQUIREMENTS / f"{kind}.txt").read_text("utf-8")
    entries = [line for line in text.splitlines() if line and line[0] not in " #"]
    assert len(entries) == len(list(ENTRY.finditer(text))) > 0
    assert _asked_for(f"{kind}.in") <= {name for name, _ in _pins(f"{kind}.txt")}


def test_testing_uses_what_running_uses() -> None:
    """Each package that the host runs on is in the tests' lock in the same version."""
    assert _pins("run.txt") <= _pins("dev.txt")


def test_host_and_page_validate_with_the_same_pydantic() -> None:
    """The page's wheels of pydantic and its core have the versions that the host runs on."""
    page = dict(re.findall(r"^(\S+)==(\S+) --hash", (REQUIREMENTS / "page.txt").read_text("utf-8"), re.MULTILINE))
    host = dict(_pins("run.txt"))
    names = ["pydantic", "pydantic-core"]
    assert {name: page[name] for name in names} == {name: host[name] for name in names}


def test_every_npm_package_is_pinned_with_a_hash() -> None:
    """package-lock.json has an integrity hash for each package, and names no registry: any mirror will do."""
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    installed = {name: entry for name, entry in packages.items() if name}
    assert [name for name, entry in installed.items() if "integrity" not in entry] == []
    assert [name for name, entry in installed.items() if "resolved" in entry] == []


def test_package_json_pins_exact_versions() -> None:
    """No range: what is vendored changes only by a commit."""
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    versions = {**package["dependencies"], **package["devDependencies"]}.values()
    assert [version for version in versions if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
