"""The log of one ability, with the record that is searched for marked."""

from decimal import Decimal

import pytest

from app.core.events import LogsChanged, LogsSearched
from app.core.pause import Reason
from app.core.status import Status
from app.ports import Response
from testkit.scene import Scene

LOGS = "/api/admin/abilities/x/logs"


async def watching(history: int = 3) -> Scene:
    """Return a scene in which an ability's log with some history is looked at."""
    scene = Scene()
    for _ in range(history):
        scene.backend.move_ability_task(scene.backend.submit_ability_task("x")["id"], "succeeded")
    await scene.begin(5)
    scene.monitor.logs.watch("x")
    await scene.run(3)
    return scene


def marked(scene: Scene) -> int | None:
    """Return which record is marked."""
    return scene.monitor.logs.highlight


def statuses(scene: Scene) -> dict[int, Status]:
    """Return the status of each loaded record."""
    return {log: record.status for log, record in scene.monitor.logs.records.items()}


async def test_the_log_is_newest_first_with_its_cost() -> None:
    """R28: records, how many there are, and what they cost in all."""
    scene = await watching(3)
    logs = scene.monitor.logs
    assert ([3, 2, 1], 3, {"CNY": Decimal("0.75")}, True) == (logs.order, logs.total, logs.costs.spent, logs.complete)
    await scene.leave()


@pytest.mark.parametrize("status", ["succeeded", "failed"])
async def test_a_call_that_ends_refreshes_the_log_and_marks_its_record(status: str) -> None:
    """R28, R29: well or badly, the record whose id the event named."""
    scene = await watching(3)
    job = (await scene.monitor.ability_tasks.submit({"abilityId": "x"})).id
    await scene.run(2)
    assert None is marked(scene)
    scene.backend.move_ability_task(job, status)
    await scene.run(2)
    record = scene.monitor.logs.records[4]
    assert (4, 4, status) == (scene.monitor.logs.highlight, scene.monitor.logs.order[0], record.status.value)
    costs = scene.monitor.logs.costs
    assert Decimal("1.00") == costs.spent["CNY"] + costs.failed.get("CNY", Decimal(0))
    assert ({"CNY": Decimal("0.25")} if status == "failed" else {}) == costs.failed
    await scene.settle()
    await scene.leave()


async def test_an_end_without_a_log_id_refreshes_the_log() -> None:
    """R28: a failure may name no record; the list is read all the same."""
    scene = await watching(1)
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(2)
    since = scene.clock.now
    scene.backend.muted = True
    scene.backend.move_ability_task(job, "failed")
    scene.backend.muted = False
    stamp = scene.backend.ability_tasks[job]["updated_at"]
    scene.backend.send("ability-task.status", {"taskId": job, "abilityId": "x", "status": "failed", "updatedAt": stamp})
    await scene.run(3)
    assert (True, [2, 1]) == (bool(scene.times(LOGS, since)), scene.monitor.logs.order)
    await scene.settle()
    await scene.leave()


async def test_a_record_that_is_written_late_is_chased() -> None:
    """R28: the event came before the record; a few more reads find it."""
    scene = await watching(1)
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(2)
    since = scene.clock.now
    scene.backend.move_ability_task(job, "succeeded")
    late = scene.backend.logs.pop()
    await scene.run(2.5)
    assert (2, [1]) == (scene.monitor.logs.highlight, scene.monitor.logs.order)
    scene.backend.logs.append(late)
    await scene.run(5)
    assert [2, 1] == scene.monitor.logs.order
    scene.backend.logs.pop()
    assert len(scene.times(LOGS, since)) <= 6
    scene.backend.logs.append(late)
    await scene.settle()
    await scene.leave()


async def test_a_record_that_never_comes_is_not_chased_for_ever() -> None:
    """R28: four more reads, then quiet."""
    scene = await watching(1)
    since = scene.clock.now
    scene.monitor.logs.watch("x", highlight=999)
    await scene.run(30)
    assert 5 == len(scene.times(LOGS, since))
    await scene.leave()


