"""What arrives on the one socket of several pages, between them (R43; docs/decisions/one-connection.md).

The holder passes on what arrives on its socket, as it came; each frame has a number. A follower has a socket without a
wire, which opens at the holder's next beat; a gap in the numbers replaces it, and with every opening everything is read
anew (R12). Refuses to know what a frame says.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from app.core.connection import TOKEN_REFUSED
from app.core.leadership import Leadership, Role
from app.core.leadership_events import Term
from app.hooks.relayed_socket import RelayedSocket
from app.ports import SocketListener
from app.wire import sharing as wire

ABNORMAL = 1006
BINARY = (-1,)


class Push(Protocol):
    """The realtime channel of this page."""

    relay: "FrameRelay | None"
    disabled: bool

    @property
    def up(self) -> bool:
        """Whether push is there."""

    def replace(self) -> None:
        """Connect anew."""

    def refresh(self) -> None:
        """Try at once, if it waits or has given up."""


class FrameRelay:
    """This page's end of it; ``machine`` says which part that is, ``post`` says something to all pages."""

    def __init__(
        self, machine: Leadership, push: Push, post: Callable[[wire.Message, str | bytes | None], None]
    ) -> None:
        self._machine = machine
        self._push = push
        self._post = post
        # The number of the last frame of this term, and of the last one before the connection opened.
        self.frame = self.opened_after = 0
        # The socket without a wire, of a follower.
        self._socket: RelayedSocket | None = None
        # Whether the holder's socket was open at its last beat.
        self._holder_up = False

    def begin_term(self) -> None:
        """Number frames from the beginning: another page holds, or this one holds anew."""
        self.frame = self.opened_after = 0
        self._holder_up = False

    # The holder

    @property
    def relays(self) -> bool:
        """Whether the socket of this page is the one of the group."""
        return self._machine.role is Role.HOLDER and self._socket is None

    def beat(self, *, hidden: bool) -> wire.Beat:
        """Return what the holder says of itself."""
        term = self._machine.term
        up = self._push.up and self.relays
        return wire.Beat(number=term.number, page=term.page, hidden=hidden, up=up, frame=self.frame)

    def opened(self) -> None:
        """Number an opening like a frame: a read that began before it may not know what was missed until then."""
        if self.relays:
            self.frame += 1
            self.opened_after = self.frame

    def received(self, frames: list[str | None]) -> None:
        """Pass frames on."""
        if self.relays:
            for frame in frames:
                self.frame += 1
                self._pass_on(self.frame, BINARY if frame is None else None, frame)

    def gathered(self, joined: bytes, lengths: Sequence[int]) -> None:
        """Pass many frames on together."""
        if self.relays:
            first = self.frame + 1
            self.frame += len(lengths)
            self._pass_on(first, lengths, joined)

    def closed(self, code: int, reason: str) -> None:
        """Pass on why the socket was closed. A refused token is the holder's own: it renews it and connects again."""
        if self.relays and self._machine.serves:
            term = self._machine.term
            code, reason = (ABNORMAL, "") if code == TOKEN_REFUSED else (code, reason)
            self._post(wire.Closed(number=term.number, page=term.page, code=code, reason=reason), None)

    def _pass_on(self, first: int, lengths: Sequence[int] | None, body: str | bytes | None) -> None:
        if self._machine.serves:
            term = self._machine.term
            given = None if lengths is None else tuple(lengths)
            self._post(wire.Frames(number=term.number, page=term.page, first=first, lengths=given), body)

    # A follower

    def follows(self, term: Term) -> bool:
        """Whether this page follows the holder of a term."""
        return self._machine.role is Role.FOLLOWER and self._machine.term == term

    def open(self, listener: SocketListener) -> RelayedSocket:
        """Return a socket without a wire, which opens once the holder's is known to be open."""
        self._socket = RelayedSocket(listener, self._forget)
        return self._socket

    @property
    def passed_on(self) -> bool:
        """Whether the holder passes on what arrives here: it is the holder's socket that shows who it is (R55)."""
        return self._machine.role is Role.FOLLOWER

    def take_beat(self, beat: wire.Beat) -> None:
        """Be connected as the holder is."""
        if beat.up and not self._holder_up and self._socket is None:
            self._push.refresh()
        self._holder_up = beat.up
        if self._socket is not None and self._socket.is_open:
            if not beat.up:
                self._socket.end(ABNORMAL, "")
            elif beat.frame != self.frame:
                self._push.replace()
        if beat.up and self._socket is not None and not self._socket.is_open:
            self.frame = self.opened_after = beat.frame
            self._socket.open()

    def take_frames(self, frames: wire.Frames, body: Callable[[], str | bytes | None]) -> None:
        """Let frames come out of the socket without a wire."""
        socket = self._socket
        if socket is None or not socket.is_open:
            return
        if frames.first != self.frame + 1:
            # Some are missing: the next beat opens another socket, and everything is read anew.
            self._push.replace()
            return
        content = body()
        if isinstance(content, bytes) and frames.lengths:
            self.frame += len(frames.lengths)
            socket.listener.gathered(content, frames.lengths)
        else:
            self.frame += 1
            socket.listener.received([content if isinstance(content, str) else None])

    def take_closed(self, closed: wire.Closed) -> None:
        """Be closed as the holder's socket is."""
        if self._socket is not None:
            self._socket.end(closed.code, closed.reason)

    def _forget(self, socket: RelayedSocket) -> None:
        if self._socket is socket:
            self._socket = None
