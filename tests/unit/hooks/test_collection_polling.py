"""What is asked, how often, and what becomes of jobs the server does not know."""

from contextlib import closing
from itertools import pairwise
from typing import Any

import pytest

from app.core.events import ReconcileWanted, TransportChanged
from app.core.records import Source, Task
from app.core.rules import TASK_CADENCE, PollingRules
from app.core.status import Status
from app.core.sync_events import ReadList
from app.core.trust import Kind
from app.hooks.collection_polling import CollectionPolling
from app.ports import Response
from testkit.chance import longest
from testkit.scene import Scene

ABILITY = "/api/ability-tasks"
TASKS = "/api/tasks/v1"


async def polling(active: int = 0, tasks: int = 0, **settings: Any) -> tuple[Scene, list[str]]:
    """Return a scene without push in which so many jobs are active, and their ids."""
    scene = Scene(disable_ws=True, **settings)
    jobs: list[str] = []
    for _ in range(active):
        scene.clock.server_offset += 1
        jobs.append(scene.backend.submit_ability_task("x")["id"])
    for _ in range(tasks):
        scene.clock.server_offset += 1
        jobs.append(scene.backend.submit_task())
    return await scene.begin(), jobs


def gaps(times: list[float]) -> set[float]:
    """Return how far apart moments are."""
    return {round(after - before, 3) for before, after in pairwise(times)}


async def know_all_tasks(scene: Scene) -> None:
    """Let the page know the older pages as well, as after scrolling to their end."""
    for page in range(3):
        tasks, _ = await scene.monitor.api.tasks(page=page)
        scene.monitor.summary.intake.apply_listed(tasks, Source.POLL, scene.clock.now)


# R8


@pytest.mark.parametrize(("active", "every_s"), [(1, 1.0), (3, 2.0), (11, 5.0)])
async def test_a_kind_that_push_does_not_carry_is_polled_at_its_pace(active: int, every_s: float) -> None:
    """R8, R9: push carries tasks and no ability tasks; only these are asked about, and their end is not missed."""
    scene = await Scene().begin(5)
    scene.backend.unpushed = {("ability-task.status", "steps"), ("ability-task.status", "ends")}
    task = scene.backend.submit_task()
    jobs = [scene.backend.submit_ability_task("x")["id"] for _ in range(active)]
    scene.monitor.refresh()
    await scene.run(3)
    assert ("push", True, False) == trusted(scene)
    since = scene.clock.now
    await scene.run(30)
    assert ({every_s}, []) == (gaps(scene.times(ABILITY, since)), scene.times(TASKS, since))
    scene.backend.move_ability_task(jobs[0], "succeeded")
    await scene.run(every_s + 1.0)
    assert (Status.SUCCEEDED, [jobs[0]]) == (scene.status(jobs[0]), [done.id for done in scene.succeeded])
    scene.backend.move_task(task, "completed", 100)
    await scene.settle()
    await scene.leave()


@pytest.mark.parametrize(("active", "every_s"), [(1, 1.0), (3, 2.0), (11, 3.0)])
async def test_tasks_that_push_does_not_carry_are_polled_at_theirs(active: int, every_s: float) -> None:
    """R8, R9: the other way round."""
    scene = await Scene().begin(5)
    scene.backend.unpushed = {("task.status", "steps"), ("task.status", "ends")}
    scene.backend.submit_ability_task("x")
    tasks = [scene.backend.submit_task() for _ in range(active)]
    scene.monitor.refresh()
    await scene.run(3)
    assert ("push", False, True) == trusted(scene)
    since = scene.clock.now
    await scene.run(30)
    assert ({every_s}, []) == (gaps(scene.times(TASKS, since)), scene.times(ABILITY, since))
    scene.backend.move_task(tasks[0], "completed", 100)
    await scene.run(every_s + 1.0)
    assert Status.SUCCEEDED is scene.status(tasks[0])
    await scene.settle()
    await scene.leave()


