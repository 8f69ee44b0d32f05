"""The interface to the shell (``index.html``, ``static/shell.js``): the settings, and a boot that failed.

What the shell does: docs/decisions/ui-shell.md.
"""

from collections.abc import Mapping

import js
from pyodide.ffi import to_js


def configuration() -> Mapping[str, object]:
    """Return the ``[podi]`` table of ``pyscript.toml``."""
    from pyscript import config

    table = config.get("podi", {})
    return table if isinstance(table, Mapping) else {}


def fail(reason: str) -> None:
    """Have the shell show that the monitor did not start, and why."""
    init = to_js({"detail": {"error": reason}}, dict_converter=js.Object.fromEntries)
    js.window.dispatchEvent(js.CustomEvent.new("podi:boot", init))
