"""HTTP through `fetch`."""

from __future__ import annotations

import json

import pytest

from tests.browser.adapters.conftest import Python

ASK = """
    kept.http = http.BrowserHttp("", clock, timers)
    try:
        answer = await kept.http.request({asked}, timeout_s={timeout})
    except TransportError as error:
        return ["TransportError", str(error), timers.pending]
    return [answer.status, answer.text, dict(answer.headers), timers.pending]
"""


def ask(python: Python, path: str, method: str = "GET", body: str | None = None, timeout_s: float = 10) -> list[object]:
    """Make a request; the answer, or the error, and how many timers are left."""
    headers = {"authorization": "Bearer t", "content-type": "application/json"}
    asked = f"{method!r}, {path!r}, headers={headers!r}, body={body!r}"
    found: list[object] = python(ASK.format(asked=asked, timeout=timeout_s))
    return found


def test_a_request_and_its_answer(python: Python) -> None:
    """R10: method, headers and body arrive as given; status, text and lower-case headers come back."""
    status, text, headers, timers = ask(python, "/api/echo")
    shown = json.loads(str(text))
    assert (200, "GET", 0) == (status, shown["method"], timers)
    assert "Bearer t" == {name.lower(): value for name, value in shown["headers"].items()}["authorization"]
    assert isinstance(headers, dict)
    assert "application/json" == headers["content-type"]
    _, text, *_ = ask(python, "/api/echo", "POST", '{"prompt": "锦鲤 \\ud83d\\ude00"}')
    sent = json.loads(str(text))
    assert ({"prompt": "锦鲤 😀"}, "application/json") == (json.loads(sent["body"]), sent["type"])


def test_an_error_status_is_an_answer(python: Python) -> None:
    """R13: a 503 is no exception, and its `Retry-After` can be read."""
    status, text, headers, timers = ask(python, "/api/refused")
    assert isinstance(headers, dict)
    assert (503, {"detail": "BUSY"}, "7", 0) == (status, json.loads(str(text)), headers["retry-after"], timers)


@pytest.mark.parametrize("path", ["/api/cut", "/api/half", "http://127.0.0.1:9/api/nobody"])
def test_no_answer_is_a_transport_error(python: Python, path: str) -> None:
    """R13: what is refused or breaks off, amid an answer too, ends in `TransportError`, with no timer left."""
    kind, _, timers = ask(python, path)
    assert ("TransportError", 0) == (kind, timers)


def test_a_late_answer_is_given_up(python: Python) -> None:
    """R13: what has not come in time is aborted and has failed."""
    kind, _, timers = ask(python, "/api/stalled?seconds=1.5", timeout_s=0.2)
    assert ("TransportError", 0) == (kind, timers)


def test_a_cancelled_request_is_aborted(python: Python) -> None:
    """R5: a caller that is cancelled takes its request with it, and stays cancelled."""
    with python.page.expect_event("requestfailed", lambda request: "stalled" in request.url):
        assert python(
            """
            asked = kept.http.request("GET", "/api/stalled?seconds=1.5", headers={}, body=None, timeout_s=10.0)
            asking = asyncio.ensure_future(asked)
            await wait(0.1)
            asking.cancel()
            await asyncio.wait([asking])
            return [asking.cancelled(), timers.pending]
            """
        ) == [True, 0]
