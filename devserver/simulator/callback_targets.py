"""Where a callback may go, and with which headers.

Whoever may submit a job names an address that this host then asks. On loopback that is the developer's own business. A
host that others reach asks the public internet alone: the name is resolved once, every address of it is judged, and
the one that was judged is the one that is connected to, so that a second look at the name cannot bring another.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

import httpx

Resolve = Callable[[str, int], Awaitable[list[str]]]

DEFAULT_PORTS: Final = {"http": 80, "https": 443}
GLOBAL_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
# An IPv4 address in an IPv6 one, which a router on the way unpacks.
SIX_TO_FOUR: Final = ipaddress.IPv6Network("2002::/16")

# What belongs to the connection, frames the body, names the host or shows who asks is not the caller's to write.
NOT_THE_CALLERS: Final = frozenset(
    (
        "accept-encoding", "authorization", "connection", "content-encoding", "content-length", "content-type",
        "expect", "host", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
        "trailer", "transfer-encoding", "upgrade",
    )
)  # fmt: skip


class CallbackRefused(Exception):
    """The address may not be called back; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect, and what the request is to say about it."""

    url: httpx.URL
    host: str
    """The Host header."""
    server_name: str
    """Whose certificate is expected."""


async def resolve_here(host: str, port: int) -> list[str]:
    """All addresses of a name, as this machine resolves it; raises ``OSError``."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def is_public(text: str) -> bool:
    """Whether an address is a host's on the public internet: not private, link-local, loopback, shared, reserved."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(str(address.ipv4_mapped))
        return address.is_global and address in GLOBAL_UNICAST and address not in SIX_TO_FOUR
    return address.is_global and not address.is_multicast


async def target_of(address: str, *, public_only: bool, resolve: Resolve = resolve_here) -> Target:
    """Where a callback to ``address`` goes.

    Raises ``CallbackRefused``, ``httpx.InvalidURL``, and ``OSError`` for a name that nobody has.
    """
    url = httpx.URL(address)
    if url.scheme not in DEFAULT_PORTS or not url.host:
        raise CallbackRefused("only http and https are called back")
    if not 0 < (url.port or DEFAULT_PORTS[url.scheme]) < 65536:
        raise CallbackRefused(f"{url.port} is no port")
    target = Target(url.copy_with(userinfo=b""), url.netloc.decode("ascii").rpartition("@")[2], url.raw_host.decode())
    if not public_only:
        return target
    addresses = await resolve(url.raw_host.decode("ascii").strip("[]"), url.port or DEFAULT_PORTS[url.scheme])
    if not addresses or not all(is_public(each) for each in addresses):
        raise CallbackRefused("only addresses of the public internet are called back by a host that others reach")
    return Target(target.url.copy_with(host=addresses[0]), target.host, target.server_name)


def passable(headers: Mapping[str, str]) -> dict[str, str]:
    """Those of the caller's headers that a callback is sent with."""
    return {name: value for name, value in headers.items() if name.strip().lower() not in NOT_THE_CALLERS}
