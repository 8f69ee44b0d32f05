"""What happens to the backend while the pages go on: an outage, a rolling restart, a normal day."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from app.core.connection import State
from bench.simulate.backend import Backend, Series
from bench.simulate.pages import ABNORMAL, Client, Policy, Simulation

RESTARTING: Final = 1012


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
RESTART_SEEN_S: Final = 150.0
DAY_S: Final = 24 * 3600.0
DAY_SHARE: Final = 100
"""The day is lived by one client in so many; its rates are multiplied again, since nothing is short on such a day."""


def _backend(clients: int, seconds: float) -> Backend:
    """A backend that can take all clients' handshakes in 10 s, and half a request of each in a second."""
    return Backend(seconds, handshakes_per_s=clients / 10, requests_per_s=clients / 2)


def _finish(simulation: Simulation, over_at: float) -> Series:
    series = simulation.backend.series
    clients = simulation.clients
    series.clients = len(clients)
    series.right_after = sorted(each.right_at - over_at for each in clients if each.right_at is not None)
    series.pushed = sum(each.connection.state is State.OPEN for each in clients) / max(1, len(clients))
    return series


def outage(policy: Policy, clients: int, seed: int) -> Series:
    """Everything is unreachable for a minute."""
    simulation = Simulation(policy, _backend(clients, OUTAGE_SEEN_S), seed)
    chance = random.Random(seed)
    simulation.add_browsers(clients, lambda: _active(chance))

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
    simulation.add_browsers(clients, lambda: _active(chance))
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
    living = max(1, clients // DAY_SHARE // policy.windows)
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
    series.requests = [each * (clients // policy.windows) / living for each in series.requests]
    series.reconnects = [each * (clients // policy.windows) / living for each in series.reconnects]
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


# The first is not counted: what was just switched on has not found its pace yet.
MINUTES: Final = 1 + 5
# So many that a browser has three of them.
PAGES: Final = 60


def requests_a_minute(policy: Policy, active: int, *, up: bool) -> float:
    """Return how many requests 1,000 open pages make in a minute in which nothing changes.

    Each has so many active jobs; ``up``: the socket is there.
    """
    simulation = Simulation(policy, Backend(MINUTES * 60.0, handshakes_per_s=1e9, requests_per_s=1e9), seed=1)
    simulation.add_browsers(PAGES, lambda: active)
    if not up:
        for client in simulation.clients:
            client.sync.trust_push(False, 0.0)
            simulation.set_active(client, active)
    simulation.run(MINUTES * 60.0)
    counted = simulation.backend.series.requests[60 : MINUTES * 60]
    return sum(counted) / (MINUTES - 1) * (1_000 / PAGES)


SCENARIOS: Final = (
    Scenario("60 s outage", OUTAGE_SEEN_S, OUTAGE_FROM_S + OUTAGE_S, outage),
    Scenario("rolling restart", RESTART_SEEN_S, RESTART_FROM_S + SERVERS * BETWEEN_RESTARTS_S, rolling_restart),
    Scenario("normal day", DAY_S, DAY_S, normal_day),
)
