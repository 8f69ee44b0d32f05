"""Twins hold what their files hold; the smallest ones are made once."""

from __future__ import annotations

import gzip
import hashlib
import subprocess
from pathlib import Path

import pytest

from tools.compress import compress, compress_best
from tools.node import ScriptFailed

TEXT = "".join(f"const value{number} = {number * number};\n" for number in range(500))
UNPACK = "process.stdout.write(require('zlib').brotliDecompressSync(require('fs').readFileSync(process.argv[1])))"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A file that gets smaller."""
    file = tmp_path / "site" / "script.js"
    file.parent.mkdir()
    file.write_text(TEXT, encoding="utf-8")
    return file


def brotli(file: Path) -> Path:
    """The brotli twin of a file."""
    return file.with_name(f"{file.name}.br")


def unpacked(twin: Path) -> str:
    """What a brotli twin holds."""
    return subprocess.run(["node", "-e", UNPACK, str(twin)], check=True, capture_output=True, text=True).stdout


def test_both_twins_hold_what_the_file_holds(script: Path, tmp_path: Path) -> None:
    """Quick ones and the smallest ones alike."""
    compress(script.parent, ".js")
    quick = brotli(script).read_bytes()
    assert unpacked(brotli(script)) == TEXT
    assert gzip.decompress(script.with_name("script.js.gz").read_bytes()).decode() == TEXT
    brotli(script).unlink()
    compress_best(script.parent, ".js", cache=tmp_path / "cache")
    assert unpacked(brotli(script)) == TEXT
    assert len(brotli(script).read_bytes()) < len(quick)


def test_only_what_gets_smaller_has_twins(script: Path) -> None:
    """Not what is small, nor what is of another kind, nor what is compressed already."""
    (script.parent / "small.js").write_text("1", encoding="utf-8")
    (script.parent / "text.txt").write_text(TEXT, encoding="utf-8")
    packed = b"".join(hashlib.sha256(bytes([number])).digest() for number in range(100))
    (script.parent / "packed.js").write_bytes(packed)
    compress(script.parent, ".js")
    twins = {file.name for file in script.parent.iterdir() if file.suffix in {".br", ".gz"}}
    assert twins == {"script.js.br", "script.js.gz"}


def test_a_twin_that_was_made_is_taken_again(script: Path, tmp_path: Path) -> None:
    """By what the file holds: one of another content has a twin of its own."""
    cache = tmp_path / "cache"
    cache.mkdir()
    kept = cache / f"{hashlib.sha256(TEXT.encode()).hexdigest()}.br"
    compress(script.parent, ".js")
    quick = brotli(script).read_bytes()
    brotli(script).rename(kept)
    compress_best(script.parent, ".js", cache=cache)
    assert brotli(script).read_bytes() == quick
    brotli(script).unlink()
    script.write_text(TEXT + "1", encoding="utf-8")
    compress_best(script.parent, ".js", cache=cache)
    assert unpacked(brotli(script)) == TEXT + "1"
    assert not kept.exists()


@pytest.mark.parametrize("kept", ["not packed at all", None], ids=["damaged", "another file's"])
def test_a_twin_that_holds_something_else_is_made_anew(script: Path, tmp_path: Path, kept: str | None) -> None:
    """What was kept under a file's hash is shipped only if it unpacks to that file."""
    cache = tmp_path / "cache"
    other = tmp_path / "other" / "other.js"
    other.parent.mkdir()
    other.write_text(TEXT.replace("const", "let  "), encoding="utf-8")
    compress(other.parent, ".js")
    cache.mkdir()
    place = cache / f"{hashlib.sha256(TEXT.encode()).hexdigest()}.br"
    place.write_bytes(brotli(other).read_bytes() if kept is None else kept.encode())
    compress_best(script.parent, ".js", cache=cache)
    assert unpacked(brotli(script)) == TEXT


def test_a_failure_is_reported(tmp_path: Path) -> None:
    """With what the script said."""
    with pytest.raises(ScriptFailed, match="ENOENT"):
        compress(tmp_path / "nowhere", ".js")
