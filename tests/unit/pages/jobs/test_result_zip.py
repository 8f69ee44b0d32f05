"""All results of a job as one file."""

from __future__ import annotations

from app.core.records import Result
from app.pages.jobs.result_zip import ResultZip
from app.ports import Action
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface
from testkit.world import MemoryZip

RESULT = Result(images=("/a/1.png", "javascript:alert(1)", "/b/1.png"), videos=("/v.mp4",))
BEGIN, CANCEL = Action("zip-results", {}, {}), Action("zip-cancel", {}, {})


def part() -> tuple[Scene, ResultZip, MemorySurface]:
    """Return the part of a job that has results."""
    scene, surface = Scene(), MemorySurface()
    zipped = ResultZip(quiet_context(scene.monitor, MemorySurface()), surface)
    zipped.show("job", RESULT)
    return scene, zipped, surface


def made(scene: Scene) -> list[MemoryZip]:
    """Return the zips that were begun."""
    return scene.world.late.adapters.zips


async def test_all_results_come_in_one_file() -> None:
    """R40: under names of their own; what may not be a link is left out, and nothing begins before the click."""
    scene, zipped, surface = part()
    assert ("Download all 3" in surface.markup, made(scene)) == (True, [])
    assert zipped.act(BEGIN)
    begun = made(scene)[0]
    assert (["1.png", "1 (2).png", "v.mp4"], "podi-job.zip") == ([one.name for one in begun.files], begun.name)
    begun.progress(2, 3)
    assert "2 of 3" in surface.markup
    assert surface.focused == "zip-button"
    begun.done(3)
    assert "3 files are in the zip." in surface.markup


async def test_what_cannot_be_had_is_named_and_the_rest_still_comes() -> None:
    """R40: with the reason; a second press while it runs begins no second zip."""
    scene, zipped, surface = part()
    zipped.act(BEGIN)
    zipped.act(BEGIN)
    begun = made(scene)[0]
    begun.failed("1.png", "404")
    begun.failed("v.mp4", "Failed to fetch")
    begun.done(1)
    for said in ("1.png: there is no such thing", "v.mp4: its server does not let", "1 file is in the zip."):
        assert said in surface.markup
    assert len(made(scene)) == 1
    begun.done(0)
    assert "None of the files" in surface.markup


async def test_it_can_be_cancelled() -> None:
    """R40: by the button, by leaving the page, and where the job has other results by now."""
    scene, zipped, surface = part()
    zipped.act(BEGIN)
    assert zipped.act(CANCEL)
    assert (True, "Download all 3" in surface.markup) == (made(scene)[0].closed, True)
    zipped.act(BEGIN)
    zipped.show("job", RESULT)
    assert not made(scene)[1].closed
    zipped.show("job", Result(images=("/c.png",)))
    assert (True, "") == (made(scene)[1].closed, surface.markup)
    assert not zipped.act(Action("refresh", {}, {}))
    zipped.close()
