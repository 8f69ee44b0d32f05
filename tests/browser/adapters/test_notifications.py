"""The system's notifications, the clipboard and the tab's icon: what the browser does with what it is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.adapters.conftest import Python

# Notifications that are kept in place of being shown, of a user who answers as the test wants.
FAKE = """answer => {
  window.own ??= window.Notification;
  window.notified = [];
  window.Notification = class extends EventTarget {
    static permission = "default";
    static requestPermission() {
      Notification.permission = answer;
      return Promise.resolve(answer);
    }
    constructor(title, options) {
      if (title === "refused") throw new TypeError("Illegal constructor");
      super();
      Object.assign(this, { title, ...options, closed: false });
      window.notified.push(this);
    }
    close() {
      this.closed = true;
      this.dispatchEvent(new Event("close"));
    }
  };
}"""


@pytest.fixture
def fake(python: Python) -> Iterator[Python]:
    """A browser whose notifications are kept."""
    python.page.evaluate(FAKE, "granted")
    yield python
    python.page.evaluate("() => { window.Notification = window.own }")


def test_permission_is_asked_and_answered(fake: Python) -> None:
    """R44: on the page's own loop, whose futures are plain ones; before it nothing is shown."""
    assert ["default", ["granted"], 0] == fake(
        """
        port, answers = notifications.BrowserNotifications(), []
        before = port.permission
        port.show("a", "A", "", silent=True, clicked=lambda: None)
        shown = js.notified.length
        port.ask(answers.append)
        await until(lambda: answers)
        return [before, answers, shown]
        """
    )


def test_a_notification_is_shown_clicked_replaced_and_taken_away(fake: Python) -> None:
    """R44: the tag is the job's; a click is received once, one with the same tag takes the place of the first."""
    assert [["a", "Title", "Body", True], ["clicked"], [True, True], [True]] == fake(
        """
        js.Notification.permission = "granted"
        port, clicks = notifications.BrowserNotifications(), []
        port.show("a", "Title", "Body", silent=True, clicked=lambda: clicks.append("clicked"))
        one = js.notified[0]
        facts = [one.tag, one.title, one.body, one.silent]
        one.dispatchEvent(js.Event.new("click"))
        one.dispatchEvent(js.Event.new("click"))
        received = [*clicks]
        port.show("b", "B", "", silent=False, clicked=lambda: None)
        port.show("b", "B again", "", silent=False, clicked=lambda: None)
        js.notified[1].close()
        port.remove("b")
        port.remove("b")
        closed = [js.notified[1].closed, js.notified[2].closed]
        port.show("c", "C", "", silent=True, clicked=lambda: clicks.append("late"))
        port.close()
        js.notified[3].dispatchEvent(js.Event.new("click"))
        return [facts, received, closed, [clicks == received]]
        """
    )


def test_a_browser_that_shows_none_does_no_harm(fake: Python) -> None:
    """R44: one that has no notifications, one that wants a service worker for them, and a user who refuses."""
    assert ["unsupported", "unsupported"] == fake(
        """
        api, answers = js.Notification, []
        js.Notification = None
        port = notifications.BrowserNotifications()
        port.ask(answers.append)
        port.show("a", "A", "", silent=True, clicked=lambda: None)
        js.Notification = api
        return [*answers, "unsupported"]
        """
    )
    fake.page.evaluate(FAKE, "denied")
    assert [["denied"], 0] == fake(
        """
        port, answers = notifications.BrowserNotifications(), []
        port.ask(answers.append)
        await until(lambda: answers)
        port.show("a", "A", "", silent=True, clicked=lambda: None)
        js.Notification.permission = "granted"
        port.show("b", "refused", "", silent=True, clicked=lambda: None)
        return [answers, js.notified.length]
        """
    )


def test_a_text_is_copied_on_the_page_s_own_loop(python: Python) -> None:
    """R28: whether the browser took it is said."""
    python.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    assert [True] == python(
        """
        said = []
        clipboard.BrowserClipboard().write("koi", said.append)
        await until(lambda: said)
        return said
        """
    )
    assert "koi" == python.page.evaluate("() => navigator.clipboard.readText()")


def test_the_tab_has_another_icon_and_its_own_again(python: Python) -> None:
    """R44: a page without an icon keeps none."""
    assert ["data:,x", "./own.svg"] == python(
        """
        for old in js.document.querySelectorAll('link[rel="icon"]'):
            old.remove()
        root, found = document_root.DocumentRoot(), []
        root.icon("data:,y")
        link = js.document.createElement("link")
        link.rel = "icon"
        link.setAttribute("href", "./own.svg")
        js.document.head.append(link)
        for address in ("data:,x", None):
            root.icon(address)
            found.append(str(link.getAttribute("href")))
        return found
        """
    )
