"""The command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from devserver.admission import is_loopback
from devserver.failures import BackendFailure, StartFailure
from devserver.settings import ACCESS_SECONDS, DEFAULT_HOST, DEFAULT_PORT, HISTORY_RECORDS, LOSS_SHARE, Settings
from tools.page_policy import origin_of


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{port} is not a port: use 0 to 65535 (0 picks a free one)")
    return port


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < 1e9:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return number


def _count(text: str) -> int:
    count = int(text)
    if not 0 <= count <= 100_000:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 100000")
    return count


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 1")
    return share


def parser() -> argparse.ArgumentParser:
    """What ``python -m devserver`` understands."""
    it = argparse.ArgumentParser("python -m devserver", description="Serve the page, and a backend for it.")
    it.add_argument("--host", default=DEFAULT_HOST, help="address to listen on (default: this machine alone)")
    it.add_argument(
        "--name", action="append", default=[], metavar="NAME",
        help="also answer to this name or address, as a forwarded port needs it (repeatable)",
    )  # fmt: skip
    it.add_argument("--port", type=_port, default=DEFAULT_PORT, help="port to listen on; 0 picks a free one")
    it.add_argument("--backend", metavar="URL", help="forward /api and the socket to this backend, http://host:port")
    it.add_argument(
        "--data", type=Path, default=Path(".data"), metavar="DIR", help="where the embedded backend keeps its data"
    )
    it.add_argument("--site", type=Path, default=Path(), metavar="DIR", help="where the page is (default: here)")
    it.add_argument("--idle", action="store_true", help="make no work by itself")
    it.add_argument("--seed", type=int, metavar="N", help="make the simulator repeatable")
    it.add_argument("--speed", type=_positive, default=1.0, metavar="X", help="let simulated time run X times as fast")
    it.add_argument(
        "--history", type=_count, default=HISTORY_RECORDS, metavar="N", help="log records invented at first start"
    )
    it.add_argument(
        "--access-seconds", type=_positive, default=float(ACCESS_SECONDS), metavar="S", help="lifetime of access tokens"
    )
    it.add_argument(
        "--images-from", action="append", default=[], metavar="ORIGIN",
        help="also let the page show images from this origin, https://host (repeatable)",
    )  # fmt: skip
    it.add_argument("--like-product", action="store_true", help="let the embedded backend behave as the product does")
    it.add_argument(
        "--loss-share", type=_share, metavar="X",
        help=f"with --like-product: how many sockets that go cost the others an event (default: {LOSS_SHARE})",
    )  # fmt: skip
    it.add_argument(
        "--faults", action="store_true", help="let tests break things, under /__faults__/ (on loopback only)"
    )
    return it


def read(arguments: Sequence[str]) -> Settings:
    """The settings of a command line.

    Raises ``StartFailure`` for addresses of the wrong form; exits for anything else that is wrong.
    """
    given = parser().parse_args(arguments)
    try:
        backend = origin_of(given.backend) if given.backend else None
    except ValueError as error:
        raise BackendFailure(
            f"{given.backend} is not a backend's address: give its scheme, host and port alone, as in http://127.0.0.1:9000"
        ) from error
    try:
        images_from = tuple(origin_of(origin) for origin in given.images_from)
    except ValueError as error:
        raise StartFailure(f"{error} is not an origin: --images-from takes https://host and no path") from error
    if given.faults and not is_loopback(given.host):
        raise StartFailure(
            f"--faults lets anyone break this host, so not with --host {given.host}: leave out one of them"
        )
    if given.like_product and backend is not None:
        raise StartFailure("--like-product is about the embedded backend, so not with --backend: leave out one of them")
    if given.like_product and not is_loopback(given.host):
        raise StartFailure(
            f"--like-product shows whoever connects everything, so not with --host {given.host}: leave out one of them"
        )
    if given.loss_share is not None and not given.like_product:
        raise StartFailure("--loss-share is about sockets as the product treats them: add --like-product")
    return Settings(
        host=given.host,
        port=given.port,
        backend=backend,
        data=given.data,
        site=given.site,
        idle=given.idle,
        seed=given.seed,
        speed=given.speed,
        history=given.history,
        access_seconds=given.access_seconds,
        names=tuple(given.name),
        images_from=images_from,
        faults=given.faults,
        like_product=given.like_product,
        loss_share=LOSS_SHARE if given.loss_share is None else given.loss_share,
    )
