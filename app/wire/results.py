"""The answer of an ability, as it stands in ``resultPayload`` and as an invoke returns it."""

from collections.abc import Iterator, Mapping

from app.core.media import Media, media_of
from app.core.records import Result
from app.wire.fields import Int, Opaque, OptionalId, Text, WireModel

URL_FIELDS = ("url", "ossUrl", "oss_url", "storedUrl", "stored_url", "sourceUrl", "source_url")
TYPE_FIELDS = ("contentType", "content_type", "mimeType", "mime_type", "type")


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
    audios: Opaque = None
    texts: Opaque = None
    assets: Opaque = None
    metadata: Opaque = None
    raw: Opaque = None

    def result(self) -> Result:
        """Return what was produced.

        ``assets`` are the same things once more where ``images`` or ``videos`` list them, so of each sort the first
        list that has any counts.
        """
        found: dict[Media, dict[str, None]] = {media: {} for media in Media}
        lists = ((self.images, Media.IMAGE), (self.videos, Media.VIDEO), (self.audios, Media.AUDIO))
        for value, otherwise in lists:
            for url, media in outputs(value, otherwise):
                found[media][url] = None
        listed = {media for media, urls in found.items() if urls}
        for url, media in outputs(self.assets, Media.IMAGE):
            if media not in listed:
                found[media][url] = None
        images, videos, audios, files = (tuple(found[media]) for media in Media)
        return Result(images, videos, _texts(self.texts), self.raw, audios, files)


def outputs(value: object, otherwise: Media) -> Iterator[tuple[str, Media]]:
    """Yield the addresses in a list of strings or of objects that hold one, with what each leads to.

    ``otherwise`` is what it is taken for where nothing shows it. Whatever else is in the list is passed over.
    """
    for item in value if isinstance(value, list) else ():
        if isinstance(item, str):
            if item.strip():
                yield item, media_of(item, None, otherwise)
        elif isinstance(item, Mapping):
            url = _first_text(item, URL_FIELDS)
            if url is not None:
                yield url, media_of(url, _first_text(item, TYPE_FIELDS), otherwise)


def _first_text(item: Mapping[object, object], names: tuple[str, ...]) -> str | None:
    return next((value for name in names if isinstance(value := item.get(name), str) and value.strip()), None)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    found = []
    for item in value:
        text = item.get("text") or item.get("content") if isinstance(item, dict) else item
        if isinstance(text, str):
            found.append(text)
    return tuple(found)
