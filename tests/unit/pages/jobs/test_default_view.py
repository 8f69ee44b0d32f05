"""The list to begin with."""

from __future__ import annotations

from app.pages.jobs.default_view import begin_at, default_view_key
from testkit.world import MemoryStore


def test_it_begins_with_the_users_view_where_the_address_names_nothing() -> None:
    """R35: an address of the lists, also that of all jobs, goes before it; another user has his own."""
    store = MemoryStore({default_view_key("7"): "status=failed"})
    assert begin_at("", store, "7") == begin_at("/", store, "7") == "/tasks?status=failed"
    assert begin_at("/tasks", store, "7") == "/tasks"
    assert begin_at("/tasks/abc", store, "7") == "/tasks/abc"
    assert begin_at("", store, "8") == ""
