"""The push socket.

A refused token is reported by close code 4401 after the upgrade, because a browser does not show why an upgrade failed.
Each socket is one coroutine that owns a sender and a receiver, and ends both. A backend like the product asks nobody
who they are and knows no subprotocol.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Coroutine

from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect

from devserver.embedded import Embedded
from devserver.models import User
from devserver.push import Hub, Listener
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
        user = session.get(User, access.user_id)
        if user is None or user.state != "active":
            raise TokenRefused("INVALID_TOKEN")
    return access


@router.websocket("/api/notify/v1/stream")
async def stream(socket: WebSocket, backend: Backend) -> None:
    """Replay the recent past, then push until someone ends it."""
    try:
        versioned = backend.character.authenticates_sockets and VERSION in socket.scope["subprotocols"]
        await socket.accept(VERSION if versioned else None)
        ending = await _served(socket, backend)
        if ending is not None:
            # A client that reads nothing would hold the close frame up for ever; after a while it is dropped.
            await asyncio.wait_for(socket.close(*ending), CLOSE_SECONDS)
    except (TimeoutError, WebSocketDisconnect):
        return


async def _served(socket: WebSocket, backend: Embedded) -> tuple[int, str] | None:
    """Serve one socket; answers the close code and reason to use, or ``None`` if the client has gone."""
    user_id, expires_at = None, math.inf
    if backend.character.authenticates_sockets:
        try:
            access = _admitted(backend, presented_token(socket))
        except TokenRefused as refused:
            return TOKEN_REFUSED, refused.code
        user_id, expires_at = access.user_id, access.expires_at
    # A restart of the backend replaces the hub; the socket leaves the one that it joined.
    hub = backend.hub
    listener = hub.join(user_id)
    receiving = _receive(socket, listener, hub, answers_pings=backend.character.answers_pings)
    try:
        return await _attend(socket, listener, receiving, expires_at)
    finally:
        hub.leave(listener)


async def _attend(
    socket: WebSocket, listener: Listener, receiving: Coroutine[object, object, None], expires_at: float
) -> tuple[int, str] | None:
    """Push to an admitted client until it goes, falls behind, or its token runs out."""
    client = asyncio.create_task(receiving, name="socket receiver")
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


async def _receive(socket: WebSocket, listener: Listener, hub: Hub, *, answers_pings: bool) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        if text is None:
            continue
        if answers_pings and _is_ping(text):
            listener.offer('{"type": "pong"}')
        else:
            hub.echo(listener, text)


def _is_ping(text: str) -> bool:
    try:
        return len(text) < 1000 and bool(json.loads(text) == {"type": "ping"})
    except (ValueError, RecursionError):
        return False
