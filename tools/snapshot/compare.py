"""Runs inside Pyodide, in a stock interpreter and in restored ones: says what must be the same, and what must not.

`same` is what the page can see of an interpreter: what is imported, what the modules hold, how messages are decoded.
`different` is what two loads of a page must not share.
"""

import asyncio
import contextlib
import importlib
import json
import os
import random
import secrets
import sys
import tempfile
import time
import uuid
from types import ModuleType
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

BAD = '{"taskId": 1, "status": [], "progress": "x", "payload": {"a": "\\ud800"}, "points": 9223372036854775808}'
GOOD = json.dumps(
    {
        "id": "t1",
        "task_id": "t1",
        "taskId": "t1",
        "ability_id": "a1",
        "status": "running",
        "progress": 40,
        "createdAt": "2026-01-02T03:04:05",
        "created_at": "2026-01-02T03:04:05.678901",
        "updatedAt": "2026-01-02T03:04:06",
        "items": [],
        "total": 3,
        "points": 7,
        "totalPoints": 9,
        "cost_amount": "0.25",
    }
)


def same(names: list[str], also: list[str]) -> str:
    """Return a digest, as JSON, of what these modules hold and do."""
    imported = {name: importlib.import_module(name) for name in (*names, *also)}
    modules = {name: _surface(module) for name, module in imported.items()}
    models = sorted(
        (each for each in _below(BaseModel) if each.__module__.startswith("app.")),
        key=lambda each: each.__module__ + each.__qualname__,
    )
    decoded = {
        f"{model.__module__}.{model.__qualname__}": [
            _decode(TypeAdapter(model), text) for text in (GOOD, BAD, "{", "[]")
        ]
        for model in models
    }
    return json.dumps(
        {
            "python": sys.version,
            "modules": modules,
            "decoded": decoded,
            "path": sys.path,
            "environment": dict(os.environ),
            "cwd": os.getcwd(),  # noqa: PTH109 - compared as text
            "zone": [time.timezone, time.tzname, time.localtime(0).tm_hour],
            "loop": type(asyncio.get_event_loop_policy().get_event_loop()).__qualname__
            if hasattr(asyncio, "get_event_loop_policy")
            else "",
            "argv": sys.argv,
            "recursion": sys.getrecursionlimit(),
            "floats": [repr(0.1 + 0.2), f"{1e23:.17g}", str(2**200)],
            "pending": [repr(task) for task in _pending()],
        },
        sort_keys=True,
    )


def different() -> str:
    """Return, as JSON, values that no two loads may share."""
    with tempfile.NamedTemporaryFile() as file:
        name = file.name
    draws = [random.random() for _ in range(4)]
    tokens = [secrets.token_hex(8), uuid.uuid4().hex, uuid.uuid1().hex]
    return json.dumps({"draws": draws, "tokens": tokens, "name": name, "urandom": os.urandom(8).hex()})


def _pending() -> set[Any]:
    with contextlib.suppress(RuntimeError):
        return asyncio.all_tasks(asyncio.get_event_loop())
    return set()


def _surface(module: ModuleType) -> dict[str, str]:
    return {name: type(value).__qualname__ for name, value in sorted(vars(module).items()) if not name.startswith("__")}


def _decode(adapter: TypeAdapter[Any], text: str) -> str:
    try:
        return repr(adapter.validate_json(text))
    except ValidationError as error:
        return json.dumps(error.errors(include_url=False, include_context=False), default=repr)


def _below(parent: type[BaseModel]) -> list[type[BaseModel]]:
    children: list[type[BaseModel]] = parent.__subclasses__()
    return [each for child in children for each in (child, *_below(child))]
