"""The public events, on ``window`` (R19; docs/decisions/public-words.md)."""

import json
from collections.abc import Mapping, Sequence

import js


class WindowEvents:
    """Dispatches ``CustomEvent``s that any script on the page can listen to.

    All details cross into the browser as one JSON text: converted one by one they cost several times as much.
    """

    def __init__(self) -> None:
        # Looked up once: a lookup is a call into the browser, and a burst has hundreds of events.
        self._new = js.CustomEvent.new
        self._parse = js.JSON.parse
        self._dispatch = js.window.dispatchEvent

    def dispatch(self, name: str, details: Sequence[Mapping[str, object]]) -> None:
        """Dispatch an event for each of the ``details``; its ``detail`` is a plain object."""
        for init in self._parse(json.dumps([{"detail": detail} for detail in details])):
            self._dispatch(self._new(name, init))
