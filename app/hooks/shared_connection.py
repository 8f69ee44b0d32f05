"""One connection for all pages of a user in this browser: does what ``core.leadership`` asks for (R43).

The holder keeps the socket of its own and passes on what arrives on it, as it came; each frame has a number. A follower
has a socket without a wire, which opens at the holder's next beat. A gap in the numbers, a new term or another role
replaces it, and with every opening everything is read anew (R12). Without locks or channels a page is alone, and says
so (docs/decisions/one-connection.md). Refuses to know what a frame says.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from app.core.bus import Bus
from app.core.connection import TOKEN_REFUSED
from app.core.events import CameOnline, ClockJumped, PushChanged, RefreshRequested, Resumed, TransportChanged
from app.core.leadership import Leadership, Role
from app.core.leadership_events import (
    Acquired,
    BeatReceived,
    ByeReceived,
    Changed,
    Claim,
    Effect,
    GiveUp,
    HelloReceived,
    Input,
    Join,
    Leave,
    Lost,
    SendBeat,
    SendBye,
    SendHello,
    Term,
    Tick,
    Visibility,
)
from app.hooks.relayed_socket import RelayedSocket
from app.hooks.shared_reading import SharedReading
from app.hooks.sharing import Sharing
from app.late_ports import Channel
from app.ports import Closable, Ports, Response, Socket, SocketListener, TransportError
from app.scheduling.deadline_timer import DeadlineTimer
from app.wire import sharing as wire

ABNORMAL = 1006
NAMES = 2**52
"""How many names a page may get by chance."""
BINARY = (-1,)


class Push(Protocol):
    """The realtime channel of this page."""

    relay: "SharedConnection | None"

    @property
    def up(self) -> bool:
        """Whether push is there."""

    def replace(self) -> None:
        """Connect anew."""

    def refresh(self) -> None:
        """Try at once, if it waits or has given up."""


class Bearer(Protocol):
    """The session on whose behalf the holder asks."""

    @property
    def user_id(self) -> str | None:
        """The user's id; ``None`` when nobody is signed in."""

    @property
    def access_token(self) -> str | None:
        """The access token as it is now."""


