"""The workloads: how many jobs there are, what is pushed and when, all of it from a seed.

What a frame changes can be seen in its row: a task's progress only grows, and an ability task's executor carries a
number that only grows. So a row on screen says which frame it has got to.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

Kind = Literal["task", "ability-task"]
Json = dict[str, Any]

SLOT_S: Final = 0.01
LISTED: Final = 50
FIRST_PROGRESS: Final = 5
LAST_PROGRESS: Final = 99
EPOCH: Final = datetime(2026, 11, 24, 8, 0, 0, tzinfo=UTC)
USER: Final = "bench"
ABILITY: Final = "baidu_colourize"


@dataclass(frozen=True, slots=True)
class Workload:
    """What one measurement does to a page. ``frames`` are spread evenly over ``seconds``."""

    name: str
    summary: str
    tasks: int = 0
    ability_tasks: int = 0
    frames: int = 0
    seconds: float = 0.0
    singles: int = 0
    """Frames that come alone, each on the newest rows, with a quiet time between."""
    push: bool = True
    active: Literal["all", "some", "newest"] = "all"
    """Which jobs have not ended: one in five, or the newest, as many as a list holds of either kind.

    A job that is active and in no list is asked about by itself.
    """
    flings: int = 0
    typed: str = ""
    """What stands in the search box before the measurement begins."""
    keys: str = ""
    """What is typed into it meanwhile, and then deleted, key by key."""
    rounds: int = 3


WORKLOADS: Final = {
    workload.name: workload
    for workload in (
        Workload("burst", "10,000 mixed frames in 1 s over 1,000 rows", 500, 500, frames=10_000, seconds=1.0),
        Workload("steady", "200 frames/s for 30 s over 1,000 rows", 500, 500, frames=6_000, seconds=30.0),
        Workload("poll", "5,000 active ability tasks for 30 s, push off", 0, 5_000, seconds=30.0, push=False),
        Workload("scroll", "50,000 rows, flung from end to end and back", 50_000, 0, active="some", flings=2),
        Workload("grow-100", "100 frames/s for 10 s over 100 rows", 50, 50, frames=1_000, seconds=10.0),
        Workload("grow-1000", "the same over 1,000 rows", 500, 500, frames=1_000, seconds=10.0),
        Workload("grow-10000", "the same over 10,000 rows", 5_000, 5_000, frames=1_000, seconds=10.0),
        Workload("idle", "two minutes of nothing over 1,000 rows", 500, 500, seconds=120.0, active="newest", rounds=1),
        Workload("filter", "a word typed and deleted over 10,000 rows", 5_000, 5_000, active="some", keys="seamless"),
        Workload(
            "burst-filtered", "the burst while a word is looked for", 500, 500, frames=10_000, seconds=1.0, typed="up"
        ),
        Workload("first", "20 single events on a quiet page", 500, 500, singles=20, active="newest"),
    )
}
GROUPS: Final = {"grow": ("grow-100", "grow-1000", "grow-10000")}
NAMES: Final = ("burst", "steady", "poll", "scroll", "grow", "idle", "first", "filter", "burst-filtered")


def chosen(name: str) -> list[Workload]:
    """The workloads that a name stands for; raises ``KeyError`` for an unknown one."""
    if not name:
        return list(WORKLOADS.values())
    return [WORKLOADS[each] for each in GROUPS.get(name, (name,))]


def shortened(workload: Workload) -> Workload:
    """The same workload in a few seconds, for an impression rather than a measurement."""
    seconds = min(workload.seconds, 6.0)
    share = seconds / workload.seconds if workload.seconds else 1.0
    return replace(
        workload,
        frames=round(workload.frames * share),
        seconds=seconds,
        singles=min(workload.singles, 5),
        flings=min(workload.flings, 1),
    )


@dataclass(slots=True)
class Frame:
    """One frame: when it is sent, what it says, and what its row shows once the page has taken it."""

    at_s: float
    text: str
    job: str | None = None
    reached: int = 0
    """A task's progress, an ability task's number."""
    ends: bool = False


@dataclass(slots=True)
class Job:
    """One job as the backend knows it."""

    id: str
    kind: Kind
    number: int
    """How many jobs are newer."""
    status: str
    reached: int
    created_at: datetime
    updated_at: datetime
    ended: bool = False

    def wire(self) -> Json:
        """The job as its list and its single read show it."""
        return self._task() if self.kind == "task" else self._ability_task()

    def _task(self) -> Json:
        done = self.status == "completed"
        return {
            "taskId": self.id,
            "action": ("yinhua_tiqu", "seamless", "upscale")[self.number % 3],
            "status": self.status,
            "progress": 100 if done else self.reached,
            "channel": "web",
            "createdAt": _naive(self.created_at),
            "updatedAt": _naive(self.updated_at),
            "finishedAt": _naive(self.updated_at) if self.ended else None,
            "points": 50,
            "resultUrl": PIXEL if done else None,
            "errorMessage": "EXECUTOR_FAILED" if self.status == "failed" else None,
            "workflowParams": {"seed": self.number},
        }

    def _ability_task(self) -> Json:
        return {
            "id": self.id,
            "ability_id": ABILITY,
            "ability_name": "百度 · 老照片上色",
            "ability_provider": "baidu",
            "capability_key": "colourize",
            "status": self.status,
            "log_id": None,
            "duration_ms": 1200 if self.ended else None,
            "request_payload": {"executorId": executor(self.reached), "metadata": {"traceId": f"tr-{self.number}"}},
            "result_payload": RESULT if self.status == "succeeded" else None,
            "error_message": "EXECUTOR_FAILED" if self.status == "failed" else None,
            "callback_url": None,
            "created_at": _naive(self.created_at),
            "updated_at": _naive(self.updated_at),
            "started_at": _naive(self.created_at + timedelta(seconds=1)),
            "finished_at": _naive(self.updated_at) if self.ended else None,
        }


PIXEL: Final = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwAD"
    "hgGAWjR9awAAAABJRU5ErkJggg=="
)
RESULT: Final[Json] = {"status": "succeeded", "images": [{"ossUrl": PIXEL}], "durationMs": 1200}


def executor(reached: int) -> str:
    """An executor's id that carries a number."""
    return f"executor_comfyui_{reached:05d}"


