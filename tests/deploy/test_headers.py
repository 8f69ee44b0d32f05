"""R55, R56: what each server sends with the site's files, and what it passes on, reported by a backend that echoes."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from devserver.security import API_POLICY, FIXED_HEADERS
from testkit.echo_backend import EchoBackend, echo_backend
from testkit.front import Certificate, Front, free_ports
from tests.deploy.conftest import StartFront
from tests.host.test_proxy_addresses import CLIMBING, PASSING
from tools.page_policy import page_policy, script_folder

VERSION = "0123456789abcdef"
FOREVER = "public, max-age=31536000, immutable"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl-_"
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}
STREAM = "/api/notify/v1/stream"


@pytest.fixture
def echo() -> Iterator[EchoBackend]:
    """The backend."""
    with echo_backend() as server:
        yield server


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The smallest folder that looks like a built site, with twins that say which they are, and what is not served."""
    files = {
        "index.html": b"<!doctype html>",
        "service_worker.js": b"// worker",
        "licences.txt": b"licences",
        "notes.txt": b"not served",
        ".env": b"not served",
        f"static/{VERSION}/static/page.mjs": b"export {}",
        f"static/{VERSION}/static/page.mjs.br": b"brotli",
        f"static/{VERSION}/static/page.mjs.gz": b"gzip",
        f"static/{VERSION}/static/pyodide.wasm": b"\0asm",
        f"static/{VERSION}/app/run.py": b"print()",
    }
    folder = tmp_path / "site"
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


class Client:
    """Asks as it is given, with nothing added and nothing tidied."""

    def __init__(self, front: Front, certificate: Certificate) -> None:
        self.front = front
        self._certificate = certificate

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        """One request on a connection of its own; `_` in a header's name stands for `-`."""
        authority = urlsplit(self.front.url).netloc
        connection = http.client.HTTPSConnection(authority, timeout=10, context=self._certificate.context())
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            if method == "POST":
                connection.putheader("Content-Length", "0")
            connection.endheaders()
            answer = connection.getresponse()
            return answer, b"" if answer.status == 101 else answer.read()
        finally:
            connection.close()

    def ask_plainly(self, path: str) -> http.client.HTTPResponse:
        """One request without TLS."""
        connection = http.client.HTTPConnection("127.0.0.1", self.front.plain_port, timeout=10)
        connection.request("GET", path, headers={"Host": "localhost"})
        answer = connection.getresponse()
        connection.close()
        return answer

    def reported(self, path: str, method: str = "GET", **headers: str) -> dict[str, Any]:
        """What the backend got of a request, its headers' names in lower case."""
        answer, body = self.ask(path, method, **headers)
        assert answer.status in {200, 101}, (answer.status, body)
        reported = json.loads(answer.headers["X-Seen"] if answer.status == 101 else body)
        return {"line": reported["line"], "headers": {name.lower(): value for name, value in reported["headers"]}}


@pytest.fixture
def client(start_front: StartFront, site: Path, echo: EchoBackend, certificate: Certificate) -> Client:
    """Asks one of the servers."""
    return Client(start_front(site, echo.port), certificate)


@pytest.mark.parametrize(
    ("path", "media_type", "caching"),
    [
        ("/", "text/html", "no-cache"),
        ("/index.html", "text/html", "no-cache"),
        ("/service_worker.js", "text/javascript", "no-cache"),
        ("/licences.txt", "text/plain", "no-cache"),
        (f"/static/{VERSION}/static/page.mjs", "text/javascript", FOREVER),
        (f"/static/{VERSION}/static/pyodide.wasm", "application/wasm", FOREVER),
        (f"/static/{VERSION}/app/run.py", "text/x-python", FOREVER),
    ],
)
def test_files(client: Client, path: str, media_type: str, caching: str) -> None:
    """Each file has its type, the page's policy and the fixed headers; only what never changes is kept for good."""
    answer, _ = client.ask(path)
    assert answer.status == 200
    assert answer.headers["Content-Type"].partition(";")[0] == media_type
    assert answer.headers.get_all("Cache-Control") == [caching]
    scripts = script_folder(urlsplit(client.front.url).netloc)
    assert answer.headers.get_all("Content-Security-Policy") == [page_policy(scripts=scripts)]
    assert {name: answer.headers[name] for name in FIXED_HEADERS} == FIXED_HEADERS
    assert "max-age=" in answer.headers["Strict-Transport-Security"]


def test_twins(client: Client) -> None:
    """The better twin that the browser takes is sent, said to be one, and kept apart from the file by `Vary`."""
    path = f"/static/{VERSION}/static/page.mjs"
    seen = {}
    for accepted in ("gzip, deflate, br", "gzip", "identity"):
        answer, body = client.ask(path, Accept_Encoding=accepted)
        seen[accepted] = (answer.headers["Content-Encoding"], body)
        assert answer.headers["Content-Type"].partition(";")[0] == "text/javascript"
        assert "accept-encoding" in answer.headers["Vary"].lower()
    assert seen == {
        "gzip, deflate, br": ("br", b"brotli"),
        "gzip": ("gzip", b"gzip"),
        "identity": (None, b"export {}"),
    }


