"""The wallet's route of which only late pages have need."""

from urllib.parse import urlencode

from app.api.client import Api
from app.core.ledger import LedgerPage
from app.wire.movements import read_ledger_page

MOST_MOVEMENTS = 100


async def movements(api: Api, user: str, *, page: int, size: int = MOST_MOVEMENTS) -> LedgerPage:
    """Return a page (from 1) of a user's ledger, newest first."""
    query = urlencode({"userId": user, "page": page, "pageSize": size})
    return await api.get("/api/wallet/v1/transactions", f"?{query}", read_ledger_page)
