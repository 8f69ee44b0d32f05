"""The ASGI application: the page's files and, below ``/api``, the embedded backend or the proxy.

Everything is wrapped by the guard, and by nothing else; further middleware can be put around the application that
``build_app`` returns.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response

from devserver import demo_accounts
from devserver.admission import Admission
from devserver.answers import ApiAnswer, invalid_request
from devserver.embedded import Embedded
from devserver.proxy.proxy import Proxy
from devserver.routes import (
    abilities,
    ability_logs,
    ability_tasks,
    admin_lists,
    assets,
    auth,
    comfyui,
    dashboard,
    log_export,
    log_metrics,
    stream,
    tasks,
    wallet,
)
from devserver.security import Guard
from devserver.settings import Settings
from devserver.site import Site

LARGEST_BODY = 32 * 1024 * 1024
# A call may bring a picture; nothing else has a reason to be long.
LARGEST_BODIES = {auth.router.prefix: 16 * 1024, tasks.router.prefix: 2 * 1024 * 1024}

ROUTERS = (
    auth.router,
    tasks.router,
    ability_tasks.router,
    abilities.router,
    admin_lists.router,
    dashboard.router,
    log_metrics.router,
    log_export.router,
    ability_logs.router,
    comfyui.router,
    wallet.router,
    assets.router,
    stream.router,
)


async def _no_such_route(_request: Request) -> Response:
    return ApiAnswer({"detail": "Not Found"}, 404)


def build_app(settings: Settings, behind: Embedded | Proxy) -> FastAPI:
    """The application in front of ``behind``, which is started and closed with it."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        behind.start()
        try:
            yield
        finally:
            await behind.close()

    app = FastAPI(
        title="podi development host",
        lifespan=lifespan,
        default_response_class=ApiAnswer,
        # The interactive documentation loads scripts from elsewhere, which the page's policy forbids.
        openapi_url=None,
        redirect_slashes=False,
        max_body_size=LARGEST_BODY,
    )
    app.add_exception_handler(RequestValidationError, invalid_request)
    if settings.faults:
        from devserver.faults.install import install

        install(app, behind, [route for router in ROUTERS for route in router.routes])
    admission = Admission(settings.host, settings.names)
    app.add_middleware(Guard, admission=admission, images_from=settings.images_from)
    if isinstance(behind, Embedded):
        app.state.embedded = behind
        for router in ROUTERS:
            app.include_router(router, max_body_size=LARGEST_BODIES.get(router.prefix))
        every_method = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        app.add_route("/api/{path:path}", _no_such_route, methods=every_method)
    else:
        behind.mount(app)
    if not settings.beyond_loopback:
        accounts = demo_accounts.DemoAccounts(behind)
        app.add_route(demo_accounts.PATH, accounts.respond, methods=["GET", "HEAD"])
    app.add_route("/{path:path}", Site(settings.site).respond, methods=["GET", "HEAD"])
    return app
