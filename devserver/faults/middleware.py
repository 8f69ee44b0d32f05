"""Where occasions arise: pure ASGI, inside the guard and around everything else.

Several faults may strike on one occasion; the first armed is the outermost. The interface of the switches itself is
never struck.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from devserver.faults.board import Board
from devserver.faults.fault import Exchange, Fault
from devserver.faults.order import Occasion, Order
from devserver.faults.places import PREFIX
from devserver.faults.sockets import Frame, Gone, LiveSocket
from devserver.faults.wire import FaultySocket, hold, wire_of


class Faults:
    """ASGI middleware that does what is armed on ``board``."""

    def __init__(self, app: ASGIApp, *, board: Board) -> None:
        self._app = app
        self._board = board
        self._numbers = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry a request or a socket, as well as the faults let it."""
        kind = scope["type"]
        if kind not in {"http", "websocket"} or scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        wire = wire_of(scope)
        self._board.carried.add(wire)
        try:
            at: Occasion = "request" if kind == "http" else "upgrade"
            method = scope.get("method", "GET")
            await self._through(at, self._board.striking(at, method, scope["path"]), scope, receive, send)
        finally:
            self._board.carried.discard(wire)

    async def _through(self, at: Occasion, orders: Iterator[Order], scope: Scope, receive: Receive, send: Send) -> None:
        order = next(orders, None)
        if order is None:
            await (self._app if at == "request" else self._socket)(scope, receive, send)
            return

        async def onward(to: Send) -> None:
            await self._through(at, orders, scope, receive, to)

        exchange = Exchange(scope, receive, send, wire_of(scope), onward)
        fault = cast(Fault, order)
        await (fault.on_request(exchange) if at == "request" else fault.on_upgrade(exchange))

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        wire = cast(FaultySocket, wire_of(scope))
        live = LiveSocket(next(self._numbers), scope["path"], wire, receive, send)
        self._board.sockets[live.number] = live

        async def to_client(message: Message) -> None:
            await self._out(live, message)

        try:
            await self._app(scope, live.next_message, to_client)
            if live.deaf:
                await hold(wire)
        finally:
            del self._board.sockets[live.number]

    def _striking(self, at: Occasion, live: LiveSocket, frame: Frame = "") -> Iterator[Fault]:
        text = frame if isinstance(frame, str) else ""
        return cast(Iterator[Fault], self._board.striking(at, "GET", live.path, live.number, text))

    async def _out(self, live: LiveSocket, message: Message) -> None:
        if live.ended:
            raise Gone
        if live.deaf:
            return
        match message["type"]:
            case "websocket.accept":
                await live.pass_on(message)
                live.accepted = True
                for fault in self._striking("open", live):
                    await fault.on_socket(live)
            case "websocket.send":
                text = message.get("text")
                await self._frame(live, message["bytes"] if text is None else text)
            case "websocket.close":
                for kept in live.kept:
                    await live.say(kept)
                live.ended = True
                await live.pass_on(message)
            case _:
                await live.pass_on(message)

    async def _frame(self, live: LiveSocket, frame: Frame) -> None:
        live.frames += 1
        frames = [frame]
        for fault in self._striking("frame", live, frame):
            frames = await fault.on_frame(live, frames)
        if live.ended:
            raise Gone
        if live.swallowing or not frames:
            return
        kept, live.kept = live.kept, []
        for each in (*frames, *kept):
            await live.say(each)
