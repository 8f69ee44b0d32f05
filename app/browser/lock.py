"""Mutual exclusion between tabs by the browser's Web Locks; where there are none, every tab is alone."""

import asyncio
from typing import Any

import js
from pyodide.ffi import JsException, create_proxy, to_js

from app.ports import Clock, Timers

WAIT_S = 5.0


class Hold:
    """A held lock."""

    def __init__(self, released: "asyncio.Future[None]") -> None:
        self._released = released

    def close(self) -> None:
        """Give it back."""
        if not self._released.done():
            self._released.set_result(None)


class BrowserLock:
    """One named lock. A tab that holds it for too long, frozen perhaps, does not stop the others."""

    def __init__(self, name: str, clock: Clock, timers: Timers) -> None:
        self._name = name
        self._clock = clock
        self._timers = timers

    async def acquire(self) -> Hold:
        """Return once the lock is held, or the patience is over."""
        loop = asyncio.get_running_loop()
        acquired: asyncio.Future[None] = loop.create_future()
        released: asyncio.Future[None] = loop.create_future()
        locks = getattr(js.navigator, "locks", None)
        if not locks:
            return Hold(released)

        def go_on() -> None:
            if not acquired.done():
                acquired.set_result(None)

        async def hold(_: Any) -> None:
            go_on()
            await released

        proxy = create_proxy(hold)
        controller = js.AbortController.new()
        options = to_js({"signal": controller.signal}, dict_converter=js.Object.fromEntries)

        async def ask() -> None:
            try:
                await locks.request(self._name, options, proxy)
            except JsException:
                go_on()
            finally:
                proxy.destroy()

        asking = asyncio.ensure_future(ask())
        patience = self._timers.call_at(self._clock.monotonic() + WAIT_S, controller.abort)
        try:
            await acquired
        except asyncio.CancelledError:
            released.cancel()
            controller.abort()
            raise
        finally:
            patience.close()
        del asking
        return Hold(released)
