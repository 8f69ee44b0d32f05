"""Moments, in the two spellings that the wire carries.

The database and REST speak naive UTC with microseconds; pushed frames speak UTC with a ``Z``. Nothing here is local
time.
"""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present moment as naive UTC, the only kind of time the database holds."""
    return datetime.now(UTC).replace(tzinfo=None)


def naive(moment: datetime | None) -> str | None:
    """``2026-01-15T11:32:00.123456``: always six digits, so that text sorts as time does."""
    return None if moment is None else moment.isoformat(timespec="microseconds")


def zulu(moment: datetime) -> str:
    """``2026-01-15T11:32:00.123456Z``, as pushed frames spell it."""
    return moment.isoformat(timespec="microseconds") + "Z"


def offset(moment: datetime) -> str:
    """``2026-01-15T11:32:00.123456+00:00``, as callbacks and the queue summary spell it."""
    return moment.isoformat(timespec="microseconds") + "+00:00"
