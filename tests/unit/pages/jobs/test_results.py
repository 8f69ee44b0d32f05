"""Results at work: a few pictures at a time, and nothing drawn again that has not changed."""

from __future__ import annotations

from app.core.records import Result
from app.pages.jobs.results import Results
from app.ports import Action
from testkit.plain_formats import plain_texts
from testkit.surface import MemorySurface

PICTURES = tuple(f"/{number}.png" for number in range(60))


def opened() -> tuple[MemorySurface, Results]:
    """Return the results of a page and its surface."""
    surface = MemorySurface()
    return surface, Results(surface, plain_texts("en"))


def test_more_pictures_come_by_the_button_alone() -> None:
    """R27: each press shows the next ones; other actions are not of the results."""
    surface, results = opened()
    results.show("koi", Result(images=PICTURES))
    assert surface.regions["pictures"].markup.count("<img") == 24
    assert not results.act(Action("refresh", {}, {}))
    assert results.act(Action("more-pictures", {}, {}))
    results.show("koi", Result(images=PICTURES))
    assert surface.regions["pictures"].markup.count("<img") == 48


def test_what_has_not_changed_is_not_drawn_again() -> None:
    """A picture that is shown is not loaded again with every update of its job."""
    surface, results = opened()
    results.show("koi", Result(images=PICTURES[:1], texts=("a text",)))
    for region in surface.regions.values():
        region.markup = "untouched"
    results.show("koi", Result(images=PICTURES[:1], texts=("a text",)))
    assert {region.markup for region in surface.regions.values()} == {"untouched"}
    results.show("koi", Result(images=PICTURES[:2], texts=("a text",)))
    assert surface.regions["pictures"].markup.count("<img") == 2


def test_everything_that_was_made_is_shown() -> None:
    """R27, report 16: videos and sounds play in place, files are links."""
    surface, results = opened()
    results.show("koi", Result(videos=("/a.mp4",), audios=("/b.mp3",), files=("/c.pdf",)))
    markup = surface.regions["videos"].markup
    assert '<video src="/a.mp4" controls preload="none"' in markup
    assert '<audio src="/b.mp3" controls preload="none"' in markup
    assert '<a href="/c.pdf"' in markup


def test_a_picture_that_cannot_be_loaded_says_why() -> None:
    """R27, report 17: in its own place, in the region where it stands."""
    surface, results = opened()
    results.show("koi", Result(images=PICTURES[:2], videos=("/a.mp4",)))
    failed = {"part": "picture-2", "reason": "404", "url": "https://img.example/1.png"}
    assert results.act(Action("media-failed", failed, {}))
    values = surface.regions["pictures"].values
    assert ("", None) == (values["picture-2@hidden"], values["picture-2-broken@hidden"])
    assert "no longer on its server (HTTP 404)" in str(values["picture-2-broken"])
    results.act(Action("media-failed", failed | {"part": "video-1", "reason": "unknown"}, {}))
    assert "img.example cannot be reached" in str(surface.regions["videos"].values["video-1-broken"])
