"""The past that a new database begins with: a week of tasks, calls and points for the demo users.

Written through the same functions as live work, so the ledger adds up by construction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from devserver import wallet
from devserver.character import PLAIN, Character
from devserver.clock import utc_now
from devserver.database import Database
from devserver.models import AbilityLog, AbilityTask, Task, User
from devserver.simulator.ability_calls import ending_of
from devserver.simulator.answers import answer
from devserver.simulator.call_log import HTTP_BAD_GATEWAY, Opening, close_badly, close_well, open_log
from devserver.simulator.catalogue import ABILITIES, ACTIONS
from devserver.simulator.chance import Chance, Fate
from devserver.simulator.demo_users import DEMO_USERS, TEMP_POINTS
from devserver.simulator.drawing import address
from devserver.simulator.events import note
from devserver.simulator.idle import PROMPTS, ability_request
from devserver.simulator.payloads import log_request

SPAN = timedelta(days=7)
TASK_SHARE = 0.2
"""How many past traditional tasks there are for each log record."""
ASYNC_SHARE = 0.4
"""How many of the log records come from ability tasks."""
MOST_TASKS = 60


@dataclass(frozen=True, slots=True)
class _Moment:
    """When one past job began, its number of its kind, and whose it was."""

    at: datetime
    number: int
    user: User
    random: Random
    character: Character


def begin_history(database: Database, chance: Chance, *, records: int, character: Character = PLAIN) -> None:
    """Fill an empty database; does nothing to one that has users.

    One transaction, so a broken-off start begins again.
    """
    with database.transaction() as session:
        if session.scalars(select(User.id).limit(1)).first() is not None:
            return
        random = chance.stream("history")
        start = utc_now() - SPAN
        users = [_welcome(session, index, start) for index in range(len(DEMO_USERS))]
        kinds = ["log"] * records + ["task"] * min(MOST_TASKS, round(records * TASK_SHARE))
        random.shuffle(kinds)
        step = SPAN / (len(kinds) + 1)
        numbers = {"log": 0, "task": 0, "call": 0}
        for index, drawn in enumerate(kinds, start=1):
            kind = drawn
            if drawn == "log" and numbers["call"] < MOST_TASKS * 2 and random.random() < ASYNC_SHARE:
                kind = "call"
            numbers[kind] += 1
            user = users[0] if random.random() < 0.65 else users[1]
            moment = _Moment(start + step * index, numbers[kind], user, random, character)
            match kind:
                case "task":
                    _past_task(session, chance, moment)
                case "call":
                    _past_ability_task(session, chance, moment)
                case _:
                    _past_invocation(session, chance, moment)


def _welcome(session: Session, index: int, at: datetime) -> User:
    demo = DEMO_USERS[index]
    user = User(
        id=demo.id,
        username=demo.name,
        email=demo.email,
        # Nobody's until the host has set the passwords (demo_passwords.py).
        password_hash="",
        role=demo.role,
        total_points=0,
        frozen_points=0,
        temp_points=TEMP_POINTS,
    )
    session.add(user)
    # Rows that point at the user follow; without relationships the order of insertion is ours to see to.
    session.flush()
    wallet.grant(session, user, demo.points, "新用户赠送", at)
    return user


def _past_task(session: Session, chance: Chance, moment: _Moment) -> None:
    action = ACTIONS[moment.random.choice(sorted(ACTIONS))]
    fate = chance.fate("past-task", moment.number, action, "comfyui", None)
    end = moment.at + timedelta(seconds=fate.seconds)
    points = moment.random.choice((20, 30, 50))
    task = Task(
        number=moment.number,
        id=f"tsk_{moment.random.getrandbits(64):016x}",
        user_id=moment.user.id,
        action=action.name,
        channel="web",
        status="failed" if fate.failure else "completed",
        progress=100,
        points=points,
        executor_id=action.executor_id,
        workflow_params={"imageUrl": "https://img.example/source.png"},
        result_url=None if fate.failure else address(action.motif, fate.picture),
        error_message=fate.failure,
        created_at=moment.at,
        updated_at=end,
        started_at=moment.at,
        finished_at=end,
    )
    wallet.freeze(session, moment.user, task.id, points, action.label, moment.at)
    wallet.settle(session, task.id, deduct=fate.failure is None, description=action.label, at=end)
    session.add(task)
    note(session, task, "created", {"status": "pending"}, moment.at)
    note(session, task, "started", {"executor": task.executor_id}, moment.at)
    if fate.failure:
        note(session, task, "failed", {"reason": fate.failure}, end)
    else:
        note(session, task, "succeeded", {"status": task.status, "executorPayload": {"url": task.result_url}}, end)


def _past_call(session: Session, chance: Chance, moment: _Moment, task: AbilityTask | None) -> tuple[AbilityLog, Fate]:
    """A log record that is already closed, of ``task``'s call or of a synchronous one."""
    open_abilities = [ability for ability in ABILITIES.values() if ability.active]
    ability = ABILITIES[task.ability_id] if task else moment.random.choice(open_abilities)
    asked = task.request_payload if task else _request(moment, ability.id)
    kind = "past-call" if task else "past-invoke"
    fate = chance.fate(kind, moment.number, ability, ability.executor.type, None)
    request = log_request(asked, has_image_data=False, user_id=moment.user.id)
    request_id = f"{moment.random.getrandbits(128):032x}"
    opening = Opening(ability, ability.executor_id, request_id, request, task.id if task else None)
    log = open_log(session, opening, moment.at, moment.character)
    duration_ms = round(fate.seconds * 1000)
    if fate.failure is None:
        ending = ending_of(log, fate, asked, duration_ms)
        result = answer(ending, moment.character)
        close_well(log, ending, result, moment.character)
        if task is not None:
            task.result_payload = result
    else:
        close_badly(log, fate.failure, HTTP_BAD_GATEWAY, duration_ms)
    return log, fate


def _request(moment: _Moment, ability_id: str) -> dict[str, object]:
    ability = ABILITIES[ability_id]
    return ability_request(
        ability_id,
        inputs={} if ability.needs_image else {"prompt": moment.random.choice(PROMPTS)},
        image_url="https://img.example/source.png" if ability.needs_image else None,
        trace_id=f"tr-{moment.random.getrandbits(32):08x}",
    )


def _past_invocation(session: Session, chance: Chance, moment: _Moment) -> None:
    _past_call(session, chance, moment, None)


def _past_ability_task(session: Session, chance: Chance, moment: _Moment) -> None:
    ability = moment.random.choice([ability for ability in ABILITIES.values() if ability.active])
    task = AbilityTask(
        number=moment.number,
        id=f"{moment.random.getrandbits(128):032x}",
        user_id=moment.user.id,
        ability_id=ability.id,
        executor_id=ability.executor_id,
        points=ability.points,
        request_payload=_request(moment, ability.id),
        created_at=moment.at,
        started_at=moment.at,
    )
    log, fate = _past_call(session, chance, moment, task)
    end = moment.at + timedelta(seconds=fate.seconds)
    task.status = "failed" if fate.failure else "succeeded"
    task.error_message = fate.failure
    task.log_id = log.id
    task.duration_ms = log.duration_ms
    task.updated_at = end
    task.finished_at = end
    wallet.freeze(session, moment.user, task.id, task.points, ability.display_name, moment.at)
    wallet.settle(session, task.id, deduct=fate.failure is None, description=ability.display_name, at=end)
    session.add(task)
