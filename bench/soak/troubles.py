"""What befalls a simulated page: each trouble begins here, and all of them end with ``mend``."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from app.ports import Response
from bench.soak.work import Work
from testkit.scene import Scene

RETRIED: Final = (1001, 1006, 1006, 1011, 1012, 1013, 1014)
FINAL: Final = (1008, 1009, 4403)
ROUTES: Final = ("GET /api/", "/api/tasks", "/api/ability-tasks", "/api/wallet", "/api/admin", "auth/refresh")
ANSWERS: Final = (
    Response(500, {}, ""),
    Response(502, {"content-type": "text/html"}, "<html></html>"),
    Response(204, {}, ""),
    Response(200, {}, '{"items": 5}'),
    None,
)
NONSENSE: Final = (None, "", "null", "{", '{"type": "x"}', '{"type": "task.status", "payload": null}')


class Troubles:
    """The troubles of one page, by name."""

    def __init__(self, scene: Scene, work: Work, dice: random.Random) -> None:
        self._scene = scene
        self._backend = scene.backend
        self._page = scene.world.page
        self._work = work
        self._dice = dice
        self._before = work.checkpoint()
        self.lost: set[str] = set()
        """What the backend itself has forgotten, or thinks anew of."""
        self.all: Final[Mapping[str, Callable[[float], None]]] = {
            "a cut": lambda _: self._cut(RETRIED),
            "cuts": self._cuts,
            "sockets refused": lambda _: scene.unplug(),
            "sockets that hang": self._hang,
            "half-open": self._mute,
            "frames lost": self._lose_frames,
            "no answer to pings": self._no_echo,
            "a refusal for good": lambda _: self._cut(FINAL),
            "4401": lambda _: scene.drop(4401),
            "token outdated": self._outdate,
            "refresh refused": self._refuse_refresh,
            "429": lambda _: self._busy(429),
            "503": self._unavailable,
            "errors": self._errors,
            "slow answers": self._slow,
            "backend down": self._down,
            "backend restarted": self._restart,
            "older database": self._restore,
            "asleep": self._sleep,
            "clock set": self._set_clock,
            "hidden": lambda _: self._page.hide(),
            "offline": self._offline,
            "believed offline": lambda _: self._page.set_online(False),
            "left for another page": lambda _: self._page.leave(),
            "no admin any more": self._demote,
            "history repeated": self._repeat,
            "nonsense": self._nonsense,
            "other users": self._other_users,
            "signed out": lambda _: scene.monitor.session.sign_out(),
        }

    def mend(self) -> None:
        """All is well, and the page is looked at."""
        self._backend.mend()
        self._backend.echoes = True
        self._backend.role = "admin"
        self._scene.world.http.latency_s = 0.0
        self._scene.clock.wall_offset = self._scene.clock.server_offset
        self._page.leave(False)
        self._page.hide(False)
        self._page.set_online(True)

    def keep(self) -> None:
        """Make the database that may come back."""
        self._before = self._work.checkpoint()

    def _now_and_then(self, lasts_s: float, times: int, act: Callable[[], None]) -> None:
        for _ in range(times):
            self._work.plan(self._dice.uniform(0.0, lasts_s), act)

    # The connection

    def _cut(self, codes: tuple[int, ...]) -> None:
        self._scene.drop(self._dice.choice(codes))

    def _cuts(self, lasts_s: float) -> None:
        self._now_and_then(lasts_s, self._dice.randint(2, 12), partial(self._cut, RETRIED))

    def _hang(self, _: float) -> None:
        self._scene.unplug()
        self._backend.hangs_sockets = True

    def _mute(self, _: float) -> None:
        self._backend.muted = True

    def _lose_frames(self, lasts_s: float) -> None:
        self._now_and_then(lasts_s, 20, self._mute_or_not)

    def _mute_or_not(self) -> None:
        self._backend.muted = not self._backend.muted

    def _no_echo(self, _: float) -> None:
        self._backend.echoes = False

    def _forget_sockets(self) -> None:
        """The server gives up its sockets; nothing of that reaches the page."""
        self._backend.sockets.clear()

    # Answers

    def _outdate(self, _: float) -> None:
        self._backend.valid = set()

    def _refuse_refresh(self, _: float) -> None:
        self._backend.refresh_refused = True
        self._backend.valid = set()

    def _busy(self, status: int) -> None:
        self._backend.fail("GET /api/", Response(status, {"retry-after": str(self._dice.randint(1, 40))}, "{}"))

    def _unavailable(self, _: float) -> None:
        self._scene.unplug(1013)
        self._busy(503)

    def _errors(self, _: float) -> None:
        self._backend.fail(self._dice.choice(ROUTES), self._dice.choice(ANSWERS), self._dice.randint(1, 20))

    def _slow(self, _: float) -> None:
        self._scene.world.http.latency_s = self._dice.choice((0.3, 1.0, 7.0, 35.0))

    def _demote(self, _: float) -> None:
        self._backend.role = "user"

    # The backend

    def _down(self, _: float) -> None:
        self._backend.down = True
        self._scene.drop(1006)

    def _restart(self, _: float) -> None:
        """It comes back with what it knew, but nothing to replay."""
        self._down(0.0)
        self._backend.history.clear()

    def _restore(self, _: float) -> None:
        self._down(0.0)
        self.lost |= self._work.restart(self._before)

    # The device and the browser

    def _sleep(self, _: float) -> None:
        self._forget_sockets()
        seconds = self._dice.choice((45.0, 300.0, 1800.0, 3590.0))
        self._scene.clock.wall_offset += seconds
        self._scene.clock.server_offset += seconds

    def _set_clock(self, _: float) -> None:
        self._scene.clock.wall_offset += self._dice.choice((-3600.0, -20.0, 20.0, 8 * 3600.0))

    def _offline(self, _: float) -> None:
        self._backend.down = True
        self._forget_sockets()
        self._page.set_online(False)

    # Frames

    def _repeat(self, lasts_s: float) -> None:
        self._now_and_then(lasts_s, 5, self._repeat_now)

    def _repeat_now(self) -> None:
        frames = self._backend.history[-100:]
        self._dice.shuffle(frames)
        self._push(*frames)

    def _nonsense(self, lasts_s: float) -> None:
        self._now_and_then(lasts_s, 20, lambda: self._push(self._dice.choice(NONSENSE)))

    def _other_users(self, lasts_s: float) -> None:
        self._work.other_users(300, lasts_s)

    def _push(self, *frames: str | None) -> None:
        for socket in tuple(self._backend.sockets):
            socket.push(*frames)
