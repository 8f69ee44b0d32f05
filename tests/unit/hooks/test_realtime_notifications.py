"""The realtime channel through the whole monitor: one connection, its faults, and polling in its stead."""

from contextlib import closing
from itertools import pairwise

import pytest

from app.contexts.session import Ending, SignedOut
from app.core.connection import State
from app.core.events import PushChanged, ReconcileWanted, TransportChanged
from app.core.status import Status
from testkit.scene import Scene
from testkit.socket_listener import KeptCalls

LISTS = ("GET /api/tasks/v1", "GET /api/ability-tasks")


def lists(scene: Scene, since: float) -> tuple[int, int]:
    """Return how often each list was read since a moment."""
    paths = scene.paths(since)
    return paths.count(LISTS[0]), paths.count(LISTS[1])


async def test_the_first_frame_makes_a_row_move() -> None:
    """R1: signed in, connected with the token as a subprotocol, and live."""
    scene = await Scene().begin()
    job = scene.backend.submit_task()
    await scene.run(0.5)
    scene.backend.move_task(job, "processing", 40)
    await scene.run(0.6)
    ((_, socket),) = scene.world.sockets.opened
    token = scene.monitor.session.access_token
    assert ("/api/notify/v1/stream", ("podi.v1", f"podi.bearer.{token}")) == (socket.path, socket.protocols)
    assert (Status.RUNNING, "push") == (scene.status(job), scene.monitor.transport)
    await scene.settle()
    await scene.leave()


@pytest.mark.parametrize(
    ("ws_auth", "path"), [("query", "/api/notify/v1/stream?access_token="), ("none", "/api/notify/v1/stream")]
)
async def test_the_token_travels_as_the_setting_says(ws_auth: str, path: str) -> None:
    """R1: in the address, or not at all, for servers that want it so."""
    scene = Scene(ws_auth=ws_auth)
    scene.backend.authenticates_sockets = ws_auth != "none"
    await scene.begin()
    _, socket = scene.world.sockets.opened[0]
    token = scene.monitor.session.access_token or ""
    assert (path + (token if ws_auth == "query" else ""), ()) == (socket.path, socket.protocols)
    assert "push" == scene.monitor.transport
    await scene.leave()


async def without_a_token() -> Scene:
    """Return a scene whose server refuses sockets that show a token, as it has just been connected without."""
    scene = Scene()
    scene.backend.authenticates_sockets = False
    scene.backend.takes_subprotocols = False
    scene.monitor.start()
    await scene.monitor.session.sign_in("demo", "demo")
    while scene.monitor.transport != "push":
        await scene.run(0.1)
    return scene


def offered(scene: Scene) -> list[int]:
    """Return how many protocols each attempt has offered: two with a token, none without."""
    return [len(socket.protocols) for _, socket in scene.world.sockets.opened]


@pytest.mark.parametrize("settled_by", ["a frame", "lasting"])
async def test_a_server_that_knows_no_subprotocol_is_connected_without_a_token(settled_by: str) -> None:
    """R55, R4: refused twice, a good read between, then once without; a frame settles that, or the steady time."""
    scene = await without_a_token()
    assert ([2, 2, 0], "none") == (offered(scene), scene.monitor.diagnostics()["wsAuth"])
    if settled_by == "a frame":
        scene.backend.submit_task()
        await scene.run(1)
    else:
        await scene.run(5.1)
    assert (settled_by == "a frame") == bool(scene.monitor.diagnostics()["frames"])
    scene.drop()
    await scene.run(5)
    assert ([2, 2, 0, 0], "push") == (offered(scene), scene.monitor.transport)
    await scene.leave()


async def test_a_connection_without_a_token_that_is_lost_at_once_settles_nothing() -> None:
    """R55: it may have been closed for want of one, so that the next attempt shows it."""
    scene = await without_a_token()
    await scene.run(4)
    scene.drop()
    await scene.run(5)
    assert [2, 2, 0, 2] == offered(scene)[:4]
    await scene.leave()


