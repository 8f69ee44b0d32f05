"""The page of one task, whichever list it is in, or in none."""

from __future__ import annotations

import json
import shlex

import pytest

from app.core.records import AbilityTask, Source, Task, Word
from app.core.request_code import Language
from app.core.status import Status
from app.pages.jobs.job import JobPage
from app.pages.route import JobRoute
from app.ports import Response
from testkit.chance import longest
from testkit.page_context import AddressLog, NoticeLog, quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface
from testkit.world import MemoryViewer


async def opened(scene: Scene, job_id: str) -> MemorySurface:
    """Return the surface of a page that was opened for an id."""
    surface = MemorySurface()
    JobPage(quiet_context(scene.monitor, surface), JobRoute(job_id))
    await scene.world.advance(0.5)
    return surface


def reads(scene: Scene, job_id: str) -> list[str]:
    """Return the reads of one id."""
    return [path for _, _, path in scene.world.http.requests if path.endswith(f"/{job_id}")]


async def polling() -> Scene:
    """Return a scene that lives on polling, with something active to poll for."""
    scene = Scene(disable_ws=True)
    scene.backend.submit_task()
    return await scene.begin()


async def test_an_unknown_id_is_read_once() -> None:
    """R31: neither kind knows the id; the page says so, and does not read it with every poll."""
    scene = await polling()
    surface = await opened(scene, "nope")
    await scene.world.advance(30)
    assert ("missing", 2) == (surface.values["page@data-state"], len(reads(scene, "nope")))


async def test_an_id_that_could_not_be_read_is_retried_with_backoff() -> None:
    """R13: a failing server is read at growing intervals until it answers."""
    scene = await polling()
    job = scene.backend.submit_ability_task("x")["id"]
    broken = scene.backend.ability_tasks.pop(job)
    scene.backend.next_answers = [Response(503, {}, "")]
    surface = await opened(scene, job)
    assert "error" == surface.values["page@data-state"]
    scene.backend.ability_tasks[job] = broken
    await scene.world.advance(3)
    assert "ready" == surface.values["page@data-state"]


async def test_refresh_reads_a_missing_id_again() -> None:
    """R32: the user may know better."""
    scene = await polling()
    surface = await opened(scene, "late")
    scene.backend.ability_tasks["late"] = {**scene.backend.submit_ability_task("x"), "id": "late"}
    surface.act("refresh")
    await scene.world.advance(1)
    assert "ready" == surface.values["page@data-state"]


class OpenJob:
    """A job's page in a scene, with what it shows and where it leads."""

    def __init__(self, scene: Scene, route: JobRoute) -> None:
        self.scene = scene
        self.surface = MemorySurface()
        self.notices = NoticeLog()
        self.address = AddressLog()
        context = quiet_context(scene.monitor, self.surface, self.notices, address=self.address)
        self.page = JobPage(context, route)

    async def leave(self) -> None:
        """Close the page and the scene."""
        self.page.close()
        await self.scene.leave()


ORDER = {"action": "koutu", "channel": "web", "workflowParams": {"imageUrl": "/in.png", "size": 4}}


async def ended_task(**more: object) -> OpenJob:
    """Return the page of a task that has ended."""
    scene = await Scene(disable_ws=True, chance=longest).begin()
    job = scene.backend.submit_task(30, {**ORDER, **more})
    scene.backend.move_task(job, "completed", 100)
    scene.monitor.refresh()
    await scene.run(2)
    page = OpenJob(scene, JobRoute(job))
    await scene.run(1)
    return page


async def ended_ability_task(**request: object) -> OpenJob:
    """Return the page of an ability task that has ended."""
    scene = await Scene(disable_ws=True).begin()
    job = scene.backend.submit_ability_task("x", request)["id"]
    scene.backend.move_ability_task(job, "running")
    await scene.run(5)
    scene.backend.move_ability_task(job, "succeeded")
    scene.monitor.refresh()
    await scene.run(2)
    page = OpenJob(scene, JobRoute(job))
    await scene.run(1)
    return page


