"""``python -m tools.snapshot``: make the snapshot unless it is there; with ``--again``, make its memory once more."""

from __future__ import annotations

import argparse
import sys

from tools.snapshot import build
from tools.snapshot.inputs import build_id


def main() -> int:
    """Make the snapshot unless it is there; returns the exit status."""
    parser = argparse.ArgumentParser("python -m tools.snapshot", description=build.__doc__)
    parser.add_argument("--again", action="store_true", help="make the memory again, and fail if one byte is another")
    again = parser.parse_args().again
    wanted = build_id()
    try:
        if build.is_whole(wanted):
            print(f"podi: the snapshot {wanted[:16]} is there")
        else:
            build.make(wanted)
        if again and not build.is_repeatable():
            print("podi: the same inputs made other bytes", file=sys.stderr)
            return 1
    except build.SnapshotError as error:
        print(f"podi: {error}", file=sys.stderr)
        return 1
    if again:
        print("podi: the same inputs made the same bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
