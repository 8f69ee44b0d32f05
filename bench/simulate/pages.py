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
    FramesReceived,
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
from app.core.events import ServerReachable as BackendReachable
from app.core.records import AbilityTask
from app.core.rules import ABILITY_TASK_CADENCE, ConnectionRules, PollingRules
from app.core.sync import Sync
from app.core.sync_events import Failed, Found, Listed, Outcome, ReadJob, ReadList, Request
from app.core.sync_round import Purpose
from app.core.unknown_ids import UnknownIds
from bench.simulate.backend import Backend

CONNECTION: Final = ConnectionRules()
POLLING: Final = PollingRules()
REFRESH_REQUESTS: Final = 3
"""A full refresh reads the tasks, the ability tasks and the points."""
FIXED_S: Final = 3.0
ABNORMAL: Final = 1006
NEVER: Final = inf
JOBS: Final = tuple(str(number) for number in range(100))
"""The ids of a page's active jobs, the newest first; a page with three has the first three."""
POSITIONS: Final = {job_id: position for position, job_id in enumerate(JOBS)}
UNREACHABLE: Final = Failed(answered=False)


@dataclass(frozen=True, slots=True)
class Policy:
    """One set of rules. ``fixed_s`` is polling alone, at that pace, whatever happens.

    ``carried`` says whether push carries the kind of job that the page has (R8), ``windows`` how many pages of one
    browser share a connection and what it reads (R43).
    """

    name: str
    jitter: bool = True
    single_reads: bool = False
    fixed_s: float | None = None
    carried: bool = True
    windows: int = 1


POLICIES: Final = (
    Policy("our rules"),
    Policy("a kind not pushed", carried=False),
    Policy("3 windows a browser", windows=3),
    Policy("no jitter", jitter=False),
    Policy("one poller per task", single_reads=True),
    Policy("fixed 3 s polling", fixed_s=FIXED_S),
)


class Jobs:
    """What a page knows of its jobs: so many are active, every list holds them, and they go on."""

    __slots__ = ("active_count",)

    def __init__(self, active: int) -> None:
        self.active_count = active

    @property
    def active(self) -> tuple[str, ...]:
        """The ids of the active jobs, newest first."""
        return JOBS[: self.active_count]

    @property
    def standing(self) -> tuple[str, ...]:
        """The ids of the jobs that stand still: none."""
        return ()

    def was_listed(self, _job_id: str) -> bool:
        """Return whether a list has held a job: every list holds them all."""
        return True

    @property
    def order(self) -> tuple[str, ...]:
        """The ids of all jobs; there are no others."""
        return self.active

    def get(self, job_id: str) -> AbilityTask | None:
        """Return what is known of a job: nothing, for nobody reads it."""

    def touched(self, job_id: str) -> None:
        """Return when a job was last updated: that is not known either."""

    def positions(self) -> dict[str, int]:
        """Return where the ids stand in the server's list."""
        return POSITIONS

    def seen(self, _job_id: str) -> None:
        """Return when a job last gave a sign of life: nobody counts."""


