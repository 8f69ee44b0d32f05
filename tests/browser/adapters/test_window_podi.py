"""What leaves the page's Python: events on `window`, `window.podi`, and words in the console."""

from __future__ import annotations

from tests.browser.adapters.conftest import Python


def test_events_have_plain_details(python: Python) -> None:
    """R19: an event's `detail` is a plain object at every depth, which any script can clone and keep."""
    python.page.evaluate(
        """() => { window.received = [];
        addEventListener("podi:task-status", ({ detail }) => window.received.push([
          Object.getPrototypeOf(detail) === Object.prototype, structuredClone(detail)])); }"""
    )
    python(
        """
        detail = {"taskId": "锦", "progress": 40, "none": None, "resultPayload": {"images": [{"url": "/a.png"}]}}
        dispatch.WindowEvents().dispatch("podi:task-status", [detail, {"taskId": "2"}])
        """
    )
    (plain, detail), second = python.page.evaluate("() => window.received")
    assert plain
    assert [True, {"taskId": "2"}] == second
    assert ("锦", 40, None) == (detail["taskId"], detail["progress"], detail["none"])
    assert [{"url": "/a.png"}] == detail["resultPayload"]["images"]


def test_a_listener_that_throws_harms_nobody(python: Python) -> None:
    """R21: what a page's script throws in a listener does not reach the app, and the next listener is called."""
    python.page.evaluate(
        """() => { window.received = 0;
        addEventListener("podi:wallet-points", () => { throw new Error("theirs"); }, { once: true });
        addEventListener("podi:wallet-points", () => { window.received += 1; }, { once: true }); }"""
    )
    assert "done" == python("dispatch.WindowEvents().dispatch('podi:wallet-points', [{}]); return 'done'")
    assert 1 == python.page.evaluate("() => window.received")


def test_the_public_object(python: Python) -> None:
    """R1: `window.podi.diagnostics()` answers with a plain object each time; it keeps what others put beside it."""
    python.page.evaluate("() => { window.podi.theirs = 1; }")
    python(
        "kept.count = 0; kept.podi = window_podi.WindowPodi(lambda: {'requests': {'GET /a': 2}, 'activeIds': ['x']})"
    )
    found = python.page.evaluate(
        """() => { const found = window.podi.diagnostics();
        return [JSON.stringify(found), Object.getPrototypeOf(found) === Object.prototype, window.podi.theirs]; }"""
    )
    assert ['{"requests":{"GET /a":2},"activeIds":["x"]}', True, 1] == found
    python("kept.podi.close(); kept.podi.close()")
    assert "undefined" == python.page.evaluate("() => typeof window.podi.diagnostics")
    # Other tests have the same page.
    python.page.evaluate("() => { delete window.podi.theirs; }")


def test_no_token_reaches_the_console(python: Python) -> None:
    """R33: warnings and errors are written for developers, an error with where it came from, tokens with neither."""
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"
    python(
        f"""
        console.warn("offered podi.bearer.{token} on wss://host/stream?access_token=opaque-123&x=1")
        try:
            raise ValueError("refused {token}")
        except ValueError as error:
            console.report(error)
        """
    )
    warned, reported = python.console
    assert warned.startswith("warning: podi: offered podi.bearer.… on wss://host/stream?access_token=…&x=1")
    assert reported.startswith("error: podi: Traceback")
    assert "ValueError: refused …" in reported
    assert "eyJ" not in warned + reported
