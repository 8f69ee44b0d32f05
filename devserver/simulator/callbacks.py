"""Callbacks: the end of an ability task, told to whoever asked to be told.

Really POSTed, once, in the background: a receiver that is slow or dead never holds up a worker. What came of it is
written into the call's log record. Refuses anything but http and https, does not follow redirects, keeps little of the
answer.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx

from devserver.clock import utc_now
from devserver.database import Database
from devserver.models import AbilityLog

TIMEOUT_SECONDS = 10.0
KEPT_CHARACTERS = 2000
AT_ONCE = 8
CLOSED = "host stopped before the callback was answered"


@dataclass(frozen=True, slots=True)
class Callback:
    """One POST to be made on behalf of a log record."""

    log_id: int
    url: str
    headers: dict[str, str]
    payload: dict[str, Any]


class Callbacks:
    """Owner of the HTTP client and of the POSTs under way; ``close()`` may be called any number of times."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._client = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)
        self._room = asyncio.Semaphore(AT_ONCE)
        self._under_way: set[asyncio.Task[None]] = set()

    def send(self, callback: Callback) -> None:
        """Begin a POST and return."""
        task = asyncio.create_task(self._post(callback), name=f"callback/{callback.log_id}")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _post(self, callback: Callback) -> None:
        started = utc_now()
        status: int | None = None
        answer: str | None = None
        error: str | None = None
        try:
            async with self._room, asyncio.timeout(2 * TIMEOUT_SECONDS):
                request = self._client.build_request(
                    "POST", callback.url, json=callback.payload, headers=callback.headers
                )
                if request.url.scheme not in {"http", "https"}:
                    raise httpx.UnsupportedProtocol("only http and https are called back")
                response = await self._client.send(request, stream=True)
                try:
                    status = response.status_code
                    answer = await self._beginning(response)
                finally:
                    await response.aclose()
                error = None if response.is_success else f"HTTP {status}"
        except asyncio.CancelledError:
            error = CLOSED
            raise
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as failure:
            error = str(failure) or type(failure).__name__
        finally:
            with self._database.transaction() as session:
                log = session.get(AbilityLog, callback.log_id)
                if log is not None:
                    log.callback_status = "failed" if error else "success"
                    log.callback_http_status = status
                    log.callback_response = answer
                    log.callback_error = error
                    log.callback_started_at = started
                    log.callback_finished_at = utc_now()

    @staticmethod
    async def _beginning(response: httpx.Response) -> str:
        kept = b""
        async for chunk in response.aiter_bytes():
            kept += chunk
            if len(kept) >= KEPT_CHARACTERS:
                break
        return kept[:KEPT_CHARACTERS].decode("utf-8", "replace")

    async def close(self) -> None:
        """Give up what is under way, recording that, and close the client."""
        under_way = list(self._under_way)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._client.aclose()
