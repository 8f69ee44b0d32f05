"""Very many pages under one set of rules, moved by one heap of moments."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from math import inf
from typing import Final

from app.core.connection import Connection, State
from app.core.connection_events import (
    CheckToken,
    Closed,
    Effect,
    Heard,
    Input,
    Opened,
    OpenSocket,
    Reconcile,
    SendPing,
    ServerReachable,
    Start,
    Stop,
    Tick,
    TokenChecked,
)
from app.core.polling import Poller
from app.core.refresh_schedule import RefreshSchedule
from app.core.rules import ABILITY_TASK_CADENCE, ConnectionRules, PollingRules
from bench.simulate.backend import Backend

CONNECTION: Final = ConnectionRules()
POLLING: Final = PollingRules()
TAKEOVER_SHARE: Final = 0.75
REFRESH_REQUESTS: Final = 3
"""A full refresh reads the tasks, the ability tasks and the points."""
FIXED_S: Final = 3.0
ABNORMAL: Final = 1006
NEVER: Final = inf


@dataclass(frozen=True, slots=True)
class Policy:
    """One set of rules. ``fixed_s`` is polling alone, at that pace, whatever happens."""

    name: str
    jitter: bool = True
    single_reads: bool = False
    fixed_s: float | None = None


POLICIES: Final = (
    Policy("our rules"),
    Policy("no jitter", jitter=False),
    Policy("one poller per task", single_reads=True),
    Policy("fixed 3 s polling", fixed_s=FIXED_S),
)


class Client:
    """One page."""

    __slots__ = ("active", "connection", "failing", "fixed_at", "poller", "refresh", "right_at", "version")

    def __init__(self, draw: Callable[[], float], active: int) -> None:
        self.connection = Connection(CONNECTION, draw)
        self.poller = Poller(ABILITY_TASK_CADENCE, POLLING, draw)
        self.refresh = RefreshSchedule(POLLING, draw, POLLING.reconcile_every_s)
        self.active = active
        self.poller.set_active(active)
        self.right_at: float | None = None
        self.fixed_at: float | None = None
        self.failing = False
        self.version = 0

    @property
    def deadline(self) -> float:
        """When it next has something to do; never is infinity."""
        soonest = self.connection.deadline or NEVER
        poll = self.poller.deadline
        if poll is not None and poll < soonest:
            soonest = poll
        refresh = self.refresh.deadline
        return refresh if refresh is not None and refresh < soonest else soonest


class Simulation:
    """Clients, a backend, and one heap of moments."""

    def __init__(self, policy: Policy, backend: Backend, seed: int) -> None:
        self._policy = policy
        self._chance = random.Random(seed)
        self._draw: Callable[[], float] = self._chance.random if policy.jitter else _longest
        self.backend = backend
        self.clients: list[Client] = []
        self._heap: list[tuple[float, int, Client | None, int | Callable[[float], None]]] = []
        self._order = count()
        self.now = 0.0

    def add(self, active: int) -> Client:
        """A client that does nothing yet."""
        client = Client(self._draw, active)
        self.clients.append(client)
        return client

    def at(self, moment: float, do: Callable[[float], None]) -> None:
        """Let something happen to the world at a moment."""
        heapq.heappush(self._heap, (moment, next(self._order), None, do))

    def run(self, until: float) -> None:
        """Let time pass."""
        heap = self._heap
        while heap and heap[0][0] <= until:
            self.now, _, client, what = heapq.heappop(heap)
            if client is None:
                if callable(what):
                    what(self.now)
            elif what == client.version:
                self._wake(client)
        self.now = until

    def start(self, client: Client) -> None:
        """The page is opened."""
        if self._policy.fixed_s is None:
            client.refresh.request(self.now)
            self._take_over(client)
            self.tell(client, Start())
        else:
            client.fixed_at = self.now + self._policy.fixed_s * self._chance.random()
            self._plan(client)

    def steady(self, client: Client) -> None:
        """Put a client where one is that has been connected for a long time, anywhere between two reconciles."""
        if self._policy.fixed_s is None:
            connection = client.connection
            connection.handle(Start(), self.now - 100.0)
            connection.handle(Opened(connection.generation), self.now - 100.0)
            connection.handle(Heard(connection.generation, answer=True), self.now - self._chance.uniform(0.0, 24.0))
            client.refresh.request(self.now)
            client.refresh.succeeded(self.now - self._chance.uniform(0.0, POLLING.reconcile_every_s - 0.1))
            client.refresh.deadline = self.now + self._chance.uniform(0.0, POLLING.reconcile_every_s)
            self._plan(client)
        else:
            self.start(client)

    def stop(self, client: Client) -> None:
        """The page is closed."""
        client.poller.disable()
        client.refresh.cancel()
        client.fixed_at = None
        self.tell(client, Stop())

    def lose(self, client: Client, code: int) -> None:
        """The client's socket closes, if it has one."""
        if client.connection.state is State.OPEN:
            self.tell(client, Closed(client.connection.generation, code))

    def set_active(self, client: Client, active: int) -> None:
        """Tasks were submitted or ended."""
        client.active = active
        client.poller.set_active(active)
        self._plan(client)

    def tell(self, client: Client, event: Input) -> None:
        """Give the connection an input, do what it asks for, and plan what comes next."""
        self._tell(client, event)
        self._plan(client)

    def _tell(self, client: Client, event: Input) -> None:
        connection = client.connection
        was_open = connection.state is State.OPEN
        for effect in connection.handle(event, self.now):
            self._do(client, effect)
        is_open = connection.state is State.OPEN
        if is_open:
            client.poller.disable()
        elif was_open and connection.state is not State.IDLE:
            self._take_over(client)

    def _take_over(self, client: Client) -> None:
        client.poller.enable(self.now + POLLING.takeover_s * TAKEOVER_SHARE * self._draw())

    def _do(self, client: Client, effect: Effect) -> None:
        connection = client.connection
        match effect:
            case OpenSocket(generation):
                opened = self.backend.connect(self.now)
                self._tell(client, Opened(generation) if opened else Closed(generation, ABNORMAL))
            case SendPing(generation):
                connection.handle(Heard(generation, answer=True), self.now)
            case Reconcile():
                client.refresh.request(self.now)
            case CheckToken():
                self.backend.read(self.now, 1)
                self._tell(client, TokenChecked())
            case _:
                pass

    def _wake(self, client: Client) -> None:
        now = self.now
        if client.fixed_at is not None:
            self._note(client, self.backend.read(now, 1))
            client.fixed_at += self._policy.fixed_s or FIXED_S
            heapq.heappush(self._heap, (client.fixed_at, next(self._order), client, client.version))
            return
        if client.refresh.due(now):
            self._refresh(client)
        elif (client.connection.deadline or NEVER) <= now:
            self._tell(client, Tick())
        else:
            self._poll(client)
        self._plan(client)

    def _refresh(self, client: Client) -> None:
        each = client.active if self._policy.single_reads else 0
        if self._read(client, REFRESH_REQUESTS + each):
            client.refresh.succeeded(self.now)
        else:
            client.refresh.failed(self.now)

    def _poll(self, client: Client) -> None:
        self._read(client, client.active if self._policy.single_reads else 1)

    def _read(self, client: Client, requests: int) -> bool:
        now = self.now
        client.poller.started(now)
        answered = self.backend.read(now, requests)
        if answered:
            client.poller.succeeded()
            self._note(client, True)
            if client.failing:
                self._tell(client, ServerReachable())
        else:
            client.poller.failed(now)
        client.failing = not answered
        return answered

    def _note(self, client: Client, answered: bool) -> None:
        if answered and client.right_at is None:
            client.right_at = self.now

    def _plan(self, client: Client) -> None:
        client.version += 1
        deadline = client.deadline if client.fixed_at is None else client.fixed_at
        if deadline < NEVER:
            heapq.heappush(self._heap, (max(deadline, self.now), next(self._order), client, client.version))


def _longest() -> float:
    return 1.0