class SharedConnection:
    """This page's part in it, from sign-in to sign-out."""

    def __init__(
        self,
        ports: Ports,
        bus: Bus,
        own: Sharing,
        push: Push,
        bearer: Bearer,
        read_now: Callable[[], None],
        *,
        answer_within_s: float,
    ) -> None:
        """``own`` has the requests and sockets of the browser; ``read_now`` reads what is read again and again."""
        self._clock = ports.clock
        self._page = ports.page
        self._adapters = ports.late.adapters
        self._bus = bus
        self._own = own
        self._sockets = own.sockets
        self._push = push
        self._bearer = bearer
        self._machine = Leadership(f"{int(ports.random() * NAMES):x}", ports.random)
        self._reading = SharedReading(
            ports, own.http, self, lambda: bearer.access_token, read_now, answer_within_s=answer_within_s
        )
        self._timer = DeadlineTimer(ports.timers, lambda: self._handle(Tick()))
        # Whose pages share, and what they are called together; nobody's while this one has not joined.
        self._user: str | None = None
        self._group = ""
        self._channel: Channel | None = None
        self._claim: Closable | None = None
        # Role and term that the connection was made for.
        self._made_for = (self._machine.role, self._machine.term)
        # The socket without a wire, of a follower.
        self._relayed: RelayedSocket | None = None
        # Whether the holder's socket was open at its last beat.
        self._holder_up = False
        # The number of the last frame of this term, and of the last one before the connection opened.
        self.frame = self.opened_after = 0
        # Why this page is alone although it would share.
        self._alone: str | None = None
        push.relay = self
        self._subscriptions = [
            ports.page.on_visibility(lambda hidden: self._handle(Visibility(hidden))),
            ports.page.on_leaving(self._leaving),
            bus.subscribe(PushChanged, self._push_changed),
            # Published whenever somebody signs out, among others.
            bus.subscribe(TransportChanged, lambda _: self._look()),
            *(
                bus.subscribe(kind, lambda _: self._reading.happened())
                for kind in (Resumed, CameOnline, RefreshRequested, ClockJumped)
            ),
        ]

    # What the page asks of it

    @property
    def windows(self) -> int:
        """How many pages share, this one included."""
        return 1 if self._machine.role is Role.ALONE else self._machine.pages

    def join(self) -> None:
        """Share with the pages of whoever is signed in; once joined, or refused, nothing."""
        if self._user is not None:
            return
        self._user = self._bearer.user_id
        self._group = f"podi.shared.{wire.FORM}.{self._user}"
        try:
            self._channel = self._adapters.channel(self._group, self._take)
        except TransportError as error:
            self._stay_alone(str(error))
            return
        self._handle(Join(self._page.hidden))

    def leave(self) -> None:
        """Be alone again; nobody is signed in, or the page is left."""
        self._user = None
        self._handle(Leave())
        self._reading.close()
        self._give_up()
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        self._alone = None

    def close(self) -> None:
        """Leave, for good; whoever signs in next shares anew."""
        self.leave()
        self._own.shared = self._push.relay = None
        self._timer.close()
        for subscription in self._subscriptions:
            subscription.close()

    def diagnostics(self) -> dict[str, object]:
        """Return which part this page has, and why it is alone although it would share."""
        return {"role": self._machine.role.value, "windows": self.windows, "alone": self._alone}

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: str | None, timeout_s: float
    ) -> Response:
        """Return the answer, shared if that may be."""
        return await self._reading.request(method, path, headers=headers, body=body, timeout_s=timeout_s)

    def open(self, path: str, protocols: tuple[str, ...], listener: SocketListener) -> Socket:
        """Open a socket; a follower's has no wire."""
        if self._machine.role is not Role.FOLLOWER:
            return self._sockets.open(path, protocols, listener)
        self._relayed = RelayedSocket(listener, self._forget)
        return self._relayed

    # What reads need of it (hooks.shared_reading.Group)

    @property
    def page(self) -> str:
        """This page's name."""
        return self._machine.page

    @property
    def serves(self) -> bool:
        """Whether this page reads for others."""
        return self._machine.role is Role.HOLDER and self.windows > 1

    @property
    def holder(self) -> str | None:
        """The page that can be asked."""
        return self._machine.holder

    def post(self, message: wire.Message, body: str | bytes | None = None) -> None:
        """Say to all pages."""
        if self._channel is not None:
            self._channel.post(wire.write_head(message), body)

    def post_done(self, path: str) -> None:
        """Say to all pages that this was read."""
        self.post(wire.Done(number=self._machine.term.number, page=self.page, path=path))

    # What arrives on the socket of the holder (hooks.realtime_notifications)

    def received(self, frames: list[str | None]) -> None:
        """Pass frames on."""
        if self._relays:
            for frame in frames:
                self.frame += 1
                self._post_frames(self.frame, BINARY if frame is None else None, frame)

    def gathered(self, joined: bytes, count: int, singly: Callable[[], list[str | None]]) -> None:
        """Pass many frames on together."""
        if self._relays:
            first = self.frame + 1
            self.frame += count
            if self.serves:
                lengths = tuple(-1 if frame is None else len(frame.encode()) for frame in singly())
                self._post_frames(first, lengths, joined)

    def closed(self, code: int, reason: str) -> None:
        """Pass on why the socket was closed. A refused token is the holder's own: it renews it and connects again."""
        if self._relays and self.serves:
            number, page = self._machine.term.number, self._machine.term.page
            code, reason = (ABNORMAL, "") if code == TOKEN_REFUSED else (code, reason)
            self.post(wire.Closed(number=number, page=page, code=code, reason=reason))

    @property
    def _relays(self) -> bool:
        """Whether the socket of this page is the one of the group."""
        return self._machine.role is Role.HOLDER and self._relayed is None

    def _post_frames(self, first: int, lengths: tuple[int, ...] | None, body: str | bytes | None) -> None:
        if self.serves:
            number, page = self._machine.term.number, self._machine.term.page
            self.post(wire.Frames(number=number, page=page, first=first, lengths=lengths), body)

    def _post_beat(self) -> None:
        term = self._machine.term
        up = self._push.up and self._relays
        self.post(wire.Beat(number=term.number, page=term.page, hidden=self._page.hidden, up=up, frame=self.frame))

    def _push_changed(self, event: PushChanged) -> None:
        if not self._relays:
            return
        if event.up:
            # Numbered like a frame: a read that began before it may not know what was missed until then.
            self.frame += 1
            self.opened_after = self.frame
        if self.serves:
            self._post_beat()

    # The machine

    def _handle(self, event: Input) -> None:
        for effect in self._machine.handle(event, self._clock.monotonic()):
            self._do(effect)
        self._timer.set(self._machine.deadline)

    def _do(self, effect: Effect) -> None:
        match effect:
            case Changed():
                self._change()
            case Claim(steal):
                self._queue(steal=steal)
            case GiveUp():
                self._give_up()
            case SendBeat():
                self._post_beat()
            case SendHello():
                self.post(wire.Hello(page=self.page, hidden=self._page.hidden))
            case SendBye():
                self.post(wire.Bye(page=self.page))

    def _queue(self, *, steal: bool) -> None:
        try:
            self._claim = self._adapters.claim(
                self._group,
                steal=steal,
                held=lambda: self._handle(Acquired()),
                lost=lambda: self._handle(Lost()),
                refused=self._stay_alone,
            )
        except TransportError as error:
            self._stay_alone(str(error))

    def _give_up(self) -> None:
        if self._claim is not None:
            self._claim.close()
            self._claim = None

    def _stay_alone(self, reason: str) -> None:
        """Work as if there were no other page, until somebody signs in anew."""
        user = self._user
        self.leave()
        self._user, self._alone = user, reason

    def _look(self) -> None:
        """End it once somebody else is signed in, or nobody."""
        if self._user is not None and self._user != self._bearer.user_id:
            self.close()

    def _leaving(self, leaves: bool) -> None:
        """Leave with the page; one that comes back from the browser's cache joins again by the monitor's next tick."""
        if leaves:
            self.leave()

    def _change(self) -> None:
        """Connect anew if this page's connection was made for another role or term."""
        machine = self._machine
        made_for = machine.role, machine.term
        if made_for != self._made_for:
            before, self._made_for = self._made_for[0], made_for
            self.frame = self.opened_after = 0
            self._holder_up = False
            # Whoever was alone and holds now keeps the socket it has.
            if machine.role is Role.FOLLOWER or before is Role.FOLLOWER:
                self._push.replace()
            self._reading.begin_term()
        elif machine.holder is None:
            self._reading.begin_term()
        self._bus.publish(TransportChanged())

    # What the others say

    def _take(self, head: str, body: Callable[[], str | bytes | None]) -> None:
        match wire.read_head(head):
            case wire.Frames() as frames:
                self._take_frames(frames, body)
            case wire.Beat() as beat:
                self._handle(BeatReceived(beat.term, beat.hidden))
                if self._follows(beat.term):
                    self._follow(beat)
            case wire.Hello(page=page, hidden=hidden):
                self._handle(HelloReceived(page, hidden))
            case wire.Bye(page=page):
                self._handle(ByeReceived(page))
            case wire.Closed() as closed:
                if self._follows(closed.term) and self._relayed is not None:
                    self._relayed.end(closed.code, closed.reason)
            case wire.Done() as done:
                if self._follows(done.term):
                    self._reading.take_done(done.path)
            case wire.Ask() as ask if ask.to == self.page:
                self._reading.take_ask(ask)
            case wire.Answer() as answer if answer.to == self.page:
                self._reading.take_answer(answer, body)
            case _:
                pass  # For another page, or of another version.

    def _follows(self, term: Term) -> bool:
        return self._machine.role is Role.FOLLOWER and self._machine.term == term

    def _follow(self, beat: wire.Beat) -> None:
        """Be connected as the holder is."""
        if beat.up and not self._holder_up and self._relayed is None:
            self._push.refresh()
        self._holder_up = beat.up
        if self._relayed is not None and self._relayed.is_open:
            if not beat.up:
                self._relayed.end(ABNORMAL, "")
            elif beat.frame != self.frame:
                self._push.replace()
        if beat.up and self._relayed is not None and not self._relayed.is_open:
            self.frame = self.opened_after = beat.frame
            self._relayed.open()

    def _take_frames(self, frames: wire.Frames, body: Callable[[], str | bytes | None]) -> None:
        socket = self._relayed
        if socket is None or not socket.is_open or not self._follows(frames.term):
            return
        if frames.first != self.frame + 1:
            # Some are missing: the next beat opens another socket, and everything is read anew.
            self._push.replace()
            return
        content = body()
        if isinstance(content, bytes) and frames.lengths:
            self.frame += len(frames.lengths)
            singly = partial(wire.split_frames, content, frames.lengths)
            socket.listener.gathered(content, len(frames.lengths), singly)
        else:
            self.frame += 1
            socket.listener.received([content if isinstance(content, str) else None])

    def _forget(self, socket: RelayedSocket) -> None:
        if self._relayed is socket:
            self._relayed = None
