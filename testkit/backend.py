"""The backend in memory: the routes the page uses and the push channel, with the truth at hand."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import count
from math import inf
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from app.ports import Response
from testkit.backend_records import ABILITY, DURATION_MS, QUEUE, REQUEST, log_of, result_of
from testkit.world import ManualClock, MemorySocket

TERMINAL = {"succeeded", "failed", "completed", "cancelled"}
ENDINGS = TERMINAL | {"deducted", "released"}


def jwt(user: str, role: str, exp: float, serial: int) -> str:
    """Return a token with the right shape; nobody here checks its signature."""
    claims = json.dumps({"sub": user, "role": role, "exp": exp, "jti": serial}).encode()
    return f"e30.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.x"


def stamp(epoch: float) -> str:
    """Return a naive UTC time, as the backend writes them."""
    return datetime.fromtimestamp(epoch, UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


def expiry(token: str) -> float:
    """Return when a token expires, epoch seconds."""
    middle = token.split(".")[1]
    return float(json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))["exp"])


@dataclass
class Fault:
    """Requests that are answered otherwise, and how often still."""

    path: re.Pattern[str]
    answer: Response | None
    times: int


@dataclass
class MemoryBackend:
    """One user's backend."""

    clock: ManualClock
    role: str = "admin"
    lifetime_s: float = 3600.0
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    ability_tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    logs: list[dict[str, Any]] = field(default_factory=list)
    ledger: list[dict[str, Any]] = field(default_factory=list)
    abilities: list[dict[str, Any]] = field(default_factory=lambda: [ABILITY.copy()])
    total: int = 1000
    frozen: int = 0
    dates_ledger: bool = True
    sockets: list[MemorySocket] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    accepts_sockets: bool = True
    hangs_sockets: bool = False
    echoes: bool = True
    replays: bool = True
    next_answers: list[Response | None] = field(default_factory=list)
    down: bool = False
    refresh_refused: bool = False
    serial: int = 0
    valid: set[str] = field(default_factory=set)
    checks_expiry: bool = False
    authenticates_sockets: bool = True
    takes_subprotocols: bool = True
    refresh_tokens: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    muted: bool = False
    dates: bool = True
    # Of which events nothing is pushed: of a type those of work that goes on, or those of ends.
    unpushed: set[tuple[str, Literal["steps", "ends"]]] = field(default_factory=set)
    # The parameters by which this backend can narrow the log over all abilities; it ignores the others.
    log_filters: frozenset[str] = frozenset(
        {"abilityId", "provider", "capabilityKey", "executorId", "source", "status"}
    )
    # Whether it has that log, and what it answers on further optional routes, by path.
    has_all_logs: bool = True
    optional: dict[str, object] = field(default_factory=dict)
    ignores_filters: bool = False
    # How far the lists lag behind: what was submitted since is not in them yet.
    lag_s: float = 0.0
    # Called with method, path and answer of each request, and with a refusal where a socket is refused for its token.
    on_answer: Callable[[str, str, Response | None], None] = lambda method, path, answer: None
    numbers: Iterator[int] = field(default_factory=count)
    # When each job was first submitted, by the server's clock.
    _born: dict[str, float] = field(default_factory=dict)

    # HTTP

    def fail(self, path: str, answer: Response | None, times: int = 1_000_000) -> Fault:
        """Answer the next requests whose method and path match the expression with ``answer``; ``None`` for never."""
        fault = Fault(re.compile(path), answer, times)
        self.faults.append(fault)
        return fault

    def mend(self) -> None:
        """End all faults."""
        self.faults.clear()
        self.down = self.muted = self.hangs_sockets = self.refresh_refused = False
        self.lag_s = 0.0
        self.accepts_sockets = True

    def _fault(self, request: str) -> Fault | None:
        for fault in self.faults:
            if fault.times > 0 and fault.path.search(request):
                fault.times -= 1
                return fault
        return None

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: str | None) -> Response | None:
        """Answer a request, with the server's time as all servers send it."""
        answer = self._answer(method, path, headers, body)
        self.on_answer(method, path, answer)
        if answer is None or "date" in answer.headers or not self.dates:
            return answer
        date = format_datetime(datetime.fromtimestamp(self.clock.server(), UTC), usegmt=True)
        return Response(answer.status, {**answer.headers, "date": date}, answer.text)

    def _answer(self, method: str, path: str, headers: Mapping[str, str], body: str | None) -> Response | None:
        if self.down:
            return None
        if (fault := self._fault(f"{method} {path}")) is not None:
            return fault.answer
        url = urlsplit(path)
        if not url.path.startswith("/api/auth/") and self.next_answers:
            return self.next_answers.pop(0)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/api/auth/login":
            login = json.loads(body or "{}")
            if login.get("password") != "demo":
                return _json(401, {"detail": "INVALID_CREDENTIALS"})
            return _json(200, self._tokens())
        if url.path == "/api/auth/refresh":
            spent = self._spend(json.loads(body or "{}").get("refreshToken"))
            if self.refresh_refused or not spent:
                return _json(401, {"detail": "INVALID_REFRESH_TOKEN"})
            return _json(200, self._tokens())
        if not self._accepts(headers.get("authorization", "").removeprefix("Bearer ")):
            return _json(401, {"detail": "INVALID_TOKEN"})
        return self._route(method, url.path, query, body)

    def _route(self, method: str, path: str, query: Mapping[str, str], body: str | None) -> Response:
        if path == "/api/tasks/v1":
            newest = self._listed(self.tasks, "createdAt")
            if "status" in query and not self.ignores_filters:
                newest = [task for task in newest if task["status"] == query["status"]]
            size = int(query.get("size", 10))
            page = int(query.get("page", 0))
            items = newest[page * size : (page + 1) * size]
            return _json(200, {"items": items, "total": len(newest), "page": page, "size": size})
        if path == "/api/tasks/v1/submit" and method == "POST":
            order = json.loads(body or "{}")
            job = self.submit_task(order["points"], order)
            return _json(200, {"taskId": job, "status": "pending"})
        if found := re.fullmatch(r"/api/tasks/v1/(.+)", path):
            task = self.tasks.get(found[1], {"status": "pending", "progress": 0})
            answer = {"taskId": found[1], "status": task["status"], "progress": task["progress"]}
            return _json(200, {**answer, "resultUrl": task.get("resultUrl")})
        if path == "/api/ability-tasks" and method == "POST":
            order = json.loads(body or "{}")
            return _json(200, self.submit_ability_task(order["abilityId"], order))
        if path == "/api/ability-tasks":
            newest = self._listed(self.ability_tasks, "created_at")
            return _json(200, {"items": newest[: int(query["limit"])]})
        if found := re.fullmatch(r"/api/ability-tasks/(.+)", path):
            one = self.ability_tasks.get(found[1])
            return _json(200, one) if one else _json(404, {"detail": "TASK_NOT_FOUND"})
        if path == "/api/wallet/v1/statistics":
            points = {"totalPoints": self.total, "tempPoints": 0, "frozenPoints": self.frozen, "grantedToday": 0}
            return _json(200, points)
        if path == "/api/wallet/v1/transactions":
            size, page = int(query["pageSize"]), int(query["page"])
            items = self.ledger[(page - 1) * size : page * size]
            return _json(200, {"total": len(self.ledger), "items": items})
        if path == "/api/abilities":
            return _json(200, {"items": self.abilities})
        if self.role != "admin":
            return _json(403, {"detail": "ADMIN_ONLY"})
        if path in self.optional:
            return _json(200, self.optional[path])
        if path == "/api/admin/comfyui/queue-summary":
            totals = {"totalRunning": 1, "totalPending": 2, "totalCount": 3}
            return _json(200, {**totals, "timestamp": f"{stamp(self.clock.server())}+00:00", "servers": [QUEUE]})
        if found := re.fullmatch(r"/api/admin/abilities/(.+)/logs", path):
            mine = [log for log in reversed(self.logs) if log["ability_id"] == found[1]]
            offset, limit = int(query.get("offset", 0)), int(query.get("limit", 50))
            page_of = mine[offset : offset + limit]
            return _json(200, {"total": len(mine), "limit": limit, "offset": offset, "items": page_of})
        if path == "/api/admin/abilities/logs" and self.has_all_logs:
            return _json(200, self._all_logs(query))
        return _json(404, {"detail": "Not Found"})

    def _listed(self, jobs: Mapping[str, dict[str, Any]], created: str) -> list[dict[str, Any]]:
        """Return the jobs that the lists know by now, newest first."""
        newest = sorted(jobs.items(), key=lambda job: str(job[1][created]), reverse=True)
        until = self.clock.server() - self.lag_s
        return [job for job_id, job in newest if self._born.get(job_id, -inf) <= until]

    def _all_logs(self, query: Mapping[str, str]) -> dict[str, Any]:
        fields = {"provider": "ability_provider"}
        wanted = {fields.get(name, _snake(name)): query[name] for name in self.log_filters if name in query}
        found = [log for log in reversed(self.logs) if all(log.get(name) == value for name, value in wanted.items())]
        offset, limit = int(query.get("offset", 0)), int(query.get("limit", 50))
        return {"total": len(found), "limit": limit, "offset": offset, "items": found[offset : offset + limit]}

    def _accepts(self, token: str) -> bool:
        return token in self.valid and not (self.checks_expiry and expiry(token) <= self.clock.server())

    def _spend(self, refresh: str) -> bool:
        """Take a refresh token, which is good for one use only."""
        if refresh not in self.refresh_tokens:
            return False
        self.refresh_tokens.remove(refresh)
        return True

    def _tokens(self) -> dict[str, Any]:
        self.serial += 1
        access = jwt("u1", self.role, self.clock.server() + self.lifetime_s, self.serial)
        self.valid = {access}
        refresh = f"refresh-{self.serial}"
        self.refresh_tokens.add(refresh)
        return {
            "accessToken": access,
            "tokenType": "bearer",
            "expiresIn": self.lifetime_s,
            "refreshToken": refresh,
            "role": self.role,
        }

    # Push

    def connect(self, socket: MemorySocket) -> None:
        if self.hangs_sockets or not socket.alive:
            return
        if not self.accepts_sockets or self.down or (socket.protocols and not self.takes_subprotocols):
            socket.drop(1006)
            return
        offered = [name.removeprefix("podi.bearer.") for name in socket.protocols if "bearer" in name]
        offered += parse_qs(urlsplit(socket.path).query).get("access_token", [])
        socket.accept()
        if self.authenticates_sockets and not (offered and self._accepts(offered[0])):
            self.on_answer("SOCKET", socket.path, _json(401, {"detail": "INVALID_TOKEN"}))
            socket.drop(4401)
            return
        self.sockets.append(socket)
        if self.replays and self.history:
            socket.push(*self.history[-100:])

    def receive(self, socket: MemorySocket, text: str) -> None:
        """Take a client's text; echo it as the backend does."""
        if self.echoes and not self.muted and not self.hangs_sockets:
            socket.push(json.dumps({"type": "echo", "payload": text}))

    def send(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Send an event to every socket, if this backend pushes such."""
        part: Literal["steps", "ends"] = "ends" if payload.get("status") in ENDINGS else "steps"
        if (kind, part) in self.unpushed:
            return
        frame = json.dumps({"type": kind, "payload": payload})
        self.history.append(frame)
        if self.muted:
            return
        for socket in self.sockets:
            socket.push(frame)
        self.sockets = [socket for socket in self.sockets if socket.alive]

    # The work

    def submit_task(self, points: int = 50, order: Mapping[str, Any] | None = None) -> str:
        """Begin a task; an ``order`` names its own id."""
        asked = order or {}
        job = str(asked.get("taskId") or f"tsk_{next(self.numbers)}")
        self._born.setdefault(job, self.clock.server())
        now = stamp(self.clock.server())
        self.tasks[job] = {
            "taskId": job,
            "action": asked.get("action", "yinhua_tiqu"),
            "status": "pending",
            "progress": 0,
            "channel": asked.get("channel", "web"),
            "createdAt": now,
            "updatedAt": now,
            "finishedAt": None,
            "points": points,
            "resultUrl": None,
            "workflowParams": asked.get("workflowParams", {}),
        }
        self.send("task.status", {"taskId": job, "status": "pending", "progress": 0, "points": points})
        self._freeze(job, points)
        return job

    def move_task(self, job: str, status: str, progress: int) -> None:
        """Move a task on."""
        task = self.tasks[job]
        task.update(status=status, progress=progress, updatedAt=stamp(self.clock.server()))
        if status in TERMINAL:
            task["finishedAt"] = task["updatedAt"]
            if status == "completed":
                task["resultUrl"] = f"/api/assets/{job}.png"
        self.send("task.status", {"taskId": job, "status": status, "progress": progress})
        if status in TERMINAL:
            self._settle(job, task["points"], status == "completed")

    def submit_ability_task(self, ability: str, order: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Begin an ability task."""
        job = f"{next(self.numbers):032x}"
        self._born[job] = self.clock.server()
        now = stamp(self.clock.server())
        self.ability_tasks[job] = {
            "id": job,
            "ability_id": ability,
            "ability_name": "百度 · 老照片上色",
            "ability_provider": "baidu",
            "capability_key": "colourize",
            "status": "queued",
            "log_id": None,
            "duration_ms": None,
            "request_payload": {**REQUEST, "abilityId": ability, **(order or {})},
            "result_payload": None,
            "error_message": None,
            "callback_url": (order or {}).get("callbackUrl"),
            "created_at": now,
            "updated_at": now,
            "started_at": None,
            "finished_at": None,
        }
        self._push_state(job)
        self._freeze(job, 10)
        return self.ability_tasks[job]

    def move_ability_task(self, job: str, status: str) -> None:
        """Move an ability task on; its end writes a log."""
        task = self.ability_tasks[job]
        now = stamp(self.clock.server())
        task.update(status=status, updated_at=now)
        if status == "running":
            task["started_at"] = now
        if status in TERMINAL:
            task["started_at"] = task["started_at"] or now
            task["finished_at"] = now
            task["duration_ms"] = DURATION_MS
            task["log_id"] = len(self.logs) + 1
            if status == "succeeded":
                task["result_payload"] = result_of(task)
            else:
                task["error_message"] = "EXECUTOR_FAILED"
            self.logs.append(log_of(task))
        self._push_state(job)
        if status in TERMINAL:
            log = self.logs[-1]
            self.send(
                "ability-log.created",
                {"logId": log["id"], "abilityId": log["ability_id"], "status": log["status"], "taskId": job},
            )
            self._settle(job, 10, status == "succeeded")

    def _push_state(self, job: str) -> None:
        task = self.ability_tasks[job]
        payload = {"taskId": job, "abilityId": task["ability_id"], "status": task["status"]}
        self.send("ability-task.status", {**payload, "logId": task["log_id"], "updatedAt": task["updated_at"] + "Z"})

    def _freeze(self, job: str, points: int) -> None:
        self._enter(-points, job)
        self.frozen += points
        self.send("wallet.points", {"taskId": job, "status": "frozen", "balance": self.total})

    def grant(self, points: int) -> None:
        """Give points that are of no job."""
        self._enter(points, None)

    def _enter(self, points: int, job: str | None) -> None:
        """Change what can be spent, and write it into the ledger, the newest first."""
        before, self.total = self.total, self.total + points
        dated = {"createdAt": stamp(self.clock.server())} if self.dates_ledger else {}
        self.ledger.insert(
            0,
            {
                "id": f"txn_{len(self.ledger)}",
                "changeType": "INCREASE" if points > 0 else "DECREASE",
                "points": points,
                "beforeBalance": before,
                "afterBalance": self.total,
                "taskId": job,
                "description": "",
                **dated,
            },
        )

    def _settle(self, job: str, points: int, deduct: bool) -> None:
        self.frozen -= points
        if not deduct:
            self._enter(points, job)
        status = "deducted" if deduct else "released"
        self.send("wallet.points", {"taskId": job, "status": status, "balance": self.total})


def _snake(name: str) -> str:
    return re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name)


def _json(status: int, body: object) -> Response:
    return Response(status, {"content-type": "application/json"}, json.dumps(body))
