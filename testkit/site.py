"""A plain file server with the page's policy: any such server over the checkout has to be able to serve the page."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import ClassVar, Protocol

import pytest

from tools.page_policy import page_policy

POLICY = page_policy()


class _Server(http.server.ThreadingHTTPServer):
    # A page asks for many files at once; the library's default of 5 refuses some of them.
    request_queue_size = 64
    daemon_threads = True


class FileHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files with the strict policy and the right types, quietly; subclasses answer more, or send no policy."""

    policy: ClassVar[str] = POLICY
    extensions_map = {  # noqa: RUF012 - the base class declares it so
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".whl": "application/zip",
    }

    def end_headers(self) -> None:
        """Add the policy to every answer."""
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Say nothing."""


@contextmanager
def serving(folder: Path, handler: type[FileHandler] = FileHandler) -> Iterator[str]:
    """Serve a folder on a free port; gives the address, without a slash at its end."""
    with _Server(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class ServeFolder(Protocol):
    """Serves folders for one test."""

    def __call__(self, folder: Path, handler: type[FileHandler] = FileHandler) -> str:
        """Serve a folder under the strict policy and return its address; it ends after the test."""


@pytest.fixture
def serve_folder() -> Iterator[ServeFolder]:
    """Serve folders with a plain file server that sends the page's policy."""
    with ExitStack() as servers:

        def serve(folder: Path, handler: type[FileHandler] = FileHandler) -> str:
            return servers.enter_context(serving(folder, handler))

        yield serve
