"""Every package that the lock files name: what the host runs on, what tests need, and what the page is made of.

Read from requirements/*.txt and package-lock.json alone; nothing is installed or asked of a registry.
"""

from __future__ import annotations

import base64
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tools.vendor import PAGE_LOCK, ROOT, canonical

RUN_LOCK = ROOT / "requirements" / "run.txt"
DEV_LOCK = ROOT / "requirements" / "dev.txt"
NPM_LOCK = ROOT / "package-lock.json"

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
VIA = re.compile(r"^    #(?: via)?\s+(?P<who>\S.*)$")
INTEGRITY = {"sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}


@dataclass(frozen=True, slots=True)
class Package:
    """One locked package.

    `hashes` are of the files that may be installed, as (algorithm, hexadecimal digits); a lock for many platforms names
    many. `licence` is what the lock says, or nothing. `folder` is where npm installs it. `needs` are the purls of what
    it depends on.
    """

    name: str
    version: str
    purl: str
    hashes: tuple[tuple[str, str], ...]
    licence: str = ""
    folder: str = ""
    needs: tuple[str, ...] = field(default=(), compare=False)


def python_packages(lock: Path) -> tuple[list[Package], list[str]]:
    """The packages of one lock of requirements/, and the purls of those that its .in file asks for by name.

    A lock for many platforms may pin one package at several versions; each is a package of its own here.
    """
    hashes: dict[str, list[tuple[str, str]]] = {}
    askers: dict[str, list[str]] = {}
    pins: dict[str, tuple[str, str]] = {}
    purl = ""
    for line in lock.read_text("utf-8").splitlines():
        if pinned := PINNED.match(line):
            name, version = canonical(pinned[1]), pinned[2]
            purl = f"pkg:pypi/{name}@{version}"
            pins[purl], hashes[purl], askers[purl] = (name, version), [], []
        if purl:
            hashes[purl] += [("SHA-256", digest) for digest in HASH.findall(line)]
            askers[purl] += [via["who"] for via in [VIA.match(line)] if via]
    needs: dict[str, set[str]] = defaultdict(set)
    for needed, names in askers.items():
        for asker in names:
            needs[canonical(asker)].add(needed)
    packages = [
        Package(name, version, each, tuple(hashes[each]), needs=tuple(sorted(needs[name])))
        for each, (name, version) in pins.items()
    ]
    return packages, [each for each, names in askers.items() if any(name.startswith("-r") for name in names)]


def page_packages() -> list[Package]:
    """The page's own Python packages, with the hash of the one wheel of each."""
    return python_packages(PAGE_LOCK)[0]


def npm_packages(lock: Path = NPM_LOCK) -> list[Package]:
    """The packages of package-lock.json, each once per folder that it is installed into."""
    entries: dict[str, dict[str, Any]] = json.loads(lock.read_text("utf-8"))["packages"]
    installed = {folder: entry for folder, entry in entries.items() if folder}
    purls = {folder: _npm_purl(folder, entry) for folder, entry in installed.items()}
    return [
        Package(
            name=_npm_name(folder),
            version=str(entry["version"]),
            purl=purls[folder],
            hashes=tuple(_integrity(str(entry.get("integrity", "")))),
            licence=str(entry.get("license", "")),
            folder=folder,
            needs=tuple(sorted(_npm_needs(folder, entry, purls))),
        )
        for folder, entry in installed.items()
    ]


def _npm_name(folder: str) -> str:
    return folder.rpartition("node_modules/")[2]


def _npm_purl(folder: str, entry: Mapping[str, Any]) -> str:
    return f"pkg:npm/{quote(_npm_name(folder), safe='/')}@{entry['version']}"


def _npm_needs(folder: str, entry: Mapping[str, Any], purls: Mapping[str, str]) -> Iterator[str]:
    """What a package gets when it asks for its dependencies: the nearest one, upwards from its own folder."""
    for name in {**entry.get("dependencies", {}), **entry.get("optionalDependencies", {})}:
        for place in _upwards(folder):
            if purl := purls.get(f"{place}node_modules/{name}"):
                yield purl
                break


def _upwards(folder: str) -> Iterable[str]:
    places = [f"{folder}/"]
    while folder:
        folder = folder.rpartition("node_modules/")[0].removesuffix("/")
        places.append(f"{folder}/" if folder else "")
    return places


def _integrity(text: str) -> Iterator[tuple[str, str]]:
    for item in text.split():
        algorithm, _, digest = item.partition("-")
        yield INTEGRITY[algorithm], base64.b64decode(digest).hex()
