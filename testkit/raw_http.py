"""HTTP as bytes on a socket, both ways, for what a library would tidy up or refuse to say."""

from __future__ import annotations

import base64
import hashlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

PATIENCE_S = 10.0
END_OF_HEAD = b"\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"


def address_of(url: str) -> tuple[str, int]:
    """The host and port of `http://host:port`."""
    host, _, port = url.removeprefix("http://").partition(":")
    return host, int(port)


def exchange(url: str, sent: bytes) -> bytes:
    """Everything that a server says to `sent` until it closes; ask it to with `Connection: close`."""
    with socket.create_connection(address_of(url), timeout=PATIENCE_S) as connection:
        connection.sendall(sent)
        said = b""
        while chunk := connection.recv(65536):
            said += chunk
        return said


def get(url: str, target: str, *headers: str, method: str = "GET", body: bytes = b"") -> bytes:
    """What a server says to a request for exactly this target."""
    host, port = address_of(url)
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}:{port}", "Connection: close", *headers]
    return exchange(url, "\r\n".join(lines).encode("latin-1") + END_OF_HEAD + body)


def status(answer: bytes) -> int:
    """The status of an answer; 0 if there was none."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0


def body(answer: bytes) -> bytes:
    """What follows the head of an answer, in whatever coding it was sent."""
    return answer.partition(END_OF_HEAD)[2]


class Last(bytes):
    """What a server says before it closes the connection."""


@dataclass(frozen=True, slots=True)
class Received:
    """One whole request as a server got it."""

    connection: int
    """Which connection it came on, from 1."""
    number: int
    """Which request of that connection it is, from 1."""
    head: bytes
    body: bytes
    """As it came: in chunks, if it came in chunks."""

    @property
    def target(self) -> str:
        """The request's target."""
        return self.head.split(b" ", 2)[1].decode("latin-1")

    @property
    def headers(self) -> dict[str, str]:
        """The headers by their lower-case names."""
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}


@dataclass
class RawServer:
    """A server on a free port that says to each request what `answer` returns, and closes after `Last` words."""

    answer: Callable[[Received], bytes]
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    ended: int = 0
    """How many of them have ended, by whomever."""
    last_words: list[bytes] = field(default_factory=list)
    """What was said on those that the other side ended, after the last whole request."""
    _changed: threading.Condition = field(default_factory=threading.Condition, repr=False)
    _listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)), repr=False)
    _threads: list[threading.Thread] = field(default_factory=list, repr=False)
    _open: set[socket.socket] = field(default_factory=set, repr=False)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def accept(self) -> None:
        """Serve until the listener is closed."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._changed:
                self.connections += 1
                self._changed.notify_all()
            self._open.add(connection)
            thread = threading.Thread(target=self._serve, args=(connection, self.connections))
            thread.start()
            self._threads.append(thread)

    def _serve(self, connection: socket.socket, which: int) -> None:
        number = 0
        with closing(connection):
            try:
                while request := self._request(connection, which, number := number + 1):
                    with self._changed:
                        self.received.append(request)
                        self._changed.notify_all()
                    said = self.answer(request)
                    connection.sendall(said)
                    if isinstance(said, Last):
                        return
            except OSError:
                return
            finally:
                with self._changed:
                    self.ended += 1
                    self._changed.notify_all()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that a connection's coming or ending, or a request's coming, makes true."""
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE_S), self

    def _request(self, connection: socket.socket, which: int, number: int) -> Received | None:
        data = b""
        while END_OF_HEAD not in data:
            if not (chunk := self._said(connection)):
                self.last_words.append(data)
                return None
            data += chunk
        head, _, begun = data.partition(END_OF_HEAD)
        rest = bytearray(begun)
        headers = Received(which, number, head, b"").headers
        length = int(headers.get("content-length", "0"))
        chunked = "transfer-encoding" in headers
        while not rest.endswith(LAST_CHUNK) if chunked else len(rest) < length:
            if not (chunk := connection.recv(65536)):
                return None
            rest += chunk
        return Received(which, number, head, bytes(rest))

    @staticmethod
    def _said(connection: socket.socket) -> bytes:
        try:
            return connection.recv(65536)
        except ConnectionResetError:
            return b""

    def stop(self) -> None:
        """End the connections and the listener."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for thread in self._threads:
            thread.join()


@contextmanager
def serving(answer: Callable[[Received], bytes]) -> Iterator[RawServer]:
    """A raw server for a while."""
    server = RawServer(answer)
    accepting = threading.Thread(target=server.accept)
    accepting.start()
    try:
        yield server
    finally:
        server.stop()
        accepting.join()


def answering(text: bytes = b"{}", *headers: str, status_line: str = "200 OK") -> bytes:
    """An answer with its length said."""
    lines = [f"HTTP/1.1 {status_line}", f"Content-Length: {len(text)}", *headers]
    return "\r\n".join(lines).encode("latin-1") + END_OF_HEAD + text


def upgrade(url: str, target: str) -> bytes:
    """A request for a WebSocket."""
    host, port = address_of(url)
    lines = [
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {'A' * 22}==",
    ]
    return "\r\n".join([f"GET {target} HTTP/1.1", f"Host: {host}:{port}", *lines]).encode() + END_OF_HEAD


def upgraded(request: Received, *headers: str) -> bytes:
    """An answer after which the connection is a WebSocket."""
    proof = request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    accept = base64.b64encode(hashlib.sha1(proof.encode()).digest()).decode()
    lines = ["Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Accept: {accept}", *headers]
    return "\r\n".join(["HTTP/1.1 101 Switching", *lines]).encode() + END_OF_HEAD


def head_of_frame(length: int, *, masked: bool = False) -> bytes:
    """What announces a binary frame of so many bytes, more than 65,535; masked, its bytes are as they were."""
    return struct.pack(">BBQ", 0x82, 127 | masked << 7, length) + bytes(4 * masked)
