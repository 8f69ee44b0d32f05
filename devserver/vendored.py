"""Whether the browser runtime that set-up puts under ``static/vendor/`` is there.

Looks only at names that the page itself mentions; what is inside the files is set-up's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from devserver.failures import SiteFailure

MENTION = re.compile(r"""["'(=\s]\.?/?(static/vendor/[^"'()\s?#<>]+)""")
VERSION = "[0-9a-f]" * 16
MENTIONING = ("index.html", "pyscript.toml")


def _mentioned(root: Path) -> Iterator[str]:
    for name in MENTIONING:
        file = root / name
        if file.is_file():
            yield from MENTION.findall(file.read_text("utf-8", errors="replace"))


def missing(root: Path) -> list[str]:
    """The vendored files that the page mentions and that are not there, in order of mention."""
    return [path for path in dict.fromkeys(_mentioned(root)) if not (root / path).exists()]


def require_page(root: Path) -> None:
    """Raise ``SiteFailure`` if ``root`` cannot be served as the page at all."""
    if not (root / "index.html").is_file():
        raise SiteFailure(f"{root.resolve()} has no index.html: start in the checkout, or name the site with --site")
    vendor = root / "static" / "vendor"
    # A built site has its files below the folder of each version.
    if not any(
        any(each.iterdir()) for each in (vendor, *root.glob(f"static/{VERSION}/static/vendor")) if each.is_dir()
    ):
        raise SiteFailure(f"the browser runtime is missing from {vendor}: run `make setup` first")
