"""The event loop of the page: Pyodide's, which makes a task of the browser of every single callback.

It also counts what is under way, for scripts that are run to their end: one more callback for each promise that is
awaited. A page has no end, so nothing is counted, and what is ready runs together.
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
    """Calls what is ready in one task of the browser, in order; what becomes ready meanwhile has the next one."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._ready: deque[asyncio.Handle] = deque()
        self._called_for = False
        channel = js.MessageChannel.new()
        self._port = channel.port2
        channel.port1.onmessage = create_proxy(self._run)

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:
        """Call back as soon as possible, but not at once."""
        handle = asyncio.Handle(callback, args, self._loop, context)
        self._ready.append(handle)
        self._call_for()
        return handle

    def _call_for(self) -> None:
        if not self._called_for:
            self._called_for = True
            self._port.postMessage(None)

    def _run(self, _: object) -> None:
        self._called_for = False
        try:
            for _turn in range(len(self._ready)):
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()
        finally:
            if self._ready:
                self._call_for()


def lighten(loop: asyncio.AbstractEventLoop) -> None:
    """Have the loop of the page do without what only a script needs. For good: it ends with the page."""
    loop.create_future = partial(asyncio.Future, loop=loop)  # type: ignore[method-assign]
    loop.call_soon = ReadyQueue(loop).call_soon  # type: ignore[method-assign, assignment]
