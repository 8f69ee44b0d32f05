"""``python -m devserver``: start, say where, serve, end."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import closing

from devserver import command, logs
from devserver.admission import is_loopback
from devserver.app import build_app
from devserver.embedded import Embedded
from devserver.failures import StartFailure
from devserver.proxy.proxy import Proxy
from devserver.server import Server, address_of, listen
from devserver.settings import Settings
from devserver.simulator.demo_users import DEMO_USERS
from devserver.vendored import missing, require_page


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _warn(line: str) -> None:
    sys.stderr.write(f"podi: {line}\n")
    sys.stderr.flush()


def _introduce(settings: Settings) -> None:
    if settings.backend:
        _say(f"backend: {settings.backend}")
    else:
        for user in DEMO_USERS:
            _say(f"sign in: {user.name} / {user.name} ({user.role})")
    for path in missing(settings.site):
        _warn(f"{path} is missing and the page asks for it: run `make setup`")
    if not is_loopback(settings.host):
        _warn(f"listening on {settings.host}: anyone who can reach it can sign in with the demo users")


def serve(settings: Settings) -> None:
    """Serve until told to end; raises ``StartFailure``."""
    require_page(settings.site)
    with closing(listen(settings.host, settings.port)) as listener:
        behind = Proxy(settings.backend) if settings.backend else Embedded.open(settings)
        _introduce(settings)
        address = address_of(listener)
        if settings.faults:
            _say(f"fault switches: {address}__faults__/")
        server = Server(
            build_app(settings, behind),
            lambda: _say(f"ready {address}"),
            behind.stop_work,
            faults=settings.faults,
        )
        asyncio.run(server.serve([listener]))


def main(arguments: Sequence[str]) -> int:
    """The exit status of a run."""
    logs.configure()
    try:
        serve(command.read(arguments))
    except StartFailure as failure:
        _warn(str(failure))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
