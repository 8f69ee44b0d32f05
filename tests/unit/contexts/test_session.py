"""Who is signed in: renewal, single flight, two tabs, and every way in which a session ends."""

import asyncio
import json

import pytest

from app.api.errors import NotSignedIn
from app.contexts.session import Ending, RoleChanged, SignedIn, SignedOut, SignInRefused
from app.contexts.session_store import KEY
from app.ports import Response, TransportError
from testkit.scene import Scene

REFRESH = "POST /api/auth/refresh"


async def signed_in() -> Scene:
    """Return a scene in which somebody is signed in, without push."""
    return await Scene(disable_ws=True).begin()


def endings(scene: Scene) -> list[SignedOut]:
    """Return a list that keeps how sessions end."""
    return scene.events(SignedOut)


def outdate(scene: Scene) -> str:
    """Let the server refuse the access token from now on; return it."""
    scene.backend.valid = set()
    return scene.monitor.session.access_token or ""


async def test_signing_in_says_who_it_is() -> None:
    """R33: user, role and name are known, and the pair is kept for the next visit."""
    scene = Scene(disable_ws=True)
    received = scene.events(SignedIn)
    scene.monitor.start()
    assert scene.monitor.session.user_id is None
    await scene.monitor.session.sign_in("demo", "demo")
    session = scene.monitor.session
    assert ([SignedIn("u1", "admin", anew=True)], "demo") == (received, session.name)
    assert KEY in scene.world.store.values
    scene.monitor.session.sign_out()
    assert KEY not in scene.world.store.values


async def test_a_name_with_an_at_is_an_address() -> None:
    """R33: the login route takes a username or an email."""
    scene = Scene()
    sent: list[str | None] = []
    answer = scene.backend.answer

    def listen(method: str, path: str, headers: object, body: str | None) -> Response | None:
        sent.append(body)
        return answer(method, path, {}, body)

    scene.backend.answer = listen  # type: ignore[method-assign]
    await scene.monitor.session.sign_in("a@b.c", "demo")
    assert {"email": "a@b.c", "password": "demo"} == json.loads(sent[0] or "")


async def test_a_wrong_password_is_refused_with_its_code() -> None:
    """R33: the form can say what was wrong; nobody is signed in."""
    scene = Scene()
    scene.monitor.start()
    with pytest.raises(SignInRefused) as caught:
        await scene.monitor.session.sign_in("demo", "wrong")
    assert ("INVALID_CREDENTIALS", None) == (caught.value.problem.code, scene.monitor.session.user_id)
    await scene.close()


@pytest.mark.parametrize("text", ["", "<html></html>", '{"accessToken": "x"}'])
async def test_a_login_answer_that_cannot_be_read_is_a_refusal(text: str) -> None:
    """R33: half a session is none."""
    scene = Scene()
    scene.backend.fail("auth/login", Response(200, {}, text))
    with pytest.raises(SignInRefused):
        await scene.monitor.session.sign_in("demo", "demo")
    assert None is scene.monitor.session.user_id


async def test_a_reload_takes_up_the_session() -> None:
    """R33: who was signed in still is."""
    scene = await signed_in()
    again = Scene(disable_ws=True, beside=scene)
    again.monitor.start()
    assert ("u1", "demo") == (again.monitor.session.user_id, again.monitor.session.name)


@pytest.mark.parametrize("kept", ["", "x", "{}", '{"access_token": "a.b.c", "refresh_token": "r"}'])
async def test_a_stored_session_that_makes_no_sense_is_forgotten(kept: str) -> None:
    """R33: rubbish in the store ends in the sign-in form."""
    scene = Scene()
    scene.world.store.values[KEY] = kept
    scene.monitor.start()
    assert scene.monitor.session.user_id is None
    assert {} == scene.world.store.values
    await scene.close()


# Renewal


async def test_many_callers_share_one_renewal() -> None:
    """R33: single flight."""
    scene = await signed_in()
    outdate(scene)
    points = await asyncio.gather(*(scene.monitor.api.points() for _ in range(20)))
    assert ({1000}, 1) == ({each.total for each in points}, scene.paths().count(REFRESH))
    await scene.leave()


async def test_a_caller_that_gives_up_does_not_take_the_renewal_with_it() -> None:
    """R33: the others still get their token."""
    scene = await signed_in()
    refused = outdate(scene)
    scene.world.http.latency_s = 1.0
    first = asyncio.ensure_future(scene.monitor.session.renewed(refused))
    second = asyncio.ensure_future(scene.monitor.session.renewed(refused))
    await scene.world.settle()
    first.cancel()
    await scene.run(2)
    assert (True, {second.result()}) == (first.cancelled(), scene.backend.valid)
    await scene.leave()


