"""The command and the contract have the same lines."""

from __future__ import annotations

import re

from contract.lines import LINES
from testkit.host import ROOT

TEXT = (ROOT / "docs" / "contract.md").read_text("utf-8")


def test_every_line_of_the_contract_has_one_name() -> None:
    """What docs/contract.md names, the command knows, each once."""
    named = re.findall(r"^\| `([a-z-]+\.[a-z-]+)` \|", TEXT, re.MULTILINE)
    assert len(named) == len(set(named))
    assert sorted(named) == sorted(line.name for line in LINES)


def test_what_the_page_needs_is_said_there() -> None:
    """The lines without which the page cannot work are the ones that the contract marks so."""
    marked = re.findall(r"^\| `([a-z.-]+)` .*\*\*The page needs it\.\*\* \|$", TEXT, re.MULTILINE)
    assert marked == [line.name for line in LINES if line.required]
