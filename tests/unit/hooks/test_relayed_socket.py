"""A socket without a wire."""

from __future__ import annotations

from app.hooks.relayed_socket import RelayedSocket
from testkit.socket_listener import KeptCalls


def test_it_opens_and_ends_with_the_holder_s() -> None:
    """R43: the listener is called once with each, and whoever made the socket knows that it is closed before."""
    listener = KeptCalls()
    closed: list[object] = []
    socket = RelayedSocket(listener, closed.append)
    states = [socket.is_open]
    socket.open()
    states.append(socket.is_open)
    socket.send("ping")
    socket.end(1006, "gone")
    states.append(socket.is_open)
    assert ([False, True, False], ["opened", (1006, "gone")], [socket]) == (states, listener.calls, closed)


def test_a_closed_one_calls_nobody() -> None:
    """R43, R5: closing it here says nothing to the listener."""
    listener = KeptCalls()
    closed: list[object] = []
    RelayedSocket(listener, closed.append).close()
    assert ([], 1) == (listener.calls, len(closed))
