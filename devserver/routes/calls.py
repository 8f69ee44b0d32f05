"""What the two ways of calling an ability have in common: the request, how it is kept, and how a refusal is spelled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import HTTPException
from pydantic import BaseModel, Field

from devserver.routes.json_values import LARGEST_VALUE, HeaderValues, JsonArray, JsonObject, Metadata, size_of
from devserver.simulator.ability import Ability
from devserver.simulator.catalogue import ABILITIES
from devserver.simulator.chance import LONGEST_SECONDS, TooLong, check_order
from devserver.simulator.executors import EXECUTORS
from devserver.simulator.node import QueueFull
from devserver.simulator.payloads import OMITTED, without_image_data


class Call(BaseModel):
    """The body of an invoke."""

    executorId: str | None = Field(None, max_length=128)  # noqa: N815 (the wire's name, here and below)
    inputs: JsonObject | None = None
    imageUrl: str | None = Field(None, max_length=16_000_000)  # noqa: N815
    imageBase64: str | None = None  # noqa: N815
    images: JsonArray | None = Field(None, max_length=64)
    metadata: Metadata | None = None
    callbackUrl: str | None = Field(None, max_length=2048)  # noqa: N815
    callbackHeaders: HeaderValues | None = None  # noqa: N815

    def kept(self, ability: Ability) -> dict[str, Any]:
        """The request as it is stored and shown: no image data, no header values; 413 if that is too much to keep."""
        refuse_too_long((self.metadata or {}).get("simulate"))
        kept: dict[str, Any] = without_image_data(self.model_dump(include=set(Call.model_fields)))
        kept["imageBase64"] = OMITTED
        if self.callbackHeaders:
            kept["callbackHeaders"] = dict.fromkeys(self.callbackHeaders, OMITTED)
        if size_of(kept) > LARGEST_VALUE:
            raise HTTPException(413, "REQUEST_TOO_LARGE")
        return kept | {"abilityId": ability.id}


def active_ability(ability_id: str, otherwise: str) -> Ability:
    """The ability of that id; 404 with ``otherwise`` if there is none or it is switched off."""
    ability = ABILITIES.get(ability_id)
    if ability is None or not ability.active:
        raise HTTPException(404, otherwise)
    return ability


def chosen_executor(call: Call, ability: Ability) -> str:
    """Where it is to run; an executor of another kind cannot do it."""
    if not call.executorId:
        return ability.executor_id
    executor = EXECUTORS.get(call.executorId)
    if executor is None:
        raise HTTPException(404, "EXECUTOR_NOT_FOUND")
    if executor.type != ability.executor.type:
        raise HTTPException(400, "EXECUTOR_MISMATCH")
    return executor.id


def refuse_too_long(asked: Any) -> None:
    """Refuse an order whose ``simulate`` object asks for longer work than the simulator does."""
    try:
        check_order(asked)
    except TooLong as error:
        raise HTTPException(400, f"SIMULATED_TIME_TOO_LONG({error}, limit={LONGEST_SECONDS:.0f})") from error


@contextmanager
def queue_refusals() -> Iterator[None]:
    """Turn a full queue into the 429 that the wire knows."""
    try:
        yield
    except QueueFull as full:
        detail = (
            f"ERR|Q1001|COMFYUI_QUEUE_FULL(limit={full.executor.limit}, current={full.current})"
            if full.executor.is_comfyui
            else "EXECUTOR_BUSY"
        )
        raise HTTPException(429, detail, {"Retry-After": "5"}) from full
