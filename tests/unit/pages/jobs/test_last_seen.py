"""The lists of the last visit: kept when the page is left, shown until they have been read, gone with the session."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.contexts.session import Ending
from app.pages.jobs.last_seen import KEY, ROWS, LastSeen
from app.pages.jobs.list import JobListPage
from app.views.jobs.rows import task_row_values
from testkit.page_context import quiet_context
from testkit.plain_formats import plain_texts
from testkit.scene import Scene
from testkit.surface import MemorySurface

T = plain_texts("en")


async def visited(jobs: int = 3, **settings: Any) -> tuple[Scene, LastSeen]:
    """A page whose user has seen some jobs."""
    scene = Scene(**settings)
    for _ in range(jobs):
        scene.backend.submit_task()
    await scene.begin()
    return scene, LastSeen(scene.monitor, T)


async def opened(text: str) -> tuple[Scene, LastSeen]:
    """A page that has just been opened by its user, in a browser that keeps this."""
    scene = Scene()
    scene.monitor.start()
    await scene.monitor.session.sign_in("demo", "demo")
    scene.world.store.set(KEY, text)
    return scene, LastSeen(scene.monitor, T)


def kept(scene: Scene) -> dict[str, Any] | None:
    """What is kept."""
    text = scene.world.store.get(KEY)
    return None if text is None else json.loads(text)


@pytest.mark.parametrize("event", ["hide", "leave"])
async def test_they_are_kept_when_the_page_is_hidden_or_left(event: str) -> None:
    """The newest of them, as texts; no picture, no mark of a live row."""
    scene, last_seen = await visited(ROWS + 5)
    assert kept(scene) is None
    getattr(scene.world.page, event)()
    found = kept(scene)
    assert found
    assert len(found["tasks"]) == ROWS
    assert list(found["tasks"]) == scene.monitor.summary.tasks.order[:ROWS]
    assert found["asks"] == list(scene.monitor.first_reads)
    row = next(iter(found["tasks"].values()))
    newest = scene.monitor.summary.tasks.get(scene.monitor.summary.tasks.order[0])
    assert newest
    live = task_row_values(T, newest, scene.clock.wall())
    assert (live["name"], live["status"]) == (row["name"], row["status"])
    assert (None, None) == (row["preview@src"], row["@data-task-id"])
    assert found["at"] == pytest.approx(scene.clock.wall(), abs=5)
    last_seen.close()


async def test_a_session_that_ended_before_the_page_was_there_takes_them_with_it() -> None:
    """The session is taken up, and may be refused, while the page's texts are still loading."""
    scene, last_seen = await visited()
    scene.world.page.hide()
    last_seen.close()
    scene.monitor.session.sign_out(Ending.EXPIRED)
    assert kept(scene)
    LastSeen(scene.monitor, T).close()
    assert (kept(scene), scene.monitor.session.ending) == (None, Ending.EXPIRED)


@pytest.mark.parametrize("why", list(Ending))
async def test_they_are_gone_with_the_session(why: Ending) -> None:
    """Whoever ended it, and nothing is kept after it."""
    scene, last_seen = await visited()
    scene.world.page.hide()
    scene.world.page.hide(False)
    scene.monitor.session.sign_out(why)
    assert kept(scene) is None
    scene.world.page.hide()
    assert kept(scene) is None
    last_seen.close()


async def test_another_user_finds_nothing() -> None:
    """Not even where the session was lost without being ended."""
    scene, last_seen = await visited()
    scene.world.page.hide()
    found = kept(scene)
    assert found
    for user, finds in (found["user"], True), ("somebody else", False):
        _, other = await opened(json.dumps(found | {"user": user}))
        assert (user, finds) == (user, other.lists is not None)
        other.close()
    scene.world.page.hide(False)
    await scene.monitor.session.sign_in("demo", "demo")
    assert kept(scene) is None
    last_seen.close()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"user": 1}', '{"user": "u", "at": "x"}', "x" * 200_000])
async def test_what_cannot_be_read_is_nothing(text: str) -> None:
    """Storage is anybody's."""
    _, last_seen = await opened(text)
    assert last_seen.lists is None
    last_seen.close()


@pytest.mark.parametrize("jobs", [3, 0])
async def test_they_are_shown_until_the_lists_have_been_read(jobs: int) -> None:
    """Under a name of their own, with their age; then the live rows in their places, or an empty list."""
    before, last_seen = await visited()
    before.world.page.hide()
    last_seen.close()
    scene, last_seen = await opened(json.dumps(kept(before)))
    lists = last_seen.lists
    assert lists
    for _ in range(jobs):
        scene.backend.submit_task()
    surface = MemorySurface()
    page = JobListPage(quiet_context(scene.monitor, surface), lists)
    rows, values = surface.lists["tasks"], surface.values
    assert values["tasks-panel@data-state"] == "kept"
    assert "Last seen" in str(values["tasks-age"])
    assert rows.order == list(lists.tasks)
    assert rows.shown[rows.order[0]]["@data-task-id"] is None
    await scene.run(2.0)
    page.tick(scene.clock.wall())
    assert values["tasks-panel@data-state"] == ("ready" if jobs else "empty")
    assert values["tasks-age@hidden"] == ""
    assert rows.order == scene.monitor.summary.tasks.order
    assert [rows.shown[job]["@data-task-id"] for job in rows.order] == rows.order
    assert last_seen.lists is None
    page.close()
    last_seen.close()


async def test_a_time_without_its_day_is_shown_on_that_day_alone() -> None:
    """R54: and an age, for who reads ages, is not kept at all."""
    before, last_seen = await visited()
    before.world.page.hide()
    last_seen.close()
    found = kept(before)
    assert found
    for days, clear in (0, True), (-1, False):
        _, other = await opened(json.dumps(found | {"at": found["at"] + days * 86_400}))
        assert other.lists
        assert [clear] * 3 == [bool(row["when"]) for row in other.lists.tasks.values()]
        other.close()
    ages = plain_texts("en")
    ages.read_as("", relative=True)
    again = LastSeen(before.monitor, ages)
    before.world.page.hide(False)
    before.world.page.hide()
    found = kept(before)
    assert found
    assert [""] * 3 == [row["when"] for row in found["tasks"].values()]
    again.close()
