"""The wallet's route of which only late pages have need."""

from urllib.parse import urlencode

from app.api.client import Api
from app.api.errors import NotSignedIn, Refused
from app.core.ledger import LedgerPage, Movement
from app.wire.movements import read_ledger_page

MOST_MOVEMENTS = 100
NOT_OFFERED = frozenset({403, 404, 405})
"""A server of another age has no ledger to read."""


async def movements(api: Api, user: str, *, page: int, size: int = MOST_MOVEMENTS) -> LedgerPage:
    """Return a page (from 1) of a user's ledger, newest first."""
    query = urlencode({"userId": user, "page": page, "pageSize": size})
    return await api.get("/api/wallet/v1/transactions", f"?{query}", read_ledger_page)


async def newest_movements(api: Api, user: str | None) -> tuple[Movement, ...]:
    """Return the newest movements, newest first; none where there is no such route. Raises ``ApiError``."""
    if user is None:
        raise NotSignedIn
    try:
        return (await movements(api, user, page=1)).movements
    except Refused as refused:
        if refused.problem.status in NOT_OFFERED:
            return ()
        raise
