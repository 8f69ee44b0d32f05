"""Callbacks: where they may go, with which headers, how much is read of the answer, and what is recorded."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from devserver.clock import utc_now
from devserver.database import Database
from devserver.models import AbilityLog
from devserver.simulator import callback_targets
from devserver.simulator.callback_targets import CallbackRefused, Resolve, is_public, resolve_here, target_of
from devserver.simulator.callbacks import CLOSED, Callback, Callbacks
from testkit.raw_http import Last, Received, answering, serving

PUBLIC = "93.184.216.34"

NOT_PUBLIC = [
    "127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1",
    "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b:1::1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1", "fec0::1",
]  # fmt: skip


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_addresses_that_are_not_public(address: str) -> None:
    """Nothing of this machine, its network or no network is the public internet, however it is written (3)."""
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_addresses_that_are_public(address: str) -> None:
    """What anybody can reach may be called back."""
    assert is_public(address)


def resolving(*answers: list[str]) -> Resolve:
    """A resolver that gives these answers, one after the other."""
    left = list(answers)

    async def resolve(_host: str, _port: int) -> list[str]:
        return left.pop(0)

    return resolve


async def test_the_judged_address_is_the_one_used() -> None:
    """A name that means another address a moment later is connected to at the address that was judged (3)."""
    resolve = resolving([PUBLIC], ["127.0.0.1"])
    target = await target_of("https://user:word@receiver.example:8443/cb?x", public_only=True, resolve=resolve)
    assert str(target.url) == f"https://{PUBLIC}:8443/cb?x"
    assert (target.host, target.server_name) == ("receiver.example:8443", "receiver.example")


@pytest.mark.parametrize("addresses", [[], ["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["::1", PUBLIC]])
async def test_names_of_private_addresses(addresses: list[str]) -> None:
    """One private address among those of a name is enough to refuse it (3)."""
    with pytest.raises(CallbackRefused):
        await target_of("http://receiver.example/", public_only=True, resolve=resolving(addresses))


@pytest.mark.parametrize(
    "url",
    ["http://localhost/", "http://127.0.0.1:1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/",
     "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://0/", "http://user@127.0.0.1/"],
)  # fmt: skip
async def test_ways_to_write_this_machine(url: str) -> None:
    """However this machine is written, the system's own resolver says what it means (3)."""
    with pytest.raises(CallbackRefused):
        await target_of(url, public_only=True)


class Checked:
    """One log record, and callbacks that are recorded in it."""

    def __init__(self, database: Database, callbacks: Callbacks) -> None:
        self._database = database
        self._callbacks = callbacks

    async def call(self, url: str, headers: dict[str, str] | None = None) -> AbilityLog:
        """The record after a callback to ``url``."""
        await self._callbacks.post(Callback(1, url, headers or {}, {"status": "success"}))
        return self.record()

    def begin(self, url: str) -> None:
        """Send a callback to ``url`` without waiting for it."""
        self._callbacks.send(Callback(1, url, {}, {"status": "success"}))

    async def close(self) -> None:
        """Let the host stop."""
        await self._callbacks.close()

    def record(self) -> AbilityLog:
        """The record as it is."""
        with self._database.transaction() as session:
            return session.get_one(AbilityLog, 1)


@asynccontextmanager
async def a_receiver(
    folder: Path, *, public_only: bool = False, resolve: Resolve = resolve_here
) -> AsyncIterator[Checked]:
    """A database with one record, and callbacks on it."""
    database = Database.open(folder)
    with database.transaction() as session:
        session.add(
            AbilityLog(
                ability_id="a", executor_id="e", source="s", request_id="r", status="success", request_payload={},
                callback_status="pending", created_at=utc_now(),
            )
        )  # fmt: skip
    callbacks = Callbacks(database, public_only=public_only, resolve=resolve)
    yield Checked(database, callbacks)
    await callbacks.close()
    database.close()


async def test_nothing_private_is_asked(tmp_path: Path) -> None:
    """A host that others reach asks nobody in its own network, and the record says why (3)."""
    with serving(lambda _: answering(b"inner secret")) as inner:
        async with a_receiver(tmp_path, public_only=True) as checked:
            record = await checked.call(inner.url)
        assert (record.callback_status, record.callback_http_status, record.callback_response) == ("failed", None, None)
        assert record.callback_error is not None
        assert "public internet" in record.callback_error
        assert inner.connections == 0


async def test_the_judged_address_is_connected_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is looked up once for a callback: nobody is asked again where to connect (3)."""
    monkeypatch.setattr(callback_targets, "is_public", lambda address: address == "127.0.0.1")
    with serving(lambda _: answering()) as receiver:
        authority = f"receiver.invalid:{receiver.url.rpartition(':')[2]}"
        async with a_receiver(tmp_path, public_only=True, resolve=resolving(["127.0.0.1"], [PUBLIC])) as checked:
            assert (await checked.call(f"http://{authority}/")).callback_status == "success"
        assert receiver.received[0].headers["host"] == authority


async def test_headers_of_a_callback(tmp_path: Path) -> None:
    """The caller's headers go with it, but none that frames it, names the host, or says who asks (3)."""
    sent = {
        "X-Key": "secret",
        "Host": "inner.example",
        "Authorization": "Bearer stolen",
        "Proxy-Authorization": "Basic eDp5",
        "Transfer-Encoding": "chunked",
        "Content-Length": "3",
        "content-type": "text/html",
        "Connection": "X-Key",
        "Upgrade": "websocket",
        "Expect": "100-continue",
        "TE": "trailers",
        "Keep-Alive": "timeout=5",
        "Trailer": "X-Key",
        "Proxy-Connection": "keep-alive",
    }
    with serving(lambda _: answering()) as receiver:
        async with a_receiver(tmp_path) as checked:
            assert (await checked.call(receiver.url, sent)).callback_status == "success"
        assert receiver.received[0].headers == {
            "host": receiver.url.removeprefix("http://"),
            "content-type": "application/json",
            "accept-encoding": "identity",
            "x-key": "secret",
            "content-length": str(len(receiver.received[0].body)),
        }


