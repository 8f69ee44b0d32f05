"""The button that asks to run again what a filter leaves."""

from __future__ import annotations

from app.core.bulk import MOST, RunAgainAsked
from app.pages.jobs.bulk_offer import BulkOffer
from app.ports import Action
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface


class Offer:
    """The button over jobs that a test names."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.asked = scene.events(RunAgainAsked)
        self.surface = MemorySurface()
        self.found: list[str] = []
        self.offer = BulkOffer(quiet_context(scene.monitor, self.surface), self.surface, lambda: self.found)

    def show(self, found: list[str]) -> str:
        """Return what stands there while these jobs are found."""
        self.found = found
        self.offer.show()
        return self.surface.markup


async def offered(ended: int, running: int = 0) -> tuple[Offer, list[str], list[str]]:
    """Return the button beside so many ended tasks and running ones."""
    scene = Scene()
    jobs = [scene.backend.submit_task(20) for _ in range(ended + running)]
    for job in jobs[:ended]:
        scene.backend.move_task(job, "failed", 10)
    await scene.begin(3)
    return Offer(scene), jobs[:ended], jobs[ended:]


async def test_ended_jobs_alone_are_offered() -> None:
    """R41: of what a filter leaves, and nothing while none is on or nothing of it has ended."""
    offer, ended, running = await offered(3, 1)
    assert "" == offer.surface.markup
    assert "Run these 3 again" in offer.show([*ended, *running, "gone"])
    assert "" == offer.show(running)
    assert "" == offer.show([])
    await offer.scene.leave()


async def test_the_question_is_about_all_that_have_ended() -> None:
    """R41: those that cannot be run again too, so that they are named."""
    offer, ended, running = await offered(2, 1)
    calls = offer.scene.backend
    lost = str(calls.submit_ability_task("x", {"imageBase64": "[omitted]"})["id"])
    calls.move_ability_task(lost, "failed")
    await offer.scene.run(5)
    assert "Run these 2 again" in offer.show([*ended, *running, lost])
    assert offer.offer.act(Action("run-these-again", {}, {}))
    assert [{*ended, lost}] == [{*asked.job_ids} for asked in offer.asked]
    assert not offer.offer.act(Action("views", {}, {}))
    await offer.scene.leave()


async def test_no_more_are_counted_than_can_be_run_at_once() -> None:
    """R41: the button says at most fifty, and is drawn anew only when its number changes."""
    offer, ended, _ = await offered(MOST + 2)
    assert f"Run these {MOST} again" in offer.show(ended)
    offer.surface.markup = "the keyboard is here"
    assert "the keyboard is here" == offer.show(ended[:-1])
    assert "Run these 3 again" in offer.show(ended[:3])
    await offer.scene.leave()
