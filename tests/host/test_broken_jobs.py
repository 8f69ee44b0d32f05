"""Jobs always end: whatever a caller asks for, and whatever goes wrong while they run."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from devserver.database import Database
from devserver.models import AbilityLog, AbilityTask, Task, User
from devserver.push import Hub, Listener
from devserver.simulator.ability_calls import CallFailed, Invocation
from devserver.simulator.callbacks import Callbacks
from devserver.simulator.catalogue import ABILITIES
from devserver.simulator.chance import Chance, Fate
from devserver.simulator.demo_users import DEMO_USERS
from devserver.simulator.engine import Simulator
from devserver.simulator.history import begin_history
from devserver.simulator.orders import AbilityOrder, TaskOrder
from devserver.simulator.workshop import Workshop
from tests.host.running import Host, Json, frames_until, settles
from tests.host.test_work import submission

DEMO = DEMO_USERS[0]
ABILITY = ABILITIES["volcengine_seedream"]

ODD_ORDERS: list[Any] = [
    {"seconds": 0, "outcome": ["failed"]},
    {"seconds": 0, "outcome": {"failed": True}},
    {"seconds": 0, "outcome": None},
    {"seconds": 0, "outcome": 1},
    {"seconds": 0, "outcome": "failed", "error": {"a": [1]}},
    {"seconds": 0, "outcome": "failed", "error": []},
    {"seconds": 0, "outcome": "failed", "error": "锦" * 600},
    {"seconds": "0"},
    {"seconds": [0]},
    {"seconds": -1},
    {"seconds": -(10**400)},
    {"seconds": True},
    [],
    "failed",
    0,
    None,
]


@pytest.mark.parametrize("simulated", ODD_ORDERS, ids=lambda simulated: repr(simulated)[:60])
def test_odd_orders(host: Host, simulated: Any) -> None:
    """Whatever the simulator is asked for, a job ends and its points are settled, and a call is answered (5)."""
    quick = {"metadata": {"simulate": simulated}, "inputs": {"prompt": "x"}}
    with host.socket() as socket:
        made = host.post("/api/ability-tasks", quick | {"abilityId": ABILITY.id})
        task = submission("succeeded", workflowParams={"simulate": simulated})
        host.post("/api/tasks/v1/submit", task)
        left = {made["id"], task["taskId"]}

        def none_left(frame: Json) -> bool:
            left.difference_update([job_id for job_id in left if settles(job_id)(frame)])
            return not left

        frames_until(socket, none_left)
    answer = host.call("POST", f"/api/abilities/{ABILITY.id}/invoke", json=quick)
    assert answer.status_code in {200, 502}


@pytest.mark.parametrize("simulated", [{"seconds": 10**400}, {"seconds": 600.5}, {"bindingAfter": 601}])
def test_work_that_would_take_too_long_is_refused(host: Host, simulated: Any) -> None:
    """A test that asks for it learns at once that it gets something else, and no job is begun."""
    asked = {"metadata": {"simulate": simulated}, "inputs": {"prompt": "x"}}
    task = submission("succeeded", workflowParams={"simulate": simulated})
    answers = [
        host.call("POST", "/api/ability-tasks", json=asked | {"abilityId": ABILITY.id}),
        host.call("POST", f"/api/abilities/{ABILITY.id}/invoke", json=asked),
        host.call("POST", "/api/tasks/v1/submit", json=task),
    ]
    assert [400] * 3 == [answer.status_code for answer in answers]
    (name,) = simulated
    assert {f"SIMULATED_TIME_TOO_LONG({name}, limit=600)"} == {answer.json()["detail"] for answer in answers}
    known = [item["taskId"] for item in host.get("/api/tasks/v1", size=50)["items"]]
    assert task["taskId"] not in known


class BrokenChance(Chance):
    """Chance that cannot be asked, which stands for whatever nobody foresaw."""

    def fate(self, *_: Any) -> Fate:
        raise LookupError("nobody foresaw this")


@asynccontextmanager
async def a_simulator(folder: Path) -> AsyncIterator[tuple[Simulator, Database, Listener]]:
    """A simulator in which every job goes wrong, its database, and somebody who listens."""
    database = Database.open(folder)
    begin_history(database, Chance(1), records=0)
    hub = Hub()
    simulator = Simulator(Workshop(database, hub, BrokenChance(1), Callbacks(database), speed=1000.0))
    simulator.start()
    yield simulator, database, hub.join(DEMO.id)
    await simulator.close()
    database.close()


async def until_released(listener: Listener) -> None:
    """Wait for points to come back."""
    async with asyncio.timeout(10):
        while json.loads(await listener.next())["payload"]["status"] != "released":
            pass


def points(database: Database) -> tuple[int, int]:
    """What the user has available and frozen."""
    with database.transaction() as session:
        user = session.get_one(User, DEMO.id)
        return user.total_points, user.frozen_points


async def test_task_that_breaks_off(tmp_path: Path) -> None:
    """A task that raises has failed, with its points released (5)."""
    async with a_simulator(tmp_path) as (simulator, database, listener):
        before = points(database)
        task = simulator.submit_task(TaskOrder("t", DEMO.id, "wenshengtu", "web", 30, {}))
        await until_released(listener)
        with database.transaction() as session:
            ended = session.get_one(Task, task.number)
        assert (ended.status, points(database)) == ("failed", before)
        assert ended.error_message is not None
        assert ended.error_message.startswith("JOB_BROKE_OFF")


async def test_ability_task_that_breaks_off(tmp_path: Path) -> None:
    """So has an ability task, and its log record, and the next one is worked on (5)."""
    async with a_simulator(tmp_path) as (simulator, database, listener):
        before = points(database)
        for _ in range(6):
            order = AbilityOrder(ABILITY, ABILITY.executor_id, DEMO.id, {"inputs": {"prompt": "x"}})
            task = simulator.submit_ability_task(order)
            await until_released(listener)
            with database.transaction() as session:
                ended = session.get_one(AbilityTask, task.number)
                log = session.get_one(AbilityLog, ended.log_id)
            assert (ended.status, log.status, points(database)) == ("failed", "failed", before)


async def test_invocation_that_breaks_off(tmp_path: Path) -> None:
    """Who waits for a call that raises is answered, and its log record is closed (5)."""
    async with a_simulator(tmp_path) as (simulator, database, _):
        call = Invocation(ABILITY, ABILITY.executor_id, DEMO.id, {"inputs": {"prompt": "x"}}, False, {})
        with pytest.raises(CallFailed) as caught:
            await asyncio.wait_for(simulator.invoke(call), 10)
        assert caught.value.status_code == 502
        with database.transaction() as session:
            assert session.get_one(AbilityLog, 1).status == "failed"
