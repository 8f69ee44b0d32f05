"""A claim to a lock that one page of this browser holds at a time, by the Web Locks API (R43)."""

from collections.abc import Callable
from typing import Any

import js
from pyodide.ffi import JsDoubleProxy, JsException, create_proxy, to_js

from app.browser.promises import when_settled
from app.ports import TransportError


class WebLockClaim:
    """A place in the lock's queue, then the lock itself, until it is closed or taken away."""

    def __init__(
        self,
        name: str,
        *,
        steal: bool,
        held: Callable[[], None],
        lost: Callable[[], None],
        refused: Callable[[str], None],
    ) -> None:
        """Queue, or ``steal`` the lock from whoever has it; raise ``TransportError`` if the browser has no locks."""
        locks = getattr(js.navigator, "locks", None)
        if not locks:
            raise TransportError("no locks")
        self._say_held = held
        self._say_lost = lost
        self._say_refused = refused
        # Lets go of the lock once it is held.
        self._release: Callable[[], None] | None = None
        self._closed = False
        self._controller = js.AbortController.new()
        self._proxies: list[JsDoubleProxy[Any]] = [create_proxy(self._granted), create_proxy(self._hold)]
        # A theft does not wait, and so takes no signal.
        options = {"steal": True} if steal else {"signal": self._controller.signal}
        try:
            promise = locks.request(name, to_js(options, dict_converter=js.Object.fromEntries), self._proxies[0])
        except JsException as error:
            self._destroy()
            raise TransportError(str(error.name)) from None
        when_settled(promise, self._settled)

    def close(self) -> None:
        """Leave the queue, or give the lock back; nothing is called any more."""
        if self._closed:
            return
        self._closed = True
        if self._release is not None:
            self._release()
        else:
            self._controller.abort()

    def _granted(self, _: Any) -> Any:
        if self._closed:
            return None
        promise = js.Promise.new(self._proxies[1])
        self._say_held()
        return promise

    def _hold(self, resolve: Any, _: Any) -> None:
        self._release = resolve

    def _settled(self, kept: bool) -> None:
        """The lock is free again, was taken away, or is not to be had."""
        self._destroy()
        held, self._release = self._release is not None, None
        if not self._closed and not kept:
            self._closed = True
            if held:
                self._say_lost()
            else:
                self._say_refused("lock refused")

    def _destroy(self) -> None:
        for proxy in self._proxies:
            proxy.destroy()
        self._proxies = []
