"""The ledger as it is read: what the page shows of it, and one job's bill."""

from __future__ import annotations

import pytest

from app.core.events import Flush
from app.core.ledger import Bill, Charge, sums
from app.core.records import Record
from app.hooks.points_ledger import FURTHEST_PAGE, JobBill, PointsLedger
from app.ports import Response
from testkit.scene import Scene

ROUTE = "/api/wallet/v1/transactions"


async def watched(scene: Scene) -> tuple[PointsLedger, list[int]]:
    """Return the ledger of a page that shows it, and how many movements it had at each change."""
    counts: list[int] = []
    monitor = scene.monitor
    hook = PointsLedger(
        monitor.refresh_context,
        monitor.api,
        lambda: monitor.session.user_id,
        lambda: counts.append(len(hook.ledger.movements)),
    )
    await scene.run(0.5)
    return hook, counts


class Billed:
    """A job whose bill a page shows."""

    def __init__(self, scene: Scene, job_id: str) -> None:
        monitor = scene.monitor
        self.said: list[Bill | None] = []

        def job() -> Record | None:
            return monitor.ability_tasks.tasks.get(job_id) or monitor.summary.tasks.get(job_id)

        self.hook = JobBill(monitor.refresh_context, monitor.api, lambda: monitor.session.user_id, job, self._note_bill)
        self._subscription = monitor.bus.subscribe(Flush, lambda _: self.hook.job_changed())

    def _note_bill(self) -> None:
        if hasattr(self, "hook"):
            self.said.append(self.hook.bill)

    def close(self) -> None:
        self.hook.close()
        self._subscription.close()


async def test_the_newest_movements_are_kept_up_to_date() -> None:
    """R46: each movement is there soon after it; the sums are the ledger's."""
    scene = await Scene().begin(5)
    scene.backend.grant(500)
    hook, counts = await watched(scene)
    assert [1] == counts
    job = scene.backend.submit_task(30)
    await scene.run(5)
    scene.backend.move_task(job, "failed", 100)
    await scene.run(5)
    assert [30, -30, 500] == [one.amount for one in hook.ledger.movements]
    (whole,) = sums(hook.ledger.movements, lambda _: None).values()
    assert (30, 530, 500) == (whole.gone, whole.came, whole.net)
    hook.close()
    await scene.leave()


async def test_movements_that_come_to_nothing_are_there_too() -> None:
    """R46: what was frozen and came back before anybody read the points has left its two movements."""
    scene = await Scene().begin(5)
    hook, counts = await watched(scene)
    assert [0] == counts
    scene.backend.move_task(scene.backend.submit_task(30), "failed", 100)
    await scene.run(5)
    assert [30, -30] == [one.amount for one in hook.ledger.movements]
    hook.close()
    await scene.leave()


async def test_older_movements_are_read_page_by_page_on_request() -> None:
    """R46: none is lost though new ones push the pages along."""
    scene = await Scene().begin(5)
    for _ in range(250):
        scene.backend.grant(1)
    hook, _ = await watched(scene)
    assert (100, 250, 2) == (len(hook.ledger.movements), hook.ledger.total, hook.ledger.next_page)
    for expected in (200, 256):
        scene.backend.grant(2)
        scene.backend.grant(2)
        scene.backend.grant(2)
        hook.want_older()
        reading = [hook.reading_older]
        await scene.run(2)
        reading.append(hook.reading_older)
        assert [True, False] == reading
        assert expected == len(hook.ledger.movements)
    hook.want_older()
    await scene.run(2)
    assert [entry["id"] for entry in scene.backend.ledger] == [one.id for one in hook.ledger.movements]
    asked = scene.requests
    hook.want_older()
    await scene.run(2)
    assert asked == scene.requests
    hook.close()
    await scene.leave()


async def test_a_ledger_that_cannot_be_read_is_read_again() -> None:
    """R13, R46: a failure is said and tried again; what was read stays."""
    scene = await Scene().begin(5)
    scene.backend.grant(5)
    fault = scene.backend.fail(ROUTE, Response(500, {}, ""))
    hook, counts = await watched(scene)
    failed = [hook.failing is not None]
    fault.times = 0
    await scene.run(5)
    failed.append(hook.failing is not None)
    assert ([True, False], [0, 1]) == (failed, [counts[0], counts[-1]])
    hook.close()
    await scene.leave()


@pytest.mark.parametrize("status", [403, 404, 405])
async def test_a_server_without_a_ledger_is_not_asked_again(status: int) -> None:
    """R46: the route is optional; a manual refresh asks once more."""
    scene = await Scene().begin(5)
    scene.backend.fail(ROUTE, Response(status, {}, '{"detail": "Not Found"}'))
    hook, _ = await watched(scene)
    await scene.run(200)
    assert (False, 1) == (hook.offered, len(scene.times(ROUTE)))
    hook.refresh()
    await scene.run(1)
    assert 2 == len(scene.times(ROUTE))
    hook.close()
    await scene.leave()


async def test_a_job_that_failed_was_not_charged_once_the_ledger_says_so() -> None:
    """R46: frozen while it runs, and what came back when the ledger has it."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_task(30)
    await scene.run(3)
    billed = Billed(scene, job)
    await scene.run(3)
    scene.backend.move_task(job, "failed", 100)
    await scene.run(5)
    assert [Bill(Charge.FROZEN, 30), None, Bill(Charge.RETURNED, 30, 30)] == billed.said
    billed.close()
    await scene.leave()


async def test_a_job_that_succeeded_was_charged() -> None:
    """R46: what it froze has not come back, and will not."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(3)
    scene.backend.move_ability_task(job, "succeeded")
    await scene.run(3)
    billed = Billed(scene, job)
    await scene.run(3)
    assert [Bill(Charge.DEDUCTED, 10)] == billed.said
    billed.close()
    await scene.leave()


async def test_a_failure_that_was_charged_is_said_once_nothing_is_frozen() -> None:
    """R46: while its points may still be frozen, they may still come back."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_task(30)
    await scene.run(3)
    task = scene.backend.tasks[job]
    task.update(status="failed", updatedAt=task["updatedAt"] + "1", finishedAt=task["updatedAt"])
    scene.backend.send("task.status", {"taskId": job, "status": "failed", "progress": 0})
    await scene.run(3)
    billed = Billed(scene, job)
    await scene.run(3)
    assert [Bill(Charge.FROZEN, 30)] == billed.said
    scene.backend.frozen = 0
    scene.backend.send("wallet.points", {"taskId": job, "status": "deducted", "balance": scene.backend.total})
    await scene.run(70)
    assert [Bill(Charge.FROZEN, 30), Bill(Charge.DEDUCTED, 30)] == billed.said
    billed.close()
    await scene.leave()


async def test_a_job_is_searched_for_in_the_newest_pages_only() -> None:
    """R46: a job of long ago has no bill, and costs no more than a few reads."""
    scene = await Scene().begin(5)
    scene.backend.dates_ledger = False
    job = scene.backend.submit_task(30)
    scene.backend.move_task(job, "completed", 100)
    for _ in range(100 * FURTHEST_PAGE):
        scene.backend.grant(1)
    await scene.run(5)
    since = scene.clock.now
    billed = Billed(scene, job)
    await scene.run(5)
    assert ([], FURTHEST_PAGE) == (billed.said, len(scene.times(ROUTE, since)))
    billed.close()
    await scene.leave()