async def test_a_record_under_way_is_looked_at_again() -> None:
    """R28: the log says ``pending`` until the call has ended."""
    scene = await watching(1)
    scene.backend.logs.append({"id": 2, "ability_id": "x", "status": "pending"})
    scene.monitor.logs.watch("x", highlight=2)
    await scene.run(1.5)
    assert {1: Status.SUCCEEDED, 2: Status.RUNNING} == statuses(scene)
    scene.backend.logs[-1]["status"] = "success"
    await scene.run(2)
    assert {1: Status.SUCCEEDED, 2: Status.SUCCEEDED} == statuses(scene)
    await scene.leave()


async def test_replayed_notices_mark_nothing() -> None:
    """R28, fault 31: the record that was asked for stays marked through every reconnect."""
    scene = await watching(5)
    scene.monitor.logs.watch("x", highlight=2)
    await scene.run(2)
    for _ in range(3):
        scene.drop(1012)
        await scene.run(8)
    assert 2 == scene.monitor.logs.highlight
    scene.monitor.session.sign_out()
    await scene.close()


async def test_a_link_to_a_record_survives_the_first_reads() -> None:
    """R28: the list of tasks, full of ended ones, comes after the log was opened, and marks none of its own."""
    scene = Scene()
    for _ in range(5):
        scene.backend.move_ability_task(scene.backend.submit_ability_task("x")["id"], "succeeded")
    scene.monitor.start()
    scene.monitor.logs.watch("x", highlight=2)
    await scene.monitor.session.sign_in("demo", "demo")
    scene.monitor.logs.watch("x", highlight=2)
    await scene.run(10)
    assert (2, 5) == (scene.monitor.logs.highlight, scene.monitor.logs.total)
    await scene.leave()


async def test_a_notice_missed_during_an_outage_marks_its_record() -> None:
    """R12, R28: a call by somebody else, of which only the replay speaks."""
    scene = await watching(2)
    scene.unplug()
    scene.backend.logs.append({"id": 3, "ability_id": "x", "status": "success"})
    scene.backend.send("ability-log.created", {"logId": 3, "abilityId": "x", "status": "success"})
    await scene.run(3)
    scene.backend.mend()
    scene.monitor.refresh()
    await scene.run(3)
    assert (3, [3, 2, 1]) == (scene.monitor.logs.highlight, scene.monitor.logs.order)
    await scene.leave()


async def test_another_abilitys_call_is_no_matter() -> None:
    """R28: only the ability that is looked at."""
    scene = await watching(1)
    since = scene.clock.now
    job = scene.backend.submit_ability_task("y")["id"]
    await scene.run(2)
    scene.backend.move_ability_task(job, "succeeded")
    await scene.run(3)
    assert ([], None) == (scene.times(LOGS, since), scene.monitor.logs.highlight)
    await scene.settle()
    await scene.leave()


async def test_a_notice_during_a_read_causes_another() -> None:
    """R28: a request made during a read is not lost."""
    scene = await watching(1)
    scene.world.http.latency_s = 1.0
    scene.monitor.logs.fetch()
    await scene.run(0.5)
    scene.backend.logs.append({"id": 2, "ability_id": "x", "status": "success"})
    scene.backend.send("ability-log.created", {"logId": 2, "abilityId": "x", "status": "success"})
    await scene.run(3)
    assert [2, 1] == scene.monitor.logs.order
    scene.world.http.latency_s = 0.0
    await scene.leave()


async def test_older_records_are_read_on_demand() -> None:
    """R28: page after page, until there are no more."""
    scene = await watching(120)
    logs = scene.monitor.logs
    assert (50, 120, False) == (len(logs.records), logs.total, logs.complete)
    logs.fetch_older()
    await scene.run(2)
    assert (120, True) == (len(logs.records), logs.complete)
    scene.monitor.session.sign_out()
    await scene.close()


async def test_a_change_is_published_when_no_read_is_under_way() -> None:
    """R28, report 5: whoever draws the log then may offer older records, and nobody draws what was drawn before."""
    scene = await watching(120)
    logs = scene.monitor.logs
    reading: list[bool] = []
    subscription = scene.monitor.bus.subscribe(LogsChanged, lambda _: reading.append(logs.reading))
    logs.watch("x", highlight=2)
    await scene.run(3)
    assert {False} == set(reading)
    subscription.close()
    await scene.leave()


