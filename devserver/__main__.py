"""``python -m devserver``: start, say where, serve, end."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import closing

from devserver import command, logs
from devserver.app import build_app
from devserver.datadir import keep_files_private
from devserver.embedded import Embedded
from devserver.failures import StartFailure
from devserver.introduction import introduction, warnings
from devserver.proxy.proxy import Proxy
from devserver.server import LARGEST_FRAME, LARGEST_OWN_FRAME, Server, address_of, listen
from devserver.settings import Settings
from devserver.vendored import require_page


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _warn(line: str) -> None:
    sys.stderr.write(f"podi: {line}\n")
    sys.stderr.flush()


def serve(settings: Settings) -> None:
    """Serve until asked to end; raises ``StartFailure``."""
    require_page(settings.site)
    with closing(listen(settings.host, settings.port)) as listener:
        behind = Proxy(settings.backend) if settings.backend else Embedded.open(settings)
        for line in introduction(settings, behind.passwords if isinstance(behind, Embedded) else {}):
            _say(line)
        for line in warnings(settings):
            _warn(line)
        address = address_of(listener)
        if settings.faults:
            _say(f"fault switches: {address}__faults__/")
        server = Server(
            build_app(settings, behind),
            lambda: _say(f"ready {address}"),
            behind.stop_work,
            largest_frame=LARGEST_FRAME if settings.backend else LARGEST_OWN_FRAME,
            faults=settings.faults,
        )
        asyncio.run(server.serve([listener]))


def main(arguments: Sequence[str]) -> int:
    """The exit status of a run."""
    logs.configure()
    keep_files_private()
    try:
        serve(command.read(arguments))
    except StartFailure as failure:
        _warn(str(failure))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
