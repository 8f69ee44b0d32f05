"""Words of a job's witnesses, tasks that they make, and what a row shows of one."""

from app.core.records import AbilityTask, Record, Task, Word
from app.core.status import Status


def dated(status: Status, at: float, progress: int | None = None, text: str = "") -> Word:
    """Return a word that carries the server's time."""
    return Word(status, text or status.value, progress, at)


def undated(status: Status, progress: int | None = None, text: str = "") -> Word:
    """Return a word that carries no time."""
    return Word(status, text or status.value, progress)


def task(first: Word | None = None, second: Word | None = None, **facts: object) -> Task:
    """Return what the given words, one of each kind at most, say of a task."""
    words = {"undated" if word.at is None else "dated": word for word in (first, second) if word is not None}
    return Task(id="t", **words, **facts)  # type: ignore[arg-type]


def ability_task(status: Status, **facts: object) -> AbilityTask:
    """Return an ability task in a status."""
    return AbilityTask(**{"id": "a", "undated": undated(status), **facts})  # type: ignore[arg-type]


def shown(record: Record) -> tuple[Status, int | None]:
    """Return what a row shows."""
    return record.status, record.progress