def trusted(scene: Scene) -> tuple[str, bool, bool]:
    """Return what the badge says, and whether push is trusted with tasks and with ability tasks."""
    push = scene.monitor.trust
    return scene.monitor.transport, push.trusted(Kind.TASKS), push.trusted(Kind.ABILITY_TASKS)


# R9


async def test_more_active_jobs_than_list_and_window_hold_are_all_asked_about() -> None:
    """R10: what a reconcile leaves out is asked about right after it, round by round, and the page stays alive."""
    scene, jobs = await polling(1)
    for _ in range(4):
        for _ in range(100):
            scene.clock.server_offset += 1
            jobs.append(scene.backend.submit_ability_task("x")["id"])
        await scene.run(61)
    since = scene.clock.now
    # The oldest is reached with the next reconcile but one, since more came before it with each batch.
    await scene.run(75)
    asked = {path.rpartition("/")[2] for path in scene.paths(since) if path.startswith(f"GET {ABILITY}/")}
    assert set(jobs[:201]) <= asked
    await scene.settle()
    await scene.leave()


@pytest.mark.parametrize(("active", "every_s"), [(1, 1.0), (2, 1.0), (3, 2.0), (10, 2.0), (11, 5.0), (40, 5.0)])
async def test_the_interval_of_ability_tasks(active: int, every_s: float) -> None:
    """R9: fewer than 3 every second, up to 10 every two, more every five."""
    scene, _ = await polling(active)
    since = scene.clock.now
    await scene.run(31)
    assert {every_s} == gaps(scene.times(ABILITY, since))
    await scene.settle()
    await scene.leave()


@pytest.mark.parametrize(("active", "every_s"), [(1, 1.0), (3, 2.0), (11, 3.0)])
async def test_the_interval_of_tasks(active: int, every_s: float) -> None:
    """R9: one, two or three seconds."""
    scene, _ = await polling(tasks=active)
    since = scene.clock.now
    await scene.run(31)
    assert {every_s} == gaps(scene.times(TASKS, since))
    await scene.settle()
    await scene.leave()


async def test_nothing_active_is_nothing_polled() -> None:
    """R9: an idle page is quiet."""
    scene, _ = await polling(chance=longest)
    since = scene.clock.now
    await scene.run(50)
    assert [] == scene.paths(since)
    await scene.leave()


async def test_an_addition_changes_the_interval_at_once() -> None:
    """R9, R14: a third job makes it two seconds from the last poll on, not after the old timer."""
    scene, _ = await polling(2)
    await scene.run(3)
    last = scene.times(ABILITY)[-1]
    await scene.run(0.3)
    await scene.monitor.ability_tasks.submit({"abilityId": "x"})
    await scene.run(4)
    reads = [at for at, method, path in scene.world.http.requests if method == "GET" and path.startswith(ABILITY)]
    assert last + 2.0 == next(at for at in reads if at > last)
    await scene.settle()
    await scene.leave()


async def test_a_removal_changes_the_interval_at_once() -> None:
    """R9, R11: eleven become ten; the next poll is two seconds after the last, not five."""
    scene, jobs = await polling(11)
    await scene.run(10)
    last = scene.times(ABILITY)[-1]
    scene.backend.move_ability_task(jobs[0], "succeeded")
    await scene.run(5)
    polls = [at for at in scene.times(ABILITY) if at > last]
    assert (last + 5.0, last + 7.0) == (polls[0], polls[0] + 2.0)
    await scene.run(2)
    assert polls[0] + 2.0 in scene.times(ABILITY)
    await scene.settle()
    await scene.leave()


# R10


async def test_one_job_is_read_singly() -> None:
    """R10: a single read is cheaper than a list."""
    scene, (job,) = await polling(1)
    await scene.run(1)
    since = scene.clock.now
    await scene.run(3)
    assert {f"GET {ABILITY}/{job}"} == set(scene.paths(since))
    await scene.leave()


async def test_many_jobs_are_read_with_one_list() -> None:
    """R10: one call that covers the ids, and only as deep as need be."""
    scene, _ = await polling(8)
    await scene.run(1.5)
    since = scene.clock.now
    await scene.run(2)
    assert [f"GET {ABILITY}?limit=12"] == scene.world.http.paths(since)
    await scene.leave()


