"""Which pictures the viewer shows for a job."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.core.records import AbilityTask, Result
from app.core.status import Status
from app.pages.jobs.pictures import PictureDialog
from testkit.page_context import quiet_context
from testkit.samples import NASTY_URL, ability_task
from testkit.scene import Scene
from testkit.surface import MemorySurface
from testkit.world import MemoryViewer


def made(name: str, *images: str, given: str | None = None) -> AbilityTask:
    """Return a job that was given a picture and made some."""
    request = None if given is None else {"imageUrl": given}
    return ability_task(Status.SUCCEEDED, ability_name=name, result=Result(images=images), request=request)


@pytest.fixture
async def dialog() -> AsyncIterator[tuple[PictureDialog, MemoryViewer]]:
    """The dialog of a page, and the viewer behind it."""
    scene = await Scene().begin()
    yield PictureDialog(quiet_context(scene.monitor, MemorySurface())), scene.world.late.adapters.pictures
    await scene.leave()


async def test_the_results_of_the_next_job_come_after_those_of_the_first(
    dialog: tuple[PictureDialog, MemoryViewer],
) -> None:
    """R40: it opens on the one that was pressed; each knows its job and what it was made of."""
    opened, viewer = dialog
    opened.show_results([made("koi", "/1.png", "/2.png", given="/in.png"), made("crane", "/3.png")], 1)
    assert 1 == viewer.first
    assert [("/1.png", "koi", "/in.png"), ("/2.png", "koi", "/in.png"), ("/3.png", "crane", None)] == [
        (picture.url, picture.group, picture.before) for picture in viewer.pictures
    ]


async def test_an_address_that_is_none_is_left_out(dialog: tuple[PictureDialog, MemoryViewer]) -> None:
    """R40: and the one that was pressed is still the one that opens."""
    opened, viewer = dialog
    opened.show_results([made("koi", NASTY_URL, "/2.png", given=NASTY_URL)], 1)
    assert (0, ["/2.png"], [None]) == (
        viewer.first,
        [picture.url for picture in viewer.pictures],
        [picture.before for picture in viewer.pictures],
    )


async def test_a_job_without_pictures_opens_nothing(dialog: tuple[PictureDialog, MemoryViewer]) -> None:
    """R40: there is nothing to look at."""
    opened, viewer = dialog
    opened.show_results([made("koi")], 0)
    opened.show_pair(made("koi"), made("crane", "/3.png"))
    opened.show_inputs(made("koi"), [], 0)
    assert None is viewer.first


async def test_two_jobs_lie_under_one_slider(dialog: tuple[PictureDialog, MemoryViewer]) -> None:
    """R42: the first picture of each."""
    opened, viewer = dialog
    opened.show_pair(made("koi", "/1.png", "/2.png"), made("crane", "/3.png"))
    assert [("/1.png", "/3.png")] == [(picture.url, picture.before) for picture in viewer.pictures]


async def test_pictures_that_went_in_open_likewise(dialog: tuple[PictureDialog, MemoryViewer]) -> None:
    """R38: on the one that was pressed, each with a label of its own; closing closes the viewer."""
    opened, viewer = dialog
    opened.show_inputs(made("koi"), ["/a.png", "/b.png"], 1)
    assert (1, 2) == (viewer.first, len({picture.label for picture in viewer.pictures}))
    opened.close()
    assert None is viewer.first
