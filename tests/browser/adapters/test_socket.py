"""WebSockets, against a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.adapters.conftest import Python

OPEN = """
    kept.sockets = socket.BrowserSockets({base!r})
    kept.listener = RecordingListener()
    kept.socket = kept.sockets.open({path!r}, {protocols!r}, kept.listener)
    opening = kept.sockets.alive
    await until(lambda: kept.listener.calls)
    return [kept.sockets.supported, opening, kept.listener.calls]
"""
FRAMES = "[frame for calls in kept.listener.calls if isinstance(calls, list) and calls[0] != 1000 for frame in calls]"


@pytest.fixture
def opened(python: Python) -> Iterator[Python]:
    """An open socket, in `kept`; closed after the test."""
    protocols = ("podi.v1", "podi.bearer.a.b.c")
    assert [True, 1, ["opened"]] == python(OPEN.format(base=python.sockets, path="/api/s?x=1", protocols=protocols))
    yield python
    python("kept.socket.close()")


def test_opening_offers_protocols_and_path(opened: Python) -> None:
    """R1: the token goes as a subprotocol, and the base's scheme and path become the socket's."""
    assert ["/api/s?x=1 podi.v1, podi.bearer.a.b.c"] == opened(
        f"""
        kept.socket.send("where")
        await until(lambda: {FRAMES})
        return {FRAMES}
        """
    )


def test_frames_arrive_in_order_each_once(opened: Python) -> None:
    """R1: of a burst the first frame is handed on at once, the rest together, none lost or twice, binary as `None`."""
    frames, calls = opened(
        f"""
        kept.socket.send("burst 500")
        await until(lambda: len({FRAMES}) == 500)
        kept.socket.send("binary")
        await until(lambda: len({FRAMES}) == 501)
        return [{FRAMES}, len(kept.listener.calls)]
        """
    )
    assert [*map(str, range(500)), None] == frames
    assert calls < 60


def test_frames_of_any_letters_and_kinds_come_together(opened: Python) -> None:
    """R1: joined frames are split again as they were, commas, binary frames and all."""
    assert ["0", "[1,2]", "任务,✓😀", None, "", None, "end"] == opened(
        f"""
        for order in ("burst 1", "say [1,2]", "say 任务,✓😀", "binary", "say ", "binary", "say end"):
            kept.socket.send(order)
        await until(lambda: len({FRAMES}) == 7)
        return {FRAMES}
        """
    )


def test_after_a_quiet_while_a_frame_comes_at_once(opened: Python) -> None:
    """R6, R20: what follows a frame soon comes together, what follows later alone and without waiting."""
    assert [["0"], [["1", "2"], "again"]] == opened(
        f"""
        kept.socket.send("burst 3")
        await until(lambda: len({FRAMES}) == 3)
        together = sum((part for part in kept.listener.calls[2:]), [])
        first = list(kept.listener.alone)
        pause = 0.02
        while kept.listener.alone[-1] != "again":
            await wait(pause)
            pause *= 2
            calls = len({FRAMES})
            kept.socket.send("again")
            await until(lambda: len({FRAMES}) > calls)
        return [first, [together, kept.listener.alone[-1]]]
        """
    )


def test_a_close_says_code_and_reason_after_the_last_frames(opened: Python) -> None:
    """R5: the server's code and reason arrive once, after the frames before them, and nothing is left."""
    calls, alive = opened(
        """
        kept.socket.send("burst 20")
        kept.socket.send("close 4401 token refused")
        await until(lambda: kept.listener.calls[-1] == [4401, "token refused"])
        kept.socket.send("too late")
        kept.socket.close()
        await wait(0.2)
        return [kept.listener.calls, kept.sockets.alive]
        """
    )
    assert [str(number) for number in range(20)] == [frame for part in calls[1:-1] for frame in part]
    assert (1, 0) == (calls.count([4401, "token refused"]), alive)


def test_closing_gets_nothing_more(opened: Python) -> None:
    """R5: after `close`, however often, neither late frames nor the closing itself call back."""
    assert [1, 0, []] == opened(
        """
        kept.socket.send("burst 200")
        await until(lambda: len(kept.listener.calls) >= 2)
        kept.listener.calls.clear()
        alive = kept.sockets.alive
        kept.socket.close()
        kept.socket.close()
        await wait(0.3)
        return [alive, kept.sockets.alive, kept.listener.calls]
        """
    )


def test_closing_while_it_opens(python: Python) -> None:
    """R5: a socket that is closed before it is open never opens, and leaves nothing."""
    assert [[], 0] == python(
        f"""
        sockets = socket.BrowserSockets({python.sockets!r})
        received = RecordingListener()
        sockets.open("/", ("podi.v1",), received).close()
        await wait(0.3)
        return [received.calls, sockets.alive]
        """
    )


def test_nobody_there(python: Python) -> None:
    """R3: a server that is not there is closed with 1006, once."""
    calls = python(OPEN.format(base="http://127.0.0.1:9", path="/", protocols=()))
    assert [True, 1, [[1006, ""]]] == calls


def test_what_cannot_be_constructed(python: Python) -> None:
    """R3: an offer that the browser refuses is a socket that closed."""
    calls = python(OPEN.format(base=python.sockets, path="/", protocols=("not a token",)))
    assert [True, 1, [[1006, ""]]] == calls


def test_a_browser_without_workers(python: Python) -> None:
    """R8: one that has none, or no sockets, says so; one that refuses to start one raises `TransportError`."""
    assert [False, False, "SecurityError", 0] == python(
        """
        sockets = socket.BrowserSockets("")
        supported = []
        for name in ("WebSocket", "Worker"):
            kind = getattr(js.window, name)
            delattr(js.window, name)
            supported.append(sockets.supported)
            setattr(js.window, name, kind)
        js.window.Worker = js.Function.new("throw Object.assign(new Error(), { name: 'SecurityError' })")
        try:
            sockets.open("/", ("podi.v1",), RecordingListener())
        except TransportError as error:
            refused = str(error)
        js.window.Worker = kind
        return [*supported, refused, sockets.alive]
        """
    )


def test_a_worker_that_cannot_be_loaded(python: Python) -> None:
    """R3: its socket is closed with 1006, once; the next one has a worker of its own."""
    assert [[[1006, ""]], 0, ["opened"]] == python(
        f"""
        sockets = socket.BrowserSockets({python.sockets!r})
        lost, found = RecordingListener(), RecordingListener()
        trusted, socket.trusted = socket.trusted, SimpleNamespace(script=lambda path: trusted.script("nothing.js"))
        sockets.open("/", ("podi.v1",), lost)
        await until(lambda: lost.calls)
        alive = sockets.alive
        socket.trusted = trusted
        opened = sockets.open("/", ("podi.v1",), found)
        await until(lambda: found.calls)
        opened.close()
        return [lost.calls, alive, found.calls]
        """
    )


def test_many_connections_leave_nothing(python: Python) -> None:
    """R2, R5: a hundred sockets opened and closed, at different moments of their lives, leave nothing alive."""
    assert 0 == python(
        f"""
        sockets = socket.BrowserSockets({python.sockets!r})
        for number in range(100):
            received = RecordingListener()
            opened = sockets.open("/", ("podi.v1",), received)
            if number % 3:
                await until(lambda: received.calls)
            if number % 3 == 2:
                opened.send("burst 3")
                await until(lambda: len(received.calls) > 1)
            opened.close()
        return sockets.alive
        """
    )
    while python.page.workers:
        python("await wait(0.05)")
