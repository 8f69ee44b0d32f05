"""The session as the realtime channel sees it."""

import pytest

from app.contexts.channel_credentials import ChannelCredentials
from app.contexts.session import Ending, SignedOut
from app.ports import Response
from testkit.scene import Scene


async def credentials() -> tuple[Scene, ChannelCredentials]:
    """Return a scene without push in which somebody is signed in, and what a channel would be given."""
    scene = await Scene(disable_ws=True).begin()
    return scene, ChannelCredentials(scene.monitor.session, scene.monitor.api)


async def test_the_token_is_the_sessions() -> None:
    """R33: whatever it is just now; nobody's once the session has ended."""
    scene, given = await credentials()
    assert ({given.access_token}, False) == (scene.backend.valid, given.token_expired)
    scene.monitor.session.sign_out()
    assert (None, False) == (given.access_token, given.token_expired)
    await scene.close()


async def test_a_check_is_one_read_that_changes_nothing() -> None:
    """R3: a refused upgrade and a token that is good."""
    scene, given = await credentials()
    since = scene.clock.now
    await scene.run(1)
    token = given.access_token
    await given.check()
    assert (1, token) == (len(scene.times("/api/wallet", since)), given.access_token)
    await scene.leave()


@pytest.mark.parametrize("answer", [Response(500, {}, ""), Response(200, {}, "<html></html>")])
async def test_a_check_that_brings_nothing_is_over_all_the_same(answer: Response) -> None:
    """R3: whether the server is there, other reads find out."""
    scene, given = await credentials()
    scene.backend.fail("/api/wallet", answer)
    await given.check()
    assert "u1" == scene.monitor.session.user_id
    await scene.leave()


async def test_a_refused_token_is_renewed_once() -> None:
    """R33: whoever asks with a token that was renewed meanwhile has the new one."""
    scene, given = await credentials()
    refused = given.access_token or ""
    assert [True, True] == [await given.renew(refused), await given.renew(refused)]
    assert (1, True) == (scene.paths().count("POST /api/auth/refresh"), given.access_token not in {refused, None})
    await scene.leave()


@pytest.mark.parametrize("refused", [False, True])
async def test_a_renewal_that_is_not_to_be_had(refused: bool) -> None:
    """R33: nobody could be reached, or the session is over; the channel need not know which."""
    scene, given = await credentials()
    if refused:
        scene.backend.refresh_tokens.clear()
    else:
        scene.backend.fail("auth/refresh", Response(503, {}, ""))
    assert False is await given.renew(given.access_token or "")
    assert (None if refused else "u1") == scene.monitor.session.user_id
    await scene.leave()


async def test_the_end_is_that_of_a_session_that_has_expired() -> None:
    """R5, R33: even a fresh token is refused."""
    scene, given = await credentials()
    ended = scene.events(SignedOut)
    given.end()
    assert [SignedOut(Ending.EXPIRED)] == ended
    await scene.close()
