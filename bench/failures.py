"""What ends a measurement with one line on the terminal."""


class BenchFailure(Exception):
    """The measurement cannot go on; the message says why and what to do about it."""