def end_many_others(scene: Scene, kind: type[Task] | type[AbilityTask]) -> None:
    """Let the page learn of so many newer jobs that of the older ones it keeps only the rows."""
    at = scene.clock.server() + 1.0
    word = Word(Status.FAILED, "failed", None, at)
    now = scene.clock.now
    if kind is Task:
        tasks = [Task(id=f"other{number}", dated=word, created_at=at) for number in range(2100)]
        scene.monitor.summary.intake.apply_listed(tasks, Source.POLL, now)
    else:
        calls = [AbilityTask(id=f"other{number}", dated=word, created_at=at) for number in range(2100)]
        scene.monitor.ability_tasks.intake.apply_listed(calls, Source.POLL, now)


async def test_a_job_of_which_only_the_row_is_kept_is_read_once() -> None:
    """R48: what went in and came out is shown as of any other job, and read by whoever opens it alone."""
    scene = await Scene(disable_ws=True, chance=longest).begin()
    job = scene.backend.submit_ability_task("x", {"inputs": {"prompt": "koi by night"}})["id"]
    scene.backend.move_ability_task(job, "succeeded")
    scene.monitor.refresh()
    await scene.run(5)
    end_many_others(scene, AbilityTask)
    before = len(reads(scene, job))
    page = OpenJob(scene, JobRoute(job))
    assert "koi by night" not in page.surface.regions["inputs"].markup
    await scene.run(60)
    assert before + 1 == len(reads(scene, job))
    assert "koi by night" in page.surface.regions["inputs"].markup
    known = scene.monitor.ability_tasks.tasks.get(job)
    assert (False, True) == (known is None or known.row_only, known is not None and known.result is not None)
    page.surface.act("json-open", part="request")
    assert "/inputs/prompt" in page.surface.lists["request-rows"].order
    await page.leave()


async def test_a_task_of_which_only_the_row_is_kept_is_looked_up_in_the_list() -> None:
    """R38, R48: what went into a task stands nowhere else; it is shown, and can be run again."""
    scene = await Scene(disable_ws=True, chance=longest).begin()
    job = scene.backend.submit_task(30, ORDER)
    scene.backend.move_task(job, "completed", 100)
    scene.monitor.refresh()
    await scene.run(5)
    end_many_others(scene, Task)
    scene.clock.server_offset += 2.0
    for _ in range(2100):
        scene.backend.move_task(scene.backend.submit_task(0), "failed", 100)
    since = scene.clock.now
    page = OpenJob(scene, JobRoute(job))
    await scene.run(30)
    assert 1 == sum("&page=42&size=50" in path for path in scene.world.http.paths(since))
    known = scene.monitor.summary.tasks.get(job)
    assert (ORDER["workflowParams"], False) == (known and known.parameters, known is None or known.row_only)
    assert ("Run again for 30 points", None) == (page.surface.values["again-text"], page.surface.values["again@hidden"])
    page.page.close()
    await scene.close()


SUBMIT = "POST /api/tasks/v1/submit"


@pytest.mark.parametrize("latency_s", [0.0, 3.0])
async def test_a_task_is_run_again_once_under_a_new_id(latency_s: float) -> None:
    """R41: the same order, whatever the number of clicks, and the page leads to the new job."""
    page = await ended_task()
    first = next(iter(page.scene.backend.tasks))
    assert ("Run again for 30 points", None) == (page.surface.values["again-text"], page.surface.values["again@hidden"])
    page.scene.world.http.latency_s = latency_s
    for _ in range(2):
        page.surface.act("run-again")
        await page.scene.run(0.2)
    await page.scene.run(8)
    assert (1, ["again.submitted"]) == (page.scene.paths().count(SUBMIT), page.notices.keys)
    again = next(job for job in page.scene.backend.tasks if job != first)
    assert [f"/tasks/{again}"] == page.address.visited
    ordered = page.scene.backend.tasks[again]
    assert {**ORDER, "points": 30} == {name: ordered[name] for name in (*ORDER, "points")}
    known = page.scene.monitor.summary.tasks.get(again)
    assert known is not None
    assert "koutu" == known.action
    await page.leave()


