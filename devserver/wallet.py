"""Points: the only place that changes a balance.

``total_points`` is what is available. A freeze moves points from available to frozen, a deduction removes frozen ones,
a release gives them back. Each change of what is available writes one ledger entry in the caller's transaction, so that
the sum of a user's entries is always the balance, and the sum of holds still frozen is always ``frozen_points``.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from devserver.models import Hold, LedgerEntry, User


class InsufficientPoints(Exception):
    """The user has fewer points available than the task costs."""


def _enter(session: Session, user: User, points: int, task_id: str | None, description: str, at: datetime) -> None:
    before = user.total_points
    user.total_points = before + points
    session.add(
        LedgerEntry(
            id=f"txn_{secrets.token_hex(12)}",
            user_id=user.id,
            points=points,
            before_balance=before,
            after_balance=user.total_points,
            task_id=task_id,
            description=description,
            created_at=at,
        )
    )


def grant(session: Session, user: User, points: int, description: str, at: datetime) -> None:
    """Give ``points`` to the user."""
    _enter(session, user, points, None, description, at)


def freeze(session: Session, user: User, task_id: str, points: int, description: str, at: datetime) -> None:
    """Set ``points`` aside for a task; raises ``InsufficientPoints`` and changes nothing if there are not enough."""
    if user.total_points < points:
        raise InsufficientPoints
    user.frozen_points += points
    earlier = session.get(Hold, task_id)
    if earlier is None:
        session.add(Hold(task_id=task_id, user_id=user.id, points=points, status="frozen"))
    else:
        # Of an earlier attempt under the same id, which has been settled.
        earlier.points, earlier.status = points, "frozen"
    _enter(session, user, -points, task_id, f"冻结 · {description}", at)


def settle(session: Session, task_id: str, *, deduct: bool, description: str, at: datetime) -> User | None:
    """End a task's hold. Answers the user, or ``None`` if there is nothing (left) to settle."""
    hold = session.get(Hold, task_id)
    if hold is None or hold.status != "frozen":
        return None
    user = session.get_one(User, hold.user_id)
    user.frozen_points -= hold.points
    hold.status = "deducted" if deduct else "released"
    if not deduct:
        _enter(session, user, hold.points, task_id, f"退回 · {description}", at)
    return user


def granted_since(session: Session, user_id: str, moment: datetime) -> int:
    """How many points were given, as opposed to released, since ``moment``."""
    query = select(func.coalesce(func.sum(LedgerEntry.points), 0)).where(
        LedgerEntry.user_id == user_id,
        LedgerEntry.task_id.is_(None),
        LedgerEntry.points > 0,
        LedgerEntry.created_at >= moment,
    )
    return session.scalar(query) or 0
