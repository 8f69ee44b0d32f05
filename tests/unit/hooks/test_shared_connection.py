"""Several pages of a browser with one connection, in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import pytest

from app.core.status import Status
from app.wire import sharing as wire
from testkit.scene import Scene


async def opened(beside: Scene | None = None, *, disable_ws: bool = False) -> Scene:
    """Return a page that shares: the first signs in, the others find the session."""
    # Pages that draw the same numbers would have the same name.
    seed = len(beside.world.group.posted) + 1 if beside else 0
    scene = Scene(beside=beside, seed=seed, disable_ws=disable_ws)
    if beside is None:
        await scene.begin()
    else:
        scene.monitor.start()
        await scene.run(1)
    scene.monitor.share()
    await scene.run(0.5)
    return scene


@asynccontextmanager
async def three() -> AsyncIterator[list[Scene]]:
    """Three pages of one user; afterwards each agrees with the backend, and nothing is left."""
    first = await opened()
    pages = [first, await opened(first), await opened(first)]
    yield pages
    first.backend.mend()
    await first.run(130)
    assert [{}] * len(pages) == [page.losses() for page in pages]
    await close(pages)


async def close(pages: list[Scene]) -> None:
    """Sign out and close all, and see that nothing is left."""
    pages[0].monitor.session.sign_out()
    await pages[0].run(0)
    assert (0, 0) == pages[0].world.group.open
    for page in pages:
        page.monitor.close()
    await pages[0].run(0)
    assert {0} == {pages[0].world.timers.pending, *sockets(pages)}
    assert [] == [error for page in pages for error in page.world.errors]


def sharing(page: Scene) -> dict[str, object]:
    """What a page says of its part."""
    found = page.monitor.diagnostics()["sharing"]
    assert isinstance(found, dict)
    return found


def windows(page: Scene) -> object:
    """How many pages share, as one of them knows."""
    return sharing(page)["windows"]


def roles(pages: list[Scene]) -> list[str]:
    """The part of each page."""
    return [str(sharing(page)["role"])[0] for page in pages]


def sockets(pages: list[Scene]) -> list[int]:
    """The sockets that each page has open."""
    return [page.world.sockets.alive for page in pages]


async def test_three_pages_have_one_socket() -> None:
    """R43: the first holds, the others follow; all are live, and each knows how many there are."""
    async with three() as pages:
        assert (["h", "f", "f"], [1, 0, 0]) == (roles(pages), sockets(pages))
        assert ["push"] * 3 == [page.monitor.transport for page in pages]
        assert [3] * 3 == [windows(page) for page in pages]


async def test_what_is_pushed_reaches_all() -> None:
    """R43: single frames and those that come together, and each page counts them."""
    async with three() as pages:
        job = pages[0].backend.submit_ability_task("x")["id"]
        await pages[0].run(2)
        pages[0].backend.move_ability_task(job, "running")
        await pages[0].run(0.1)
        assert [Status.RUNNING] * 3 == [page.status(job) for page in pages]
        socket = pages[0].backend.sockets[0]
        frame = pages[0].backend.history[-1]
        socket.push_together(frame, frame.replace("running", "failed"))
        pages[0].backend.move_ability_task(job, "failed")
        await pages[0].run(0.6)
        assert [Status.FAILED] * 3 == [page.status(job) for page in pages]
        assert 1 == len({page.monitor.activity.frames for page in pages[1:]})


async def test_frames_that_make_no_sense_reach_all_alike() -> None:
    """R43, R1: binary ones, broken ones, and broken ones among others that came together."""
    async with three() as pages:
        before = [page.monitor.activity.malformed for page in pages]
        socket = pages[0].backend.sockets[0]
        socket.push(None, "{")
        socket.push_together('{"type": "x"}', "{", "鱼")
        await pages[0].run(0.6)
        assert [4] * 3 == [page.monitor.activity.malformed - old for page, old in zip(pages, before, strict=True)]
        assert ["push"] * 3 == [page.monitor.transport for page in pages]


async def test_a_frame_that_is_missing_is_caught_up_with() -> None:
    """R43: a gap in the numbers replaces the connection, and everything is read anew (R12)."""
    async with three() as pages:
        first, second, _ = pages
        job = first.backend.submit_ability_task("x")["id"]
        first.world.group.loses = lambda head: '"kind":"frames"' in head
        first.backend.move_ability_task(job, "running")
        await first.run(0.01)
        first.world.group.loses = lambda head: False
        await first.run(0.5)
        assert ([Status.RUNNING] * 3, 0) == ([page.status(job) for page in pages], second.world.sockets.alive)


async def test_the_holder_is_closed() -> None:
    """R43: another one has a socket at once; the remaining ones lose nothing."""
    async with three() as pages:
        first = pages.pop(0)
        job = first.backend.submit_ability_task("x")["id"]
        first.world.page.leave()
        first.monitor.close()
        pages[0].backend.move_ability_task(job, "running")
        await pages[0].run(1)
        assert (["f", "h"], 1) == (sorted(roles(pages)), sum(sockets(pages)))
        assert ["push"] * 2 == [page.monitor.transport for page in pages]


async def test_a_hidden_holder_hands_over_and_a_page_that_is_shown_is_live() -> None:
    """R43, R17: the hidden page has no socket; once shown it follows."""
    async with three() as pages:
        pages[0].world.page.hide()
        await pages[0].run(0.5)
        assert ("f", 0, 1) == (roles(pages)[0], sockets(pages)[0], sum(sockets(pages)))
        assert ["paused", "push", "push"] == [page.monitor.transport for page in pages]
        pages[0].world.page.hide(False)
        await pages[0].run(0.5)
        assert ("f", ["push"] * 3) == (roles(pages)[0], [page.monitor.transport for page in pages])


async def test_when_all_are_hidden_there_is_no_socket_and_the_first_that_is_shown_has_one() -> None:
    """R43, R17: hidden pages are silent, however many."""
    async with three() as pages:
        for page in pages:
            page.world.page.hide()
        await pages[0].run(1)
        before = [page.requests for page in pages]
        await pages[0].run(300)
        assert (before, 0) == ([page.requests for page in pages], sum(sockets(pages)))
        pages[1].world.page.hide(False)
        await pages[0].run(0.5)
        assert (["f", "h", "f"], [0, 1, 0]) == (roles(pages), sockets(pages))
        for page in pages:
            page.world.page.hide(False)


async def test_a_page_that_comes_back_from_the_cache_joins_again() -> None:
    """R43, R5: a page that is left holds nothing; back again it is alone until the next tick, then it shares."""
    async with three() as pages:
        pages[0].world.page.leave()
        await pages[0].run(1)
        assert ("a", 0) == (roles(pages)[0], sockets(pages)[0])
        pages[0].world.page.leave(False)
        await pages[0].run(0.5)
        assert "push" == pages[0].monitor.transport
        pages[0].monitor.share()
        await pages[0].run(0.5)
        assert ("f", 1) == (roles(pages)[0], sum(sockets(pages)))


async def test_the_server_is_gone_for_a_while() -> None:
    """R43: the followers are as connected as the holder is, and live again with it."""
    async with three() as pages:
        pages[0].unplug()
        await pages[0].run(90)
        assert ["polling"] * 3 == [page.monitor.transport for page in pages]
        pages[0].backend.mend()
        pages[0].monitor.refresh()
        await pages[0].run(1)
        assert (["push"] * 3, 1) == ([page.monitor.transport for page in pages], sum(sockets(pages)))


async def test_what_a_follower_is_passed_says_nothing_of_how_sockets_show_who_they_are() -> None:
    """R55, R43: a follower that took the holder's frames for its own would end the session once it holds."""
    async with three() as pages:
        pages[0].unplug()
        await pages[0].run(10)
        pages[0].backend.accepts_sockets = True
        await pages[0].run(20)
        pages[0].backend.submit_task()
        await pages[0].run(5)
        assert ["push"] * 3 == [page.monitor.transport for page in pages]
        assert ["subprotocol"] * 3 == [page.monitor.diagnostics()["wsAuth"] for page in pages]