async def test_a_token_that_has_been_replaced_meanwhile_is_not_renewed_again() -> None:
    """R33: whoever comes late with the old token gets the new one."""
    scene = await signed_in()
    refused = outdate(scene)
    new = await scene.monitor.session.renewed(refused)
    assert (new, 1) == (await scene.monitor.session.renewed(refused), scene.paths().count(REFRESH))
    await scene.leave()


async def test_a_pair_is_renewed_before_it_expires() -> None:
    """R33: a minute ahead, and again with the next pair."""
    scene = await signed_in()
    start = scene.clock.now - 1
    await scene.run(2 * 3600)
    assert [3540.0, 7080.0] == [round(at) for at in scene.times("/api/auth/refresh", start)]
    await scene.leave()


async def test_a_renewal_ahead_that_fails_is_tried_again() -> None:
    """R33: there is time until the expiry, and it is used."""
    scene = await signed_in()
    scene.backend.fail("auth/refresh", Response(503, {}, ""), times=1)
    await scene.run(3590)
    assert 2 == scene.paths().count(REFRESH)
    await scene.leave()


@pytest.mark.parametrize("lifetime_s", [0.0, -5.0, 0.1])
async def test_a_pair_that_hardly_lives_is_not_renewed_without_end(lifetime_s: float) -> None:
    """R33: a server whose tokens are old at birth is asked once a second, not a thousand times."""
    scene = Scene(disable_ws=True)
    scene.backend.lifetime_s = lifetime_s
    await scene.begin(0)
    await scene.run(20)
    assert scene.paths().count(REFRESH) <= 60
    await scene.leave()


async def test_a_short_lived_pair_is_renewed_at_half_its_time() -> None:
    """R33: a minute ahead is too early for a token of twenty seconds."""
    scene = Scene(disable_ws=True)
    scene.backend.lifetime_s = 20.0
    await scene.begin(0)
    start = scene.clock.now
    await scene.run(35)
    assert [10.0, 20.0, 30.0] == scene.times("/api/auth/refresh", start)
    await scene.leave()


async def test_a_hidden_page_renews_nothing_and_catches_up_on_return() -> None:
    """R17, R33: no request while paused; the expired token is renewed once, before anything is asked with it."""
    scene = await signed_in()
    scene.backend.checks_expiry = True
    scene.world.page.hide()
    requests = scene.requests
    await scene.run(2 * 3600)
    assert requests == scene.requests
    since = scene.clock.now
    scene.world.page.hide(False)
    await scene.run(1)
    assert (REFRESH, 1) == (scene.paths(since)[0], scene.paths(since).count(REFRESH))
    await scene.leave()


async def test_a_renewal_that_fell_into_a_short_pause_is_made_up_for() -> None:
    """R33: the time to renew came while nobody looked; it is done well before the expiry."""
    scene = await signed_in()
    await scene.run(3500)
    scene.world.page.hide()
    await scene.run(60)
    scene.world.page.hide(False)
    await scene.run(30)
    assert 1 == scene.paths().count(REFRESH)
    await scene.leave()


@pytest.mark.parametrize("skew_s", [-7200.0, 7200.0])
async def test_a_device_with_a_wrong_clock_stays_signed_in(skew_s: float) -> None:
    """R33, fault 15: the lifetime counts from when the pair came, whatever the token's own expiry says."""
    scene = Scene(disable_ws=True)
    scene.clock.server_offset += skew_s
    await scene.begin(0)
    await scene.run(3000)
    assert 0 == scene.paths().count(REFRESH)
    await scene.run(1000)
    assert 1 == scene.paths().count(REFRESH)
    await scene.leave()


# Completions


FIREWALL = Response(403, {"content-type": "text/html"}, "<html>Request blocked</html>")


@pytest.mark.parametrize(
    "answer",
    [
        FIREWALL,
        Response(400, {"content-type": "text/html"}, "<html>Bad request</html>"),
        Response(404, {"content-type": "text/plain"}, "default backend - 404"),
        Response(401, {}, '{"message": "blocked by policy"}'),
    ],
)
async def test_somebody_elses_refusal_is_an_outage(answer: Response) -> None:
    """R33, report 28: whose answer it is decides; a firewall's page signs nobody out."""
    scene = await Scene(disable_ws=True).begin()
    why = endings(scene)
    outdate(scene)
    scene.backend.fail("auth/refresh", answer)
    await scene.run(120)
    assert ([], "u1") == (why, scene.monitor.session.user_id)
    scene.backend.mend()
    await scene.run(95)
    assert scene.monitor.points.failing is None
    await scene.leave()


