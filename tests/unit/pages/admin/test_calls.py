"""The page of all calls: filter and address, the opened record, its result, and the export."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from app.pages.admin.calls import CallsPage
from app.pages.route import CallsRoute, parse_route
from app.ports import Action, Response
from testkit.backend import stamp
from testkit.page_context import History, quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface


class OneExport:
    """An export that remembers what it was started with."""

    def __init__(self) -> None:
        self.file_name = ""
        self.wanted: dict[str, Any] = {}

    def __call__(self, file_name: str, **callbacks: object) -> OneExport:
        self.file_name = file_name
        return self

    def start(self, base: str, ability_id: str, token: str, form: str, wanted: str = "") -> None:
        assert not ability_id
        self.wanted = json.loads(wanted)

    def bring_token(self, token: str) -> None:
        raise AssertionError(token)

    def close(self) -> None:
        """Nothing runs."""


class Opened:
    """The page, opened on a log with records of two abilities, every third of which failed."""

    def __init__(self, scene: Scene, surface: MemorySurface, history: History, page: CallsPage) -> None:
        self.scene = scene
        self.surface = surface
        self.history = history
        self.page = page

    @property
    def rows(self) -> list[str]:
        """The keys of the rows."""
        return self.surface.lists["calls"].order

    def act(self, name: str, data: Mapping[str, str] | None = None, **fields: str) -> None:
        """Let the user do something with a control that has fields."""
        for callback in self.surface.callbacks:
            callback(Action(name, data or {}, fields))

    def step(self, entries: int) -> None:
        """Let the reader go back or forward in the history."""
        route = parse_route(self.history.step(entries))
        assert isinstance(route, CallsRoute)
        assert self.page.follow(route)

    async def leave(self) -> None:
        """Close the page and leave the scene."""
        self.page.close()
        await self.scene.leave()


async def opened(query: str = "", *, export: OneExport | None = None) -> Opened:
    """Return the page of a query, once it has read the log."""
    scene = Scene()
    for number in range(1, 7):
        scene.backend.logs.append(
            {
                "id": number,
                "ability_id": "ab"[number % 2],
                "status": "success" if number % 3 else "failed",
                "error_message": None if number % 3 else f"timeout after {number} s",
                "created_at": stamp(scene.clock.server() - 60),
                "request_payload": {"userId": "u7", "prompt": "koi"},
                "response_payload": {"images": [{"ossUrl": f"https://shop/{number}.png"}]},
            }
        )
    await scene.begin()
    surface = MemorySurface()
    if export is not None:
        scene.world.late.adapters.export = export
    history = History(f"/admin/calls?{query}")
    page = CallsPage(quiet_context(scene.monitor, surface, address=history), CallsRoute(query))
    await scene.run(3)
    return Opened(scene, surface, history, page)


async def test_a_filter_stands_in_the_address_and_asks_for_nothing_more() -> None:
    """R49: typing replaces the entry in the history, choosing adds one; the rows follow at once."""
    here = await opened()
    assert ["6", "5", "4", "3", "2", "1"] == here.rows
    here.act("search", q="timeout")
    assert (["6", "3"], "/admin/calls?q=timeout") == (here.rows, here.history.route)
    here.act("choose", {"field": "status"}, status="succeeded")
    await here.scene.run(2)
    assert ([], "/admin/calls?q=timeout&status=succeeded") == (here.rows, here.history.route)
    assert 2 == len(here.history.entries)
    await here.leave()


async def test_back_and_forward_go_through_what_was_chosen() -> None:
    """R49: rows, lists, search box, chips and the opened record are those of the entry."""
    here = await opened("q=timeout")
    here.act("choose", {"field": "ability"}, ability="b")
    here.act("choose", {"field": "status"}, status="failed")
    here.surface.act("toggle-call", key="3")
    here.act("clear-filter")
    await here.scene.run(2)
    assert (6, "", 4) == (len(here.rows), here.surface.values["record@hidden"], len(here.history.entries))
    assert 'value=""' in here.surface.regions["search-box"].markup
    here.step(-1)
    await here.scene.run(2)
    assert (["3"], "3") == (here.rows, here.surface.values["record@data-record"])
    assert 'value="timeout"' in here.surface.regions["search-box"].markup
    assert 'value="failed" selected' in here.surface.regions["choose-status"].markup
    here.step(-2)
    await here.scene.run(2)
    assert (["6", "3"], "") == (here.rows, here.surface.values["record@hidden"])
    assert 'value="" selected' in here.surface.regions["choose-ability"].markup
    here.step(3)
    await here.scene.run(2)
    assert (6, 4) == (len(here.rows), len(here.history.entries))
    await here.leave()


async def test_an_address_that_says_the_same_changes_nothing() -> None:
    """R49: a choice comes back as an address; what is typed meanwhile stays."""
    here = await opened()
    here.act("choose", {"field": "status"}, status="failed")
    await here.scene.run(2)
    asked = len(here.scene.paths())
    here.step(0)
    await here.scene.run(2)
    assert (asked, False) == (len(here.scene.paths()), "search-box" in here.surface.regions)
    await here.leave()


async def test_an_address_opens_its_filter_and_its_record() -> None:
    """R49: with request and response unfolded, and what the call produced."""
    here = await opened("ability=a&log=4")
    values = here.surface.values
    assert ["6", "4", "2"] == here.rows
    assert ("4", "u7", "") == (
        values["record@data-record"],
        values["record-user"],
        values["log-request-disclosure@open"],
    )
    assert "https://shop/4.png" in here.surface.regions["record-results"].markup
    here.surface.act("close-call")
    assert ("", "/admin/calls?ability=a") == (values["record@hidden"], here.history.route)
    assert "calls" == here.surface.focused
    here.surface.act("toggle-call", key="2")
    assert "/admin/calls?ability=a&log=2" == here.history.route
    await here.leave()


async def test_a_place_in_the_json_of_a_record_stands_in_the_address() -> None:
    """R39, R49: request and response are trees; the address opens a node, and going back to another one shows that."""
    here = await opened("log=4&json=log-response&node=%2Fimages%2F0")
    values = here.surface.values
    assert ("images[0]", "") == (values["log-response-path"], values["log-response-disclosure@open"])
    assert '"koi"' == here.surface.lists["log-request-rows"].shown["/prompt"]["text"]
    here.surface.act("json-toggle", part="log-request", key="/prompt")
    assert ("/admin/calls?log=4&json=log-request&node=%2Fprompt", "koi") == (
        here.history.route,
        values["log-request-value"],
    )
    assert here.page.follow(CallsRoute("log=4&json=log-request&node=%2FuserId"))
    assert "u7" == values["log-request-value"]
    here.surface.act("toggle-call", key="2")
    assert ("/admin/calls?log=2", "") == (here.history.route, values["log-request-node@hidden"])
    await here.leave()


async def test_a_cause_is_a_chip_that_can_be_ended() -> None:
    """R50: what a problem opened goes back to all failed calls."""
    here = await opened("status=failed&cause=timeout+after+%E2%9F%A8n%E2%9F%A9+s")
    assert ["6", "3"] == here.rows
    assert "timeout after ⟨n⟩ s" in here.surface.regions["calls-chips"].markup
    here.surface.act("drop-filter", field="cause")
    assert ("", "/admin/calls?status=failed") == (
        here.surface.regions["calls-chips"].markup,
        here.history.route,
    )
    await here.leave()


async def test_the_lists_offer_what_occurs() -> None:
    """R49: abilities, executors and sources of the loaded calls."""
    here = await opened()
    assert 'value="b"' in here.surface.regions["choose-ability"].markup
    assert 'value="failed"' in here.surface.regions["choose-status"].markup
    await here.leave()


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (Response(409, {}, '{"detail": "COMFYUI_STATUS_running"}'), "The executor is still working on it."),
        (Response(200, {}, '{"id": 3, "status": "success"}'), "The result was fetched."),
    ],
)
async def test_a_result_is_fetched_or_said_why_not(answer: Response, note: str) -> None:
    """R49: for a call that was only submitted."""
    here = await opened("log=3")
    here.scene.backend.fail("POST /api/admin/abilities/logs/3/resolve", answer, times=1)
    here.surface.act("resolve")
    await here.scene.run(2)
    assert str(here.surface.values["resolve-note"]).startswith(note)
    await here.leave()


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("ability=a&status=failed", {"asked": {"abilityId": "a", "status": "failed"}}),
        ("q=timeout", {"asked": {}, "ids": [6, 3]}),
        ("cause=timeout+after+%E2%9F%A8n%E2%9F%A9+s", {"asked": {}, "ids": [6, 3]}),
    ],
)
async def test_an_export_is_of_what_is_looked_for(query: str, wanted: dict[str, Any]) -> None:
    """R49: what the server can narrow it is asked for; words are searched for here, so the file has what is shown."""
    export = OneExport()
    here = await opened(query, export=export)
    here.surface.act("export", form="csv")
    await here.scene.run(1)
    assert wanted == export.wanted
    assert export.file_name.startswith("calls-")
    await here.leave()


async def test_an_export_of_the_last_hours_may_use_the_servers_own() -> None:
    """R49: in one request, where there is such a route."""
    export = OneExport()
    here = await opened("since=24h&status=failed", export=export)
    here.surface.act("export", form="jsonl")
    await here.scene.run(1)
    assert ({"status": "failed"}, 24) == (export.wanted["asked"], export.wanted["sinceHours"])
    assert abs(here.scene.clock.server() - 86_400 - export.wanted["after"]) < 10
    await here.leave()


async def test_without_such_a_log_the_page_says_so() -> None:
    """R49: and asks again when the reader wants to."""
    scene = Scene()
    scene.backend.has_all_logs = False
    await scene.begin()
    surface = MemorySurface()
    page = CallsPage(quiet_context(scene.monitor, surface), CallsRoute())
    await scene.run(3)
    assert "absent" == surface.values["calls-panel@data-state"]
    scene.backend.has_all_logs = True
    surface.act("refresh-calls")
    await scene.run(3)
    assert "empty" == surface.values["calls-panel@data-state"]
    page.close()
    await scene.leave()


@pytest.mark.parametrize(("query", "whole"), [("", False), ("cause=koi", True), ("from=1&to=2", True)])
async def test_what_a_figure_counted_is_looked_for_as_far_down(query: str, whole: bool) -> None:
    """R50, R51: a link that names a number of calls does not open an empty list."""
    scene = Scene()
    scene.backend.logs += [
        {"id": number, "ability_id": "x", "status": "failed", "created_at": stamp(scene.clock.server() - 900 + number)}
        for number in range(1, 701)
    ]
    await scene.begin()
    surface = MemorySurface()
    history = History(f"/admin/calls?{query}")
    page = CallsPage(quiet_context(scene.monitor, surface, address=history), CallsRoute(query))
    since = scene.clock.now
    await scene.run(20)
    asked = [path for path in scene.world.http.paths(since) if "/api/admin/abilities/logs" in path]
    assert whole is any("offset=0" not in path for path in asked)
    page.close()
    await scene.leave()
