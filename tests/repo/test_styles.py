"""The style sheets: what holds text grows with the reader's own font size."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).resolve().parents[2] / "static" / "styles"
TYPE = re.compile(r"(?<![\w-])(?:font(?:-size)?|line-height|--text[\w-]*|--wa-(?:tooltip-)?font-size[\w-]*)\s*:[^;}]*")


@pytest.mark.parametrize("path", sorted(STYLES.glob("*.css")), ids=lambda path: path.name)
def test_type_has_no_size_in_pixels(path: Path) -> None:
    """R54, report 40: a size in px ignores the font size that a reader has chosen in the browser."""
    declared = TYPE.findall(path.read_text("utf-8"))
    assert declared
    assert [line for line in declared if re.search(r"\dpx", line)] == []
