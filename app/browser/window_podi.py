"""``window.podi``: the interface for embedders and developers."""

from collections.abc import Callable
from typing import Any

import js
from pyodide.ffi import create_proxy, to_js


class WindowPodi:
    """Adds ``diagnostics()`` to ``window.podi``; its result also has how the page booted and is kept on the device."""

    def __init__(self, diagnostics: Callable[[], dict[str, object]]) -> None:
        def answer() -> Any:
            found = to_js(diagnostics(), dict_converter=js.Object.fromEntries)
            for name in ("boot", "site"):
                setattr(found, name, getattr(js.window.podi, name, None))
            return found

        self._proxy = create_proxy(answer)
        podi = getattr(js.window, "podi", None) or js.Object.new()
        podi.diagnostics = self._proxy
        js.window.podi = podi

    def close(self) -> None:
        """Remove it."""
        if self._proxy is not None:
            del js.window.podi.diagnostics
            self._proxy.destroy()
            self._proxy = None  # type: ignore[assignment]
