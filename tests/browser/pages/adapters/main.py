"""A page with nothing but the adapters: `window.run(code)` runs the body of a coroutine and returns its value as JSON.

In it, all names of this file are there; what `kept` holds is there in the next one too.
"""
# ruff: noqa: F401 - what is imported here is for the tests

import asyncio
import json
import textwrap
from types import SimpleNamespace

import js
from pyodide.ffi import create_proxy

from app.browser import (
    address,
    broadcast_channel,
    clipboard,
    console,
    dispatch,
    document_root,
    event_listener,
    event_loop,
    export_worker,
    http,
    lock,
    notifications,
    page,
    remembered_jobs,
    socket,
    storage,
    web_lock,
    window_podi,
)
from app.browser.clock import BrowserClock
from app.browser.timers import BrowserTimers
from app.late_ports import KeptRow, MemoryRefused
from app.ports import TransportError

event_loop.lighten(asyncio.get_running_loop())
clock = BrowserClock()
errors = []
timers = BrowserTimers(clock, errors.append)
kept = SimpleNamespace()


async def wait(seconds):
    """Wait for so long, or until nothing before then is left to do."""
    await asyncio.sleep(seconds)


async def until(condition, seconds=10.0):
    """Wait until something holds."""
    deadline = clock.monotonic() + seconds
    while not condition():
        if clock.monotonic() > deadline:
            raise TimeoutError
        await asyncio.sleep(0.01)


class RecordingListener:
    """A socket listener that records its calls."""

    def __init__(self):
        self.calls = []
        self.alone = []

    def opened(self):
        """Note it."""
        self.calls.append("opened")

    def received(self, frames):
        """Note it."""
        self.calls.append(list(frames))
        self.alone += frames

    def gathered(self, joined, lengths):
        """Note them one by one."""
        frames, at = [], 0
        for length in lengths:
            frames.append(joined[at : at + length].decode() if length >= 0 else None)
            at += max(length, 0) + 1
        self.calls.append(frames)

    def closed(self, code, reason):
        """Note it."""
        self.calls.append([code, reason])


async def run(code):
    """Run the body of a coroutine."""
    names = dict(globals())
    exec("async def step():\n" + textwrap.indent(textwrap.dedent(code), "    "), names)
    return json.dumps(await names["step"]())


js.window.run = create_proxy(run)
js.document.documentElement.setAttribute("data-ready", "")