async def test_no_cookie_is_kept(tmp_path: Path) -> None:
    """What one receiver sets, no other callback says (2)."""
    with serving(lambda _: answering(b"", "Set-Cookie: a=1; Path=/")) as receiver:
        async with a_receiver(tmp_path) as checked:
            await checked.call(receiver.url)
            await checked.call(receiver.url)
        assert ["cookie" in request.headers for request in receiver.received] == [False, False]


async def test_an_answer_without_end(tmp_path: Path) -> None:
    """Of an answer that goes on and on the beginning is read, and the rest is not waited for (7)."""
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n" + b"x" * 3000
    with serving(lambda _: endless) as receiver:
        async with a_receiver(tmp_path) as checked:
            record = await checked.call(receiver.url)
    assert (record.callback_status, record.callback_response) == ("success", "x" * 2000)


def once(said: bytes) -> Callable[[Received], bytes]:
    """Say this and close."""
    return lambda _: Last(said)


@pytest.mark.parametrize(
    ("said", "status", "answer"),
    [
        (answering(b"thank you", status_line="202 Accepted"), "success", "thank you"),
        (answering(b"no", status_line="500 Internal Server Error"), "failed", "no"),
        (answering(b"", "Location: http://127.0.0.1:1/", status_line="302 Found"), "failed", ""),
        (answering(b"", status_line="304 Not Modified"), "failed", ""),
        (answering("锦鲤".encode() * 1000), "success", ("锦鲤" * 1000).encode()[:2000].decode("utf-8", "replace")),
        (answering(gzip.compress(gzip.compress(b"\0" * 2**20)), "Content-Encoding: gzip, gzip"), "success",
         "[gzip, gzip: not read]"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot a hundred", "failed", None),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "failed", None),
        (b"SSH-2.0\r\n\r\n", "failed", None),
        (b"", "failed", None),
    ],
    ids=["accepted", "500", "redirect", "304", "long", "packed-twice", "short", "bad-chunk", "no-http", "nothing"],
)  # fmt: skip
async def test_what_is_recorded(tmp_path: Path, said: bytes, status: str, answer: str | None) -> None:
    """Success is a good answer and nothing else; of any answer little is kept, and nothing is unpacked (7, 14)."""
    with serving(once(said)) as receiver:
        async with a_receiver(tmp_path) as checked:
            record = await checked.call(receiver.url)
    assert (record.callback_status, record.callback_response) == (status, answer)
    assert (record.callback_error is None) == (status == "success")


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("http://127.0.0.1:99999/", {}),
        ("http://127.0.0.1:0/", {}),
        ("http://[/", {}),
        ("http:///x", {}),
        ("http://a..b/", {}),
        ("http://xn--a/", {}),
        ("http://" + "a" * 300 + "/", {}),
        ("gopher://127.0.0.1/", {}),
        ("not an address", {}),
        ("", {}),
        ("http://127.0.0.1:1/", {"bad name": "x"}),
        ("http://127.0.0.1:1/", {"X": "a\r\nY: b"}),
        ("http://127.0.0.1:1/", {"X": "锦"}),
        ("http://127.0.0.1:1/", {"锦": "x"}),
        ("http://127.0.0.1:1/", {"": "x"}),
    ],
)
async def test_callbacks_that_cannot_be_made(tmp_path: Path, url: str, headers: dict[str, str]) -> None:
    """One that cannot even be made has failed, with a word on why (14)."""
    async with a_receiver(tmp_path) as checked:
        record = await checked.call(url, headers)
    assert record.callback_status == "failed"
    assert record.callback_error


async def test_failure_that_nobody_foresaw(tmp_path: Path) -> None:
    """Whatever goes wrong on the way, no good answer means no success (14)."""

    async def broken(_host: str, _port: int) -> list[str]:
        raise LookupError("nobody foresaw this")

    async with a_receiver(tmp_path, public_only=True, resolve=broken) as checked:
        with pytest.raises(LookupError):
            await checked.call("http://receiver.example/")
        assert checked.record().callback_status == "failed"


async def test_host_that_stops(tmp_path: Path) -> None:
    """A callback that the host did not wait for has failed, and says so."""
    with serving(lambda _: b"") as silent:
        async with a_receiver(tmp_path) as checked:
            checked.begin(silent.url)
            await asyncio.to_thread(silent.wait_until, lambda: bool(silent.received))
            await checked.close()
            record = checked.record()
    assert (record.callback_status, record.callback_error) == ("failed", CLOSED)
