"""A socket without a wire: what another page passes on comes out of it (R43)."""

from collections.abc import Callable

from app.ports import SocketListener


class RelayedSocket:
    """A follower's socket: what the holder passes on comes out of it."""

    def __init__(self, listener: SocketListener, closed: "Callable[[RelayedSocket], None]") -> None:
        self.listener = listener
        self.is_open = False
        self._say_closed = closed

    def open(self) -> None:
        """The holder's is open."""
        self.is_open = True
        self.listener.opened()

    def end(self, code: int, reason: str) -> None:
        """The holder's was closed."""
        self.close()
        self.listener.closed(code, reason)

    def send(self, text: str) -> None:
        """Send nothing: all that pages send are pings, and the holder, whose rules are the same, sends its own."""

    def close(self) -> None:
        """Listen no more."""
        self.is_open = False
        self._say_closed(self)