async def test_what_is_under_way_would_end_with_the_page() -> None:
    """R41: a submission, and the search for one whose answer was lost."""
    page = await ended_task()
    page.scene.world.http.latency_s = 1.0
    page.scene.backend.fail(SUBMIT, Response(502, {}, "<html>gateway</html>"), 1)
    noted = [page.page.unsaved]
    page.surface.act("run-again")
    for _ in range(2):
        await page.scene.run(0.6)
        noted.append(page.page.unsaved)
    await page.scene.run(30)
    assert [False, True, True, False] == [*noted, page.page.unsaved]
    page.scene.world.http.latency_s = 0.0
    await page.leave()


async def test_a_task_whose_answer_was_lost_is_found_by_its_id() -> None:
    """R41: the order was carried out, and nothing is sent again."""
    page = await ended_task()
    job_id = "f" * 32

    def carry_out(method: str, path: str) -> None:
        if f"{method} {path}" == SUBMIT:
            page.scene.backend.submit_task(30, {"taskId": job_id, **ORDER})

    page.scene.world.http.on_request = carry_out
    page.scene.backend.fail(SUBMIT, Response(502, {}, "<html>gateway</html>"))
    page.surface.act("run-again")
    page.surface.act("run-again")
    await page.scene.run(5)
    assert ([f"/tasks/{job_id}"], ["again.submitted"]) == (page.address.visited, page.notices.keys)
    assert 1 == page.scene.paths().count(SUBMIT)
    await page.leave()


async def test_a_task_that_was_never_made_may_be_sent_again() -> None:
    """R41: only after several searches is that said."""
    page = await ended_task()
    page.scene.backend.fail(SUBMIT, Response(502, {}, "<html>gateway</html>"), 1)
    page.surface.act("run-again")
    await page.scene.run(0.1)
    assert "Looking" in str(page.surface.values["again-note"])
    page.surface.act("run-again")
    await page.scene.run(20)
    assert (1, []) == (page.scene.paths().count(SUBMIT), page.address.visited)
    assert "You can submit it again" in str(page.surface.values["again-error"])
    page.surface.act("run-again")
    await page.scene.run(5)
    assert (2, 1) == (page.scene.paths().count(SUBMIT), len(page.address.visited))
    await page.leave()


async def test_a_refusal_is_said_and_the_task_may_be_sent_again() -> None:
    """R41: the server's own word, and the next press is another try."""
    page = await ended_task()
    page.scene.backend.fail(SUBMIT, Response(402, {}, '{"detail": "INSUFFICIENT_POINTS"}'), 1)
    page.surface.act("run-again")
    await page.scene.run(2)
    assert "not enough points" in str(page.surface.values["again-error"])
    page.surface.act("run-again")
    await page.scene.run(2)
    assert (2, 1, "") == (
        page.scene.paths().count(SUBMIT),
        len(page.address.visited),
        page.surface.values["again-error"],
    )
    await page.leave()


async def test_an_ability_task_leads_to_its_form() -> None:
    """R41: filled from its request; only once it has ended."""
    page = await ended_ability_task()
    href = str(page.surface.values["again-link@href"])
    assert href.startswith("#/abilities/x?again=")
    running = page.scene.backend.submit_ability_task("x")["id"]
    page.scene.monitor.refresh()
    await page.scene.run(2)
    other = OpenJob(page.scene, JobRoute(running))
    assert ("", "") == (other.surface.values["again-link@hidden"], other.surface.values["again@hidden"])
    other.page.close()
    await page.leave()


async def test_a_request_is_copied_as_code_without_a_token() -> None:
    """R38: curl, Python and JavaScript; the shell reads the request back, and the token is a placeholder."""
    page = await ended_ability_task(inputs={"prompt": "it's koi"})
    page.surface.act("copy-code", language="curl")
    words = shlex.split(page.scene.world.clipboard.text.replace("\\\n", " "))
    assert "https://podi.example.org/api/ability-tasks" == words[1]
    body = json.loads(words[-1])
    assert ("x", {"prompt": "it's koi"}) == (body["abilityId"], body["inputs"])
    token = await page.scene.monitor.session.token()
    for language in Language:
        page.surface.act("copy-code", language=language.value)
        text = page.scene.world.clipboard.text
        assert (True, False) == ("PODI_TOKEN" in text, token in text)
    assert ["job.copied"] * 4 == page.notices.keys
    await page.leave()