class Client:
    """One page."""

    __slots__ = ("connection", "fixed_at", "jobs", "right_at", "sync", "version")

    def __init__(self, draw: Callable[[], float], active: int) -> None:
        self.connection = Connection(CONNECTION, draw)
        self.jobs = Jobs(active)
        self.sync = Sync(self.jobs, UnknownIds(), ABILITY_TASK_CADENCE, POLLING, draw, list_most=len(JOBS), paged=False)
        self.right_at: float | None = None
        self.fixed_at: float | None = None
        self.version = 0

    @property
    def deadline(self) -> float:
        """When it next has something to do; never is infinity."""
        connection = self.connection.deadline or NEVER
        sync = self.sync.deadline
        return connection if sync is None else min(connection, sync)


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

    def add_browsers(self, windows: int, active: Callable[[], int]) -> None:
        """Clients that have been connected for a long time: one for the windows of each browser that share one."""
        for _ in range(max(1, windows // self._policy.windows)):
            self.steady(self.add(active()))

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
            client.sync.resume(self.now)
            self.handle(client, Start())
        else:
            client.fixed_at = self.now + self._policy.fixed_s * self._chance.random()
            self._plan(client)

    def steady(self, client: Client) -> None:
        """Put a client where one is that has been connected for a long time, anywhere between two reconciles."""
        if self._policy.fixed_s is None:
            connection, sync = client.connection, client.sync
            connection.handle(Start(), self.now - 100.0)
            connection.handle(Opened(connection.generation), self.now - 100.0)
            connection.handle(
                FramesReceived(connection.generation, answer=True), self.now - self._chance.uniform(0.0, 24.0)
            )
            moment = self.now - self._chance.uniform(1.0, 2.0) * POLLING.reconcile_every_s
            sync.resume(moment)
            sync.trust_push(self._policy.carried, moment)
            while moment <= self.now:
                request = sync.begin(moment)
                if request is not None:
                    sync.report(_answer(client, request), moment)
                moment = sync.deadline or NEVER
            self._plan(client)
        else:
            self.start(client)

    def stop(self, client: Client) -> None:
        """The page is closed."""
        client.sync.pause()
        client.sync.clear()
        client.fixed_at = None
        self.handle(client, Stop())

    def lose(self, client: Client, code: int) -> None:
        """The client's socket closes, if it has one."""
        if client.connection.state is State.OPEN:
            self.handle(client, Closed(client.connection.generation, code))

    def set_active(self, client: Client, active: int) -> None:
        """Tasks were submitted or ended."""
        client.jobs.active_count = active
        self._plan(client)

    def handle(self, client: Client, event: Input) -> None:
        """Give the connection an input, do what it asks for, and plan what comes next."""
        self._handle(client, event)
        self._plan(client)

    def _handle(self, client: Client, event: Input) -> None:
        connection = client.connection
        was_open = connection.state is State.OPEN
        for effect in connection.handle(event, self.now):
            self._do(client, effect)
        is_open = connection.state is State.OPEN
        if is_open is not was_open:
            client.sync.trust_push(is_open and self._policy.carried, self.now)

    def _do(self, client: Client, effect: Effect) -> None:
        connection = client.connection
        match effect:
            case OpenSocket(generation):
                opened = self.backend.connect(self.now)
                self._handle(client, Opened(generation) if opened else Closed(generation, ABNORMAL))
            case SendPing(generation):
                connection.handle(FramesReceived(generation, answer=True), self.now)
            case Reconcile():
                client.sync.reconcile(self.now)
            case CheckToken():
                self.backend.read(self.now, 1)
                self._handle(client, TokenChecked())
            case _:
                pass

    def _wake(self, client: Client) -> None:
        now = self.now
        if client.fixed_at is not None:
            self._note(client, self.backend.read(now, 1))
            client.fixed_at += self._policy.fixed_s or FIXED_S
            heapq.heappush(self._heap, (client.fixed_at, next(self._order), client, client.version))
            return
        request = client.sync.begin(now)
        if request is not None:
            self._round(client, request)
        elif (client.connection.deadline or NEVER) <= now:
            self._handle(client, Tick())
        self._plan(client)

    def _round(self, client: Client, request: Request | None) -> None:
        """Send a round's requests, and let the machines know what came of them."""
        everything = client.sync.purpose is Purpose.RECONCILE
        each = client.jobs.active_count if self._policy.single_reads else 0
        while request is not None:
            requests = REFRESH_REQUESTS + each if everything else max(1, each)
            answered = self.backend.read(self.now, requests)
            self._note(client, answered)
            outcome = _answer(client, request) if answered else UNREACHABLE
            request = None
            for effect in client.sync.report(outcome, self.now):
                match effect:
                    case ReadList() | ReadJob():
                        request = effect
                    case BackendReachable():
                        self._handle(client, ServerReachable())
                    case _:
                        pass

    def _note(self, client: Client, answered: bool) -> None:
        if answered and client.right_at is None:
            client.right_at = self.now

    def _plan(self, client: Client) -> None:
        client.version += 1
        deadline = client.deadline if client.fixed_at is None else client.fixed_at
        if deadline < NEVER:
            heapq.heappush(self._heap, (max(deadline, self.now), next(self._order), client, client.version))


def _answer(client: Client, request: Request) -> Outcome:
    """Return the answer to a request: every list holds what is active and one more, and nothing has changed."""
    active = client.jobs.active
    return Found() if isinstance(request, ReadJob) else Listed(active, len(active) + 1, new=0)


def _longest() -> float:
    return 1.0