@pytest.mark.parametrize(
    "path", ["/notes.txt", "/.env", "/nothing", "/apinot", "/api", f"/static/{VERSION}/nothing.mjs"]
)
def test_nothing_else_is_there(client: Client, echo: EchoBackend, path: str) -> None:
    """R56: what is no part of the site is not served, not kept by anybody, and not asked of the backend."""
    answer, _ = client.ask(path)
    assert answer.status == 404
    assert "immutable" not in answer.headers.get("Cache-Control", "")
    assert echo.asked == []


@pytest.mark.parametrize(
    "path",
    [*CLIMBING, "/api/x/.%2E/y", "/api/x/..%23", "/api/%25%32%65%2e/x", "/static/../api/x", "//api/x", "/%61pi/x"],
    ids=lambda path: path[:32],
)
def test_a_crooked_address_reaches_no_backend(client: Client, echo: EchoBackend, path: str) -> None:
    """R56: dot segments, plain or encoded, and what becomes an address of the API only by tidying, are refused."""
    answer, _ = client.ask(path)
    assert answer.status in {400, 404}
    assert echo.asked == []


# nginx takes no NUL in an address.
@pytest.mark.parametrize("path", [path for path in PASSING if "%00" not in path])
def test_every_other_address_goes_on(client: Client, path: str) -> None:
    """R55: to the last letter, as through the bundled host."""
    assert client.reported(path)["line"] == f"GET {path} HTTP/1.1"


def test_an_answer_of_the_api_is_no_page(client: Client) -> None:
    """It has a policy under which nothing in it does anything, and is not kept."""
    answer, _ = client.ask("/api/abilities?limit=5", Authorization=f"Bearer {TOKEN}")
    assert answer.headers.get_all("Content-Security-Policy") == [API_POLICY]
    assert answer.headers.get("Cache-Control") is None


def test_a_request_goes_on_as_it_is(client: Client) -> None:
    """Its address to the last letter, its token and the host that was asked."""
    reported = client.reported("/api/tasks/v1/a%2Fb?status=a%20b&x=%00", Authorization=f"Bearer {TOKEN}")
    assert reported["line"] == "GET /api/tasks/v1/a%2Fb?status=a%20b&x=%00 HTTP/1.1"
    assert reported["headers"]["authorization"] == f"Bearer {TOKEN}"
    assert reported["headers"]["host"] == urlsplit(client.front.url).netloc


def test_only_the_proxy_says_what_a_proxy_says(client: Client) -> None:
    """R56: where a request came from is reported by the server, whatever the client claims."""
    forged = "203.0.113.9"
    reported = client.reported(
        "/api/x",
        X_Forwarded_For=forged,
        X_Forwarded_Proto="gopher",
        X_Forwarded_Host="evil.example",
        X_Real_IP=forged,
        Forwarded=f"for={forged}",
        X_HTTP_Method_Override="DELETE",
        X_Original_URL="/admin",
        X_Rewrite_URL="/admin",
        X_Forwarded_Port="1",
        X_Forwarded_Prefix="/admin",
        X_Forwarded_Server="evil.example",
        Via="1.1 evil.example",
        True_Client_IP=forged,
    )["headers"]
    assert (reported["x-forwarded-for"], reported["x-real-ip"]) == ("127.0.0.1", "127.0.0.1")
    assert (reported["x-forwarded-proto"], reported["x-forwarded-host"]) == ("https", urlsplit(client.front.url).netloc)
    further = {"x-http-method-override", "x-original-url", "x-rewrite-url", "via", "true-client-ip"}
    further |= {"forwarded", "x-forwarded-port", "x-forwarded-prefix", "x-forwarded-server"}
    assert reported.keys().isdisjoint(further)