def _naive(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds")


@dataclass(slots=True)
class World:
    """All jobs of a workload, newest first, and the frames that will change them."""

    tasks: dict[str, Job]
    ability_tasks: dict[str, Job]
    frames: list[Frame] = field(default_factory=list)
    balance: int = 100_000

    def job(self, job: str) -> Job | None:
        """The job of an id."""
        return self.tasks.get(job) or self.ability_tasks.get(job)


def build(workload: Workload, seed: int) -> World:
    """Everything that a workload needs, the same for the same seed."""
    chance = random.Random(f"{workload.name}/{seed}")
    now = datetime.now(UTC).replace(microsecond=0)
    world = World(
        {job.id: job for job in _jobs("task", workload, now, chance)},
        {job.id: job for job in _jobs("ability-task", workload, now, chance)},
    )
    world.frames = list(_frames(workload, world, now, chance))
    return world


def proofs(world: World) -> list[str]:
    """Return a frame for each kind that says what is known: a page trusts a push that has carried a kind (R8)."""
    tasks, ability_tasks = list(world.tasks.values())[:1], list(world.ability_tasks.values())[:1]
    said = [
        _text("task.status", {"taskId": job.id, "status": job.status, "progress": job.reached, "points": 50})
        for job in tasks
    ]
    for job in ability_tasks:
        payload = {"taskId": job.id, "abilityId": ABILITY, "status": job.status, "executorId": executor(job.reached)}
        said.append(_text("ability-task.status", payload))
    return said


def _jobs(kind: Kind, workload: Workload, now: datetime, chance: random.Random) -> Iterator[Job]:
    running, done = ("processing", "completed") if kind == "task" else ("running", "succeeded")
    for number in range(workload.tasks if kind == "task" else workload.ability_tasks):
        created = now - timedelta(seconds=60 + number)
        ended = {"all": False, "some": number % 5 != 0, "newest": number >= LISTED}[workload.active]
        status = (done if chance.random() < 0.8 else "failed") if ended else running
        yield Job(
            id=f"tsk_{number:06d}" if kind == "task" else f"{chance.getrandbits(128):032x}",
            kind=kind,
            number=number,
            status=status,
            reached=FIRST_PROGRESS,
            created_at=created,
            updated_at=created + timedelta(seconds=1),
            ended=ended,
        )


def _frames(workload: Workload, world: World, now: datetime, chance: random.Random) -> Iterator[Frame]:
    script = _Script(world, now, chance)
    for index in range(workload.frames):
        at_s = index * workload.seconds / workload.frames
        yield script.mixed(round(at_s / SLOT_S) * SLOT_S)
    at_s = 2.0
    for index in range(workload.singles):
        yield script.single(at_s, index)
        at_s += 1.4 + 0.6 * chance.random()


class _Script:
    """Writes frames, each consistent with those before it."""

    def __init__(self, world: World, now: datetime, chance: random.Random) -> None:
        self._world = world
        self._now = now
        self._chance = chance
        self._reached: dict[str, int] = {}
        self._live: dict[Kind, list[Job]] = {
            "task": list(world.tasks.values()),
            "ability-task": list(world.ability_tasks.values()),
        }
        self._balance = world.balance
        self._count = 0

    def mixed(self, at_s: float) -> Frame:
        """One frame of the mix: 45 % tasks, 45 % ability tasks, 8 % points, 2 % log records; 1 in 50 ends its job."""
        self._count += 1
        draw = self._chance.random()
        if draw < 0.45:
            return self._task(at_s, self._pick("task"), ends=self._chance.random() < 0.02)
        if draw < 0.90:
            return self._ability_task(at_s, self._pick("ability-task"), ends=self._chance.random() < 0.02)
        return self._points(at_s) if draw < 0.98 else self._log(at_s)

    def single(self, at_s: float, index: int) -> Frame:
        """One frame on one of the rows that are surely in view."""
        self._count += 1
        if index % 2:
            return self._task(at_s, self._live["task"][index % 4])
        return self._ability_task(at_s, self._live["ability-task"][index % 4])

    def _pick(self, kind: Kind) -> Job:
        live = self._live[kind]
        return live[self._chance.randrange(len(live))]

    def _step(self, job: Job) -> int:
        reached = self._reached.get(job.id, job.reached) + 1
        self._reached[job.id] = reached
        return reached

    def _end(self, job: Job) -> None:
        live = self._live[job.kind]
        live[live.index(job)] = live[-1]
        live.pop()

    def _task(self, at_s: float, job: Job, *, ends: bool = False) -> Frame:
        reached = self._step(job)
        ends = ends or reached >= LAST_PROGRESS
        if ends:
            self._end(job)
        status = "processing" if not ends else "completed" if self._chance.random() < 0.8 else "failed"
        payload = {"taskId": job.id, "status": status, "progress": 100 if ends else reached, "points": 50}
        return Frame(at_s, _text("task.status", payload), job.id, reached, ends)

    def _ability_task(self, at_s: float, job: Job, *, ends: bool = False) -> Frame:
        reached = self._step(job)
        if ends:
            self._end(job)
        done = ends and self._chance.random() < 0.8
        payload: Json = {
            "taskId": job.id,
            "abilityId": ABILITY,
            "status": "succeeded" if done else "failed" if ends else ("queued", "running")[reached % 2],
            "executorId": executor(reached),
            "updatedAt": _naive(self._now + timedelta(milliseconds=self._count)) + "Z",
        }
        if done:
            payload |= {"logId": self._count, "resultPayload": RESULT}
        return Frame(at_s, _text("ability-task.status", payload), job.id, reached, ends)

    def _points(self, at_s: float) -> Frame:
        status = ("frozen", "deducted", "released")[self._count % 3]
        self._balance += {"frozen": -50, "deducted": 0, "released": 50}[status]
        job = self._pick("task")
        return Frame(at_s, _text("wallet.points", {"taskId": job.id, "status": status, "balance": self._balance}))

    def _log(self, at_s: float) -> Frame:
        payload = {"logId": self._count, "abilityId": ABILITY, "status": "success", "taskId": self._pick("task").id}
        return Frame(at_s, _text("ability-log.created", payload))


def _text(kind: str, payload: Json) -> str:
    return json.dumps({"type": kind, "payload": payload}, separators=(",", ":"))
