"""What went into a job, as the form of its ability reads it (R38), and what it would take to send it again.

Refuses to know what any input means; pictures are known by their fields, by the names that the product uses, and by how
an address ends.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.core.abilities import PICTURES, Ability
from app.core.media import Media, media_of
from app.core.records import AbilityTask, Task
from app.core.refill import OMITTED

_LISTED = ("imageList", "image_list", "images")
_SINGLE = ("imageUrl", "image_url")
_ADDRESS = ("ossUrl", "oss_url", "url")
_ADDRESSES = ("http://", "https://", "/")


@dataclass(frozen=True, slots=True)
class Input:
    """One input: its name on the wire, its label where the ability declares one, and its JSON value."""

    name: str
    label: str
    value: object


def inputs_of(record: Task | AbilityTask, ability: Ability | None = None) -> list[Input]:
    """Return what went into a job, in the order of the form, then what the form does not ask for; without pictures."""
    given = _given(record)
    pictures = set(input_pictures(record, ability))
    labels = {one.name: one.label for one in ability.inputs} if ability is not None else {}
    order = [*(name for name in labels if name in given), *(name for name in given if name not in labels)]
    return [
        Input(name, labels.get(name) or name, given[name])
        for name in order
        if given[name] is not None and given[name] != OMITTED and not _is_picture(given[name], name, pictures)
    ]


def input_pictures(record: Task | AbilityTask, ability: Ability | None = None) -> list[str]:
    """Return the addresses of the pictures that went into a job, each once."""
    request = record.parameters if isinstance(record, Task) else record.request
    outer = request if isinstance(request, Mapping) else {}
    given = _given(record)
    declared = [one.name for one in ability.inputs if one.type in PICTURES] if ability is not None else []
    found: list[object] = [outer.get(name) for name in _SINGLE]
    for name in _LISTED:
        listed = outer.get(name)
        found += listed if isinstance(listed, list) else []
    found += [given.get(name) for name in declared]
    found += [value for value in given.values() if _looks_like_picture(value)]
    urls = (_address(item) for item in found)
    return list(dict.fromkeys(url for url in urls if url is not None))


def shown_at_once(pictures: Iterable[str], results: Iterable[str], page: str) -> frozenset[str]:
    """Return the pictures that may be loaded unasked: on the page's own host, or on one that results come from.

    An address that somebody gave leads anywhere, and the page's policy allows few hosts (docs/decisions/viewer.md).
    """
    hosts = {"", _host(page), *(_host(url) for url in results)}
    return frozenset(url for url in pictures if url.startswith("data:") or _host(url) in hosts)


def sent_body(record: AbilityTask) -> dict[str, object]:
    """Return the body of an ability task's submission, as far as the server has kept it."""
    request = record.request if isinstance(record.request, Mapping) else {}
    body: dict[str, object] = {} if record.ability_id is None else {"abilityId": record.ability_id}
    body.update({str(name): value for name, value in request.items() if not _empty(value)})
    return body


def _given(record: Task | AbilityTask) -> dict[str, object]:
    request = record.parameters if isinstance(record, Task) else record.request
    inner = request.get("inputs") if isinstance(record, AbilityTask) and isinstance(request, Mapping) else request
    return {str(name): value for name, value in inner.items()} if isinstance(inner, Mapping) else {}


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return None


def _is_picture(value: object, name: str, pictures: Iterable[str]) -> bool:
    return name in _LISTED or (isinstance(value, str) and value in pictures)


def _looks_like_picture(value: object) -> bool:
    return (
        isinstance(value, str)
        and value.startswith(_ADDRESSES)
        and len(value) < 4096
        and media_of(value, otherwise=Media.FILE) is Media.IMAGE
    )


def _address(item: object) -> str | None:
    if isinstance(item, Mapping):
        item = next((item[name] for name in _ADDRESS if item.get(name)), None)
    return item if isinstance(item, str) and item.strip() and item != OMITTED else None


def _empty(value: object) -> bool:
    """Return whether a value says nothing, or stands for data that was not kept, or for headers that are a secret."""
    if isinstance(value, Mapping) and value and all(inner == OMITTED for inner in value.values()):
        return True
    return value is None or value == OMITTED or value in ({}, [], "")
