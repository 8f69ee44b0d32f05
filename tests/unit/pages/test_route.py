"""What the address names."""

import pytest

from app.pages.route import (
    AbilityListRoute,
    AbilityRoute,
    CallsRoute,
    JobListRoute,
    MetricsRoute,
    OverviewRoute,
    ProblemsRoute,
    Route,
    parse_route,
)


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("", JobListRoute()),
        ("/tasks", JobListRoute()),
        ("/admin/abilities", AbilityListRoute()),
        ("/admin/abilities/x%20y?log=7", AbilityRoute("x y", 7)),
        ("/admin/abilities/x?log=7&json=log-request&node=%2Fa", AbilityRoute("x", 7, "log-request", "/a")),
        ("/admin/overview", OverviewRoute()),
        ("/admin/overview?range=6h", OverviewRoute("range=6h")),
        ("/admin/calls?q=koi&status=failed", CallsRoute("q=koi&status=failed")),
        ("/admin/calls", CallsRoute()),
        ("/admin/problems?since=7d", ProblemsRoute("since=7d")),
        ("/admin/metrics?since=7d&by=executor", MetricsRoute("since=7d&by=executor")),
        ("/admin", None),
        ("/admin/calls/7", None),
        ("/nowhere", None),
    ],
)
def test_a_route_is_read_with_its_query(text: str, route: Route | None) -> None:
    """R49 to R52: the pages for admins have routes of their own, and each keeps its query."""
    assert route == parse_route(text)
