"""Taking an order: the row, the frozen points and the queue place of a new task.

The row and its points are one transaction; an order that is refused leaves nothing behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from devserver import wallet
from devserver.clock import utc_now
from devserver.frames import ability_task_status, task_status, wallet_points
from devserver.models import AbilityTask, Task, User
from devserver.simulator.ability import Ability
from devserver.simulator.catalogue import Action, action_named
from devserver.simulator.events import note
from devserver.simulator.workshop import Workshop


class TaskIdTaken(Exception):
    """Someone else already has a task of that id."""


@dataclass(frozen=True, slots=True)
class TaskOrder:
    """A traditional task as it was asked for."""

    task_id: str
    user_id: str
    action: str
    channel: str
    points: int
    workflow_params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AbilityOrder:
    """An ability task as it was asked for; ``asked`` is the request as it may be kept."""

    ability: Ability
    executor_id: str
    user_id: str
    asked: dict[str, Any]
    has_image_data: bool = False
    callback_headers: dict[str, str] | None = None


def next_number(session: Session, column: InstrumentedAttribute[int]) -> int:
    """The number of the next row; safe because there is one writer."""
    return (session.scalar(select(func.max(column))) or 0) + 1


class Orders:
    """Writes new work into the database and announces it."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop

    def take_task(self, order: TaskOrder) -> tuple[Task, bool]:
        """The task and whether it is to be run: an id that the same user submits again may give the one there is.

        Raises ``TaskIdTaken`` and ``InsufficientPoints``.
        """
        action = action_named(order.action)
        with self._workshop.database.transaction() as session:
            known = session.scalars(select(Task).where(Task.id == order.task_id)).one_or_none()
            if known is not None and known.user_id != order.user_id:
                raise TaskIdTaken
            if known is not None and not self._workshop.character.restarts_known_ids:
                return known, False
            now = utc_now()
            user = session.get_one(User, order.user_id)
            if known is None:
                task = self._new_task(session, order, action, now)
            else:
                task = self._begun_anew(session, known, order, action, now)
            wallet.freeze(session, user, task.id, order.points, action.label, now)
        frozen = wallet_points(user.id, task.id, "frozen", user.total_points)
        self._workshop.hub.publish([task_status(task), frozen])
        return task, True

    @staticmethod
    def _new_task(session: Session, order: TaskOrder, action: Action, now: datetime) -> Task:
        task = Task(
            number=next_number(session, Task.number),
            id=order.task_id,
            user_id=order.user_id,
            action=order.action,
            channel=order.channel,
            status="pending",
            progress=0,
            points=order.points,
            executor_id=action.executor_id,
            workflow_params=order.workflow_params,
            created_at=now,
            updated_at=now,
        )
        session.add(task)
        note(session, task, "created", {"status": task.status}, now)
        return task

    @staticmethod
    def _begun_anew(session: Session, task: Task, order: TaskOrder, action: Action, now: datetime) -> Task:
        """The row as a further attempt finds it.

        As the product leaves it: when it was made, when the last attempt ended and what that brought stay until this
        one ends.
        """
        wallet.settle(session, task.id, deduct=False, description=action.label, at=now)
        task.attempt += 1
        task.action = order.action
        task.channel = order.channel
        task.status = "pending"
        task.progress = 0
        task.points = order.points
        task.executor_id = action.executor_id
        task.workflow_params = order.workflow_params
        task.updated_at = now
        note(session, task, "recreated", {"status": task.status}, now)
        return task

    def take_ability_task(self, order: AbilityOrder) -> AbilityTask:
        """The new task; raises ``InsufficientPoints``."""
        with self._workshop.database.transaction() as session:
            number = next_number(session, AbilityTask.number)
            now = utc_now()
            task = AbilityTask(
                number=number,
                id=f"{self._workshop.chance.stream('ability-task-id', number).getrandbits(128):032x}",
                user_id=order.user_id,
                ability_id=order.ability.id,
                executor_id=order.executor_id,
                status="queued",
                points=order.ability.points,
                has_image_data=order.has_image_data,
                request_payload=order.asked,
                callback_url=order.asked.get("callbackUrl"),
                callback_headers=order.callback_headers,
                created_at=now,
                updated_at=now,
            )
            user = session.get_one(User, order.user_id)
            wallet.freeze(session, user, task.id, task.points, order.ability.display_name, now)
            session.add(task)
        frozen = wallet_points(user.id, task.id, "frozen", user.total_points)
        self._workshop.hub.publish([ability_task_status(task), frozen])
        return task
