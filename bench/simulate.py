"""What very many pages do to one backend: the page's own rules, run for each of 100,000 clients in one process.

A client is the core's ``Connection``, ``Poller`` and ``Wish`` and a few numbers; one heap of deadlines moves them all.
The backend is a model: so many handshakes and requests a second, and no more. Answers are immediate, since the question
is how requests bunch, not how long they take. Nobody touches a page: no refresh button, no switching of tabs.
"""

from __future__ import annotations

import argparse
import gc
import heapq
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from math import inf
from typing import Final

from app.core.connection import Connection, State
from app.core.polling import Poller
from app.core.rules import ABILITY_TASK_CADENCE, ConnectionRules, PollingRules
from app.core.signals import (
    CheckToken,
    Closed,
    Effect,
    Heard,
    Input,
    Opened,
    OpenSocket,
    Reconcile,
    SendPing,
    ServerBack,
    Start,
    Stop,
    Tick,
    TokenChecked,
)
from app.core.wish import Wish
from bench import report
from bench.failures import BenchFailure

CONNECTION: Final = ConnectionRules()
POLLING: Final = PollingRules()
TAKEOVER_SHARE: Final = 0.75
BIN_S: Final = 1.0
REFRESH_REQUESTS: Final = 3
"""A full refresh reads the tasks, the ability tasks and the points."""
FIXED_S: Final = 3.0
ABNORMAL: Final = 1006
RESTARTING: Final = 1012
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


@dataclass(slots=True)
class Series:
    """What the backend saw, per second."""

    reconnects: list[float]
    requests: list[float]
    turned_away: int = 0
    right_after: list[float] = field(default_factory=list)
    """Seconds from the end of the trouble until a client had read everything anew, for each client."""
    pushed: float = 0.0
    """Share of the clients that have push at the end."""


class Backend:
    """So many handshakes and requests in each tenth of a second, and none at all while it is down."""

    def __init__(self, seconds: float, *, handshakes_per_s: float, requests_per_s: float) -> None:
        bins = int(seconds / BIN_S) + 1
        self.series = Series([0.0] * bins, [0.0] * bins)
        self.down = False
        self._most_handshakes = handshakes_per_s / 10
        self._most_requests = requests_per_s / 10
        self._slot = -1
        self._handshakes = 0
        self._requests = 0

    def _at(self, now: float) -> int:
        slot = int(now * 10)
        if slot != self._slot:
            self._slot = slot
            self._handshakes = self._requests = 0
        return min(int(now / BIN_S), len(self.series.requests) - 1)

    def connect(self, now: float) -> bool:
        """Whether a handshake succeeds."""
        self.series.reconnects[self._at(now)] += 1
        self._handshakes += 1
        accepted = not self.down and self._handshakes <= self._most_handshakes
        self.series.turned_away += not accepted
        return accepted

    def read(self, now: float, requests: int) -> bool:
        """Whether a round of requests is answered."""
        self.series.requests[self._at(now)] += requests
        self._requests += requests
        answered = not self.down and self._requests <= self._most_requests
        self.series.turned_away += not answered
        return answered


class Client:
    """One page."""

    __slots__ = ("active", "connection", "failing", "fixed_at", "poller", "refresh", "right_at", "version")

    def __init__(self, draw: Callable[[], float], active: int) -> None:
        self.connection = Connection(CONNECTION, draw)
        self.poller = Poller(ABILITY_TASK_CADENCE, POLLING, draw)
        self.refresh = Wish(POLLING, draw, POLLING.reconcile_every_s)
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
            client.refresh.want(self.now)
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
            client.refresh.want(self.now)
            client.refresh.granted(self.now - self._chance.uniform(0.0, POLLING.reconcile_every_s - 0.1))
            client.refresh.deadline = self.now + self._chance.uniform(0.0, POLLING.reconcile_every_s)
            self._plan(client)
        else:
            self.start(client)

    def stop(self, client: Client) -> None:
        """The page is closed."""
        client.poller.disable()
        client.refresh.drop()
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
                client.refresh.want(self.now)
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
            client.refresh.granted(self.now)
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
                self._tell(client, ServerBack())
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


def _active(chance: random.Random) -> int:
    """How many active tasks a page has: half have none, most others a few."""
    draw = chance.random()
    if draw < 0.5:
        return 0
    if draw < 0.8:
        return chance.randint(1, 2)
    return chance.randint(3, 10) if draw < 0.95 else chance.randint(11, 30)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens to the backend, and when it is over."""

    name: str
    seconds: float
    over_at: float
    run: Callable[[Policy, int, int], Series]


OUTAGE_FROM_S: Final = 20.0
OUTAGE_S: Final = 60.0
OUTAGE_SEEN_S: Final = 230.0
RESTART_FROM_S: Final = 10.0
SERVERS: Final = 10
BETWEEN_RESTARTS_S: Final = 5.0
RESTART_SEEN_S: Final = 90.0
DAY_S: Final = 24 * 3600.0
DAY_SHARE: Final = 100
"""The day is lived by one client in so many; its rates are multiplied again, since nothing is short on such a day."""


def _backend(clients: int, seconds: float) -> Backend:
    """A backend that can take all clients' handshakes in 10 s, and half a request of each in a second."""
    return Backend(seconds, handshakes_per_s=clients / 10, requests_per_s=clients / 2)