async def test_jobs_that_ended_are_not_asked_about() -> None:
    """R10, R11: only active ids; a terminal id leaves at once."""
    scene, jobs = await polling(2)
    for job in jobs:
        scene.backend.move_ability_task(job, "succeeded")
    await scene.run(2)
    since = scene.clock.now
    await scene.run(30)
    assert ([], []) == (scene.paths(since), scene.monitor.diagnostics()["activeIds"])
    await scene.leave()


async def test_a_rolling_window_of_the_newest_fifty() -> None:
    """R10: of 120 active ids the newest 50 are asked for; as they end, older ones move in, and every end is called."""
    scene, jobs = await polling(120)
    await scene.run(1)
    since = scene.clock.now
    await scene.run(5)
    assert [f"GET {ABILITY}?limit=54"] == scene.world.http.paths(since)
    for job in jobs:
        scene.backend.move_ability_task(job, "succeeded")
    await scene.run(40)
    assert set(jobs) == {task.id for task in scene.succeeded}
    await scene.settle()
    await scene.leave()


async def test_active_tasks_behind_the_first_page_come_in_lists_by_their_word() -> None:
    """R10: the newest fifty of them; two requests where single reads would be fifty."""
    scene, jobs = await polling(tasks=70)
    for _ in range(60):
        scene.clock.server_offset += 1
        scene.backend.move_task(scene.backend.submit_task(), "completed", 100)
    await know_all_tasks(scene)
    await scene.run(3)
    since = scene.clock.now
    await scene.run(6)
    asked = {path.partition("&page=")[2] for path in scene.world.http.paths(since) if TASKS in path}
    assert {"0&size=50&status=pending"} == asked
    scene.backend.move_task(jobs[30], "completed", 100)
    await scene.run(4)
    assert Status.SUCCEEDED is scene.status(jobs[30])
    await scene.leave()


@pytest.mark.parametrize("latency_s", [0.3, 3.0, 12.0])
async def test_there_is_never_a_second_request_in_flight(latency_s: float) -> None:
    """R10: a slow answer does not pile up another, whatever else is requested meanwhile."""
    scene, jobs = await polling(5, tasks=5)
    scene.world.http.latency_s = latency_s
    scene.world.http.most_in_flight.clear()
    for number in range(60):
        await scene.run(1)
        if number % 7 == 0:
            scene.monitor.refresh()
        if number == 20:
            scene.backend.move_ability_task(jobs[0], "succeeded")
    assert {
        f"GET {ABILITY}": 1,
        "GET /api/tasks": 1,
        "GET /api/wallet": 1,
    } == scene.world.http.most_in_flight
    scene.world.http.latency_s = 0.0
    await scene.settle()
    await scene.leave()


# R11


async def test_a_404_is_shown_as_unknown_and_never_as_done() -> None:
    """R11, fault 25: the id is in no list and answers 404."""
    scene, (job, other) = await polling(2)
    del scene.backend.ability_tasks[job]
    await scene.run(3)
    assert (Status.UNKNOWN, []) == (scene.status(job), [*scene.succeeded, *scene.failed])
    assert [other] == scene.monitor.ability_tasks.tasks.active
    since = scene.clock.now
    await scene.run(10)
    assert f"GET {ABILITY}/{job}" not in scene.paths(since)
    await scene.leave()


@pytest.mark.parametrize("word", ["pending", "processing"])
async def test_a_task_the_server_lost_is_given_up_after_ten_minutes(word: str) -> None:
    """R11, fault 35: an unknown id answers ``pending`` for ever; a running one that was lost does so too."""
    scene, (job,) = await polling(tasks=1)
    scene.backend.move_task(job, word, 10)
    await scene.run(2)
    del scene.backend.tasks[job]
    await scene.run(595)
    assert scene.status(job) is not Status.UNKNOWN
    await scene.run(70)
    assert (Status.UNKNOWN, []) == (scene.status(job), scene.monitor.summary.tasks.active)
    await scene.leave()


