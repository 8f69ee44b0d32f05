"""What a call produced, as its log record says: stored at the shop, else its assets, else its response (R49)."""

from app.core.logs import LogRecord
from app.core.media import Media, media_of
from app.core.records import Result
from app.wire.fields import MalformedAnswer
from app.wire.results import ResultModel, outputs

_NONE = Result()


def results_of(record: LogRecord) -> Result:
    """Return what a record shows: of the three places that may say it, the first that does."""
    if record.stored_url:
        return _sorted_out([(record.stored_url, media_of(record.stored_url))])
    assets = list(outputs(record.assets, Media.IMAGE))
    if assets:
        return _sorted_out(assets)
    if not isinstance(record.response, dict):
        return _NONE
    try:
        return ResultModel.model_validate(record.response).result()
    except (ValueError, MalformedAnswer, RecursionError):
        return _NONE


def _sorted_out(found: list[tuple[str, Media]]) -> Result:
    by_sort: dict[Media, dict[str, None]] = {media: {} for media in Media}
    for url, media in found:
        by_sort[media][url] = None
    images, videos, audios, files = (tuple(by_sort[media]) for media in Media)
    return Result(images=images, videos=videos, audios=audios, files=files)
