"""The points: every movement shown once, and in the end the ledger's balance."""

import json
import random
from typing import Literal

import pytest

from app.core.amounts import Amount
from app.core.events import PointsChanged
from app.core.points import Points
from app.core.status import Status
from app.core.trust import Kind
from app.ports import Response
from testkit.chance import longest
from testkit.scene import Scene

WALLET = "/api/wallet/v1/statistics"


def total(scene: Scene) -> Amount | None:
    """Return the balance the page shows."""
    return scene.monitor.points.points.total if scene.monitor.points.points else None


async def test_freeze_deduct_and_release_move_the_number() -> None:
    """R24: each movement of the user's own points is shown and animated."""
    scene = await Scene().begin(5)
    jobs = [(await scene.monitor.ability_tasks.submit({"abilityId": "x"})).id for _ in range(2)]
    await scene.run(3)
    changes = scene.events(PointsChanged)
    assert (980, 20) == (total(scene), scene.backend.frozen)
    scene.backend.move_ability_task(jobs[0], "succeeded")
    await scene.run(3)
    scene.backend.move_ability_task(jobs[1], "failed")
    await scene.run(3)
    assert {(980, 10), (990, 10), (990, 0)} <= {(change.points.total, change.points.frozen) for change in changes}
    assert all(change.animate for change in changes)
    await scene.settle()
    await scene.leave()


async def test_a_task_that_is_submitted_again_pays_again() -> None:
    """R15, R24: push that brings every move brings those of the second run too, under the same id."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_task(30)
    await scene.run(3)
    scene.backend.move_task(job, "completed", 100)
    await scene.run(3)
    assert 970 == total(scene)
    scene.clock.server_offset += 1.0
    scene.backend.submit_task(30, {"taskId": job})
    # Until a list is 30 s younger than the frame that ended the first run.
    await scene.run(140)
    assert [job] == scene.monitor.summary.tasks.active
    assert (940, 30) == (total(scene), scene.backend.frozen)
    scene.backend.move_task(job, "completed", 100)
    await scene.run(1.5)
    assert (940, 0) == (total(scene), (scene.monitor.points.points or Points(0)).frozen)
    await scene.leave()


async def test_a_movement_that_overtakes_the_submit_answer_is_announced() -> None:
    """R16, R19, R24: the points are frozen before the answer has returned; scripts get it once it has."""
    scene = await Scene().begin(5)
    scene.world.http.latency_s = 0.5

    async def submit() -> None:
        await scene.monitor.ability_tasks.submit({"abilityId": "x"})

    scene.spawn(submit())
    await scene.run(0.2)
    assert [] == scene.world.events.named("podi:wallet-points")
    await scene.run(3)
    (job,) = scene.backend.ability_tasks
    assert [{"taskId": job, "status": "frozen", "balance": 990}] == scene.world.events.named("podi:wallet-points")
    assert 990 == total(scene)
    scene.world.http.latency_s = 0.0
    await scene.settle()
    await scene.leave()


async def test_the_same_movement_twice_is_shown_once() -> None:
    """R24: idempotent per task and status; the public event too."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_task()
    await scene.run(3)
    scene.backend.move_task(job, "failed", 100)
    frame = scene.backend.history[-1]
    await scene.run(2)
    events = len(scene.world.events.named("podi:wallet-points"))
    changes = scene.events(PointsChanged)
    for _ in range(5):
        scene.backend.sockets[0].push(frame)
        await scene.run(1)
    assert (events, []) == (len(scene.world.events.named("podi:wallet-points")), changes)
    await scene.settle()
    await scene.leave()


async def test_a_movement_without_a_balance_causes_a_read_and_never_a_blank() -> None:
    """R24: the number stays until the read has come."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_task()
    await scene.run(3)
    scene.world.http.latency_s = 0.5
    scene.backend.total -= 7
    since = scene.clock.now
    scene.backend.send("wallet.points", {"taskId": job, "status": "deducted"})
    await scene.run(0.4)
    assert 950 == total(scene)
    await scene.run(2)
    assert (943, 1) == (total(scene), len(scene.times(WALLET, since)))
    scene.world.http.latency_s = 0.0
    await scene.settle()
    await scene.leave()


async def test_replayed_history_does_not_animate() -> None:
    """R24, fault 31: what is replayed on connect is noted, not shown."""
    scene = Scene()
    jobs = [scene.backend.submit_task() for _ in range(5)]
    for job in jobs:
        scene.backend.move_task(job, "completed", 100)
    changes = scene.events(PointsChanged)
    await scene.begin(5)
    for _ in range(3):
        scene.drop(1012)
        await scene.run(8)
    assert {False} == {change.animate for change in changes}
    assert [] == scene.world.events.named("podi:wallet-points")
    await scene.settle()
    await scene.leave()


async def test_a_live_movement_after_a_reconnect_animates() -> None:
    """R24: history ends with the read that follows the connection."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_task()
    await scene.run(2)
    scene.drop(1012)
    await scene.run(8)
    changes = scene.events(PointsChanged)
    scene.backend.move_task(job, "failed", 100)
    await scene.run(2)
    assert [(1000, True)] == [(change.points.total, change.animate) for change in changes][:1]
    await scene.settle()
    await scene.leave()


