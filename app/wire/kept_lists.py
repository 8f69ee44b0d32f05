"""The lists of the last visit as text for the store. ``static/shell.js`` reads the same text before Python runs."""

from collections.abc import Mapping
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

# Characters; the shell parses it before the first frame. The shell has the same limit.
LARGEST = 100_000
# Seconds; no session is renewed for longer than that, and so nobody is signed in who could see older lists.
# The shell has the same limit (security 22).
OLDEST_S = 7 * 86400.0
# Seconds by which the clock of the device may have been put back since.
AHEAD_S = 86400.0


class KeptLists(BaseModel):
    """The values of the rows by job id and those of the queue panel, with their user, language and time.

    ``asks`` are the paths of the reads that the next visit starts before Python runs (``static/requests.mjs``). It
    compares with the last three (R45): the moment of leaving by the server's clock, the jobs that had not ended then,
    and what the user had, frozen points too.
    """

    model_config = ConfigDict(frozen=True)

    user: str
    language: str
    at: float
    asks: tuple[str, ...] = ()
    tasks: Mapping[str, Mapping[str, str | None]] = {}
    ability_tasks: Mapping[str, Mapping[str, str | None]] = {}
    queue: Mapping[str, str | None] | None = None
    left_at: float | None = None
    active: tuple[str, ...] = ()
    owned: Decimal | None = None


_LISTS: TypeAdapter[KeptLists] = TypeAdapter(KeptLists)


def keep_lists(lists: KeptLists) -> str | None:
    """Return the text to keep; ``None`` if it is too large."""
    text = lists.model_dump_json()
    return text if len(text) <= LARGEST else None


def read_lists(text: str | None, now: float) -> KeptLists | None:
    """Return the lists in a text; ``None`` if it cannot be read, or is too old at ``now`` (epoch seconds)."""
    if text is None or len(text) > LARGEST:
        return None
    try:
        lists = _LISTS.validate_json(text)
    except ValidationError:
        return None
    return lists if -AHEAD_S <= now - lists.at <= OLDEST_S else None
