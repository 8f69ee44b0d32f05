"""Jobs run again one after the other, against a server."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.bulk import BUSY_S, Fate, Progress, State
from app.core.records import AbilityTask, Task
from app.pages.shell.bulk_run import UNREACHABLE_S, BulkRun
from app.ports import Response
from testkit.chance import longest
from testkit.scene import Scene

SUBMIT = "/api/tasks/v1/submit"
CALL = "/api/ability-tasks"
LOST = Response(502, {}, "<html>")


class Run:
    """A run over ended jobs of a scene."""

    def __init__(self, scene: Scene, jobs: Sequence[str]) -> None:
        self.scene = scene
        self.steps = 0
        self.run = BulkRun(scene.monitor, [self._record(job) for job in jobs], self._changed)

    def _changed(self) -> None:
        self.steps += 1

    def _record(self, job: str) -> Task | AbilityTask:
        monitor = self.scene.monitor
        record = monitor.summary.tasks.get(job) or monitor.ability_tasks.tasks.get(job)
        assert record is not None
        return record

    async def begin(self, seconds: float) -> None:
        """Begin, and let time pass."""
        self.run.begin()
        await self.scene.run(seconds)

    def sent(self, path: str) -> int:
        """Return how many POSTs went there."""
        return sum(method == "POST" and asked == path for _, method, asked in self.scene.world.http.requests)

    async def leave(self) -> None:
        """Close everything."""
        self.run.close()
        await self.scene.leave()


async def ended(tasks: int = 0, calls: int = 0) -> Run:
    """Return a run over so many ended jobs, in a page that polls."""
    scene = Scene(disable_ws=True, chance=longest)
    jobs = [scene.backend.submit_task(20) for _ in range(tasks)]
    whole = {"imageBase64": None, "imageUrl": "/koi.png"}
    calls_ = [str(scene.backend.submit_ability_task("x", whole)["id"]) for _ in range(calls)]
    for job in jobs:
        scene.backend.move_task(job, "failed", 10)
    for job in calls_:
        scene.backend.move_ability_task(job, "succeeded")
    await scene.begin(3)
    return Run(scene, [*jobs, *calls_])


async def test_each_is_sent_once_and_then_the_points_are_read() -> None:
    """R41: one after the other, tasks and calls alike."""
    run = await ended(tasks=1, calls=2)
    before = len(run.scene.times("/api/wallet/v1/statistics"))
    run.scene.world.http.latency_s = 1.0
    await run.begin(0.5)
    assert (1, 0) == (run.sent(SUBMIT), run.sent(CALL))
    await run.scene.run(20)
    assert (1, 2, State.DONE) == (run.sent(SUBMIT), run.sent(CALL), run.run.bulk.state)
    assert Progress(3, 3, 0, 0) == run.run.bulk.progress
    assert len(run.scene.times("/api/wallet/v1/statistics")) > before
    await run.leave()


async def test_nothing_is_sent_while_the_page_is_hidden() -> None:
    """R17, R41: it goes on by itself when the page is back."""
    run = await ended(calls=2)
    run.scene.world.page.hide()
    await run.begin(30)
    assert 0 == run.sent(CALL)
    run.scene.world.page.hide(False)
    await run.scene.run(10)
    assert (2, State.DONE) == (run.sent(CALL), run.run.bulk.state)
    await run.leave()


async def test_a_busy_server_is_left_alone_for_a_while() -> None:
    """R41: as long as it wants, or a while where it names no time; the same job is sent again."""
    run = await ended(calls=1)
    run.scene.backend.fail(f"POST {CALL}$", Response(429, {}, "slow down"), 1)
    await run.begin(0.5)
    assert (1, Fate.WAITING) == (run.sent(CALL), run.run.bulk.fates[0])
    assert 0 < run.run.waiting_s <= BUSY_S
    await run.scene.run(BUSY_S)
    assert (2, State.DONE, 0.0) == (run.sent(CALL), run.run.bulk.state, run.run.waiting_s)
    await run.leave()


async def test_a_server_that_names_a_time_is_left_alone_until_then() -> None:
    """R41: the API's own 503 proves that nothing was made, and says when it may be asked again."""
    run = await ended(calls=2)
    answer = Response(503, {"retry-after": "30"}, '{"detail": "SERVICE_UNAVAILABLE"}')
    run.scene.backend.fail(f"POST {CALL}$", answer, 1)
    await run.begin(29)
    assert (1, Fate.WAITING) == (run.sent(CALL), run.run.bulk.fates[0])
    await run.scene.run(10)
    assert (3, State.DONE, Progress(2, 2, 0, 0)) == (run.sent(CALL), run.run.bulk.state, run.run.bulk.progress)
    await run.leave()


