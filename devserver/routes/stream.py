"""The push socket.

A refused token is told by close code 4401 after the upgrade, because a browser does not show why an upgrade failed.
Each socket is one coroutine that owns a sender and a receiver, and ends both.
"""

from __future__ import annotations

import asyncio
import json
import time

from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect

from devserver.embedded import Embedded
from devserver.models import User
from devserver.push import Listener
from devserver.routes.identity import Backend, bearer
from devserver.subprotocols import VERSION, offered_token
from devserver.tokens import Access, TokenRefused

router = APIRouter()

TOKEN_REFUSED = 4401
TRY_LATER = 1013
CLOSE_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 60.0


def presented_token(socket: WebSocket) -> str | None:
    """The token, from the subprotocols, the header or the query, in this order."""
    return (
        offered_token(socket.scope["subprotocols"])
        or bearer(socket.headers.get("authorization"))
        or socket.query_params.get("access_token")
        or None
    )


def _admitted(backend: Backend, token: str | None) -> Access:
    """Whose socket it is; raises ``TokenRefused``."""
    if token is None:
        raise TokenRefused("AUTHORIZATION_REQUIRED")
    access = backend.tokens.read(token)
    with backend.database.transaction() as session:
        if session.get(User, access.user_id) is None:
            raise TokenRefused("INVALID_TOKEN")
    return access


@router.websocket("/api/notify/v1/stream")
async def stream(socket: WebSocket, backend: Backend) -> None:
    """Replay the recent past, then push until someone ends it."""
    try:
        await socket.accept(VERSION if VERSION in socket.scope["subprotocols"] else None)
        ending = await _served(socket, backend)
        if ending is not None:
            # A client that reads nothing would hold the close frame up for ever; after a while it is dropped.
            await asyncio.wait_for(socket.close(*ending), CLOSE_SECONDS)
    except (TimeoutError, WebSocketDisconnect):
        return


async def _served(socket: WebSocket, backend: Embedded) -> tuple[int, str] | None:
    """Serve one socket; answers the close code and reason to use, or ``None`` if the client has gone."""
    try:
        access = _admitted(backend, presented_token(socket))
    except TokenRefused as refused:
        return TOKEN_REFUSED, refused.code
    listener = backend.hub.join(access.user_id)
    try:
        return await _attend(socket, listener, access.expires_at)
    finally:
        backend.hub.leave(listener)


async def _attend(socket: WebSocket, listener: Listener, expires_at: float) -> tuple[int, str] | None:
    """Push to an admitted client until it goes, falls behind, or its token runs out."""
    client = asyncio.create_task(_receive(socket, listener), name="socket receiver")
    sender = asyncio.create_task(_send(socket, listener), name="socket sender")
    overflow = asyncio.create_task(listener.overflowed.wait(), name="socket overflow")
    parts: set[asyncio.Task[object]] = {client, sender, overflow}
    try:
        # The wall clock may jump, so the deadline is looked at again now and then.
        while (left := expires_at - time.time()) > 0:
            done, _ = await asyncio.wait(
                parts, timeout=min(left, LONGEST_WAIT_SECONDS), return_when=asyncio.FIRST_COMPLETED
            )
            if overflow in done:
                return TRY_LATER, "too slow"
            if done:
                return None
        return TOKEN_REFUSED, "INVALID_TOKEN"
    finally:
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)


async def _send(socket: WebSocket, listener: Listener) -> None:
    while True:
        await socket.send_text(await listener.next())


async def _receive(socket: WebSocket, listener: Listener) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        if text is not None:
            listener.offer(_reply(text))


def _reply(text: str) -> str:
    """A pong for a ping; anything else comes back as an echo."""
    try:
        if len(text) < 1000 and json.loads(text) == {"type": "ping"}:
            return '{"type": "pong"}'
    except (ValueError, RecursionError):
        pass
    return json.dumps({"type": "echo", "payload": text})
