"""A task that is run again."""

from __future__ import annotations

from app.core.job_ids import new_job_id
from app.core.lost_answer import SEARCHES
from app.core.records import AbilityTask, Task
from app.core.status import Status
from app.pages.jobs.run_again import RunAgain, may_run_again
from app.ports import Response
from testkit.chance import longest
from testkit.plain_formats import plain_texts
from testkit.samples import ability_task, task
from testkit.scene import Scene

SUBMIT = "/api/tasks/v1/submit"


class Again:
    """One ended task, and what it takes to run it again."""

    def __init__(self, scene: Scene, job: str) -> None:
        self.scene = scene
        self.job = job
        self.made: list[str] = []
        self.changes: list[tuple[bool, bool]] = []
        self.again = RunAgain(scene.monitor, plain_texts("en"), self._changed, self.made.append)

    def _changed(self) -> None:
        self.changes.append((self.again.sending, self.again.searching))

    async def press(self, seconds: float = 0.0) -> None:
        """Press the button, and let time pass."""
        record = self.scene.monitor.summary.tasks.get(self.job)
        assert record is not None
        self.again.run(record)
        await self.scene.run(seconds)

    @property
    def sent(self) -> int:
        """How many orders were sent."""
        return len(self.scene.times(SUBMIT))

    async def leave(self) -> None:
        """Close everything."""
        self.again.close()
        await self.scene.leave()


async def ended() -> Again:
    """Return a task that has ended, in a page that polls."""
    scene = Scene(disable_ws=True, chance=longest)
    job = scene.backend.submit_task(30)
    scene.backend.move_task(job, "failed", 10)
    return Again(await scene.begin(3), job)


async def test_the_same_is_ordered_under_an_id_of_its_own() -> None:
    """R41: the new task is listed at once, with what was ordered, and its points are read."""
    page = await ended()
    before = len(page.scene.times("/api/wallet/v1/statistics"))
    await page.press(1)
    (made,) = page.made
    assert made != page.job
    known = page.scene.monitor.summary.tasks.get(made)
    assert known is not None
    assert (30, "yinhua_tiqu", "web", {}) == (known.points, known.action, known.channel, known.parameters)
    assert made in page.scene.backend.tasks
    assert len(page.scene.times("/api/wallet/v1/statistics")) > before
    assert (False, False) == page.changes[-1]
    await page.leave()


async def test_one_intention_makes_one_task() -> None:
    """R41: a second press while the first is under way is none."""
    page = await ended()
    page.scene.world.http.latency_s = 2.0
    await page.press(0.5)
    assert page.again.sending
    await page.press(5)
    assert (1, 1, False) == (page.sent, len(page.made), page.again.sending)
    await page.leave()


async def test_a_refusal_is_said_and_may_be_tried_again() -> None:
    """R41: in the reader's language; the next try begins without it."""
    page = await ended()
    page.scene.backend.fail(SUBMIT, Response(429, {}, '{"detail": "EXECUTOR_BUSY"}'), 1)
    await page.press(1)
    assert ([], False) == (page.made, page.again.sending)
    assert "busy" in page.again.error
    await page.scene.run(10)
    await page.press(1)
    assert ("", 1) == (page.again.error, len(page.made))
    await page.leave()


async def test_a_task_whose_answer_was_lost_is_found_by_its_id() -> None:
    """R41: the page chose it, so that no second order is needed."""
    page = await ended()
    page.scene.backend.fail(SUBMIT, Response(502, {}, "<html>"), 1)
    await page.press(0.1)
    assert ((True, True), []) == (page.changes[-1], page.made)
    # The order had arrived after all, and its answer alone was lost.
    chosen = page.scene.backend.submit_task(30, {"taskId": new_job_id(longest)})
    await page.scene.run(20)
    assert ([chosen], "", 1) == (page.made, page.again.error, page.sent)
    assert (False, False) == page.changes[-1]
    await page.leave()


async def test_a_task_that_was_never_made_may_be_ordered_again() -> None:
    """R41: after several searches that is said, and not before."""
    page = await ended()
    page.scene.backend.fail(SUBMIT, Response(502, {}, "<html>"), 1)
    since = page.scene.clock.now
    await page.press(0.1)
    await page.press(0.1)
    assert (1, "") == (page.sent, page.again.error)
    await page.scene.run(30)
    assert page.again.error
    assert (False, False) == page.changes[-1]
    assert len(page.scene.times("/api/tasks/v1?", since)) >= SEARCHES
    await page.press(1)
    assert (2, 1) == (page.sent, len(page.made))
    await page.leave()


def test_what_may_be_run_again() -> None:
    """R41: what has ended and of which enough is known; an ability task by the form of its ability."""
    possible: list[Task | AbilityTask] = [task(Status.FAILED, parameters={}), ability_task(Status.SUCCEEDED)]
    impossible: list[Task | AbilityTask] = [
        task(Status.RUNNING, parameters={}),
        task(Status.FAILED),
        task(Status.FAILED, parameters={}, points=None),
        ability_task(Status.RUNNING),
        ability_task(Status.SUCCEEDED, ability_id=None),
    ]
    assert [True, True] == [may_run_again(record, "u1") for record in possible]
    assert not any(may_run_again(record, "u1") for record in impossible)
    assert not may_run_again(task(Status.FAILED, parameters={}), None)
