"""The simulator as the routes see it: orders in, work done, queues to look at.

Owner of the nodes and of the idle work; ``close()`` leaves the database as a power cut would, and ``start()`` copes
with that.
"""

from __future__ import annotations

import asyncio
import uuid
from functools import partial
from typing import Any

from devserver.models import AbilityLog, AbilityTask, Task
from devserver.simulator.ability_calls import AbilityCalls, CallFailed, Invocation
from devserver.simulator.bindings import NO_BINDING, is_bound
from devserver.simulator.call_log import HTTP_BAD_GATEWAY
from devserver.simulator.chance import binding_after
from devserver.simulator.executors import EXECUTORS
from devserver.simulator.node import Node
from devserver.simulator.orders import AbilityOrder, Orders, TaskOrder
from devserver.simulator.prompts import prompt_of
from devserver.simulator.recovery import recover
from devserver.simulator.submissions import Submissions
from devserver.simulator.traditional import BROKE_OFF, WAITS_FOR_EXECUTOR, TraditionalTasks
from devserver.simulator.workshop import Workshop

STOPPING = CallFailed(503, "HOST_STOPPING")


class Simulator:
    """Runs whatever is ordered."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._orders = Orders(workshop)
        self._calls = AbilityCalls(workshop)
        self._submissions = Submissions(workshop)
        self._tasks = TraditionalTasks(workshop)
        self._character = workshop.character
        self.nodes = {executor.id: Node(executor) for executor in EXECUTORS.values()}
        self._callers: set[asyncio.Future[dict[str, Any]]] = set()
        self._to_be_bound: set[asyncio.Task[None]] = set()
        """Blocked tasks whose callers asked that their action gets a binding after a while."""

    def start(self) -> None:
        """Take up what an earlier run left, then begin to work."""
        unfinished = recover(self._workshop.database)
        self._workshop.hub.publish(unfinished.frames)
        for task in unfinished.tasks:
            if self._is_runnable(task):
                self._queue_task(task)
            else:
                self._leave_blocked(task)
        for call in unfinished.ability_tasks:
            self._queue_ability_task(call)
        for log in unfinished.submissions:
            self._queue_submission(log)
        for node in self.nodes.values():
            node.start()

    def submit_task(self, order: TaskOrder) -> Task:
        """Accept a traditional task. A full queue blocks it and never refuses it.

        Raises ``TaskIdTaken`` and ``InsufficientPoints``.
        """
        task, is_new = self._orders.take_task(order)
        if not is_new:
            return task
        if not self._is_runnable(task):
            self._leave_blocked(task)
            return task
        node = self.nodes[task.executor_id]
        if not self._character.blocks_unbound_actions and node.occupied >= node.executor.workers:
            self._tasks.block(task.id, WAITS_FOR_EXECUTOR)
        self._queue_task(task)
        return task

    def _is_runnable(self, task: Task) -> bool:
        return not self._character.blocks_unbound_actions or is_bound(task.action)

    def _leave_blocked(self, task: Task) -> None:
        """Let a task stand until an admin acts, which is never, unless its caller asked for it."""
        self._tasks.block(task.id, NO_BINDING)
        seconds = binding_after(task.workflow_params.get("simulate"))
        if seconds is not None:
            waiting = asyncio.create_task(self._bind_after(seconds, task), name=f"binding for {task.id}")
            self._to_be_bound.add(waiting)
            waiting.add_done_callback(self._to_be_bound.discard)

    async def _bind_after(self, seconds: float, task: Task) -> None:
        await self._workshop.spend(seconds)
        if self._tasks.unblock(task.id, task.attempt):
            self._queue_task(task)

    def _queue_task(self, task: Task) -> None:
        run = partial(self._tasks.run, task.id, task.attempt)
        broke_off = partial(self._tasks.broke_off, task.id, task.attempt)
        self.nodes[task.executor_id].submit(run, broke_off, prompt_of(task.id, task.attempt))

    def _queue_ability_task(self, task: AbilityTask) -> None:
        run, broke_off = partial(self._calls.run_task, task.id), partial(self._calls.broke_off, task.id)
        self.nodes[task.executor_id].submit(run, broke_off, prompt_of(task.id))

    def _queue_submission(self, log: AbilityLog) -> None:
        run, broke_off = partial(self._submissions.run, log.id), partial(self._submissions.broke_off, log.id)
        self.nodes[log.executor_id].submit(run, broke_off, prompt_of(log.request_id))

    def submit_ability_task(self, order: AbilityOrder) -> AbilityTask:
        """Accept an ability task; raises ``QueueFull`` and ``InsufficientPoints``."""
        node = self.nodes[order.executor_id]
        node.require_room()
        task = self._orders.take_ability_task(order)
        if self._character.dispatches_at_once:
            # After the answer has been made, which says ``queued``.
            asyncio.get_running_loop().call_soon(self._calls.begin, task.id)
        self._queue_ability_task(task)
        return task

    async def invoke(self, call: Invocation) -> dict[str, Any]:
        """Run a call to its end, in its turn, and answer its result; raises ``CallFailed`` and ``QueueFull``.

        The call goes on if the caller does not wait for it. One that is only submitted is answered at once.
        """
        self._calls.refuse(call)
        node = self.nodes[call.executor_id]
        node.require_room()
        if call.ability.id in self._character.submit_only:
            running, log = self._submissions.submit(call)
            self._queue_submission(log)
            return running
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

        node.submit(run, broke_off, uuid.uuid4().hex)
        try:
            return await caller
        finally:
            self._callers.discard(caller)

    def resolve(self, log_id: int) -> AbilityLog:
        """The record of a call with its result fetched; raises ``CallFailed``."""
        return self._submissions.resolve(log_id)

    async def close(self) -> None:
        """Stop working, and end the wait of those who want an answer: there will be none."""
        for waiting in self._to_be_bound:
            waiting.cancel()
        await asyncio.gather(*self._to_be_bound, return_exceptions=True)
        await asyncio.gather(*(node.close() for node in self.nodes.values()))
        for caller in self._callers:
            if not caller.done():
                caller.set_exception(CallFailed(STOPPING.status_code, STOPPING.detail))
        await self._workshop.callbacks.close()
