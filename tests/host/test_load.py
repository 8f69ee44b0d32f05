"""The host under load: nothing that was committed is kept from anybody. How long it takes is not asked."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from devserver.database import Database
from devserver.models import AbilityLog, AbilityTask, Hold, LedgerEntry, Task, User
from tests.host.conftest import START
from tests.host.running import CHECKOUT, Json

SOCKETS = {"demo": 150, "admin": 50}
RATE = 50
SECONDS = 8
ORDER = ("pending", "queued", "blocked", "processing", "running", "completed", "succeeded", "failed")
ENDS = {"completed", "succeeded", "failed"}


@dataclass(frozen=True, slots=True)
class Committed:
    """What the database says has happened."""

    ledger: dict[str, list[tuple[str, int]]]
    """By user: the job and the balance after it, of every freeze and release, in order."""
    deducted: dict[str, set[str]]
    statuses: dict[str, str]
    """By job, in the order in which they ended."""
    logs: dict[int, str]


def read(data: Path) -> Committed:
    """Read the database of a host that has ended."""
    database = Database.open(data)
    try:
        with database.transaction() as session:
            names = {user.id: user.username for user in session.scalars(select(User))}
            ledger: dict[str, list[tuple[str, int]]] = {name: [] for name in SOCKETS}
            for entry in session.scalars(select(LedgerEntry).order_by(LedgerEntry.number)):
                if entry.task_id is not None:
                    ledger[names[entry.user_id]].append((entry.task_id, entry.after_balance))
            deducted: dict[str, set[str]] = {name: set() for name in SOCKETS}
            for hold in session.scalars(select(Hold).where(Hold.status == "deducted")):
                deducted[names[hold.user_id]].add(hold.task_id)
            jobs = [*session.scalars(select(Task)), *session.scalars(select(AbilityTask))]
            jobs.sort(key=lambda job: job.finished_at or job.created_at)
            logs = {log.id: log.status for log in session.scalars(select(AbilityLog))}
            return Committed(ledger, deducted, {job.id: job.status for job in jobs}, logs)
    finally:
        database.close()


def payloads(frames: list[Json], *kinds: str) -> list[Json]:
    """The payloads of some kinds, in order."""
    return [frame["payload"] for frame in frames if frame["type"] in kinds]


def test_nothing_is_lost_under_load(start: START, tmp_path: Path) -> None:
    """R1, R24: 200 sockets are sent every event once, in the order it was committed in, under 50 requests a second."""
    host = start("--seed", 7, "--speed", 50, "--history", 0)
    options = ("--sockets", sum(SOCKETS.values()), "--rate", RATE, "--seconds", SECONDS)
    command = [sys.executable, "-m", "testkit.load", host.url, *map(str, options)]
    loaded = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert (loaded.returncode, loaded.stderr) == (0, "")
    host.close()
    committed, found = read(tmp_path / "data"), json.loads(loaded.stdout)
    assert set(found["statuses"]) == {"200"}
    assert found["statuses"]["200"] >= RATE * SECONDS
    assert set(committed.statuses.values()) <= ENDS
    assert len(committed.statuses) == RATE * SECONDS // 20

    for user, sockets in SOCKETS.items():
        (stream,) = found["streams"][user]
        assert stream["sockets"] == sockets
        assert len(stream["frames"]) == len({json.dumps(frame) for frame in stream["frames"]})
        moves = payloads(stream["frames"], "wallet.points")
        reported = [(move["taskId"], move["balance"]) for move in moves if move["status"] != "deducted"]
        assert committed.ledger[user] == reported
        assert committed.deducted[user]
        assert sorted(committed.deducted[user]) == sorted(m["taskId"] for m in moves if m["status"] == "deducted")
        update = payloads(stream["frames"], "task.status", "ability-task.status")
        ends = [(one["taskId"], one["status"]) for one in update if one["status"] in ENDS]
        assert list(committed.statuses.items()) == ends
        for job in committed.statuses:
            steps = [(ORDER.index(one["status"]), one.get("progress", 0)) for one in update if one["taskId"] == job]
            assert len(steps) >= 3
            assert sorted(steps) == steps
        logs = [(one["logId"], one["status"]) for one in payloads(stream["frames"], "ability-log.created")]
        assert sorted(committed.logs.items()) == sorted(logs)
