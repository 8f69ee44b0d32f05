"""What sort of thing an address leads to, as far as its type or its ending shows, without asking for it."""

from enum import StrEnum
from urllib.parse import urlsplit


class Media(StrEnum):
    """How a result is shown: as a picture, played in place, or as a link."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"


_ENDINGS = {
    Media.IMAGE: ("apng", "avif", "bmp", "gif", "heic", "jpeg", "jpg", "png", "svg", "tif", "tiff", "webp"),
    Media.VIDEO: ("avi", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "ogv", "webm"),
    Media.AUDIO: ("aac", "flac", "m4a", "mp3", "oga", "ogg", "opus", "wav"),
    Media.FILE: ("csv", "fbx", "glb", "gltf", "json", "obj", "pdf", "psd", "safetensors", "stl", "txt", "zip"),
}
_BY_ENDING = {ending: media for media, endings in _ENDINGS.items() for ending in endings}


def media_of(url: str, kind: str | None = None, otherwise: Media = Media.IMAGE) -> Media:
    """Return what an address leads to.

    ``kind`` is what its sender says, a MIME type or one word of it (``video/mp4``, ``video``), and goes before the
    address's ending. ``otherwise`` is returned where neither shows it.
    """
    said = (kind or "").strip().lower()
    for media in (Media.IMAGE, Media.VIDEO, Media.AUDIO):
        if said == media.value or said.startswith(f"{media.value}/"):
            return media
    if said.startswith(("application/", "text/", "model/")) and said != "application/octet-stream":
        return Media.FILE
    if url.startswith("data:"):
        return media_of("", url[5:].partition(",")[0].partition(";")[0], otherwise)
    try:
        path = urlsplit(url).path
    except ValueError:
        return otherwise
    return _BY_ENDING.get(path.rpartition(".")[2].lower(), otherwise)
