"""Prompt ids: what a ComfyUI node calls a job, as opposed to what the backend calls it."""

from __future__ import annotations

import uuid


def prompt_of(job: str, attempt: int = 1) -> str:
    """The prompt id of a job, the same after a restart: 32 hex digits that are not the job's own."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"prompt/{job}/{attempt}").hex


def long_id(provider: str, executor_id: str, job: str) -> str:
    """An ability task's id as it is handed to others, which names where the task runs."""
    return f"t1.{provider}.{executor_id}.{job}"


def short_id(given: str) -> str:
    """The id that the database knows, of either form."""
    return given.rpartition(".")[2] if given.startswith("t1.") and given.count(".") == 3 else given