@pytest.mark.parametrize(
    ("status", "code", "ending"),
    [(404, "USER_NOT_FOUND", Ending.ACCOUNT_GONE), (403, "USER_INACTIVE", Ending.ACCOUNT_INACTIVE)],
)
async def test_an_account_that_is_gone_ends_the_session_with_that_reason(
    status: int, code: str, ending: Ending
) -> None:
    """R33: the sign-in form says what happened."""
    scene = await Scene(disable_ws=True).begin()
    why = endings(scene)
    outdate(scene)
    scene.backend.fail("auth/refresh", Response(status, {}, json.dumps({"detail": code})))
    await scene.run(90)
    assert [SignedOut(ending)] == why
    await scene.close()


async def test_all_readers_remember_one_failure_of_the_renewal() -> None:
    """R33, report 29: `429, Retry-After: 60` is not answered with a renewal by each reader in turn."""
    scene = await Scene(disable_ws=True).begin()
    scene.backend.submit_task()
    outdate(scene)
    scene.backend.fail("auth/refresh", Response(429, {"retry-after": "60"}, '{"detail": "RATE_LIMITED"}'))
    since = scene.clock.now
    await scene.run(59)
    assert scene.paths(since).count(REFRESH) <= 1
    scene.backend.mend()
    await scene.run(65)
    assert scene.monitor.points.failing is None
    await scene.leave()


async def test_a_server_that_renews_and_then_refuses_everything_ends_the_session() -> None:
    """R33, report 30: three renewals, then the form; not 89 in ten minutes."""
    scene = await Scene(disable_ws=True).begin()
    scene.backend.submit_task()
    why = endings(scene)
    since = scene.clock.now
    scene.backend.fail("GET ", Response(401, {}, '{"detail": "INVALID_TOKEN"}'))
    await scene.run(600)
    assert [SignedOut(Ending.EXPIRED)] == why
    assert 3 == scene.paths(since).count(REFRESH)
    await scene.close()


async def test_a_proxy_that_refuses_everything_is_asked_rarely() -> None:
    """R33, reports 28 and 30: nothing ends, and it is over when the proxy is."""
    scene = await Scene(disable_ws=True).begin()
    scene.backend.submit_task()
    why = endings(scene)
    since = scene.clock.now
    scene.backend.fail("GET ", Response(401, {"content-type": "text/html"}, "<html>Sign in</html>"))
    await scene.run(600)
    assert [] == why
    assert scene.paths(since).count(REFRESH) <= 6
    scene.backend.mend()
    await scene.run(400)
    assert scene.monitor.points.failing is None
    await scene.leave()


@pytest.mark.parametrize("status", [400, 401, 403, 422])
async def test_a_refused_renewal_ends_in_the_sign_in_form(status: int) -> None:
    """R5, R33: nothing is running behind it, and nothing is kept."""
    scene = await Scene().begin()
    scene.backend.submit_task()
    why = endings(scene)
    outdate(scene)
    scene.backend.fail("auth/refresh", Response(status, {}, '{"detail": "INVALID_REFRESH_TOKEN"}'))
    scene.drop(4401)
    await scene.run(1)
    requests = scene.requests
    await scene.run(300)
    assert ([SignedOut(Ending.EXPIRED)], None, requests) == (why, scene.monitor.session.user_id, scene.requests)
    assert (0, 0, {}) == (scene.world.timers.pending, scene.world.sockets.alive, scene.world.store.values)
    assert "off" == scene.monitor.transport
    await scene.close()


async def test_a_renewal_that_answers_after_sign_out_is_thrown_away() -> None:
    """R33, fault 26: whoever signed out stays signed out."""
    scene = await signed_in()
    refused = outdate(scene)
    scene.world.http.latency_s = 5.0
    waiting = asyncio.ensure_future(scene.monitor.session.renewed(refused))
    await scene.run(1)
    scene.monitor.session.sign_out()
    await scene.run(10)
    assert waiting.exception() is not None
    assert (None, {}) == (scene.monitor.session.user_id, scene.world.store.values)
    await scene.close()


