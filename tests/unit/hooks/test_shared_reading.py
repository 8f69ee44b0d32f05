"""Reads that several pages share, in memory."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from app.core.status import Status
from app.ports import Response
from testkit.scene import Scene
from tests.unit.hooks.test_shared_connection import opened, sockets, three

LIST = "GET /api/ability-tasks"


def reads(pages: list[Scene], since: float, path: str = LIST) -> int:
    """How often all pages together asked the server."""
    return sum(page.paths(since).count(path) for page in pages)


async def ask(page: Scene, path: str, got: list[Response]) -> None:
    """Read a path as the page does, and keep the answer."""
    headers = {"authorization": f"Bearer {page.monitor.session.access_token}"}
    got.append(await page.monitor.ports.http.request("GET", path, headers=headers, body=None, timeout_s=9.0))


@pytest.mark.parametrize("reading_s", [0.0, 1e-4])
async def test_three_pages_cost_the_reads_of_one(reading_s: float) -> None:
    """R43: over ten minutes of reconciles; also where time passes between what the pages do at one moment."""
    alone = await Scene().begin()
    since = alone.clock.now
    await alone.run(600)
    of_one = len(alone.paths(since))
    await alone.leave()
    async with three() as pages:
        pages[0].clock.reading_s = reading_s
        since = pages[0].clock.now
        await pages[0].run(600)
        assert sum(len(page.paths(since)) for page in pages) <= of_one + 4


async def test_a_refresh_is_a_read_of_its_own() -> None:
    """R43, R4: what began before the user asked does not count."""
    async with three() as pages:
        pages[1].monitor.refresh()
        await pages[0].run(0.1)
        since = pages[0].clock.now
        pages[1].monitor.refresh()
        await pages[0].run(0.1)
        assert 1 == reads(pages, since)


async def test_polls_of_three_pages_cost_those_of_one() -> None:
    """R43, R8: without push, with a job that runs, the pages poll together."""
    async with three() as pages:
        for page in pages:
            page.unplug()
        job = pages[0].backend.submit_ability_task("x")["id"]
        pages[0].backend.move_ability_task(job, "running")
        await pages[0].run(120)
        since = pages[0].clock.now
        await pages[0].run(60)
        polls = sorted(
            at
            for page in pages
            for path in ("/api/ability-tasks/", "/api/ability-tasks?")
            for at in page.times(path, since)
        )
        cadence = pages[0].monitor.settings.ability_task_cadence.fast_s
        assert [Status.RUNNING] * 3 == [page.status(job) for page in pages]
        assert len(polls) <= 60 / cadence * 1.2


async def test_what_was_read_before_a_write_does_not_serve_the_writer() -> None:
    """R43: a page that has written wants to see what it wrote; another one may take the older read."""
    async with three() as pages:
        await pages[0].run(5)
        first = pages[0]
        first.world.http.latency_s = 0.5
        since = first.clock.now
        for page in pages[1:]:
            page.spawn(ask(page, "/api/ability-tasks/none", []))
        await first.run(0.1)
        assert 1 == len(first.paths(since))
        await pages[2].monitor.ability_tasks.submit({"abilityId": "x"})
        for page in pages[1:]:
            page.spawn(ask(page, "/api/ability-tasks/other", []))
            await first.run(0.05)
        pages[2].spawn(ask(pages[2], "/api/ability-tasks/none", []))
        await first.run(0.1)
        assert 2 == first.paths(since).count("GET /api/ability-tasks/none")
        assert 1 == first.paths(since).count("GET /api/ability-tasks/other")
        await first.run(1)
        first.world.http.latency_s = 0.0


async def test_a_refused_token_is_not_shared() -> None:
    """R43, R33: a follower whose answer was 401 at the holder asks by itself, and renews."""
    async with three() as pages:
        pages[0].backend.valid = set()
        for page in pages:
            page.monitor.refresh()
        await pages[0].run(3)
        assert [page.monitor.session.access_token for page in pages] == [pages[0].monitor.session.access_token] * 3
        assert 1 == sum(page.paths().count("POST /api/auth/refresh") for page in pages)
        assert ["u1"] * 3 == [page.monitor.session.user_id for page in pages]


async def test_the_holder_goes_while_it_is_asked() -> None:
    """R43: whoever waits for its answer asks by itself."""
    async with three() as pages:
        first = pages.pop(0)
        first.world.http.latency_s = 5.0
        pages[0].monitor.refresh()
        await first.run(0.1)
        first.world.page.leave()
        first.monitor.close()
        since = pages[0].clock.now
        await pages[0].run(2)
        assert reads(pages, since) >= 1


async def test_nobody_answers_the_holder() -> None:
    """R43: that the server is not there is said to all, once."""
    async with three() as pages:
        answer = pages[0].backend.answer
        pages[0].backend.answer = lambda method, path, headers, body: None  # type: ignore[method-assign]
        pages[1].monitor.refresh()
        await pages[0].run(30)
        assert pages[1].monitor.ability_task_polling.failing is not None
        pages[0].backend.answer = answer  # type: ignore[method-assign]


async def test_a_date_is_not_older_than_the_ask() -> None:
    """R43, R27: a read that began earlier says nothing of the server's clock now; a wait it asks for is passed on."""
    first = await opened()
    second = await opened(first)
    answer = first.backend.answer
    added = {"date": "Thu, 15 Jan 2026 11:32:00 GMT", "retry-after": "3"}

    def dated(method: str, path: str, headers: Mapping[str, str], body: str | None) -> Response | None:
        found = answer(method, path, headers, body)
        return found and Response(found.status, added, found.text)

    first.backend.answer = dated  # type: ignore[method-assign]
    got: list[Response] = []
    first.world.http.latency_s = 0.5
    since = first.clock.now
    for page in (first, second, second):
        page.spawn(ask(page, "/api/ability-tasks/none", got))
        await first.run(0.1)
    await first.run(1)
    assert [("date", "retry-after"), ("retry-after",), ("retry-after",)] == [tuple(one.headers) for one in got]
    assert 1 == len(first.paths(since)) + len(second.paths(since))
    assert [1, 0] == sockets([first, second])
    first.monitor.session.sign_out()
    first.world.http.latency_s = 0.0
    for page in (first, second):
        page.monitor.close()
    await first.run(1)
    assert [] == first.world.errors + second.world.errors
