"""One of the two lists: its rows under a query, the rows of the last visit, and what is said of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from app.core.events import Flush
from app.core.query import NOTHING, parse
from app.core.records import Source, Task
from app.pages.jobs.job_rows import JobKind, JobRows
from app.ports import Values
from app.views.jobs.list import Reach
from app.views.jobs.rows import task_name, task_row_values
from testkit.page_context import quiet_context
from testkit.plain_formats import plain_texts
from testkit.scene import Scene
from testkit.surface import MemoryRows, MemorySurface

T = plain_texts("en")
POINTS = (("a", 3.0, 12), ("b", 2.0, Decimal("12.5")), ("c", 1.0, Decimal("0.001")))


class Rows:
    """The list of tasks on a surface."""

    def __init__(self, scene: Scene, kept: Mapping[str, Values] | None = None) -> None:
        self.scene = scene
        self.found = 0
        # The jobs whose row was made, as often as it was.
        self.made: list[str] = []
        monitor = scene.monitor
        kind: JobKind[Task] = JobKind(
            "tasks",
            "task",
            monitor.summary.tasks,
            monitor.task_polling,
            self._values,
            lambda task: task_name(T, task),
            kept or {},
        )
        self.surface = MemorySurface()
        context = quiet_context(monitor, self.surface)
        self.rows = JobRows(context, kind, "<div></div>", self._found)
        self.rows.ask(NOTHING)
        self.rows.open(context)
        self.rows.draw()
        monitor.bus.subscribe(Flush, lambda flush: self.rows.flushed(flush.tasks, flush.removed))

    def _found(self) -> None:
        self.found += 1

    def _values(self, task: Task, now: float) -> Values:
        self.made.append(task.id)
        return task_row_values(T, task, now)

    @property
    def list(self) -> MemoryRows:
        """The list in the page."""
        return self.surface.lists["tasks"]

    async def leave(self) -> None:
        """Close everything."""
        self.rows.close()
        self.scene.monitor.session.sign_out()
        await self.scene.world.settle()


async def tasks(*words: str) -> Scene:
    """Return a scene that polls and knows tasks of these statuses, the newest last."""
    scene = Scene(disable_ws=True)
    for word in words:
        scene.clock.server_offset += 1
        job = scene.backend.submit_task()
        if word != "pending":
            scene.backend.move_task(job, word, 40)
    return await scene.begin()


async def test_a_query_is_checked_against_all_jobs_and_then_shown() -> None:
    """R34: the list begins at its top under another query, and stays where it is under the same one."""
    rows = Rows(await tasks("completed", "failed", "processing"))
    rows.list.position = ("tsk_1", 9.0)
    rows.rows.ask(parse("status:failed"))
    await rows.scene.world.settle()
    assert (["tsk_1"], 1, True) == (rows.list.order, rows.rows.matches, rows.rows.settled)
    positions = [rows.rows.position]
    rows.list.position = ("tsk_1", 9.0)
    rows.rows.ask(parse("status:failed"))
    await rows.scene.world.settle()
    assert [None, ("tsk_1", 9.0)] == [*positions, rows.rows.position]
    assert rows.found >= 3
    await rows.leave()


async def test_rows_of_the_last_visit_stand_below_until_the_list_was_read() -> None:
    """R22: none of them twice; they are gone when the server has answered, and under a query at once."""
    scene = Scene(disable_ws=True)
    scene.backend.submit_task()
    scene.monitor.start()
    await scene.monitor.session.sign_in("demo", "demo")
    kept: dict[str, Values] = {"tsk_0": {"name": "known"}, "old": {"name": "from before"}}
    rows, searched = Rows(scene, kept), Rows(scene, kept)
    assert (["tsk_0", "old"], True) == (rows.list.order, rows.rows.state(Reach(), None).kept)
    assert "from before" == rows.list.shown["old"]["name"]
    searched.rows.ask(parse("koi"))
    assert [] == searched.rows.order
    await scene.run(2)
    assert not rows.rows.state(Reach(), None).kept
    await scene.world.settle()
    assert ["tsk_0"] == rows.list.order
    searched.rows.close()
    await rows.leave()


async def test_a_list_that_is_read_for_the_first_time_makes_each_row_once() -> None:
    """R22: the page is opened for these rows, so nothing of theirs is computed twice."""
    scene = Scene(disable_ws=True)
    jobs = [scene.backend.submit_task() for _ in range(3)]
    scene.monitor.start()
    await scene.monitor.session.sign_in("demo", "demo")
    kept: dict[str, Values] = {job: {"name": "from before"} for job in jobs[:2]}
    scene.monitor.task_polling.clear()
    rows = Rows(scene, kept)
    rows.made.clear()
    scene.monitor.task_polling.refresh()
    await scene.run(1)
    assert (dict.fromkeys(jobs, 1), sorted(jobs)) == (Counter(rows.made), sorted(rows.list.order))
    await rows.leave()


async def test_which_condition_leaves_out_how_many_is_said_where_nothing_is_found() -> None:
    """R34: the most first, and nothing once something is found."""
    rows = Rows(await tasks("completed", "completed", "failed"))
    rows.rows.ask(parse("tsk_2 status:succeeded"))
    await rows.scene.run(1)
    assert [("word", 2), ("status", 1)] == [(part.field, count) for part, count in rows.rows.suggestions]
    rows.rows.ask(parse("status:succeeded"))
    await rows.scene.run(1)
    assert [] == rows.rows.suggestions
    await rows.leave()


async def test_points_stand_under_each_other_when_one_with_more_digits_comes() -> None:
    """R27, report 22: the rows that were drawn before are drawn again, however the new one came into view."""
    scene = await tasks("completed")
    known = [Task(id=job_id, created_at=at, points=points) for job_id, at, points in POINTS]
    rows = Rows(scene)
    seen = []
    for job in known:
        scene.monitor.summary.intake.apply_listed([job], Source.POLL, scene.clock.now)
        await scene.run(1)
        seen.append([rows.list.shown[one.id]["points"] for one in known if one.id in rows.list.shown])
    pads = ("\u2007\u2008", "\u2007\u2007\u2007\u2008")
    assert [["12 pts"], [f"12{pads[0]} pts", "12.5 pts"]] == seen[:2]
    assert [f"12{pads[1]} pts", "12.5\u2007\u2007 pts", "0.001 pts"] == seen[2]
    late = Rows(scene)
    assert f"12{pads[1]} pts" == late.list.shown["a"]["points"]
    late.rows.close()
    await rows.leave()


async def test_a_word_that_no_row_shows_is_shown() -> None:
    """R34: the words around it stand in the row; a word that the row shows changes nothing."""
    scene = Scene(disable_ws=True)
    job = scene.backend.submit_task(50, {"points": 50, "workflowParams": {"prompt": "a koi under water"}})
    rows = Rows(await scene.begin())
    plain = rows.list.shown[job].get("text")
    rows.rows.ask(parse("koi"))
    await scene.run(1)
    assert "koi" in str(rows.list.shown[job]["text"])
    assert ("koi",) == rows.list.marked
    rows.rows.ask(parse("print"))
    await scene.run(1)
    assert plain == rows.list.shown[job].get("text")
    await rows.leave()


async def test_counts_are_the_servers_while_only_the_status_is_chosen() -> None:
    """R36: of what is loaded under any other condition."""
    rows = Rows(await tasks("completed", "failed", "processing"))
    totals = {"failed": 40, "active": 7}
    plain = rows.rows.state(Reach(), totals)
    assert (totals, True, 3) == (plain.counts, plain.counted, plain.matches)
    rows.rows.ask(parse("status:failed"))
    await rows.scene.run(1)
    assert (totals, True) == (rows.rows.state(Reach(), totals).counts, rows.rows.state(Reach(), totals).filtered)
    rows.rows.ask(parse("print"))
    await rows.scene.run(1)
    state = rows.rows.state(Reach(known=3, total=50, complete=False), totals)
    assert (1, 1, False) == (state.counts["failed"], state.counts["active"], state.counted)
    await rows.leave()


async def test_a_kind_that_is_not_searched_for_is_left_out() -> None:
    """R34: by what is wanted, and by what is not."""
    rows = Rows(await tasks("completed"))
    left_out = []
    for text in ("", "kind:task", "kind:ability-task", "-kind:task", "-kind:ability-task"):
        rows.rows.ask(parse(text))
        await rows.scene.run(1)
        left_out.append(rows.rows.state(Reach(), None).left_out)
    assert [False, False, True, True, False] == left_out
    await rows.leave()


async def test_seconds_move_running_times_alone() -> None:
    """R27, R37: a tick that moves no row says so."""
    rows = Rows(await tasks("completed", "processing"))
    shown = {job: dict(values) for job, values in rows.list.shown.items()}
    assert not rows.rows.tick(rows.scene.monitor.server_now + 60)
    assert shown["tsk_0"] == rows.list.shown["tsk_0"]
    changed = {name for name, value in rows.list.shown["tsk_1"].items() if shown["tsk_1"].get(name) != value}
    assert {"elapsed"} == changed
    await rows.leave()


async def test_the_end_is_in_view_when_the_last_known_row_is_drawn() -> None:
    """R36: older ones are read then; under a query the end of what is found is no reason."""
    rows = Rows(await tasks("completed", "failed"))
    seen = [rows.rows.end_in_view]
    rows.rows.ask(parse("status:failed"))
    await rows.scene.run(1)
    assert [True, False] == [*seen, rows.rows.end_in_view]
    await rows.leave()


async def test_on_another_day_a_time_has_its_day() -> None:
    """R27, R54: a page that is left open over midnight does not say of yesterday's job what it would of today's."""
    rows = Rows(await tasks("completed"))
    now = rows.scene.monitor.server_now
    rows.rows.tick(now)
    today = rows.list.shown["tsk_0"]["when"]
    rows.rows.tick(now + 86_400.0)
    later = rows.list.shown["tsk_0"]["when"]
    assert today != later
    assert str(later).endswith(str(today))
    await rows.leave()
