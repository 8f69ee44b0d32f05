"""Whose the data is: the folder, and the files in it."""

from __future__ import annotations

import stat
from contextlib import closing
from pathlib import Path

from devserver.datadir import DataDirectory
from tests.host.conftest import START


def mode(path: Path) -> int:
    """The permission bits of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def modes(folder: Path) -> dict[str, int]:
    """Those of all files in a folder."""
    return {file.name: mode(file) for file in folder.iterdir()}


def test_a_folder_that_others_could_read(start: START, tmp_path: Path) -> None:
    """A folder that was there before, and the files of an earlier run, become the owner's alone (23)."""
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    start("--history", 0).close()
    assert mode(data) == 0o700
    for file in (data, *data.iterdir()):
        file.chmod(0o777 if file.is_dir() else 0o664)
    running = start("--history", 0)
    running.login()
    assert mode(data) == 0o700
    assert {name: bits for name, bits in modes(data).items() if bits != 0o600} == {}
    assert {"podi.sqlite3", "secret", "lock"} <= set(modes(data))


def test_a_folder_with_other_things_in_it(tmp_path: Path) -> None:
    """A folder that is used for something else keeps its mode, and so do the other things; our files do not."""
    tmp_path.chmod(0o755)
    other, ours = tmp_path / "notes.txt", tmp_path / "podi.sqlite3"
    for file in (other, ours):
        file.touch()
        file.chmod(0o644)
    with closing(DataDirectory.hold(tmp_path)):
        assert (mode(tmp_path), mode(other), mode(ours)) == (0o755, 0o644, 0o600)
