"""Where a fault strikes: paths as patterns, and which patterns can ever match something."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

API = "/api/"
PREFIX = "/__faults__"
STARTS = ("/api/", "/static/", "/app/", "/index.html", "/pyscript.toml")
_PARAMETER = re.compile(r"\{(\w+)(:path)?\}")


@lru_cache(maxsize=1024)
def expression(pattern: str) -> re.Pattern[str]:
    """``*`` is anything within one segment of the path, ``**`` anything at all."""
    parts = re.split(r"(\*\*|\*)", pattern)
    return re.compile("".join({"**": ".*", "*": "[^/]*"}.get(part, re.escape(part)) for part in parts))


def matches(pattern: str, path: str) -> bool:
    """Whether the pattern is about this path."""
    return expression(pattern).fullmatch(path) is not None


def _is_about(pattern: str, template: str) -> bool:
    """Whether some path could be matched by the pattern and answered by the route ``template``."""
    if matches(pattern, _PARAMETER.sub("x", template)):
        return True
    pieces = _PARAMETER.split(template)
    plain, flags = pieces[0::3], [".+" if flag else "[^/]+" for flag in pieces[2::3]]
    route = "".join(re.escape(text) + more for text, more in zip(plain, [*flags, ""], strict=True))
    return re.fullmatch(route, pattern) is not None


def complaint(pattern: str, templates: Iterable[str]) -> str | None:
    """What is wrong with a pattern that can match nothing here, naming what there is; ``None`` if nothing is."""
    known = sorted(templates)
    if not pattern.startswith("/"):
        return f"a path begins with /, as in {known[0] if known else API}; * stands for one segment, ** for any number"
    if any(_is_about(pattern, template) for template in known):
        return None
    if not pattern.startswith(API) and (pattern == "/" or pattern.startswith(STARTS)):
        return None
    return (
        f"no route here matches {pattern}; there are: {', '.join(known)}, and the files below {', '.join(STARTS[1:])}"
    )
