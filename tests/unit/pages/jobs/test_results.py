"""Results at work: a few pictures at a time, and nothing drawn again that has not changed."""

from __future__ import annotations

from app.pages.jobs.results import Results
from app.ports import Action
from testkit.plain_formats import plain_texts
from testkit.surface import MemorySurface

PICTURES = [f"/{number}.png" for number in range(60)]


def opened() -> tuple[MemorySurface, Results]:
    """Return the results of a page and its surface."""
    surface = MemorySurface()
    return surface, Results(surface, plain_texts("en"))


def test_more_pictures_come_by_the_button_alone() -> None:
    """R27: each press shows the next ones; other actions are not of the results."""
    surface, results = opened()
    results.show("koi", PICTURES, ())
    assert surface.regions["pictures"].markup.count("<img") == 24
    assert not results.act(Action("refresh", {}, {}))
    assert results.act(Action("more-pictures", {}, {}))
    results.show("koi", PICTURES, ())
    assert surface.regions["pictures"].markup.count("<img") == 48


def test_what_has_not_changed_is_not_drawn_again() -> None:
    """A picture that is shown is not loaded again with every update of its job."""
    surface, results = opened()
    results.show("koi", PICTURES[:1], ("a text",))
    for region in surface.regions.values():
        region.markup = "untouched"
    results.show("koi", PICTURES[:1], ("a text",))
    assert {region.markup for region in surface.regions.values()} == {"untouched"}
    results.show("koi", PICTURES[:2], ("a text",))
    assert surface.regions["pictures"].markup.count("<img") == 2


def test_videos_are_shown_on_both_pages() -> None:
    """What a synchronous call made is shown like what a task made (report 16)."""
    surface, results = opened()
    results.show("koi", (), (), ("https://example.org/a.mp4",))
    assert "https://example.org/a.mp4" in surface.regions["videos"].markup
