"""What is read for an ability's last day, and whose counts are shown."""

from __future__ import annotations

import pytest

from app.api.admin import AdminApi
from app.core.abilities import Ability
from app.hooks.ability_day import MOST_LOADED, AbilityDayCount
from app.ports import Response
from testkit.backend import stamp
from testkit.chance import longest
from testkit.scene import Scene

METRICS = "/api/admin/abilities/logs/metrics"
LOG = "/api/admin/abilities/x/logs"
X = Ability(id="x", name="X", provider="p", capability_key="c")
COUNTS = {
    "window_hours": 24,
    "buckets": [
        {"ability_provider": "p", "capability_key": "c", "count": 90, "success_count": 80, "failed_count": 10},
        {"ability_provider": "p", "capability_key": "other", "count": 5000},
    ],
}


class Counting:
    """The last day of an ability on a backend with so many calls, one every minute."""

    def __init__(self, scene: Scene, calls: int, *abilities: Ability) -> None:
        self.scene = scene
        self.changes = 0
        scene.backend.logs.extend(
            {"id": number, "ability_id": "x", "status": "success", "created_at": self._at(calls - number)}
            for number in range(1, calls + 1)
        )
        monitor = scene.monitor
        self.count = AbilityDayCount(
            monitor.refresh_context,
            AdminApi(monitor.api),
            monitor.logs,
            X,
            (X, *abilities),
            changed=self._changed,
            now=lambda: monitor.server_now,
        )
        monitor.logs.watch("x")

    def _at(self, minutes_ago: int) -> str:
        return stamp(self.scene.clock.server() - 60.0 * minutes_ago)

    def _changed(self) -> None:
        self.changes += 1

    @property
    def found(self) -> tuple[int, bool, int, bool]:
        """How many calls are counted, whether by the server, how many are loaded, and whether those are all."""
        day = self.count.day
        assert day is not None
        return day.counts.count, day.of_server, day.loaded, day.whole

    async def leave(self) -> None:
        """Read nothing more."""
        self.count.close()
        self.scene.monitor.logs.unwatch()
        await self.scene.leave()


async def counting(calls: int, *abilities: Ability, counts: object = COUNTS) -> Counting:
    """Return the count, before its first answer."""
    scene = Scene(chance=longest, disable_ws=True)
    if counts is not None:
        scene.backend.optional[METRICS] = counts
    await scene.begin()
    return Counting(scene, calls, *abilities)


async def test_the_server_counts_and_the_log_says_what_it_cost() -> None:
    """R51: it is asked for this ability alone, and what else it lists is not of it."""
    day = await counting(3)
    assert day.count.day is None
    await day.scene.run(5)
    assert (90, True, 3, True) == day.found
    (asked,) = [path for _, _, path in day.scene.world.http.requests if path.startswith(METRICS)]
    assert asked.endswith("windowHours=24&window_hours=24&provider=p&capabilityKey=c")
    assert 1 <= day.changes
    await day.leave()


@pytest.mark.parametrize("status", [403, 404, 405])
async def test_where_it_does_not_the_log_is_counted(status: int) -> None:
    """R51: and it is not asked again and again."""
    day = await counting(3)
    day.scene.backend.fail(METRICS, Response(status, {}, '{"detail": "Not Found"}'))
    await day.scene.run(120)
    assert (3, False, 3, True) == day.found
    assert 1 == len(day.scene.times(METRICS))
    await day.leave()


@pytest.mark.parametrize("answer", [Response(200, {}, '"nonsense"'), Response(502, {}, "<html>"), None])
async def test_a_failure_shows_the_log_until_it_is_over(answer: Response | None) -> None:
    """R13, R51: no figure waits for a server that does not answer."""
    day = await counting(3)
    day.scene.backend.fail(METRICS, answer)
    await day.scene.run(40)
    assert (3, False, 3, True) == day.found
    day.scene.backend.mend()
    await day.scene.run(60)
    assert (90, True, 3, True) == day.found
    await day.leave()


async def test_counts_that_are_of_two_abilities_are_not_asked_for() -> None:
    """R51: those of another one with the same provider and capability would be among them."""
    day = await counting(3, Ability(id="y", name="Y", provider="p", capability_key="c"))
    await day.scene.run(60)
    assert (3, False, 3, True) == day.found
    assert [] == day.scene.times(METRICS)
    await day.leave()


async def test_older_calls_are_loaded_as_far_as_the_day_goes() -> None:
    """R51: and to a bound, beyond which the words say of how many the sums are."""
    day = await counting(300, counts=None)
    await day.scene.run(20)
    assert (300, False, 300, True) == day.found
    await day.leave()
    busy = await counting(1400, counts=None)
    await busy.scene.run(60)
    count, _, loaded, whole = busy.found
    assert (loaded, False) == (count, whole)
    assert MOST_LOADED <= loaded < MOST_LOADED + 200
    await busy.scene.run(60)
    assert loaded == busy.found[2]
    await busy.leave()


async def test_a_log_that_cannot_be_read_leaves_the_day_unknown() -> None:
    """R13, R51: no zero is shown that nobody has counted."""
    day = await counting(3, counts=None)
    day.scene.backend.fail(LOG, Response(503, {}, ""))
    await day.scene.run(60)
    assert day.count.day is None
    day.scene.backend.mend()
    await day.scene.run(60)
    assert (3, False, 3, True) == day.found
    await day.leave()