async def test_no_attempt_is_made_without_a_token_while_nobody_says_that_it_is_good() -> None:
    """R55: sockets are refused and the read that asks about the token is never answered: every attempt shows it."""
    scene = Scene()
    scene.backend.accepts_sockets = False
    scene.backend.fail("GET /api/wallet/v1/statistics", None)
    await scene.begin(90)
    found = offered(scene)
    assert (True, {2}) == (len(found) > 2, {*found})
    await scene.leave()


async def test_an_attempt_without_a_token_that_is_refused_says_nothing_of_the_token() -> None:
    """R55, R33: the server was away for a moment; it wants tokens, and the session goes on as it was."""
    scene = Scene()
    scene.backend.accepts_sockets = False
    scene.monitor.start()
    await scene.monitor.session.sign_in("demo", "demo")
    while len(scene.world.sockets.opened) < 2:
        await scene.run(0.1)
    scene.backend.accepts_sockets = True
    token = scene.monitor.session.access_token
    await scene.run(30)
    assert [2, 2, 0, 2] == offered(scene)
    assert ("push", "subprotocol", token) == (
        scene.monitor.transport,
        scene.monitor.diagnostics()["wsAuth"],
        scene.monitor.session.access_token,
    )
    await scene.leave()


async def test_a_server_that_begins_to_want_tokens_gets_one() -> None:
    """R55, R33: it was found out that none is wanted, and that holds no longer: nobody is signed out for it."""
    scene = await without_a_token()
    await scene.run(6)
    scene.backend.authenticates_sockets = True
    scene.backend.takes_subprotocols = True
    token = scene.monitor.session.access_token
    scene.drop()
    await scene.run(10)
    assert ("push", "subprotocol", token) == (
        scene.monitor.transport,
        scene.monitor.diagnostics()["wsAuth"],
        scene.monitor.session.access_token,
    )
    await scene.leave()


async def test_a_second_start_returns_the_running_one_and_warns() -> None:
    """R2, fault 30: whoever asks, there is one connection."""
    scene = await Scene().begin()
    assert scene.monitor.push is scene.monitor.push.start()
    await scene.run(1)
    assert (1, 1) == (len(scene.world.sockets.opened), len(scene.world.warnings))
    await scene.leave()


async def test_disabled_push_never_constructs_a_socket() -> None:
    """R7: polling alone, from the start and after every event that would reconnect."""
    scene = await Scene(disable_ws=True).begin()
    job = scene.backend.submit_ability_task("x")["id"]
    scene.monitor.refresh()
    scene.world.page.hide()
    scene.world.page.hide(False)
    scene.world.page.set_online(False)
    scene.world.page.set_online(True)
    await scene.run(5)
    scene.backend.move_ability_task(job, "succeeded")
    await scene.run(5)
    assert ([], "polling", [job]) == (
        scene.world.sockets.opened,
        scene.monitor.transport,
        [task.id for task in scene.succeeded],
    )
    await scene.settle()
    await scene.leave()


async def test_a_browser_without_sockets_polls() -> None:
    """R8, fault 30: a missing WebSocket is no reason to know nothing."""
    scene = Scene()
    scene.world.sockets.supported = False
    await scene.begin()
    job = scene.backend.submit_ability_task("x")["id"]
    scene.monitor.refresh()
    await scene.run(1)
    scene.backend.move_ability_task(job, "failed")
    await scene.run(2)
    assert ([], Status.FAILED) == (scene.world.sockets.opened, scene.status(job))
    await scene.settle()
    await scene.leave()


async def test_a_socket_that_cannot_be_constructed_is_a_failure_like_another() -> None:
    """R4, fault 30: six times, then polling until somebody asks."""
    scene = Scene()
    scene.world.sockets.constructible = False
    await scene.begin()
    await scene.run(120)
    assert (State.EXHAUSTED, "polling", 0) == (
        scene.monitor.push.state,
        scene.monitor.transport,
        scene.world.sockets.alive,
    )
    scene.world.sockets.constructible = True
    scene.monitor.refresh()
    await scene.run(1)
    assert "push" == scene.monitor.transport
    await scene.settle()
    await scene.leave()


# Faults of the socket


