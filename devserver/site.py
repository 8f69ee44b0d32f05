"""The page, as static files from a checkout or a built site.

An allow-list: the shell, ``pyscript.toml``, Python under ``app/`` and everything under ``static/``; in a built site,
the same below ``static/`` and the folder of each version, the service worker and the licences. Whatever else lies there
does not exist here: no dotfiles, no way out of it, no listing. A ``.br`` or ``.gz`` beside a file is sent instead where
the client takes it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from devserver.late_archive import LateArchive
from tools.page_files import ARCHIVE
from tools.snapshot.inputs import sources_digest

ROOT_FILES: Final = {
    "/": "index.html",
    "/index.html": "index.html",
    "/licences.txt": "licences.txt",
    "/pyscript.toml": "pyscript.toml",
}

# Spelled out, because operating systems' tables differ and a browser refuses a module or a wasm file of another type.
MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".py": "text/x-python; charset=utf-8",
    ".svg": "image/svg+xml",
    ".toml": "application/toml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".whl": "application/zip",
    ".woff2": "font/woff2",
    ".zip": "application/zip",
}
ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
HASHED = re.compile(r"\.[0-9a-f]{8,}\.[^/]+$")
SNAPSHOT: Final = "/static/vendor/snapshot/manifest.json"
LATE: Final = f"/{ARCHIVE}"
VERSION: Final = re.compile(r"^/static/([0-9a-f]{16})(?=/)")
WORKER: Final = "/service_worker.js"
NO_WORKER: Final = "static/no_worker.js"
FOREVER: Final = "public, max-age=31536000, immutable"


def accepted_encodings(header: str) -> frozenset[str]:
    """The content codings that an Accept-Encoding header allows by name; ``;q=0`` forbids."""
    accepted = set()
    for item in header.lower().split(","):
        coding, *parameters = (part.strip() for part in item.split(";"))
        weight = next((part[2:] for part in parameters if part.startswith("q=")), "1")
        if weight.strip("0.") or weight.startswith("1"):
            accepted.add(coding)
    return frozenset(accepted)


def _unchanged(headers: Headers, etag: str) -> bool:
    tags = headers.get("if-none-match")
    return tags is not None and (
        tags.strip() == "*" or etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
    )


class Site:
    """Serves the files of one directory."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._late = LateArchive(self._root)

    def find(self, path: str) -> Path | None:
        """The file that a request path names, or ``None`` if there is none that may be served."""
        version = VERSION.match(path)
        root = self._root / "static" / version[1] if version else self._root
        path = path[version.end() :] if version else path
        if path == WORKER and not version:
            # A checkout has none: it ends one that a built site has left behind at the same address.
            built = root / WORKER.removeprefix("/")
            candidate = built if built.is_file() else root / NO_WORKER
        elif path in ROOT_FILES:
            candidate = root / ROOT_FILES[path]
        else:
            top, *rest = path.removeprefix("/").split("/")
            forbidden = any(not part or part.startswith(".") or "\\" in part or "\0" in part for part in rest)
            allowed = (top == "static" and rest) or (top == "app" and path.endswith(".py"))
            if forbidden or not allowed:
                return None
            candidate = root.joinpath(top, *rest)
        try:
            file = candidate.resolve(strict=True)
        except (OSError, ValueError):
            return None
        if not file.is_file() or not file.is_relative_to(self._root):
            return None
        return None if path == SNAPSHOT and not version and self._is_outdated(file) else file

    async def respond(self, request: Request) -> Response:
        """Answer a GET or HEAD for ``request``'s path."""
        file = self.find(request.scope["path"])
        if file is None and request.scope["path"] == LATE:
            return Response(
                self._late.read(), media_type="application/octet-stream", headers={"Cache-Control": "no-cache"}
            )
        if file is None:
            return PlainTextResponse("404: there is no such page here. The monitor is at /\n", status_code=404)
        sent, coding, varies = self._representation(file, request.headers)
        stat = sent.stat()
        etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}{f"-{coding}" if coding else ""}"'
        unchanging = HASHED.search(file.name) or VERSION.match(request.scope["path"])
        headers = {"ETag": etag, "Cache-Control": FOREVER if unchanging else "no-cache"}
        if varies:
            headers["Vary"] = "Accept-Encoding"
        if _unchanged(request.headers, etag):
            return Response(status_code=304, headers=headers)
        if coding:
            headers["Content-Encoding"] = coding
        media_type = MEDIA_TYPES.get(file.suffix, "application/octet-stream")
        return FileResponse(sent, headers=headers, media_type=media_type, stat_result=stat)

    def _is_outdated(self, manifest: Path) -> bool:
        """Whether the memory snapshot was made from other sources than these: the page has to boot without it."""
        try:
            made_from = json.loads(manifest.read_bytes()).get("sources")
        except (OSError, ValueError, AttributeError):
            return True
        return bool(made_from != sources_digest(self._root))

    @staticmethod
    def _representation(file: Path, headers: Headers) -> tuple[Path, str | None, bool]:
        """The file to send, its coding, and whether that depended on what the client accepts."""
        accepted = accepted_encodings(headers.get("accept-encoding", ""))
        varies = False
        chosen: tuple[Path, str | None] = (file, None)
        for coding, suffix in ENCODINGS:
            packed = file.with_name(file.name + suffix)
            # One that is older than the file was made from something else, and would bring the past back.
            if not packed.is_file() or packed.stat().st_mtime_ns < file.stat().st_mtime_ns:
                continue
            varies = True
            if chosen[1] is None and coding in accepted:
                chosen = (packed, coding)
        return *chosen, varies
