"""What the host writes to stderr: warnings and errors, and never a token.

There is no access log. The filter is the second fence: libraries log addresses and headers of their own accord.
"""

from __future__ import annotations

import logging
import re
import sys

SECRETS = re.compile(
    r"(access_token=|[Bb]earer[ .]|podi\.bearer\.|[Rr]efresh_?[Tt]oken[\"']?[:=]\s*[\"']?)[^\s&\"',;]+"
)


def redacted(text: str) -> str:
    """``text`` with whatever looks like a token replaced."""
    return SECRETS.sub(r"\1[redacted]", text)


class BackendBrokeOff(Exception):
    """The backend stopped in the middle of an answer. Expected of a network, so it is worth a line and no stack."""


class _Redacting(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        if record.exc_info and isinstance(record.exc_info[1], BackendBrokeOff):
            return f"{record.levelname} the backend broke off in the middle of an answer: {record.exc_info[1]}"
        return redacted(super().format(record))


# Of every upgrade that is refused with an answer of its own, which is what we do; and of what anybody can send.
NOISE = ("returned without completing handshake", "Invalid HTTP request received", "Unsupported upgrade request")


def worth_saying(record: logging.LogRecord) -> bool:
    """False for what uvicorn says and nobody can do anything about."""
    message = record.getMessage()
    return not any(noise in message for noise in NOISE)


def configure() -> None:
    """Send warnings and worse to stderr, redacted."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacting("%(levelname)s %(name)s: %(message)s"))
    handler.addFilter(worth_saying)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
