"""A second implementation of every port, in memory, under a clock that is moved by hand."""

from __future__ import annotations

import asyncio
import heapq
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import isfinite
from typing import Protocol

from app.core.shortcuts import Press
from app.late_ports import Export, KeptRow, MemoryRefused, PickedPicture, ViewedPicture, ZippedFile
from app.ports import Clock, Closable, Hold, Ports, Response, SocketListener, Timers, TransportError
from testkit.main_thread import MainThread, PageTimers
from testkit.memory_group import MemoryGroup, MemorySharing
from testkit.surface import MemorySurface

SETTLE_ROUNDS = 12


class ManualClock:
    """The device's two clocks, of which the wall clock can be moved alone, and the server's, which is always right."""

    def __init__(self, wall: float = 1_790_000_000.0) -> None:
        self.now = 1000.0
        self.wall_offset = self.server_offset = wall - self.now
        # How long the page works between two readings of the clock, in seconds.
        self.reading_s = 0.0

    def monotonic(self) -> float:
        self.now += self.reading_s
        return self.now

    def wall(self) -> float:
        return self.now + self.wall_offset

    def server(self) -> float:
        """Return epoch seconds as the server has them."""
        return self.now + self.server_offset


class _Timer:
    def __init__(self, timers: ManualTimers, callback: Callable[[], None]) -> None:
        self._timers = timers
        self.callback: Callable[[], None] | None = callback

    def close(self) -> None:
        if self.callback is not None:
            self.callback = None
            self._timers.pending -= 1


class ManualTimers:
    """Timers that ring when the clock is moved past them."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self._queue: list[tuple[float, int, _Timer]] = []
        self._order = count()
        self.pending = 0
        self.rung = 0

    def call_at(self, deadline: float, callback: Callable[[], None]) -> _Timer:
        assert isfinite(deadline), "a moment that no clock shows"
        timer = _Timer(self, callback)
        heapq.heappush(self._queue, (deadline, next(self._order), timer))
        self.pending += 1
        return timer

    def next_deadline(self) -> float | None:
        while self._queue and self._queue[0][2].callback is None:
            heapq.heappop(self._queue)
        return self._queue[0][0] if self._queue else None

    def ring_one(self) -> None:
        """Ring the earliest timer, whenever it is due."""
        _, _, timer = heapq.heappop(self._queue)
        callback, timer.callback = timer.callback, None
        if callback is not None:
            self.pending -= 1
            self.rung += 1
            callback()


class _Listeners:
    def __init__(self) -> None:
        self.callbacks: list[Callable[..., None]] = []

    def add(self, callback: Callable[..., None]) -> Closable:
        self.callbacks.append(callback)
        return _Listening(self.callbacks, callback)

    def call(self, *arguments: object) -> None:
        for callback in tuple(self.callbacks):
            callback(*arguments)


class _Listening:
    def __init__(self, callbacks: list[Callable[..., None]], callback: Callable[..., None]) -> None:
        self._callbacks = callbacks
        self._callback: Callable[..., None] | None = callback

    def close(self) -> None:
        if self._callback is not None:
            self._callbacks.remove(self._callback)
            self._callback = None


class ManualPage:
    """A page that is hidden, shown, left and cut off by hand."""

    def __init__(self, thread: MainThread) -> None:
        self._thread = thread
        self.hidden = False
        self.online = True
        self._visibility = _Listeners()
        self._network = _Listeners()
        self._leaving = _Listeners()
        self._new_version = _Listeners()
        self.taken = 0

    @property
    def listeners(self) -> int:
        every = (self._visibility, self._network, self._leaving, self._new_version)
        return sum(len(each.callbacks) for each in every)

    def on_visibility(self, callback: Callable[[bool], None]) -> Closable:
        return self._visibility.add(callback)

    def on_network(self, callback: Callable[[bool], None]) -> Closable:
        return self._network.add(callback)

    def on_leaving(self, callback: Callable[[bool], None]) -> Closable:
        return self._leaving.add(callback)

    def on_new_version(self, callback: Callable[[], None]) -> Closable:
        return self._new_version.add(callback)

    def take_version(self) -> None:
        self.taken += 1

    def offer_version(self) -> None:
        self._new_version.call()

    def hide(self, hidden: bool = True) -> None:
        self.hidden = hidden
        self._thread.run(self._visibility.call, hidden)

    def set_online(self, online: bool) -> None:
        self.online = online
        self._thread.run(self._network.call, online)

    def leave(self, leaving: bool = True) -> None:
        self._thread.run(self._leaving.call, leaving)


class MemoryStore:
    """A store that can be shared between worlds, as tabs share theirs."""

    def __init__(self, values: dict[str, str] | None = None, thread: MainThread | None = None) -> None:
        self.values: dict[str, str] = {} if values is None else values
        self.thread = thread or MainThread()
        self.listeners = _Listeners()
        self.siblings: list[MemoryStore] = []
        self.refuses = False

    def beside(self, thread: MainThread | None = None) -> MemoryStore:
        """Return the same store as another tab has it."""
        other = MemoryStore(self.values, thread)
        other.siblings = [self, *self.siblings]
        for sibling in other.siblings:
            sibling.siblings.append(other)
        return other

    def part(self) -> None:
        """No longer be one of the tabs."""
        for sibling in self.siblings:
            sibling.siblings.remove(self)
        self.siblings = []

    def get(self, key: str) -> str | None:
        return self.values.get(key)

    def set(self, key: str, value: str) -> None:
        if self.refuses:
            return
        self.values[key] = value
        for sibling in self.siblings:
            sibling.thread.run(sibling.listeners.call, key, value)

    def remove(self, key: str) -> None:
        self.values.pop(key, None)
        for sibling in self.siblings:
            sibling.thread.run(sibling.listeners.call, key, None)

    def on_change(self, callback: Callable[[str, str | None], None]) -> Closable:
        return self.listeners.add(callback)


class MemoryLock:
    """A lock that can be shared between worlds."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        # What whoever holds it believes.
        self.exclusive = True
        # How often it was had.
        self.turns = 0

    async def acquire(self) -> Hold:
        await self._lock.acquire()
        self.turns += 1
        return _Held(self._lock, exclusive=self.exclusive)


