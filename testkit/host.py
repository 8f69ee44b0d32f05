"""The host as a process of its own: started on a free port, distinguished by its `ready` line, ended by its id."""

from __future__ import annotations

import multiprocessing
import os
import queue
import re
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol, Self

import pytest

ROOT = Path(__file__).resolve().parent.parent
READY = re.compile(r"^ready (http://\S+?)/?$")
READY_WITHIN_S = 60.0
END_WITHIN_S = 60.0
# Importing what a host is made of takes longer than all the rest of its start: it is done once, in a process of which
# each host is a copy. That `python -m devserver` starts one as well, tests/host shows.
COPIES = multiprocessing.get_context("forkserver")
COPIES.set_forkserver_preload(["devserver.__main__"])


class HostFailed(Exception):
    """The host ended, or stayed silent, before it was ready; the message holds what it printed."""


class Host:
    """One running `python -m devserver`. `url` has no slash at its end; `lines` is all that it has printed so far.

    `like_product` says whether its backend behaves like the product.
    """

    def __init__(self, *arguments: str) -> None:
        self.like_product = LIKE_PRODUCT in arguments
        self.lines: list[str] = []
        self._said: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._output, output = COPIES.Pipe(duplex=False)
        self._process = COPIES.Process(target=_serve, args=(output, arguments))
        self._process.start()
        output.close()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self.url = self._wait_until_ready()
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        """The id of the process."""
        assert self._process.pid
        return self._process.pid

    @property
    def port(self) -> int:
        """The port that it serves on."""
        return int(self.url.rpartition(":")[2])

    @property
    def returncode(self) -> int | None:
        """What the process ended with; None while it runs."""
        return self._process.exitcode

    def close(self) -> None:
        """Ask it to end and wait for that; once it has ended, nothing."""
        self._process.terminate()
        self._process.join(END_WITHIN_S)
        ended = self._process.exitcode is not None
        self.kill()
        assert ended, f"the host did not end within {END_WITHIN_S:.0f} s:\n{self._printed()}"

    def kill(self) -> None:
        """End it as a power cut would; once it has ended, nothing."""
        self._process.kill()
        self._settle()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _settle(self) -> None:
        self._process.join()
        self._reader.join()
        self._output.close()

    def _read(self) -> None:
        with open(self._output.fileno(), encoding="utf-8", closefd=False) as lines:
            for line in lines:
                self.lines.append(line.rstrip("\n"))
                self._said.put(self.lines[-1])
        self._said.put(None)

    def _wait_until_ready(self) -> str:
        while True:
            try:
                line = self._said.get(timeout=READY_WITHIN_S)
            except queue.Empty:
                raise HostFailed(f"the host was not ready after {READY_WITHIN_S:.0f} s:\n" + self._printed()) from None
            if line is None:
                raise HostFailed("the host ended before it was ready:\n" + self._printed())
            if match := READY.match(line):
                return match[1]

    def _printed(self) -> str:
        return "\n".join(self.lines)


def _serve(output: Connection, arguments: Sequence[str]) -> None:
    """Be a host, in a process of its own that prints into a pipe."""
    from devserver.__main__ import main

    os.chdir(ROOT)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(output.fileno(), stream.fileno())
    sys.exit(main(arguments))


LIKE_PRODUCT = "--like-product"
NOT_THE_PRODUCTS = {
    "pushes_all": "a backend that pushes everything",
    "takes_tokens": "a backend whose sockets take the page's token",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run say which backend its hosts are to be like."""
    parser.getgroup("podi").addoption(
        LIKE_PRODUCT, action="store_true", help="start the hosts of the journeys with --like-product"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks of what hosts like the product cannot be walked with."""
    for name, needs in NOT_THE_PRODUCTS.items():
        config.addinivalue_line("markers", f"{name}: needs {needs}, which the product is not")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what makes no sense in front of hosts like the product."""
    if config.getoption(LIKE_PRODUCT):
        for item in items:
            for name, needs in NOT_THE_PRODUCTS.items():
                if item.get_closest_marker(name):
                    item.add_marker(pytest.mark.skip(reason=f"the product is not {needs}"))


@pytest.fixture(scope="session")
def character(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The arguments that give hosts the character that this run asks for: none, or `--like-product`."""
    return (LIKE_PRODUCT,) if request.config.getoption(LIKE_PRODUCT) else ()


class StartHost(Protocol):
    """Starts hosts for one test and ends them after it."""

    def __call__(
        self,
        *arguments: str,
        port: int = 0,
        data: Path | None = None,
        repeatable: bool = True,
        like_product: bool | None = None,
    ) -> Host:
        """Start a host and return it once it serves.

        Args:
            arguments: further ones of `python -m devserver`.
            port: 0 for a free one.
            data: the folder of its database, for starting anew on the same one; a fresh one without it.
            repeatable: with `--idle --seed 1 --speed 20`, so that nothing happens by itself and work is quick.
            like_product: whether it behaves like the product; what the run asks for without it.
        """


@pytest.fixture
def start_host(tmp_path_factory: pytest.TempPathFactory, character: tuple[str, ...]) -> Iterator[StartHost]:
    """Start hosts, each with a folder of its own unless asked otherwise; all are ended after the test."""
    with ExitStack() as hosts:

        def start(
            *arguments: str,
            port: int = 0,
            data: Path | None = None,
            repeatable: bool = True,
            like_product: bool | None = None,
        ) -> Host:
            folder = data or tmp_path_factory.mktemp("data")
            options = ["--port", str(port), "--data", str(folder)]
            if repeatable:
                options += ["--idle", "--seed", "1", "--speed", "20"]
            chosen = character if like_product is None else (LIKE_PRODUCT,) * like_product
            if "--backend" in arguments:
                # What is behind it has a character already.
                chosen = ()
            return hosts.enter_context(Host(*options, *chosen, *arguments))

        yield start


@pytest.fixture
def host(start_host: StartHost) -> Host:
    """A host with the embedded backend, in which nothing happens by itself."""
    return start_host()


@pytest.fixture
def product_host(start_host: StartHost) -> Host:
    """A host whose backend behaves like the product, in which nothing happens by itself and no event is lost."""
    return start_host("--loss-share", "0", like_product=True)
