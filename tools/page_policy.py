"""The page's Content-Security-Policy, for the host's header, for `make site` and for deploy/.

docs/decisions/page-policy.md explains why. Nothing is allowed that is not named. Scripts come from the site's own
``/static/``; `script_folder` says why not everywhere. A page that calls an API on another origin may connect there, and
show what lies there.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

SELF = "'self'"
# What a policy can name: RFC 3986's characters of a host name and a port.
NAMED = re.compile(r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::[0-9]{1,5})?")
ADDRESS = re.compile(r"[0-9.]+")
MATCHED_ADDRESS = "127.0.0.1"
# Who may make markup and scripts' addresses of strings: the app, what keeps it offline, the components, their icons.
TRUSTED = ("podi", "podi-offline", "lit-html", "podi-icons")


def page_policy(
    *, scripts: str = SELF, api_base: str = "", images_from: Iterable[str] = (), as_header: bool = True
) -> str:
    """The policy of the page and of its workers.

    Args:
        scripts: where scripts come from: `script_folder` of the site's own authority, if that is known.
        api_base: the API's address as in the `[podi]` table; empty for the page's own host.
        images_from: further origins that result pictures, videos and sounds may come from.
        as_header: False leaves out what a `<meta>` may not say: who may frame the page.
    """
    api, sockets = _origins(api_base)
    results = [*api, *images_from]
    directives = [
        ["default-src", "'none'"],
        ["script-src", scripts, "'wasm-unsafe-eval'"],
        ["style-src", SELF],
        ["img-src", SELF, "data:", "blob:", *results],
        ["media-src", SELF, "blob:", *results],
        ["connect-src", SELF, *api, *sockets],
        ["worker-src", SELF],
        ["manifest-src", SELF],
        ["base-uri", "'none'"],
        ["form-action", "'none'"],
        ["require-trusted-types-for", "'script'"],
        ["trusted-types", *TRUSTED],
    ]
    if as_header:
        directives.append(["frame-ancestors", "'none'"])
    return "; ".join(" ".join(directive) for directive in directives)


def script_folder(authority: str) -> str:
    """The scripts below ``/static/`` of a site at ``name[:port]``, so that no answer of its API can be one.

    All of the site where a policy cannot name it: browsers match no address but 127.0.0.1 there, by specification.
    """
    named = NAMED.fullmatch(authority)
    if named is None or (ADDRESS.fullmatch(named["name"]) and named["name"] != MATCHED_ADDRESS):
        return SELF
    return f"{authority}/static/"


def origin_of(url: str) -> str:
    """``url`` as an origin, ``http://host:port``; raises ``ValueError`` if it is more or less than that."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        raise ValueError(url)
    if parts.path not in {"", "/"} or parts.query or parts.fragment or parts.port == 0:
        raise ValueError(url)
    if any(character.isspace() or character in ";,'\"" for character in parts.netloc):
        raise ValueError(url)
    return f"{parts.scheme}://{parts.netloc}"


def api_base_of(settings: Path) -> str:
    """The API's address in a `pyscript.toml`; empty if the file or the setting is missing."""
    try:
        table = tomllib.loads(settings.read_text("utf-8")).get("podi", {})
    except (OSError, ValueError):
        return ""
    base = table.get("api_base", "") if isinstance(table, dict) else ""
    return base if isinstance(base, str) else ""


def _origins(api_base: str) -> tuple[list[str], list[str]]:
    """The origin of an API, and of its sockets; none for the page's own host, or for what is no address."""
    parts = urlsplit(api_base)
    if parts.scheme not in {"http", "https"} or NAMED.fullmatch(parts.netloc) is None:
        return [], []
    return [f"{parts.scheme}://{parts.netloc}"], [f"ws{parts.scheme.removeprefix('http')}://{parts.netloc}"]
