"""The JSON of a call's record as trees."""

from __future__ import annotations

from app.core.logs import LogRecord
from app.pages.abilities.record_json import RecordJson
from app.ports import Action
from testkit.page_context import quiet_context
from testkit.samples import log_record
from testkit.scene import Scene
from testkit.surface import MemorySurface


class Opened:
    """The trees of a record, shown on a surface."""

    def __init__(self, record: LogRecord | None = None) -> None:
        self.record = record
        self.scene = Scene()
        self.surface = MemorySurface()
        self.moves = 0
        self.json = RecordJson(quiet_context(self.scene.monitor, self.surface), lambda: self.record, self._moved)

    def opened(self, part: str) -> bool:
        """Whether a part is unfolded."""
        return self.surface.values.get(f"{part}-disclosure@open") == ""

    async def leave(self) -> None:
        """Close the trees and the scene."""
        self.json.close()
        await self.scene.close()

    def _moved(self) -> None:
        self.moves += 1


async def test_request_and_response_are_unfolded_once_the_record_is_there() -> None:
    """R28, R39: not its callback, and not again when the record is read anew."""
    here = Opened()
    here.json.show()
    assert {} == here.surface.lists
    here.record = log_record(request={"n": 1}, response=[2], callback={"status": "sent"})
    here.json.show()
    assert [True, True, False] == [here.opened(part) for part in ("log-request", "log-response", "log-callback")]
    here.surface.values["log-request-disclosure@open"] = None
    here.record = log_record(request={"n": 3}, response=[2])
    here.json.show()
    assert (False, "3") == (here.opened("log-request"), here.surface.lists["log-request-rows"].shown["/n"]["text"])
    await here.leave()


async def test_the_callback_is_opened_on_the_node_that_the_address_names() -> None:
    """R39: a place in a part that is folded at first."""
    here = Opened(log_record(callback={"status": "sent"}))
    here.json.leave(("log-callback", "/status"))
    here.json.show()
    assert (True, "sent") == (here.opened("log-callback"), here.surface.values["log-callback-value"])
    await here.leave()


async def test_a_place_in_no_part_is_passed_over() -> None:
    """R39: an address may say anything."""
    here = Opened(log_record())
    here.json.leave(("zip", "/status"))
    here.json.show()
    assert not here.opened("zip")
    await here.leave()


async def test_choosing_a_node_is_said_to_the_page_and_actions_of_others_are_not_taken() -> None:
    """R39: the form on the same page has a tree of its own."""
    here = Opened(log_record(request={"n": 1}))
    here.json.show()
    assert here.json.act(Action("json-toggle", {"part": "log-request", "key": "/n"}, {}))
    assert (1, ("log-request", "/n")) == (here.moves, here.json.place)
    assert not here.json.act(Action("json-open", {"part": "raw"}, {}))
    here.json.leave()
    assert here.json.place is None
    await here.leave()