async def test_a_hanging_renewal_does_not_hold_up_the_next_session() -> None:
    """R33, fault 26: whoever signs in anew renews anew."""
    scene = await signed_in()
    refused = outdate(scene)
    scene.backend.fail("auth/refresh", None, times=1)
    waiting = asyncio.ensure_future(scene.monitor.session.renewed(refused))
    await scene.run(1)
    scene.monitor.session.sign_out()
    await scene.world.settle()
    assert waiting.done()
    assert waiting.exception() is not None
    await scene.monitor.session.sign_in("demo", "demo")
    outdate(scene)
    assert 1000 == (await scene.monitor.api.points()).total
    await scene.leave()


async def test_a_hanging_renewal_has_failed_after_thirty_seconds() -> None:
    """R13, R33, fault 26: polling goes on by itself."""
    scene = await signed_in()
    job = scene.backend.submit_ability_task("x")["id"]
    outdate(scene)
    scene.backend.fail("auth/refresh", None, times=1)
    scene.monitor.refresh()
    await scene.run(90)
    assert "queued" == scene.status(job)
    await scene.settle()
    await scene.leave()


async def test_closing_during_a_renewal_leaves_nothing() -> None:
    """R5: the renewal is given up with the page."""
    scene = await signed_in()
    outdate(scene)
    scene.world.http.latency_s = 5.0
    scene.monitor.refresh()
    await scene.run(6)
    await scene.close()


async def test_signing_out_twice_is_as_good_as_once() -> None:
    """R33: one ending is published."""
    scene = await signed_in()
    why = endings(scene)
    scene.monitor.session.sign_out()
    scene.monitor.session.sign_out()
    assert [SignedOut(Ending.ASKED)] == why
    await scene.close()


async def test_another_user_in_the_same_tab_ends_the_first_session() -> None:
    """R33: two users never mix."""
    scene = await signed_in()
    why = endings(scene)
    await scene.monitor.session.sign_in("demo", "demo")
    assert ([SignedOut(Ending.ELSEWHERE)], "u1") == (why, scene.monitor.session.user_id)
    await scene.leave()


# Roles


async def test_a_forbidden_admin_route_demotes_and_does_not_sign_out() -> None:
    """R30, R33, fault 34: the role changes in the middle of a session."""
    scene = await signed_in()
    roles = scene.events(RoleChanged)
    scene.monitor.queues.watch()
    scene.monitor.logs.watch("x")
    await scene.run(1)
    scene.backend.role = "user"
    await scene.run(30)
    session = scene.monitor.session
    assert ([RoleChanged("user")], "user", "u1", None) == (
        roles,
        session.role,
        session.user_id,
        scene.monitor.queues.summary,
    )
    await scene.leave()


async def test_a_demotion_during_a_renewal_does_not_lose_the_new_pair() -> None:
    """R33, fault 34: a refresh token is good once; losing its successor would end the session."""
    scene = await signed_in()
    refused = outdate(scene)
    scene.world.http.latency_s = 1.0
    waiting = asyncio.ensure_future(scene.monitor.session.renewed(refused))
    await scene.run(0.5)
    scene.monitor.session.demote()
    await scene.run(2)
    assert scene.backend.valid == {waiting.result()}
    scene.world.http.latency_s = 0.0
    outdate(scene)
    assert 1000 == (await scene.monitor.api.points()).total
    await scene.leave()


async def test_a_refused_token_is_not_offered_again() -> None:
    """R33, faults 18 and 26: while its renewal hangs or fails, nothing is asked with a token that was refused."""
    scene = await Scene().begin(5)
    outdate(scene)
    hanging = scene.backend.fail("auth/refresh", None)
    scene.drop(4401)
    await scene.run(1)
    since, sockets = scene.clock.now, len(scene.world.sockets.opened)
    scene.world.page.hide()
    await scene.run(5)
    scene.world.page.hide(False)
    scene.monitor.refresh()
    await scene.run(100)
    assert {REFRESH} == set(scene.paths(since))
    assert sockets == len(scene.world.sockets.opened)
    hanging.times = 0
    await scene.settle()
    await scene.leave()


# Two tabs


async def two_tabs(*, locks: bool = True) -> tuple[Scene, Scene]:
    """Return two tabs of one browser, both signed in."""
    first = await signed_in()
    second = Scene(disable_ws=True, beside=first, locks=locks)
    first.world.lock.exclusive = second.world.lock.exclusive = locks
    second.monitor.start()
    await second.run(1)
    return first, second


