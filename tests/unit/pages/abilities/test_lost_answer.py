"""The search for a task whose answer was lost."""

from __future__ import annotations

from itertools import pairwise

from app.core.lost_answer import SEARCHES, SEARCHES_APART_S, Before
from app.core.records import AbilityTask, Source
from app.pages.abilities.lost_answer import LostAnswer, known_before
from testkit.chance import longest
from testkit.scene import Scene

LIST = "/api/ability-tasks?limit=50"


async def begun() -> Scene:
    """Return a page that polls, with one job that was there before."""
    scene = Scene(disable_ws=True, chance=longest)
    scene.backend.move_ability_task(scene.backend.submit_ability_task("x")["id"], "succeeded")
    await scene.begin()
    await scene.run(30)
    return scene


async def test_what_was_known_before_is_no_new_job() -> None:
    """R29: with the server's time where answers have said it."""
    scene = await begun()
    before = known_before(scene.monitor)
    assert set(scene.monitor.ability_tasks.tasks.order) == before.known
    assert before.since is not None
    assert abs(before.since - scene.clock.server()) <= 1.0
    await scene.leave()


async def test_without_a_list_the_devices_clock_has_to_do() -> None:
    """R29: else all that the server has would be new; with a list and no time, the list alone says what is new."""
    scene = Scene(disable_ws=True)
    scene.backend.dates = False
    scene.monitor.start()
    await scene.monitor.session.sign_in("demo", "demo")
    assert scene.monitor.server_now == known_before(scene.monitor).since
    await scene.run(2)
    assert scene.monitor.ability_task_polling.loaded
    assert None is known_before(scene.monitor).since
    await scene.leave()


async def test_the_search_ends_with_the_task_that_it_finds() -> None:
    """R29: the page knows the task from then on, and asks no more for it."""
    scene = await begun()
    concluded: list[AbilityTask | None] = []
    search = LostAnswer(scene.monitor, "x", concluded.append)
    before = known_before(scene.monitor)
    scene.backend.submit_ability_task("other")
    born = scene.backend.submit_ability_task("x")["id"]
    since = scene.clock.now
    search.search(before)
    assert search.searching
    await scene.run(30)
    assert [born] == [found.id if found else None for found in concluded]
    assert (False, 1) == (search.searching, len(scene.times(LIST, since)))
    assert born in scene.monitor.ability_tasks.tasks.order
    search.close()
    await scene.leave()


async def test_several_searches_without_a_task_are_proof() -> None:
    """R29: the server may still be at work when the first one is done, so they are apart."""
    scene = await begun()
    concluded: list[AbilityTask | None] = []
    search = LostAnswer(scene.monitor, "x", concluded.append)
    since = scene.clock.now
    search.search(known_before(scene.monitor))
    await scene.run(SEARCHES_APART_S * (SEARCHES - 1) - 0.5)
    assert [] == concluded
    await scene.run(30)
    assert [None] == concluded
    times = scene.times(LIST, since)
    assert [SEARCHES_APART_S] * (SEARCHES - 1) == [later - time for time, later in pairwise(times)]
    search.close()
    await scene.leave()


async def test_a_task_that_came_by_itself_ends_the_search() -> None:
    """R29: push or a poll brought it meanwhile."""
    scene = await begun()
    scene.backend.down = True
    concluded: list[AbilityTask | None] = []
    search = LostAnswer(scene.monitor, "x", concluded.append)
    search.search(known_before(scene.monitor))
    await scene.run(1)
    scene.backend.down = False
    born = scene.backend.submit_ability_task("x")["id"]
    tasks, _ = await scene.monitor.api.ability_tasks()
    search.check()
    assert [] == concluded
    scene.monitor.ability_tasks.tasks.apply_listed(tasks, Source.POLL, scene.clock.now)
    search.check()
    assert [born] == [found.id if found else None for found in concluded]
    search.close()
    await scene.leave()


async def test_a_search_that_is_given_up_concludes_nothing() -> None:
    """R29: the page has gone."""
    scene = await begun()
    concluded: list[AbilityTask | None] = []
    search = LostAnswer(scene.monitor, "x", concluded.append)
    search.search(Before(frozenset(), None))
    search.close()
    await scene.run(30)
    assert ([], False) == (concluded, search.searching)
    await scene.leave()
