"""Which requests are received at all, before anything else looks at them.

Under which name the host was asked (DNS rebinding), from whose page (cross-site requests and sockets), and whether the
request says once where its body ends. There is no CORS: nobody else's page may read anything, or change it.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_PAGES = frozenset({"same-origin", "none"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not received, and the status that says so."""

    status: int
    why: str


def is_loopback(host: str) -> bool:
    """Whether listening on ``host`` is listening to this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def names_of_this_machine() -> frozenset[str]:
    """What others in its network call this machine. Nobody is asked: a resolver may take its time, or lie."""
    name = socket.gethostname().lower()
    short = name.partition(".")[0]
    return frozenset({name, short, f"{short}.local"}) if short else frozenset()


def _name_and_port(authority: str, default_port: int) -> tuple[str, int] | None:
    """``host[:port]`` taken apart, or ``None`` if it is not that."""
    try:
        parts = urlsplit(f"//{authority}")
        if parts.hostname is None or parts.username is not None or parts.path:
            return None
        return parts.hostname, parts.port or default_port
    except ValueError:
        return None


def same_origin(origin: str, host: str) -> bool:
    """Whether an Origin header names the site that the Host header names."""
    scheme, separator, authority = origin.partition("://")
    if not separator or scheme not in {"http", "https"}:
        return False
    default_port = 443 if scheme == "https" else 80
    place = _name_and_port(authority, default_port)
    return place is not None and place == _name_and_port(host, default_port)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """``text`` as an address, an IPv4 one in an IPv6 dress as what it is; ``None`` for a name."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


class Admission:
    """The rules of a host that listens on ``host``; ``names`` are further ones that it answers to.

    Names are compared, not ports: rebinding needs a foreign name, and a forwarded port is a legitimate way here.
    """

    def __init__(self, host: str, names: Iterable[str] = ()) -> None:
        self._beyond_loopback = not is_loopback(host)
        known = LOOPBACK_NAMES | {host.lower()} | {name.lower() for name in names}
        self._names = known | names_of_this_machine() if self._beyond_loopback else known

    def _answers_to(self, name: str, scope: Scope) -> bool:
        if name.removesuffix(".") in self._names:
            return True
        # The address that the connection came to is this machine's own, whichever of its networks that is.
        address = _address(name)
        return self._beyond_loopback and address is not None and address == _address(str((scope["server"] or [""])[0]))

    def refusal(self, scope: Scope) -> Refusal | None:
        """Why this request or upgrade is not received, or ``None`` if it is."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        place = _name_and_port(host, 80)
        if place is None or not self._answers_to(place[0], scope):
            also = (
                "; --name adds one." if self._beyond_loopback else ": open it as http://127.0.0.1 or http://localhost."
            )
            return Refusal(400, f"This host answers only to its own names and addresses{also}")
        origin = headers.get("origin")
        if scope["type"] == "websocket":
            foreign = origin is not None and not same_origin(origin, host)
            return Refusal(403, "Sockets are open to this host's own page only.") if foreign else None
        if "content-length" in headers and "transfer-encoding" in headers:
            # Two words on where the body ends are how a request is smuggled past whoever believes the other one.
            return Refusal(400, "A request has a Content-Length or a Transfer-Encoding, not both.")
        if scope["method"] in READING:
            return None
        foreign = origin is not None and not same_origin(origin, host)
        if foreign or headers.get("sec-fetch-site", "none") not in OWN_PAGES:
            return Refusal(403, "Only this host's own page may change anything here.")
        return None
