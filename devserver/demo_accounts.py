"""Who may sign in with one click, on a route of its own: the demo users of a host that this machine alone reaches.

Their passwords are no secret there, the host prints them at start. A host that others can reach has no such route, and
one that leads to a real backend knows of nobody.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from devserver.answers import ApiAnswer
from devserver.embedded import Embedded
from devserver.proxy.proxy import Proxy
from devserver.simulator.demo_users import DEMO_USERS

PATH: Final = "/__demo__/accounts"


class DemoAccounts:
    """Answers with the demo users of the embedded backend, if there is one."""

    def __init__(self, behind: Embedded | Proxy) -> None:
        passwords = behind.passwords if isinstance(behind, Embedded) else {}
        self._accounts = [
            {"username": user.name, "password": passwords[user.name], "role": user.role}
            for user in DEMO_USERS
            if user.name in passwords
        ]

    async def respond(self, _request: Request) -> Response:
        """Answer a GET or HEAD."""
        return ApiAnswer({"accounts": self._accounts})
