"""``python -m contract BACKEND --user NAME``: see ``make contract``. The password is in PODI_PASSWORD, or asked for."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Sequence
from urllib.parse import urlsplit

from contract import report, routes, sockets
from contract.backend import Backend
from contract.findings import Findings

PASSWORD = "PODI_PASSWORD"


def address(text: str) -> str:
    """A backend's address: scheme, host and perhaps a path."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise argparse.ArgumentTypeError(f"{text!r} is no address: give it as in http://127.0.0.1:8099")
    return text.rstrip("/")


def password() -> str:
    """From the environment, or from whoever sits at the terminal; never from the command line, which others can see."""
    if PASSWORD in os.environ:
        return os.environ[PASSWORD]
    if not sys.stdin.isatty():
        raise SystemExit(f"podi: put the password into {PASSWORD}, or run this at a terminal")
    return getpass.getpass("Password: ")


def check(backend: Backend, user: str, secret: str) -> tuple[Findings, float | None]:
    """Walk everything; returns what was found, and for how many seconds a token is good."""
    found = Findings()
    tokens = routes.sign_in(backend, user, secret, found)
    if tokens is None:
        return found, None
    routes.walk(backend, tokens, found)
    sockets.walk(backend.address, tokens.access, found)
    return found, tokens.lifetime_s


def main(arguments: Sequence[str]) -> int:
    """Check and print; returns 1 if the page could not work with this backend."""
    parser = argparse.ArgumentParser("python -m contract", description=__doc__)
    parser.add_argument("backend", type=address, metavar="BACKEND", help="its address, http://host:port")
    parser.add_argument("--user", required=True, help="who signs in; an admin sees more")
    given = parser.parse_args(arguments)
    with Backend(given.backend) as backend:
        found, lifetime_s = check(backend, given.user, password())
    sys.stdout.write(f"{given.backend} as {given.user}\n\n")
    sys.stdout.writelines(f"{line}\n" for line in report.lines(found, lifetime_s))
    return 0 if report.works(found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
