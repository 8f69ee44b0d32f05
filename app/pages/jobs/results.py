"""The results of a job or a call at work: pictures, a few at a time, videos and texts."""

from collections.abc import Sequence

from app.ports import Action, Surface
from app.views.jobs.results import PICTURES_AT_ONCE, pictures_markup, result_texts_markup, videos_markup
from app.views.texts import Texts


class Results:
    """The regions ``pictures``, ``videos`` and ``written`` of one surface."""

    def __init__(self, surface: Surface, texts: Texts) -> None:
        self._texts = texts
        self._pictures = surface.region("pictures")
        self._videos = surface.region("videos")
        self._written = surface.region("written")
        # How many pictures may be shown; it grows with each "more" and stays when other results come.
        self._limit = PICTURES_AT_ONCE
        # What the regions show: drawn anew, a picture would be loaded anew, so that it happens only on a change.
        self._shown: tuple[object, ...] = ()

    def act(self, action: Action) -> bool:
        """Take an action, if it is one of the results'; the caller then shows them again."""
        if action.name != "more-pictures":
            return False
        self._limit += PICTURES_AT_ONCE
        return True

    def show(self, name: str, pictures: Sequence[str], texts: Sequence[str], videos: Sequence[str] = ()) -> None:
        """Show the results of what is called ``name``."""
        shown = (name, tuple(pictures), tuple(texts), tuple(videos), self._limit)
        if shown == self._shown:
            return
        self._shown = shown
        self._pictures.show(pictures_markup(self._texts, pictures, shown=self._limit, name=name))
        self._written.show(result_texts_markup(self._texts, texts))
        self._videos.show(videos_markup(self._texts, videos))
