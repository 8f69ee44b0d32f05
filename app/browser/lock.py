"""Mutual exclusion between tabs by the Web Locks API; without it, every tab acts as if it were alone."""

import asyncio
from typing import Any

import js
from pyodide.ffi import JsException, create_proxy, to_js

from app.ports import Clock, Timers

# A tab that holds the lock longer is frozen or stuck; going on without the lock is then the lesser harm.
WAIT_S = 5.0
# What was stored reaches other tabs later than the lock would: by up to 2 ms, on a machine with a load of 20 by more
# than 100 (docs/decisions/notifications.md).
STORED_WITHIN_S = 0.25


class Hold:
    """A held lock, or what stands in its place where it was not to be had."""

    def __init__(self, released: "asyncio.Future[None]", *, exclusive: bool) -> None:
        self.exclusive = exclusive
        self._released = released

    def close(self) -> None:
        """Release it, as soon as what was stored under it has reached the other tabs."""
        if not self._released.done():
            self._released.set_result(None)


class BrowserLock:
    """One named lock. A tab that holds it for longer than ``WAIT_S`` does not stop the others.

    Each tab reads a copy of ``localStorage`` that follows the others' writes by messages of their own. The lock is
    therefore kept for ``STORED_WITHIN_S`` more, so that whoever has it next reads what was written under it.
    """

    def __init__(self, name: str, clock: Clock, timers: Timers) -> None:
        self._name = name
        self._clock = clock
        self._timers = timers

    async def acquire(self) -> Hold:
        """Return once the lock is held, or after ``WAIT_S`` without it."""
        loop = asyncio.get_running_loop()
        acquired: asyncio.Future[bool] = loop.create_future()
        released: asyncio.Future[None] = loop.create_future()
        locks = getattr(js.navigator, "locks", None)
        if not locks:
            return Hold(released, exclusive=False)

        def go_on(*, held: bool) -> None:
            if not acquired.done():
                acquired.set_result(held)

        async def hold(_: Any) -> None:
            go_on(held=True)
            await released
            # A timeout of its own: a browser delays it by a second in a hidden tab, the page's timers by a minute.
            await asyncio.sleep(STORED_WITHIN_S)

        proxy = create_proxy(hold)
        controller = js.AbortController.new()
        options = to_js({"signal": controller.signal}, dict_converter=js.Object.fromEntries)

        async def request() -> None:
            try:
                await locks.request(self._name, options, proxy)
            except JsException:
                go_on(held=False)
            finally:
                proxy.destroy()

        # Referenced until the lock is held: asyncio keeps only weak references to its tasks.
        requesting = asyncio.ensure_future(request())
        timeout = self._timers.call_at(self._clock.monotonic() + WAIT_S, controller.abort)
        try:
            exclusive = await acquired
        except asyncio.CancelledError:
            released.cancel()
            controller.abort()
            raise
        finally:
            timeout.close()
        del requesting
        return Hold(released, exclusive=exclusive)