async def test_a_pending_task_that_is_listed_is_not_given_up() -> None:
    """R11: being listed is a sign of life, however long it waits."""
    scene, (job,) = await polling(tasks=1)
    await scene.run(3000)
    assert Status.QUEUED is scene.status(job)
    await scene.settle()
    await scene.leave()


async def test_time_in_which_nobody_asked_does_not_count() -> None:
    """R11, R17: a task beyond the first page is not given up because the page was hidden for an hour."""
    scene = Scene(disable_ws=True)
    old = scene.backend.submit_task()
    await scene.begin()
    for _ in range(60):
        scene.clock.server_offset += 1
        scene.backend.move_task(scene.backend.submit_task(), "completed", 100)
    scene.monitor.refresh()
    await scene.run(5)
    scene.world.page.hide()
    await scene.run(3600)
    scene.world.page.hide(False)
    await scene.run(30)
    assert Status.QUEUED is scene.status(old)
    scene.backend.move_task(old, "completed", 100)
    await scene.run(3)
    assert Status.SUCCEEDED is scene.status(old)
    await scene.leave()


async def test_ids_outside_the_window_are_not_given_up() -> None:
    """R10, R11: who is not asked about cannot answer."""
    scene, jobs = await polling(tasks=120)
    await know_all_tasks(scene)
    await scene.run(1500)
    assert {Status.QUEUED} == {scene.status(job) for job in jobs[:60]}
    await scene.leave()


async def test_a_backend_with_an_older_database_is_followed() -> None:
    """R11, R12, fault 35: what ended there and is gone leaves the list, what was active is unknown."""
    scene = await Scene().begin()
    jobs = [scene.backend.submit_ability_task("x")["id"] for _ in range(4)]
    await scene.run(3)
    scene.backend.move_ability_task(jobs[0], "succeeded")
    scene.backend.move_ability_task(jobs[1], "succeeded")
    await scene.run(2)
    del scene.backend.ability_tasks[jobs[1]], scene.backend.ability_tasks[jobs[3]]
    scene.backend.history.clear()
    scene.drop(1012)
    await scene.run(5)
    assert {jobs[0]: Status.SUCCEEDED, jobs[2]: Status.QUEUED, jobs[3]: Status.UNKNOWN} == scene.shown()
    await scene.leave()


# R13


@pytest.mark.parametrize(
    "answer",
    [
        Response(500, {}, ""),
        Response(502, {"content-type": "text/html"}, "<html>Bad Gateway</html>"),
        Response(204, {}, ""),
        Response(200, {}, "<html></html>"),
        Response(200, {}, '{"items": null}'),
        None,
    ],
)
async def test_failures_keep_the_last_good_data_and_back_off(answer: Response | None) -> None:
    """R13, fault 22: stale, not empty; doubling up to thirty seconds; by itself all right again."""
    scene, (job, other) = await polling(2, chance=longest)
    await scene.run(3)
    scene.backend.fail("/api/", answer)
    since = scene.clock.now
    await scene.run(300)
    reads = scene.times(ABILITY, since)
    polling_ = scene.monitor.ability_task_polling
    assert ({job: Status.QUEUED, other: Status.QUEUED}, True) == (scene.shown(), polling_.failing is not None)
    assert polling_.fresh_at is not None
    assert scene.clock.now - polling_.fresh_at >= 299
    assert 5 <= len(reads) <= 24
    scene.backend.mend()
    scene.backend.move_ability_task(job, "succeeded")
    await scene.run(65)
    assert (Status.SUCCEEDED, None) == (scene.status(job), polling_.failing)
    await scene.settle()
    await scene.leave()


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_a_floor(status: int) -> None:
    """R13, fault 21: the server says when to come back; whatever is requested meanwhile waits."""
    scene = await Scene().begin()
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(3)
    scene.unplug()
    scene.backend.fail(ABILITY, Response(status, {"retry-after": "45"}, "{}"), times=1)
    await scene.run(1)
    since = scene.clock.now
    scene.backend.mend()
    await scene.run(5)
    scene.backend.move_ability_task(job, "succeeded")
    await scene.run(35)
    assert ([], "push") == (scene.times(ABILITY, since), scene.monitor.transport)
    await scene.run(10)
    assert [job] == [task.id for task in scene.succeeded]
    await scene.settle()
    await scene.leave()


