"""The results of a job or a call at work: pictures, a few at a time, videos, sounds, files and texts."""

from app.core.media import Media
from app.core.records import Result
from app.ports import Action, Surface
from app.views.jobs.results import (
    PICTURES_AT_ONCE,
    broken_values,
    media_markup,
    pictures_markup,
    result_texts_markup,
)
from app.views.texts import Texts


class Results:
    """The regions ``pictures``, ``videos`` (what plays, and files) and ``written`` of one surface."""

    def __init__(self, surface: Surface, texts: Texts, *, viewer: bool = False) -> None:
        self._texts = texts
        # Whether a picture opens the viewer (the action ``view-picture``) instead of its address.
        self._viewer = viewer
        self._pictures = surface.region("pictures")
        self._media = surface.region("videos")
        self._written = surface.region("written")
        # How many pictures may be shown; it grows with each "more" and stays when other results come.
        self._limit = PICTURES_AT_ONCE
        # What the regions show: drawn anew, a picture would be loaded anew, so that it happens only on a change.
        self._shown: tuple[object, ...] = ()

    def act(self, action: Action) -> bool:
        """Take an action, if it is one of the results'; the caller then shows them again."""
        match action.name:
            case "more-pictures":
                self._limit += PICTURES_AT_ONCE
            case "media-failed":
                part = action.data.get("part", "")
                region = self._pictures if part.startswith("picture-") else self._media
                region.bind(broken_values(self._texts, part, action.data.get("reason", ""), action.data.get("url", "")))
            case _:
                return False
        return True

    def show(self, name: str, result: Result) -> None:
        """Show the result of what is called ``name``."""
        shown = (name, result.images, result.videos, result.audios, result.files, result.texts, self._limit)
        if shown == self._shown:
            return
        self._shown = shown
        texts = self._texts
        self._pictures.show(pictures_markup(texts, result.images, shown=self._limit, name=name, viewer=self._viewer))
        self._written.show(result_texts_markup(texts, result.texts))
        lists = ((Media.VIDEO, result.videos), (Media.AUDIO, result.audios), (Media.FILE, result.files))
        self._media.show("".join(media_markup(texts, media, urls) for media, urls in lists))
