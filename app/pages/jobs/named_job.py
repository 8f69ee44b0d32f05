"""One job by its id alone, of whichever kind, read into what is known with all that the server has of it (R31, R42).

A task's single read has little more than a status: what went in, when, and for how many points stand in the list alone
(docs/contract.md), so the task is looked for there, where it is known to stand or else from the newest on.
"""

from dataclasses import replace

from app.api.client import MOST_TASKS
from app.api.errors import NotFound
from app.core.records import Source, Task
from app.core.status import Status
from app.monitor import Monitor

PAGES_SEARCHED = 20
"""In a longer list than this a task stays as its single read showed it: it would take too many reads."""


async def read_job(monitor: Monitor, job_id: str) -> bool:
    """Read the job; return whether the server knows it. Raises ``ApiError``.

    A task that is ``pending`` is not known: the server says that of any id. One that is in no page that was looked
    through keeps ``row_only``.
    """
    summary, now = monitor.summary, monitor.ports.clock.monotonic
    if job_id not in summary.tasks:
        try:
            found = await monitor.api.ability_task(job_id)
        except NotFound:
            task = await monitor.api.task(job_id)
            if task.status is Status.QUEUED:
                return False
            if job_id not in summary.tasks:
                summary.intake.apply_listed([replace(task, row_only=True)], Source.POLL, now())
        else:
            monitor.ability_tasks.intake.apply_listed([found], Source.POLL, now())
            return True
    listed = await _listed(monitor, job_id)
    if listed is not None:
        summary.intake.apply_listed([listed], Source.POLL, now())
    return True


async def _listed(monitor: Monitor, job_id: str) -> Task | None:
    """Return the task as the list has it."""
    tasks = monitor.summary.tasks
    known, first = tasks.get(job_id), 0
    if known is not None and known.created_at is not None:
        newer = map(tasks.get, tasks.order[: tasks.order.index(job_id)])
        first = sum(one is not None and not one.gone for one in newer) // MOST_TASKS
    for page in range(first, first + PAGES_SEARCHED):
        listed, total = await monitor.api.tasks(page=page)
        found = next((task for task in listed if task.id == job_id), None)
        if found is not None or (page + 1) * MOST_TASKS >= total:
            return found
    return None
