"""A backend that says what reached it: every request's line and headers, and a socket that opens for anybody."""

from __future__ import annotations

import base64
import hashlib
import http.server
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

ACCEPT = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class EchoBackend(http.server.ThreadingHTTPServer):
    """Listens on a free port of loopback; `asked` holds the request lines so far."""

    daemon_threads = True
    said: Mapping[str, str] = MappingProxyType({})
    """Further headers of its answers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: EchoBackend

    def do_GET(self) -> None:
        """Answer with what was asked; an upgrade is granted, closed at once, and shown in its own answer's header."""
        self.server.asked.append(self.requestline)
        seen = json.dumps({"line": self.requestline, "headers": self.headers.items()})
        if self.headers.get("Upgrade", "").lower() == "websocket":
            key = self.headers["Sec-WebSocket-Key"].encode()
            self.send_response(101)
            self.send_header("Upgrade", "websocket")
            self.send_header("Connection", "Upgrade")
            self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key + ACCEPT).digest()).decode())
            self.send_header("X-Seen", seen)
            self.end_headers()
            self.close_connection = True
            return
        body = seen.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in self.server.said.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """Read the body and answer as to a GET."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Say nothing."""


@contextmanager
def echo_backend() -> Iterator[EchoBackend]:
    """Run one."""
    with EchoBackend() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
