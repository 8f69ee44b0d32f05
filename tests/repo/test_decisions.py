"""Each decision is dated and stands in the index, and each link to one leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from testkit.host import ROOT

DECISIONS = ROOT / "docs" / "decisions"
PAGES = sorted(page for page in DECISIONS.glob("*.md") if page.name != "README.md")
LINK = re.compile(r"docs/decisions/([\w-]+)\.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_decision_is_dated_and_indexed(page: Path) -> None:
    """Its date is in its third line, and the index has both."""
    date = re.fullmatch(r"Date: (\d{4}-\d{2}-\d{2})", page.read_text("utf-8").splitlines()[2])
    index = (DECISIONS / "README.md").read_text("utf-8")

    assert date is not None
    assert re.search(rf"\({re.escape(page.name)}\) \| {date[1]} \|", index)


def test_every_link_to_a_decision_leads_to_one() -> None:
    """Modules name the decision that explains them by its path."""
    named = {
        (str(source.relative_to(ROOT)), name)
        for folder in ("app", "devserver", "tools", "bench", "testkit", "static")
        for source in (ROOT / folder).rglob("*")
        if source.suffix in {".py", ".js", ".mjs"} and "vendor" not in source.parts
        for name in LINK.findall(source.read_text("utf-8"))
    }

    assert {link for link in named if not (DECISIONS / f"{link[1]}.md").is_file()} == set()
