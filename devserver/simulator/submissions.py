"""Synchronous calls that are only submitted: answered ``running``, worked on unseen, fetched by an admin.

The log record stays ``pending`` until ``resolve`` fetches what the executor has made; no event says when that is.
"""

from __future__ import annotations

import uuid
from typing import Any

from devserver.clock import utc_now
from devserver.frames import log_created
from devserver.models import AbilityLog
from devserver.simulator.ability_calls import CallFailed, Invocation, call_of, ending_of
from devserver.simulator.answers import answer
from devserver.simulator.call_log import HTTP_BAD_REQUEST, Opening, close_well, open_log
from devserver.simulator.catalogue import ABILITIES
from devserver.simulator.chance import Fate
from devserver.simulator.executors import EXECUTORS
from devserver.simulator.payloads import log_request
from devserver.simulator.product_answers import running_answer
from devserver.simulator.workshop import Workshop

HTTP_NOT_FOUND = 404
HTTP_CONFLICT = 409


class Submissions:
    """Takes such calls on, runs them on the workshop's clock, and fetches their results."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._character = workshop.character

    def _fate(self, log: AbilityLog) -> Fate:
        asked = (log.request_payload.get("metadata") or {}).get("simulate")
        executor = EXECUTORS[log.executor_id]
        return self._workshop.chance.fate("invoke", log.id, ABILITIES[log.ability_id], executor.type, asked)

    def submit(self, call: Invocation) -> tuple[dict[str, Any], AbilityLog]:
        """The answer, which says ``running``, and the record of the call."""
        request = log_request(call.asked, has_image_data=call.has_image_data, user_id=call.user_id)
        with self._workshop.database.transaction() as session:
            opening = Opening(call.ability, call.executor_id, uuid.uuid4().hex, request)
            log = open_log(session, opening, utc_now(), self._character)
            log.prompt_state = "pending"
            running = running_answer(call_of(log, call.asked))
            log.response_payload = running
        return running, log

    async def run(self, log_id: int) -> None:
        """Let the executor do its work, whose end only the executor knows."""
        self._says(log_id, "running")
        with self._workshop.database.transaction() as session:
            fate = self._fate(session.get_one(AbilityLog, log_id))
        await self._workshop.spend(fate.seconds)
        self._says(log_id, "error" if fate.failure else "success")

    def broke_off(self, log_id: int) -> None:
        """End a prompt that nobody will work on any more, because working on it went wrong."""
        self._says(log_id, "error")

    def _says(self, log_id: int, state: str) -> None:
        with self._workshop.database.transaction() as session:
            session.get_one(AbilityLog, log_id).prompt_state = state

    def resolve(self, log_id: int) -> AbilityLog:
        """The record with its result fetched; raises ``CallFailed`` if there is none, and changes nothing then."""
        with self._workshop.database.transaction() as session:
            log = session.get(AbilityLog, log_id)
            if log is None:
                raise CallFailed(HTTP_NOT_FOUND, "ABILITY_LOG_NOT_FOUND")
            ability = ABILITIES[log.ability_id]
            if not ability.executor.is_comfyui:
                raise CallFailed(HTTP_BAD_REQUEST, "ABILITY_LOG_NOT_COMFYUI")
            if log.result_assets:
                return log
            if not ((log.response_payload or {}).get("metadata") or {}).get("promptId"):
                raise CallFailed(HTTP_BAD_REQUEST, "COMFYUI_PROMPT_ID_REQUIRED")
            # An ability task's record has no state of its own: while it is pending, the task runs.
            state = log.prompt_state or "running"
            if state != "success":
                raise CallFailed(HTTP_CONFLICT, f"COMFYUI_STATUS_{state}")
            fate = self._fate(log)
            if fate.empty:
                raise CallFailed(HTTP_CONFLICT, "COMFYUI_IMAGES_EMPTY")
            duration_ms = round(fate.seconds / self._workshop.speed * 1000)
            ending = ending_of(log, fate, log.request_payload, duration_ms)
            close_well(log, ending, answer(ending, self._character), self._character)
        self._workshop.hub.publish([log_created(log)])
        return log
