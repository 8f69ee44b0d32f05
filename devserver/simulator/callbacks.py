"""Callbacks: the end of an ability task, posted to whoever asked for it.

Really POSTed, once, in the background: a receiver that is slow or dead never holds up a worker. What came of it is
written into the call's log record. Straight over the transport, so that no cookie of one receiver is kept for the next,
and nothing is followed or unpacked. Only the beginning of the answer is read.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import httpx

from devserver.clock import utc_now
from devserver.database import Database
from devserver.models import AbilityLog
from devserver.simulator.callback_targets import CallbackRefused, Resolve, passable, resolve_here, target_of

TIMEOUT_SECONDS = 10.0
KEPT_BYTES = 2000
AT_ONCE = 8
CLOSED = "host stopped before the callback was answered"
BROKE_OFF = "the callback broke off"


@dataclass(frozen=True, slots=True)
class Callback:
    """One POST to be made on behalf of a log record."""

    log_id: int
    url: str
    headers: dict[str, str]
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it; no error means success."""

    error: str | None
    status: int | None = None
    answer: str | None = None


class Callbacks:
    """Owner of the connections and of the POSTs under way; ``close()`` may be called any number of times.

    ``public_only`` lets none of them go to this machine or its network.
    """

    def __init__(self, database: Database, *, public_only: bool = False, resolve: Resolve = resolve_here) -> None:
        self._database = database
        self._public_only = public_only
        self._resolve = resolve
        self._transport = httpx.AsyncHTTPTransport(trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))
        self._room = asyncio.Semaphore(AT_ONCE)
        self._under_way: set[asyncio.Task[None]] = set()

    def send(self, callback: Callback) -> None:
        """Begin a POST and return."""
        task = asyncio.create_task(self.post(callback), name=f"callback/{callback.log_id}")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def post(self, callback: Callback) -> None:
        """Make a POST and record what came of it."""
        started = utc_now()
        # Until there is a good answer, whatever happens is a failure.
        outcome = Outcome(BROKE_OFF)
        try:
            async with self._room, asyncio.timeout(2 * TIMEOUT_SECONDS):
                outcome = await self._exchange(callback)
        except asyncio.CancelledError:
            outcome = Outcome(CLOSED)
            raise
        except (CallbackRefused, httpx.HTTPError, httpx.InvalidURL, ValueError, OverflowError, OSError) as failure:
            outcome = Outcome(str(failure) or type(failure).__name__)
        finally:
            with self._database.transaction() as session:
                log = session.get(AbilityLog, callback.log_id)
                if log is not None:
                    log.callback_status = "failed" if outcome.error else "success"
                    log.callback_http_status = outcome.status
                    log.callback_response = outcome.answer
                    log.callback_error = outcome.error
                    log.callback_started_at = started
                    log.callback_finished_at = utc_now()

    async def _exchange(self, callback: Callback) -> Outcome:
        target = await target_of(callback.url, public_only=self._public_only, resolve=self._resolve)
        own = {"Host": target.host, "Content-Type": "application/json", "Accept-Encoding": "identity"}
        request = httpx.Request(
            "POST",
            target.url,
            headers=own | passable(callback.headers),
            content=json.dumps(callback.payload),
            extensions={
                "timeout": httpx.Timeout(TIMEOUT_SECONDS).as_dict(),
                "sni_hostname": target.server_name,
            },
        )
        response = await self._transport.handle_async_request(request)
        try:
            error = None if response.is_success else f"HTTP {response.status_code}"
            return Outcome(error, response.status_code, await self._beginning(response))
        finally:
            await response.aclose()

    @staticmethod
    async def _beginning(response: httpx.Response) -> str:
        coding = response.headers.get("content-encoding", "identity")
        if coding != "identity":
            # A few bytes can hold gigabytes, and nobody asked for a coding.
            return f"[{coding[:40]}: not read]"
        kept = b""
        async for chunk in response.aiter_raw():
            kept += chunk
            if len(kept) >= KEPT_BYTES:
                break
        return kept[:KEPT_BYTES].decode("utf-8", "replace")

    async def close(self) -> None:
        """Give up what is under way, recording that, and close the connections."""
        under_way = list(self._under_way)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._transport.aclose()
