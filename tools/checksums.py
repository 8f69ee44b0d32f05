"""What the files of a folder were when it was made, held against what they are now. Standard library only.

A folder's own record names each of its files with the file's SHA-256. It finds what changed by accident, and what was
slipped in beside the record; whoever can write the record too is not stopped by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path


def of_file(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def of_folder(folder: Path, *, without: frozenset[str] = frozenset()) -> dict[str, str]:
    """The SHA-256 of every file below a folder, by its path there; without these names directly below the folder."""
    files = {file.relative_to(folder): file for file in sorted(folder.rglob("*")) if file.is_file()}
    return {path.as_posix(): of_file(file) for path, file in files.items() if path.parts[0] not in without}


def differences(recorded: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """The paths of files that are missing, that have other bytes, or that nobody recorded; in order."""
    return sorted(path for path in recorded.keys() | found.keys() if recorded.get(path) != found.get(path))
