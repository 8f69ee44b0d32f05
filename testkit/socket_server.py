"""A WebSocket server that does as a client's text says, for tests of the socket itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol


def _choose(connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    del connection
    return Subprotocol("podi.v1") if "podi.v1" in offered else None


def _obey(connection: ServerConnection) -> None:
    """Send n numbers for `burst n`, x for `say x`, a binary frame for `binary`, path and offer for `where`.

    `close code reason` closes.
    """
    try:
        for text in connection:
            word, _, rest = str(text).partition(" ")
            match word:
                case "burst":
                    for number in range(int(rest)):
                        connection.send(str(number))
                case "say":
                    connection.send(rest)
                case "binary":
                    connection.send(b"\x00\x01")
                case "close":
                    code, _, reason = rest.partition(" ")
                    connection.close(int(code), reason)
                case "where":
                    assert connection.request
                    offer = connection.request.headers.get("Sec-WebSocket-Protocol", "")
                    connection.send(f"{connection.request.path} {offer}")
                case _:
                    connection.send(str(text))
    except ConnectionClosed:
        return


@contextmanager
def serving_sockets() -> Iterator[str]:
    """Serve on a free port; gives the address as `http://…`, as the page's settings spell it."""
    with serve(_obey, "127.0.0.1", 0, select_subprotocol=_choose) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()
