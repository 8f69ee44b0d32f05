"""With which passwords one signs in, and how often one may guess them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import httpx
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from devserver.app import build_app
from devserver.database import Database
from devserver.demo_passwords import set_passwords
from devserver.embedded import Embedded
from devserver.guesses import LONGEST_S, Guesses
from devserver.introduction import introduction
from devserver.models import AbilityLog
from devserver.settings import Settings
from devserver.simulator.chance import Chance
from devserver.simulator.history import begin_history
from testkit.raw_http import answering, serving
from tests.host.running import Host


@contextmanager
def seen_by_others(folder: Path) -> Iterator[tuple[Embedded, FastAPI]]:
    """A host as it is when others can reach it; nobody can reach this one."""
    settings = Settings(host="0.0.0.0", data=folder, site=folder, history=0, idle=True)
    embedded = Embedded.open(settings)
    with ExitStack() as stack:
        stack.callback(embedded.database.close)
        yield embedded, build_app(settings, embedded)


def client_of(app: FastAPI) -> httpx.AsyncClient:
    """Somebody who calls it by a name of this machine."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")


async def test_nobody_signs_in_with_a_name_beyond_loopback(tmp_path: Path) -> None:
    """Where others reach the host, the demo users have random passwords, and these are printed (3)."""
    with seen_by_others(tmp_path) as (embedded, app):
        lines = list(introduction(embedded.settings, embedded.passwords))
        async with client_of(app) as client:
            for name in ("demo", "admin"):
                word = embedded.passwords[name]
                assert any(line.startswith(f"sign in: {name} / {word} ") for line in lines)
                assert len(word) >= 16
                wrong = await client.post("/api/auth/login", json={"username": name, "password": name})
                right = await client.post("/api/auth/login", json={"username": name, "password": word})
                assert (wrong.status_code, right.status_code) == (401, 200)


def test_passwords_follow_the_host(tmp_path: Path) -> None:
    """The same data gets new passwords at every start beyond loopback, and the names again on loopback (3)."""
    with closing(Database.open(tmp_path)) as database:
        begin_history(database, Chance(1), records=0)
        assert set_passwords(database, beyond_loopback=False) == {"demo": "demo", "admin": "admin"}
        first = set_passwords(database, beyond_loopback=True)
        second = set_passwords(database, beyond_loopback=True)
        assert len({*first.values(), *second.values(), "demo", "admin"}) == 6
        assert set_passwords(database, beyond_loopback=False) == {"demo": "demo", "admin": "admin"}


def test_names_are_passwords_on_loopback(host: Host) -> None:
    """On loopback nothing changes, and nobody is made to wait."""
    for _ in range(8):
        answer = host.client.post("/api/auth/login", json={"username": "demo", "password": "wrong"})
        assert answer.status_code == 401
    assert host.login("demo")["role"] == "user"


async def test_callbacks_stay_out_of_the_network(tmp_path: Path) -> None:
    """Where others reach the host, a job's callback asks nobody on this machine (3)."""
    with serving(lambda _: answering(b"inner secret")) as inner, seen_by_others(tmp_path) as (embedded, app):
        embedded.start()
        async with client_of(app) as client:
            word = {"username": "demo", "password": embedded.passwords["demo"]}
            token = (await client.post("/api/auth/login", json=word)).json()["accessToken"]
            order = {
                "abilityId": "volcengine_seedream",
                "inputs": {"prompt": "koi"},
                "callbackUrl": inner.url,
                "metadata": {"simulate": {"seconds": 0, "outcome": "succeeded"}},
            }
            headers = {"Authorization": f"Bearer {token}"}
            job = (await client.post("/api/ability-tasks", json=order, headers=headers)).json()["id"]
            while (record := called_back(embedded, job)) is None:
                await client.get("/api/ability-tasks", headers=headers)
        await embedded.stop_work()
        assert record.callback_status == "failed"
        assert "public internet" in (record.callback_error or "")
        assert inner.connections == 0


def called_back(embedded: Embedded, job: str) -> AbilityLog | None:
    """The log record of a job whose callback is over."""
    with embedded.database.transaction() as session:
        log = session.scalars(select(AbilityLog).where(AbilityLog.ability_task_id == job)).one_or_none()
        return log if log is not None and log.callback_finished_at is not None else None


async def test_guesses_have_to_wait_beyond_loopback(tmp_path: Path) -> None:
    """After a few wrong passwords the next guess at that user is not even looked at for a while (15)."""
    with seen_by_others(tmp_path) as (embedded, app):
        right = {"username": "admin", "password": embedded.passwords["admin"]}
        async with client_of(app) as client:
            for name in ("username", "email"):
                value = {"username": "demo", "email": "DEMO@podi.example"}[name]
                answers = [
                    await client.post("/api/auth/login", json={name: value, "password": "guess"}) for _ in range(5)
                ]
            again = {"username": "demo", "password": embedded.passwords["demo"]}
            held = await client.post("/api/auth/login", json=again)
            other = await client.post("/api/auth/login", json=right)
    assert {answer.status_code for answer in answers} <= {401, 429}
    assert (held.status_code, held.json()) == (429, {"detail": "TOO_MANY_ATTEMPTS"})
    assert int(held.headers["retry-after"]) >= 1
    assert other.status_code == 200


def received(guesses: Guesses, name: str, attempts: int, begin: float = 0.0) -> list[float]:
    """When ``attempts`` of somebody who always waits as long as asked are received."""
    now = begin
    times: list[float] = []
    while len(times) < attempts:
        wait = guesses.wait(name, now)
        if wait == 0:
            times.append(now)
        now += wait
    return times


def test_waits_double() -> None:
    """The first few guesses are free; then each waits twice as long as the one before, up to a minute."""
    assert received(Guesses(free=3), "demo", 12) == [0, 0, 0, 1, 3, 7, 15, 31, 63, 123, 183, 243]


def test_many_at_once() -> None:
    """Attempts that come together are not all received because none has failed yet."""
    guesses = Guesses(free=3)
    assert [guesses.wait("demo", 0.0) == 0 for _ in range(10)] == [True] * 3 + [False] * 7


def test_a_right_password_ends_the_waiting() -> None:
    """Who got in begins anew; so does a name that nobody has tried for a long time."""
    guesses = Guesses(free=3)
    received(guesses, "demo", 3)
    guesses.succeeded("demo")
    assert received(guesses, "demo", 3, begin=5.0) == [5.0] * 3
    assert received(guesses, "demo", 3, begin=5000.0) == [5000.0] * 3


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(0, 100)), max_size=200))
def test_guesses_in_any_order(attempts: list[tuple[str, float]]) -> None:
    """Whoever guesses at whatever pace, no wait is longer than the longest, and nobody waits for somebody else."""
    guesses, alone, now = Guesses(), {name: Guesses() for name in "abcdef"}, 0.0
    for name, pause in attempts:
        now += pause
        wait = guesses.wait(name, now)
        assert 0 <= wait <= LONGEST_S
        assert wait == alone[name].wait(name, now)


def test_invented_names_cost_no_memory() -> None:
    """Only so many names are kept, those that failed last."""
    guesses = Guesses(free=1, most_names=2)
    for name in ("a", "b", "c"):
        guesses.wait(name, 0.0)
    assert [guesses.wait(name, 0.0) > 0 for name in ("c", "b", "a")] == [True, True, False]
