"""``/__faults__/``: arming, listing, clearing, checkpoints, the truth, and a page to do it by hand.

JSON in and out. What is asked for wrongly is answered with 4xx and what would have been right. A request that names
another site as its origin is refused: the switches are nobody's but this machine's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from devserver.admission import same_origin
from devserver.faults import places
from devserver.faults.board import Board
from devserver.faults.catalogue import AnyFault
from devserver.faults.fault import Fault
from devserver.faults.outages import NAME, Account, ExpiredToken, Restart
from devserver.faults.stage import Backstage, UnknownCheckpoint, UnknownUser
from devserver.faults.wire import hold, wire_of
from devserver.site import MEDIA_TYPES

PAGE = Path(__file__).parent / "page"
FILES = {"/": "index.html", "/faults.js": "faults.js", "/faults.css": "faults.css"}
EVERY_METHOD = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class Checkpoint(BaseModel):
    """A name for the database as it is now."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(pattern=NAME)


def _same_site(request: Request) -> None:
    origin = request.headers.get("origin")
    if origin is not None and not same_origin(origin, request.headers.get("host", "")):
        raise HTTPException(403, "the switches are open to this host's own page, and to what is no browser")


class Interface:
    """The routes, over one board and, where the backend is embedded, its stage."""

    def __init__(self, board: Board, stage: Backstage | None, backend_routes: Iterable[str]) -> None:
        self._board = board
        self._stage = stage
        self._routes = tuple(backend_routes)
        self.router = it = APIRouter(prefix=places.PREFIX, dependencies=[Depends(_same_site)])
        for path in FILES:
            it.add_api_route(path, self._file, methods=["GET"], response_model=None)
        it.add_api_route("/armed", self._listed, methods=["GET"])
        it.add_api_route("/armed", self._arm, methods=["POST"])
        it.add_api_route("/armed", self._clear, methods=["DELETE"])
        it.add_api_route("/armed/{number}", self._one, methods=["GET"])
        it.add_api_route("/armed/{number}", self._disarm, methods=["DELETE"])
        it.add_api_route("/sockets", self._sockets, methods=["GET"])
        it.add_api_route("/checkpoints", self._checkpoints, methods=["GET"])
        it.add_api_route("/checkpoints", self._save, methods=["POST"])
        it.add_api_route("/truth", self._truth, methods=["GET"])
        it.add_api_route("/{rest:path}", self._unknown, methods=EVERY_METHOD)

    async def _file(self, request: Request) -> FileResponse:
        file = PAGE / FILES[request.scope["path"].removeprefix(places.PREFIX)]
        return FileResponse(file, media_type=MEDIA_TYPES[file.suffix], headers={"Cache-Control": "no-cache"})

    def _backstage(self) -> Backstage:
        if self._stage is None:
            raise HTTPException(409, "this needs the embedded backend: start the host without --backend")
        return self._stage

    async def _arm(self, order: Annotated[AnyFault, Body()]) -> dict[str, Any]:
        complaint = None if order.path is None else places.complaint(order.path, self._routes)
        if complaint is not None:
            raise HTTPException(422, complaint)
        if order.socket is not None and order.socket not in self._board.sockets:
            raise HTTPException(404, f"no socket {order.socket} is open; open are: {sorted(self._board.sockets)}")
        if order.at != "now":
            return self._board.arm(order).shown()
        times = await self._now(order)
        armed = self._board.arm(order)
        armed.struck_now(times)
        return armed.shown()

    async def _now(self, order: Fault) -> int:
        if isinstance(order, Account | ExpiredToken | Restart):
            try:
                await order.on_backend(self._backstage())
            except UnknownCheckpoint as unknown:
                known = self._backstage().checkpoints
                raise HTTPException(404, f"there is no checkpoint {unknown}; there are: {known}") from unknown
            except UnknownUser as unknown:
                raise HTTPException(404, f"there is no user {unknown}") from unknown
            return 1
        aimed = self._board.aimed_at(order)
        for live in aimed:
            await order.on_socket(live)
        return len(aimed)

    async def _listed(self) -> dict[str, Any]:
        return {"items": self._board.shown()}

    async def _one(
        self,
        request: Request,
        number: int,
        until_fired: Annotated[int, Query(ge=0)] = 0,
        timeout_s: Annotated[float, Query(ge=0, le=60)] = 10.0,
    ) -> dict[str, Any]:
        armed = self._board.find(number)
        if armed is None:
            raise HTTPException(404, f"nothing armed has the number {number}")
        reached = asyncio.create_task(armed.reached(until_fired), name="fault strikes")
        patience = asyncio.create_task(hold(wire_of(request.scope), timeout_s), name="fault awaited")
        try:
            await asyncio.wait({reached, patience}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            reached.cancel()
            patience.cancel()
            await asyncio.gather(reached, patience, return_exceptions=True)
        return armed.shown()

    async def _disarm(self, number: int) -> dict[str, Any]:
        armed = self._board.disarm(number)
        if armed is None:
            raise HTTPException(404, f"nothing armed has the number {number}")
        return armed.shown()

    async def _clear(self) -> dict[str, Any]:
        cleared = self._board.shown()
        self._board.clear()
        if self._stage is not None:
            self._stage.open_accounts()
        return {"cleared": cleared}

    async def _sockets(self) -> dict[str, Any]:
        return {"items": [live.shown() for live in self._board.sockets.values()]}

    async def _checkpoints(self) -> dict[str, Any]:
        return {"items": self._backstage().checkpoints}

    async def _save(self, checkpoint: Checkpoint) -> dict[str, Any]:
        self._backstage().save(checkpoint.name)
        return {"items": self._backstage().checkpoints}

    async def _truth(self) -> dict[str, Any]:
        return self._backstage().truth()

    async def _unknown(self, rest: str) -> Response:
        there = "armed, armed/{number}, sockets, checkpoints, truth"
        raise HTTPException(404, f"there is no {places.PREFIX}/{rest} for this method; there are: {there}")
