"""Traditional tasks: pending, perhaps blocked, then worked on with progress, then completed or failed."""

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
from devserver.simulator.events import note
from devserver.simulator.executors import EXECUTORS
from devserver.simulator.workshop import Workshop

WORKING_STATUSES = ("processing", "running")
OPEN_STATUSES = ("pending", "blocked", *WORKING_STATUSES)
WAITS_FOR_EXECUTOR = "EXECUTOR_BUSY"
FINISHED = 100
BROKE_OFF = "JOB_BROKE_OFF: the simulator could not finish it"


def end_task(session: Session, task: Task, *, result_url: str | None, error: str | None) -> list[Frame]:
    """Write the end of a task and settle its points; answers the frames to publish after the commit."""
    now = utc_now()
    task.status = "completed" if error is None else "failed"
    # As recorded: a failed task too ends at 100.
    task.progress = FINISHED
    task.result_url = result_url or task.result_url
    task.error_message = error
    task.updated_at = now
    task.finished_at = now
    outcome = {"status": task.status, "executorPayload": {"url": result_url}} if error is None else {"reason": error}
    note(session, task, "succeeded" if error is None else "failed", outcome, now)
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

    def block(self, task_id: str, reason: str) -> None:
        """Say that a pending task cannot be worked on yet."""
        with self._workshop.database.transaction() as session:
            task = _task(session, task_id)
            if task.status != "pending":
                return
            task.status = "blocked"
            task.error_message = reason
            task.updated_at = utc_now()
            note(session, task, "blocked", {"reason": reason}, task.updated_at)
        self._workshop.hub.publish([task_status(task, points=False)])

    def unblock(self, task_id: str, attempt: int) -> bool:
        """Let a blocked task go on, of which no event says anything; false if it has been submitted again meanwhile."""
        with self._workshop.database.transaction() as session:
            task = _task(session, task_id)
            if (task.status, task.attempt) != ("blocked", attempt):
                return False
            task.status = "pending"
            task.error_message = None
            task.updated_at = utc_now()
        return True

    async def run(self, task_id: str, attempt: int) -> None:
        """Take an attempt at a task to its end, from wherever an earlier run of the host left it.

        An attempt that another has replaced ends without a word.
        """
        with self._workshop.database.transaction() as session:
            task = _task(session, task_id)
            if task.status not in OPEN_STATUSES or task.attempt != attempt:
                return
            now = utc_now()
            taken_up = task.status in WORKING_STATUSES
            task.status = self._workshop.character.working_word
            task.updated_at = now
            if not taken_up:
                task.started_at = now
                task.error_message = None
                note(session, task, "started", {"executor": task.executor_id}, now)
        self._workshop.hub.publish([task_status(task)])
        action = action_named(task.action)
        fate = self._workshop.chance.fate(
            "task" if attempt == 1 else f"task, attempt {attempt}",
            task.number,
            action,
            EXECUTORS[task.executor_id].type,
            task.workflow_params.get("simulate"),
        )
        if not await self._progress(task_id, attempt, fate, task.progress):
            return
        result_url = None if fate.failure else address(action.motif, fate.picture)
        with self._workshop.database.transaction() as session:
            task = _task(session, task_id)
            if task.attempt != attempt:
                return
            frames = end_task(session, task, result_url=result_url, error=fate.failure)
        self._workshop.hub.publish(frames)

    def broke_off(self, task_id: str, attempt: int) -> None:
        """End a task that nobody will work on any more, because working on it went wrong; its points are released."""
        with self._workshop.database.transaction() as session:
            task = _task(session, task_id)
            if task.status not in OPEN_STATUSES or task.attempt != attempt:
                return
            frames = end_task(session, task, result_url=None, error=BROKE_OFF)
        self._workshop.hub.publish(frames)

    async def _progress(self, task_id: str, attempt: int, fate: Fate, reached: int) -> bool:
        """Let the work be done; false if the attempt was replaced before its end."""
        for step in range(1, fate.steps):
            progress = step * FINISHED // fate.steps
            if progress <= reached:
                continue
            await self._workshop.spend(fate.seconds / fate.steps)
            with self._workshop.database.transaction() as session:
                task = _task(session, task_id)
                if task.attempt != attempt:
                    return False
                task.progress = progress
                task.updated_at = utc_now()
            self._workshop.hub.publish([task_status(task)])
        await self._workshop.spend(fate.seconds / fate.steps)
        return True


def _task(session: Session, task_id: str) -> Task:
    return session.scalars(select(Task).where(Task.id == task_id)).one()
