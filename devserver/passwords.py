"""Password hashing.

Hashing is slow on purpose (tens of milliseconds), so both calls leave the event loop. Refuses to say which of name and
password was wrong, and takes as long for a name that nobody has.
"""

from __future__ import annotations

import asyncio
from functools import cache

from pwdlib import PasswordHash

_hasher = PasswordHash.recommended()


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")


def hashed(password: str) -> str:
    """An Argon2 hash with its own salt and parameters in it. Blocking: for start-up only."""
    return _hasher.hash(password)


async def matches(password: str, stored: str | None) -> bool:
    """Whether ``password`` is the one behind ``stored``; ``None`` stands for an unknown user and costs the same."""

    def verify() -> bool:
        return _hasher.verify(password, stored or _nobodys())

    return await asyncio.to_thread(verify) and stored is not None