class _Held:
    """A lock that is held."""

    def __init__(self, lock: asyncio.Lock, *, exclusive: bool) -> None:
        self._lock: asyncio.Lock | None = lock
        self.exclusive = exclusive

    def close(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None


class EventLog:
    """Keeps what was dispatched."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, object]]] = []

    def dispatch(self, name: str, details: Sequence[Mapping[str, object]]) -> None:
        self.events += [(name, dict(detail)) for detail in details]

    def named(self, name: str) -> list[dict[str, object]]:
        return [detail for event, detail in self.events if event == name]


class MemoryClipboard:
    """A clipboard that may refuse."""

    def __init__(self) -> None:
        self.text = ""
        self.refuses = False

    def write(self, text: str, done: Callable[[bool], None]) -> None:
        if not self.refuses:
            self.text = text
        done(not self.refuses)


class MemoryNotifications:
    """Notifications by tag, and every one that was shown; a user who answers at once."""

    def __init__(self) -> None:
        self.permission = "default"
        self.answer = "granted"
        self.asked = 0
        self.log: list[tuple[str, str, str, bool]] = []
        self.shown: dict[str, Callable[[], None]] = {}

    def ask(self, done: Callable[[str], None]) -> None:
        self.asked += 1
        self.permission = self.answer
        done(self.permission)

    def show(self, tag: str, title: str, body: str, *, silent: bool, clicked: Callable[[], None]) -> None:
        if self.permission == "granted":
            self.log.append((tag, title, body, silent))
            self.shown[tag] = clicked

    def remove(self, tag: str) -> None:
        self.shown.pop(tag, None)

    def close(self) -> None:
        self.shown.clear()


class MemoryPictureFiles:
    """Pictures that a test picks, whoever listens."""

    def __init__(self) -> None:
        self.listeners: list[tuple[Callable[[str, PickedPicture], None], Callable[[str, str, str], None]]] = []

    def listen(
        self,
        picked: Callable[[str, PickedPicture], None],
        refused: Callable[[str, str, str], None],
        *,
        most_bytes: int,
    ) -> Closable:
        del most_bytes
        listener = (picked, refused)
        self.listeners.append(listener)
        return _PickingEnds(lambda: self.listeners.remove(listener))

    def pick(self, name: str, picture: PickedPicture) -> None:
        """Let the reader pick a picture for a field."""
        for picked, _ in self.listeners:
            picked(name, picture)

    def refuse(self, name: str, file_name: str, reason: str) -> None:
        """Let the reader pick what cannot be taken."""
        for _, refused in self.listeners:
            refused(name, file_name, reason)


class _PickingEnds:
    def __init__(self, end: Callable[[], None]) -> None:
        self._end: Callable[[], None] | None = end

    def close(self) -> None:
        if self._end is not None:
            self._end()
            self._end = None


class MemoryViewer:
    """A viewer that remembers what it was last opened on."""

    def __init__(self) -> None:
        self.pictures: list[ViewedPicture] = []
        self.first: int | None = None

    def show(self, markup: str, pictures: Sequence[ViewedPicture], first: int, *, compared: bool = False) -> None:
        del markup, compared
        self.pictures = list(pictures)
        self.first = first

    def close(self) -> None:
        self.first = None


class MemoryKeyboard:
    """A keyboard that a test presses, and what it was sent to."""

    def __init__(self) -> None:
        self.pressed: Callable[[Press], bool] | None = None
        self.focused: str | None = None
        self.sent: list[str] = []
        self.offered: tuple[str, ...] = ()

    def press(self, key: str, **more: bool) -> bool:
        """Press a key; return whether it was one of the page's."""
        return self.pressed is not None and self.pressed(Press(key, **more))

    def row(self) -> str | None:
        return self.focused

    def step(self, key: str) -> None:
        self.sent.append(key)

    def focus(self, selector: str) -> bool:
        self.sent.append(f"focus {selector}")
        return True

    def click(self, selector: str) -> bool:
        self.sent.append(f"click {selector}")
        return True

    def actions(self) -> Sequence[str]:
        return self.offered

    def activate(self, name: str) -> bool:
        self.sent.append(f"activate {name}")
        return True

    def close(self) -> None:
        self.pressed = None


class MemoryDialog:
    """A dialog that is open until it is closed, by the page or by the reader."""

    def __init__(self, name: str, markup: str, closed: Callable[[], None]) -> None:
        self.name = name
        self.surface = MemorySurface()
        self.surface.show(markup)
        self.open = True
        self.revealed = ""
        self._closed = closed

    def reveal(self, slot: str) -> None:
        self.revealed = slot

    def close(self) -> None:
        self.open = False

    def dismiss(self) -> None:
        """Let the reader close it."""
        self.close()
        self._closed()


class MemoryRemembered:
    """What is remembered of ended jobs, by user, kind and id; it may refuse, and saying why is the test's."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str, str], KeptRow] = {}
        self.refuses: str | None = None
        self.written = 0

    def of(self, user: str, kind: str) -> list[KeptRow]:
        """The rows of a kind, the oldest first."""
        rows = [row for key, row in self.rows.items() if key[:2] == (user, kind)]
        return sorted(rows, key=lambda row: (row.at, row.job_id))

    async def put(self, user: str, kind: str, rows: Sequence[KeptRow], forgotten: Sequence[str], *, most: int) -> None:
        await self._answer()
        self.written += len(rows)
        self.rows.update({(user, kind, row.job_id): row for row in rows})
        for job_id in forgotten:
            self.rows.pop((user, kind, job_id), None)
        for row in self.of(user, kind)[:-most]:
            del self.rows[user, kind, row.job_id]

    async def read(self, user: str, kind: str, *, after: KeptRow | None, most: int) -> Sequence[KeptRow]:
        await self._answer()
        rows = self.of(user, kind)
        return [row for row in rows if after is None or (row.at, row.job_id) > (after.at, after.job_id)][:most]

    async def count(self, user: str, kind: str) -> int:
        await self._answer()
        return len(self.of(user, kind))

    async def find(self, user: str, kind: str, job_id: str) -> KeptRow | None:
        await self._answer()
        return self.rows.get((user, kind, job_id))

    async def clear(self) -> None:
        await self._answer()
        self.rows.clear()

    async def _answer(self) -> None:
        """Answer in another step of the loop, as a database does."""
        await asyncio.sleep(0)
        if self.refuses is not None:
            raise MemoryRefused(self.refuses)


@dataclass
class MemoryZip:
    """A zip whose files a test brings."""

    name: str
    files: tuple[ZippedFile, ...]
    progress: Callable[[int, int], None]
    failed: Callable[[str, str], None]
    done: Callable[[int], None]
    closed: bool = False

    def close(self) -> None:
        self.closed = True


def _no_export(file_name: str, **callbacks: object) -> Export:
    raise AssertionError(file_name)


class MemoryAdapters(MemorySharing):
    """The late adapters; all who ask get the same ones."""

    def __init__(self, group: MemoryGroup, thread: MainThread) -> None:
        super().__init__(group, thread)
        self.copied = MemoryClipboard()
        self.shown = MemoryNotifications()
        # What makes exports; nothing is exported unless a test says so.
        self.export: Callable[..., Export] = _no_export
        self.files = MemoryPictureFiles()
        self.pictures = MemoryViewer()
        self.keys = MemoryKeyboard()
        self.dialogs: list[MemoryDialog] = []
        self.remembered = MemoryRemembered()
        self.zips: list[MemoryZip] = []

    def clipboard(self) -> MemoryClipboard:
        """Return where texts are copied to."""
        return self.copied

    def notifications(self) -> MemoryNotifications:
        """Return where notifications are shown."""
        return self.shown

    def remembered_jobs(self, clock: Clock, timers: Timers) -> MemoryRemembered:
        del clock, timers
        return self.remembered

    def keyboard(self, pressed: Callable[[Press], bool]) -> MemoryKeyboard:
        self.keys.pressed = pressed
        return self.keys

    def dialog(self, name: str, label: str, markup: str, closed: Callable[[], None]) -> MemoryDialog:
        del label
        self.dialogs.append(MemoryDialog(name, markup, closed))
        return self.dialogs[-1]

    def zip(
        self,
        file_name: str,
        files: Sequence[ZippedFile],
        *,
        progress: Callable[[int, int], None],
        failed: Callable[[str, str], None],
        done: Callable[[int], None],
    ) -> MemoryZip:
        self.zips.append(MemoryZip(file_name, tuple(files), progress, failed, done))
        return self.zips[-1]

    def time_zones(self) -> Sequence[str]:
        return ("UTC", "Asia/Shanghai", "Europe/Berlin")

    def picture_files(self) -> MemoryPictureFiles:
        return self.files

    def viewer(self) -> MemoryViewer:
        return self.pictures


class EverythingThere:
    """The late part where all modules can be imported anyway; a test may withhold it."""

    def __init__(self, group: MemoryGroup, thread: MainThread) -> None:
        self.adapters = MemoryAdapters(group, thread)
        self.loaded = True
        self.fails = False
        self.asked = 0
        # What has been brought since it was withheld; everything is there where it never was.
        self._brought: set[str] | None = None

    def withhold(self, *, fails: bool = False) -> None:
        """Let nothing be there before it is brought; ``fails``: it cannot be."""
        self.loaded, self.fails, self._brought = False, fails, set()

    def has(self, module: str) -> bool:
        """Whether it has been brought."""
        return self._brought is None or module in self._brought

    async def bring(self, module: str) -> None:
        """Return at once."""
        self.asked += not self.loaded
        if self.fails:
            raise TransportError("no late part")
        self.loaded = True
        if self._brought is not None:
            self._brought.add(module)

    def sentences(self, language: str) -> Mapping[str, str]:
        """Return none: the tests' texts have all of them."""
        del language
        return {}


class Server(Protocol):
    """Answers what the page asks."""

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: str | None) -> Response | None:
        """Return the answer; ``None`` for none at all."""

    def connect(self, socket: MemorySocket) -> None:
        """A socket was opened; accept it, refuse it or leave it hanging."""


