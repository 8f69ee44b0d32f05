"""The reader's language and theme: kept in this browser, and attributes of ``<html>`` for style sheets."""

import js
from pyodide.ffi import JsException

LANGUAGE_TAGS = {"en": "en", "zh": "zh-CN"}
THEMES = ("auto", "light", "dark")


class Appearance:
    """The reader's choices. ``static/shell.js`` applies them before Python runs, under the same keys."""

    @property
    def theme(self) -> str:
        """Return ``auto``, ``light`` or ``dark``."""
        theme = str(js.document.documentElement.getAttribute("data-theme") or "auto")
        return theme if theme in THEMES else "auto"

    def choose_theme(self, theme: str) -> None:
        """Switch to a theme and keep the choice."""
        if theme in THEMES:
            js.document.documentElement.setAttribute("data-theme", theme)
            self._keep("theme", theme)

    def choose_language(self, language: str) -> None:
        """Switch to a language and keep the choice; whoever drew text has to draw it again."""
        if language in LANGUAGE_TAGS:
            js.document.documentElement.setAttribute("lang", LANGUAGE_TAGS[language])
            self._keep("language", language)

    @staticmethod
    def _keep(name: str, value: str) -> None:
        try:
            js.localStorage.setItem(f"podi.{name}", value)
        except JsException:
            # Where the browser refuses storage, the choice holds until the page is left.
            return
