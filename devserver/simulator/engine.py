"""The simulator as the routes see it: orders in, work done, queues to look at.

Owner of the nodes and of the idle work; ``close()`` leaves the database as a power cut would, and ``start()`` copes
with that.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from devserver.models import AbilityTask, Task
from devserver.simulator.ability_calls import AbilityCalls, CallFailed, Invocation
from devserver.simulator.call_log import HTTP_BAD_GATEWAY
from devserver.simulator.executors import EXECUTORS
from devserver.simulator.node import Node
from devserver.simulator.orders import AbilityOrder, Orders, TaskOrder
from devserver.simulator.recovery import recover
from devserver.simulator.traditional import BROKE_OFF, TraditionalTasks
from devserver.simulator.workshop import Workshop

STOPPING = CallFailed(503, "HOST_STOPPING")


class Simulator:
    """Runs whatever is ordered."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._orders = Orders(workshop)
        self._calls = AbilityCalls(workshop)
        self._tasks = TraditionalTasks(workshop)
        self.nodes = {executor.id: Node(executor) for executor in EXECUTORS.values()}
        self._callers: set[asyncio.Future[dict[str, Any]]] = set()

    def start(self) -> None:
        """Take up what an earlier run left, then begin to work."""
        unfinished = recover(self._workshop.database)
        self._workshop.hub.publish(unfinished.frames)
        for task_id, executor_id in unfinished.tasks:
            self._queue_task(task_id, executor_id)
        for task_id, executor_id in unfinished.ability_tasks:
            self._queue_ability_task(task_id, executor_id)
        for node in self.nodes.values():
            node.start()

    def submit_task(self, order: TaskOrder) -> Task:
        """Accept a traditional task. A full queue blocks it and never refuses it.

        Raises ``TaskIdTaken`` and ``InsufficientPoints``.
        """
        task, is_new = self._orders.take_task(order)
        if is_new:
            node = self.nodes[task.executor_id]
            if node.occupied >= node.executor.workers:
                self._tasks.block(task.id)
            self._queue_task(task.id, task.executor_id)
        return task

    def submit_ability_task(self, order: AbilityOrder) -> AbilityTask:
        """Accept an ability task; raises ``QueueFull`` and ``InsufficientPoints``."""
        node = self.nodes[order.executor_id]
        node.require_room()
        task = self._orders.take_ability_task(order)
        self._queue_ability_task(task.id, task.executor_id)
        return task

    def _queue_task(self, task_id: str, executor_id: str) -> None:
        run, broke_off = partial(self._tasks.run, task_id), partial(self._tasks.broke_off, task_id)
        self.nodes[executor_id].submit(run, broke_off)

    def _queue_ability_task(self, task_id: str, executor_id: str) -> None:
        run, broke_off = partial(self._calls.run_task, task_id), partial(self._calls.broke_off, task_id)
        self.nodes[executor_id].submit(run, broke_off)

    async def invoke(self, call: Invocation) -> dict[str, Any]:
        """Run a call to its end, in its turn, and answer its result; raises ``CallFailed`` and ``QueueFull``.

        The call goes on if the caller does not wait for it.
        """
        self._calls.refuse(call)
        node = self.nodes[call.executor_id]
        node.require_room()
        caller: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._callers.add(caller)

        async def run() -> None:
            try:
                result = await self._calls.run_invocation(call)
            except CallFailed as failure:
                if not caller.done():
                    caller.set_exception(failure)
            else:
                if not caller.done():
                    caller.set_result(result)

        def broke_off() -> None:
            if not caller.done():
                caller.set_exception(CallFailed(HTTP_BAD_GATEWAY, BROKE_OFF))

        node.submit(run, broke_off)
        try:
            return await caller
        finally:
            self._callers.discard(caller)

    async def close(self) -> None:
        """Stop working, and tell those who wait for an answer that there will be none."""
        await asyncio.gather(*(node.close() for node in self.nodes.values()))
        for caller in self._callers:
            if not caller.done():
                caller.set_exception(CallFailed(STOPPING.status_code, STOPPING.detail))
        await self._workshop.callbacks.close()
