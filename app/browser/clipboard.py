"""The clipboard; where pages without TLS have none, ``tools/components/clipboard.js`` stands in."""

from collections.abc import Callable
from typing import Any

import js

from app.browser.promises import when_settled


class BrowserClipboard:
    """The system's clipboard; only while the user acts on the page may it be written to."""

    def write(self, text: str, done: Callable[[bool], None]) -> None:
        """Copy a text, then call back with whether it was copied."""
        clipboard: Any = getattr(js.navigator, "clipboard", None)
        if clipboard:
            when_settled(clipboard.writeText(text), done)
        else:
            done(False)
