"""The drawer of an ability's call log: the opened record, its address, the search for it."""

from __future__ import annotations

from app.pages.abilities.call_log import CallLog
from app.pages.page_context import PageContext
from app.ports import Action
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface


def nothing() -> None:
    """Nobody shows the log beside the drawer."""


async def shown(records: int) -> tuple[Scene, MemorySurface, PageContext, CallLog]:
    """Return the drawer of a log with so many records, each with a request and a response."""
    scene = Scene()
    for number in range(1, records + 1):
        record = {"id": number, "ability_id": "x", "status": "success", "cost_amount": 0.5, "currency": "CNY"}
        scene.backend.logs.append({**record, "request_payload": {"n": number}, "response_payload": {"m": number}})
    await scene.begin()
    surface = MemorySurface()
    context = quiet_context(scene.monitor, surface)
    call_log = CallLog(context, "x", nothing)
    await scene.run(3)
    return scene, surface, context, call_log


def tree(surface: MemorySurface, part: str) -> dict[str, str | None]:
    """Return the text of each row of a tree of the opened record, by node."""
    return {key: row["text"] for key, row in surface.lists[f"log-{part}-rows"].shown.items()}


async def test_opening_a_record_shows_request_and_response_and_names_it_in_the_address() -> None:
    """R28, reports 25 and 26: at once, and again for the next record whatever was closed before."""
    scene, surface, context, call_log = await shown(3)
    call_log.open()
    call_log.act(Action("toggle-log", {"key": "2"}, {}))
    assert ("/admin/abilities/x?log=2", "") == (context.address.route, surface.values["log-request-disclosure@open"])
    assert ("2", "2") == (tree(surface, "request")["/n"], tree(surface, "response")["/m"])
    call_log.act(Action("toggle-log", {"key": "3"}, {}))
    assert ("/admin/abilities/x?log=3", "3") == (context.address.route, tree(surface, "response")["/m"])
    call_log.act(Action("close-log", {}, {}))
    assert "/admin/abilities/x" == context.address.route
    call_log.close()
    await scene.leave()


async def test_the_address_names_a_node_of_the_record_s_json() -> None:
    """R39: choosing one names it, the address opens it again, and another record is opened without it."""
    scene, surface, context, call_log = await shown(3)
    call_log.open()
    call_log.act(Action("toggle-log", {"key": "2"}, {}))
    assert call_log.act(Action("json-toggle", {"part": "log-request", "key": "/n"}, {}))
    assert "/admin/abilities/x?log=2&json=log-request&node=%2Fn" == context.address.route
    call_log.open(3, place=("log-response", "/m"))
    assert ("m", "3") == (surface.values["log-response-path"], surface.values["log-response-value"])
    assert "/admin/abilities/x?log=3&json=log-response&node=%2Fm" == context.address.route
    call_log.act(Action("toggle-log", {"key": "1"}, {}))
    assert ("/admin/abilities/x?log=1", "") == (context.address.route, surface.values["log-response-node@hidden"])
    call_log.close()
    await scene.leave()


async def test_a_disclosure_that_was_closed_is_not_opened_by_a_refresh() -> None:
    """R28, report 25: only opening the record opens it."""
    scene, surface, _, call_log = await shown(3)
    call_log.open()
    call_log.act(Action("toggle-log", {"key": "2"}, {}))
    del surface.values["log-request-disclosure@open"]
    scene.monitor.logs.fetch()
    await scene.run(3)
    assert "log-request-disclosure@open" not in surface.values
    call_log.close()
    await scene.leave()


async def test_a_record_named_by_the_address_is_searched_and_shown() -> None:
    """R28, report 6: beyond the newest page it is found, opened and scrolled to; "Load older" works after that."""
    scene, surface, _, call_log = await shown(600)
    call_log.open(250)
    assert (None, True) == (surface.values["logs-search@hidden"], "250" in str(surface.values["logs-search"]))
    await scene.run(3)
    assert ("", ["250"]) == (surface.values["logs-search@hidden"], surface.lists["logs"].revealed)
    assert ("250", None) == (tree(surface, "response")["/m"], surface.values["older@aria-disabled"])
    call_log.close()
    await scene.leave()


async def test_a_record_that_is_not_there_gets_a_sentence() -> None:
    """R28, report 6: and the sentence leaves with the drawer, or for another record."""
    scene, surface, _, call_log = await shown(3)
    call_log.open(77)
    await scene.run(10)
    assert (None, True) == (surface.values["logs-search@hidden"], "77" in str(surface.values["logs-search"]))
    call_log.act(Action("toggle-log", {"key": "2"}, {}))
    assert "" == surface.values["logs-search@hidden"]
    call_log.close()
    await scene.leave()


async def test_the_cost_says_of_how_many_records_it_is() -> None:
    """R28, report 1: 120 records of 0.50, of which 50 are loaded."""
    scene, surface, _, call_log = await shown(120)
    assert "Cost CNY 25.00 · in 50 of 120 records" == surface.values["logs-cost"]
    call_log.act(Action("older-logs", {}, {}))
    await scene.run(3)
    assert "Cost CNY 60.00" == surface.values["logs-cost"]
    call_log.close()
    await scene.leave()
