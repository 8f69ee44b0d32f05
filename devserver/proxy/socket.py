"""A browser's socket, continued to a real backend.

The backend is connected first, so that a refusal there is a refusal here. Two exceptions: 401 and 403 become close
codes 4401 and 4403 after an upgrade, because a browser shows neither. The token that a browser can only offer as a
subprotocol becomes the Authorization header that the backend expects; the version is echoed here and not offered there.
Frames of both kinds and close codes pass both ways, and a connection lost on one side is dropped on the other without a
close frame, as it was.
"""

from __future__ import annotations

import asyncio
from typing import Literal

from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI

from devserver.answers import ApiAnswer
from devserver.proxy.addresses import Addresses, AddressRefused
from devserver.proxy.headers import forwarded
from devserver.server import LARGEST_FRAME
from devserver.subprotocols import VERSION, offered_token

OPEN_SECONDS = 10.0
CLOSE_SECONDS = 2.0
GOING_AWAY = 1001
RESTARTING = 1012
NO_STATUS = 1005
ABNORMAL = 1006
REFUSALS = {401: 4401, 403: 4403}
# Frames that wait for a browser that does not read; each may be as large as a frame may be.
WAITING_FRAMES = 2


class _ConnectOnce(connect):
    """A connection to the address that it was given: a redirect is a refusal, not an order to connect elsewhere."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        """Answers that no redirect may be followed."""
        return exc


class _Ending(ClientConnection):
    """A connection that ends soon after it was to be closed, by whomever: a backend may leave its side open."""

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        expected = self.protocol.close_expected()
        super().data_received(data)
        if not expected and self.protocol.close_expected():
            self.loop.call_later(CLOSE_SECONDS, self.transport.abort)


class SocketBridge:
    """Carries sockets to one backend; ``close()`` ends those that are open, and may be called any number of times."""

    def __init__(self, addresses: Addresses, open_s: float = OPEN_SECONDS) -> None:
        self._addresses = addresses
        self._open_s = open_s
        self._closing = asyncio.Event()

    @staticmethod
    def _headers(socket: WebSocket) -> list[tuple[str, str]]:
        token = offered_token(socket.scope["subprotocols"])
        header = f"Bearer {token}" if token else socket.headers.get("authorization")
        said_by_us = [(name.decode(), value.decode("latin-1")) for name, value in forwarded(socket.scope)]
        return [*said_by_us, *([("Authorization", header)] if header else ())]

    async def _connected(self, socket: WebSocket, address: str) -> ClientConnection:
        return await _ConnectOnce(
            address,
            create_connection=_Ending,
            additional_headers=self._headers(socket),
            user_agent_header=None,
            compression=None,
            proxy=None,
            open_timeout=self._open_s,
            close_timeout=CLOSE_SECONDS,
            max_size=LARGEST_FRAME,
            max_queue=WAITING_FRAMES,
        )

    async def serve(self, socket: WebSocket) -> None:
        """One socket, from its upgrade to its end."""
        try:
            address = self._addresses.socket(socket.scope["raw_path"], socket.scope["query_string"])
        except AddressRefused:
            await socket.send_denial_response(ApiAnswer({"detail": "ADDRESS_REFUSED"}, 400))
            return
        closing = asyncio.create_task(self._closing.wait(), name="bridge closing")
        connecting = asyncio.create_task(self._connected(socket, address), name="bridge connecting")
        try:
            await asyncio.wait((closing, connecting), return_when=asyncio.FIRST_COMPLETED)
            if not connecting.done():
                await socket.send_denial_response(Response(status_code=503))
                return
            await self._serve(socket, connecting, closing)
        except WebSocketDisconnect:
            # The browser has gone, at whatever moment; nobody is left to answer.
            return
        finally:
            closing.cancel()
            connecting.cancel()
            await asyncio.gather(closing, connecting, return_exceptions=True)

    @staticmethod
    async def _serve(
        socket: WebSocket, connecting: asyncio.Task[ClientConnection], closing: asyncio.Task[Literal[True]]
    ) -> None:
        try:
            upstream = await connecting
        except InvalidStatus as refusal:
            await _refuse(socket, refusal.response.status_code)
        except TimeoutError:
            await socket.send_denial_response(ApiAnswer({"detail": "BACKEND_TIMEOUT"}, 504))
        except (OSError, InvalidHandshake, InvalidURI, EOFError):
            await socket.send_denial_response(ApiAnswer({"detail": "BACKEND_UNREACHABLE"}, 502))
        else:
            try:
                await socket.accept(VERSION if VERSION in socket.scope["subprotocols"] else None)
                await _carry(socket, upstream, closing)
            finally:
                # Whatever has not been closed in order by now is not going to be.
                upstream.transport.abort()

    async def close(self) -> None:
        """End every open socket in order, and open no more."""
        self._closing.set()


async def _refuse(socket: WebSocket, status: int) -> None:
    code = REFUSALS.get(status)
    if code is None:
        await socket.send_denial_response(Response(status_code=status if status >= 400 else 502))
        return
    await socket.accept(VERSION if VERSION in socket.scope["subprotocols"] else None)
    await socket.close(code, f"the backend answered {status}")


async def _carry(socket: WebSocket, upstream: ClientConnection, closing: asyncio.Task[Literal[True]]) -> None:
    """Pass frames both ways until one side ends, then end the other in the same way."""
    outward = asyncio.create_task(_to_backend(socket, upstream), name="to the backend")
    inward = asyncio.create_task(_to_browser(socket, upstream), name="to the browser")
    try:
        await asyncio.wait((outward, inward, closing), return_when=asyncio.FIRST_COMPLETED)
        if closing.done():
            await upstream.close(GOING_AWAY)
            await socket.close(RESTARTING, "the host is stopping")
        elif inward.done() and not inward.cancelled() and inward.exception() is None:
            code, reason = inward.result()
            # Returning without a close frame makes the server drop the connection, which the browser sees as 1006.
            if code != ABNORMAL:
                await socket.close(1000 if code == NO_STATUS else code, reason)
        elif outward.done() and not outward.cancelled() and outward.exception() is None:
            code, reason = outward.result()
            if code == ABNORMAL:
                upstream.transport.abort()
            else:
                await upstream.close(1000 if code == NO_STATUS else code, reason)
    finally:
        for task in (outward, inward):
            task.cancel()
        await asyncio.gather(outward, inward, return_exceptions=True)


async def _to_backend(socket: WebSocket, upstream: ClientConnection) -> tuple[int, str]:
    """Answers how the browser ended it."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            code = message.get("code", ABNORMAL)
            # A connection that was lost is NO_STATUS to the server too, but then it speaks of no reason.
            return ABNORMAL if code == NO_STATUS and "reason" not in message else code, message.get("reason") or ""
        text = message.get("text")
        try:
            await upstream.send(message["bytes"] if text is None else text)
        except ConnectionClosed:
            # The other direction knows how, and says so.
            await asyncio.Event().wait()


async def _to_browser(socket: WebSocket, upstream: ClientConnection) -> tuple[int, str]:
    """Answers how the backend ended it."""
    try:
        while True:
            frame = await upstream.recv()
            if isinstance(frame, str):
                await socket.send_text(frame)
            else:
                await socket.send_bytes(frame)
    except ConnectionClosed as closed:
        if closed.rcvd is None:
            # Also when we closed because of what came: a frame over the limit is ours to report.
            sent = closed.sent
            return (sent.code, sent.reason) if sent is not None and sent.code != 1000 else (ABNORMAL, "")
        return closed.rcvd.code, closed.rcvd.reason
