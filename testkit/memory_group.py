"""Channels and locks in memory, as the pages of one browser share them; messages and locks come later, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from app.ports import TransportError
from testkit.main_thread import MainThread

Received = Callable[[str, Callable[[], str | bytes | None]], None]


class MemoryGroup:
    """What the pages of one browser share."""

    def __init__(self) -> None:
        self.channels: dict[str, list[MemoryChannel]] = {}
        self.claims: dict[str, list[MemoryClaim]] = {}
        # Every message, under the name of its channel, as it was posted.
        self.posted: list[tuple[str, str, str | bytes | None]] = []
        # Whether a message is lost on its way.
        self.loses: Callable[[str], bool] = lambda head: False

    @property
    def open(self) -> tuple[int, int]:
        """How many channels and claims are not closed."""
        return sum(map(len, self.channels.values())), sum(map(len, self.claims.values()))

    def steal(self, name: str) -> None:
        """Take a lock away, as any script of this origin may, and give it back at once."""
        holder = self.claims[name].pop(0)
        holder.end()
        self.grant(name)

    def grant(self, name: str) -> None:
        """Give the lock to the first in its queue."""
        if self.claims[name]:
            asyncio.get_running_loop().call_soon(self.claims[name][0].grant)


class MemoryChannel:
    """One page's end of a channel."""

    def __init__(self, group: MemoryGroup, name: str, received: Received, thread: MainThread) -> None:
        self._group = group
        self._name = name
        self._thread = thread
        self._received: Received | None = received
        group.channels.setdefault(name, []).append(self)

    def post(self, head: str, body: str | bytes | None = None) -> None:
        if self._received is None:
            return
        self._group.posted.append((self._name, head, body))
        for other in self._group.channels[self._name]:
            if other is not self and not self._group.loses(head):
                asyncio.get_running_loop().call_soon(other.arrive, head, body)

    @property
    def closed(self) -> bool:
        return self._received is None

    def arrive(self, head: str, body: str | bytes | None) -> None:
        self._thread.run(self._take, head, body)

    def _take(self, head: str, body: str | bytes | None) -> None:
        if self._received is not None:
            self._received(head, lambda: body)

    def close(self) -> None:
        if self._received is not None:
            self._received = None
            self._group.channels[self._name].remove(self)


class MemoryClaim:
    """One page's claim to a lock."""

    def __init__(
        self,
        group: MemoryGroup,
        name: str,
        held: Callable[[], None],
        lost: Callable[[], None],
        thread: MainThread,
        *,
        steal: bool,
    ) -> None:
        self._group = group
        self._name = name
        self._say_held = held
        self._say_lost = lost
        self._thread = thread
        # Whether it was granted; taken away or given back, of which the page need not know yet; closed by the page.
        self._held = self._ended = self.closed = False
        queue = group.claims.setdefault(name, [])
        if steal and queue:
            queue.pop(0).end()
        queue.insert(0 if steal else len(queue), self)
        if queue[0] is self:
            group.grant(name)

    def grant(self) -> None:
        """It is this page's turn, unless it has gone or knows already."""
        if not self._ended and not self._held:
            self._held = True
            self._thread.run(self._say, self._say_held)

    def end(self) -> None:
        """The lock was taken away."""
        self._ended = True
        asyncio.get_running_loop().call_soon(self._thread.run, self._say, self._say_lost)

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            if not self._ended:
                self._ended = True
                queue = self._group.claims[self._name]
                first = queue[0] is self
                queue.remove(self)
                if first:
                    self._group.grant(self._name)

    def _say(self, what: Callable[[], None]) -> None:
        if not self.closed:
            what()


class MemorySharing:
    """The late adapters for sharing, of one page, which may have neither channels nor locks."""

    def __init__(self, group: MemoryGroup, thread: MainThread) -> None:
        self.group = group
        self._thread = thread
        # The ends and claims of this page.
        self._mine: list[MemoryChannel | MemoryClaim] = []
        self.has_channels = self.has_locks = True
        # Why the browser says no to a lock, if it does.
        self.refusal: str | None = None

    def channel(self, name: str, received: Received) -> MemoryChannel:
        if not self.has_channels:
            raise TransportError("no channels")
        channel = MemoryChannel(self.group, name, received, self._thread)
        self._keep(channel)
        return channel

    def claim(
        self,
        name: str,
        *,
        steal: bool,
        held: Callable[[], None],
        lost: Callable[[], None],
        refused: Callable[[str], None],
    ) -> MemoryClaim:
        if not self.has_locks:
            raise TransportError("no locks")
        if self.refusal is not None:
            asyncio.get_running_loop().call_soon(refused, self.refusal)
            return MemoryClaim(MemoryGroup(), name, _nothing, _nothing, self._thread, steal=False)
        claim = MemoryClaim(self.group, name, held, lost, self._thread, steal=steal)
        self._keep(claim)
        return claim

    def free(self) -> None:
        """Let go of all, as the browser does for a page that has crashed."""
        for one in self._mine:
            one.close()

    def _keep(self, one: MemoryChannel | MemoryClaim) -> None:
        self._mine = [*(each for each in self._mine if not each.closed), one]


def _nothing() -> None:
    pass
