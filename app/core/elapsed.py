"""How long a job has been waiting or running, or took."""

from app.core.records import AbilityTask, Record


def elapsed_s(record: Record, now: float) -> float | None:
    """Return how long a job has been waiting or running, or took; never negative, even if the clocks disagree."""
    started = record.created_at
    if isinstance(record, AbilityTask):
        started = record.started_at or started
        if record.duration_ms is not None and not record.active:
            return max(0.0, record.duration_ms / 1000)
    end = now if record.active else record.finished_at or record.updated_at
    return None if end is None or started is None else max(0.0, end - started)
