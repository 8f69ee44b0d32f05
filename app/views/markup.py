"""The small parts of all markup: escaping, icons, and which addresses may become links.

Everything that was not written in this room is escaped before it becomes markup.
"""

import posixpath
import re
from functools import lru_cache
from html import escape as _escape
from unicodedata import normalize
from urllib.parse import quote, unquote, urlsplit

# A control character or a backslash is how a scheme is smuggled past a check.
_SMUGGLING = re.compile(r"[\x00-\x1f\x7f\\]")
_ADDRESSES_KEPT = 4096
# A parameter that changes this page's settings, and the routes of its API: neither is anybody's result.
_OVERRIDE = re.compile(r"[?&]\s*podi\.", re.IGNORECASE)
_API = re.compile(r"(?:^|/)api/(?:auth|tasks|ability-tasks|abilities|admin|notify|wallet)(?:/|$)", re.IGNORECASE)
_PAGES = frozenset({"/", "/index.html"})
# Where this page and its API are, as far as it was said.
_own: set[str] = set()
_PICTURES = ("data:image/png;", "data:image/jpeg;", "data:image/webp;", "data:image/gif;")


def escape(text: str) -> str:
    """Return text as markup, safe in an attribute too."""
    return _escape(text, quote=True)


def icon(name: str) -> str:
    """Return a decorative icon of ``static/icons/icons.svg``; its meaning is in the text beside it."""
    return f'<span class="icon icon--{name}" aria-hidden="true"></span>'


def icon_button(name: str, action: str, label: str, attributes: str = "") -> str:
    """Return a button that shows an icon alone; ``label`` (markup, as ``attributes`` are) is its name."""
    return (
        f'<button class="button button--icon" type="button" data-action="{action}" aria-label="{label}"'
        f"{' ' if attributes else ''}{attributes}>{icon(name)}</button>"
    )


def safe_url(url: str | None) -> str | None:
    """Return an address of others that may become a link or a picture, or ``None``.

    Allowed are http, https, paths of files on this host, and pictures as ``data:``; never SVG, which may hold scripts.
    A ``blob:`` is of this page or of no use; a fragment, a query alone and the page's own path lead back into the page
    with whatever they make it do; what the API answers is no file, not in an absolute address of this page's either.
    """
    if not url or _SMUGGLING.search(url):
        return None
    url = url.strip()
    lower = url[:32].lower()
    if lower.startswith(("http://", "https://")):
        host = _host(url)
        if host is None or (host in _own and not _is_file(urlsplit(url).path)) or _OVERRIDE.search(unquote(url)):
            return None
        return url
    if lower.startswith("data:"):
        return url if lower.startswith(_PICTURES) else None
    if lower.startswith("//") or ":" in url.split("/", 1)[0].split("?", 1)[0].split("#", 1)[0]:
        return None
    if not _is_file(url.split("#", 1)[0].split("?", 1)[0]) or _OVERRIDE.search(unquote(url)):
        return None
    return url


def judge_as_own(*addresses: str) -> None:
    """Have absolute addresses at the hosts of these, this page's and its API's, judged as paths are."""
    _own.update(host for host in map(_host, addresses) if host)


def _is_file(path: str) -> bool:
    path = posixpath.normpath("/" + unquote(path).lstrip("/"))
    return path.lower() not in _PAGES and not _API.search(path)


def _host(url: str) -> str | None:
    """Return the host of an address as a browser asks it."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return normalize("NFKC", unquote(host)).lower().rstrip(".") if host else None


@lru_cache(_ADDRESSES_KEPT)
def job_address(job_id: str) -> str:
    """Return the route of a job's own page."""
    return f"#/tasks/{_quoted(job_id)}"


def ability_address(ability_id: str, log_id: int | None = None) -> str:
    """Return the route of an ability's page, with its call log open on a record if one is named."""
    route = f"#/admin/abilities/{_quoted(ability_id)}"
    return route if log_id is None else f"{route}?log={log_id}"


def offered_address(ability_id: str, again: str | None = None) -> str:
    """Return the route on which every user calls an ability, the form filled from the job ``again`` if one is named."""
    route = f"#/abilities/{_quoted(ability_id)}"
    return route if again is None else f"{route}?again={_quoted(again)}"


def json_place(address: str, part: str, node: str) -> str:
    """Return the route of a page with a node of its JSON open."""
    return f"{address}{'&' if '?' in address else '?'}json={_quoted(part)}&node={_quoted(node)}"


def compare_address(first: str, second: str | None = None) -> str:
    """Return the route on which a job is compared with another."""
    route = f"#/compare?a={_quoted(first)}"
    return route if second is None else f"{route}&b={_quoted(second)}"


def _quoted(part: str) -> str:
    return quote(part, safe="", errors="replace")
