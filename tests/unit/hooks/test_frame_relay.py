"""What arrives on one socket, between pages."""

from __future__ import annotations

import pytest

from app.core.leadership import Leadership
from app.core.leadership_events import Acquired, BeatReceived, HelloReceived, Join, Term
from app.hooks.frame_relay import FrameRelay
from app.wire import sharing as wire
from testkit.socket_listener import KeptCalls

Posted = list[tuple[wire.Message, str | bytes | None]]


class Channel:
    """A page's realtime channel, which keeps what it is asked for."""

    def __init__(self) -> None:
        self.relay: FrameRelay | None = None
        self.up = True
        self.disabled = False
        self.asked: list[str] = []

    def replace(self) -> None:
        self.asked.append("replace")

    def refresh(self) -> None:
        self.asked.append("refresh")


class Pages:
    """A holder and a follower, of which the second gets what the first posts."""

    def __init__(self) -> None:
        self.posted: Posted = []
        self.channel, self.other = Channel(), Channel()
        holder, follower = Leadership("h", lambda: 0.5), Leadership("f", lambda: 0.5)
        for machine in (holder, follower):
            machine.handle(Join(False), 0.0)
        holder.handle(Acquired(), 0.0)
        holder.handle(HelloReceived("f", False), 0.0)
        follower.handle(BeatReceived(holder.term, False), 0.0)
        self.holder = FrameRelay(holder, self.channel, lambda message, body: self.posted.append((message, body)))
        self.follower = FrameRelay(follower, self.other, lambda message, body: None)
        self.listener = KeptCalls()

    def connect(self) -> None:
        """Open the follower's socket."""
        self.follower.open(self.listener)
        self.follower.take_beat(self.holder.beat(hidden=False))

    def deliver(self) -> None:
        """Give the follower what was posted."""
        for message, body in self.posted:
            match message:
                case wire.Frames():
                    self.follower.take_frames(message, lambda body=body: body)  # type: ignore[misc]
                case wire.Closed():
                    self.follower.take_closed(message)
                case wire.Beat():
                    self.follower.take_beat(message)
                case _:
                    raise AssertionError(message)
        self.posted.clear()


def test_frames_come_out_as_they_came_in() -> None:
    """R43: alone, together, and binary ones; in order, and each once."""
    pages = Pages()
    pages.connect()
    pages.holder.received(["a", None])
    pages.holder.gathered(b'{"x":1},,b', (7, -1, 1))
    pages.deliver()
    assert ["opened", ["a"], [None], (b'{"x":1},,b', (7, -1, 1))] == pages.listener.calls
    assert (5, 5, []) == (pages.holder.frame, pages.follower.frame, pages.other.asked)


def test_a_gap_replaces_the_socket() -> None:
    """R43, R12: what is missing is not guessed; nothing after it comes out of the old one."""
    pages = Pages()
    pages.connect()
    pages.holder.received(["lost"])
    pages.posted.clear()
    pages.holder.received(["late"])
    pages.deliver()
    assert (["opened"], ["replace"]) == (pages.listener.calls, pages.other.asked)


def test_a_beat_that_knows_of_more_replaces_the_socket() -> None:
    """R43: the last frames may be the ones that were lost."""
    pages = Pages()
    pages.connect()
    pages.holder.received(["lost"])
    pages.follower.take_beat(pages.holder.beat(hidden=False))
    assert ["replace"] == pages.other.asked


def test_an_opening_counts_like_a_frame() -> None:
    """R43: a read that began before it may not know what was missed until then."""
    pages = Pages()
    pages.holder.received(["a"])
    pages.holder.opened()
    assert (2, 2) == (pages.holder.frame, pages.holder.opened_after)
    pages.holder.begin_term()
    assert (0, 0) == (pages.holder.frame, pages.holder.opened_after)


@pytest.mark.parametrize(("code", "passed_on"), [(4403, (4403, "x")), (1012, (1012, "x")), (4401, (1006, ""))])
def test_a_close_is_passed_on(code: int, passed_on: tuple[int, str]) -> None:
    """R43, R5: with its code, but a refused token is the holder's own."""
    pages = Pages()
    pages.connect()
    pages.holder.closed(code, "x")
    pages.deliver()
    assert ["opened", passed_on] == pages.listener.calls


def test_who_follows_is_connected_as_the_holder_is() -> None:
    """R43: closed with the holder's socket, and asked to try again once that is open."""
    pages = Pages()
    pages.connect()
    pages.channel.up = False
    pages.follower.take_beat(pages.holder.beat(hidden=False))
    assert ["opened", (1006, "")] == pages.listener.calls
    pages.channel.up = True
    pages.follower.take_beat(pages.holder.beat(hidden=False))
    assert ["refresh"] == pages.other.asked


def test_who_is_alone_passes_nothing_on() -> None:
    """R43: frames are counted for who may come, and copied for nobody."""
    posted: Posted = []
    machine = Leadership("h", lambda: 0.5)
    machine.handle(Join(False), 0.0)
    machine.handle(Acquired(), 0.0)
    relay = FrameRelay(machine, Channel(), lambda message, body: posted.append((message, body)))
    relay.received(["a"])
    relay.gathered(b"a,b", (1, 1))
    relay.closed(1006, "")
    assert ([], 3, False) == (posted, relay.frame, relay.follows(Term(1, "h")))
