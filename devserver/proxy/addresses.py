"""The one place that builds a backend's address.

The origin is the operator's, and nothing in a request can change it. The rest is taken as the bytes that came on the
wire, and is refused unless it begins with ``/api/`` and stays there however often somebody behind us decodes it.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

import httpx

BELOW = b"/api/"
# Nobody encodes an address more often than this; without a limit, `%252525…` makes us decode for a long time.
MOST_DECODINGS = 8
SEPARATORS = re.compile(rb"[/\\]")
DOT_SEGMENTS = frozenset((b".", b".."))


class AddressRefused(Exception):
    """The target of a request is no address below ``/api/``."""


def _decoded(path: bytes) -> bytes:
    """``path`` with nothing left to decode; raises ``AddressRefused`` if there is no end to it."""
    for _ in range(MOST_DECODINGS):
        decoded = unquote_to_bytes(path)
        if decoded == path:
            return path
        path = decoded
    raise AddressRefused


def _climbs(path: bytes) -> bool:
    r"""Whether a segment means "here" or "up" to anybody: encoded, after a ``\``, or with parameters (``..;x``)."""
    return any(segment.partition(b";")[0] in DOT_SEGMENTS for segment in SEPARATORS.split(_decoded(path)))


class Addresses:
    """The addresses of the backend at one origin, ``http://host:port``."""

    def __init__(self, origin: str) -> None:
        self._origin = httpx.URL(origin)

    def http(self, raw_path: bytes, query: bytes) -> httpx.URL:
        """Where a request goes; raises ``AddressRefused``.

        Args:
            raw_path: the path as it came on the wire, with or without its query.
            query: the query as it came on the wire, without its ``?``.
        """
        path = raw_path.partition(b"?")[0]
        if not path.startswith(BELOW) or _climbs(path):
            raise AddressRefused
        try:
            return self._origin.copy_with(raw_path=path + (b"?" + query if query else b""))
        except (httpx.InvalidURL, UnicodeDecodeError) as error:
            raise AddressRefused from error

    def socket(self, raw_path: bytes, query: bytes) -> str:
        """Where a socket goes, as ``ws://`` or ``wss://``; raises ``AddressRefused``."""
        address = self.http(raw_path, query)
        return str(address.copy_with(scheme="wss" if address.scheme == "https" else "ws"))

    def seen_from_here(self, location: bytes) -> bytes:
        """A redirect's ``Location``: one to the backend's own address becomes one to ours, others stay as they are."""
        try:
            address = httpx.URL(location.decode("ascii"))
        except (httpx.InvalidURL, UnicodeDecodeError):
            return location
        scheme = address.scheme or self._origin.scheme
        if (scheme, address.host, address.port) != (self._origin.scheme, self._origin.host, self._origin.port):
            return location
        # One slash alone: two would name another host.
        path = b"/" + address.raw_path.lstrip(b"/")
        return path + (f"#{address.fragment}".encode() if address.fragment else b"")