@pytest.mark.parametrize("code", [1001, 1006, 1011, 1012, 1013, 1014])
async def test_a_drop_in_the_middle_of_a_burst_loses_nothing(code: int) -> None:
    """R3, R8, R12, faults 1 and 5: what came during the outage is found on return."""
    scene = await Scene().begin()
    jobs = [scene.backend.submit_ability_task("x")["id"] for _ in range(8)]
    await scene.run(1)
    for number, job in enumerate(jobs):
        scene.backend.move_ability_task(job, "running")
        if number == 4:
            scene.drop(code)
    await scene.run(0.2)
    for job in jobs:
        scene.backend.move_ability_task(job, "succeeded")
    await scene.run(5)
    assert ("push", 1) == (scene.monitor.transport, scene.monitor.activity.reconnects)
    await scene.settle()
    assert set(jobs) == {task.id for task in scene.succeeded}
    await scene.leave()


async def test_a_drop_before_the_first_frame_loses_nothing() -> None:
    """R3, R12, fault 2: open, and gone at once."""
    scene = Scene()
    scene.backend.submit_task()
    scene.backend.replays = False
    await scene.begin(0)
    await scene.world.settle()
    scene.drop()
    await scene.settle()
    await scene.leave()


async def test_a_refused_token_is_renewed_once_for_the_socket() -> None:
    """R5, R33, fault 3: one refresh, one attempt with the new token."""
    scene = await Scene().begin()
    scene.backend.valid = set()
    since = scene.clock.now
    scene.drop(4401)
    await scene.run(2)
    sockets = [socket for at, socket in scene.world.sockets.opened if at >= since]
    token = scene.monitor.session.access_token
    assert [("podi.v1", f"podi.bearer.{token}")] == [socket.protocols for socket in sockets]
    assert (1, "push") == (scene.paths().count("POST /api/auth/refresh"), scene.monitor.transport)
    await scene.settle()
    await scene.leave()


async def test_a_second_refusal_ends_in_the_sign_in_form() -> None:
    """R5, R33, fault 3: even a fresh token is refused; nothing is left running."""
    scene = await Scene().begin()
    ended = scene.events(SignedOut)
    scene.drop(4401)
    await scene.run(0)
    scene.drop(4401)
    await scene.run(1)
    requests = scene.requests
    await scene.run(600)
    assert ([SignedOut(Ending.EXPIRED)], requests, "off") == (ended, scene.requests, scene.monitor.transport)
    assert (0, 0) == (scene.world.timers.pending, scene.world.sockets.alive)
    await scene.close()


async def test_a_token_renewed_by_a_call_is_not_renewed_again_for_the_socket() -> None:
    """R33: a socket that was refused with an old token gets the one at hand."""
    scene = await Scene().begin()
    scene.backend.valid = set()
    await scene.monitor.api.points()
    scene.drop(4401)
    await scene.run(2)
    assert (1, "push") == (scene.paths().count("POST /api/auth/refresh"), scene.monitor.transport)
    await scene.leave()


@pytest.mark.parametrize("code", [1008, 4403, 1009])
async def test_a_final_code_is_explained_and_not_retried(code: int) -> None:
    """R4, R32, faults 4 and 6: no retry loop, polling, and the reason to be shown; a refresh tries again."""
    scene = await Scene().begin()
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(1)
    scene.drop(code, "because")
    scene.backend.move_ability_task(job, "running")
    await scene.run(300)
    assert (1, (code, "because"), "polling", Status.RUNNING) == (
        len(scene.world.sockets.opened),
        scene.monitor.push.refusal,
        scene.monitor.transport,
        scene.status(job),
    )
    scene.monitor.refresh()
    await scene.run(1)
    assert ("push", None) == (scene.monitor.transport, scene.monitor.push.refusal)
    await scene.settle()
    await scene.leave()


async def test_an_outage_of_everything_ends_by_itself() -> None:
    """R4, R13: reads fail as well; the first that is answered again brings push back without a hand."""
    scene = await Scene(seed=5).begin(10)
    scene.unplug()
    scene.backend.fail("/api/", None)
    await scene.run(120)
    assert (State.EXHAUSTED, "polling") == (scene.monitor.push.state, scene.monitor.transport)
    scene.backend.mend()
    since = scene.clock.now
    await scene.run(31)
    assert "push" == scene.monitor.transport
    assert 1 == len([at for at, _ in scene.world.sockets.opened if at >= since])
    await scene.settle()
    await scene.leave()


