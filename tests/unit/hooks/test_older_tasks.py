"""The pages of the task list beyond the first."""

from app.core.records import Source, Task, Word
from app.core.status import Status
from app.ports import Response
from testkit.chance import longest
from testkit.scene import Scene


async def scrolled(tasks: int) -> Scene:
    """Return a scene with so many ended tasks of which the page knows the first page."""
    scene = Scene(disable_ws=True, chance=longest)
    for _ in range(tasks):
        scene.clock.server_offset += 1
        scene.backend.move_task(scene.backend.submit_task(), "completed", 100)
    return await scene.begin()


def pages(scene: Scene) -> list[str]:
    """Return the pages that were asked for after the first."""
    return [path for _, _, path in scene.world.http.requests if "/api/tasks/v1?" in path and "page=0" not in path]


async def test_the_end_of_the_list_is_read_page_by_page() -> None:
    """R27: each request brings the next fifty, until all are known; after that nothing is asked."""
    scene = await scrolled(120)
    known = [len(scene.monitor.summary.tasks)]
    for _ in range(4):
        scene.monitor.older_tasks.want()
        await scene.world.advance(0.1)
        known.append(len(scene.monitor.summary.tasks))
    assert known == [50, 100, 120, 120, 120]
    assert len(pages(scene)) == 2


async def test_what_the_server_does_not_know_is_none_of_its_tasks() -> None:
    """R11, R36: a row that is shown as unknown does not stand for one that was not read yet."""
    scene = await scrolled(51)
    intake = scene.monitor.summary.intake
    intake.apply_listed([Task(id="lost", undated=Word(Status.RUNNING, "running"))], Source.POLL, 0.0)
    intake.mark_unknown(["lost"], 0.0)
    assert not scene.monitor.older_tasks.complete
    scene.monitor.older_tasks.want()
    await scene.world.advance(0.1)
    assert (52, True) == (len(scene.monitor.summary.tasks), scene.monitor.older_tasks.complete)


async def test_one_page_at_a_time() -> None:
    """R10: requests made while a page is read do not ask for it again."""
    scene = await scrolled(120)
    scene.monitor.older_tasks.want()
    scene.monitor.older_tasks.want()
    await scene.world.advance(0.1)
    assert len(pages(scene)) == 1


async def test_a_page_that_failed_is_read_again_by_itself() -> None:
    """R13: a failure loses nothing, and the end of the list stays requested."""
    scene = await scrolled(60)
    scene.backend.next_answers = [Response(500, {}, "")]
    scene.monitor.older_tasks.want()
    await scene.world.advance(2)
    assert (60, 2) == (len(scene.monitor.summary.tasks), len(pages(scene)))


async def test_failures_back_off_however_often_the_page_asks() -> None:
    """R13: the page asks every second while the end is in view; a server that fails is not asked as often."""
    scene = await scrolled(60)
    scene.backend.next_answers = [Response(500, {}, "")] * 20
    for _ in range(30):
        scene.monitor.older_tasks.want()
        await scene.world.advance(1)
    assert 5 == len(pages(scene))


async def test_a_paused_page_reads_no_older_tasks() -> None:
    """R17: hidden, nothing is asked; what was requested is read on return."""
    scene = await scrolled(60)
    scene.world.page.hide()
    scene.monitor.older_tasks.want()
    await scene.world.advance(60)
    asked_while_hidden = len(pages(scene))
    scene.world.page.hide(False)
    await scene.world.advance(1)
    assert (0, 60) == (asked_while_hidden, len(scene.monitor.summary.tasks))


async def test_a_short_list_asks_for_nothing() -> None:
    """R10: where the first page holds everything there is no second to ask for."""
    scene = await scrolled(3)
    scene.monitor.older_tasks.want()
    await scene.world.advance(0.1)
    assert pages(scene) == []
