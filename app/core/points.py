"""A user's points, as a frozen value (R24)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Points:
    """A user's points: what can be spent (``total``), what running work holds (``frozen``), what expires."""

    total: int
    frozen: int = 0
    temporary: int = 0
    granted_today: int = 0