async def test_signing_out_in_one_tab_signs_out_in_the_other() -> None:
    """R33, fault 36: nothing goes on running in a tab nobody looks at."""
    first, second = await two_tabs()
    why = endings(second)
    first.monitor.session.sign_out()
    await second.run(1)
    assert ([SignedOut(Ending.ELSEWHERE)], "off", 0) == (why, second.monitor.transport, first.world.timers.pending)
    await first.close()
    await second.close()


async def test_signing_in_in_one_tab_signs_in_in_the_other() -> None:
    """R33, fault 36: the form in the other tab gives way."""
    first, second = await two_tabs()
    first.monitor.session.sign_out()
    await second.monitor.session.sign_in("demo", "demo")
    assert "u1" == first.monitor.session.user_id
    await second.run(1)
    first.assert_nothing_lost()
    second.monitor.session.sign_out()
    await first.close()
    await second.close()


async def test_two_tabs_renew_once() -> None:
    """R33, fault 36: whoever comes second adopts the pair instead of using a spent refresh token."""
    first, second = await two_tabs()
    refused = outdate(first)
    first.world.http.latency_s = second.world.http.latency_s = 0.5
    both = asyncio.gather(first.monitor.session.renewed(refused), second.monitor.session.renewed(refused))
    await first.run(3)
    one, other = await both
    assert (one, 1) == (other, (first.paths() + second.paths()).count(REFRESH))
    first.monitor.session.sign_out()
    await first.close()
    await second.close()


async def test_two_tabs_stay_signed_in_for_hours() -> None:
    """R33, fault 36: with tokens of one use, renewed by whichever tab comes first."""
    first, second = await two_tabs()
    why = [endings(first), endings(second)]
    await first.run(8 * 3600)
    assert ([[], []], first.monitor.session.access_token) == (why, second.monitor.session.access_token)
    assert 8 == (first.paths() + second.paths()).count(REFRESH)
    second.monitor.session.sign_out()
    await first.close()
    await second.close()


@pytest.mark.parametrize("refused_after_s", [0.5, 0.3])
async def test_without_a_lock_a_spent_refresh_token_is_no_reason_to_sign_out(refused_after_s: float) -> None:
    """R33, fault 36: where tabs cannot exclude each other, the loser of the race adopts the winner's pair.

    Whichever answer comes first: that the token is spent says that a pair was given for it.
    """
    first, second = await two_tabs(locks=False)
    refused = outdate(first)
    second.world.http.latency_s = refused_after_s
    first.world.http.latency_s = 0.4
    both = asyncio.gather(first.monitor.session.renewed(refused), second.monitor.session.renewed(refused))
    await first.run(3)
    one, other = await both
    assert (one, 2) == (other, (first.paths() + second.paths()).count(REFRESH))
    first.monitor.session.sign_out()
    await first.close()
    await second.close()


async def test_without_a_lock_a_refused_renewal_ends_the_session_a_moment_later() -> None:
    """R33: nobody else has renewed by then; a tab that is closed meanwhile leaves nothing."""
    first, second = await two_tabs(locks=False)
    why = endings(first)
    first.backend.refresh_refused = True
    renewal = asyncio.ensure_future(first.monitor.session.renewed(outdate(first)))
    await first.run(1)
    assert [] == why
    await first.run(2)
    assert [SignedOut(Ending.EXPIRED)] == why
    with pytest.raises(NotSignedIn):
        await renewal
    await first.close()
    await second.close()


async def test_a_store_that_refuses_to_be_written_does_not_bring_an_old_pair_back() -> None:
    """R33, fault 30: a full store costs the next visit its session, not this one."""
    scene = await signed_in()
    scene.world.store.refuses = True
    for _ in range(3):
        await scene.run(10)
        outdate(scene)
        assert 1000 == (await scene.monitor.api.points()).total
    assert 3 == scene.paths().count(REFRESH)
    await scene.leave()


async def test_a_renewal_that_throws_is_a_failed_call() -> None:
    """R33, fault 26: an answer without a pair in it is no answer."""
    scene = await signed_in()
    refused = outdate(scene)
    scene.backend.fail("auth/refresh", Response(200, {}, '{"accessToken": 5}'), times=1)
    with pytest.raises(TransportError):
        await scene.monitor.session.renewed(refused)
    assert "u1" == scene.monitor.session.user_id
    await scene.leave()
