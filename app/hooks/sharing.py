"""HTTP and sockets: the browser's own, until what shares them with other pages has come (R43)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.ports import Http, Response, Socket, SocketListener, Sockets

if TYPE_CHECKING:
    from app.hooks.shared_connection import SharedConnection


class Sharing:
    """The HTTP and sockets of a page."""

    def __init__(self, http: Http, sockets: Sockets) -> None:
        self.http = http
        self.sockets = sockets
        self.shared: SharedConnection | None = None

    @property
    def supported(self) -> bool:
        """Whether this browser has sockets at all."""
        return self.sockets.supported

    @property
    def alive(self) -> int:
        """How many sockets are not closed."""
        return self.sockets.alive

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: str | None, timeout_s: float
    ) -> Response:
        """Return the answer; raise ``TransportError`` if none came in time."""
        http = self.shared or self.http
        return await http.request(method, path, headers=headers, body=body, timeout_s=timeout_s)

    def open(self, path: str, protocols: tuple[str, ...], listener: SocketListener) -> Socket:
        """Begin to open a socket to the API; raise ``TransportError`` if it cannot even be constructed."""
        return (self.shared or self.sockets).open(path, protocols, listener)
