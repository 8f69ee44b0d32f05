"""Traditional tasks: pending, perhaps blocked behind others, processing with progress, then completed or failed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from devserver import wallet
from devserver.clock import utc_now
from devserver.frames import Frame, task_status, wallet_points
from devserver.models import Task
from devserver.simulator.catalogue import action_named
from devserver.simulator.chance import Fate
from devserver.simulator.drawing import address
from devserver.simulator.executors import EXECUTORS
from devserver.simulator.workshop import Workshop

OPEN_STATUSES = ("pending", "blocked", "processing")
FINISHED = 100
BROKE_OFF = "JOB_BROKE_OFF: the simulator could not finish it"


def end_task(session: Session, task: Task, *, result_url: str | None, error: str | None) -> list[Frame]:
    """Write the end of a task and settle its points; answers the frames to publish after the commit."""
    now = utc_now()
    task.status = "completed" if error is None else "failed"
    # As recorded: a failed task too ends at 100.
    task.progress = FINISHED
    task.result_url = result_url
    task.error_message = error
    task.updated_at = now
    task.finished_at = now
    label = action_named(task.action).label
    user = wallet.settle(session, task.id, deduct=error is None, description=label, at=now)
    frames = [task_status(task, points=False)]
    if user is not None:
        released = error is not None
        status = "released" if released else "deducted"
        frames.append(wallet_points(user.id, task.id, status, user.total_points if released else None))
    return frames


class TraditionalTasks:
    """Runs tasks on the workshop's clock."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    def block(self, task_id: str) -> None:
        """Say that a pending task has to wait for its executor."""
        with self._workshop.database.transaction() as session:
            task = _task(session, task_id)
            if task.status != "pending":
                return
            task.status = "blocked"
            task.updated_at = utc_now()
        self._workshop.hub.publish([task_status(task, points=False)])

    async def run(self, task_id: str) -> None:
        """Take a task to its end, from wherever an earlier run of the host left it."""
        with self._workshop.database.transaction() as session:
            task = _task(session, task_id)
            if task.status not in OPEN_STATUSES:
                return
            task.status = "processing"
            task.started_at = task.started_at or utc_now()
            task.updated_at = utc_now()
        self._workshop.hub.publish([task_status(task)])
        action = action_named(task.action)
        fate = self._workshop.chance.fate(
            "task", task.number, action, EXECUTORS[task.executor_id].type, task.workflow_params.get("simulate")
        )
        await self._progress(task_id, fate, task.progress)
        result_url = None if fate.failure else address(action.motif, fate.picture)
        with self._workshop.database.transaction() as session:
            frames = end_task(session, _task(session, task_id), result_url=result_url, error=fate.failure)
        self._workshop.hub.publish(frames)

    def broke_off(self, task_id: str) -> None:
        """End a task that nobody will work on any more, because working on it went wrong; its points are released."""
        with self._workshop.database.transaction() as session:
            task = _task(session, task_id)
            if task.status not in OPEN_STATUSES:
                return
            frames = end_task(session, task, result_url=None, error=BROKE_OFF)
        self._workshop.hub.publish(frames)

    async def _progress(self, task_id: str, fate: Fate, reached: int) -> None:
        for step in range(1, fate.steps):
            progress = step * FINISHED // fate.steps
            if progress <= reached:
                continue
            await self._workshop.spend(fate.seconds / fate.steps)
            with self._workshop.database.transaction() as session:
                task = _task(session, task_id)
                task.progress = progress
                task.updated_at = utc_now()
            self._workshop.hub.publish([task_status(task)])
        await self._workshop.spend(fate.seconds / fate.steps)


def _task(session: Session, task_id: str) -> Task:
    return session.scalars(select(Task).where(Task.id == task_id)).one()
