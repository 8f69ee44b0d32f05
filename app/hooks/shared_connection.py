"""One connection for all pages of a user in this browser: does what ``core.leadership`` asks for (R43).

The holder keeps the socket of its own, and ``hooks.frame_relay`` brings to the others what arrives on it; reads are
shared by ``hooks.shared_reading``. Another role or a new term replaces the connection of a page. Without locks or
channels a page is alone, and says so (docs/decisions/one-connection.md).
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from app.core.bus import Bus
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
    Tick,
    Visibility,
)
from app.hooks.frame_relay import FrameRelay, Push
from app.hooks.shared_reading import SharedReading
from app.hooks.sharing import Sharing
from app.late_ports import Channel
from app.ports import Closable, Ports, Response, Socket, SocketListener, TransportError
from app.scheduling.deadline_timer import DeadlineTimer
from app.wire import sharing as wire

NAMES = 2**52
"""How many names a page may get by chance."""


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
        read_now: Callable[[str], None],
        *,
        answer_within_s: float,
    ) -> None:
        """``own`` has the browser's requests and sockets; ``read_now`` reads from a path that is read repeatedly."""
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
        # Why this page is alone although it would share.
        self._alone: str | None = None
        self._relay = push.relay = FrameRelay(self._machine, push, self.post)
        self._subscriptions = [
            ports.page.on_visibility(lambda hidden: self._handle(Visibility(hidden))),
            ports.page.on_leaving(self._leaving),
            bus.subscribe(PushChanged, self._push_changed),
            # Published whenever somebody signs out, among others.
            bus.subscribe(TransportChanged, lambda _: self._check_user()),
            *(
                bus.subscribe(kind, lambda _: self._reading.happened())
                for kind in (Resumed, CameOnline, RefreshRequested, ClockJumped)
            ),
            bus.subscribe(RefreshRequested, lambda _: self._retry()),
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
        # A page that is to have no connection must not hold that of the others (R7).
        form = f"{wire.FORM}.polling" if self._push.disabled else wire.FORM
        self._group = f"podi.shared.{form}.{self._user}"
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
        if self._machine.role is Role.FOLLOWER:
            return self._relay.open(listener)
        return self._sockets.open(path, protocols, listener)

    # What reads need of it (hooks.shared_reading.Group)

    @property
    def page(self) -> str:
        """This page's name."""
        return self._machine.page

    @property
    def serves(self) -> bool:
        """Whether this page reads for others."""
        return self._machine.serves

    @property
    def holder(self) -> str | None:
        """The page that can be asked."""
        return self._machine.holder

    @property
    def frame(self) -> int:
        """The number of the last frame of the term that came to this page."""
        return self._relay.frame

    @property
    def opened_after(self) -> int:
        """The number of the last frame before this page's connection opened."""
        return self._relay.opened_after

    def post(self, message: wire.Message, body: str | bytes | None = None) -> None:
        """Say to all pages."""
        if self._channel is not None:
            self._channel.post(wire.write_head(message), body)

    def post_done(self, path: str) -> None:
        """Say to all pages that this was read."""
        self.post(wire.Done(number=self._machine.term.number, page=self.page, path=path))

    def _push_changed(self, event: PushChanged) -> None:
        if event.up:
            self._relay.opened()
        if self._relay.relays and self.serves:
            self.post(self._relay.beat(hidden=self._page.hidden))

    def _retry(self) -> None:
        """Let the holder connect at once: it may wait, or have given up, and its own user has not asked (R4)."""
        if self._machine.role is Role.FOLLOWER:
            self.post(wire.Retry(page=self.page))

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
                self.post(self._relay.beat(hidden=self._page.hidden))
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

    def _check_user(self) -> None:
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
            self._relay.begin_term()
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
            case wire.Frames() as frames if self._relay.follows(frames.term):
                self._relay.take_frames(frames, body)
            case wire.Beat() as beat:
                self._handle(BeatReceived(beat.term, beat.hidden))
                if self._relay.follows(beat.term):
                    self._relay.take_beat(beat)
            case wire.Hello(page=page, hidden=hidden):
                self._handle(HelloReceived(page, hidden))
            case wire.Bye(page=page):
                self._handle(ByeReceived(page))
            case wire.Closed() as closed if self._relay.follows(closed.term):
                self._relay.take_closed(closed)
            case wire.Retry() if self._machine.role is Role.HOLDER:
                self._push.refresh()
            case wire.Done() as done if self._relay.follows(done.term):
                self._reading.take_done(done.path)
            case wire.Ask() as ask if ask.to == self.page:
                self._reading.take_ask(ask)
            case wire.Answer() as answer if answer.to == self.page:
                self._reading.take_answer(answer, body)
            case _:
                # For another page, of another term, or nothing that this version says.
                pass
