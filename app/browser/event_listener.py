"""Listeners of JavaScript events; each owns the proxy of its callback, which JavaScript would never let go of."""

from collections.abc import Callable
from typing import Any

import js
from pyodide.ffi import JsDoubleProxy, create_proxy


class EventListener:
    """One listener on one object, from construction until it is closed; then nothing is left on either side."""

    def __init__(
        self,
        target: js.EventTarget,
        kind: str,
        callback: Callable[[Any], None],
        *,
        passive: bool = False,
        capture: bool = False,
    ) -> None:
        """``capture`` also catches what does not bubble, such as a picture's ``error``."""
        self._target = target
        self._kind = kind
        self._capture = capture
        # None once closed: a proxy that is destroyed twice raises.
        self._proxy: JsDoubleProxy[Callable[[Any], None]] | None = create_proxy(callback)
        if passive or capture:
            options = js.Object.new()
            options.passive = passive
            options.capture = capture
            target.addEventListener(kind, self._proxy, options)
        else:
            target.addEventListener(kind, self._proxy)

    def close(self) -> None:
        """Stop listening and destroy the proxy."""
        if self._proxy is not None:
            remove: Any = self._target.removeEventListener
            remove(self._kind, self._proxy, self._capture)
            self._proxy.destroy()
            self._proxy = None


class EventListeners:
    """Several listeners that close together."""

    def __init__(self, *listeners: EventListener) -> None:
        self._listeners = listeners

    def close(self) -> None:
        """Stop listening."""
        for listener in self._listeners:
            listener.close()
