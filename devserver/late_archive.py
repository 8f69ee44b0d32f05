"""The late part of a checkout, which has no file for it: made of the sources, and again once one of them changes."""

from pathlib import Path

from tools import late_archive, page_files

SOURCES = ((".", page_files.SETTINGS), ("app", "**/*.py"), (page_files.LATE_FOLDER, "**/*.*"))


class LateArchive:
    """The archive of one checkout. It seldom changes."""

    def __init__(self, root: Path) -> None:
        self._root = root
        # The files that it was made of, with their times and sizes, and the archive.
        self._made: tuple[list[tuple[Path, int, int]], bytes] | None = None

    def read(self) -> bytes:
        """Return the archive: an edit has to show on the next load."""
        files = sorted(path for folder, pattern in SOURCES for path in (self._root / folder).glob(pattern))
        state = [(path, stat.st_mtime_ns, stat.st_size) for path in files for stat in (path.stat(),)]
        if self._made is None or self._made[0] != state:
            self._made = state, late_archive.read(self._root)
        return self._made[1]
