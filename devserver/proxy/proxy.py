"""The two halves of the proxy, put together and owned."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import WebSocketRoute

from devserver.proxy.addresses import Addresses
from devserver.proxy.http import Forwarder
from devserver.proxy.socket import SocketBridge

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class Proxy:
    """Forwards to the backend at one origin; ``close()`` may be called any number of times."""

    def __init__(self, backend: str) -> None:
        self._addresses = Addresses(backend)
        self._forwarder: Forwarder | None = None
        self._bridge = SocketBridge(self._addresses)

    def mount(self, app: FastAPI) -> None:
        """Take over everything below ``/api``."""
        app.router.routes.append(WebSocketRoute("/api/{path:path}", self._bridge.serve))
        app.add_route("/api/{path:path}", self._forward, methods=METHODS)

    def start(self) -> None:
        """Get ready; nothing is connected until something is asked for."""
        self._forwarder = Forwarder(self._addresses)

    async def _forward(self, request: Request) -> Response:
        assert self._forwarder is not None, "the proxy has not been started"
        return await self._forwarder.forward(request)

    async def stop_work(self) -> None:
        """Close the bridged sockets, so that nothing is waited for."""
        await self._bridge.close()

    async def close(self) -> None:
        """Close the sockets and the connections."""
        await self.stop_work()
        if self._forwarder is not None:
            await self._forwarder.close()
            self._forwarder = None
