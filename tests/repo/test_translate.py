"""What a translating browser leaves alone: numbers and ids are values, no prose (R54, report 3)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

VIEWS = Path(__file__).resolve().parents[2] / "app" / "views"
VOID = frozenset({"img", "input", "br", "hr", "use", "path", "rect", "circle", "polyline"})
VALUES = frozenset({"num", "id", "row__id"})
"""The classes of what is a value."""
PROSE = {
    "abilities/ability.py": {"day-{}-more"},
    "abilities/call_log.py": {"logs-searched"},
    "abilities/invoke_form.py": {"price"},
    "abilities/list.py": {"count"},
    "abilities/log_export.py": {"export-text"},
    "admin/metrics.py": {'<p class="ranges__chosen num">', "{}-sample"},
    "admin/overview.py": {"queue-total"},
    "admin/problems.py": {
        '<p class="muted num calls__sum">',
        '<p class="muted num">',
        '<span class="problem__count num">',
    },
    "admin/timeline.py": {"timeline-reach"},
    "jobs/job.py": {"stage-{}-usual"},
    "jobs/queue_panel.py": {"total"},
    "jobs/result_zip.py": {'<span class="num muted">'},
    "jobs/waiting.py": {"waiting-text"},
    "json_view.py": {"size", "{}-found"},
    "points/bill.py": {"bill-text"},
    "points/points.py": {"now", "place", "reach"},
    "shell/bulk.py": {"bulk-price", "bulk-text"},
    "shell/strips.py": {'<a class="strip__part num" href="#/points">'},
}
"""By file the slots, or the elements without one, of sentences in which numbers stand: these are translated."""


class Untranslated(HTMLParser):
    """Collects the elements of values that a translator may take for prose."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, unless it or one around it says that it is not to be translated."""
        given = {name: value or "" for name, value in attrs}
        left = given.get("translate") == "no" or any(left for _, left in self._open)
        classes = set(given.get("class", "").split())
        heading = tag == "th" and given.get("scope") == "col"
        if classes & VALUES and not (left or heading or tag == "input"):
            self.found.append(given.get("data-slot") or self.get_starttag_text() or tag)
        if tag not in VOID:
            self._open.append((tag, left))

    def handle_endtag(self, tag: str) -> None:
        """Close a tag and whatever is open in it."""
        places = [place for place, (name, _) in enumerate(self._open) if name == tag]
        if places:
            del self._open[places[-1] :]


def markup_of(source: str) -> Iterator[str]:
    """Yield each literal of a module, with ``{}`` in the places of what is put in."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "<" in node.value:
            yield node.value


def exposed(markup: str) -> list[str]:
    """Return the elements of values in some markup that a translator may touch, by slot if they have one."""
    parser = Untranslated()
    parser.feed(markup)
    return parser.found


def test_numbers_and_ids_are_not_translated() -> None:
    """Report 3: in any view; a sentence is named above, everything else in figures says that it is a value."""
    found: dict[str, set[str]] = {}
    for path in sorted(VIEWS.rglob("*.py")):
        for markup in markup_of(path.read_text("utf-8")):
            for element in exposed(markup):
                found.setdefault(path.relative_to(VIEWS).as_posix(), set()).add(element)
    assert found == PROSE


def test_what_is_exposed_is_found() -> None:
    """The check itself: inside or outside of what is left alone."""
    assert exposed('<p class="num" data-slot="cost"></p>') == ["cost"]
    assert exposed('<p translate="no"><b class="muted num">{}</b></p><i class="id">{}</i>') == ['<i class="id">']
    assert exposed('<th scope="col" class="num">x</th><input class="input num">') == []