async def test_six_failures_exhaust_the_channel_and_a_refresh_tries_again() -> None:
    """R3, R4, fault 7: waits differ and stay within their bounds; a timer never leads out, the user does."""
    scene = await Scene(seed=5).begin(10)
    since = scene.clock.now
    scene.unplug()
    await scene.run(900)
    attempts = [at for at, _ in scene.world.sockets.opened if at >= since]
    waits = [after - before for before, after in zip([since, *attempts], attempts, strict=False)]
    bounds = [(0.5 * 2**n, 2.0**n) for n in range(6)]
    assert 6 == len(attempts)
    assert all(low <= wait <= min(30.0, high) + 0.01 for wait, (low, high) in zip(waits, bounds, strict=True))
    assert (State.EXHAUSTED, "polling") == (scene.monitor.push.state, scene.monitor.transport)
    scene.backend.mend()
    await scene.run(300)
    assert State.EXHAUSTED is scene.monitor.push.state
    scene.monitor.refresh()
    await scene.run(1)
    assert "push" == scene.monitor.transport
    await scene.settle()
    await scene.leave()


async def test_online_counts_as_a_refresh_by_the_user() -> None:
    """R4, fault 20: one attempt, whether the channel waits or has given up; none more while it connects."""
    scene = await Scene().begin()
    scene.unplug()
    await scene.run(300)
    scene.backend.mend()
    scene.world.page.set_online(True)
    await scene.run(1)
    assert "push" == scene.monitor.transport
    scene.unplug()
    await scene.run(0.1)
    scene.backend.hangs_sockets = True
    scene.backend.accepts_sockets = True
    count = len(scene.world.sockets.opened)
    for _ in range(3):
        scene.world.page.set_online(True)
        await scene.run(0.1)
    assert (count + 1, 1) == (len(scene.world.sockets.opened), scene.world.sockets.alive)
    await scene.settle()
    await scene.leave()


async def test_short_lived_connections_keep_the_backoff_growing() -> None:
    """R3, fault 8: opening is not enough; it has to stay up for five seconds."""
    scene = await Scene().begin(10)
    since = scene.clock.now
    for _ in range(400):
        scene.drop(1011)
        await scene.run(0.5)
        if scene.monitor.push.state is State.EXHAUSTED:
            break
    attempts = [at for at, _ in scene.world.sockets.opened if at >= since]
    waits = [after - before for before, after in pairwise(attempts)]
    assert (6, State.EXHAUSTED) == (len(attempts), scene.monitor.push.state)
    for attempt, wait in enumerate(waits, 1):
        longest = min(30.0, 2.0**attempt)
        assert longest / 2 <= wait <= longest + 0.5
    await scene.settle()
    await scene.leave()


async def test_a_half_open_socket_is_dropped_and_what_it_missed_is_found() -> None:
    """R6, faults 9 and 10: silence, a ping, no answer; the socket's own close is not waited for."""
    scene = await Scene().begin()
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(40)
    assert "push" == scene.monitor.transport
    scene.backend.muted = True
    scene.backend.move_ability_task(job, "succeeded")
    await scene.run(36)
    scene.backend.muted = False
    await scene.run(2)
    assert (1, Status.SUCCEEDED, 1) == (
        scene.monitor.activity.reconnects,
        scene.status(job),
        scene.world.sockets.alive,
    )
    await scene.settle()
    await scene.leave()


async def test_a_server_that_never_answers_is_not_punished_for_silence() -> None:
    """R6: its socket stays, as long as nothing was missed."""
    scene = Scene()
    scene.backend.echoes = False
    await scene.begin()
    await scene.run(600)
    assert (1, "push") == (len(scene.world.sockets.opened), scene.monitor.transport)
    await scene.settle()
    await scene.leave()


