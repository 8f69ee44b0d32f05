"""The command against the bundled host, in both of its characters, and against sockets of its own."""

from __future__ import annotations

import io
import re
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from websockets.sync.server import ServerConnection, serve

from contract import __main__ as command
from contract import report, sockets
from contract.backend import Backend
from contract.findings import Findings, Verdict
from contract.lines import BY_NAME, LINES
from devserver.command import parser
from testkit.host import ROOT, StartHost

ADMINS_ALONE = "HTTP 403 ADMIN_ONLY: to be asked as an admin"
LIKE_PRODUCT = "--like-product"
knows_product = pytest.mark.skipif(
    LIKE_PRODUCT not in parser().format_help(), reason="this host does not behave like the product yet"
)


def verdicts(found: Findings) -> dict[str, Verdict]:
    """Each line's verdict."""
    return {finding.line.name: finding.verdict for finding in found.all()}


def test_the_bundled_host(start_host: StartHost) -> None:
    """It has what the page was designed for, and takes the token in every way; the page needs no other setting."""
    with Backend(start_host().url) as backend:
        found, lifetime = command.check(backend, "admin", "admin")
    reported = verdicts(found)
    designed = ["auth.", "tasks.list", "ability-tasks.list", "abilities.list", "points.", "admin.logs", "admin.queues"]
    assert {reported[name] for name in reported if any(name.startswith(each) for each in designed)} == {Verdict.HAS}
    for way in ("header", "subprotocol", "query", "refusal", "ping"):
        assert reported[f"socket.{way}"] is Verdict.HAS
    assert reported["socket.anonymous"] is Verdict.LACKS
    assert list(report.settings(found, lifetime)) == ['ws_auth = "subprotocol"']
    assert report.works(found)


def test_somebody_who_is_no_admin(start_host: StartHost) -> None:
    """The admin's lines are refused, which hides them and nothing else."""
    with Backend(start_host().url) as backend:
        found, _ = command.check(backend, "demo", "demo")
    assert ADMINS_ALONE in {finding.says for finding in found.all() if finding.line.name == "admin.logs"}
    assert report.works(found)


@knows_product
def test_the_host_that_is_like_the_product(start_host: StartHost) -> None:
    """It has the product's own routes and asks nobody on the socket, which a proxy that translates makes good."""
    with Backend(start_host(LIKE_PRODUCT).url) as backend:
        found, lifetime = command.check(backend, "admin", "admin")
    reported = verdicts(found)
    assert {reported[name] for name in reported if name.startswith("admin.")} == {Verdict.HAS}
    assert (reported["socket.anonymous"], reported["socket.subprotocol"]) == (Verdict.HAS, Verdict.LACKS)
    assert reported["socket.refusal"] is Verdict.DIFFERS
    assert [setting.partition("  #")[0] for setting in report.settings(found, lifetime)] == [
        'ws_auth = "subprotocol"',
        'ws_auth = "none"',
    ]
    assert report.works(found)


