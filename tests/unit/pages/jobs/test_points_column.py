"""The points of a list's rows."""

from __future__ import annotations

from decimal import Decimal

from app.pages.jobs.points_column import PointsColumn
from app.views.jobs.rows import task_row_values
from testkit.plain_formats import plain_texts
from testkit.samples import NOW, task

T = plain_texts()


def test_points_of_a_list_have_their_points_above_each_other() -> None:
    """R27, report 22: rows drawn before one with more digits are drawn again; whole numbers alone stay as they are."""
    column = PointsColumn(T)
    rows = [task(points=points) for points in (12, 1, Decimal("12.5"), Decimal("0.001"), None)]

    def drawn() -> list[str | None]:
        return [column.values(row, task_row_values(T, row, NOW))["points"] for row in rows]

    assert ["12 pts", "1 pt"] == drawn()[:2]
    assert (True, False) == (column.widened(), column.widened())
    pad = "\u2007\u2007\u2007\u2008"
    assert [f"12{pad} pts", f"1{pad} pt", "12.5\u2007\u2007 pts", "0.001 pts", ""] == drawn()
    assert not column.widened()
    long = task(points=Decimal("0.000000000000000001"))
    assert "0.000000000000000001 pts" == column.values(long, task_row_values(T, long, NOW))["points"]
    assert f"12\u2007{pad} pts" == drawn()[0]