async def test_a_proxy_that_swallows_every_frame_is_found_out() -> None:
    """R6, R12, fault 12: a reconcile that finds updates proves the silent socket worthless."""
    scene = Scene()
    scene.backend.muted = True
    scene.backend.replays = False
    await scene.begin()
    job = scene.backend.submit_ability_task("x")["id"]
    scene.monitor.refresh()
    await scene.run(1)
    assert "push" == scene.monitor.transport
    for second in range(120):
        if second == 20:
            scene.backend.move_ability_task(job, "running")
        if second == 34:
            scene.backend.move_ability_task(job, "succeeded")
        await scene.run(1)
    assert (True, Status.SUCCEEDED) == (len(scene.world.sockets.opened) > 1, scene.status(job))
    await scene.settle()
    await scene.leave()


async def test_a_hanging_attempt_has_failed_after_ten_seconds() -> None:
    """R3, fault 11: CONNECTING does not last for ever, and leaves no socket."""
    scene = Scene()
    scene.backend.hangs_sockets = True
    await scene.begin()
    assert ("polling", 1) == (scene.monitor.transport, scene.world.sockets.alive)
    await scene.run(9.1)
    assert (State.WAITING, 0) == (scene.monitor.push.state, scene.world.sockets.alive)
    await scene.settle()
    await scene.leave()


async def test_a_late_frame_of_a_replaced_socket_is_not_received() -> None:
    """R2, fault 13: what an earlier socket still has to say is ignored."""
    scene = await Scene().begin()
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(1)
    listener = scene.world.sockets.opened[0][1]._listener
    assert listener is not None
    scene.drop(1012)
    await scene.run(3)
    frames = scene.monitor.activity.frames
    listener.received(['{"type": "ability-task.status", "payload": {"taskId": "' + job + '", "status": "failed"}}'])
    listener.closed(4403, "late")
    await scene.run(1)
    assert (frames, Status.QUEUED, "push") == (
        scene.monitor.activity.frames,
        scene.status(job),
        scene.monitor.transport,
    )
    await scene.settle()
    await scene.leave()


@pytest.mark.parametrize("when_s", [0.0, 0.5, 3.0])
async def test_stopping_during_connect_leaves_nothing(when_s: float) -> None:
    """R5, fault 30: signed out before the socket opened; it never opens."""
    scene = Scene()
    scene.backend.hangs_sockets = True
    await scene.begin(when_s)
    await scene.leave()


async def test_leaving_the_page_closes_the_socket_and_coming_back_opens_it() -> None:
    """R5, R17: ``pagehide`` and a return from the browser's cache."""
    scene = await Scene().begin()
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(1)
    scene.world.page.leave()
    await scene.run(1)
    assert (0, "paused") == (scene.world.sockets.alive, scene.monitor.transport)
    scene.backend.move_ability_task(job, "succeeded")
    scene.world.page.leave(False)
    await scene.run(1)
    assert (Status.SUCCEEDED, "push") == (scene.status(job), scene.monitor.transport)
    await scene.settle()
    await scene.leave()


async def test_an_expired_token_is_renewed_before_the_socket_is_opened_with_it() -> None:
    """R33: the server is not asked to refuse what is known to have expired."""
    scene = await Scene().begin()
    scene.backend.checks_expiry = True
    scene.world.page.hide()
    await scene.run(7200)
    count = len(scene.world.sockets.opened)
    scene.world.page.hide(False)
    await scene.run(1)
    assert (count + 1, 1, "push") == (
        len(scene.world.sockets.opened),
        scene.paths().count("POST /api/auth/refresh"),
        scene.monitor.transport,
    )
    await scene.settle()
    await scene.leave()


async def test_a_renewal_that_hangs_is_a_failed_attempt() -> None:
    """R3, R33, fault 26: the attempt is given up after ten seconds, and the page lives on."""
    scene = await Scene().begin()
    scene.backend.checks_expiry = True
    scene.world.page.hide()
    await scene.run(7200)
    scene.backend.fail("auth/refresh", None, times=1)
    scene.world.page.hide(False)
    await scene.run(120)
    assert "push" == scene.monitor.transport
    await scene.settle()
    await scene.leave()


# Reconciling and taking over


async def test_one_full_refresh_on_start() -> None:
    """R12: the lists and the points are read once, however push comes up."""
    scene = await Scene().begin(5)
    assert (1, 1) == lists(scene, 0)
    assert 1 == scene.paths().count("GET /api/wallet/v1/statistics")
    await scene.leave()


