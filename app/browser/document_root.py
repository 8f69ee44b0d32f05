"""The attributes of ``<html>`` that style sheets, tests and embedders read, and the tab's title."""

import js


class DocumentRoot:
    """``<html>``."""

    def __init__(self) -> None:
        self._written: dict[str, str] = {}

    def write(self, name: str, value: str) -> None:
        """Set an attribute, unless it has that value already."""
        if self._written.get(name) != value:
            self._written[name] = value
            js.document.documentElement.setAttribute(name, value)

    def title(self, text: str) -> None:
        """Set the title of the tab."""
        if js.document.title != text:
            js.document.title = text