class MemoryHttp:
    """Requests to a server in memory. ``latency_s`` passes by the manual clock; each request is kept with its time."""

    def __init__(self, server: Server, clock: ManualClock, timers: ManualTimers, thread: MainThread) -> None:
        self._server = server
        self._clock = clock
        self._timers = timers
        self._thread = thread
        self.latency_s = 0.0
        self.requests: list[tuple[float, str, str]] = []
        self.in_flight = 0
        self.most_in_flight: dict[str, int] = {}
        self.on_request: Callable[[str, str], None] = lambda method, path: None
        self._by_kind: dict[str, int] = {}

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: str | None, timeout_s: float
    ) -> Response:
        self.requests.append((self._clock.monotonic(), method, path))
        self.on_request(method, path)
        self.in_flight += 1
        kind = method + " " + "/".join(path.partition("?")[0].split("/")[:3])
        self._by_kind[kind] = self._by_kind.get(kind, 0) + 1
        self.most_in_flight[kind] = max(self.most_in_flight.get(kind, 0), self._by_kind[kind])
        try:
            answer = self._server.answer(method, path, headers, body)
            wait_s = timeout_s if answer is None else min(self.latency_s, timeout_s)
            if wait_s > 0:
                await self._sleep(wait_s)
            else:
                await asyncio.sleep(0)
            await self._thread.going()
            if answer is None or self.latency_s > timeout_s:
                raise TransportError("no answer")
            return answer
        finally:
            self.in_flight -= 1
            self._by_kind[kind] -= 1

    async def _sleep(self, seconds: float) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def ring() -> None:
            if not done.done():
                done.set_result(None)

        timer = self._timers.call_at(self._clock.monotonic() + seconds, ring)
        try:
            await done
        finally:
            timer.close()

    def paths(self, since: float = 0.0) -> list[str]:
        """Return method and path of the requests since a moment."""
        return [f"{method} {path}" for at, method, path in self.requests if at >= since]


