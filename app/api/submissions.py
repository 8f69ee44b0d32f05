"""Submitting a traditional task (R41)."""

from collections.abc import Mapping

from app.api.client import TASKS, Api
from app.core.records import Task
from app.wire.tasks import read_task


async def submit_task(api: Api, body: Mapping[str, object]) -> Task:
    """Submit a task; the answer has its id and status alone. Raises ``ApiError``."""
    return await api.post(f"{TASKS}/submit", body, read_task)