async def test_the_user_may_come_back_earlier() -> None:
    """R4, R13: who asks for a refresh gets one."""
    scene, _ = await polling(1)
    scene.backend.fail(ABILITY, Response(429, {"retry-after": "200"}, "{}"), times=1)
    await scene.run(2)
    since = scene.clock.now
    await scene.run(10)
    assert [] == scene.times(ABILITY, since)
    scene.monitor.refresh()
    await scene.run(0.1)
    assert [10.0] == scene.times(ABILITY, since)
    await scene.settle()
    await scene.leave()


@pytest.mark.parametrize("value", ["Wed, 21 Oct 2015 07:28:00 GMT", "soon", "-1", ""])
async def test_a_retry_after_that_means_nothing_is_an_ordinary_failure(value: str) -> None:
    """R13, fault 21: in the past or garbage, the back-off alone decides."""
    scene, _ = await polling(1)
    scene.backend.fail(ABILITY, Response(503, {"retry-after": value}, "{}"), times=1)
    await scene.run(5)
    assert None is scene.monitor.ability_task_polling.failing
    await scene.settle()
    await scene.leave()


async def test_a_huge_retry_after_does_not_silence_the_page() -> None:
    """R13, fault 21: five minutes at most."""
    scene, _ = await polling(1)
    scene.backend.fail(ABILITY, Response(503, {"retry-after": "9" * 30}, "{}"), times=1)
    await scene.run(1.5)
    since = scene.clock.now
    await scene.run(310)
    assert 280 <= scene.times(ABILITY, since)[0] <= 300
    await scene.settle()
    await scene.leave()


async def test_one_job_that_cannot_be_read_starves_no_other() -> None:
    """R13: the others' ends are shown, although one id answers 500 for ever."""
    scene = Scene(disable_ws=True)
    jobs = [scene.backend.submit_task() for _ in range(3)]
    await scene.begin()
    for _ in range(60):
        scene.clock.server_offset += 1
        scene.backend.move_task(scene.backend.submit_task(), "completed", 100)
    scene.backend.fail(f"{TASKS}/{jobs[2]}", Response(500, {}, ""))
    scene.monitor.refresh()
    await scene.run(3)
    for job in jobs[:2]:
        scene.backend.move_task(job, "completed", 100)
    await scene.run(60)
    assert [Status.SUCCEEDED, Status.SUCCEEDED, Status.QUEUED] == [scene.status(job) for job in jobs]
    await scene.leave()


class Stumbling:
    """A reader with a fault of its own."""

    kind = Kind.TASKS
    most = 50
    paged = True

    async def read_list(self, request: ReadList) -> tuple[list[Task], int]:
        raise ZeroDivisionError

    async def one(self, job: str) -> Task:
        raise ZeroDivisionError


async def test_a_fault_of_our_own_is_reported_and_does_not_spin() -> None:
    """R13: an error nobody foresaw backs off like any other failure."""
    scene, _ = await polling(1)
    monitor = scene.monitor
    stumbling = CollectionPolling(
        scene.world.ports, monitor.bus, monitor.summary.intake, Stumbling(), TASK_CADENCE, PollingRules()
    )
    scene.world.page.hide()
    scene.world.page.hide(False)
    await scene.run(60)
    count = len(scene.world.errors)
    assert 3 <= count <= 8
    assert {ZeroDivisionError} == {type(error) for error in scene.world.errors}
    assert isinstance(stumbling.failing, ZeroDivisionError)
    scene.world.errors.clear()
    stumbling.close()
    await scene.leave()