@pytest.mark.parametrize(("code", "refusal"), [(4403, (4403, "no")), (4401, None)])
async def test_why_the_socket_was_closed(code: int, refusal: tuple[int, str] | None) -> None:
    """R43: a final refusal is everybody's; a refused token is the holder's, which renews it for all."""
    async with three() as pages:
        pages[0].drop(code, "no")
        await pages[0].run(0.01)
        assert [refusal] * 3 == [page.monitor.push.refusal for page in pages]
        await pages[0].run(10)
        for page in pages:
            page.monitor.refresh()
        await pages[0].run(3)
        assert ["push"] * 3 == [page.monitor.transport for page in pages]
        assert 1 == sum(sockets(pages))


async def test_the_refresh_button_of_a_follower_is_the_holders_too() -> None:
    """R43, R4: after a final refusal whoever asks for everything anew makes the holder connect, and all are live."""
    async with three() as pages:
        pages[0].drop(1008, "no")
        await pages[0].run(10)
        assert ["polling"] * 3 == [page.monitor.transport for page in pages]
        pages[1].monitor.refresh()
        await pages[0].run(1)
        assert (["push"] * 3, 1) == ([page.monitor.transport for page in pages], sum(sockets(pages)))
        opened = [len(page.world.sockets.opened) for page in pages]
        pages[1].monitor.refresh()
        await pages[0].run(1)
        assert opened == [len(page.world.sockets.opened) for page in pages]