class MemorySocket:
    """A socket whose other end is moved by hand."""

    def __init__(self, owner: MemorySockets, path: str, protocols: tuple[str, ...], listener: SocketListener) -> None:
        self._owner = owner
        self.path = path
        self.protocols = protocols
        self._listener: SocketListener | None = listener
        self.sent: list[str] = []
        self.is_open = False
        self._dropped = False

    @property
    def alive(self) -> bool:
        return self._listener is not None and not self._dropped

    def send(self, text: str) -> None:
        if self.is_open and self.alive:
            self.sent.append(text)
            self._owner.server_received(self, text)

    def close(self) -> None:
        self._listener = None
        self.is_open = False
        self._owner.forget(self)

    def accept(self) -> None:
        if self.alive:
            self.is_open = True
            self._say(lambda listener: listener.opened())

    def push(self, *frames: str | None) -> None:
        if self.is_open:
            self._say(lambda listener: listener.received(list(frames)))

    def push_together(self, *frames: str) -> None:
        """Let frames arrive that are handed on together."""
        if self.is_open:
            joined, lengths = ",".join(frames).encode(), [len(frame.encode()) for frame in frames]
            self._say(lambda listener: listener.gathered(joined, lengths))

    def drop(self, code: int = 1006, reason: str = "") -> None:
        if self.alive:
            self._dropped, self.is_open = True, False
            self._owner.forget(self)
            self._owner.thread.run(self._end, code, reason)

    def _say(self, to: Callable[[SocketListener], None]) -> None:
        """Call the page, unless it has closed the socket by the time it is called."""

        def say() -> None:
            if self._listener is not None:
                to(self._listener)

        self._owner.thread.run(say)

    def _end(self, code: int, reason: str) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.closed(code, reason)


