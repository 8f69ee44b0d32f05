"""The page's visibility, network, leaving and address, what is written on `<html>`, and single listeners."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from testkit.stage import VISIBILITY
from tests.browser.adapters.conftest import Python


def test_visibility(python: Python) -> None:
    """R17: becoming hidden and visible calls back, until the listener is closed."""
    python("kept.seen = []; kept.browser = page.BrowserPage(); kept.on = kept.browser.on_visibility(kept.seen.append)")
    for state in ("hidden", "visible", "hidden"):
        python.page.evaluate(VISIBILITY, state)
    assert [[True, False, True], True] == python("return [kept.seen, kept.browser.hidden]")
    python("kept.on.close(); kept.on.close()")
    python.page.evaluate(VISIBILITY, "visible")
    assert [3, False] == python("return [len(kept.seen), kept.browser.hidden]")


def test_network(python: Python) -> None:
    """R17: going offline and online calls back, and the browser's own belief can be read."""
    python("kept.seen = []; kept.browser = page.BrowserPage(); kept.on = kept.browser.on_network(kept.seen.append)")
    context = python.page.context
    context.set_offline(offline=True)
    python.page.wait_for_function("() => !navigator.onLine")
    assert [[False], False] == python("await until(lambda: kept.seen); return [kept.seen, kept.browser.online]")
    context.set_offline(offline=False)
    assert [[False, True], True] == python(
        "await until(lambda: len(kept.seen) == 2); return [kept.seen, kept.browser.online]"
    )
    python("kept.on.close()")
    python.page.evaluate("() => dispatchEvent(new Event('online'))")
    assert 2 == python("return len(kept.seen)")


def test_leaving(python: Python) -> None:
    """R5: leaving, and coming back from the browser's cache, calls back."""
    python("kept.seen = []; kept.on = page.BrowserPage().on_leaving(kept.seen.append)")
    python.page.evaluate(
        """() => { dispatchEvent(new PageTransitionEvent("pagehide"));
        dispatchEvent(new PageTransitionEvent("pageshow")); }"""
    )
    assert [True, False] == python("kept.on.close(); return kept.seen")
    python.page.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert 2 == python("return len(kept.seen)")


def test_address(python: Python) -> None:
    """R28: routes behind the `#` are read, gone to as links are, replaced without a step back, and reported."""
    page = python.page
    page.evaluate("() => history.replaceState(null, '', '?podi.theme=dark&x=%E4%BD%A0#/tasks')")
    steps = page.evaluate("() => history.length")
    query, route = python(
        """
        kept.seen = []
        kept.address = address.BrowserAddress()
        kept.on = kept.address.on_change(kept.seen.append)
        kept.address.replace("/tasks/1")
        return [kept.address.query, kept.address.route]
        """
    )
    assert ({"podi.theme": "dark", "x": "你"}, "/tasks/1") == (query, route)
    assert steps == page.evaluate("() => history.length")
    assert ["/admin/abilities"] == python("kept.address.go('/admin/abilities'); return kept.seen")
    expect(page).to_have_url(re.compile("#/admin/abilities$"))
    page.go_back()
    assert ["/admin/abilities", "/tasks/1"] == python("await until(lambda: len(kept.seen) == 2); return kept.seen")
    python("kept.on.close()")
    page.evaluate("() => history.replaceState(null, '', './')")
    assert ["", {}] == python("return [kept.address.route, kept.address.query]")


def test_a_link_that_was_just_followed_is_not_replaced(python: Python) -> None:
    """R28, R35: its event is still to come, so that the page that is left may want its address brought up to date."""
    assert [["/b"], "/b", "/c"] == python(
        """
        kept.seen = []
        kept.address = address.BrowserAddress()
        kept.address.replace("/a")
        kept.on = kept.address.on_change(kept.seen.append)
        js.location.hash = "#/b"
        kept.address.replace("/a?part=1")
        await until(lambda: kept.seen)
        found = kept.address.route
        kept.address.replace("/c")
        kept.on.close()
        return [kept.seen, found, kept.address.route]
        """
    )
    python.page.evaluate("() => history.replaceState(null, '', './')")


def test_going_is_reported_at_once_and_only_once(python: Python) -> None:
    """R53: what is pressed next is for the page that was gone to; going where one is already is no change."""
    assert ["/a", "/b", "/c d", "/z"] == python(
        """
        kept.seen = []
        kept.address = address.BrowserAddress()
        kept.on = kept.address.on_change(kept.seen.append)
        kept.address.go("/a")
        kept.address.go("/b")
        kept.address.go("/c d")
        kept.address.go("/c d")
        at_once = len(kept.seen)
        # Its event comes after those of the changes above.
        js.location.hash = "#/z"
        await until(lambda: len(kept.seen) > at_once)
        kept.on.close()
        kept.on.close()
        kept.address.go("/")
        return [one.replace("%20", " ") for one in kept.seen]
        """
    )


def test_document_root(python: Python) -> None:
    """R32: an attribute is written when it changes and only then; the title likewise."""
    python.page.evaluate(
        """() => { window.writes = 0;
        new MutationObserver(records => { window.writes += records.length; })
          .observe(document.documentElement, { attributeFilter: ["data-podi-transport"] }); }"""
    )
    python(
        """
        root = document_root.DocumentRoot()
        for value in ("push", "push", "polling", "polling"):
            root.write("data-podi-transport", value)
        root.title("podi · 任务")
        """
    )
    expect(python.page.locator("html")).to_have_attribute("data-podi-transport", "polling")
    expect(python.page).to_have_title("podi · 任务")
    assert 2 == python.page.evaluate("() => window.writes")


def test_listening_leaves_nothing(python: Python) -> None:
    """R5: a listener is called until it is closed; then its proxy is destroyed, and 10,000 leave none behind."""
    assert [1, True, 0] == python(
        """
        target = js.EventTarget.new()
        received = []
        one = event_listener.EventListener(target, "change", received.append)
        target.dispatchEvent(js.Event.new("change"))
        one.close()
        one.close()
        target.dispatchEvent(js.Event.new("change"))
        count = len(received)
        received.clear()
        for number in range(10_000):
            event_listener.EventListener(target, "change", received.append, passive=bool(number % 2)).close()
        target.dispatchEvent(js.Event.new("change"))
        return [count, one._proxy is None, len(received)]
        """
    )
