"""All of static/vendor/, the runtime and the snapshot, held against what set-up recorded."""

from __future__ import annotations

from pathlib import Path

from tools import vendor
from tools.snapshot import build as snapshot


class ChangedAtRest(Exception):
    """Files are not what set-up made them; the message names them and says what to do."""


def require_whole(folder: Path = vendor.VENDOR) -> None:
    """Raise ChangedAtRest unless the folder holds what set-up put together, byte for byte, and nothing else."""
    wrong = vendor.differences(folder)
    wrong += [f"snapshot/{name}" for name in snapshot.differences(folder / "snapshot")]
    if wrong:
        raise ChangedAtRest(f"static/vendor/ is not as set-up made it ({', '.join(wrong)}): run `make setup`")