async def test_another_ability_begins_anew() -> None:
    """R28: nothing of the first is left, not even a read under way."""
    scene = await watching(2)
    scene.world.http.latency_s = 1.0
    scene.monitor.logs.fetch()
    await scene.run(0.5)
    scene.monitor.logs.watch("y")
    await scene.run(5)
    assert (0, []) == (scene.monitor.logs.total, scene.monitor.logs.order)
    scene.monitor.logs.unwatch()
    since = scene.clock.now
    scene.world.http.latency_s = 0.0
    await scene.run(100)
    assert [] == scene.times("/api/admin", since)
    await scene.leave()


async def test_a_log_that_fails_says_so_and_keeps_its_records() -> None:
    """R13, R28: the last good data stays; by itself all right again."""
    scene = await watching(2)
    received = scene.events(LogsChanged)
    scene.backend.fail(LOGS, Response(500, {}, ""))
    scene.monitor.logs.fetch()
    since = scene.clock.now
    await scene.run(60)
    assert (True, [2, 1]) == (scene.monitor.logs.failing is not None, scene.monitor.logs.order)
    assert 4 <= len(scene.times(LOGS, since)) <= 8
    scene.backend.mend()
    await scene.run(31)
    assert (None, True) == (scene.monitor.logs.failing, len(received) > 4)
    await scene.settle()
    await scene.leave()


def write_logs(scene: Scene, count: int, status: str = "success") -> None:
    """Let calls leave records of which no frame speaks."""
    for _ in range(count):
        scene.backend.logs.append({"id": len(scene.backend.logs) + 1, "ability_id": "x", "status": status})


async def unpushed(history: int, **more: int) -> Scene:
    """Return a scene whose server pushes no notices of log records, with an ability's log watched."""
    scene = Scene()
    write_logs(scene, history)
    await scene.begin(5)
    scene.monitor.logs.watch("x", **more)
    await scene.run(3)
    return scene


@pytest.mark.parametrize("hidden", [True, False])
async def test_a_hole_in_the_log_is_filled(hidden: bool) -> None:
    """R28, report 5: 300 records, 50 loaded, 100 more while hidden or within a second: none is missing between."""
    scene = await unpushed(300)
    logs = scene.monitor.logs
    if hidden:
        scene.monitor.lifecycle.pause(Reason.HIDDEN)
    write_logs(scene, 100)
    if hidden:
        await scene.run(60)
        scene.monitor.lifecycle.resume(Reason.HIDDEN)
    else:
        logs.fetch()
    await scene.run(3)
    assert (list(range(400, 250, -1)), frozenset()) == (logs.order[:150], logs.holes)
    for _ in range(3):
        logs.fetch_older()
        await scene.run(2)
    assert (list(range(400, 0, -1)), True) == (logs.order, logs.complete)
    await scene.leave()


async def test_a_hole_too_large_to_fill_unasked_is_marked_and_filled_on_demand() -> None:
    """R28, report 5: 2,000 records while nobody looked; "Load older" closes the hole first, then goes on."""
    scene = await unpushed(300)
    logs = scene.monitor.logs
    write_logs(scene, 2000)
    since = scene.clock.now
    logs.fetch()
    await scene.run(2)
    assert (1, len(scene.times(LOGS, since))) == (len(logs.holes), 5)
    for _ in range(12):
        logs.fetch_older()
        await scene.run(2)
    assert (list(range(2300, 0, -1)), True) == (logs.order, logs.complete)
    await scene.leave()


async def test_a_record_beyond_the_newest_page_is_searched_page_by_page() -> None:
    """R28, report 6: an address names an old record; each page that was looked through is published."""
    scene = await unpushed(1000)
    logs = scene.monitor.logs
    searched: list[int] = []
    subscription = scene.monitor.bus.subscribe(LogsSearched, lambda _: searched.append(logs.searched))
    logs.find(120)
    assert (120, False) == (logs.sought, logs.missing)
    await scene.run(3)
    assert ([249, 448, 647, 846, 1000], True) == (searched, 120 in logs.records)
    assert (None, False, 120) == (logs.sought, logs.missing, logs.highlight)
    subscription.close()
    await scene.leave()