class MemorySockets:
    """Opens sockets to a server in memory."""

    def __init__(self, server: Server, clock: ManualClock, thread: MainThread) -> None:
        self._server = server
        self._clock = clock
        self.thread = thread
        self.supported = True
        self.constructible = True
        self.opened: list[tuple[float, MemorySocket]] = []
        self.alive_sockets: list[MemorySocket] = []
        self.on_text: Callable[[MemorySocket, str], None] = lambda socket, text: None

    @property
    def alive(self) -> int:
        return len(self.alive_sockets)

    def open(self, path: str, protocols: tuple[str, ...], listener: SocketListener) -> MemorySocket:
        if not self.constructible:
            raise TransportError("refused")
        socket = MemorySocket(self, path, protocols, listener)
        self.opened.append((self._clock.monotonic(), socket))
        self.alive_sockets.append(socket)
        asyncio.get_running_loop().call_soon(self._server.connect, socket)
        return socket

    def forget(self, socket: MemorySocket) -> None:
        if socket in self.alive_sockets:
            self.alive_sockets.remove(socket)

    def server_received(self, socket: MemorySocket, text: str) -> None:
        self.on_text(socket, text)


class MemoryWorld:
    """All ports in memory, and the time."""

    def __init__(
        self,
        server: Server,
        *,
        seed: int = 0,
        chance: Callable[[], float] | None = None,
        beside: MemoryWorld | None = None,
        locks: bool = True,
    ) -> None:
        """``beside`` is the world of another tab: both share time and store, and the lock if there are ``locks``.

        ``chance`` is what the page draws, in place of the numbers that follow from ``seed``.
        """
        self.thread = MainThread()
        self.clock: ManualClock = beside.clock if beside else ManualClock()
        self.timers: ManualTimers = beside.timers if beside else ManualTimers(self.clock)
        self.lock: MemoryLock = beside.lock if beside and locks else MemoryLock()
        self.notification_lock: MemoryLock = beside.notification_lock if beside and locks else MemoryLock()
        self.store: MemoryStore = beside.store.beside(self.thread) if beside else MemoryStore(thread=self.thread)
        self.page = ManualPage(self.thread)
        self.events = EventLog()
        self.http = MemoryHttp(server, self.clock, self.timers, self.thread)
        self.sockets = MemorySockets(server, self.clock, self.thread)
        self.errors: list[BaseException] = []
        self.warnings: list[str] = []
        self.group: MemoryGroup = beside.group if beside else MemoryGroup()
        self.late = EverythingThere(self.group, self.thread)
        self.notifications = self.late.adapters.shown
        self.clipboard = self.late.adapters.copied
        self.ports = Ports(
            http=self.http,
            sockets=self.sockets,
            clock=self.clock,
            timers=PageTimers(self.timers, self.thread),
            page=self.page,
            store=self.store,
            lock=self.lock,
            notification_lock=self.notification_lock,
            target=self.events,
            random=chance or random.Random(seed).random,
            report=self.report,
            late=self.late,
            warn=self.warnings.append,
        )

    def report(self, error: BaseException) -> None:
        """Keep what went wrong in the page itself; a test ends by seeing that nothing did."""
        self.errors.append(error)

    def crash(self) -> None:
        """End as a crashed page does, without a word to anybody: the browser frees what it had."""
        self.thread.end()
        self.late.adapters.free()
        self.store.part()
        for socket in tuple(self.sockets.alive_sockets):
            socket.close()

    async def settle(self) -> None:
        """Let every coroutine go on until all wait for the clock."""
        for _ in range(SETTLE_ROUNDS):
            await asyncio.sleep(0)

    async def advance(self, seconds: float) -> None:
        """Move the clock, ringing each timer at its time."""
        until = self.clock.now + seconds
        await self.settle()
        while (deadline := self.timers.next_deadline()) is not None and deadline <= until:
            self.clock.now = max(self.clock.now, deadline)
            self.timers.ring_one()
            await self.settle()
        self.clock.now = until
        await self.settle()

    async def sleep(self, seconds: float) -> None:
        """Let the device sleep: the time goes on everywhere, but no timer of the page does."""
        self.clock.wall_offset += seconds
        self.clock.server_offset += seconds
        await self.settle()

    async def set_clock(self, seconds: float) -> None:
        """Set the device's wall clock forward or back."""
        self.clock.wall_offset += seconds
        await self.settle()
