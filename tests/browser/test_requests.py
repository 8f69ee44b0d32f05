"""What the app will ask for first is asked before Python is there, in the same name, once, and of this host alone."""

from __future__ import annotations

import base64
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from testkit.browser import NewPage
from testkit.site import FileHandler, ServeFolder

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = "/static/messages/en.json"
TASKS = "/api/tasks?size=50"
POINTS = "/api/points"
HOUR_S = 3600.0
PAGE = """<!doctype html><html lang="en" data-podi-state="booting"><link rel="icon" href="data:,">
<script src="./static/shell.js"></script>"""
BEGIN = "import('/static/requests.mjs').then(({askEarly}) => askEarly())"
# Which addresses the page begins to ask, whether they are answered or not; no time passes but what a test says.
WATCH = """() => {
  performance.now = () => 0;
  const { fetch } = globalThis;
  globalThis.begun = [];
  globalThis.fetch = (address, ...rest) => { begun.push(new URL(address, location)); return fetch(address, ...rest); };
}"""
BEGUN = "begun.map(({ href }) => href.replace(location.origin, '')).sort()"
ASK = """([address, token]) => podi.ask(address, {headers: {authorization: `Bearer ${token}`}})
  .then(async (answer) => [answer.status, answer.headers.get("retry-after"), await answer.text()])"""
SEND = """([address, token]) => podi.ask(address, {method: "POST", headers: {authorization: `Bearer ${token}`}})
  .then((answer) => answer.status)"""


class Server(FileHandler):
    """Notes who asked what."""

    asked: list[tuple[str, str | None]] = []  # noqa: RUF012 - one for all requests of a test
    status = 200

    def do_GET(self) -> None:  # noqa: N802 - the base class names it
        """Answer the API with a count."""
        if self.path != "/" and not self.path.endswith((".js", ".mjs", ".ico")):
            Server.asked.append((self.path, self.headers["Authorization"]))
        if not self.path.startswith("/api/"):
            super().do_GET()
            return
        body = str(len(Server.asked)).encode()
        self.send_response(Server.status)
        self.send_header("Retry-After", "7")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def token(user: str = "7", *, ends: float | None = None) -> str:
    """An access token of a user."""
    claims = json.dumps({"sub": user, "exp": time.time() + HOUR_S if ends is None else ends}).encode()
    return f"head.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.signature"


def session(access: str, **more: float) -> str:
    """A session as the app keeps it."""
    return json.dumps({"access_token": access, "refresh_token": "r", "expires_in": None, "obtained_at": None, **more})


def lists(*asks: Any, user: str = "7") -> str:
    """The lists of the last visit as the app keeps them."""
    return json.dumps({"user": user, "language": "en", "at": time.time(), "asks": asks})


Open = Callable[[str | None, str | None], Page]


@pytest.fixture
def open_page(tmp_path: Path, serve_folder: ServeFolder, new_page: NewPage) -> Open:
    """Open a page in which this was kept, and have it asked for early."""
    Server.asked, Server.status = [], 200
    (tmp_path / "index.html").write_text(PAGE, "utf-8")
    (tmp_path / "static" / "messages").mkdir(parents=True)
    (tmp_path / "static" / "messages" / "en.json").write_text("{}", "utf-8")
    for name in ("shell.js", "requests.mjs"):
        shutil.copy(ROOT / "static" / name, tmp_path / "static")
    url = serve_folder(tmp_path, Server)

    def open_page(kept_session: str | None, kept_lists: str | None) -> Page:
        page = new_page(url, bypass_csp=True, ignoring=("error",))
        for name, text in {"session": kept_session, "last-seen": kept_lists}.items():
            if text is not None:
                page.evaluate("([name, text]) => localStorage.setItem(`podi.${name}`, text)", [name, text])
        page.evaluate(WATCH)
        page.evaluate(BEGIN)
        page.evaluate(f"podi.ask('{MESSAGES}').then((answer) => answer.text())")
        return page

    return open_page


def asked() -> list[str]:
    """What has been asked, by address."""
    return sorted(path for path, _ in Server.asked)


def test_the_first_to_ask_in_the_same_name_gets_the_answer(open_page: Open) -> None:
    """With all that the server said; the second asks for itself."""
    mine = token()
    page = open_page(session(mine), lists(TASKS, POINTS))
    assert page.evaluate(BEGUN) == [POINTS, TASKS, MESSAGES]
    first = page.evaluate(ASK, [TASKS, mine])
    page.evaluate(ASK, [POINTS, mine])
    assert first[:2] == [200, "7"]
    assert asked() == [POINTS, TASKS, MESSAGES]
    assert [name for path, name in Server.asked if path != MESSAGES] == [f"Bearer {mine}"] * 2
    assert page.evaluate(ASK, [TASKS, mine])[2] == "4"
    assert asked() == [POINTS, TASKS, TASKS, MESSAGES]


