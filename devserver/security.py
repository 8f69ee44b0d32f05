"""What every request has to pass and every response has to carry.

A request whose Host names another site is refused while the host listens on loopback alone (DNS rebinding), and a
socket whose Origin is another site's is refused before the upgrade. Only names are compared for Host, not ports:
rebinding needs a foreign name, and a forwarded port is a legitimate way here. There is no CORS: nobody else's page may
read anything.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})

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


def is_loopback(host: str) -> bool:
    """Whether listening on ``host`` is listening to this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _name_and_port(authority: str, default_port: int) -> tuple[str, int] | None:
    """``host[:port]`` taken apart, or ``None`` if it is not that."""
    try:
        parts = urlsplit(f"//{authority}")
        if parts.hostname is None or parts.username is not None or parts.path:
            return None
        return parts.hostname, parts.port or default_port
    except ValueError:
        return None


def same_origin(origin: str, host: str) -> bool:
    """Whether an Origin header names the site that the Host header names."""
    scheme, separator, authority = origin.partition("://")
    if not separator or scheme not in {"http", "https"}:
        return False
    default_port = 443 if scheme == "https" else 80
    place = _name_and_port(authority, default_port)
    return place is not None and place == _name_and_port(host, default_port)


class Guard:
    """ASGI middleware around everything else."""

    def __init__(self, app: ASGIApp, *, host: str, images_from: tuple[str, ...] = ()) -> None:
        self._app = app
        self._names = LOOPBACK_NAMES | {host.lower()} if is_loopback(host) else None
        self._page_policy = page_policy(images_from)

    def _refusal(self, scope: Scope) -> str | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._names is not None:
            place = _name_and_port(host, 80)
            if place is None or place[0] not in self._names:
                return "This host answers only to its own name: open it as http://127.0.0.1 or http://localhost."
        if scope["type"] == "websocket":
            origin = headers.get("origin")
            if origin is not None and not same_origin(origin, host):
                return "Sockets are open to this host's own page only."
        return None

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

        refusal = self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send_with_headers)
        elif scope["type"] == "websocket":
            await receive()
            await PlainTextResponse(refusal + "\n", status_code=403)(scope, receive, send)
        else:
            await PlainTextResponse(refusal + "\n", status_code=400)(scope, receive, send_with_headers)
