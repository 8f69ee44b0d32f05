"""Jobs of earlier visits below the lists."""

from __future__ import annotations

import pytest

from app.core.query import NOTHING, Query
from app.core.records import Record, Task, Word
from app.core.status import Status
from app.late_ports import KeptRow
from app.pages.jobs.list import JobListPage
from app.pages.jobs.remembered import PORTION, RememberedLists
from app.pages.route import JobListRoute, parse_route
from app.wire.remembered import write_row
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface
from testkit.world import MemoryRemembered

ROWS = "tasks-remembered-rows"


def memory(scene: Scene) -> MemoryRemembered:
    """Return what the browser of a scene remembers."""
    return scene.world.ports.late.adapters.remembered_jobs(scene.clock, scene.world.timers)  # type: ignore[return-value]


def old(job_id: str, action: str = "paint", created_at: float = 1000.0) -> Task:
    """Return a task of an earlier visit."""
    word = Word(Status.FAILED, "failed", None, created_at + 5)
    return Task(id=job_id, dated=word, created_at=created_at, finished_at=created_at + 5, action=action, row_only=True)


async def remember(scene: Scene, *records: Record, kind: str = "task", user: str | None = None) -> None:
    """Have the browser remember jobs, of the signed-in user if no other is named."""
    rows = [KeptRow(one.id, one.created_at or 0.0, write_row(one, scene.clock.wall() - 7200)) for one in records]
    await memory(scene).put(user or scene.monitor.session.user_id or "", kind, rows, [], most=9999)


def query(address: str) -> Query:
    """Return what an address searches for."""
    route = parse_route(address)
    assert isinstance(route, JobListRoute)
    return route.query


async def opened(scene: Scene, wanted: Query = NOTHING) -> tuple[RememberedLists, MemorySurface, MemorySurface]:
    """Return the parts, the page's surface and the part of the tasks."""
    surface = MemorySurface()
    lists = RememberedLists(quiet_context(scene.monitor, surface), wanted)
    await scene.run(1)
    return lists, surface, surface.regions["tasks-remembered"]


async def test_they_are_offered_and_shown_on_request() -> None:
    """R48: nothing is read before; each row says that it is remembered, and is no live row for scripts."""
    scene = await Scene().begin()
    await remember(scene, old("a"), old("b", created_at=2000.0))
    lists, surface, part = await opened(scene)
    assert (None, [], "This browser remembers older jobs") == (
        part.values["part@hidden"],
        part.lists[ROWS].order,
        part.values["said"],
    )
    surface.act("show-remembered", list="tasks")
    await scene.run(1)
    rows = part.lists[ROWS]
    assert ["b", "a"] == rows.order
    assert "2 jobs remembered from earlier visits" == part.values["said"]
    row = rows.shown["a"]
    assert (None, None, "", "failed") == (
        row["@data-task-id"],
        row["@data-kind"],
        row["@data-remembered"],
        row["@data-status"],
    )
    assert ("remembered, last seen 2 hours ago", "") == (row["executor"], row["text"])
    assert "#/tasks/a" == row["name@href"]
    surface.act("show-remembered", list="tasks")
    await scene.run(1)
    assert [] == rows.order
    lists.close()
    await scene.leave()


async def test_they_are_searched_with_the_lists() -> None:
    """R34, R36, R48: what the query leaves, of how many; another query asks the browser nothing again."""
    scene = await Scene().begin()
    await remember(scene, *(old(f"t{number}", created_at=float(number)) for number in range(PORTION + 5)), old("koi"))
    lists, _, part = await opened(scene, query("/tasks?q=koi"))
    assert ["koi"] == part.lists[ROWS].order
    assert f"1 of {PORTION + 6} jobs remembered from earlier visits" == part.values["said"]
    memory(scene).refuses = "gone"
    lists.ask(query("/tasks?q=t20"))
    await scene.run(1)
    assert ["t204", "t203", "t202", "t201", "t200", "t20"] == part.lists[ROWS].order
    lists.ask(query("/tasks?q=nowhere"))
    await scene.run(1)
    assert ([], "") == (part.lists[ROWS].order, part.values["body@hidden"])
    lists.ask(NOTHING)
    await scene.run(1)
    assert 0 == len(part.lists[ROWS].order)
    lists.close()
    await scene.leave()


async def test_what_the_server_lists_or_pushes_is_not_beside_it() -> None:
    """R48: a job is never shown twice, and the server's word is the one that is shown."""
    scene = Scene()
    listed = scene.backend.submit_task()
    await scene.begin()
    await remember(scene, old(listed), old("b"))
    lists, _, part = await opened(scene, query("/tasks?status=failed"))
    assert ["b"] == part.lists[ROWS].order
    scene.backend.tasks["b"] = {**scene.backend.tasks[listed], "taskId": "b"}
    scene.monitor.refresh()
    await scene.run(3)
    assert "b" in scene.monitor.summary.tasks
    assert [] == part.lists[ROWS].order
    lists.close()
    await scene.leave()


@pytest.mark.parametrize("why", ["other user", "refused", "nonsense", "nothing"])
async def test_where_nothing_can_be_had_nothing_is_shown(why: str) -> None:
    """R48: as if it were not there; what another user did is nobody's business."""
    scene = await Scene().begin()
    match why:
        case "other user":
            await remember(scene, old("a"), user="somebody else")
        case "refused":
            await remember(scene, old("a"))
            memory(scene).refuses = "SecurityError"
        case "nonsense":
            await memory(scene).put(scene.monitor.session.user_id or "", "task", [KeptRow("a", 1.0, "{")], [], most=9)
    lists, _, part = await opened(scene, query("/tasks?status=failed"))
    assert ("", []) == (part.values["part@hidden"], part.lists[ROWS].order)
    lists.close()
    await scene.leave()


async def test_the_list_page_opens_them_once_its_lists_are_up() -> None:
    """R48: and asks them what it is asked, until it is closed."""
    scene = await Scene().begin()
    await remember(scene, old("a"))
    surface = MemorySurface()
    page = JobListPage(quiet_context(scene.monitor, surface))
    assert "tasks-remembered" not in surface.regions
    page.tick(scene.monitor.server_now)
    await scene.run(1)
    part = surface.regions["tasks-remembered"]
    page.follow(JobListRoute(query("/tasks?status=failed")))
    await scene.run(1)
    page.tick(scene.monitor.server_now)
    assert ["a"] == part.lists[ROWS].order
    page.close()
    assert "" == part.markup
    await scene.leave()


async def test_what_leaves_the_list_is_found_under_the_search_that_is_on() -> None:
    """R48: it was beside the list before, so the former search has not seen it; nor has the same one asked anew."""
    scene = Scene()
    listed = scene.backend.submit_task()
    await scene.begin()
    await remember(scene, old(listed), old("b"))
    lists, _, part = await opened(scene, query("/tasks?status=failed"))
    assert ["b"] == part.lists[ROWS].order
    scene.monitor.summary.intake.remove([listed])
    await scene.run(3)
    assert {listed, "b"} == set(part.lists[ROWS].order)
    lists.ask(NOTHING)
    lists.ask(query("/tasks?status=failed"))
    await scene.run(1)
    assert {listed, "b"} == set(part.lists[ROWS].order)
    lists.close()
    await scene.leave()
