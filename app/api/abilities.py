"""The abilities, calling one and waiting for it, and its log."""

from collections.abc import Mapping
from urllib.parse import urlencode

from app.api.client import Api
from app.core.abilities import Ability, Invocation
from app.core.logs import LogPage
from app.wire.abilities import read_abilities
from app.wire.invocations import read_invocation
from app.wire.logs import read_log_page

MOST_LOGS = 200
INVOKE_WITHIN_S = 600.0


async def read_offered(api: Api) -> tuple[Ability, ...]:
    """Return the abilities that can be called. Raises ``ApiError``."""
    return await api.get("/api/abilities", "", read_abilities)


async def invoke(api: Api, ability_id: str, body: Mapping[str, object]) -> Invocation:
    """Call an ability and wait for its end, which may take minutes. Raises ``ApiError``."""
    return await api.post("/api/abilities/{id}/invoke", body, read_invocation, ability_id, INVOKE_WITHIN_S)


async def read_log(api: Api, ability_id: str, *, offset: int = 0, limit: int = MOST_LOGS) -> LogPage:
    """Return a page of an ability's log, newest first. Raises ``ApiError``."""
    query = urlencode({"limit": limit, "offset": offset})
    return await api.get("/api/admin/abilities/{id}/logs", f"?{query}", read_log_page, ability_id)
