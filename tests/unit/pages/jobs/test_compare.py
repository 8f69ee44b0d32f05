"""Two jobs compared, live while one of them runs."""

from __future__ import annotations

from urllib.parse import urljoin

from app.pages.jobs.compare import ComparePage
from app.pages.route import CompareRoute
from app.ports import Response
from testkit.page_context import AddressLog, quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface
from testkit.world import MemoryViewer


class Opened:
    """The page that compares two jobs."""

    def __init__(self, scene: Scene, first: str | None = None, second: str | None = None) -> None:
        self.scene = scene
        self.surface = MemorySurface()
        self.address = AddressLog()
        self.page = ComparePage(
            quiet_context(scene.monitor, self.surface, address=self.address), CompareRoute(first, second)
        )

    def region(self, slot: str) -> str:
        """What a region shows."""
        return self.surface.region(slot).markup

    async def leave(self) -> None:
        """Close the page and the scene."""
        self.page.close()
        await self.scene.leave()


async def two_jobs() -> tuple[Scene, str, str]:
    """Return a scene with an ended ability task and one that runs, which differ in their prompt."""
    scene = await Scene(disable_ws=True).begin()
    first, second = (
        scene.backend.submit_ability_task("x", {"inputs": {"prompt": prompt}})["id"] for prompt in ("koi", "carp")
    )
    for job in (first, second):
        scene.backend.move_ability_task(job, "running")
    await scene.run(10)
    scene.backend.move_ability_task(first, "succeeded")
    scene.monitor.refresh()
    await scene.run(2)
    return scene, first, second


async def test_inputs_and_numbers_stand_side_by_side() -> None:
    """R42: what differs, by its path, and durations with the difference."""
    scene, first, second = await two_jobs()
    page = Opened(scene, first, second)
    assert ("ready", None, "") == (
        page.surface.values["page@data-state"],
        page.surface.values["both@hidden"],
        page.surface.values["choose@hidden"],
    )
    table = page.region("differences")
    assert ("inputs.prompt" in table, "koi" in table, "carp" in table, "abilityId" in table) == (
        True,
        True,
        True,
        False,
    )
    assert "Ran" in page.region("numbers")
    await page.leave()


async def test_the_numbers_go_on_while_one_of_them_runs() -> None:
    """R42: live, until it ends and its picture is there."""
    scene, first, second = await two_jobs()
    page = Opened(scene, first, second)
    before = page.region("numbers")
    await scene.run(30)
    page.page.tick(0.0)
    assert before != page.region("numbers")
    assert ("view-both@hidden", "") in page.surface.values.items()
    scene.backend.move_ability_task(second, "succeeded")
    scene.monitor.refresh()
    await scene.run(3)
    assert None is page.surface.values["view-both@hidden"]
    page.surface.act("view-both")
    viewer = scene.world.ports.late.adapters.viewer()
    assert isinstance(viewer, MemoryViewer)
    assert (True, True) == (second in viewer.pictures[0].url, first in str(viewer.pictures[0].before))
    await page.leave()


async def test_a_and_b_are_swapped_in_the_address_too() -> None:
    """R42: what is shared is what is seen."""
    scene, first, second = await two_jobs()
    page = Opened(scene, first, second)
    page.surface.act("swap")
    assert f"/compare?a={second}&b={first}" == page.address.route
    assert f"#/tasks/{second}" == page.surface.values["first-name@href"]
    await page.leave()


async def test_the_other_job_is_chosen_from_a_list() -> None:
    """R42: of the same kind, and never the job itself."""
    scene, first, second = await two_jobs()
    scene.backend.submit_task()
    scene.monitor.refresh()
    await scene.run(2)
    page = Opened(scene, first)
    choices = page.surface.lists["choices"]
    assert [second] == choices.order
    assert f"#/compare?a={first}&b={second}" == choices.shown[second]["name@href"]
    await page.leave()


async def test_a_job_in_neither_list_is_read_and_one_that_is_gone_is_said() -> None:
    """R42, R13: a failing server is asked again; an unknown id leaves a choice."""
    scene, first, _ = await two_jobs()
    scene.backend.fail("GET /api/ability-tasks/gone", Response(503, {}, ""), 1)
    page = Opened(scene, first, "gone")
    await scene.run(0.3)
    assert "error" == page.surface.values["page@data-state"]
    await scene.run(30)
    assert ("missing", None) == (page.surface.values["page@data-state"], page.surface.values["choose@hidden"])
    await page.leave()


async def test_a_picture_that_cannot_be_loaded_says_why() -> None:
    """R40, R42: in its place, through every later change; a refresh tries again."""
    scene, first, second = await two_jobs()
    page = Opened(scene, first, second)
    url = str(page.surface.values["first-picture@src"])
    assert ("", None) == (
        page.surface.values["first-picture-broken@hidden"],
        page.surface.values["first-picture@hidden"],
    )
    page.surface.act("media-failed", part="first-picture", reason="404", url=urljoin(page.address.base, url))
    await scene.run(2)
    page.page.tick(0.0)
    assert (None, "") == (
        page.surface.values["first-picture-broken@hidden"],
        page.surface.values["first-picture@hidden"],
    )
    assert "404" in str(page.surface.values["first-picture-broken"])
    page.surface.act("refresh")
    page.page.tick(0.0)
    assert None is page.surface.values["first-picture@hidden"]
    await page.leave()
