"""The abilities, and calling one synchronously."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException

from devserver.routes.api_route import ApiRoute
from devserver.routes.calls import Call, active_ability, chosen_executor, queue_refusals
from devserver.routes.identity import Backend, SignedIn
from devserver.simulator.ability_calls import CallFailed, Invocation
from devserver.simulator.catalogue import ABILITIES

router = APIRouter(prefix="/api/abilities", route_class=ApiRoute)


@router.get("")
async def abilities(backend: Backend, _who: SignedIn) -> dict[str, Any]:
    """The abilities; also those that are switched off, unless only the admin's list has them."""
    everything = backend.character.lists_inactive_abilities
    return {"items": [ability.as_listed for ability in ABILITIES.values() if ability.active or everything]}


@router.post("/{ability_id}/invoke")
async def invoke(ability_id: str, call: Call, backend: Backend, who: SignedIn) -> dict[str, Any]:
    """Call an ability and wait for its answer. Costs no points; what it costs is in the log."""
    ability = active_ability(ability_id, "ABILITY_NOT_FOUND")
    invocation = Invocation(
        ability=ability,
        executor_id=chosen_executor(call, ability),
        user_id=who.id,
        asked=call.kept(ability),
        has_image_data=bool(call.imageBase64),
        callback_headers=call.callbackHeaders or {},
    )
    try:
        with queue_refusals():
            return await backend.simulator.invoke(invocation)
    except CallFailed as failure:
        raise HTTPException(failure.status_code, failure.detail) from failure
