"""The lists as they were last seen, as text that is kept between visits. ``static/shell.js`` reads the same text."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

LARGEST = 100_000


class KeptLists(BaseModel):
    """What both lists showed: the rows' texts by id, the queue panel's, whose they are, in which language, and when.

    ``asks`` are the addresses that the next visit will ask for first.
    """

    model_config = ConfigDict(frozen=True)

    user: str
    language: str
    at: float
    asks: tuple[str, ...] = ()
    tasks: Mapping[str, Mapping[str, str | None]] = {}
    ability_tasks: Mapping[str, Mapping[str, str | None]] = {}
    queue: Mapping[str, str | None] | None = None


_LISTS: TypeAdapter[KeptLists] = TypeAdapter(KeptLists)


def keep_lists(lists: KeptLists) -> str | None:
    """Return the text to keep; nothing if it would be large."""
    text = lists.model_dump_json()
    return text if len(text) <= LARGEST else None


def read_lists(text: str | None) -> KeptLists | None:
    """Return what a text holds; nothing if it cannot be read."""
    if text is None or len(text) > LARGEST:
        return None
    try:
        return _LISTS.validate_json(text)
    except ValidationError:
        return None
