"""The hub: everything that is pushed goes through here to whoever listens.

Each listener has a queue of its own with a limit in frames and in bytes, so a slow one is cut off (close code 1013) and
never delays the others. Everyone gets everyone's events, as from the real backend, but not what came of the jobs; only
a backend like the product, which does not know whose a socket is, sends everything. There, a socket that has gone stays
among the listeners until an event meets it and gets no further.
Frames are published after the transaction they report has been committed, never inside it. The last hundred are kept
for replay, in memory only: after a restart there is nothing to replay, and the page's own reconcile covers that.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Self

from devserver.character import PLAIN, Character
from devserver.frames import Frame

REPLAYED = 100
QUEUE_LIMIT = 4096
QUEUE_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Event:
    """A frame as it is said, to its owner and to others."""

    owner: str | None
    """The only user who may have it, if only one may."""
    about: str | None
    text: str
    to_others: str

    @classmethod
    def of(cls, frame: Frame) -> Self:
        """What is said of ``frame``."""
        public = {name: value for name, value in frame.payload.items() if name not in frame.private}
        text = _text(frame.type, frame.payload)
        return cls(frame.owner, frame.about, text, _text(frame.type, public) if frame.private else text)

    def text_for(self, user_id: str | None) -> str | None:
        """Return what this user gets of it, if anything; everything, if nobody knows who it is."""
        if user_id is None:
            return self.text
        if self.owner is not None and self.owner != user_id:
            return None
        return self.text if self.about in {None, user_id} else self.to_others


def _text(kind: str, payload: dict[str, Any] | str) -> str:
    return json.dumps({"type": kind, "payload": payload}, ensure_ascii=True)


class Listener:
    """One open socket's share of the stream."""

    def __init__(self, user_id: str | None, limit: int = QUEUE_LIMIT, limit_bytes: int = QUEUE_BYTES) -> None:
        self.user_id = user_id
        """Whose it is, ``None`` if nobody asked."""
        self.gone = False
        """True once the socket has ended without anything having noticed."""
        self.overflowed = asyncio.Event()
        self._texts: asyncio.Queue[str] = asyncio.Queue(limit)
        self._bytes_left = limit_bytes

    def offer(self, text: str) -> None:
        """Queue a frame, or give up on the listener for good if it is too far behind."""
        if self._bytes_left < len(text) or self._texts.full():
            self.overflowed.set()
        if self.overflowed.is_set():
            return
        # What is sent is ASCII, so a character is a byte.
        self._bytes_left -= len(text)
        self._texts.put_nowait(text)

    async def next(self) -> str:
        """The next frame to send."""
        text = await self._texts.get()
        self._bytes_left += len(text)
        return text


class Hub:
    """Publishes frames to listeners. Used from the event loop's thread alone.

    ``unnoticed`` says of each socket that goes whether it stays among the listeners; asked only of a character whose
    broadcast stops there.
    """

    def __init__(self, character: Character = PLAIN, unnoticed: Callable[[], bool] = lambda: True) -> None:
        self._character = character
        self._unnoticed = unnoticed
        self._listeners: dict[Listener, None] = {}
        """In the order in which they joined, which is the order in which they are sent an event."""
        self._past: deque[_Event] = deque(maxlen=REPLAYED)

    def publish(self, frames: Iterable[Frame]) -> None:
        """Send frames to every listener that may have them, and remember them."""
        for frame in frames:
            if self._character.pushes(frame.type, frame.payload.get("status")):
                self._broadcast(_Event.of(frame))

    def echo(self, listener: Listener, payload: str) -> None:
        """Give a client's text back."""
        text = _text("echo", payload)
        if self._character.shares_echoes:
            self._broadcast(_Event(owner=None, about=None, text=text, to_others=text))
        else:
            listener.offer(text)

    def _broadcast(self, event: _Event) -> None:
        self._past.append(event)
        for listener in list(self._listeners):
            if listener.gone:
                del self._listeners[listener]
                return
            _send_event(listener, event)

    def join(self, user_id: str | None) -> Listener:
        """A new listener, its queue already holding the replay."""
        listener = Listener(user_id)
        for event in self._past:
            _send_event(listener, event)
        self._listeners[listener] = None
        return listener

    def leave(self, listener: Listener) -> None:
        """Forget a listener."""
        if listener.gone:
            return
        if self._character.broadcast_stops_at_gone and listener in self._listeners and self._unnoticed():
            listener.gone = True
        else:
            self._listeners.pop(listener, None)

    def listening(self) -> set[str]:
        """The users with a live socket."""
        return {each.user_id for each in self._listeners if each.user_id is not None and not each.gone}

    def __len__(self) -> int:
        return sum(not listener.gone for listener in self._listeners)


def _send_event(listener: Listener, event: _Event) -> None:
    text = event.text_for(listener.user_id)
    if text is not None:
        listener.offer(text)
