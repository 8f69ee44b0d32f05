"""Ability calls, both kinds: the asynchronous ability task and the synchronous invoke.

A task's end, its log record, its points and its result are one transaction; frames and the callback follow once that is
committed.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from devserver import wallet
from devserver.clock import offset, utc_now
from devserver.frames import Frame, ability_task_status, log_created, wallet_points
from devserver.models import AbilityLog, AbilityTask
from devserver.simulator.ability import Ability
from devserver.simulator.answers import answer
from devserver.simulator.call_log import HTTP_BAD_GATEWAY, HTTP_BAD_REQUEST, Opening, close_badly, close_well, open_log
from devserver.simulator.callbacks import Callback
from devserver.simulator.catalogue import ABILITIES
from devserver.simulator.chance import Fate
from devserver.simulator.ending import Ending, LoggedCall
from devserver.simulator.executors import EXECUTORS
from devserver.simulator.payloads import log_request, refusal
from devserver.simulator.product_answers import running_answer
from devserver.simulator.prompts import long_id, prompt_of
from devserver.simulator.traditional import BROKE_OFF
from devserver.simulator.workshop import Workshop


class CallFailed(Exception):
    """A synchronous call ended badly; carries the HTTP status and the ``detail`` for the caller."""

    def __init__(self, status_code: int, detail: str) -> None:
        super().__init__(detail)
        self.status_code = status_code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Invocation:
    """A synchronous call, checked and ready to run."""

    ability: Ability
    executor_id: str
    user_id: str
    asked: dict[str, Any]
    """The request as it may be kept."""
    has_image_data: bool
    callback_headers: dict[str, str]


def _asked_fate(asked: dict[str, Any]) -> Any:
    return (asked.get("metadata") or {}).get("simulate")


def end_ability_task(
    session: Session, task: AbilityTask, log: AbilityLog | None, *, result: dict[str, Any] | None, error: str | None
) -> list[Frame]:
    """Write the end of a task and settle its points; answers the frames to publish after the commit."""
    now = utc_now()
    task.status = "succeeded" if error is None else "failed"
    task.result_payload = result
    task.error_message = error
    task.updated_at = now
    task.finished_at = now
    user = wallet.settle(
        session, task.id, deduct=error is None, description=ABILITIES[task.ability_id].display_name, at=now
    )
    frames = [ability_task_status(task)]
    if user is not None:
        released = error is not None
        status = "released" if released else "deducted"
        frames.append(wallet_points(user.id, task.id, status, user.total_points if released else None))
    if log is not None:
        frames.append(log_created(log))
    return frames


def call_of(log: AbilityLog, asked: dict[str, Any]) -> LoggedCall:
    """The call that a record is about."""
    return LoggedCall(
        ability=ABILITIES[log.ability_id],
        executor_id=log.executor_id,
        asked=asked,
        request_id=log.request_id,
        log_id=log.id,
        prompt_id=prompt_of(log.ability_task_id or log.request_id),
    )


def ending_of(log: AbilityLog, fate: Fate, asked: dict[str, Any], duration_ms: int) -> Ending:
    """What the answer to a logged call is made of, if it succeeds."""
    call = call_of(log, asked)
    return Ending(
        ability=call.ability,
        executor_id=call.executor_id,
        asked=call.asked,
        request_id=call.request_id,
        log_id=call.log_id,
        prompt_id=call.prompt_id,
        fate=fate,
        duration_ms=duration_ms,
    )


@dataclass(frozen=True, slots=True)
class _Begun:
    """An ability task that has been dispatched."""

    number: int
    log_id: int
    fate: Fate
    started_at: datetime


class AbilityCalls:
    """Runs calls on the workshop's clock."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._character = workshop.character

    def _fate(self, kind: str, number: int, ability: Ability, executor_id: str, asked: dict[str, Any]) -> Fate:
        return self._workshop.chance.fate(kind, number, ability, EXECUTORS[executor_id].type, _asked_fate(asked))

    def begin(self, task_id: str) -> _Begun | None:
        """Dispatch a queued task, or take up one that is running; a task that cannot be done ends here."""
        with self._workshop.database.transaction() as session:
            task = session.scalars(select(AbilityTask).where(AbilityTask.id == task_id)).one()
            if task.status not in {"queued", "running"}:
                return None
            ability = ABILITIES[task.ability_id]
            refused = refusal(ability, task.request_payload, has_image_data=task.has_image_data)
            log = self._log_of(session, task, ability)
            # As recorded: a call refused for its input has a record, but the task does not know its number.
            task.log_id = None if refused else log.id
            task.status = "running"
            task.updated_at = utc_now()
            task.started_at = started_at = task.started_at or task.updated_at
            if refused is None and ability.id in self._character.submit_only:
                log.response_payload = running_answer(call_of(log, task.request_payload))
            frames = [ability_task_status(task)]
        self._workshop.hub.publish(frames)
        fate = self._fate("ability-task", task.number, ability, task.executor_id, task.request_payload)
        begun = _Begun(task.number, log.id, fate, started_at)
        if refused is None:
            return begun
        self._finish(begun, refused)
        return None

    async def run_task(self, task_id: str) -> None:
        """Take a queued task to its end, or one that was dispatched before or by an earlier run of the host."""
        begun = self.begin(task_id)
        if begun is not None:
            await self._workshop.spend(begun.fate.seconds)
            self._finish(begun, None)

    def _log_of(self, session: Session, task: AbilityTask, ability: Ability) -> AbilityLog:
        if task.log_id is not None and (known := session.get(AbilityLog, task.log_id)) is not None:
            return known
        request = log_request(task.request_payload, has_image_data=task.has_image_data, user_id=task.user_id)
        opening = Opening(ability, task.executor_id, uuid.uuid4().hex, request, task.id)
        return open_log(session, opening, utc_now(), self._character)

    def _finish(self, begun: _Begun, refused: str | None) -> None:
        duration_ms = 0 if refused else max(0, round((utc_now() - begun.started_at).total_seconds() * 1000))
        with self._workshop.database.transaction() as session:
            task = session.get_one(AbilityTask, begun.number)
            log = session.get_one(AbilityLog, begun.log_id)
            error = refused or begun.fate.failure
            result = None
            if error is None:
                result = self._close_well(log, ending_of(log, begun.fate, task.request_payload, duration_ms))
            else:
                close_badly(log, error, HTTP_BAD_REQUEST if refused else HTTP_BAD_GATEWAY, duration_ms)
            task.duration_ms = None if refused else duration_ms
            frames = end_ability_task(session, task, log, result=result, error=error)
            callback = self._callback(log, task.callback_url, task.callback_headers, result, task=task)
        self._workshop.hub.publish(frames)
        if callback is not None:
            self._workshop.callbacks.send(callback)

    def broke_off(self, task_id: str) -> None:
        """End a task that nobody will work on any more, because working on it went wrong; its points are released."""
        callback = None
        with self._workshop.database.transaction() as session:
            task = session.scalars(select(AbilityTask).where(AbilityTask.id == task_id)).one()
            if task.status not in {"queued", "running"}:
                return
            log = session.get(AbilityLog, task.log_id) if task.log_id is not None else None
            if log is not None:
                close_badly(log, BROKE_OFF, HTTP_BAD_GATEWAY, 0)
                callback = self._callback(log, task.callback_url, task.callback_headers, None, task=task)
            frames = end_ability_task(session, task, log, result=None, error=BROKE_OFF)
        self._workshop.hub.publish(frames)
        if callback is not None:
            self._workshop.callbacks.send(callback)

    def _close_well(self, log: AbilityLog, ending: Ending) -> dict[str, Any]:
        result = answer(ending, self._character)
        close_well(log, ending, result, self._character)
        return result

    @staticmethod
    def _callback(
        log: AbilityLog,
        url: str | None,
        headers: dict[str, str] | None,
        result: dict[str, Any] | None,
        task: AbilityTask | None = None,
    ) -> Callback | None:
        if not url:
            return None
        ability = ABILITIES[log.ability_id]
        log.callback_payload = {
            "status": log.status,
            "abilityId": ability.id,
            "provider": ability.provider,
            "requestId": log.request_id,
            "taskId": long_id(ability.provider, log.executor_id, task.id) if task else None,
            "logId": log.id,
            "durationMs": log.duration_ms,
            "result": result,
            "error": None if result is not None else log.response_payload,
            "timestamp": offset(utc_now()),
        }
        return Callback(log.id, url, headers or {}, log.callback_payload)

    def refuse(self, call: Invocation) -> None:
        """Record and report a call that cannot run; raises ``CallFailed`` if so, otherwise does nothing."""
        refused = refusal(call.ability, call.asked, has_image_data=call.has_image_data)
        if refused is None:
            return
        with self._workshop.database.transaction() as session:
            log = self._open(session, call)
            close_badly(log, refused, HTTP_BAD_REQUEST, 0)
            callback = self._callback(log, call.asked.get("callbackUrl"), call.callback_headers, None)
        self._workshop.hub.publish([log_created(log)])
        if callback is not None:
            self._workshop.callbacks.send(callback)
        raise CallFailed(HTTP_BAD_REQUEST, refused)

    def _open(self, session: Session, call: Invocation) -> AbilityLog:
        request = log_request(call.asked, has_image_data=call.has_image_data, user_id=call.user_id)
        opening = Opening(call.ability, call.executor_id, uuid.uuid4().hex, request)
        return open_log(session, opening, utc_now(), self._character)

    async def run_invocation(self, call: Invocation) -> dict[str, Any]:
        """Run a synchronous call to its end; raises ``CallFailed``."""
        with self._workshop.database.transaction() as session:
            log = self._open(session, call)
        try:
            return await self._invoked(call, log)
        except CallFailed:
            raise
        except Exception:
            with self._workshop.database.transaction() as session:
                log = session.get_one(AbilityLog, log.id)
                close_badly(log, BROKE_OFF, HTTP_BAD_GATEWAY, 0)
            self._workshop.hub.publish([log_created(log)])
            raise

    async def _invoked(self, call: Invocation, log: AbilityLog) -> dict[str, Any]:
        began = time.monotonic()
        fate = self._fate("invoke", log.id, call.ability, call.executor_id, call.asked)
        await self._workshop.spend(fate.seconds)
        duration_ms = round((time.monotonic() - began) * 1000)
        result = None
        with self._workshop.database.transaction() as session:
            log = session.get_one(AbilityLog, log.id)
            if fate.failure is None:
                result = self._close_well(log, ending_of(log, fate, call.asked, duration_ms))
            else:
                close_badly(log, fate.failure, HTTP_BAD_GATEWAY, duration_ms)
            callback = self._callback(log, call.asked.get("callbackUrl"), call.callback_headers, result)
        self._workshop.hub.publish([log_created(log)])
        if callback is not None:
            self._workshop.callbacks.send(callback)
        if result is None:
            raise CallFailed(HTTP_BAD_GATEWAY, fate.failure or "")
        return result