async def test_a_list_with_a_bad_item_drops_nothing() -> None:
    """R13: an item that cannot be read is not an item that is gone."""
    scene, (job, _) = await polling(2)
    scene.backend.move_ability_task(job, "succeeded")
    await scene.run(3)
    answer = scene.backend.answer("GET", f"{ABILITY}?limit=200", _headers(scene), None)
    assert answer is not None
    scene.backend.fail(f"{ABILITY}\\?", Response(200, {}, answer.text.replace('"succeeded"', "5")))
    scene.monitor.refresh()
    await scene.run(2)
    assert Status.SUCCEEDED is scene.status(job)
    await scene.settle()
    await scene.leave()


def _headers(scene: Scene) -> dict[str, str]:
    return {"authorization": f"Bearer {scene.monitor.session.access_token}"}


# R14, R16, discovery


async def test_the_snapshot_says_who_brought_it() -> None:
    """R14: push, poll or the submit's own answer."""
    scene = await Scene().begin()
    task = await scene.monitor.ability_tasks.submit({"abilityId": "x"})
    tasks = scene.monitor.ability_tasks.tasks
    sources = [touch.source.value for touch in [tasks.touched(task.id)] if touch]
    await scene.run(2)
    scene.backend.move_ability_task(task.id, "running")
    sources += [touch.source.value for touch in [tasks.touched(task.id)] if touch]
    scene.backend.muted = True
    scene.backend.move_ability_task(task.id, "succeeded")
    scene.monitor.refresh()
    await scene.run(1)
    sources += [touch.source.value for touch in [tasks.touched(task.id)] if touch]
    assert ["invoke", "push", "poll"] == sources
    await scene.settle()
    await scene.leave()


async def test_an_update_that_overtakes_the_submit_answer_is_applied() -> None:
    """R16: the end is pushed before the submit has returned; the callback comes once, with the result."""
    scene = await Scene().begin()
    scene.world.http.latency_s = 1.0
    shown: list[Status] = []

    async def submit() -> None:
        shown.append((await scene.monitor.ability_tasks.submit({"abilityId": "x"})).status)

    scene.spawn(submit())
    await scene.world.settle()
    (job,) = scene.backend.ability_tasks
    scene.backend.move_ability_task(job, "running")
    scene.backend.move_ability_task(job, "succeeded")
    await scene.run(0.2)
    assert {} == scene.shown()
    await scene.run(10)
    scene.world.http.latency_s = 0.0
    assert ([Status.SUCCEEDED], [job]) == (shown, [task.id for task in scene.succeeded])
    assert scene.succeeded[0].result is not None
    await scene.settle()
    await scene.leave()


async def test_jobs_of_another_tab_are_found() -> None:
    """R12, R16: push speaks of an id nobody here submitted; one search finds it."""
    scene = await Scene().begin(5)
    since = scene.clock.now
    job, task = scene.backend.submit_ability_task("x")["id"], scene.backend.submit_task()
    await scene.run(1)
    assert (Status.QUEUED, Status.QUEUED) == (scene.status(job), scene.status(task))
    assert (1, 1) == (len(scene.times(ABILITY, since)), len(scene.times(TASKS, since)))
    await scene.settle()
    await scene.leave()


async def test_a_whole_batch_of_another_tab_is_found() -> None:
    """R12: sixty at once are as good as one."""
    scene = await Scene().begin(5)
    jobs = []
    for _ in range(60):
        scene.clock.server_offset += 0.001
        jobs.append(scene.backend.submit_ability_task("x")["id"])
    await scene.run(2)
    assert {Status.QUEUED} == {scene.status(job) for job in jobs}
    await scene.settle()
    await scene.leave()


async def test_other_users_cause_no_rows_and_no_endless_reads() -> None:
    """R1, fault 32: another user's events are looked up more and more rarely, and their points are not ours."""
    scene = await Scene().begin(5)
    since = scene.clock.now
    for number in range(600):
        scene.backend.send("ability-task.status", {"taskId": f"other{number}", "status": "running"})
        scene.backend.send("task.status", {"taskId": f"other{number}", "status": "pending", "progress": 0})
        scene.backend.send("wallet.points", {"taskId": f"other{number}", "status": "frozen", "balance": 5})
        await scene.run(1)
    searches = len(scene.times(ABILITY, since))
    assert ({}, 1000, []) == (scene.shown(), scene.monitor.points.points and scene.monitor.points.points.total, [])
    assert searches <= 10 + 14
    assert [] == scene.world.events.named("podi:wallet-points")
    scene.backend.history.clear()
    await scene.settle()
    await scene.leave()


