"""Faults of requests alone: answers that are refused, bent, or never end."""

from __future__ import annotations

import json
import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, StringConstraints, model_validator
from starlette.responses import Response
from starlette.types import Message

from devserver.faults.fault import Exchange, Fault
from devserver.faults.wire import hold

BODILESS = frozenset({204, 205, 304})
FRAMING = frozenset({"content-length", "transfer-encoding", "connection"})


def _header_value(value: str) -> str:
    if not re.fullmatch(r"[\x20-\x7e\x80-\xff\t]*", value):
        raise ValueError("a header's value is one line of Latin-1")
    return value


HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", max_length=100)]
HeaderValue = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_header_value)]


class Status(Fault):
    """Another answer than the application's: any status, headers and body. The request does not reach it."""

    fault: Literal["status"]
    at: Literal["request"] = "request"
    status: int = Field(503, ge=200, le=599)
    headers: dict[HeaderName, HeaderValue] = Field({}, max_length=30)
    body: JsonValue = None
    """Text is sent as it is, anything else as JSON."""

    @model_validator(mode="after")
    def _sendable(self) -> Self:
        if self.status in BODILESS and self.body is not None:
            raise ValueError(f"an answer with status {self.status} has no body")
        if wrong := FRAMING & {name.lower() for name in self.headers}:
            raise ValueError(f"{', '.join(sorted(wrong))} is set by the host; see truncate, oversize and endless")
        return self

    async def on_request(self, exchange: Exchange) -> None:
        """Answer in the application's place."""
        text = self.body if isinstance(self.body, str) else "" if self.body is None else json.dumps(self.body)
        answer = Response(text.encode("utf-8", "surrogatepass"), self.status)
        names = {name.lower() for name in self.headers}
        if "content-type" not in names and text:
            kind = "text/plain; charset=utf-8" if isinstance(self.body, str) else "application/json"
            answer.headers["content-type"] = kind
        for name, value in self.headers.items():
            answer.headers[name] = value
        await answer(exchange.scope, exchange.receive, exchange.send)


class Crash(Fault):
    """The application raises: 500 in plain text, and the server closes the connection after it."""

    fault: Literal["crash"]
    at: Literal["request"] = "request"
    works: bool = False
    """True: what was asked for has been done by then."""

    async def on_request(self, exchange: Exchange) -> None:
        """Answer as the server does when the application has raised."""
        if self.works:
            await Captured.of(exchange)
        answer = Response(b"Internal Server Error", 500, media_type="text/plain")
        await answer(exchange.scope, exchange.receive, exchange.send)
        exchange.wire.transport.close()


class WrongRole(Fault):
    """The caller is no admin any more: what is asked of the admin's part is answered with 403."""

    fault: Literal["wrong-role"]
    at: Literal["request"] = "request"
    path: str | None = Field("/api/admin/**", max_length=500)

    async def on_request(self, exchange: Exchange) -> None:
        """Refuse as the backend would."""
        answer = Response(b'{"detail":"ADMIN_ONLY"}', 403, media_type="application/json")
        await answer(exchange.scope, exchange.receive, exchange.send)


class Endless(Fault):
    """An answer that begins and never ends."""

    fault: Literal["endless"]
    at: Literal["request"] = "request"
    status: int = Field(200, ge=200, le=599)
    chunk: str = Field(" ", min_length=1, max_length=65536)
    every_s: float = Field(0.2, gt=0.001, le=3600)

    @model_validator(mode="after")
    def _has_a_body(self) -> Self:
        if self.status in BODILESS:
            raise ValueError(f"an answer with status {self.status} has no body")
        return self

    async def on_request(self, exchange: Exchange) -> None:
        """Send a little now and then until the client has had enough."""
        headers = [(b"content-type", b"application/json")]
        await exchange.send({"type": "http.response.start", "status": self.status, "headers": headers})
        living = True
        while living:
            await exchange.send({"type": "http.response.body", "body": self.chunk.encode(), "more_body": True})
            living = await hold(exchange.wire, self.every_s, stuck=True)


class Captured:
    """The application's answer, kept instead of sent."""

    def __init__(self) -> None:
        self.start: Message = {}
        self.body = b""

    async def send(self, message: Message) -> None:
        """Take a message of the answer."""
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message.get("body", b"")

    @classmethod
    async def of(cls, exchange: Exchange) -> Self:
        """Let the application answer, to us."""
        answer = cls()
        await exchange.onward(answer.send)
        return answer

    async def go_out(self, exchange: Exchange, body: bytes, *, length: int | None = None, more: bool = False) -> None:
        """Send it after all, with this body and the length it claims to have."""
        if not self.start:
            return
        claimed = str(len(body) if length is None else length).encode()
        headers = [(name, value) for name, value in self.start["headers"] if name.lower() != b"content-length"]
        if self.start["status"] not in BODILESS:
            headers.append((b"content-length", claimed))
        await exchange.send({**self.start, "headers": headers})
        await exchange.send({"type": "http.response.body", "body": body, "more_body": more})
