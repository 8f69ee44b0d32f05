"""The ledger of points, as far as prices need it (R41)."""

from urllib.parse import urlencode

from app.api.client import Api
from app.api.errors import NotSignedIn, Refused
from app.core.prices import Movement
from app.wire.ledger import read_movements

TRANSACTIONS = "/api/wallet/v1/transactions"
NEWEST = 100
NOT_OFFERED = frozenset({403, 404, 405})
"""A server of another age has no ledger to read; the price is not known then."""


async def newest_movements(api: Api, user_id: str | None) -> list[Movement]:
    """Return the newest movements of jobs, newest first; none where there is no such route. Raises ``ApiError``."""
    if user_id is None:
        raise NotSignedIn
    query = urlencode({"userId": user_id, "page": 1, "pageSize": NEWEST})
    try:
        return await api.read(TRANSACTIONS, f"?{query}", read_movements)
    except Refused as refused:
        if refused.problem.status in NOT_OFFERED:
            return []
        raise