async def test_signing_out_ends_it_for_all() -> None:
    """R43, R33: no channel, no lock and no socket is left; the next user's pages share again."""
    first = await opened()
    second = await opened(first)
    first.monitor.session.sign_out()
    await first.run(0)
    assert ((0, 0), [0, 0]) == (first.world.group.open, sockets([first, second]))
    await first.monitor.session.sign_in("demo", "demo")
    for page in (first, second):
        page.monitor.share()
    await first.run(0.5)
    assert [2, 2] == [windows(page) for page in (first, second)]
    await close([first, second])


async def test_a_page_without_push_takes_it_from_no_other() -> None:
    """R7, R43: whichever was first; pages without push read for each other."""
    silent = await opened(disable_ws=True)
    pages = [silent, await opened(silent), await opened(silent), await opened(silent, disable_ws=True)]
    await silent.run(10)
    assert (["h", "h", "f", "f"], [0, 1, 0, 0]) == (roles(pages), sockets(pages))
    assert ["polling", "push", "push", "polling"] == [page.monitor.transport for page in pages]
    await close(pages)


async def test_pages_of_different_users_share_nothing() -> None:
    """R43: the names of channel and lock carry the user."""
    scene = await opened()
    assert scene.world.group.channels.keys() == scene.world.group.claims.keys()
    user = scene.monitor.session.user_id
    assert [True] == [name.endswith(f".{user}") for name in scene.world.group.channels]
    await close([scene])


@pytest.mark.parametrize("missing", ["channels", "locks", "refused"])
async def test_a_browser_without_them(missing: str) -> None:
    """R43: the page works alone, and says why."""
    first = await Scene().begin()
    second = Scene(beside=first, seed=1)
    second.monitor.start()
    await first.run(1)
    for page in (first, second):
        adapters = page.world.late.adapters
        adapters.has_channels = missing != "channels"
        adapters.has_locks = missing != "locks"
        adapters.refusal = "refused" if missing == "refused" else None
        for _ in range(3):
            page.monitor.share()
            await first.run(0.1)
    reason = missing if missing == "refused" else f"no {missing}"
    for page in (first, second):
        assert {"role": "alone", "windows": 1, "alone": reason} == sharing(page)
    job = first.backend.submit_ability_task("x")["id"]
    first.backend.move_ability_task(job, "running")
    await first.run(1)
    assert ([1, 1], (0, 0)) == (sockets([first, second]), first.world.group.open)
    assert [Status.RUNNING] * 2 == [page.status(job) for page in (first, second)]
    await close([first, second])


