"""A little work by itself, so that whoever signs in sees something move.

Only while someone is signed in, only a few jobs at a time, and with points topped up when they run low; ``--idle``
leaves all of it out.
"""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy import func, select

from devserver import wallet
from devserver.clock import utc_now
from devserver.models import AbilityTask, Task, User
from devserver.presence import Presence
from devserver.simulator.catalogue import ABILITIES, ACTIONS
from devserver.simulator.demo_users import DEMO_USERS
from devserver.simulator.engine import Simulator
from devserver.simulator.node import QueueFull
from devserver.simulator.orders import AbilityOrder, TaskOrder
from devserver.simulator.traditional import OPEN_STATUSES
from devserver.simulator.workshop import Workshop

PAUSE_SECONDS = (10.0, 20.0)
MOST_AT_ONCE = 5
LOW_POINTS = 400
TOP_UP = 2000
PROMPTS = ("水墨锦鲤，留白构图", "复古花卉，莫兰迪色", "极简几何，撞色", "敦煌藻井纹样", "春日野餐插画")

log = logging.getLogger(__name__)


class IdleWork:
    """Owner of one task that orders something now and then; ``close()`` may be called any number of times."""

    def __init__(self, workshop: Workshop, simulator: Simulator, presence: Presence) -> None:
        self._workshop = workshop
        self._simulator = simulator
        self._presence = presence
        self._random = workshop.chance.stream("idle")
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; nothing happens until someone is here."""
        self._task = asyncio.create_task(self._run(), name="idle work")

    async def _run(self) -> None:
        while True:
            await self._workshop.spend(self._random.uniform(*PAUSE_SECONDS))
            present = self._presence.present()
            if not present:
                continue
            try:
                self._order_for(self._random.choice(present))
            except QueueFull:
                continue
            except Exception:
                log.exception("idle work broke off")

    def _order_for(self, user_id: str) -> None:
        if user_id not in {user.id for user in DEMO_USERS} or self._active(user_id) >= MOST_AT_ONCE:
            return
        self._top_up(user_id)
        if self._random.random() < 0.5:
            self._order_task(user_id)
        else:
            self._order_ability_task(user_id)

    def _active(self, user_id: str) -> int:
        with self._workshop.database.transaction() as session:
            tasks = session.scalar(
                select(func.count()).select_from(Task).where(Task.user_id == user_id, Task.status.in_(OPEN_STATUSES))
            )
            calls = session.scalar(
                select(func.count())
                .select_from(AbilityTask)
                .where(AbilityTask.user_id == user_id, AbilityTask.status.in_(("queued", "running")))
            )
        return (tasks or 0) + (calls or 0)

    def _top_up(self, user_id: str) -> None:
        with self._workshop.database.transaction() as session:
            user = session.get_one(User, user_id)
            if user.total_points < LOW_POINTS:
                wallet.grant(session, user, TOP_UP, "系统赠送", utc_now())

    def _order_task(self, user_id: str) -> None:
        self._simulator.submit_task(
            TaskOrder(
                task_id=f"tsk_{self._random.getrandbits(64):016x}",
                user_id=user_id,
                action=self._random.choice(sorted(ACTIONS)),
                channel="web",
                points=self._random.choice((20, 30, 50)),
                workflow_params={"imageUrl": "https://img.example/source.png"},
            )
        )

    def _order_ability_task(self, user_id: str) -> None:
        ability = self._random.choice([ability for ability in ABILITIES.values() if ability.active])
        inputs = {} if ability.needs_image else {"prompt": self._random.choice(PROMPTS)}
        self._simulator.submit_ability_task(
            AbilityOrder(
                ability=ability,
                executor_id=ability.executor_id,
                user_id=user_id,
                asked=ability_request(
                    ability.id,
                    inputs=inputs,
                    image_url="https://img.example/source.png" if ability.needs_image else None,
                    trace_id=f"idle-{self._random.getrandbits(32):08x}",
                ),
            )
        )

    async def close(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None


def ability_request(
    ability_id: str, *, inputs: dict[str, str], image_url: str | None, trace_id: str, callback_url: str | None = None
) -> dict[str, object]:
    """A ``requestPayload`` as the API would have kept it."""
    return {
        "executorId": None,
        "inputs": inputs,
        "imageUrl": image_url,
        "imageBase64": "[omitted]",
        "images": None,
        "metadata": {"traceId": trace_id},
        "callbackUrl": callback_url,
        "callbackHeaders": None,
        "abilityId": ability_id,
    }
