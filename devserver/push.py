"""The hub: everything that is pushed goes through here to whoever listens.

Each listener has a bounded queue of its own, so a slow one is cut off (close code 1013) and never delays the others.
Frames are published after the transaction they report has been committed, never inside it. The last hundred are kept
for replay, in memory only: after a restart there is nothing to replay, and the page's own reconcile covers that.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Iterable

from devserver.frames import Frame

REPLAYED = 100
QUEUE_LIMIT = 4096


class Listener:
    """One open socket's share of the stream."""

    def __init__(self, user_id: str, limit: int = QUEUE_LIMIT) -> None:
        self.user_id = user_id
        self.overflowed = asyncio.Event()
        self._texts: asyncio.Queue[str] = asyncio.Queue(limit)

    def may_have(self, owner: str | None) -> bool:
        """Whether a frame of this owner is for this listener."""
        return owner is None or owner == self.user_id

    def offer(self, text: str) -> None:
        """Queue a frame, or give up on the listener for good if it is too far behind."""
        try:
            self._texts.put_nowait(text)
        except asyncio.QueueFull:
            self.overflowed.set()

    async def next(self) -> str:
        """The next frame to send."""
        return await self._texts.get()


class Hub:
    """Publishes frames to listeners. Used from the event loop's thread alone."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._past: deque[tuple[str, str | None]] = deque(maxlen=REPLAYED)

    def publish(self, frames: Iterable[Frame]) -> None:
        """Send frames to every listener that may have them, and remember them."""
        for frame in frames:
            text = json.dumps({"type": frame.type, "payload": frame.payload}, ensure_ascii=True)
            self._past.append((text, frame.owner))
            for listener in self._listeners:
                if listener.may_have(frame.owner):
                    listener.offer(text)

    def join(self, user_id: str) -> Listener:
        """A new listener, its queue already holding the replay."""
        listener = Listener(user_id)
        for text, owner in self._past:
            if listener.may_have(owner):
                listener.offer(text)
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget a listener."""
        self._listeners.discard(listener)

    def listening(self) -> set[str]:
        """The users with a live socket."""
        return {listener.user_id for listener in self._listeners}

    def __len__(self) -> int:
        return len(self._listeners)
