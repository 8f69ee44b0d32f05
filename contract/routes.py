"""Walks the routes, one after the other, and says what each is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

from app.core.tokens import Tokens
from app.wire.abilities import read_abilities
from app.wire.ability_tasks import read_ability_task, read_ability_tasks
from app.wire.auth import read_tokens
from app.wire.fields import MalformedAnswer
from app.wire.logs import read_log_page
from app.wire.queues import read_queue_summary
from app.wire.tasks import read_task, read_task_list
from app.wire.wallet import read_points
from contract.backend import Answer, Backend
from contract.findings import Findings

TASKS = "/api/tasks/v1"
ABILITY_TASKS = "/api/ability-tasks"
NO_TOKEN = "e30.e30.e30"
NOTHING_THERE = frozenset({404, 405, 501})
Read = Callable[[str], object]


def sign_in(backend: Backend, user: str, password: str, found: Findings) -> Tokens | None:
    """Sign in as the page does, renew the token once, and go on with the new one."""
    tokens = _login(backend, user, password, found)
    if tokens is None:
        return None
    answer = backend.sign("/api/auth/refresh", {"refreshToken": tokens.refresh})
    if (problem := _unusual(answer, read_tokens)) is None:
        tokens = read_tokens(answer.text)
        found.has("auth.refresh")
    elif answer.status in NOTHING_THERE:
        found.lacks("auth.refresh", problem)
    else:
        found.differs("auth.refresh", problem, usable=False)
    backend.token = tokens.access
    lifetime = tokens.lifetime_s
    if lifetime is not None:
        found.has("auth.lifetime", f"{lifetime:.0f} s")
    elif tokens.expires_at is not None:
        found.has("auth.lifetime", "said by the token alone")
    else:
        found.differs("auth.lifetime", "neither the answer nor the token says when the token ends", usable=True)
    return tokens


def _login(backend: Backend, user: str, password: str, found: Findings) -> Tokens | None:
    name = "email" if "@" in user else "username"
    answer = backend.sign("/api/auth/login", {name: user, "password": password})
    if answer.code == "INVALID_CREDENTIALS":
        found.refuses("auth.login", "this name and this password are refused")
        return None
    if (problem := _unusual(answer, read_tokens)) is not None:
        note = found.lacks if answer.status in NOTHING_THERE | {0} else _unusable(found)
        note("auth.login", problem)
        return None
    tokens = read_tokens(answer.text)
    found.has("auth.login", f"as {tokens.role}")
    return tokens


def walk(backend: Backend, tokens: Tokens, found: Findings) -> None:
    """Ask for everything that can be asked for without changing anything."""
    _refused(backend, tokens, found)
    _tasks(backend, tokens.user_id, found)
    _ability_tasks(backend, found)
    abilities = _read(found, "abilities.list", backend.get("/api/abilities"), read_abilities)
    _points(backend, tokens.user_id, found)
    _admin(backend, found, [str(item.get("id")) for item in _items(abilities)])
    for name, path in (
        ("tasks.submit", f"{TASKS}/submit"),
        ("ability-tasks.submit", ABILITY_TASKS),
        ("abilities.invoke", "/api/abilities/x/invoke"),
    ):
        if "POST" in backend.methods(path):
            found.has(name, "the route says that it takes POST; it was not sent one")
        else:
            found.not_asked(name, "it would change something")


def _refused(backend: Backend, tokens: Tokens, found: Findings) -> None:
    answer = backend.get(TASKS, token=NO_TOKEN, userId=tokens.user_id, page=0, size=1)
    if answer.status == 401 and answer.code:
        found.has("auth.refused", answer.code)
    elif answer.status == 200:
        found.differs("auth.refused", "tasks are shown to anybody: a token that nobody signed is taken", usable=True)
    else:
        found.differs("auth.refused", f"{answer.words}, where a code of the API was expected", usable=True)


def _tasks(backend: Backend, user: str, found: Findings) -> None:
    listed = _read(found, "tasks.list", backend.get(TASKS, userId=user, page=0, size=50), read_task_list)
    if listed is None:
        return
    total = listed.get("total") if isinstance(listed, dict) else None
    if isinstance(total, int):
        found.has("tasks.total", str(total))
    else:
        found.lacks("tasks.total", "the list says no total")
    items = list(_items(listed))
    word = next((item["status"] for item in items if isinstance(item.get("status"), str)), None)
    if word is None:
        found.not_asked("tasks.filter", "this user has no task")
    else:
        filtered = backend.get(TASKS, userId=user, page=0, size=50, status=word)
        words = {item.get("status") for item in _items(filtered.json())}
        if _unusual(filtered, read_task_list) is None and words == {word}:
            found.has("tasks.filter", f"status={word}")
        else:
            found.differs("tasks.filter", f"status={word} is not kept to", usable=False)
    known = next((_id(item, "taskId", "task_id") for item in items if _id(item, "taskId", "task_id")), None)
    if known is None:
        found.not_asked("tasks.one", "this user has no task")
    else:
        _read(found, "tasks.one", backend.get(f"{TASKS}/{known}"), read_task)
    unknown = backend.get(f"{TASKS}/{_nobodys_id()}")
    if unknown.status == 200 and _unusual(unknown, read_task) is None:
        found.has("tasks.unknown", f"answered as {read_task(unknown.text).status}")
    elif unknown.status == 404 and unknown.code:
        found.has("tasks.unknown", unknown.code)
    else:
        found.differs("tasks.unknown", unknown.words, usable=False)


def _ability_tasks(backend: Backend, found: Findings) -> None:
    listed = _read(found, "ability-tasks.list", backend.get(ABILITY_TASKS, limit=200), read_ability_tasks)
    if listed is None:
        return
    known = next((_id(item, "id", "taskId") for item in _items(listed) if _id(item, "id", "taskId")), None)
    if known is None:
        found.not_asked("ability-tasks.one", "this user has no ability task")
    else:
        _read(found, "ability-tasks.one", backend.get(f"{ABILITY_TASKS}/{known}"), read_ability_task)
    unknown = backend.get(f"{ABILITY_TASKS}/{_nobodys_id()}")
    if unknown.status == 404 and unknown.code:
        found.has("ability-tasks.unknown", unknown.code)
    else:
        found.differs("ability-tasks.unknown", f"{unknown.words}, where 404 and a code were expected", usable=False)


def _points(backend: Backend, user: str, found: Findings) -> None:
    _read(found, "points.statistics", backend.get("/api/wallet/v1/statistics", userId=user), read_points)
    answer = backend.get("/api/wallet/v1/transactions", userId=user, page=1, pageSize=20)
    _expect(found, "points.transactions", answer, "items")


def _admin(backend: Backend, found: Findings, abilities: list[str]) -> None:
    if abilities:
        logs = backend.get(f"/api/admin/abilities/{abilities[0]}/logs", limit=50, offset=0)
        _read(found, "admin.logs", logs, read_log_page)
    else:
        found.not_asked("admin.logs", "there is no ability to ask about")
    _read(found, "admin.calls", backend.get("/api/admin/abilities/logs", limit=50, offset=0), read_log_page)
    metrics = backend.get("/api/admin/abilities/logs/metrics", windowHours=24, window_hours=24)
    _expect(found, "admin.metrics", metrics, "buckets")
    export = backend.get("/api/admin/abilities/logs/export", format="json", limit=1)
    _expect(found, "admin.export", export)
    summary = _read(found, "admin.queues", backend.get("/api/admin/comfyui/queue-summary"), read_queue_summary)
    servers = summary.get("servers") if isinstance(summary, dict) else None
    executor = next((_id(each, "executorId", "executor_id") for each in servers or [] if isinstance(each, dict)), None)
    for name, path, key in (
        ("admin.queue", "/api/admin/comfyui/queue-status", "runningCount"),
        ("admin.system", "/api/admin/comfyui/system-stats", "devices"),
    ):
        if executor:
            _expect(found, name, backend.get(path, executorId=executor), key)
        else:
            found.not_asked(name, "no queue names an executor to ask about")
    _expect(found, "admin.dashboard", backend.get("/api/admin/dashboard/metrics"), "totals")
    _expect(found, "admin.timeline", backend.get("/api/admin/dashboard/logs", limit=20), "entries")
    _expect(found, "admin.abilities", backend.get("/api/admin/abilities"))
    _expect(found, "admin.executors", backend.get("/api/admin/executors"))
    _expect(found, "admin.bindings", backend.get("/api/admin/workflow-bindings"))


def _read(found: Findings, name: str, answer: Answer, read: Read) -> Any:
    """Note what an answer is to the page's own reader; returns it as JSON if the page can use it."""
    problem = _unusual(answer, read)
    if problem is not None:
        _note_problem(found, name, answer, problem)
        return None
    body = answer.json()
    listed, understood = len(list(_items(body))), _count(read(answer.text))
    if understood is not None and understood < listed:
        found.differs(name, f"the page can read {understood} of {listed} items", usable=True)
    else:
        found.has(name, "" if understood is None else f"{understood} items")
    return body