async def test_a_task_is_copied_as_its_order() -> None:
    """R38: with an id of its own, so that what is pasted is another job."""
    page = await ended_task()
    page.surface.act("copy-code", language="curl")
    words = shlex.split(page.scene.world.clipboard.text.replace("\\\n", " "))
    body = json.loads(words[-1])
    assert {**ORDER, "points": 30, "userId": page.scene.monitor.session.user_id} == {
        name: value for name, value in body.items() if name != "taskId"
    }
    assert body["taskId"] not in page.scene.backend.tasks
    page.surface.act("copy-link")
    assert page.scene.world.clipboard.text.startswith("https://podi.example.org/#/tasks/tsk_")
    page.scene.world.clipboard.refuses = True
    page.surface.act("copy-link")
    assert ["job.copied", "job.copied", "copy.failed"] == page.notices.keys
    await page.leave()


async def test_the_jobs_before_and_after_are_a_step_away() -> None:
    """R38: of the same list, newest first; at its ends there is no way on."""
    scene = await Scene(disable_ws=True).begin()
    jobs = []
    for _ in range(3):
        jobs.append(scene.backend.submit_task())
        await scene.run(2)
    scene.monitor.refresh()
    await scene.run(2)
    page = OpenJob(scene, JobRoute(jobs[1]))
    assert (f"#/tasks/{jobs[2]}", f"#/tasks/{jobs[0]}") == (
        page.surface.values["previous@href"],
        page.surface.values["next@href"],
    )
    newest = OpenJob(scene, JobRoute(jobs[2]))
    assert ("", f"#/tasks/{jobs[1]}") == (newest.surface.values["previous@hidden"], newest.surface.values["next@href"])
    newest.page.close()
    await page.leave()


async def test_an_address_opens_a_node_of_the_request() -> None:
    """R39: and choosing another writes it into the address; the same page follows one that is typed."""
    page = await ended_ability_task(inputs={"prompt": "koi"})
    page.page.close()
    job_id = next(iter(page.scene.backend.ability_tasks))
    other = OpenJob(page.scene, JobRoute(job_id, "request", "/inputs/prompt"))
    assert "inputs.prompt" == other.surface.values["request-path"]
    other.surface.act("json-toggle", part="request", key="/inputs")
    assert f"/tasks/{job_id}?json=request&node=%2Finputs" == other.address.route
    assert other.page.follow(JobRoute(job_id, "request", "/abilityId"))
    assert "abilityId" == other.surface.values["request-path"]
    assert not other.page.follow(JobRoute("another"))
    await other.leave()


async def test_results_open_in_the_viewer_with_those_of_the_next_job() -> None:
    """R40: and the picture that went in is what they are compared with."""
    page = await ended_ability_task(imageUrl="/in.png")
    older = page.scene.backend.submit_task()
    page.surface.act("view-picture", part="0")
    viewer = page.scene.world.ports.late.adapters.viewer()
    assert isinstance(viewer, MemoryViewer)
    assert (0, "/in.png") == (viewer.first, viewer.pictures[0].before)
    assert viewer.pictures[0].url.endswith(".png")
    page.surface.act("view-input", part="0")
    assert ["/in.png"] == [picture.url for picture in viewer.pictures]
    page.page.close()
    assert (None, True) == (viewer.first, older in page.scene.backend.tasks)
    await page.leave()


async def test_the_time_goes_on_in_the_parts_of_the_page() -> None:
    """R47: what says how long a job runs still counts down with the page's clock."""
    scene = await Scene(disable_ws=True).begin()
    for _ in range(5):
        before = scene.backend.submit_ability_task("x")["id"]
        scene.backend.move_ability_task(before, "running")
        await scene.run(20)
        scene.backend.move_ability_task(before, "succeeded")
        scene.backend.ability_tasks[before]["duration_ms"] = 90_000
    job = scene.backend.submit_ability_task("x")["id"]
    scene.backend.move_ability_task(job, "running")
    await scene.run(70)
    surface = MemorySurface()
    page = JobPage(quiet_context(scene.monitor, surface), JobRoute(job))
    waiting = surface.region("waiting")
    said = [waiting.values["waiting-text"]]
    await scene.run(10)
    page.tick(scene.monitor.server_now)
    said.append(waiting.values["waiting-text"])
    assert ["ends within 20 s", "ends within 10 s"] == said
    page.close()
    await scene.leave()
