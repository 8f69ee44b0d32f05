"""docs/architecture.md lists every member of ``window.podi``, and who sets it."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETTING = re.compile(r"\bpodi(?: \?\?= \{\}\))?\.(\w+) = ")
ROW = re.compile(r"^\| `(\w+)(?:\([^`]*\))?` \|[^|]*\|([^|]*)\|", re.MULTILINE)
PATH = re.compile(r"`((?:static|app)/[^`]+)`")


def set_in(sources: dict[str, str]) -> dict[str, set[str]]:
    """The members that these texts set, and in which."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path, text in sources.items():
        for member in SETTING.findall(text):
            found[member].add(path)
    return dict(found)


def listed_in(document: str) -> dict[str, set[str]]:
    """The members that the document's table lists, and by which files it says they are set."""
    section = re.split(r"^## ", document.partition("## window.podi\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    return {member: set(PATH.findall(setters)) for member, setters in ROW.findall(section)}


def test_every_member_is_listed_with_who_sets_it() -> None:
    """No script and no module puts anything there that the table does not say."""
    scripts = [file for file in (ROOT / "static").iterdir() if file.suffix in {".js", ".mjs"}]
    files = [*scripts, *(ROOT / "app").rglob("*.py")]
    sources = {file.relative_to(ROOT).as_posix(): file.read_text("utf-8") for file in files}
    assert set_in(sources) == listed_in((ROOT / "docs" / "architecture.md").read_text("utf-8"))


def test_what_the_table_names_is_there() -> None:
    """A file that was renamed is renamed in it too."""
    named = PATH.findall((ROOT / "docs" / "architecture.md").read_text("utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_a_member_that_is_not_listed_would_be_noticed() -> None:
    """However it is set."""
    sources = {"a.js": "podi.one = 1;", "b.mjs": "(globalThis.podi ??= {}).two = 2;", "c.py": "js.window.podi.one = 3"}
    assert set_in(sources) == {"one": {"a.js", "c.py"}, "two": {"b.mjs"}}