async def test_nonsense_on_the_channel_changes_nothing() -> None:
    """R43: whatever any script says there."""
    async with three() as pages:
        (name,) = pages[0].world.group.channels
        script = pages[0].world.late.adapters.channel(name, lambda head, body: None)
        term = '"number":1,"page":"x"'
        for head in (
            "",
            "null",
            "{" * 1000,
            '{"kind":"beat"}',
            '{"kind":"hello","page":5,"hidden":"x"}',
            '{"kind":"frames",' + term + ',"first":1,"lengths":[5,-1,7]}',
            '{"kind":"closed",' + term + ',"code":4403}',
            '{"kind":"ask","page":"x","to":"y","ask":1,"path":"/api/auth/me","after_frame":0,"oldest_s":1}',
            '{"kind":"answer","to":"y","ask":1,"status":200}',
            "x" * (wire.LARGEST + 1),
        ):
            script.post(head, b"\xff\xfe")
        script.close()
        await pages[0].run(1)
        assert (["h", "f", "f"], ["push"] * 3) == (roles(pages), [page.monitor.transport for page in pages])


async def test_a_holder_that_is_none_is_soon_followed_no_longer() -> None:
    """R43: a beat of a later term, of a page that there is not; another holds within a second."""
    async with three() as pages:
        (name,) = pages[0].world.group.channels
        script = pages[0].world.late.adapters.channel(name, lambda head, body: None)
        script.post(wire.write_head(wire.Beat(number=10**9, page="x", hidden=False, up=True, frame=0)))
        script.close()
        await pages[0].run(1.2)
        assert ["f", "f", "h"] == sorted(roles(pages))
        assert (["push"] * 3, 1) == ([page.monitor.transport for page in pages], sum(sockets(pages)))


async def test_the_lock_is_taken_away_by_a_script() -> None:
    """R43: somebody holds again within a second, and all are live."""
    async with three() as pages:
        (name,) = pages[0].world.group.claims
        pages[0].world.group.steal(name)
        await pages[0].run(1)
        assert (1, 1) == (roles(pages).count("h"), sum(sockets(pages)))
        assert ["push"] * 3 == [page.monitor.transport for page in pages]


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
async def test_whatever_happens_to_the_pages_nothing_is_lost(seed: int) -> None:
    """R43: pages are hidden, left, robbed and cut off, messages are lost, and all lists are those of the backend."""
    chance = Random(seed)
    async with three() as pages:
        group, backend = pages[0].world.group, pages[0].backend
        running: list[str] = []
        for _ in range(80):
            page = chance.choice(pages)
            match chance.randrange(8):
                case 0 | 1:
                    running.append(backend.submit_ability_task("x")["id"])
                    backend.move_ability_task(running[-1], "running")
                case 2 | 3 if running:
                    job = running.pop(chance.randrange(len(running)))
                    backend.move_ability_task(job, chance.choice(["succeeded", "failed"]))
                case 4:
                    page.world.page.hide(not page.world.page.hidden)
                case 5:
                    page.world.page.leave()
                    await page.run(chance.random())
                    page.world.page.leave(False)
                    page.monitor.share()
                case 6:
                    for name, claims in group.claims.items():
                        if claims:
                            group.steal(name)
                case _:
                    lost = chance.random() < 0.5
                    group.loses = lambda head, lost=lost: lost and chance.random() < 0.3  # type: ignore[misc]
                    page.drop(1006)
            await page.run(chance.choice([0.0, 0.02, 0.3, 1.5]))
        group.loses = lambda head: False
        for page in pages:
            page.world.page.hide(False)
        await pages[0].run(60)
        assert (1, ["push"] * 3) == (sum(sockets(pages)), [page.monitor.transport for page in pages])
