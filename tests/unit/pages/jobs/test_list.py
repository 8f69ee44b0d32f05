"""The page with both lists."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.events import TransportChanged
from app.pages.jobs.list import JobListPage
from app.pages.jobs.list_memory import ListMemory
from app.pages.route import JobListRoute, parse_route
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface


async def test_a_list_that_was_read_has_its_rows_at_once() -> None:
    """R22: whichever answer comes second, its list is not empty until the next flush may be."""
    scene = Scene()
    for _ in range(3):
        scene.backend.submit_task()
        scene.backend.submit_ability_task("x")
    scene.monitor.start()
    await scene.monitor.session.sign_in("demo", "demo")
    surface = MemorySurface()
    page = JobListPage(quiet_context(scene.monitor, surface))
    seen: set[tuple[bool, int]] = set()

    def note(_: TransportChanged) -> None:
        for slot, polling in (
            ("tasks", scene.monitor.task_polling),
            ("ability-tasks", scene.monitor.ability_task_polling),
        ):
            seen.add((polling.loaded, len(surface.lists[slot].order)))

    scene.monitor.bus.subscribe(TransportChanged, note)
    await scene.world.advance(5)
    assert {(False, 0), (True, 3)} == seen
    page.close()


@pytest.mark.parametrize("ahead_s", [3600.0, -600.0])
async def test_a_running_time_is_the_servers(ahead_s: float) -> None:
    """R27, report 10: a device whose clock is wrong shows the time that has passed, to the second."""
    scene = Scene()
    scene.clock.wall_offset += ahead_s
    scene.monitor.start()
    await scene.monitor.session.sign_in("demo", "demo")
    await scene.run(2)
    job = scene.backend.submit_task()
    await scene.run(2)
    scene.backend.move_task(job, "processing", 5)
    surface = MemorySurface()
    page = JobListPage(quiet_context(scene.monitor, surface))
    await scene.run(4)
    page.tick(scene.monitor.server_now)
    assert surface.lists["tasks"].shown[job]["elapsed"] in {"0:05", "0:06", "0:07"}
    scene.backend.move_task(job, "completed", 100)
    await scene.run(1)
    assert surface.lists["tasks"].shown[job]["elapsed"] in {"0:05", "0:06", "0:07"}
    page.close()


class Bar:
    """An address bar that keeps what was asked of it."""

    base = "https://podi.example/"

    def __init__(self, route: str = "/tasks") -> None:
        self.route = route
        self.entries: list[str] = []
        self.base = "https://podi.example/"

    def go(self, route: str) -> None:
        self.route = route
        self.entries.append(route)

    def replace(self, route: str) -> None:
        self.route = route

    def on_change(self, callback: object) -> MemorySurface:
        raise AssertionError(callback)


class Lists:
    """The page with both lists, and what its user does."""

    def __init__(self, scene: Scene, route: str = "/tasks", memory: ListMemory | None = None) -> None:
        self.scene = scene
        self.surface = MemorySurface()
        self.address = Bar(route)
        context = quiet_context(scene.monitor, self.surface)
        self.context = replace(context, address=self.address, lists=memory or ListMemory())
        found = parse_route(route)
        assert isinstance(found, JobListRoute)
        self.page = JobListPage(self.context, None, found)

    @property
    def tasks(self) -> list[str]:
        return self.surface.lists["tasks"].order

    @property
    def calls(self) -> list[str]:
        return self.surface.lists["ability-tasks"].order

    def value(self, key: str) -> str | None:
        return self.surface.values[key]

    def type(self, text: str) -> None:
        self.surface.fill("filter-type", q=text)

    def choose(self, name: str, value: str) -> None:
        self.surface.fill("filter-add", **{name: value})

    async def tick(self, seconds: int = 1) -> None:
        for _ in range(seconds):
            await self.scene.run(1)
            self.page.tick(self.scene.clock.wall())


async def scene_of(*tasks: str, calls: int = 0, disable_ws: bool = False) -> Scene:
    """A scene that knows tasks with these words for their statuses, the newest last."""
    scene = Scene(disable_ws=disable_ws)
    for word in tasks:
        scene.clock.server_offset += 1
        job = scene.backend.submit_task()
        if word != "pending":
            scene.backend.move_task(job, word, 50)
    for _ in range(calls):
        scene.clock.server_offset += 1
        scene.backend.submit_ability_task("paint")
    return await scene.begin()


async def test_typing_finds_and_replaces_the_address() -> None:
    """R34, R35: both lists follow each keystroke; the history gets no entry, and the server no request."""
    scene = await scene_of("completed", "failed", "processing", calls=2)
    lists = Lists(scene)
    asked = scene.requests
    lists.type("提取 -tsk_1")
    assert (lists.tasks, lists.calls) == ([], [])
    lists.type("print -tsk_1")
    assert (sorted(lists.tasks), lists.calls) == (["tsk_0", "tsk_2"], [])
    assert lists.surface.lists["tasks"].marked == ("print",)
    assert scene.requests == asked
    assert lists.value("filter-said") == "Found in tasks: 2, in ability tasks: 0"
    await lists.tick()
    assert (lists.address.route, lists.address.entries) == ("/tasks?q=print%20-tsk_1", [])
    lists.page.close()
    await scene.leave()


async def test_what_is_found_where_no_row_shows_it_is_shown() -> None:
    """R34: a match in the request shows the words around it in the row."""
    scene = await scene_of(calls=1)
    lists = Lists(scene)
    lists.type("TR-1")
    (job,) = lists.calls
    assert "tr-1" == (lists.surface.lists["ability-tasks"].shown[job]["text"] or "")
    lists.type("")
    assert lists.surface.lists["ability-tasks"].shown[job]["text"] == ""
    lists.page.close()
    await scene.leave()


async def test_a_chip_adds_an_entry_and_turns_round() -> None:
    """R34, R35: choosing includes, then excludes, then drops; each is an entry of the history."""
    scene = await scene_of("completed", "failed")
    lists = Lists(scene)
    lists.choose("status", "failed")
    assert lists.tasks == ["tsk_1"]
    lists.surface.act("filter-status", value="failed")
    assert lists.tasks == ["tsk_0"]
    lists.surface.act("filter-flip", field="status", value="failed", excluded="true")
    assert lists.tasks == ["tsk_1"]
    lists.surface.act("filter-drop", field="status", value="failed", excluded="false")
    assert lists.tasks == ["tsk_1", "tsk_0"]
    assert lists.address.entries == [
        *("/tasks?status=failed", "/tasks?status=-failed", "/tasks?status=failed", "/tasks"),
    ]
    lists.page.close()
    await scene.leave()


async def test_spans_what_and_order_are_chosen_likewise() -> None:
    """R34: time range, ability or action, executor and order stand in the address too."""
    scene = await scene_of("completed", calls=1)
    lists = Lists(scene)
    lists.choose("since", "24h")
    lists.choose("what", "ability:paint")
    lists.choose("executor", "none,such")
    lists.surface.fill("filter-sort", sort="-elapsed")
    assert lists.address.route == "/tasks?ability=paint&executor=none%2Csuch&since=24h&sort=-elapsed"
    lists.choose("since", "24h")
    lists.choose("since", "24h")
    lists.choose("nothing", "x")
    lists.choose("status", "")
    assert lists.address.route == "/tasks?ability=paint&executor=none%2Csuch&sort=-elapsed"
    lists.surface.act("filter-clear")
    assert lists.address.route == "/tasks?sort=-elapsed"
    lists.page.close()
    await scene.leave()


async def test_fields_that_are_typed_become_chips_with_the_return_key() -> None:
    """R34: until then they count as well, and stand in the box."""
    scene = await scene_of("completed", "failed")
    lists = Lists(scene)
    lists.type("status:failed print")
    assert lists.tasks == ["tsk_1"]
    assert 'data-value="failed"' in lists.surface.regions["filter-chips"].markup
    assert 'value=""' in lists.surface.regions["filter-search"].markup
    lists.surface.act("filter-commit")
    assert 'value="print"' in lists.surface.regions["filter-search"].markup
    assert lists.surface.regions["filter-search"].focused == "filter-q"
    lists.surface.act("filter-drop", field="status", value="failed", excluded="false")
    assert lists.tasks == ["tsk_1", "tsk_0"]
    lists.page.close()
    await scene.leave()


async def test_an_address_shows_the_list_that_it_names() -> None:
    """R35: reload, share and open in another tab; what an address has in excess is said, and stays in it."""
    scene = await scene_of("completed", "failed")
    lists = Lists(scene, "/tasks?q=print&status=failed&colour=red")
    assert lists.tasks == ["tsk_1"]
    assert lists.value("filter-problem") == "Not understood and left out: colour=red"
    await lists.tick(2)
    assert lists.address.route == "/tasks?q=print&status=failed&colour=red"
    lists.type("print t")
    await lists.tick()
    assert lists.address.route == "/tasks?q=print%20t&status=failed"
    assert lists.value("filter-problem@hidden") == ""
    lists.page.close()
    await scene.leave()


async def test_back_shows_what_was_searched_for_before() -> None:
    """R35: another entry of the history shows its list in the same page."""
    scene = await scene_of("completed", "failed")
    lists = Lists(scene)
    lists.type("print")
    lists.choose("status", "failed")
    for address in ("/tasks?q=print", "/tasks?q=pri"):
        back = parse_route(address)
        assert isinstance(back, JobListRoute)
        lists.page.follow(back)
        assert lists.tasks == ["tsk_1", "tsk_0"]
    assert 'value="pri"' in lists.surface.regions["filter-search"].markup
    assert lists.surface.regions["filter-chips"].markup == ""
    lists.page.close()
    await scene.leave()


async def test_coming_back_from_a_job_scrolls_to_where_the_list_was() -> None:
    """R35: under the same query; under another one the list begins at its top."""
    scene = await scene_of("completed", "failed")
    memory = ListMemory()
    lists = Lists(scene, "/tasks?q=print", memory)
    lists.surface.lists["tasks"].position = ("tsk_0", 12.0)
    lists.page.close()
    assert (memory.route, memory.orders) == ("/tasks?q=print", (("tsk_1", "tsk_0"), ()))
    assert memory.filtered_order("tsk_0") == ("tsk_1", "tsk_0")
    assert memory.filtered_order("tsk_9") is None
    again = Lists(scene, "/tasks?q=print", memory)
    assert again.surface.lists["tasks"].position == ("tsk_0", 12.0)
    again.page.close()
    other = Lists(scene, "/tasks", memory)
    assert other.surface.lists["tasks"].position is None
    other.page.close()
    await scene.leave()


async def test_a_list_that_is_checked_after_it_is_there_scrolls_back_all_the_same() -> None:
    """R35, R37: on a slow device the query is checked in several slices, and the list is scrolled before the last."""
    scene = await scene_of("completed", "failed")
    memory = ListMemory("/tasks?q=print", {"tasks": ("tsk_0", 12.0)})
    scene.clock.reading_s = 1.0
    lists = Lists(scene, "/tasks?q=print", memory)
    assert (lists.tasks, lists.surface.lists["tasks"].position) == ([], ("tsk_0", 12.0))
    scene.clock.reading_s = 0.0
    await scene.run(1)
    assert (lists.tasks, lists.surface.lists["tasks"].position) == (["tsk_1", "tsk_0"], ("tsk_0", 12.0))
    lists.type("prin")
    assert lists.surface.lists["tasks"].position is None
    lists.page.close()
    await scene.leave()


async def test_nothing_found_says_which_chip_to_drop() -> None:
    """R34: how far was searched, and how many jobs each condition alone leaves out."""
    scene = await scene_of("completed", "completed", "failed")
    lists = Lists(scene, "/tasks?q=tsk_2&status=succeeded")
    assert lists.value("tasks-panel@data-state") == "none"
    markup = lists.surface.regions["tasks-none"].markup
    assert "Nothing found in all 3 of them." in markup
    assert "Without Succeeded: 1" in markup
    assert "Without “tsk_2”: 2" in markup
    lists.surface.act("filter-without", field="word", value="tsk_2", excluded="false")
    assert (lists.tasks, lists.surface.focused) == (["tsk_1", "tsk_0"], "filter-fold")
    assert lists.surface.regions["tasks-none"].markup == ""
    lists.page.close()
    await scene.leave()


async def test_a_row_that_matches_no_more_leaves_after_two_seconds() -> None:
    """R34: and never from under the pointer; an update that does not match is counted."""
    scene = await scene_of("processing", "processing")
    lists = Lists(scene, "/tasks?status=active")
    rows = lists.surface.lists["tasks"]
    rows.hovered = "tsk_1"
    for job in ("tsk_0", "tsk_1"):
        scene.backend.move_task(job, "completed", 100)
    await lists.tick()
    assert lists.tasks == ["tsk_1", "tsk_0"]
    await lists.tick(3)
    assert lists.tasks == ["tsk_1"]
    rows.hovered = None
    await lists.tick()
    assert (lists.tasks, lists.value("tasks-panel@data-state")) == ([], "none")
    lists.page.close()
    failed = Lists(scene, "/tasks?status=failed")
    scene.backend.submit_task()
    await failed.tick(40)
    assert (failed.tasks, failed.surface.lists["tasks"].outside) == ([], 1)
    failed.type("print")
    assert failed.surface.lists["tasks"].outside == 0
    failed.page.close()
    await scene.leave()


async def test_older_tasks_are_searched_until_something_is_found() -> None:
    """R36: page by page, on request alone: a short list whose end is in view reads nothing by itself."""
    scene = await scene_of("failed", *["completed"] * 120, disable_ws=True)
    lists = Lists(scene, "/tasks?status=failed")
    await lists.tick(3)
    assert (lists.tasks, len(scene.monitor.summary.tasks)) == ([], 50)
    assert "Nothing found in the newest 50 of 121." in lists.surface.regions["tasks-none"].markup
    assert lists.value("tasks-older@hidden") is None
    lists.surface.act("search-older")
    assert lists.value("tasks-reach-text") == "Searching beyond the newest 50…"
    await lists.tick(5)
    assert (lists.tasks, lists.value("tasks-reach-text")) == (["tsk_0"], "1 of 121")
    lists.page.close()
    await scene.leave()


@pytest.mark.parametrize(("calls", "cut"), [(199, False), (200, True), (230, True)])
async def test_a_list_that_ends_where_the_servers_does_says_so(calls: int, cut: bool) -> None:
    """R34, R36, report 27: the server lists 200 ability tasks and no older ones; all of fewer are there."""
    scene = await scene_of(calls=calls)
    lists = Lists(scene)
    said = "The newest 200 ability tasks; the server lists no older ones." if cut else ""
    assert (min(calls, 200), said) == (len(lists.calls), lists.value("ability-tasks-reach-text"))
    lists.page.close()
    await scene.leave()


async def test_counts_follow_the_filter() -> None:
    """R36, report 1: of the server where only the status is chosen, of what is loaded with the words that say so."""
    scene = await scene_of(*["completed"] * 70, *["failed"] * 50, disable_ws=True)
    lists = Lists(scene)
    assert lists.value("tasks-failed") == "50"
    assert lists.value("tasks-reach-text") == "Counts are of the newest 50 of 120."
    await lists.tick(2)
    counted = Lists(scene, "/tasks?status=failed")
    assert (counted.value("tasks-failed"), counted.value("tasks-succeeded")) == ("50", "70")
    counted.type("tsk_11")
    assert (counted.value("tasks-failed"), counted.value("tasks-succeeded")) == ("10", "0")
    assert counted.value("tasks-reach-text") == "10 of the newest 100; 120 in all."
    lists.page.close()
    counted.page.close()
    await scene.leave()


async def test_cancelled_and_unknown_jobs_are_among_the_counts() -> None:
    """R36, report 1: every job that is loaded is counted; under a word that nobody knows it may still be active."""
    scene = await scene_of("cancelled", "completed", "cancelled", "evaporated")
    lists = Lists(scene)
    kinds = ("active", "succeeded", "failed", "cancelled", "unknown")
    assert ["1", "1", "0", "2", "1"] == [lists.value(f"tasks-{kind}") for kind in kinds]
    assert [None, None] == [lists.value(f"tasks-{kind}-item@hidden") for kind in kinds[3:]]
    lists.page.close()
    await scene.leave()


async def test_the_phone_bar_unfolds() -> None:
    """R34: one button shows and hides the rest."""
    scene = await scene_of("completed")
    lists = Lists(scene)
    assert lists.value("filter@data-open") is None
    lists.surface.act("filter-fold")
    assert lists.value("filter@data-open") == ""
    lists.page.close()
    await scene.leave()


async def test_another_entry_in_a_menu_takes_no_chip_away() -> None:
    """R34: what comes in while somebody is at a chip redraws the menus alone."""
    scene = await scene_of("completed")
    lists = Lists(scene, "/tasks?status=-failed")
    chips = lists.surface.regions["filter-chips"]
    chips.show("as it was")
    scene.backend.submit_ability_task("another")
    await lists.tick(2)
    assert "ability:another" in lists.surface.regions["filter-menus"].markup
    assert chips.markup == "as it was"
    lists.page.close()
    await scene.leave()
