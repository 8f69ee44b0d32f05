"""Every action of the page has a row in the palette of commands (R53)."""

from __future__ import annotations

import re
from pathlib import Path

from app.pages.route import parse_route
from app.pages.shell.keyboard import COMMANDS
from app.views.shell.header import NAVIGATION

ROOT = Path(__file__).resolve().parents[2]
VIEWS = ROOT / "app" / "views"
ACTION = re.compile(r'data-action="([^"]+)"')
TAG = re.compile(r"<([a-z][a-z-]*)")
# What the palette collects from the page in sight (app/browser/keyboard.py); a form is sent by its button.
COLLECTED = {"button", "summary", "select", "input", "textarea", "form"}
# Not of a page: the options of the palette itself, and what every field of a form says of itself when it is filled in.
OWN = {"palette-run", "edit"}


def _places() -> list[tuple[str, str]]:
    """Return each action in the sources of the views with the element that it stands on."""
    found = []
    for module in sorted(VIEWS.rglob("*.py")):
        text = module.read_text("utf-8")
        for match in ACTION.finditer(text):
            tags = TAG.findall(text[: match.start()])
            assert tags, (module, match[1])
            found.append((match[1], tags[-1]))
    return found


def test_every_action_is_on_something_that_the_palette_collects() -> None:
    """R53: a click on anything else could be done with a pointer alone."""
    places = _places()
    assert len(places) > 50
    assert sorted({place for place in places if place[1] not in COLLECTED and place[0] not in OWN}) == []


def test_every_page_without_a_name_of_its_own_has_a_command() -> None:
    """R53: those of single jobs, abilities and comparisons are reached by what is pasted, typed or pressed."""
    routes = {command.route for command in COMMANDS if command.route}
    text = (ROOT / "app" / "pages" / "route.py").read_text("utf-8")
    named = ["/" + "/".join(re.findall(r'"([a-z]+)"', case)) for case in re.findall(r'case (\["[^\n]*\]):', text)]
    pages = {path for path in named if parse_route(path) is not None and parse_route(f"{path}/x") is None}
    assert {"/points", "/reading", "/admin/metrics"} <= pages
    assert pages - {"/compare"} <= routes
    assert {address.removeprefix("#") for address in NAVIGATION.values()} <= routes
