"""The embedded backend, with its tokens expired or its past restored."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from devserver.database import FILE_NAME
from devserver.embedded import Embedded
from devserver.faults.board import Board
from devserver.faults.truth import truth
from devserver.models import User
from devserver.presence import Presence
from devserver.tokens import Access, TokenRefused, Tokens

RESTARTING = 1012
SUFFIX = ".sqlite3"


def _copy(source: Path, target: Path) -> None:
    """Make one database the same as another, through SQLite, so that whoever has it open sees it change at once."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


class ExpiringTokens(Tokens):
    """Tokens that can all be over before their time; those issued afterwards are good."""

    def __init__(self, before: Tokens) -> None:
        super().__init__(before._secret, before.access_seconds, before._refresh_seconds)
        self._fresh: set[str] | None = None
        """The access tokens that are still good, ``None`` if all are."""
        self._fresh_refresh: set[str] | None = None

    def expire(self, *, refresh_too: bool) -> None:
        """Let all tokens be over that were issued until now."""
        self._fresh = set()
        if refresh_too:
            self._fresh_refresh = set()

    def issue(self, session: Session, user: User) -> dict[str, Any]:
        """As ever, and remembered."""
        issued = super().issue(session, user)
        if self._fresh is not None:
            self._fresh.add(issued["accessToken"])
        if self._fresh_refresh is not None:
            self._fresh_refresh.add(issued["refreshToken"])
        return issued

    def read(self, token: str) -> Access:
        """What an access token says; raises ``TokenRefused``."""
        if self._fresh is not None and token not in self._fresh:
            raise TokenRefused("INVALID_TOKEN")
        return super().read(token)

    def renew(self, session: Session, token: str) -> dict[str, Any]:
        """New tokens for old; raises ``TokenRefused``."""
        if self._fresh_refresh is not None and token not in self._fresh_refresh:
            raise TokenRefused("INVALID_REFRESH_TOKEN")
        return super().renew(session, token)


class UnknownCheckpoint(Exception):
    """There is no checkpoint of this name."""


class UnknownUser(Exception):
    """Nobody has this name."""


class Backstage:
    """Does to one embedded backend what no request can. Checkpoints are files beside the database, and stay."""

    def __init__(self, backend: Embedded, board: Board) -> None:
        self._backend = backend
        self._board = board
        self._tokens = ExpiringTokens(backend.tokens)
        backend.tokens = self._tokens
        self._file = backend.settings.data / FILE_NAME
        self._restarting = asyncio.Lock()
        self._kept = backend.settings.data / "checkpoints"

    @property
    def checkpoints(self) -> list[str]:
        """Their names."""
        return sorted(file.stem for file in self._kept.glob(f"*{SUFFIX}"))

    def save(self, name: str) -> None:
        """Keep the database as it is now, instead of what had this name."""
        self._kept.mkdir(exist_ok=True, mode=0o700)
        _copy(self._file, self._kept / f"{name}{SUFFIX}")

    def truth(self) -> dict[str, Any]:
        """What the database says."""
        return truth(self._backend.database)

    async def expire_tokens(self, *, refresh_too: bool) -> None:
        """All tokens issued until now are over."""
        self._tokens.expire(refresh_too=refresh_too)

    async def change_account(self, name: str, state: str) -> None:
        """Close a user's account, or open it again; raises ``UnknownUser``."""
        with self._backend.database.transaction() as session:
            user = session.scalars(select(User).where(User.username == name)).one_or_none()
            if user is None:
                raise UnknownUser(name)
            user.state = state

    def open_accounts(self) -> None:
        """Open all accounts that are closed."""
        with self._backend.database.transaction() as session:
            for user in session.scalars(select(User).where(User.state != "active")):
                user.state = "active"

    async def hang_up(self, code: int, reason: str) -> int:
        """Close every open socket; answers how many there were."""
        open_ones = [live for live in self._board.sockets.values() if live.usable]
        for live in open_ones:
            await live.close(code, reason)
        return len(open_ones)

    async def restart(self, checkpoint: str) -> None:
        """Stop working, put the database back, and begin again with an empty hub; raises ``UnknownCheckpoint``.

        What is still under way is answered by the backend that comes back.
        """
        if checkpoint not in self.checkpoints:
            raise UnknownCheckpoint(checkpoint)
        async with self._restarting:
            await self._backend.stop_work()
            await self.hang_up(RESTARTING, "the backend restarts")
            _copy(self._kept / f"{checkpoint}{SUFFIX}", self._file)
            self._backend.hub = self._backend.empty_hub()
            self._backend.presence = Presence(self._backend.hub)
            self._backend.start()
