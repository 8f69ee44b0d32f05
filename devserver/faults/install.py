"""Putting the switches into an application that is being built."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import BaseRoute, Route, WebSocketRoute

from devserver.embedded import Embedded
from devserver.faults.board import Board
from devserver.faults.interface import Interface
from devserver.faults.middleware import Faults
from devserver.faults.stage import Backstage
from devserver.proxy.proxy import Proxy


def _templates(routes: list[BaseRoute]) -> set[str]:
    return {route.path for route in routes if isinstance(route, Route | WebSocketRoute)}


def install(app: FastAPI, behind: Embedded | Proxy, routes: list[BaseRoute]) -> None:
    """Add the middleware, and the interface for it, to an application whose backend answers ``routes``.

    Before the guard is added, which has to stay outermost.
    """
    board = Board()
    stage = Backstage(behind, board) if isinstance(behind, Embedded) else None
    # Behind the proxy, only the other side knows what there is.
    templates = _templates(routes) if stage else {"/api/{path:path}"}
    app.include_router(Interface(board, stage, templates).router)
    app.add_middleware(Faults, board=board)
