"""What every request has to pass and every response has to carry.

What is received at all is decided in ``admission``.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from devserver.admission import Admission
from tools.page_policy import page_policy, script_folder

API_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

FIXED_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """ASGI middleware around everything else."""

    def __init__(self, app: ASGIApp, *, admission: Admission, images_from: tuple[str, ...] = ()) -> None:
        self._app = app
        self._admission = admission
        self._images_from = images_from

    def _policy(self, scope: Scope) -> str:
        if scope["path"].startswith("/api/"):
            return API_POLICY
        if scope["path"].startswith("/__faults__/"):
            # The page by hand brings a script of its own, from beside itself.
            return page_policy(scripts="'self'", images_from=self._images_from)
        scripts = script_folder(Headers(scope=scope).get("host", ""))
        return page_policy(scripts=scripts, images_from=self._images_from)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on and add the headers."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        policy = self._policy(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in FIXED_HEADERS.items():
                    headers[name] = value
                headers.append("Content-Security-Policy", policy)
            await send(message)

        refusal = self._admission.refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send_with_headers)
        elif scope["type"] == "websocket":
            await receive()
            await PlainTextResponse(f"{refusal.why}\n", status_code=403)(scope, receive, send)
        else:
            await PlainTextResponse(f"{refusal.why}\n", refusal.status)(scope, receive, send_with_headers)
