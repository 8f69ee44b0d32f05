"""Password hashing.

Hashing is slow on purpose (tens of milliseconds), so both calls leave the event loop. Refuses to say which of name and
password was wrong, and takes as long for a name that nobody has.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

MOST_AT_ONCE = 2

_hasher = PasswordHash.recommended()
_quick_hasher = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))


@cache
def _at_work() -> ThreadPoolExecutor:
    """Each check takes 64 MB while it runs, and anybody may ask for one."""
    return ThreadPoolExecutor(MOST_AT_ONCE, "password")


@cache
def _nobodys() -> str:
    return _hasher.hash("nobody has this password")


def hashed(password: str) -> str:
    """An Argon2 hash with its own salt and parameters in it. Blocking: for start-up only."""
    return _hasher.hash(password)


def hashed_quickly(password: str) -> str:
    """A hash for a password that is no secret: making and checking it costs the host nothing."""
    return _quick_hasher.hash(password)


async def matches(password: str, stored: str | None) -> bool:
    """Whether ``password`` is the one behind ``stored``; ``None`` stands for an unknown user and costs the same."""

    def verify() -> bool:
        return _hasher.verify(password, stored or _nobodys())

    return await asyncio.get_running_loop().run_in_executor(_at_work(), verify) and stored is not None
