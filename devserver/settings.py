"""What the host was given on its command line, as one immutable value.

Refuses to read the environment: everything that changes the host's behaviour is visible in its command.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from devserver.admission import is_loopback
from devserver.character import PLAIN, PRODUCT, Character

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
ACCESS_SECONDS = 3600
REFRESH_SECONDS = 7 * 24 * 3600
HISTORY_RECORDS = 120
LOSS_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Settings:
    """One run of the host. Durations in seconds of real time unless ``speed`` is said to apply."""

    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    backend: str | None = None
    """Origin of a real backend, ``http://host:port``; ``None`` means the embedded one."""
    data: Path = Path(".data")
    site: Path = Path()
    idle: bool = False
    """True: the simulator makes no work by itself."""
    seed: int | None = None
    speed: float = 1.0
    """How many simulated seconds pass in a real one."""
    access_seconds: float = ACCESS_SECONDS
    refresh_seconds: float = REFRESH_SECONDS
    history: int = HISTORY_RECORDS
    """How many log records the first start invents."""
    names: tuple[str, ...] = ()
    """Further names and addresses that the host answers to."""
    images_from: tuple[str, ...] = ()
    """Further origins the page may show result images from (a real backend's object store)."""
    faults: bool = False
    """True: the fault switches are there, under ``/__faults__/``; on loopback only."""
    like_product: bool = False
    """True: the embedded backend behaves as the product does; on loopback only."""
    loss_share: float = LOSS_SHARE
    """How many of the sockets that go cost the others an event, 0 to 1; for a backend like the product."""

    @property
    def beyond_loopback(self) -> bool:
        """Whether others than this machine can reach the host."""
        return not is_loopback(self.host)

    @property
    def character(self) -> Character:
        """How the embedded backend behaves."""
        return PRODUCT if self.like_product else PLAIN