@pytest.mark.parametrize("upgrade", [{}, UPGRADE], ids=["request", "socket"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_sites_page_gets_nothing(
    client: Client, echo: EchoBackend, upgrade: dict[str, str], method: str
) -> None:
    """R56: with an Origin that is not the site's own, neither a request nor a socket reaches the backend."""
    for origin in ("https://evil.example", "null", client.front.url.replace("https", "http"), f"{client.front.url}0"):
        answer, _ = client.ask(STREAM, method, Origin=origin, **upgrade)
        assert answer.status == 403
    assert echo.asked == []
    assert client.reported(STREAM, method, Origin=client.front.url)["line"] == f"{method} {STREAM} HTTP/1.1"


def test_a_page_that_hides_its_origin_changes_nothing(client: Client, echo: EchoBackend) -> None:
    """R56: the browser says that it is another's; to read, which shows that page nothing, is no harm."""
    for site in ("cross-site", "same-site"):
        answer, _ = client.ask("/api/x", "POST", Sec_Fetch_Site=site)
        assert answer.status == 403
    assert echo.asked == []
    for method, site in (("GET", "cross-site"), ("POST", "same-origin"), ("POST", "none")):
        assert client.reported("/api/x", method, Sec_Fetch_Site=site)["line"] == f"{method} /api/x HTTP/1.1"


def test_the_backend_gives_nobody_rights_in_the_site(client: Client, echo: EchoBackend) -> None:
    """R56: no other origin reads an answer, none clears what the page keeps or sends it elsewhere; the rest passes."""
    names = ["Origin", "Credentials", "Methods", "Headers", "Private-Network"]
    echo.said = {f"Access-Control-Allow-{name}": "forged" for name in names} | dict.fromkeys(
        [
            "Access-Control-Expose-Headers",
            "Access-Control-Max-Age",
            "Alt-Svc",
            "Clear-Site-Data",
            "Refresh",
            "X-Trace-Id",
        ],
        "forged",
    )
    answer, _ = client.ask("/api/x")
    assert [name for name, value in answer.headers.items() if value == "forged"] == ["X-Trace-Id"]


@pytest.mark.parametrize("offered", [f"podi.v1, podi.bearer.{TOKEN}", f"podi.bearer.{TOKEN},podi.v1"])
def test_the_token_of_a_socket_becomes_a_header(client: Client, offered: str) -> None:
    """R55: the backend gets `Authorization` and no subprotocol; the browser gets the version that it asked for."""
    headers = {**UPGRADE, "Sec-WebSocket-Protocol": offered, "Origin": client.front.url}
    answer, _ = client.ask(STREAM, **headers)
    assert answer.status == 101
    assert answer.headers.get_all("Sec-WebSocket-Protocol") == ["podi.v1"]
    reported = client.reported(STREAM, **headers)["headers"]
    assert reported["authorization"] == f"Bearer {TOKEN}"
    assert "sec-websocket-protocol" not in reported
    assert reported["upgrade"].lower() == "websocket"


def test_a_socket_without_subprotocols_is_answered_without(client: Client) -> None:
    """With `ws_auth = "none"` nothing is offered, and a server that names a subprotocol then is refused by browsers."""
    answer, _ = client.ask(STREAM, **UPGRADE)
    assert answer.status == 101
    assert answer.headers.get("Sec-WebSocket-Protocol") is None
    assert "authorization" not in client.reported(STREAM, **UPGRADE)["headers"]


def test_no_token_is_in_the_log(client: Client) -> None:
    """Neither one in a header, nor one in a subprotocol, nor any query; what was asked for is there."""
    client.ask("/api/seen", Authorization=f"Bearer {TOKEN}")
    client.ask(STREAM, **UPGRADE, Sec_WebSocket_Protocol=f"podi.v1, podi.bearer.{TOKEN}")
    client.ask(f"{STREAM}?access_token={TOKEN}", **UPGRADE)
    client.ask_plainly(f"/api/plain?access_token={TOKEN}")
    client.ask(f"/api/crooked/%2e?access_token={TOKEN}&q=asked")
    client.ask("/api/last")
    log = client.front.logged("/api/last")
    assert "/api/seen" in log
    assert log.count(STREAM) == 2
    # Caddy does not log what it sends to the other port.
    assert ("/api/plain" in log) == (client.front.program == "nginx")
    assert "asked" not in log
    assert TOKEN not in log
    assert TOKEN.split(".")[2] not in log


def test_no_token_is_in_what_is_said_of_a_failure(
    start_front: StartFront, site: Path, certificate: Certificate
) -> None:
    """With a backend that is away, nothing of a socket's is written anywhere; only nginx writes the query (docs)."""
    client = Client(start_front(site, free_ports()[0]), certificate)
    query = "" if client.front.program == "nginx" else f"?access_token={TOKEN}"
    answer, _ = client.ask(STREAM + query, **UPGRADE, Sec_WebSocket_Protocol=f"podi.v1, podi.bearer.{TOKEN}")
    assert answer.status == 502
    client.front.logged(STREAM)
    files = [file for pattern in ("*.log", "*.txt") for file in sorted(client.front.folder.glob(pattern))]
    said = "".join(file.read_text("utf-8") for file in files)
    assert "onnection refused" in said
    assert TOKEN not in said


def test_a_request_without_tls_is_sent_to_it(client: Client) -> None:
    """The plain port only says where the page is."""
    answer = client.ask_plainly("/x?y")
    assert answer.status in {301, 308}
    assert answer.headers["Location"].startswith("https://localhost")
    assert answer.headers["Location"].endswith("/x?y")