async def test_anothers_movement_does_not_touch_the_number() -> None:
    """R24, fault 32, report 15: and costs no read."""
    scene = await Scene().begin(5)
    changes = scene.events(PointsChanged)
    since = scene.clock.now
    for number in range(100):
        scene.backend.send("wallet.points", {"taskId": f"other{number}", "status": "frozen", "balance": number})
        await scene.run(0.1)
    assert (1000, []) == (total(scene), changes)
    assert [] == scene.times(WALLET, since)
    scene.backend.history.clear()
    await scene.settle()
    await scene.leave()


@pytest.mark.parametrize("seed", range(8))
async def test_movements_in_any_order_end_at_the_ledgers_balance(seed: int) -> None:
    """R24: frames carry no time; the read has the last word, whatever the latency."""
    scene = await Scene(seed=seed).begin(5)
    dice = random.Random(seed)
    jobs = [scene.backend.submit_task(dice.randrange(1, 50)) for _ in range(6)]
    await scene.run(3)
    scene.world.http.latency_s = dice.choice([0.0, 0.2, 1.5])
    scene.backend.muted = True
    start = len(scene.backend.history)
    for job in jobs:
        scene.backend.move_task(job, dice.choice(["completed", "failed"]), 100)
    scene.backend.muted = False
    frames = scene.backend.history[start:] * 2
    dice.shuffle(frames)
    for frame in frames:
        scene.backend.sockets[0].push(frame)
        await scene.run(dice.choice([0.0, 0.1, 0.9]))
    await scene.run(5)
    assert scene.backend.total == total(scene)
    scene.world.http.latency_s = 0.0
    await scene.settle()
    await scene.leave()


async def test_a_movement_during_a_read_causes_another() -> None:
    """R24: the read that was under way may have been answered before the movement."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_task()
    await scene.run(3)
    scene.world.http.latency_s = 1.0
    scene.backend.send("wallet.points", {"taskId": job, "status": "deducted"})
    await scene.run(0.5)
    scene.backend.total += 100
    scene.backend.send("wallet.points", {"taskId": job, "status": "released"})
    await scene.run(3)
    assert 1050 == total(scene)
    scene.world.http.latency_s = 0.0
    await scene.settle()
    await scene.leave()


async def test_a_server_that_pushes_no_freeze_is_asked_at_each_step() -> None:
    """R8, R24: that it pushes deductions proves nothing of what is frozen when a job begins, from whatever page."""
    scene = await Scene().begin(5)
    scene.backend.unpushed.add(("wallet.points", "steps"))
    first = scene.backend.submit_task(30)
    await scene.run(3)
    scene.backend.move_task(first, "completed", 100)
    await scene.run(3)
    assert not scene.monitor.trust.trusted(Kind.POINTS)
    scene.backend.submit_task(20)
    await scene.run(3)
    points = scene.monitor.points.points
    assert points is not None
    assert (scene.backend.total, 20) == (points.total, points.frozen)
    await scene.leave()


async def test_many_movements_cause_a_read_a_second() -> None:
    """R20, R24: the wallet is not asked once per frame."""
    scene = await Scene().begin(5)
    since = scene.clock.now
    for _ in range(100):
        scene.backend.submit_task(1)
        await scene.run(0.05)
    assert len(scene.times(WALLET, since)) <= 6
    await scene.run(2)
    assert 900 == total(scene)
    await scene.leave()


@pytest.mark.parametrize("answer", [Response(503, {"retry-after": "20"}, ""), Response(500, {}, ""), None])
async def test_a_wallet_that_does_not_answer_is_asked_with_patience(answer: Response | None) -> None:
    """R13, R24: movements do not break the back-off; what push says is shown all the same."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_task()
    await scene.run(3)
    scene.backend.fail(WALLET, answer)
    scene.backend.send("wallet.points", {"taskId": job, "status": "deducted"})
    await scene.run(60)
    since = scene.clock.now
    jobs = [(await scene.monitor.ability_tasks.submit({"abilityId": "x"})).id for _ in range(20)]
    for moved in jobs:
        scene.backend.move_ability_task(moved, "running")
        await scene.run(1)
    assert len(scene.times(WALLET, since)) <= 2
    assert scene.backend.total == total(scene)
    scene.backend.mend()
    await scene.run(60)
    await scene.settle()
    await scene.leave()


