"""The realtime channel: does what ``core.connection`` asks for and delivers what the server pushes (R1 to R7).

One per page. Refuses to know what a frame means.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlencode

from app.api.activity import Activity
from app.core import connection_events
from app.core.bus import Bus
from app.core.channel_auth import ChannelAuth, Mode
from app.core.connection import TOKEN_REFUSED, Connection, State
from app.core.connection_events import Effect, Input
from app.core.events import (
    CameOnline,
    ClockJumped,
    Paused,
    PushChanged,
    ReconcileWanted,
    Resumed,
    ServerReachable,
    TransportChanged,
)
from app.core.pause import Reason
from app.hooks.delivery import Delivery
from app.ports import Ports, Socket, TransportError
from app.scheduling.background_tasks import BackgroundTasks
from app.scheduling.deadline_timer import DeadlineTimer
from app.settings import Settings
from app.wire.coalesce import Coalescer
from app.wire.frames import PING, read_frames, split_frames

if TYPE_CHECKING:
    from app.hooks.frame_relay import FrameRelay

PATH = "/api/notify/v1/stream"


# What makes the machine begin anew: the token is offered first again.
AFRESH = (
    connection_events.Start,
    connection_events.Refresh,
    connection_events.Resume,
    connection_events.Replace,
    connection_events.ServerReachable,
)


class Credentials(Protocol):
    """What the channel needs of the session."""

    @property
    def access_token(self) -> str | None:
        """The token to connect with."""

    @property
    def token_expired(self) -> bool:
        """Whether that token is known to be good no longer."""

    async def check(self) -> bool:
        """Do one REST read with the token; return whether it was good. A refused token ends the session by itself."""

    async def renew(self, refused: str) -> bool:
        """Have a token other than the ``refused`` one; false if nobody could be reached.

        A refused renewal ends the session by itself.
        """

    def end(self) -> None:
        """End the session: even a fresh token is refused."""


class RealtimeNotifications:
    """The one connection; whoever starts it a second time gets the running one and a warning (R2)."""

    def __init__(
        self,
        ports: Ports,
        bus: Bus,
        activity: Activity,
        delivery: Delivery,
        credentials: Credentials,
        settings: Settings,
    ) -> None:
        self._sockets = ports.sockets
        self._clock = ports.clock
        self._bus = bus
        self._activity = activity
        self._delivery = delivery
        self.auth = ChannelAuth(settings.ws_auth)
        # Whether this page is to have no connection (R7).
        self.disabled = settings.disable_ws
        self._credentials = credentials
        self._warn = ports.warn
        self._machine = Connection(settings.connection, ports.random)
        self._socket: Socket | None = None
        self._alarm = DeadlineTimer(ports.timers, lambda: self._handle(connection_events.Tick()))
        self._background = BackgroundTasks(ports.report)
        self._coalescer = Coalescer()
        self._offered = ""
        self._up = False
        # What was last announced of it.
        self._shown: tuple[State, bool, tuple[int, str] | None, Mode | None] | None = None
        self._opened_before = False
        # Is given what arrives before it is read here (R43).
        self.relay: FrameRelay | None = None
        self._subscriptions = (
            bus.subscribe(Paused, self._paused),
            bus.subscribe(Resumed, self._resumed),
            bus.subscribe(CameOnline, lambda _: self._handle(connection_events.Refresh())),
            bus.subscribe(ServerReachable, lambda _: self._handle(connection_events.ServerReachable())),
            bus.subscribe(ClockJumped, lambda _: self._handle(connection_events.Replace())),
        )

    @property
    def state(self) -> State:
        """Where the connection stands."""
        return self._machine.state

    @property
    def first_attempt(self) -> bool:
        """Whether it is connecting, and nothing has failed so far."""
        return self._machine.first_attempt

    @property
    def last_frame_at(self) -> float:
        """When the connection opened or a frame last arrived, in monotonic seconds."""
        return self._machine.last_frame_at

    @property
    def up(self) -> bool:
        """Whether push is there."""
        return self._up

    @property
    def chosen(self) -> Mode | None:
        """How the open connection shows who it is, where the page chose that; another page's is not known (R55)."""
        return self.auth.chosen if self._up and not self._passed_on else None

    @property
    def refusal(self) -> tuple[int, str] | None:
        """Close code and reason of a refusal that is final (contract: 4403, 1008, 1009)."""
        return self._machine.refusal

    @property
    def suspect(self) -> bool:
        """Whether the open socket has been silent for so long that only a reconcile can say what it is worth."""
        return self._machine.suspect

    def start(self) -> "RealtimeNotifications":
        """Connect, unless connected or connecting already; return the one that runs."""
        if self._machine.state is not State.IDLE:
            self._warn("realtime notifications are running already")
            return self
        self._handle(connection_events.Start())
        return self

    def stop(self) -> None:
        """Close the socket and want none: signed out (R5)."""
        self._background.cancel()
        self._coalescer.clear()
        self._handle(connection_events.Stop())

    def refresh(self) -> None:
        """The user asked: an exhausted or waiting connection tries at once (R4)."""
        self._handle(connection_events.Refresh())

    def replace(self) -> None:
        """Connect anew (R43)."""
        self._handle(connection_events.Replace())

    def missed(self) -> None:
        """A reconcile found updates that push should have brought (R6)."""
        self._handle(connection_events.Missed())

    def close(self) -> None:
        """Stop, and listen to nothing any more."""
        self.stop()
        for subscription in self._subscriptions:
            subscription.close()
        self._alarm.close()
        self._background.close()

    def _paused(self, event: Paused) -> None:
        self._background.cancel()
        self._handle(connection_events.Stop() if event.reason is Reason.SIGNED_OUT else connection_events.Pause())

    def _resumed(self, _: Resumed) -> None:
        """Connect as soon as nothing holds the page back; after that the channel follows the pauses by itself (R7)."""
        self._handle(connection_events.Resume())
        if self._machine.state is State.IDLE and not self.disabled and self._sockets.supported:
            self._handle(connection_events.Start())

    def _handle(self, event: Input) -> None:
        if isinstance(event, AFRESH) and self._socket is None:
            self.auth.failed()
        now = self._clock.monotonic()
        effects = self._machine.handle(event, now)
        for effect in effects:
            self._do(effect)
        if self._machine.steady(now) and not self._passed_on:
            self.auth.proven()
        self._alarm.set(self._machine.deadline)
        self._publish()

    def _publish(self) -> None:
        up = self._machine.state is State.OPEN
        if up != self._up:
            self._up = up
            self._bus.publish(PushChanged(up))
        # Most of what happens to a connection shows nowhere: each read that push should have spared is a sign to it.
        shown = self.state, self.first_attempt, self.refusal, self.chosen
        if shown != self._shown:
            self._shown = shown
            self._bus.publish(TransportChanged())

    def _do(self, effect: Effect) -> None:
        match effect:
            case connection_events.OpenSocket(generation):
                self._open(generation)
            case connection_events.DropSocket():
                self.auth.failed()
                self._let_go()
            case connection_events.SendPing():
                if self._socket is not None:
                    self._socket.send(PING)
            case connection_events.CheckToken():
                self._background.spawn(self._check_token())
            case connection_events.RenewToken():
                self._background.spawn(self._renew_token())
            case connection_events.EndSession():
                self._credentials.end()
            case connection_events.Reconcile():
                self._bus.publish(ReconcileWanted("push"))

    def _open(self, generation: int) -> None:
        self._let_go()
        if self._opened_before:
            self._activity.reconnects += 1
        self._opened_before = True
        if self.auth.mode != "none" and self._credentials.token_expired:
            self._background.spawn(self._open_renewed(generation))
        else:
            self._construct(generation)

    async def _open_renewed(self, generation: int) -> None:
        """Open the socket with a new token: the one at hand would only be refused."""
        renewed = await self._credentials.renew(self._credentials.access_token or "")
        if generation != self._machine.generation:
            return
        if renewed:
            self._construct(generation)
        else:
            self._handle(connection_events.Closed(generation, 1006))

    def _construct(self, generation: int) -> None:
        path, protocols = self._address()
        try:
            self._socket = self._sockets.open(path, protocols, _Listener(self, generation))
        except TransportError:
            self._handle(connection_events.Closed(generation, 1006))

    def _address(self) -> tuple[str, tuple[str, ...]]:
        token = self._offered = self._credentials.access_token or ""
        match self.auth.mode:
            case "subprotocol":
                return PATH, ("podi.v1", f"podi.bearer.{token}")
            case "query":
                return f"{PATH}?{urlencode({'access_token': token})}", ()
            case _:
                return PATH, ()

    @property
    def _passed_on(self) -> bool:
        return self.relay is not None and self.relay.passed_on

    def _let_go(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    async def _check_token(self) -> None:
        if await self._credentials.check() and not self._passed_on:
            self.auth.token_was_good()
        self._handle(connection_events.TokenChecked())

    async def _renew_token(self) -> None:
        renewed = await self._credentials.renew(self._offered)
        self._handle(connection_events.TokenRenewed(renewed))

    def opened(self, generation: int) -> None:
        """The socket of a generation opened."""
        self._handle(connection_events.Opened(generation))

    def received(self, generation: int, frames: list[str | None]) -> None:
        """Frames arrived on the socket of a generation."""
        if generation != self._machine.generation:
            return
        if self.relay:
            self.relay.received(frames)
        self._read(generation, frames)

    def _read(self, generation: int, frames: list[str | None]) -> None:
        reading = read_frames(frames)
        self._count_frames(generation, len(frames), reading.answered)
        self._delivery.receive(reading)

    def gathered(self, generation: int, joined: bytes, lengths: Sequence[int]) -> None:
        """Many frames arrived on the socket of a generation; they are read when a flush is due (R20)."""
        if generation != self._machine.generation:
            return
        if self.relay:
            self.relay.gathered(joined, lengths)
        answered = self._coalescer.gather(joined, len(lengths))
        if answered is None:
            self._read(generation, split_frames(joined, lengths))
            return
        self._count_frames(generation, len(lengths), answered)
        self._delivery.gathered(self._coalescer)

    def _count_frames(self, generation: int, count: int, answered: bool) -> None:
        self._activity.frames += count
        if not self._passed_on:
            self.auth.proven()
        self._machine.handle(connection_events.FramesReceived(generation, answered), self._clock.monotonic())
        self._alarm.set(self._machine.deadline)

    def closed(self, generation: int, code: int, reason: str) -> None:
        """The socket of a generation closed."""
        if generation == self._machine.generation:
            self._let_go()
            if self.relay:
                self.relay.closed(code, reason)
            if self.auth.on_trial or (code == TOKEN_REFUSED and self.auth.refused()):
                # An attempt without a token that is refused says nothing of the token.
                code, reason = 1006, ""
            self.auth.failed()
        self._handle(connection_events.Closed(generation, code, reason))


class _Listener:
    """One socket's line to the connection, marked with its generation."""

    def __init__(self, owner: RealtimeNotifications, generation: int) -> None:
        self._owner = owner
        self._generation = generation

    def opened(self) -> None:
        self._owner.opened(self._generation)

    def received(self, frames: list[str | None]) -> None:
        self._owner.received(self._generation, frames)

    def gathered(self, joined: bytes, lengths: Sequence[int]) -> None:
        self._owner.gathered(self._generation, joined, lengths)

    def closed(self, code: int, reason: str) -> None:
        self._owner.closed(self._generation, code, reason)
