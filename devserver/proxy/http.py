"""Requests, passed on to a backend and their answers passed back, streamed both ways.

Straight over the transport, without a client: a client would keep cookies of one caller for the next, say headers that
nobody said, and follow redirects. Nothing is cached. A backend that cannot be reached, or whose answer cannot be passed
on, is 502; one that does not answer in time is 504.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import httpx
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from devserver.answers import ApiAnswer
from devserver.logs import BackendBrokeOff
from devserver.proxy.addresses import Addresses, AddressRefused
from devserver.proxy.headers import to_backend, to_browser

CONNECT_SECONDS = 5.0
# A synchronous call of an ability may take minutes before its first byte.
CALL_SECONDS = 900.0
KEPT_CONNECTIONS = 32
BROKEN: Final = (httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.RemoteProtocolError)


class _Upload:
    """A request's body on its way to the backend."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.exists = "content-length" in request.headers or "transfer-encoding" in request.headers
        self._passed = asyncio.Event()

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body, once."""
        async for chunk in self._request.stream():
            if chunk:
                yield chunk
        self._passed.set()

    async def caller_gone(self) -> None:
        """Return when the caller has gone; while the body is read, reading it is what finds out."""
        if self.exists:
            await self._passed.wait()
        while (await self._request.receive())["type"] != "http.disconnect":
            pass


class _Connection:
    """Whether a request went over a connection that earlier ones had used."""

    def __init__(self) -> None:
        self.reused = True

    async def trace(self, event: str, _details: object) -> None:
        """What the transport reports of a request: it connects only for a new connection."""
        if event.startswith("connection.connect_"):
            self.reused = False


def _passable(answer: httpx.Response) -> bool:
    """Whether the answer can be said again: a final status, and one word about where its body ends (RFC 9112, 6.3)."""
    framed_twice = "content-length" in answer.headers and "transfer-encoding" in answer.headers
    return 200 <= answer.status_code <= 599 and not framed_twice


async def _body(incoming: httpx.Response) -> AsyncIterator[bytes]:
    try:
        # Raw: whatever coding the backend chose is passed on with its header.
        async for chunk in incoming.aiter_raw():
            yield chunk
    except httpx.TransportError as error:
        # The answer has begun, so all that is left to say is that it will not end.
        raise BackendBrokeOff(type(error).__name__) from error
    finally:
        await incoming.aclose()


class Forwarder:
    """Owner of the connections to the backend; ``close()`` may be called any number of times."""

    def __init__(self, addresses: Addresses, call_s: float = CALL_SECONDS) -> None:
        self._addresses = addresses
        self._call_s = call_s
        tls = httpx.create_ssl_context(trust_env=False)
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=KEPT_CONNECTIONS)
        self._kept = httpx.AsyncHTTPTransport(verify=tls, trust_env=False, limits=limits)
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        self._single = httpx.AsyncHTTPTransport(verify=tls, trust_env=False, limits=limits)

    async def forward(self, request: Request) -> Response:
        """The backend's answer to ``request``, its body still to come."""
        try:
            address = self._addresses.http(request.scope["raw_path"], request.scope["query_string"])
        except AddressRefused:
            return ApiAnswer({"detail": "ADDRESS_REFUSED"}, 400)
        upload = _Upload(request)
        asking = asyncio.create_task(self._ask(request, address, upload), name="proxied request")
        gone = asyncio.create_task(upload.caller_gone(), name="proxied request's caller")
        try:
            await asyncio.wait((asking, gone), return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                return Response()
            return await self._passed_back(await asking)
        except ClientDisconnect:
            return Response()
        except (TimeoutError, httpx.TimeoutException):
            return ApiAnswer({"detail": "BACKEND_TIMEOUT"}, 504)
        except httpx.TransportError:
            return ApiAnswer({"detail": "BACKEND_UNREACHABLE"}, 502)
        finally:
            asking.cancel()
            gone.cancel()
            await asyncio.gather(asking, gone, return_exceptions=True)

    async def _ask(self, request: Request, address: httpx.URL, upload: _Upload) -> httpx.Response:
        """The head of the answer; raises what the transport raises, and ``TimeoutError``."""
        async with asyncio.timeout(self._call_s):
            if upload.exists or request.method not in {"GET", "HEAD"}:
                # What must not be sent twice goes over a connection that nobody can have closed meanwhile.
                return await self._single.handle_async_request(self._outgoing(request, address, upload))
            connection = _Connection()
            try:
                return await self._kept.handle_async_request(self._outgoing(request, address, upload, connection))
            except BROKEN:
                if not connection.reused:
                    raise
            # The backend closed a connection that we were about to use; no answer has come, and a read may be repeated.
            return await self._single.handle_async_request(self._outgoing(request, address, upload))

    def _outgoing(
        self, request: Request, address: httpx.URL, upload: _Upload, connection: _Connection | None = None
    ) -> httpx.Request:
        silence = self._call_s
        extensions = {"timeout": {"connect": CONNECT_SECONDS, "read": silence, "write": silence, "pool": None}}
        return httpx.Request(
            request.method,
            address,
            headers=to_backend(request.scope),
            content=upload.chunks() if upload.exists else None,
            extensions=extensions | ({"trace": connection.trace} if connection else {}),
        )

    async def _passed_back(self, incoming: httpx.Response) -> Response:
        if not _passable(incoming):
            await incoming.aclose()
            return ApiAnswer({"detail": "BACKEND_ANSWER_UNUSABLE"}, 502)
        answer = StreamingResponse(_body(incoming), incoming.status_code)
        answer.raw_headers = [
            (name, self._addresses.seen_from_here(value) if name == b"location" else value)
            for name, value in to_browser(incoming.headers.raw)
        ]
        return answer

    async def close(self) -> None:
        """Close the connections."""
        await self._kept.aclose()
        await self._single.aclose()