def _finish(simulation: Simulation, over_at: float) -> Series:
    series = simulation.backend.series
    clients = simulation.clients
    series.right_after = sorted(each.right_at - over_at for each in clients if each.right_at is not None)
    series.pushed = sum(each.connection.state is State.OPEN for each in clients) / max(1, len(clients))
    return series


def outage(policy: Policy, clients: int, seed: int) -> Series:
    """Everything is unreachable for a minute."""
    simulation = Simulation(policy, _backend(clients, OUTAGE_SEEN_S), seed)
    chance = random.Random(seed)
    for _ in range(clients):
        simulation.steady(simulation.add(_active(chance)))

    def fall(_: float) -> None:
        simulation.backend.down = True
        for client in simulation.clients:
            simulation.lose(client, ABNORMAL)

    def rise(_: float) -> None:
        simulation.backend.down = False
        for client in simulation.clients:
            client.right_at = None

    simulation.at(OUTAGE_FROM_S, fall)
    simulation.at(OUTAGE_FROM_S + OUTAGE_S, rise)
    simulation.run(OUTAGE_SEEN_S)
    return _finish(simulation, OUTAGE_FROM_S + OUTAGE_S)


def rolling_restart(policy: Policy, clients: int, seed: int) -> Series:
    """Ten servers restart one after another; whoever loses one finds another at once."""
    simulation = Simulation(policy, _backend(clients, RESTART_SEEN_S), seed)
    chance = random.Random(seed)
    for _ in range(clients):
        simulation.steady(simulation.add(_active(chance)))
    lost_at: dict[Client, float] = {}

    def restart(server: int) -> Callable[[float], None]:
        def fall(now: float) -> None:
            for client in simulation.clients[server::SERVERS]:
                client.right_at = None
                lost_at[client] = now
                simulation.lose(client, RESTARTING)

        return fall

    for server in range(SERVERS):
        simulation.at(RESTART_FROM_S + server * BETWEEN_RESTARTS_S, restart(server))
    simulation.run(RESTART_SEEN_S)
    series = _finish(simulation, 0.0)
    series.right_after = sorted(
        each.right_at - lost_at[each] for each in simulation.clients if each.right_at is not None
    )
    return series


