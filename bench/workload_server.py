"""A backend that does exactly what a workload says, and serves the page it is measured with.

It speaks the contract, but answers the first reads with every job there is, however few the page asked for: the
contract's pages of 50 and 200 would never show a thousand rows. Once ``seal`` has been called, pages are what was asked
for. It refuses to surprise: no clock of its own decides anything but when frames are due.

    python -m bench.workload_server WORKLOAD [--site DIR] [--port N]
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from websockets.exceptions import InvalidHandshake
from websockets.frames import Frame as WireFrame
from websockets.frames import Opcode
from websockets.http11 import Request as HandshakeRequest
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from bench.workloads import NAMES, USER, WORKLOADS, Frame, Job, Workload, World, build, chosen, proofs
from devserver.site import LATE, MEDIA_TYPES, Site

LONGEST_HEAD: Final = 64 * 1024
TOKEN_LIFETIME_S: Final = 12 * 3600


@dataclass(frozen=True, slots=True)
class Request:
    """One request, read whole."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    head: bytes


class PeerSite:
    """The files that Vite has built."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    def find(self, path: str) -> Path | None:
        """The file of a request path, if there is one."""
        file = (self._root / ("index.html" if path == "/" else path.removeprefix("/"))).resolve()
        return file if file.is_file() and file.is_relative_to(self._root) else None


class WorkloadServer:
    """Serves one page and one workload, on a free port of this machine."""

    def __init__(self, workload: Workload, site: Site | PeerSite, *, seed: int = 1, late: bytes | None = None) -> None:
        """``late`` is the late part of our page, if it is to have one: it has more than the page does without it."""
        self._workload = workload
        self._late = late
        self._site = site
        self.world: World = build(workload, seed)
        self._wires = [_encoded(frame.text) for frame in self.world.frames]
        self._sealed = False
        self._sockets: set[asyncio.StreamWriter] = set()
        self._connections: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self.opened = asyncio.Event()
        """Set once a socket was opened."""
        self.requests: Counter[str] = Counter()
        self.sent_at: list[float] = []
        """When each frame was written, in seconds of the machine's monotonic clock."""
        self._all = {
            "task": _list(self.world.tasks.values(), total=True),
            "ability-task": _list(self.world.ability_tasks.values()),
        }

    async def start(self, port: int = 0) -> str:
        """Begin to serve; returns the address."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=LONGEST_HEAD)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """End all connections."""
        if self._server is not None:
            self._server.close()
            for writer in tuple(self._connections):
                writer.close()
            await self._server.wait_closed()

    def seal(self) -> None:
        """From now on a page of a list is as long as was asked for."""
        self._sealed = True
        self._all = {}

    def prove(self) -> None:
        """Let push show that it carries both kinds."""
        for writer in self._sockets:
            writer.write(b"".join(_encoded(text) for text in proofs(self.world)))

    async def push(self) -> None:
        """Send the workload's frames, each in its slot."""
        loop = asyncio.get_running_loop()
        frames, wires = self.world.frames, self._wires
        began = loop.time()
        index = 0
        while index < len(frames):
            at_s = frames[index].at_s
            await asyncio.sleep(max(0.0, began + at_s - loop.time()))
            end = index
            while end < len(frames) and frames[end].at_s == at_s:
                end += 1
            for writer in self._sockets:
                writer.write(b"".join(wires[index:end]))
            self.sent_at.extend([time.monotonic()] * (end - index))
            for frame in frames[index:end]:
                self._remember(frame)
            index = end

    def _remember(self, frame: Frame) -> None:
        """Let later reads agree with what was pushed."""
        job = self.world.job(frame.job) if frame.job else None
        payload = json.loads(frame.text)["payload"]
        if job is None:
            self.world.balance = payload.get("balance", self.world.balance)
            return
        job.reached = frame.reached
        job.status = payload["status"]
        job.ended = frame.ends
        stamp = payload.get("updatedAt")
        job.updated_at = datetime.fromisoformat(stamp) if stamp else datetime.now(UTC)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            while (request := await _read_request(reader)) is not None:
                if request.headers.get("upgrade", "").lower() == "websocket":
                    await self._socket(request, reader, writer)
                    return
                status, media_type, body = self._answer(request)
                writer.write(
                    f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {media_type}\r\n"
                    f"Content-Length: {len(body)}\r\nCache-Control: no-cache\r\n\r\n".encode()
                )
                writer.write(body)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            self._connections.discard(writer)
            writer.close()

    async def _socket(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        protocol = ServerProtocol(subprotocols=[Subprotocol("podi.v1")])
        protocol.receive_data(request.head)
        for event in protocol.events_received():
            if isinstance(event, HandshakeRequest):
                with contextlib.suppress(InvalidHandshake):
                    protocol.send_response(protocol.accept(event))
        _flush(protocol, writer)
        self._sockets.add(writer)
        self.opened.set()
        try:
            while data := await reader.read(65536):
                protocol.receive_data(data)
                for event in protocol.events_received():
                    if isinstance(event, WireFrame) and event.opcode is Opcode.TEXT:
                        protocol.send_text(b'{"type":"pong"}')
                _flush(protocol, writer)
        finally:
            self._sockets.discard(writer)

    def _answer(self, request: Request) -> tuple[HTTPStatus, str, bytes]:
        if not request.path.startswith("/api/"):
            file = self._site.find(request.path)
            if self._late is not None and request.path == LATE:
                return HTTPStatus.OK, "application/octet-stream", self._late
            if file is None:
                return HTTPStatus.NOT_FOUND, "text/plain", b"404\n"
            return HTTPStatus.OK, MEDIA_TYPES.get(file.suffix, "application/octet-stream"), file.read_bytes()
        self.requests[f"{request.method} {request.path}"] += 1
        status, body = self._route(request)
        return status, "application/json", body

    def _route(self, request: Request) -> tuple[HTTPStatus, bytes]:
        path = request.path
        if path in {"/api/auth/login", "/api/auth/refresh"}:
            return HTTPStatus.OK, _json(_tokens())
        if path == "/api/tasks/v1":
            return HTTPStatus.OK, self._list("task", int(request.query.get("size", "50")), int(request.query["page"]))
        if path == "/api/ability-tasks":
            return HTTPStatus.OK, self._list("ability-task", int(request.query.get("limit", "200")), 0)
        if path == "/api/wallet/v1/statistics":
            answer = {"totalPoints": self.world.balance, "tempPoints": 0, "frozenPoints": 500, "grantedToday": 0}
            return HTTPStatus.OK, _json(answer)
        for prefix in ("/api/tasks/v1/", "/api/ability-tasks/"):
            if path.startswith(prefix):
                job = self.world.job(unquote(path.removeprefix(prefix)))
                if job is not None:
                    return HTTPStatus.OK, _json(job.wire())
                return HTTPStatus.NOT_FOUND, _json({"detail": "TASK_NOT_FOUND"})
        if path.startswith("/api/admin/"):
            return HTTPStatus.FORBIDDEN, _json({"detail": "ADMIN_ONLY"})
        return HTTPStatus.NOT_FOUND, _json({"detail": "Not Found"})

    def _list(self, kind: str, most: int, page: int) -> bytes:
        if not self._sealed:
            return self._all[kind] if page == 0 else _list([], total=kind == "task")
        jobs = list((self.world.tasks if kind == "task" else self.world.ability_tasks).values())
        shown = jobs[page * most : (page + 1) * most]
        if not self._workload.push:
            self._move(shown)
        answer: dict[str, Any] = {"items": [job.wire() for job in shown]}
        if kind == "task":
            answer |= {"total": len(jobs), "page": page, "size": most}
        return _json(answer)

    @staticmethod
    def _move(jobs: Sequence[Job]) -> None:
        """Let every third job have moved on by the time it is asked for."""
        for job in jobs[::3]:
            job.reached += 1
            job.updated_at = datetime.now(UTC)


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return Request(method, parts.path, query, headers, head)


def _flush(protocol: ServerProtocol, writer: asyncio.StreamWriter) -> None:
    for data in protocol.data_to_send():
        writer.write(data) if data else writer.close()


def _encoded(text: str) -> bytes:
    return WireFrame(Opcode.TEXT, text.encode()).serialize(mask=False)


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _list(jobs: Any, *, total: bool = False) -> bytes:
    items = [job.wire() for job in jobs]
    return _json({"items": items, "total": len(items), "page": 0, "size": 50} if total else {"items": items})


def _tokens() -> dict[str, Any]:
    """Tokens of the right shape; nobody here looks at a signature."""
    claims = {"sub": USER, "role": "user", "exp": int(time.time()) + TOKEN_LIFETIME_S}
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    token = f"eyJhbGciOiJub25lIn0.{body}.bench"
    return {
        "accessToken": token,
        "tokenType": "bearer",
        "expiresIn": TOKEN_LIFETIME_S,
        "refreshToken": token,
        "role": "user",
    }


async def _stand(workload: Workload, root: Path, port: int) -> None:
    """Serve until interrupted; the frames are pushed once, a few seconds after the page has connected."""
    site = PeerSite(root) if (root / "assets").is_dir() else Site(root)
    server = WorkloadServer(workload, site)
    sys.stdout.write(f"ready {await server.start(port)}\n")
    sys.stdout.flush()
    await server.opened.wait()
    await asyncio.sleep(5)
    server.seal()
    await server.push()
    await asyncio.Event().wait()


def main() -> int:
    """Serve one workload, to look at a page by hand."""
    parser = argparse.ArgumentParser("python -m bench.workload_server", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("workload", choices=[*WORKLOADS, *NAMES], metavar="WORKLOAD")
    parser.add_argument("--site", type=Path, default=Path())
    parser.add_argument("--port", type=int, default=8100)
    given = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_stand(chosen(given.workload)[-1], given.site, given.port))
    return 0


if __name__ == "__main__":
    sys.exit(main())