async def test_a_movement_during_a_retry_causes_another_read() -> None:
    """R13, R24: the wallet answers again, but began to before the points were frozen."""
    scene = await Scene(chance=longest).begin(5)
    scene.backend.fail(WALLET, Response(503, {}, ""), times=1)
    scene.monitor.points.refresh()
    await scene.run(0.5)
    scene.world.http.latency_s = 2.0
    await scene.run(1)
    scene.backend.submit_task()
    await scene.run(6)
    points = scene.monitor.points.points
    assert (950, 50) == (points and points.total, points and points.frozen)
    scene.world.http.latency_s = 0.0
    await scene.settle()
    await scene.leave()


async def test_without_push_an_end_causes_a_read() -> None:
    """R8, R24: nothing says that points move, but a job that ended has moved some."""
    scene = Scene(disable_ws=True)
    job = scene.backend.submit_task()
    await scene.begin(3)
    assert 950 == total(scene)
    scene.backend.move_task(job, "failed", 100)
    await scene.run(3)
    assert 1000 == total(scene)
    await scene.settle()
    await scene.leave()


NOT_PUSHED: set[tuple[str, Literal["steps", "ends"]]] = {("wallet.points", "steps"), ("wallet.points", "ends")}


async def test_moves_that_push_does_not_carry_are_read_at_each_step() -> None:
    """R8, R24: push says how a job goes on and nothing of points; each step is worth one read, and is right soon."""
    scene = await Scene().begin(5)
    scene.backend.unpushed = NOT_PUSHED
    since = scene.clock.now
    job = scene.backend.submit_task(50)
    await scene.run(2)
    seen = [(total(scene), len(scene.times(WALLET, since)))]
    for word, progress in (("processing", 50), ("completed", 100)):
        scene.backend.total -= 1
        scene.backend.move_task(job, word, progress)
        await scene.run(2)
        seen.append((total(scene), len(scene.times(WALLET, since))))
    assert [(950, 1), (949, 2), (948, 3)] == seen
    assert scene.monitor.points.points == Points(948)
    await scene.settle()
    await scene.leave()


async def test_a_job_without_points_is_worth_no_read() -> None:
    """R24: it moves none, whatever becomes of it."""
    scene = await Scene().begin(5)
    scene.backend.unpushed = NOT_PUSHED
    since = scene.clock.now
    job = scene.backend.submit_task(0)
    await scene.run(2)
    for word, progress in (("processing", 50), ("completed", 100)):
        scene.backend.move_task(job, word, progress)
        await scene.run(2)
    assert (Status.SUCCEEDED, []) == (scene.status(job), scene.times(WALLET, since))
    await scene.settle()
    await scene.leave()


async def test_jobs_older_than_what_was_read_are_worth_no_read() -> None:
    """R24: a list that shows them for the first time says nothing new of points."""
    scene = Scene(disable_ws=True)
    for _ in range(120):
        scene.clock.server_offset += 1
        scene.backend.move_task(scene.backend.submit_task(1), "completed", 100)
    await scene.begin(5)
    since = scene.clock.now
    known = len(scene.monitor.summary.tasks)
    scene.monitor.older_tasks.want()
    await scene.run(3)
    assert (50, 100, []) == (known, len(scene.monitor.summary.tasks), scene.times(WALLET, since))
    await scene.leave()


async def test_an_absurd_balance_is_not_shown() -> None:
    """R24, fault 23: 2⁶³ is no balance; the number stays."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_task()
    await scene.run(3)
    payload = {"taskId": job, "status": "deducted", "balance": 2**63}
    scene.backend.sockets[0].push(json.dumps({"type": "wallet.points", "payload": payload}))
    await scene.run(3)
    assert 950 == total(scene)
    await scene.settle()
    await scene.leave()


async def test_many_movements_in_a_burst_are_shown_as_one() -> None:
    """R20, R24: what several movements came to is published once, with where they began."""
    scene = await Scene().begin(5)
    jobs = [scene.backend.submit_task(0) for _ in range(50)]
    await scene.run(3)
    changes = scene.events(PointsChanged)
    (socket,) = scene.backend.sockets
    frame = '{{"type":"wallet.points","payload":{{"taskId":"{}","status":"deducted","balance":{}}}}}'.format
    socket.push_together(*(frame(job, 900 - number) for number, job in enumerate(jobs)))
    await scene.run(0.1)
    assert (851, 1000) == (changes[0].points.total, changes[0].before and changes[0].before.total)
    assert {851, 1000} == {change.points.total for change in changes}
    assert 50 == len(
        [event for event in scene.world.events.named("podi:wallet-points") if event["status"] == "deducted"]
    )
    await scene.leave()
