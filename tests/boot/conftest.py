"""A site of its own for each test of the boot, whose snapshot can be spoilt, and a server that can misbehave."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from testkit.site import FileHandler, ServeFolder
from tools import page_files
from tools.snapshot import build
from tools.snapshot.inputs import ROOT, build_id

PAGE = Path(__file__).resolve().parent / "page"
WHOLE_WORD = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Site:
    """A bare page with all of the app in it, and the snapshot's files, which may be changed."""

    folder: Path

    @property
    def snapshot(self) -> Path:
        """The folder of the snapshot."""
        return self.folder / "static" / "vendor" / "snapshot"

    @property
    def manifest(self) -> dict[str, Any]:
        """What the manifest says."""
        return dict(json.loads((self.snapshot / build.MANIFEST).read_text("utf-8")))

    @property
    def memory(self) -> Path:
        """The file of the memory."""
        return self.snapshot / str(self.manifest["memory"]["file"])

    @property
    def library(self) -> Path:
        """The file of the one native library."""
        return self.snapshot / str(next(iter(self.manifest["libraries"].values())))

    def change_recipe(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Change what the snapshot says of itself, and make its sums right again."""
        data = self.memory.read_bytes()
        magic, length, runs, size = struct.unpack_from("<4I", data)
        rest = data[16 + -(-length // 4) * 4 :]
        recipe = json.loads(data[16 : 16 + length])
        change(recipe)
        text = json.dumps(recipe).encode()
        padding = bytes(-len(text) % 4)
        self.replace_memory(struct.pack("<4I", magic, len(text), runs, size) + text + padding + rest)

    def replace_memory(self, data: bytes) -> None:
        """Put another file in the memory's place, with the size and the sum that the page expects of it."""
        self.memory.write_bytes(data)
        manifest = self.manifest
        manifest["memory"] |= {"bytes": len(data), "sum": checksum(data)}
        (self.snapshot / build.MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def checksum(data: bytes) -> int:
    """The same sum as static/restore.mjs makes."""
    total = len(data)
    for (word,) in struct.iter_unpack("<I", data[: len(data) // 4 * 4]):
        total = (total * 31 + word) & WHOLE_WORD
    return total - (1 << 32) if total >> 31 else total


@pytest.fixture(scope="session")
def made_snapshot() -> Path:
    """The snapshot that set-up made; if it is of other sources, that is no matter here."""
    if not (build.OUT / build.MANIFEST).is_file():
        build.make(build_id())
    return build.OUT


@pytest.fixture
def site(tmp_path: Path, made_snapshot: Path) -> Site:
    """A site with a snapshot."""
    folder = tmp_path / "site"
    shutil.copytree(PAGE, folder)
    (folder / "app").symlink_to(ROOT / "app")
    static = folder / "static"
    (static / "vendor").mkdir(parents=True)
    for entry in (ROOT / "static").iterdir():
        if entry.name != "vendor":
            (static / entry.name).symlink_to(entry)
    for entry in (ROOT / "static" / "vendor").iterdir():
        if entry.name != "snapshot":
            (static / "vendor" / entry.name).symlink_to(entry)
    shutil.copytree(made_snapshot, static / "vendor" / "snapshot", ignore=shutil.ignore_patterns("*.br", "*.gz"))
    settings = 'interpreter = "./static/interpreter.mjs"\npackages = ["pydantic"]\npackages_cache = "passthrough"\n'
    files = "".join(f'"./{path}" = "./{path}"\n' for path in page_files.listed(ROOT))
    (folder / "pyscript.toml").write_text(f"{settings}[files]\n{files}", encoding="utf-8")
    return Site(folder)


@pytest.fixture
def serve(site: Site, serve_folder: ServeFolder) -> Callable[..., str]:
    """Serve the site."""

    def serve(handler: type[FileHandler] = FileHandler) -> str:
        return serve_folder(site.folder, handler)

    return serve
