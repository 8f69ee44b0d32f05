"""What the host says for itself when it starts: whose backend, who may sign in, and what will not work as it is."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from devserver.admission import LOOPBACK_NAMES
from devserver.settings import Settings
from devserver.simulator.demo_users import DEMO_USERS
from devserver.vendored import VERSION, missing

PAGE_SETTINGS = "pyscript.toml"


def introduction(settings: Settings, passwords: Mapping[str, str]) -> Iterator[str]:
    """Where ``/api`` is answered from, and how to sign in there if that is known."""
    if settings.backend:
        yield f"backend: {settings.backend}"
        return
    for user in DEMO_USERS:
        if user.name in passwords:
            yield f"sign in: {user.name} / {passwords[user.name]} ({user.role})"
    if settings.like_product:
        yield "backend: like the product"


def warnings(settings: Settings) -> Iterator[str]:
    """What is amiss, and what to do about it."""
    for path in missing(settings.site):
        yield f"{path} is missing and the page asks for it: run `make setup`"
    for origin in dict.fromkeys(_other_origins(settings)):
        yield (
            f"{PAGE_SETTINGS} sends the page to {origin} for the API, and its policy lets it ask this host alone:"
            f" leave api_base empty and start with --backend {origin} (make run BACKEND={origin})"
        )
    if settings.beyond_loopback and settings.backend:
        yield f"listening on {settings.host}: whoever can reach this host can reach the backend through it"
    elif settings.beyond_loopback:
        yield (
            f"listening on {settings.host}: others can reach this host, over plain HTTP;"
            " the passwords above are new with every start"
        )


def _other_origins(settings: Settings) -> Iterator[str]:
    """Where the page searches for the API, if not at its own host; a built site has its settings in each version."""
    site = settings.site
    for file in (site / PAGE_SETTINGS, *sorted(site.glob(f"{VERSION}/{PAGE_SETTINGS}"))):
        try:
            podi = tomllib.loads(file.read_text("utf-8")).get("podi")
            api_base = podi.get("api_base") if isinstance(podi, dict) else None
            parts = urlsplit(api_base if isinstance(api_base, str) else "")
            ours = parts.hostname in LOOPBACK_NAMES and parts.port == settings.port
        except (OSError, ValueError):
            # The page itself says what is wrong with its settings.
            continue
        if parts.netloc and not ours:
            yield f"{parts.scheme}://{parts.netloc}"
