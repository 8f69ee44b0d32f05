"""What an earlier run of the host left unfinished.

Work on our own ComfyUI nodes goes on where it was, and whatever was waiting waits again. A call under way at somebody
else's service cannot be taken up: it is failed and its points are given back. All of it in one transaction, before
anything new is accepted.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from devserver.clock import utc_now
from devserver.database import Database
from devserver.frames import Frame
from devserver.models import AbilityLog, AbilityTask, Task
from devserver.simulator.ability_calls import end_ability_task
from devserver.simulator.call_log import HTTP_BAD_GATEWAY, close_badly
from devserver.simulator.callbacks import CLOSED
from devserver.simulator.executors import EXECUTORS
from devserver.simulator.traditional import OPEN_STATUSES, WORKING_STATUSES

INTERRUPTED = "HOST_RESTARTED: the host was stopped while the provider was working on it"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What is to be run again, what was running first, and the frames about what is not."""

    tasks: list[Task]
    ability_tasks: list[AbilityTask]
    submissions: list[AbilityLog]
    """Calls that were only submitted, and that their executor has not ended."""
    frames: list[Frame]


def recover(database: Database) -> Unfinished:
    """Put the tables in order after a stop, however that came about."""
    with database.transaction() as session:
        frames = _fail_lost_calls(session)
        tasks = session.scalars(select(Task).where(Task.status.in_(OPEN_STATUSES)).order_by(Task.number)).all()
        calls = session.scalars(
            select(AbilityTask).where(AbilityTask.status.in_(("queued", "running"))).order_by(AbilityTask.number)
        ).all()
        kept = {call.log_id for call in calls if call.log_id is not None}
        _close_lost_logs(session, kept)
        submissions = session.scalars(
            select(AbilityLog).where(AbilityLog.prompt_state.in_(("pending", "running"))).order_by(AbilityLog.id)
        ).all()
        return Unfinished(
            tasks=sorted(tasks, key=lambda task: task.status not in WORKING_STATUSES),
            ability_tasks=sorted(calls, key=lambda call: call.status != "running"),
            submissions=sorted(submissions, key=lambda log: log.prompt_state != "running"),
            frames=frames,
        )


def _fail_lost_calls(session: Session) -> list[Frame]:
    frames: list[Frame] = []
    for task in session.scalars(select(AbilityTask).where(AbilityTask.status == "running")).all():
        if EXECUTORS[task.executor_id].is_comfyui:
            continue
        log = session.get(AbilityLog, task.log_id) if task.log_id is not None else None
        if log is not None:
            close_badly(log, INTERRUPTED, HTTP_BAD_GATEWAY, _elapsed_ms(task))
        frames += end_ability_task(session, task, log, result=None, error=INTERRUPTED)
    session.flush()
    return frames


def _elapsed_ms(task: AbilityTask) -> int:
    began = task.started_at or task.created_at
    return max(0, round((utc_now() - began).total_seconds() * 1000))


def _close_lost_logs(session: Session, kept: set[int]) -> None:
    """Invokes died with their callers, unless they were only submitted; no callback will be answered any more."""
    for log in session.scalars(select(AbilityLog).where(AbilityLog.status == "pending")).all():
        if log.id not in kept and log.prompt_state is None:
            close_badly(log, INTERRUPTED, HTTP_BAD_GATEWAY, 0)
    for log in session.scalars(select(AbilityLog).where(AbilityLog.callback_status == "pending")).all():
        if log.id not in kept:
            log.callback_status = "failed"
            log.callback_error = CLOSED
