"""One event listener on one JavaScript object, with its proxy."""

from collections.abc import Callable
from typing import Any

import js
from pyodide.ffi import JsDoubleProxy, create_proxy


class Listening:
    """Listens from construction until it is closed; then nothing of it is left on either side."""

    def __init__(
        self, target: js.EventTarget, kind: str, callback: Callable[[Any], None], *, passive: bool = False
    ) -> None:
        self._target = target
        self._kind = kind
        self._proxy: JsDoubleProxy[Callable[[Any], None]] | None = create_proxy(callback)
        if passive:
            options = js.Object.new()
            options.passive = True
            target.addEventListener(kind, self._proxy, options)
        else:
            target.addEventListener(kind, self._proxy)

    def close(self) -> None:
        """Stop listening and destroy the proxy."""
        if self._proxy is not None:
            self._target.removeEventListener(self._kind, self._proxy)
            self._proxy.destroy()
            self._proxy = None
