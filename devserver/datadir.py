"""The data directory: who holds it, and the signing secret in it.

Only one host may use a directory at a time, because the simulator's queues live in memory: a second one would run every
job again. The lock is the operating system's, so it goes with the process however that ends.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import stat
from pathlib import Path
from typing import Self

from devserver.failures import DataFailure

SECRET_NAME = "secret"
SECRET_BYTES = 32
LOCK_NAME = "lock"
OWN_FILES = re.compile(rf"{SECRET_NAME}|{LOCK_NAME}|checkpoints|podi\.sqlite3(-wal|-shm)?")
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keep_files_private() -> None:
    """Let every file that this process makes from now on be its owner's alone, whoever makes it."""
    os.umask(OTHERS)


def _close_to_others(path: Path) -> None:
    """Take the rights of others to what is ours; to the folder too, unless it holds what is not. Raises ``OSError``."""
    inside = list(path.iterdir())
    ours = [file for file in inside if OWN_FILES.fullmatch(file.name)]
    # A folder with other things in it is somebody's for another purpose, such as /tmp.
    for each in ours if len(ours) < len(inside) else [path, *ours]:
        mode = stat.S_IMODE(each.stat().st_mode)
        if mode & OTHERS and not each.is_symlink():
            each.chmod(mode & ~OTHERS)


class DataDirectory:
    """A directory held by this process. ``close()`` may be called any number of times."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock: int | None = lock

    @classmethod
    def hold(cls, path: Path) -> Self:
        """Make the directory if need be and take its lock; raises ``DataFailure`` if another host has it."""
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            _close_to_others(path)
            lock = os.open(path / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DataFailure(
                f"{path} cannot be used for data ({error.strerror}): choose another directory with --data"
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(lock)
            raise DataFailure(
                f"{path} is in use by another running host: stop that one, or choose another directory with --data"
            ) from error
        return cls(path, lock)

    def secret(self) -> bytes:
        """The key that signs tokens: random, made once, readable by the owner alone."""
        file = self.path / SECRET_NAME
        try:
            stored = bytes.fromhex(file.read_text("ascii").strip())
        except FileNotFoundError:
            stored = b""
        except ValueError as error:
            raise DataFailure(f"{file} is damaged: remove it and start again (everyone signs in anew)") from error
        if len(stored) >= SECRET_BYTES:
            return stored
        made = secrets.token_bytes(SECRET_BYTES)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(made.hex())
        return made

    def close(self) -> None:
        """Let others have the directory."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
