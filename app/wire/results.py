"""The answer of an ability, in a ``resultPayload`` and as an invoke returns it."""

from pydantic import TypeAdapter

from app.core.abilities import Invocation
from app.core.records import Result
from app.core.status import parse_status
from app.wire.fields import Int, Opaque, OptionalId, Text, WireModel, read

URL_FIELDS = ("url", "ossUrl", "oss_url", "sourceUrl", "source_url", "storedUrl", "stored_url")


class ResultModel(WireModel):
    """An invoke answer."""

    ability_id: OptionalId = None
    provider: Text = None
    status: Text = None
    request_id: Text = None
    log_id: Int = None
    duration_ms: Int = None
    images: Opaque = None
    videos: Opaque = None
    texts: Opaque = None
    assets: Opaque = None
    metadata: Opaque = None
    raw: Opaque = None

    def result(self) -> Result:
        """Return pictures, videos, texts and the raw answer."""
        images = urls(self.images) or urls(self.assets)
        return Result(images, urls(self.videos), _texts(self.texts), self.raw)


_INVOCATION: TypeAdapter[ResultModel] = TypeAdapter(ResultModel)


def urls(value: object) -> tuple[str, ...]:
    """Return the addresses in a list of strings or of objects that have one; other items are ignored."""
    if not isinstance(value, list):
        return ()
    found: list[str] = []
    for item in value:
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, dict):
            address = next((item[name] for name in URL_FIELDS if isinstance(item.get(name), str)), None)
            if address:
                found.append(address)
    return tuple(found)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    found = []
    for item in value:
        text = item.get("text") or item.get("content") if isinstance(item, dict) else item
        if isinstance(text, str):
            found.append(text)
    return tuple(found)


def read_invocation(text: str) -> Invocation:
    """Return how a synchronous call of an ability ended."""
    model = read(_INVOCATION, text)
    word = model.status or ""
    result = model.result()
    return Invocation(
        ability_id=model.ability_id or "",
        status=parse_status(word),
        word=word,
        log_id=model.log_id,
        duration_ms=model.duration_ms,
        images=result.images,
        texts=result.texts,
        raw=model.raw,
    )
