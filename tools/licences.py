"""The licences of what a built site ships, in one text: `make site` writes it beside the page.

Taken from the packages themselves, as they were installed: from npm's folders and from the page's wheels. Where a
package holds no text, the words of its licence are those that another package ships, a tool's if need be.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path
from typing import Any

from tools import packages, vendor
from tools.packages import Package

ROOT = vendor.ROOT
FILE = "licences.txt"
LICENCE_FILE = re.compile(r"(LICEN[CS]E|COPYING|NOTICE)([-.].*)?", re.IGNORECASE)
IN_WHEEL = re.compile(r"\.dist-info/(licenses/)?(LICEN[CS]E|COPYING|NOTICE)[^/]*$", re.IGNORECASE)
COMPILED_IN = re.compile(r"\.dist-info/sboms/[^/]+\.cyclonedx\.json$")
RULE = "=" * 100


class LicenceMissing(Exception):
    """A package holds no text of its licence, and nobody else does either; the message names both."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What one package says of its licence; `text` may be empty. `holds` is what else is in it, a line each."""

    name: str
    version: str
    licence: str
    origin: str = ""
    text: str = ""
    holds: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}".strip()


def text() -> str:
    """The whole text."""
    notices = [_own(), *_bundled(), _interpreter(), *_of_wheels()]
    tools = (_of_npm(package) for package in packages.npm_packages() if (ROOT / package.folder).is_dir())
    words = {each.licence.lower(): each for each in (*reversed([*tools]), *reversed(notices)) if each.text}
    head = "What this site is made of, and under which licences.\n"
    index = "".join(f"  {each.title}: {each.licence}\n" for each in notices)
    return head + "\n" + index + "".join(_section(each, words, notices) for each in notices)


def _section(notice: Notice, words: Mapping[str, Notice], shown: Collection[Notice]) -> str:
    lines = ["", RULE, f"{notice.title}: {notice.licence}"]
    lines += [notice.origin] if notice.origin else []
    lines += ["", *notice.holds] if notice.holds else []
    if notice.text:
        return "\n".join([*lines, "", notice.text.strip(), ""])
    same = words.get(notice.licence.lower())
    if same is None:
        raise LicenceMissing(f"no installed package holds the words of {notice.licence}, the licence of {notice.title}")
    lines += ["", f"The package names its licence and holds no text of it. These are its words as in {same.title}."]
    return "\n".join([*lines, *(() if same in shown else ("", same.text.strip())), ""])


def _own() -> Notice:
    return Notice("podi monitor", "", "Apache-2.0", text=(ROOT / "LICENSE").read_text("utf-8"))


def _bundled() -> list[Notice]:
    folders = set(vendor.record_of()["bundled"])
    return [_of_npm(package) for package in packages.npm_packages() if package.folder in folders]


def _of_npm(package: Package) -> Notice:
    folder = ROOT / package.folder
    facts = json.loads((folder / "package.json").read_text("utf-8"))
    files = sorted(file for file in folder.iterdir() if LICENCE_FILE.fullmatch(file.name))
    texts = "\n\n".join(file.read_text("utf-8") for file in files)
    return Notice(package.name, package.version, package.licence, _origin(facts), texts)


def _origin(facts: dict[str, Any]) -> str:
    """Who made an npm package, and where its sources are."""
    author, repository = facts.get("author", ""), facts.get("repository", "")
    name = author.get("name", "") if isinstance(author, dict) else author
    address = repository.get("url", "") if isinstance(repository, dict) else repository
    return ", ".join(part for part in (str(name), str(address).removeprefix("git+")) if part)


def _interpreter() -> Notice:
    info = json.loads((vendor.VENDOR / "pyodide" / "pyodide-lock.json").read_text("utf-8"))["info"]
    return Notice("CPython, within pyodide", str(info["python"]), "PSF-2.0", "Python Software Foundation, python.org")


def _of_wheels() -> list[Notice]:
    return [_of_wheel(wheel) for wheel in sorted((vendor.VENDOR / "pyodide").glob("*.whl"))]


def _of_wheel(wheel: Path) -> Notice:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        about = archive.read(next(name for name in names if name.endswith(".dist-info/METADATA"))).decode()
        texts = [archive.read(name).decode() for name in names if IN_WHEEL.search(name)]
        inner = [json.loads(archive.read(name)) for name in names if COMPILED_IN.search(name)]
    facts = Parser().parsestr(about, headersonly=True)
    licence = str(facts.get("License-Expression") or facts.get("License") or "")
    holds = sorted(_line(each) for document in inner for each in document.get("components", []))
    return Notice(
        name=vendor.canonical(str(facts["Name"])),
        version=str(facts["Version"]),
        licence=licence,
        text="\n\n".join(texts),
        holds=("Compiled into it:", *holds) if holds else (),
    )


def _line(component: dict[str, Any]) -> str:
    stated = [each.get("expression") or each["license"].get("id", "") for each in component.get("licenses", [])]
    return f"  {component['name']} {component['version']}: {', '.join(stated) or 'not stated'}"
