"""The log over all abilities."""

from collections.abc import Callable
from typing import Any

import pytest

from app.api.admin import AdminApi
from app.api.errors import Refused
from app.core.call_filter import CallFilter
from app.core.pause import Reason
from app.hooks.calls import Calls
from app.ports import Response
from testkit.backend import stamp
from testkit.scene import Scene

CALLS = "/api/admin/abilities/logs"
FILTERS = frozenset({"abilityId", "provider", "capabilityKey"})


class Watching:
    """A scene whose log has records of two abilities, every third of which failed, and its calls."""

    def __init__(self, records: int, *, proven: Callable[[], bool] = lambda: False) -> None:
        self.scene = Scene()
        self.changes = 0
        for number in range(1, records + 1):
            self.write(number)
        monitor = self.scene.monitor
        self.calls = Calls(
            monitor.refresh_context, AdminApi(monitor.api), proven, self._changed, monitor.ports.clock.wall
        )

    def write(self, number: int, **more: Any) -> None:
        """Write a record."""
        self.scene.backend.logs.append(
            {
                "id": number,
                "ability_id": "ab"[number % 2],
                "ability_provider": "p",
                "executor_id": f"e{number % 3}",
                "status": "success" if number % 3 else "failed",
                "error_message": None if number % 3 else f"timeout after {number} s",
                "created_at": stamp(self.scene.clock.server() - 1800),
                **more,
            }
        )

    @property
    def shown(self) -> list[int]:
        """The ids of the calls that match."""
        return [record.id for record in self.calls.shown]

    @property
    def asked(self) -> list[str]:
        """What was asked of the log so far."""
        return [path for _, _, path in self.scene.world.http.requests if path.startswith(CALLS)]

    async def leave(self) -> None:
        """Close the calls and leave the scene."""
        self.calls.close()
        await self.scene.leave()

    def _changed(self) -> None:
        self.changes += 1


async def watching(records: int, wanted: CallFilter | None = None, **more: Any) -> Watching:
    """Return calls that are watched and were read once."""
    found = Watching(records)
    for name, value in more.items():
        setattr(found.scene.backend, name, value)
    await found.scene.begin(3)
    found.calls.watch(wanted or CallFilter())
    await found.scene.run(3)
    return found


async def test_all_calls_are_one_log_newest_first() -> None:
    """R49: of every ability, with how many there are."""
    here = await watching(6)
    assert ([6, 5, 4, 3, 2, 1], 6, True) == (here.shown, here.calls.log.total, here.calls.exact)
    await here.leave()


async def test_a_server_that_can_narrow_the_log_is_asked_to() -> None:
    """R49: its total is then that of the filter."""
    here = await watching(6, CallFilter(status="failed", executor="e0"))
    assert ([6, 3], 2, True) == (here.shown, here.calls.log.total, here.calls.exact)
    assert "status=failed" in here.asked[-1]
    await here.leave()


async def test_a_server_that_ignores_a_parameter_is_found_out() -> None:
    """R49: its answer is narrowed here, its total is not that of the filter, and it is not asked by that again."""
    here = await watching(6, CallFilter(status="failed", provider="p"), log_filters=FILTERS)
    assert ([6, 3], 6, False) == (here.shown, here.calls.log.total, here.calls.exact)
    here.calls.watch(CallFilter(status="succeeded"))
    await here.scene.run(3)
    assert [5, 4, 2, 1] == here.shown
    assert "status" not in here.asked[-1]
    await here.leave()


async def test_words_are_sorted_out_here_without_a_request() -> None:
    """R49: typing asks the server for nothing."""
    here = await watching(6)
    asked = len(here.asked)
    here.calls.watch(CallFilter(words="timeout"))
    assert ([6, 3], asked, False) == (here.shown, len(here.asked), here.calls.exact)
    here.calls.watch(CallFilter(cause="timeout after ⟨n⟩ s", since="30d"))
    assert [6, 3] == here.shown
    await here.leave()


async def test_a_new_call_shows_within_ten_seconds_without_push() -> None:
    """R28, R49: the newest page is read again while push does not say."""
    here = await watching(3)
    here.write(4)
    await here.scene.run(10.5)
    assert [4, 3, 2, 1] == here.shown
    here.scene.monitor.lifecycle.pause(Reason.HIDDEN)
    asked = len(here.asked)
    await here.scene.run(60)
    assert asked == len(here.asked)
    here.scene.monitor.lifecycle.resume(Reason.HIDDEN)
    await here.leave()


