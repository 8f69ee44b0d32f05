"""The public events, on ``window`` (R19)."""

from collections.abc import Mapping

import js
from pyodide.ffi import to_js


class WindowEvents:
    """Dispatches ``CustomEvent``s that any script on the page can listen to."""

    def dispatch(self, name: str, detail: Mapping[str, object]) -> None:
        """Dispatch an event with a plain object as its ``detail``."""
        init = to_js({"detail": detail}, dict_converter=js.Object.fromEntries)
        js.window.dispatchEvent(js.CustomEvent.new(name, init))
