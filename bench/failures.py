"""What ends a measurement with one line on the terminal."""

import sys
from collections.abc import Callable


class BenchFailure(Exception):
    """The measurement cannot go on; the message says why and what to do about it."""


def exit_status(measure: Callable[[], None]) -> int:
    """Measure, and return the exit status."""
    try:
        measure()
    except BenchFailure as failure:
        sys.stderr.write(f"podi: {failure}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0