async def test_what_could_not_be_sent_for_want_of_a_token_is_sent_later() -> None:
    """R41: nothing was made of it, so nobody has to be unsure."""
    run = await ended(calls=1)
    run.scene.backend.fail("/api/auth/refresh", Response(503, {}, ""), 1)
    run.scene.backend.valid.clear()
    await run.begin(1)
    assert (Fate.WAITING, 0) == (run.run.bulk.fates[0], run.run.bulk.progress.unsure)
    await run.scene.run(60)
    assert (State.DONE, Progress(1, 1, 0, 0)) == (run.run.bulk.state, run.run.bulk.progress)
    await run.leave()


async def test_a_refusal_for_good_leaves_the_others_alone() -> None:
    """R41: it is kept, so that it can be said; what cannot be read of a request is refused as well."""
    run = await ended(calls=3)
    run.scene.backend.fail(f"POST {CALL}$", Response(402, {}, '{"detail": "INSUFFICIENT_POINTS"}'), 1)
    await run.begin(10)
    assert Progress(3, 2, 1, 0) == run.run.bulk.progress
    assert "INSUFFICIENT_POINTS" == str(run.run.refusal)
    await run.leave()


async def test_a_task_whose_answer_was_lost_is_found_by_its_id() -> None:
    """R41: an unanswered search proves nothing and is repeated; the order is not."""
    run = await ended(tasks=1)
    run.scene.backend.fail(SUBMIT, LOST, 1)
    run.scene.backend.fail("GET /api/tasks/v1", LOST, 1)
    await run.begin(UNREACHABLE_S - 1)
    assert (1, Fate.UNDER_WAY) == (run.sent(SUBMIT), run.run.bulk.fates[0])
    await run.scene.run(60)
    assert (1, Progress(1, 0, 0, 1)) == (run.sent(SUBMIT), run.run.bulk.progress)
    await run.leave()


async def test_a_call_whose_answer_was_lost_is_the_newborn_one() -> None:
    """R41: it counts as made, and the page knows it from then on."""
    run = await ended(calls=1)
    run.scene.backend.fail(f"POST {CALL}$", LOST, 1)
    await run.begin(0.2)
    born = run.scene.backend.submit_ability_task("x")["id"]
    await run.scene.run(20)
    assert (1, Progress(1, 1, 0, 0)) == (run.sent(CALL), run.run.bulk.progress)
    assert born in run.scene.monitor.ability_tasks.tasks.order
    await run.leave()


async def test_a_stop_sends_nothing_more_until_somebody_goes_on() -> None:
    """R41: what is under way is answered."""
    run = await ended(calls=2)
    run.scene.world.http.latency_s = 1.0
    await run.begin(0.5)
    run.run.stop()
    await run.scene.run(10)
    assert (1, Progress(2, 1, 0, 0), State.STOPPED) == (run.sent(CALL), run.run.bulk.progress, run.run.bulk.state)
    run.run.go_on()
    await run.scene.run(10)
    assert (2, State.DONE) == (run.sent(CALL), run.run.bulk.state)
    await run.leave()


async def test_signing_out_stops_it() -> None:
    """R33, R41: nothing is sent in another's name."""
    run = await ended(calls=2)
    run.scene.world.http.latency_s = 1.0
    await run.begin(0.5)
    run.scene.monitor.session.sign_out()
    await run.scene.run(30)
    assert 1 == run.sent(CALL)
    run.run.close()
    await run.scene.world.settle()
    await run.scene.close()
