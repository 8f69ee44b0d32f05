"""Fewer tasks of the browser for the page's event loop, which is Pyodide's (docs/decisions/event-loop.md).

Pyodide makes a task of the browser of every single callback, and counts unfinished work with one more callback for each
awaited promise, so that a script can be run to its end. A page has no end: here nothing is counted, and callbacks that
are ready run together.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context
from functools import partial
from typing import Any

import js
from pyodide.ffi import create_proxy


class ReadyQueue:
    """Runs the callbacks that are ready in one task of the browser, in order; later ones run in the next task."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._ready: deque[asyncio.Handle] = deque()
        # Whether a message is posted whose task will run what is ready.
        self._requested = False
        channel = js.MessageChannel.new()
        self._port = channel.port2
        channel.port1.onmessage = create_proxy(self._run)

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:
        """Call back in the next task of the browser."""
        handle = asyncio.Handle(callback, args, self._loop, context)
        self._ready.append(handle)
        self._request_task()
        return handle

    def _request_task(self) -> None:
        if not self._requested:
            self._requested = True
            self._port.postMessage(None)

    def _run(self, _: object) -> None:
        self._requested = False
        try:
            for _turn in range(len(self._ready)):
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()
        finally:
            if self._ready:
                self._request_task()


def lighten(loop: asyncio.AbstractEventLoop) -> None:
    """Replace the two methods of the page's loop. There is no way back: the loop ends with the page."""
    loop.create_future = partial(asyncio.Future, loop=loop)  # type: ignore[method-assign]
    loop.call_soon = ReadyQueue(loop).call_soon  # type: ignore[method-assign, assignment]