async def test_a_replay_of_old_events_changes_nothing() -> None:
    """R15, fault 31: the last hundred events come again with every connection."""
    scene = await Scene().begin(5)
    jobs = [scene.backend.submit_ability_task("x")["id"] for _ in range(12)]
    tasks = [scene.backend.submit_task() for _ in range(8)]
    await scene.run(2)
    for job in jobs:
        scene.backend.move_ability_task(job, "running")
        scene.backend.move_ability_task(job, "failed" if int(job, 16) % 2 else "succeeded")
    for task in tasks:
        scene.backend.move_task(task, "completed", 100)
    await scene.run(3)
    before = scene.shown()
    dispatched = len(scene.world.events.events)
    for _ in range(4):
        scene.drop(1012)
        await scene.run(10)
    events = [name for name, _ in scene.world.events.events[dispatched:]]
    assert (before, 0) == (scene.shown(), sum(name != "podi:ability-log-created" for name in events))
    await scene.settle()
    await scene.leave()


async def test_a_slow_answer_older_than_a_push_is_ignored() -> None:
    """R15, fault 24: the read began before the end and says ``running``; the end stands."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(1)
    scene.backend.move_ability_task(job, "running")
    scene.world.http.latency_s = 2.0
    scene.monitor.refresh()
    await scene.run(1)
    scene.backend.move_ability_task(job, "failed")
    await scene.run(0.1)
    states = {scene.status(job)}
    for _ in range(40):
        await scene.run(0.2)
        states.add(scene.status(job))
    scene.world.http.latency_s = 0.0
    assert {Status.FAILED} == states
    await scene.settle()
    await scene.leave()


async def test_duplicates_and_steps_back_change_nothing() -> None:
    """R15, fault 24: a state that was passed does not come back, and is counted."""
    scene = await Scene().begin(5)
    job, task = scene.backend.submit_ability_task("x")["id"], scene.backend.submit_task()
    await scene.run(1)
    scene.backend.move_ability_task(job, "running")
    scene.backend.move_task(task, "processing", 60)
    frames = scene.backend.history[-2:]
    scene.backend.move_ability_task(job, "succeeded")
    scene.backend.move_task(task, "completed", 100)
    await scene.run(1)
    stale = scene.monitor.diagnostics()["stale"]
    for socket in scene.backend.sockets:
        socket.push(*frames, *frames)
    await scene.run(1)
    assert (Status.SUCCEEDED, Status.SUCCEEDED) == (scene.status(job), scene.status(task))
    assert isinstance(stale, int)
    assert stale + 4 == scene.monitor.diagnostics()["stale"]
    await scene.settle()
    await scene.leave()


async def test_rounds_that_follow_each_other_closely_are_announced_together() -> None:
    """R20: a burst of ends is read round after round, and only a failure or data that ages shows anywhere."""
    scene = await Scene().begin(10)
    announced: list[float] = []
    with closing(scene.monitor.bus.subscribe(TransportChanged, lambda _: announced.append(scene.clock.now))):
        scene.monitor.bus.publish(ReconcileWanted("test"))
        await scene.run(0.1)
        assert announced
        announced.clear()
        for _ in range(5):
            scene.monitor.bus.publish(ReconcileWanted("test"))
            await scene.run(0.1)
        assert [] == announced
        scene.backend.fail(ABILITY, Response(500, {}, "{}"), times=1)
        scene.monitor.bus.publish(ReconcileWanted("test"))
        await scene.run(0.1)
        assert announced
        announced.clear()
        scene.monitor.bus.publish(ReconcileWanted("test"))
        await scene.run(0.1)
        assert announced, "the failure is over"
    await scene.settle()
    await scene.leave()