async def test_a_call_that_push_names_is_read_at_once_and_marked() -> None:
    """R49: of any ability; with a filter on one ability, the others' notices read nothing."""
    here = await watching(3)
    here.write(4)
    here.scene.backend.send("ability-log.created", {"logId": 4, "abilityId": "a", "status": "success"})
    await here.scene.run(2)
    assert ([4, 3, 2, 1], 4) == (here.shown, here.calls.log.highlight)
    here.calls.watch(CallFilter(ability="a"))
    await here.scene.run(2)
    asked = len(here.asked)
    here.scene.backend.send("ability-log.created", {"logId": 5, "abilityId": "b", "status": "success"})
    await here.scene.run(2)
    assert asked == len(here.asked)
    await here.leave()


@pytest.mark.parametrize("status", [403, 404, 405])
async def test_a_server_without_this_log_is_asked_once(status: int) -> None:
    """R49: it is absent, nothing else changes, and a refresh asks again."""
    here = Watching(3)
    here.scene.backend.fail(CALLS, Response(status, {}, '{"detail": "ADMIN_ONLY"}'))
    await here.scene.begin(3)
    here.calls.watch(CallFilter())
    await here.scene.run(60)
    assert (True, 1, "admin") == (here.calls.absent, len(here.asked), here.scene.monitor.session.role)
    here.calls.watch(CallFilter(words="x"))
    await here.scene.run(30)
    assert 1 == len(here.asked)
    here.scene.backend.mend()
    here.calls.refresh()
    here.calls.watch(CallFilter())
    await here.scene.run(3)
    assert (False, [3, 2, 1]) == (here.calls.absent, here.shown)
    await here.leave()


async def test_what_is_no_log_is_absent_until_one_comes() -> None:
    """R13, R49: nonsense is a failure that is tried again by itself; a log that was there stays."""
    here = Watching(3)
    fault = here.scene.backend.fail(CALLS, Response(200, {}, '"nonsense"'))
    await here.scene.begin(3)
    here.calls.watch(CallFilter())
    await here.scene.run(20)
    assert (True, True) == (here.calls.absent, len(here.asked) > 1)
    here.scene.backend.faults.remove(fault)
    await here.scene.run(60)
    assert (False, [3, 2, 1]) == (here.calls.absent, here.shown)
    here.scene.backend.faults.append(fault)
    await here.scene.run(30)
    assert (False, [3, 2, 1]) == (here.calls.absent, here.shown)
    await here.leave()


async def test_older_calls_are_loaded_to_the_depth_that_is_wanted() -> None:
    """R50, R51: page by page, to the depth and no deeper; not below the range that is looked at."""
    here = Watching(900)
    await here.scene.begin(3)
    here.calls.depth = 400
    here.calls.watch(CallFilter())
    await here.scene.run(20)
    assert 400 <= len(here.shown) <= 600
    here.calls.watch(CallFilter(after=here.scene.clock.server() - 60))
    here.calls.depth = 900
    asked = len(here.asked)
    await here.scene.run(25)
    assert not [path for path in here.asked[asked:] if "offset=0" not in path]
    await here.leave()


async def test_the_result_of_a_submitted_call_is_fetched_and_shown() -> None:
    """R49: ``resolve`` fills the record in; what it refuses is for the page to say."""
    here = Watching(2)
    here.write(3, status="pending")
    await here.scene.begin(3)
    here.calls.watch(CallFilter())
    await here.scene.run(2)
    path = "POST /api/admin/abilities/logs/3/resolve"
    here.scene.backend.fail(path, Response(409, {}, '{"detail": "COMFYUI_STATUS_running"}'), times=1)
    with pytest.raises(Refused, match="COMFYUI_STATUS_running"):
        await here.calls.resolve(3)
    here.scene.backend.logs[-1]["status"] = "success"
    here.scene.backend.fail(path, Response(200, {}, '{"id": 3, "status": "success"}'), times=1)
    await here.calls.resolve(3)
    await here.scene.run(3)
    assert "succeeded" == here.calls.log.records[3].status.value
    await here.leave()
