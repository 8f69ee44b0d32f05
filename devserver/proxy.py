"""The host in front of a real backend: the page from here, ``/api`` and the socket from there.

Requests and answers are passed on as they are, streamed both ways; only what belongs to one connection is taken off.
The Origin is dropped: it names this host, and whether its socket may be opened has been decided here. Nothing is
retried, cached or followed. A backend that cannot be reached is 502, one that does not answer in time 504.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

import httpx
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import WebSocketRoute

from devserver.answers import ApiAnswer
from devserver.logs import BackendBrokeOff
from devserver.proxy_socket import SocketBridge

CONNECT_SECONDS = 5.0
# A synchronous call of an ability may take minutes before its first byte.
READ_SECONDS = 300.0
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

HOP_BY_HOP = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
# The server gives every answer a date of its own.
ADDED_HERE = frozenset(("date",))
Headers = Iterable[tuple[bytes, bytes]]


def passed_on(headers: Headers, without: frozenset[str] = frozenset()) -> list[tuple[bytes, bytes]]:
    """``headers`` without those of one connection only, by rule or by ``Connection``, and those in ``without``."""
    pairs = [(name.lower(), value) for name, value in headers]
    named = {
        item.strip().lower()
        for name, value in pairs
        if name == b"connection"
        for item in value.decode("latin-1").split(",")
    }
    dropped = HOP_BY_HOP | named | without
    return [(name, value) for name, value in pairs if name.decode("latin-1") not in dropped]


class Proxy:
    """Forwards to the backend at one origin.

    Owner of the HTTP client; ``close()`` may be called any number of times.
    """

    def __init__(self, backend: str) -> None:
        self._backend = backend
        self._client: httpx.AsyncClient | None = None
        self._bridge = SocketBridge(backend)

    def mount(self, app: FastAPI) -> None:
        """Take over everything below ``/api``."""
        app.router.routes.append(WebSocketRoute("/api/{path:path}", self._bridge.serve))
        app.add_route("/api/{path:path}", self._forward, methods=METHODS)

    def start(self) -> None:
        """Open the client; nothing is connected until something is asked for."""
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, pool=None),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=32),
            follow_redirects=False,
            trust_env=False,
        )

    async def _forward(self, request: Request) -> Response:
        assert self._client is not None, "the proxy has not been started"
        headers = passed_on(request.scope["headers"], frozenset(("host", "origin", "expect")))
        has_body = "content-length" in request.headers or "transfer-encoding" in request.headers
        path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
        query = request.scope["query_string"].decode("latin-1")
        outgoing = self._client.build_request(
            request.method,
            f"{self._backend}{path}{'?' if query else ''}{query}",
            headers=headers,
            content=request.stream() if has_body else None,
        )
        for default in ("accept", "accept-encoding", "user-agent"):
            if default not in request.headers:
                # The client adds its own; what the caller did not say must not be said for them.
                outgoing.headers.pop(default, None)
        try:
            incoming = await self._client.send(outgoing, stream=True)
        except httpx.TimeoutException:
            return ApiAnswer({"detail": "BACKEND_TIMEOUT"}, 504)
        except httpx.TransportError:
            return ApiAnswer({"detail": "BACKEND_UNREACHABLE"}, 502)
        answer = StreamingResponse(self._body(incoming), incoming.status_code)
        answer.raw_headers = [self._here(name, value) for name, value in passed_on(incoming.headers.raw, ADDED_HERE)]
        return answer

    @staticmethod
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

    def _here(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        """A redirect to the backend's own address becomes one to ours, which is the only one the page may follow."""
        if name == b"location":
            value = value.removeprefix(self._backend.encode()) or b"/"
        return name, value

    async def stop_work(self) -> None:
        """Close the bridged sockets, so that nothing is waited for."""
        await self._bridge.close()

    async def close(self) -> None:
        """Close the sockets and the client."""
        await self.stop_work()
        if self._client is not None:
            await self._client.aclose()
            self._client = None
