"""The style sheets: what holds text grows with the reader's own font size."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHEETS = sorted([*(ROOT / "static" / "styles").glob("*.css"), *(ROOT / "static" / "late" / "styles").glob("*.css")])
TYPE = re.compile(r"(?<![\w-])(?:font(?:-size)?|line-height|--text[\w-]*|--wa-(?:tooltip-)?font-size[\w-]*)\s*:[^;}]*")
INLINE = re.compile(r"<style[^>]*>(.*?)</style>|\bstyle=\"([^\"]*)\"", re.DOTALL)


def in_pixels(styles: str) -> list[str]:
    """Return the declarations that give type a size in px."""
    return [line for line in TYPE.findall(styles) if re.search(r"\dpx", line)]


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: str(path.relative_to(ROOT / "static")))
def test_type_has_no_size_in_pixels(path: Path) -> None:
    """R54, report 40: a size in px ignores the font size that a reader has chosen in the browser."""
    assert in_pixels(path.read_text("utf-8")) == []


def test_what_stands_in_the_page_itself_has_none_either() -> None:
    """R54, report 40: neither a sheet nor an element with a style of its own."""
    page = (ROOT / "index.html").read_text("utf-8")
    assert [line for found in INLINE.findall(page) for line in in_pixels("".join(found))] == []


def test_a_size_in_pixels_is_found() -> None:
    """The check itself: in a sheet, in a style of a page, and in an element's own; other sizes may be in px."""
    page = '<style>p { font: 14px/1 serif; inline-size: 9px }</style><b style="line-height: 20px">x</b>'
    found = [line for styles in INLINE.findall(page) for line in in_pixels("".join(styles))]
    assert found == ["font: 14px/1 serif", "line-height: 20px"]
    assert {"tokens.css", "base.css", "job.css"} <= {
        path.name for path in SHEETS if TYPE.findall(path.read_text("utf-8"))
    }
