"""The tab: the page's title, and before it what is new."""

from __future__ import annotations

from app.pages.shell.tab_title import TabTitle


class Root:
    """The page's root, as far as the tab shows it."""

    def __init__(self) -> None:
        self.shown = ""
        self.address: str | None = "none yet"

    def write(self, name: str, value: str) -> None:
        raise AssertionError((name, value))

    def title(self, text: str) -> None:
        self.shown = text

    def icon(self, address: str | None) -> None:
        self.address = address


def test_both_are_shown_whoever_comes_first() -> None:
    """R44: another page keeps the state, and another state the page; the same state writes nothing."""
    root = Root()
    tab = TabTitle(root)
    tab.page("Tasks")
    assert "Tasks" == root.shown
    tab.state("(1 failed)", "data:x")
    assert ("(1 failed) Tasks", "data:x") == (root.shown, root.address)
    tab.page("Points")
    assert "(1 failed) Points" == root.shown
    root.shown = "untouched"
    tab.state("(1 failed)", "data:x")
    assert "untouched" == root.shown
    tab.state("", None)
    assert ("Points", None) == (root.shown, root.address)