def _expect(found: Findings, name: str, answer: Answer, key: str | None = None) -> None:
    """Note whether an answer is JSON, and an object with this key where one is given."""
    body = answer.json()
    if answer.status != 200:
        _note_problem(found, name, answer, answer.words)
    elif body is None or (key is not None and (not isinstance(body, dict) or key not in body)):
        found.differs(name, f"the answer is not JSON with {key}" if key else "the answer is not JSON", usable=False)
    else:
        found.has(name)


def _note_problem(found: Findings, name: str, answer: Answer, problem: str) -> None:
    if answer.status in NOTHING_THERE:
        found.lacks(name, problem)
    elif answer.status == 403 and answer.code:
        found.refuses(name, f"{problem}: to be asked as an admin")
    else:
        found.differs(name, problem, usable=False)


def _unusable(found: Findings) -> Callable[[str, str], None]:
    return lambda name, says: found.differs(name, says, usable=False)


def _unusual(answer: Answer, read: Read) -> str | None:
    """What keeps the page from using an answer; nothing, if nothing does."""
    if answer.status != 200:
        return answer.words
    try:
        read(answer.text)
    except MalformedAnswer as error:
        return f"the page cannot read it: {error}"
    return None


def _items(body: Any) -> Iterable[dict[str, Any]]:
    items = body.get("items") if isinstance(body, dict) else body
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _count(value: object) -> int | None:
    """How many items a reader made something of; nothing for what is no list."""
    match value:
        case (list() as items, int()):
            return len(items)
        case tuple() as items:
            return len(items)
        case _:
            entries = getattr(value, "items", None)
            return len(entries) if isinstance(entries, tuple) else None


def _id(item: dict[str, Any], *names: str) -> str | None:
    return next((str(item[name]) for name in names if item.get(name)), None)


def _nobodys_id() -> str:
    return f"contract-{uuid4().hex}"
