"""Faults of the embedded backend as a whole."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from devserver.faults.fault import Fault, Stage

USER = r"^[A-Za-z0-9_.@-]{1,64}$"
NAME = r"^[A-Za-z0-9_-]{1,64}$"
TOKEN_REFUSED = 4401


class ExpiredToken(Fault):
    """All tokens issued until now are over; open sockets are closed with 4401."""

    fault: Literal["expired-token"]
    at: Literal["now"] = "now"
    refresh: bool = False
    """Refresh tokens too, so that everyone has to sign in again."""
    sockets: bool = True
    """Close the open ones."""

    async def on_backend(self, stage: Stage) -> None:
        """Expire them."""
        await stage.expire_tokens(refresh_too=self.refresh)
        if self.sockets:
            await stage.hang_up(TOKEN_REFUSED, "INVALID_TOKEN")


class Account(Fault):
    """A user's account is closed, or open again. Open sockets stay; tokens are refused from now on."""

    fault: Literal["account"]
    at: Literal["now"] = "now"
    user: str = Field(pattern=USER)
    state: Literal["active", "inactive", "gone"]

    async def on_backend(self, stage: Stage) -> None:
        """Change it."""
        await stage.change_account(self.user, self.state)


class Restart(Fault):
    """The backend stops, and comes back with the database as it was at a checkpoint. What came later is gone."""

    fault: Literal["restart"]
    at: Literal["now"] = "now"
    checkpoint: str = Field(pattern=NAME)

    async def on_backend(self, stage: Stage) -> None:
        """Restart it."""
        await stage.restart(self.checkpoint)