def test_another_name_gets_an_answer_of_its_own(open_page: Open) -> None:
    """A token that was renewed meanwhile, or another user's."""
    page = open_page(session(token()), lists(TASKS))
    other = token("8")
    page.evaluate(ASK, [TASKS, other])
    assert (TASKS, f"Bearer {other}") in Server.asked


def test_what_is_no_read_is_sent(open_page: Open) -> None:
    """The answer to a read of that address stays for who reads."""
    mine = token()
    page = open_page(session(mine), lists(TASKS))
    assert page.evaluate(SEND, [TASKS, mine]) == 501
    assert page.evaluate(ASK, [TASKS, mine])[0] == 200
    assert page.evaluate(BEGUN) == [TASKS, TASKS, MESSAGES]


def test_an_error_is_an_answer_like_any(open_page: Open) -> None:
    """The app gets the answer that it would have got."""
    Server.status = 503
    mine = token()
    page = open_page(session(mine), lists(TASKS))
    assert page.evaluate(ASK, [TASKS, mine])[:2] == [503, "7"]
    assert asked() == [TASKS, MESSAGES]


def test_who_gives_up_ends_the_request(open_page: Open) -> None:
    """And gets the error of it."""
    mine = token()
    page = open_page(None, None)
    page.evaluate(
        "([a, b]) => { localStorage['podi.session'] = a; localStorage['podi.last-seen'] = b; }",
        [
            session(mine),
            lists(TASKS),
        ],
    )
    page.route("**/api/**", lambda route: None)
    page.evaluate(BEGIN)
    given_up = page.evaluate(
        """([address, token]) => {
          const controller = new AbortController();
          const options = { headers: { authorization: `Bearer ${token}` }, signal: controller.signal };
          const answer = podi.ask(address, options).then(() => "answered", ({ name }) => name);
          controller.abort();
          return answer;
        }""",
        [TASKS, mine],
    )
    assert given_up == "AbortError"


def test_an_old_answer_is_not_used(open_page: Open) -> None:
    """Where the rest of the boot took long, the app asks for itself."""
    mine = token()
    page = open_page(session(mine), lists(TASKS))
    page.evaluate("performance.now = () => 60_000")
    page.evaluate(ASK, [TASKS, mine])
    assert asked() == [TASKS, TASKS, MESSAGES]


@pytest.mark.parametrize(
    ("kept_session", "kept_lists"),
    [
        (None, lists(TASKS)),
        ("not JSON", lists(TASKS)),
        (session("no token"), lists(TASKS)),
        (session(token()), None),
        (session(token()), "not JSON"),
        (session(token()), json.dumps({"user": "7"})),
        (session(token()), json.dumps({"user": "7", "asks": "all"})),
        (session(token()), lists(TASKS, user="8")),
        (session(token(ends=1.0)), lists(TASKS)),
        (session(token(), obtained_at=1.0, expires_in=60.0), lists(TASKS)),
        (session(token()), lists("https://elsewhere.example/api", "javascript:alert(1)", "//elsewhere.example")),
        (session(token()), lists(None, 7, {})),
    ],
    # The texts hold the time, and every worker has to give a case the same name.
    ids=range(12),
)
def test_what_is_kept_is_not_believed(open_page: Open, kept_session: str | None, kept_lists: str | None) -> None:
    """Nobody signed in, another user, a token that is over, another host, or nonsense: only the texts are asked for."""
    page = open_page(kept_session, kept_lists)
    assert page.evaluate(BEGUN) == [MESSAGES]


def test_a_hidden_page_asks_nothing(open_page: Open) -> None:
    """It will rest until it is seen."""
    page = open_page(None, None)
    page.evaluate(
        "([a, b]) => { localStorage['podi.session'] = a; localStorage['podi.last-seen'] = b;"
        " Object.defineProperty(document, 'hidden', { get: () => true }); }",
        [session(token()), lists(TASKS)],
    )
    page.evaluate(BEGIN)
    page.evaluate("fetch('/api/after').then((answer) => answer.text())")
    assert asked() == ["/api/after", MESSAGES]


def test_the_browser_keeps_note_of_the_latest_requests(open_page: Open) -> None:
    """R40: by them the page says why a picture is missing, however many were asked before it."""
    page = open_page(None, None)
    page.evaluate("performance.setResourceTimingBufferSize(3)")
    for number in range(9):
        page.evaluate(f"fetch('{POINTS}?{number}').then((answer) => answer.text())")
        page.wait_for_function(
            "(name) => performance.getEntriesByType('resource').some((one) => one.name.endsWith(name))",
            arg=f"{POINTS}?{number}",
        )
