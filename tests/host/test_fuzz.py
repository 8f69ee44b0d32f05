"""What `make fuzz` sends the host, and where it looks afterwards."""

from __future__ import annotations

from bench.fuzz import description, lists


def test_every_list_is_looked_at() -> None:
    """All lists are among what is read after a run, with as many records as a page takes."""
    found = dict(lists(description()))
    assert (
        found.items()
        >= {
            "/api/tasks/v1": {"size": 50},
            "/api/ability-tasks": {"limit": 200},
            "/api/abilities": {},
            "/api/admin/abilities/logs": {"limit": 200},
            "/api/admin/comfyui/queue-summary": {},
            "/api/wallet/v1/transactions": {"pageSize": 200},
        }.items()
    )


def test_requests_get_somewhere() -> None:
    """The description names abilities that there are, or every call would end at one that there is not."""
    schemas = description()["components"]["schemas"]
    named = schemas["devserver__routes__ability_tasks__Submission"]["properties"]["abilityId"]["anyOf"][0]
    assert "volcengine_seedream" in named["enum"]
