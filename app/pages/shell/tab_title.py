"""The tab: the title of the page that is open, and before it what runs and what has ended (R44)."""

from app.ports import Root


class TabTitle:
    """Joins the title of the page with what the notifier puts before it."""

    def __init__(self, root: Root) -> None:
        self._root = root
        self._page = ""
        self._state = ""
        self._icon: str | None = None

    def page(self, text: str) -> None:
        """Show the title of another page."""
        self._page = text
        self._show()

    def state(self, text: str, icon: str | None) -> None:
        """Show a text before the title, and another icon; ``None`` for the page's own."""
        if (text, icon) != (self._state, self._icon):
            self._state, self._icon = text, icon
            self._root.icon(icon)
            self._show()

    def _show(self) -> None:
        self._root.title(f"{self._state} {self._page}".strip())