async def test_a_record_that_is_not_in_the_log_is_said_to_be_missing() -> None:
    """R28, report 6: it was deleted, or never was; other calls that end do not stop the search."""
    scene = await unpushed(300)
    scene.backend.logs = [log for log in scene.backend.logs if log["id"] != 20]
    logs = scene.monitor.logs
    logs.find(20)
    scene.backend.logs.append({"id": 301, "ability_id": "x", "status": "success"})
    scene.backend.send("ability-log.created", {"logId": 301, "abilityId": "x", "status": "success"})
    await scene.run(10)
    assert (None, True, 301) == (logs.sought, logs.missing, logs.highlight)
    logs.find(40)
    await scene.run(2)
    assert (None, False, 40) == (logs.sought, logs.missing, logs.highlight)
    await scene.leave()


async def test_a_search_that_is_stopped_reads_no_more_pages() -> None:
    """R28: nobody waits for the record any more."""
    scene = await unpushed(5000)
    logs = scene.monitor.logs
    scene.world.http.latency_s = 1.0
    logs.find(1)
    await scene.run(2.5)
    logs.stop_search()
    await scene.run(2)
    since = scene.clock.now
    scene.world.http.latency_s = 0.0
    await scene.run(5)
    assert (None, []) == (logs.sought, scene.times(LOGS, since))
    await scene.leave()


async def test_a_slow_calls_record_is_renewed_below_the_newest_page() -> None:
    """R28, report 7: 60 newer records, then its own notice: it no longer says "running"."""
    scene = Scene()
    write_logs(scene, 10)
    write_logs(scene, 1, "pending")
    await scene.begin(5)
    scene.monitor.logs.watch("x")
    await scene.run(3)
    write_logs(scene, 60)
    scene.monitor.logs.fetch()
    await scene.run(3)
    scene.backend.logs[10]["status"] = "success"
    scene.backend.send("ability-log.created", {"logId": 11, "abilityId": "x", "status": "success"})
    await scene.run(3)
    assert (Status.SUCCEEDED, 11) == (statuses(scene)[11], marked(scene))
    await scene.leave()


async def test_running_records_below_the_newest_page_are_renewed_without_a_notice() -> None:
    """R28, report 7: a server that pushes no notices leaves nothing "running" for more than a minute or so."""
    scene = await unpushed(10)
    write_logs(scene, 1, "pending")
    scene.monitor.logs.fetch()
    await scene.run(2)
    write_logs(scene, 60)
    await scene.run(15)
    scene.backend.logs[10]["status"] = "success"
    await scene.run(75)
    assert Status.SUCCEEDED is statuses(scene)[11]
    await scene.leave()


async def test_the_newest_page_is_read_every_ten_seconds_while_no_push_renews_it() -> None:
    """R28: the server pushes no notices of log records; a page that is hidden or shows no log reads nothing."""
    scene = await unpushed(3)
    write_logs(scene, 1)
    since = scene.clock.now
    await scene.run(30)
    assert (3, [4, 3, 2, 1]) == (len(scene.times(LOGS, since)), scene.monitor.logs.order)
    scene.monitor.lifecycle.pause(Reason.HIDDEN)
    since = scene.clock.now
    await scene.run(60)
    assert [] == scene.times(LOGS, since)
    scene.monitor.lifecycle.resume(Reason.HIDDEN)
    await scene.run(11)
    assert 2 == len(scene.times(LOGS, since))
    scene.monitor.logs.unwatch()
    since = scene.clock.now
    await scene.run(60)
    assert [] == scene.times(LOGS, since)
    await scene.leave()


async def test_push_that_carries_notices_ends_the_polling_until_it_is_lost() -> None:
    """R8, R28: proven by the first notice on this connection; the next connection has to prove it anew."""
    scene = await unpushed(3)
    write_logs(scene, 1)
    scene.backend.send("ability-log.created", {"logId": 4, "abilityId": "x", "status": "success"})
    await scene.run(3)
    since = scene.clock.now
    await scene.run(40)
    assert [] == scene.times(LOGS, since)
    scene.unplug()
    await scene.run(40)
    assert 3 <= len(scene.times(LOGS, since)) <= 6
    scene.backend.mend()
    await scene.leave()
