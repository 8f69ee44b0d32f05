"""What files are called that are downloaded together (R40): after their addresses, safe on every system, each once."""

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

LONGEST = 80
_UNSAFE = re.compile(r"[^\w.()\[\] -]|\.\.+")
_DATA = re.compile(r"data:image/([a-z]+)[;,]")


def file_names(urls: Iterable[str]) -> list[str]:
    """Return a name for each address, in their order."""
    taken: set[str] = set()
    names = []
    for number, url in enumerate(urls, start=1):
        name = _name(url) or f"result-{number}"
        stem, dot, suffix = name.rpartition(".")
        stem, ending = (stem, dot + suffix) if stem else (name, "")
        again = 1
        while name.casefold() in taken:
            again += 1
            name = f"{stem} ({again}){ending}"
        taken.add(name.casefold())
        names.append(name)
    return names


def _name(url: str) -> str:
    if data := _DATA.match(url):
        return f"result.{data[1]}"
    try:
        last = unquote(urlsplit(url).path).replace("\\", "/").rpartition("/")[2]
    except ValueError:
        return ""
    safe = _UNSAFE.sub("_", last).strip(" .")
    _, dot, suffix = safe.rpartition(".")
    ending = dot + suffix if len(suffix) < 10 else ""
    # A name that is cut may end in a point or a blank again.
    return (safe.removesuffix(ending)[: LONGEST - len(ending)] + ending).strip(" .")
