"""What open pages ask of a backend, by the page's own rules, is what docs/deployment.md says of it."""

from __future__ import annotations

import re

import pytest

from bench.simulate.summary import costs
from testkit.host import ROOT

HEADING = "## What open pages ask of the backend"
LINE = re.compile(r"^\|[^|]+\|((?: [\d,]+ \|){3})$", re.MULTILINE)

Costs = dict[str, list[float]]


@pytest.fixture(scope="module")
def asked() -> Costs:
    """The requests of 1,000 pages in a minute, with no, one and ten active jobs."""
    return {name: list(row.values()) for name, row in costs().items()}


def test_the_table_of_the_documentation_is_what_the_rules_make(asked: Costs) -> None:
    """R9, R12, R43: row by row, in hundreds."""
    text = (ROOT / "docs" / "deployment.md").read_text("utf-8").partition(HEADING)[2].partition("\n## ")[0]
    table = [[int(cell.replace(",", "")) for cell in cells.split("|")[:-1]] for cells in LINE.findall(text)]
    assert table == [[round(value, -2) for value in row] for row in asked.values()]


def test_a_kind_that_is_not_pushed_costs_what_no_push_costs(asked: Costs) -> None:
    """R8: several times as much while something of it is active, and nothing more while nothing is."""
    pushed, polled = asked["push carries the jobs"], asked["push does not carry the kind"]
    assert polled[0] == pushed[0]
    assert min(polled[1:]) > 5 * pushed[1]
    assert polled == asked["no push"]


def test_windows_that_share_ask_once(asked: Costs) -> None:
    """R43: three of a browser ask a third of what three pages alone do, with push and without."""
    for alone, shared in (
        ("push carries the jobs", "the same, 3 windows a browser"),
        ("no push", "no push, 3 windows a browser"),
    ):
        assert asked[shared] == pytest.approx([value / 3 for value in asked[alone]], rel=0.01)
