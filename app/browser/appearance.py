"""The reader's language and theme: kept in this browser, written on ``<html>`` where style sheets read them."""

import js
from pyodide.ffi import JsException

LANGUAGE_TAGS = {"en": "en", "zh": "zh-CN"}
THEMES = ("auto", "light", "dark")


class Appearance:
    """What the reader chose. ``static/shell.js`` applies the same choices before Python is there."""

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
        """Switch to a language and keep the choice; what is on the page has to be drawn anew by whoever drew it."""
        if language in LANGUAGE_TAGS:
            js.document.documentElement.setAttribute("lang", LANGUAGE_TAGS[language])
            self._keep("language", language)

    @staticmethod
    def _keep(name: str, value: str) -> None:
        try:
            js.localStorage.setItem(f"podi.{name}", value)
        except JsException:
            return
