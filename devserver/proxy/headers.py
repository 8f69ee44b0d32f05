"""Which headers pass: a list each way, and nothing that is not on it.

Towards the backend goes what describes the request and who asks; where it came from is said by us alone, since anybody
can write ``X-Forwarded-For``. The Origin has been judged here and names this host, so it stays here. Towards the
browser goes what describes the answer. What gives others rights in this host's origin (``Access-Control-*``), acts on
its storage (``Clear-Site-Data``) or sends the browser elsewhere (``Alt-Svc``, ``Refresh``) is not the backend's to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from starlette.types import Scope

Header = tuple[bytes, bytes]

TO_BACKEND: Final = frozenset(
    (
        b"accept", b"accept-encoding", b"accept-language", b"authorization", b"cache-control", b"content-encoding",
        b"content-language", b"content-length", b"content-type", b"cookie", b"idempotency-key", b"if-match",
        b"if-modified-since", b"if-none-match", b"if-range", b"if-unmodified-since", b"pragma", b"range",
        b"traceparent", b"tracestate", b"user-agent", b"x-correlation-id", b"x-request-id", b"x-trace-id",
    )
)  # fmt: skip
TO_BROWSER: Final = frozenset(
    (
        b"accept-ranges", b"age", b"allow", b"cache-control", b"content-disposition", b"content-encoding",
        b"content-language", b"content-length", b"content-range", b"content-type", b"etag", b"expires",
        b"last-modified", b"location", b"ratelimit", b"ratelimit-limit", b"ratelimit-policy", b"ratelimit-remaining",
        b"ratelimit-reset", b"retry-after", b"server-timing", b"set-cookie", b"traceparent", b"vary",
        b"www-authenticate", b"x-correlation-id", b"x-process-time", b"x-ratelimit-limit", b"x-ratelimit-remaining",
        b"x-ratelimit-reset", b"x-request-id", b"x-total-count", b"x-trace-id",
    )
)  # fmt: skip


def _passing(headers: Iterable[Header], allowed: frozenset[bytes]) -> list[Header]:
    """Those of ``headers`` that are ``allowed`` and that ``Connection`` does not claim for one connection."""
    pairs = [(name.lower(), value) for name, value in headers]
    claimed = {
        item.strip().lower() for name, value in pairs if name == b"connection" for item in value.split(b",")
    }  # fmt: skip
    passing = allowed - claimed
    return [(name, value) for name, value in pairs if name in passing]


def forwarded(scope: Scope) -> list[Header]:
    """Who asks, how and under which name, as this host sees it."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    client = scope["client"]
    return [
        *([(b"x-forwarded-for", client[0].encode("latin-1"))] if client else ()),
        (b"x-forwarded-host", host),
        (b"x-forwarded-proto", b"https" if scope["scheme"] in {"https", "wss"} else b"http"),
    ]


def to_backend(scope: Scope) -> list[Header]:
    """The headers with which a request is sent on."""
    return [*_passing(scope["headers"], TO_BACKEND), *forwarded(scope)]


def to_browser(headers: Iterable[Header]) -> list[Header]:
    """The headers with which an answer is passed on."""
    return _passing(headers, TO_BROWSER)
