"""What is read for the admins' limits, and when."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.core.limits import FAILURES, Limits
from app.hooks.limit_watch import Alarm, LimitWatch
from app.ports import Response
from testkit.chance import longest
from testkit.scene import Scene

LOG = "/api/admin/abilities/logs"
QUEUES = "/api/admin/comfyui/queue-summary"
BOTH = Limits(failures_on=True, queue_on=True)


class Watching:
    """Both limits at work, and what they reported."""

    def __init__(self, scene: Scene, limits: Limits) -> None:
        self.scene = scene
        self.limits = limits
        self.crossed: list[str] = []
        self.cleared: list[str] = []
        self.changes = 0
        self.watch = LimitWatch(
            scene.monitor.refresh_context,
            scene.monitor.api,
            limits=lambda: self.limits,
            crossed=self._crossed,
            cleared=self.cleared.append,
            changed=self._changed,
        )

    def _crossed(self, alarm: Alarm) -> None:
        self.crossed.append(alarm.reading.key)

    def _changed(self) -> None:
        self.changes += 1

    @property
    def on(self) -> set[str]:
        """What is above its limit."""
        return {alarm.reading.key for alarm in self.watch.alarms}

    def call(self, *statuses: str) -> None:
        """Let calls end so, the last of them newest."""
        logs = self.scene.backend.logs
        logs.extend({"id": len(logs) + number, "status": status} for number, status in enumerate(statuses))

    def fill(self, **full: int) -> None:
        """Let so many jobs wait at each executor, of ten."""
        servers = [{"executorId": name, "pendingCount": count, "queueMaxSize": 10} for name, count in full.items()]
        self.scene.backend.optional[QUEUES] = {"servers": servers}

    async def leave(self) -> None:
        """Watch no more."""
        self.watch.close()
        await self.scene.leave()


async def watching(limits: Limits = BOTH) -> Watching:
    """Return them on a backend on which all is well."""
    scene = await Scene(chance=longest, disable_ws=True).begin()
    scene.backend.optional[QUEUES] = {"servers": []}
    scene.backend.logs[:] = [{"id": number, "status": "success"} for number in range(30)]
    return Watching(scene, limits)


async def test_nothing_is_read_for_limits_that_nobody_wants() -> None:
    """R44: they are off until an admin turns them on."""
    page = await watching(Limits())
    await page.scene.run(120)
    assert [] == [*page.scene.times(LOG), *page.scene.times(QUEUES)]
    await page.leave()


async def test_each_crossing_is_reported_once() -> None:
    """R44: with hysteresis, and a queue apart from the other."""
    page = await watching()
    await page.scene.run(5)
    page.call(*["failed"] * 5)
    page.fill(a=8, b=7)
    await page.scene.run(120)
    assert ([FAILURES, "queue.a"], {FAILURES, "queue.a"}) == (sorted(page.crossed), page.on)
    page.call(*["success"] * 19)
    page.fill(a=7, b=8)
    await page.scene.run(40)
    assert ([FAILURES, "queue.a", "queue.b"], {"queue.a", "queue.b"}) == (sorted(page.crossed), page.on)
    page.fill(a=1)
    await page.scene.run(40)
    assert (set(), ["queue.a", "queue.b"]) == (page.on, page.cleared[-2:])
    await page.leave()


async def test_a_hidden_page_reads_nothing_and_looks_at_once_on_return() -> None:
    """R17, R44: limits are no exception to its silence."""
    page = await watching()
    await page.scene.run(5)
    page.scene.world.page.hide()
    page.call(*["failed"] * 20)
    since = page.scene.clock.now
    await page.scene.run(300)
    assert [] == [*page.scene.times(LOG, since), *page.scene.times(QUEUES, since)]
    page.scene.world.page.hide(False)
    await page.scene.run(2)
    assert [FAILURES] == page.crossed
    await page.leave()


@pytest.mark.parametrize("answer", [Response(403, {}, '{"detail": "ADMIN_ONLY"}'), Response(404, {}, "{}")])
@pytest.mark.parametrize(("absent", "left"), [(LOG, {"queue.a"}), (QUEUES, {FAILURES})])
async def test_a_route_that_is_missing_silences_its_own_limit_alone(
    answer: Response, absent: str, left: set[str]
) -> None:
    """R44, R52: and takes nobody's role away."""
    page = await watching()
    page.scene.backend.fail(absent, answer)
    page.call(*["failed"] * 20)
    page.fill(a=10)
    await page.scene.run(60)
    assert (left, "admin") == (page.on, page.scene.monitor.session.role)
    await page.leave()


async def test_a_failing_read_says_nothing() -> None:
    """R13: an alarm stays as it is until somebody knows better."""
    page = await watching()
    page.fill(a=10)
    await page.scene.run(5)
    page.scene.backend.fail(QUEUES, Response(503, {}, ""))
    await page.scene.run(90)
    assert ({"queue.a"}, ["queue.a"]) == (page.on, page.crossed)
    await page.leave()


@pytest.mark.parametrize(
    ("change", "on", "crossed"),
    [
        ({"queue_on": False}, set(), 1),
        ({"queue": 95}, {"queue.a"}, 2),
        ({"failures": 30}, {"queue.a"}, 1),
    ],
)
async def test_another_limit_is_another_crossing(change: dict[str, Any], on: set[str], crossed: int) -> None:
    """R44: what is wanted no more ends; a change of the one leaves the other alone."""
    page = await watching()
    page.fill(a=10)
    await page.scene.run(5)
    page.limits = replace(BOTH, **change)
    page.watch.plan()
    await page.scene.run(40)
    assert (on, crossed) == (page.on, len(page.crossed))
    await page.leave()
