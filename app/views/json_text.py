"""JSON values as indented text, cut where writing them would freeze the page."""

import json
from itertools import islice

# Characters that are shown at first.
SHOWN = 20_000
# A bound on the encoder's steps: many of its pieces are empty or a bracket.
PIECES = 40_000


def json_text(value: object, limit: int = SHOWN) -> tuple[str, bool]:
    """Return a value as indented JSON of about ``limit`` characters at most, and whether it was cut.

    The encoder is stopped at the limit, so that a value of any size costs no more than what is shown.
    """
    pieces: list[str] = []
    length = 0
    encoder = json.JSONEncoder(ensure_ascii=False, indent=2, default=str)
    try:
        for piece in islice(encoder.iterencode(_cut(value, limit)), PIECES + limit):
            pieces.append(piece)
            length += len(piece)
            if length > limit:
                return "".join(pieces)[:limit], True
    except (RecursionError, ValueError):
        return "".join(pieces)[:limit], True
    return "".join(pieces), False


def whole_json_text(value: object) -> str | None:
    """Return all of a value as indented JSON; ``None`` if it is nested too deeply to be written."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=2, default=str)
    except (RecursionError, ValueError):
        return None


def _cut(value: object, limit: int) -> object:
    """Return a long text shortened before it is encoded at all; everything else as it is."""
    return value[: limit + 1] if isinstance(value, str) else value
