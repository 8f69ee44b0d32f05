"""What every request has to pass and every response has to carry.

What is heard at all is decided in ``admission``.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from devserver.admission import Admission

API_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

FIXED_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def page_policy(images_from: tuple[str, ...] = ()) -> str:
    """The Content-Security-Policy of the page: its own host only, no inline code, no ``eval`` but WebAssembly's."""
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "style-src 'self'",
            " ".join(("img-src 'self' data: blob:", *images_from)),
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


class Guard:
    """ASGI middleware around everything else."""

    def __init__(self, app: ASGIApp, *, admission: Admission, images_from: tuple[str, ...] = ()) -> None:
        self._app = app
        self._admission = admission
        self._page_policy = page_policy(images_from)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on and add the headers."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        policy = API_POLICY if scope["path"].startswith("/api/") else self._page_policy

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