def test_the_command_as_it_is_called(
    start_host: StartHost, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It prints every line's name, no password and no token, and ends well only where the page could work."""
    host = start_host()
    monkeypatch.setenv(command.PASSWORD, "admin")
    assert command.main([host.url, "--user", "admin"]) == 0
    printed = capsys.readouterr().out
    assert "socket.subprotocol        has" in printed
    assert [line.name for line in LINES if f"\n{line.name} " not in printed] == []
    assert "eyJ" not in printed
    monkeypatch.setenv(command.PASSWORD, "wrong secret")
    assert command.main([host.url, "--user", "admin"]) == 1
    printed = capsys.readouterr().out
    assert "The page could not work: auth.login" in printed
    assert "wrong secret" not in printed


@pytest.mark.parametrize("address", ["backend.example", "ftp://x", "http://u:p@x", "http://x?y", ""])
def test_an_address_that_is_none(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is refused with an example before anybody is asked for a password."""
    with pytest.raises(SystemExit) as ended:
        command.main([address, "--user", "x"])
    assert ended.value.code == 2
    assert "as in http://127.0.0.1:8099" in capsys.readouterr().err


def test_a_password_is_never_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Such an argument is refused by its name, before anybody is asked for one."""
    with pytest.raises(SystemExit) as ended:
        command.main(["http://127.0.0.1:9", "--user", "x", "--password", "y"])
    assert ended.value.code == 2
    assert "--password" in capsys.readouterr().err


class Input(io.StringIO):
    """What is typed, at a terminal or not."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def test_without_a_terminal_the_password_is_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody can be asked, it ends and says what to do."""
    monkeypatch.delenv(command.PASSWORD, raising=False)
    monkeypatch.setattr("sys.stdin", Input(terminal=False))
    with pytest.raises(SystemExit, match="put the password into PODI_PASSWORD, or run this at a terminal"):
        command.main(["http://127.0.0.1:9", "--user", "x"])


def test_at_a_terminal_the_password_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without showing what is typed; nobody is asked for one that is in the environment."""
    asked = []

    def getpass(prompt: str) -> str:
        asked.append(prompt)
        return "typed"

    monkeypatch.delenv(command.PASSWORD, raising=False)
    monkeypatch.setattr("sys.stdin", Input(terminal=True))
    monkeypatch.setattr("getpass.getpass", getpass)
    assert command.password() == "typed"
    monkeypatch.setenv(command.PASSWORD, "set")
    assert (command.password(), asked) == ("set", ["Password: "])


@pytest.mark.parametrize(("given", "user"), [((), None), (("USER=somebody",), "somebody")])
def test_who_is_meant_is_said_to_make(
    monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...], user: str | None
) -> None:
    """`USER` of the shell's environment is whoever sits there, not who signs in."""
    for variable in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("USER", "shell")
    order = ["make", "--dry-run", "contract", "BACKEND=http://127.0.0.1:9", *given]
    said = subprocess.run(order, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "-m contract" in said
    assert re.findall(r'--user "?(\w+)', said) == ([user] if user else [])


@contextmanager
def backend_of(handle: Callable[[ServerConnection], None]) -> Iterator[str]:
    """Serve sockets with one handler; gives the address as of a backend."""
    with serve(handle, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()


def test_what_is_pushed_is_known_by_what_was_replayed() -> None:
    """Kinds that came are there; the others cannot be known; what nobody can read is not counted for any."""

    def replay(connection: ServerConnection) -> None:
        connection.send('{"type": "wallet.points", "payload": {"status": "deducted", "balance": 5}}')
        connection.send('{"type": "something.new", "payload": {}}')
        connection.send("nonsense")
        connection.recv()
        connection.send('{"type": "echo", "payload": "x"}')

    with backend_of(replay) as address:
        found = Findings()
        sockets.walk(address, "t", found)
    reported = verdicts(found)
    assert reported["push.wallet-points"] is Verdict.HAS
    assert reported["push.task-status"] is Verdict.NOT_ASKED
    assert reported["socket.ping"] is Verdict.HAS


def test_a_socket_that_is_nowhere() -> None:
    """Without one in any way, the page is said to live on polling, and works."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        found = Findings()
        found.has("auth.login")
        found.has("tasks.list")
        found.has("ability-tasks.list")
        sockets.walk(f"http://127.0.0.1:{nobody.getsockname()[1]}", "t", found)
    ways = ("header", "subprotocol", "query", "anonymous")
    assert {verdicts(found)[f"socket.{way}"] for way in ways} == {Verdict.LACKS}
    assert [setting.partition("  #")[0] for setting in report.settings(found, 3600.0)] == ["disable_ws = true"]
    said = list(report.lines(found, 3600.0))
    assert f"  {BY_NAME['socket.header'].hides}  (socket.header)" in said
    assert [
        line for line in said if line.endswith(("(socket.subprotocol)", "(socket.query)", "(socket.anonymous)"))
    ] == []
    assert said[-1] == "The page works with this backend."


def test_a_token_that_ends_soon_needs_another_setting() -> None:
    """A minute before the end of a token that lives for half a minute is never."""
    found = Findings()
    for name in ("auth.login", "tasks.list", "ability-tasks.list", "socket.subprotocol"):
        found.has(name)
    assert [setting.partition("  #")[0] for setting in report.settings(found, 40.0)] == [
        'ws_auth = "subprotocol"',
        "refresh_before_expiry_s = 10",
    ]
