"""All icons are in one file, and the style sheet shows each by its number."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from tools.setup import ROOT

SIDE = 16
SVG = "{http://www.w3.org/2000/svg}"

drawn = ET.parse(ROOT / "static" / "icons" / "icons.svg").getroot()
names = [str(each.get("id")) for each in drawn.iter(f"{SVG}g")]
style = (ROOT / "static" / "styles" / "base.css").read_text("utf-8")
shown = dict(re.findall(r"^\.icon--([a-z-]+) \{ --icon: (\d+); \}", style, re.MULTILINE))


def test_each_icon_has_its_square() -> None:
    """Side by side from the left, and the file is as wide as all of them."""
    places = [(each.get("transform") or "translate(0)") for each in drawn.iter(f"{SVG}g")]
    assert places == [f"translate({SIDE * number})" for number in range(len(names))]
    assert drawn.get("viewBox") == f"0 0 {SIDE * len(names)} {SIDE}"


def test_the_style_sheet_counts_as_the_file_does() -> None:
    """Which number an icon has, and into how many steps the file is divided."""
    assert {name: number for name, number in shown.items() if name in names} == {
        name: str(number) for number, name in enumerate(names) if name in shown
    }
    assert f"calc(var(--icon) * 100% / {len(names) - 1})" in style


# What is shown by another name than the icon has in the file.
ALSO = {
    "count-active": "running",
    "count-succeeded": "succeeded",
    "count-failed": "failed",
    "count-blocked": "pause",
    "count-cancelled": "cancelled",
    "count-unknown": "unknown",
    "status": "unknown",
    "kind": "image",
    "connection": "offline",
}


def test_other_names_show_what_they_mean() -> None:
    """Counts, and what stands where nothing says more."""
    assert {name: names[int(number)] for name, number in shown.items() if name not in names} == ALSO


def test_a_state_shows_its_icon() -> None:
    """The same number as that icon by its name, or of the icon that stands for the state."""
    stands_for = {"push": "bolt", "connecting": "running", "polling": "poll", "paused": "pause", "blocked": "pause"}
    states = re.findall(r'\[data-(?:status|transport)="([a-z]+)"\] \.icon--[a-z]+ \{ --icon: (\d+); \}', style)
    assert len(states) == 10
    assert {state: names[int(number)] for state, number in states} == {
        state: stands_for.get(state, state) for state, _ in states
    }


def test_every_icon_that_the_page_names_is_there() -> None:
    """A name without a number would show a square."""
    sources = [ROOT / "index.html", *(ROOT / "app").rglob("*.py")]
    text = "\n".join(each.read_text("utf-8") for each in sources)
    named = {*re.findall(r"""icon--([a-z-]+)[" ]""", text)}
    named |= {*re.findall(r"""(?:\bicon\(|icon_button\(|symbol=|symbol: str = )["']([a-z-]+)["']""", text)}
    assert {"refresh", "empty"} <= named
    assert named - shown.keys() == set()