def normal_day(policy: Policy, clients: int, seed: int) -> Series:
    """A working day: pages come and go, tasks begin and end, a socket breaks now and then; a release at ten."""
    living = max(1, clients // DAY_SHARE)
    simulation = Simulation(policy, Backend(DAY_S, handshakes_per_s=1e9, requests_per_s=1e9), seed)
    chance = random.Random(seed)
    for _ in range(living):
        client = simulation.add(0)
        for begin, end in _visits(chance):
            simulation.at(begin, _visit(simulation, client, chance, end))

    def release(_: float) -> None:
        for client in simulation.clients:
            simulation.lose(client, RESTARTING)

    simulation.at(10 * 3600.0, release)
    simulation.run(DAY_S)
    series = _finish(simulation, 0.0)
    series.right_after = []
    series.requests = [each * clients / living for each in series.requests]
    series.reconnects = [each * clients / living for each in series.reconnects]
    return series


def _change(simulation: Simulation, client: Client, active: int, _: float) -> None:
    simulation.set_active(client, active)


def _visits(chance: random.Random) -> Iterator[tuple[float, float]]:
    """Three visits of ten minutes or so, most of them around midday, one after another."""
    begins = sorted(chance.triangular(7 * 3600, 22 * 3600, 13 * 3600) for _ in range(3))
    free_from = 0.0
    for begin in begins:
        start = max(begin, free_from)
        end = start + min(7200.0, chance.expovariate(1 / 600))
        free_from = end + 60.0
        if end < DAY_S:
            yield start, end


def _visit(simulation: Simulation, client: Client, chance: random.Random, end: float) -> Callable[[float], None]:
    def begin(now: float) -> None:
        client.right_at = None
        simulation.start(client)
        moment = now
        while (moment := moment + chance.expovariate(1 / 120)) < end:
            simulation.at(moment, partial(_change, simulation, client, _active(chance)))
        broken = now + chance.expovariate(1 / 3600)
        if broken < end:
            simulation.at(broken, lambda _: simulation.lose(client, ABNORMAL))
        simulation.at(end, lambda _: simulation.stop(client))

    return begin


SCENARIOS: Final = (
    Scenario("60 s outage", OUTAGE_SEEN_S, OUTAGE_FROM_S + OUTAGE_S, outage),
    Scenario("rolling restart", RESTART_SEEN_S, RESTART_FROM_S + SERVERS * BETWEEN_RESTARTS_S, rolling_restart),
    Scenario("normal day", DAY_S, DAY_S, normal_day),
)


def _averaged(values: Sequence[float], wide: int) -> list[float]:
    return [sum(values[i : i + wide]) / wide for i in range(0, len(values), wide)]


def summary(scenario: Scenario, series: Series, clients: int) -> dict[str, float | None]:
    """The numbers of one run."""
    right = series.right_after
    everyone = len(right) == clients
    before, after = series.requests[2:10], series.requests[-12:-2]
    day = scenario.run is normal_day
    wide = 60 if day else 1
    return {
        "reconnects_peak_per_s": max(_averaged(series.reconnects, wide)),
        "requests_peak_per_s": max(_averaged(series.requests, wide)),
        "requests_before_per_s": None if day else sum(before) / len(before),
        "requests_at_the_end_per_s": None if day else sum(after) / len(after),
        "requests_in_all": sum(series.requests),
        "turned_away": float(series.turned_away),
        "half_right_after_s": right[len(right) // 2] if right else None,
        "all_right_after_s": right[-1] if everyone else None,
        "share_with_push_at_the_end": None if day else series.pushed,
    }


def _print(scenario: Scenario, results: dict[str, dict[str, float | None]]) -> None:
    names = list(results)
    sys.stdout.write(f"\n{scenario.name}\n  {'':<28}" + "".join(f"{name:>22}" for name in names) + "\n")
    for metric in results[names[0]]:
        cells = "".join(f"{_cell(results[name][metric]):>22}" for name in names)
        sys.stdout.write(f"  {metric:<28}{cells}\n")
    sys.stdout.flush()


def _cell(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def draw(results: dict[str, dict[str, Series]], clients: int) -> str:
    """Plot reconnects and requests per second; returns the file's name."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(len(SCENARIOS), 2, figsize=(13, 3.4 * len(SCENARIOS)), squeeze=False)
    for row, scenario in zip(axes, SCENARIOS, strict=True):
        wide = 600 if scenario.run is normal_day else 1
        for axis, what in zip(row, ("reconnects", "requests"), strict=True):
            for name, series in results[scenario.name].items():
                values: list[float] = getattr(series, what)[:-1]
                values = _averaged(values, wide)
                hours = 3600 if wide > 1 else 1
                ours = name == POLICIES[0].name
                axis.plot(
                    [i * wide / hours for i in range(len(values))], values, label=name,
                    linewidth=2.0 if ours else 1.0, zorder=3 if ours else 2,
                )  # fmt: skip
            axis.set_title(f"{scenario.name}: {what} per second", fontsize=10)
            axis.set_xlabel("hours" if wide > 1 else "seconds")
            axis.spines[["top", "right"]].set_visible(False)
            axis.set_ylim(bottom=0)
    axes[0][0].legend(frameon=False)
    figure.suptitle(f"{clients:,} clients")
    figure.tight_layout()
    report.RESULTS.mkdir(exist_ok=True)
    file = report.RESULTS / "simulate.png"
    figure.savefig(file, dpi=100)
    plt.close(figure)
    return file.name


def simulate(clients: int, seed: int) -> None:
    """Run everything, print it, write it down and plot it."""
    # Nothing here is a cycle worth looking for, and looking through millions of objects takes longer than the rest.
    gc.disable()
    results: dict[str, dict[str, Series]] = {}
    numbers: dict[str, dict[str, dict[str, float | None]]] = {}
    for scenario in SCENARIOS:
        began = time.monotonic()
        results[scenario.name] = {policy.name: scenario.run(policy, clients, seed) for policy in POLICIES}
        gc.collect()
        numbers[scenario.name] = {
            name: summary(scenario, series, clients) for name, series in results[scenario.name].items()
        }
        _print(scenario, numbers[scenario.name])
        sys.stdout.write(f"  ({time.monotonic() - began:.0f} s)\n")
    report.write("simulate.json", {"clients": clients, "scenarios": numbers})
    sys.stdout.write(f"\nwrote bench/results/simulate.json, bench/results/{draw(results, clients)}\n")


def _clients(text: str) -> int:
    if not text.isdecimal() or not 100 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text} is not a number of clients: use 100 to 1000000")
    return int(text)


def main(arguments: Sequence[str]) -> int:
    """The exit status of a run."""
    parser = argparse.ArgumentParser("python -m bench.simulate", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--clients", type=_clients, default=100_000, metavar="N", help="default: 100000")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    given = parser.parse_args(arguments)
    try:
        simulate(given.clients, given.seed)
    except BenchFailure as failure:
        sys.stderr.write(f"podi: {failure}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