async def test_a_full_refresh_every_minute_while_push_is_up() -> None:
    """R12: what push missed, reconcile finds."""
    scene = await Scene().begin(5)
    since = scene.clock.now
    await scene.run(300)
    assert (5, 5) == lists(scene, since)
    await scene.leave()


async def test_a_full_refresh_after_every_reconnection() -> None:
    """R12: each time the channel opens."""
    scene = await Scene().begin(10)
    since = scene.clock.now
    wanted = scene.events(ReconcileWanted)
    for _ in range(3):
        scene.drop(1012)
        await scene.run(8)
    assert ((3, 3), 3) == (lists(scene, since), len(wanted))
    await scene.leave()


async def test_what_was_lost_on_the_wire_is_found_by_the_reconcile() -> None:
    """R12: a frame that never came costs a minute at most."""
    scene = await Scene().begin(5)
    job = scene.backend.submit_ability_task("x")["id"]
    await scene.run(3)
    scene.backend.muted = True
    scene.backend.move_ability_task(job, "succeeded")
    scene.backend.muted = False
    await scene.run(60)
    assert (Status.SUCCEEDED, [job]) == (scene.status(job), [task.id for task in scene.succeeded])
    await scene.settle()
    await scene.leave()


@pytest.mark.parametrize("active", [1, 3, 11])
async def test_polling_takes_over_within_a_second(active: int) -> None:
    """R8: the plug is pulled, and the next second has a poll in it, however many are active."""
    scene = await Scene(seed=active).begin()
    for _ in range(active):
        scene.backend.submit_ability_task("x")
    scene.backend.submit_task()
    await scene.run(3)
    scene.monitor.refresh()
    await scene.run(0.1)
    since = scene.clock.now
    scene.unplug()
    await scene.run(1)
    assert scene.times("/api/ability-tasks", since)[0] <= 1.0
    assert scene.times("/api/tasks/v1", since)[0] <= 1.0
    await scene.settle()
    await scene.leave()


async def test_polling_stops_when_push_is_back() -> None:
    """R8: within one interval; after the reconcile of the new connection nothing is asked."""
    scene = await Scene().begin()
    scene.backend.submit_ability_task("x")
    await scene.run(3)
    changes = scene.events(PushChanged)
    scene.unplug()
    await scene.run(3)
    scene.backend.mend()
    scene.monitor.refresh()
    await scene.run(1)
    since = scene.clock.now
    await scene.run(30)
    assert ([], [PushChanged(False), PushChanged(True)]) == (scene.paths(since), changes)
    await scene.settle()
    await scene.leave()


async def test_what_arrives_is_passed_on_before_it_is_read() -> None:
    """R43: frames as they came, and why the other side closed; a replaced connection reads everything anew (R12)."""
    scene = await Scene().begin(5)
    relay = Passing()
    scene.monitor.push.relay = relay  # type: ignore[assignment]
    socket = scene.backend.sockets[0]
    socket.push('{"type": "x"}', None)
    socket.push_together("{", "{}")
    scene.monitor.push.replace()
    await scene.run(1)
    assert [['{"type": "x"}', None], (b"{,{}", (1, 2))] == relay.calls
    assert (2, 1) == (len(scene.world.sockets.opened), scene.world.sockets.alive)
    scene.drop(1006, "gone")
    assert (1006, "gone") == relay.calls[-1]
    scene.monitor.push.relay = None
    await scene.leave()


class Passing(KeptCalls):
    """The end of a page that holds the connection: it keeps what is passed on."""

    passed_on = False


async def test_what_shows_nowhere_is_not_announced() -> None:
    """R6, R20: a burst that is read beside push is a sign of missed frames each time, and nothing to draw for."""
    scene = await Scene().begin(10)
    announced: list[TransportChanged] = []
    with closing(scene.monitor.bus.subscribe(TransportChanged, announced.append)):
        for _ in range(5):
            scene.monitor.push.missed()
        assert [] == announced
        scene.drop()
        await scene.run(0.1)
        assert announced
    await scene.leave()
