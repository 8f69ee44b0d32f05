"""The strip of many jobs that are run again, with the run behind it."""

from __future__ import annotations

from app.core.bulk import MOST, RunAgainAsked
from app.pages.shell.bulk_strip import BulkStrip
from app.ports import Action, Response
from testkit.plain_formats import plain_texts
from testkit.scene import Scene
from testkit.surface import MemorySurface

SUBMIT = "/api/tasks/v1/submit"
CALL = "/api/ability-tasks"
FULL = Response(429, {"retry-after": "5"}, '{"detail": "ERR|Q1001|COMFYUI_QUEUE_FULL(limit=10, current=10)"}')
WHOLE = {"imageBase64": None, "imageUrl": "/koi.png"}


async def opened(tasks: int = 0, calls: int = 0) -> tuple[Scene, MemorySurface, BulkStrip, list[str]]:
    """Return the strip beside so many ended jobs."""
    scene = Scene()
    jobs = [scene.backend.submit_task(20) for _ in range(tasks)]
    jobs += [str(scene.backend.submit_ability_task("x", WHOLE)["id"]) for _ in range(calls)]
    for job in jobs:
        if job in scene.backend.tasks:
            scene.backend.move_task(job, "failed", 10)
        else:
            scene.backend.move_ability_task(job, "succeeded")
    await scene.begin(3)
    surface = MemorySurface()
    strip = BulkStrip(scene.monitor, plain_texts("en"), surface, MemorySurface())
    scene.monitor.bus.publish(RunAgainAsked(tuple(jobs)))
    await scene.run(1)
    return scene, surface, strip, jobs


def sent(scene: Scene, path: str) -> int:
    """Return how many POSTs went to a path."""
    return sum(method == "POST" and asked.startswith(path) for _, method, asked in scene.world.http.requests)


async def test_nothing_is_sent_before_somebody_said_so() -> None:
    """R41: the question says how many and what it cost last; then each is sent once, however often it is pressed."""
    scene, surface, strip, _ = await opened(tasks=2, calls=2)
    assert "Run these 4 jobs again?" in surface.markup
    assert "As last paid: 60 points." == surface.values["bulk-price"]
    assert (0, 0) == (sent(scene, SUBMIT), sent(scene, CALL))
    strip.act(Action("bulk-begin", {}, {}))
    strip.act(Action("bulk-begin", {}, {}))
    await scene.run(5)
    assert (2, 2) == (sent(scene, SUBMIT), sent(scene, CALL))
    assert "4 of 4 submitted." == surface.values["bulk-text"]
    strip.act(Action("bulk-close", {}, {}))
    assert "" == surface.markup
    strip.close()
    await scene.leave()


async def test_a_bulk_that_is_not_wanted_is_cancelled() -> None:
    """R41: nothing is sent, and the strip is gone."""
    scene, surface, strip, _ = await opened(tasks=1)
    strip.act(Action("bulk-cancel", {}, {}))
    await scene.run(5)
    assert ("", 0) == (surface.markup, sent(scene, SUBMIT))
    strip.close()
    await scene.leave()


async def test_a_question_that_leaves_some_out_is_cancelled_at_once() -> None:
    """R41: what cannot be run again is said until somebody answers, in whichever language, and no longer."""
    scene, surface, strip, jobs = await opened(tasks=1)
    scene.monitor.bus.publish(RunAgainAsked((*jobs, "gone")))
    assert "One cannot be run again" in surface.markup
    strip.act(Action("bulk-cancel", {}, {}))
    assert "" == surface.markup
    scene.monitor.bus.publish(RunAgainAsked(("gone",)))
    strip.set_language(plain_texts("zh"))
    strip.set_language(plain_texts("en"))
    assert "One cannot be run again" in surface.markup
    strip.act(Action("bulk-cancel", {}, {}))
    assert "" == surface.markup
    strip.close()
    await scene.leave()


async def test_a_full_queue_stops_it_and_somebody_goes_on() -> None:
    """R41: it says how far it came; what was refused is sent once more, not before the server wanted it."""
    scene, surface, strip, _ = await opened(tasks=1, calls=2)
    scene.backend.fail(f"POST {CALL}", FULL, times=1)
    strip.act(Action("bulk-begin", {}, {}))
    await scene.run(3)
    assert "Stopped by a full queue: 1 of 3 submitted." == surface.values["bulk-text"]
    assert surface.values["bulk-go-on@hidden"] is None
    strip.act(Action("bulk-go-on", {}, {}))
    await scene.run(10)
    assert "3 of 3 submitted." == surface.values["bulk-text"]
    assert 2 == len(scene.backend.ability_tasks) - 2
    strip.close()
    await scene.leave()


async def test_a_lost_answer_is_searched_for_and_not_sent_again() -> None:
    """R41: the call had been made, and is found; of the one that had not, that is said."""
    scene, surface, strip, _ = await opened(calls=2)
    scene.backend.fail(f"POST {CALL}", Response(502, {}, "<html>"), times=1)
    strip.act(Action("bulk-begin", {}, {}))
    await scene.run(20)
    assert "1 of 2 submitted. Of one no answer came" in str(surface.values["bulk-text"])
    assert (2, 3) == (sent(scene, CALL), len(scene.backend.ability_tasks))
    strip.close()
    await scene.leave()


async def test_what_was_made_without_an_answer_counts() -> None:
    """R41: the new job is in the list, so nothing is sent again."""
    scene, surface, strip, _ = await opened(calls=1)
    scene.backend.fail(f"POST {CALL}", Response(502, {}, "<html>"), times=1)
    strip.act(Action("bulk-begin", {}, {}))
    await scene.run(1)
    scene.backend.submit_ability_task("x", WHOLE)
    await scene.run(20)
    assert ("1 of 1 submitted.", 1) == (surface.values["bulk-text"], sent(scene, CALL))
    strip.close()
    await scene.leave()


async def test_more_than_are_sent_at_once_have_to_wait() -> None:
    """R41: fifty at most, and the question says so."""
    scene, surface, strip, _ = await opened(calls=MOST + 2)
    assert f"Run these {MOST} jobs again? 2 more have to wait" in surface.markup
    strip.close()
    await scene.leave()
