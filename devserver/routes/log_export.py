"""The ability log as a file, newest first.

Read in pages, each a transaction of its own, so that a long export holds up nobody. What begins while it is written is
not in it, so its count is right.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, func, select
from starlette.responses import StreamingResponse

from devserver.clock import naive, utc_now, zulu
from devserver.database import Database
from devserver.models import AbilityLog
from devserver.routes.api_route import ApiRoute
from devserver.routes.identity import Admin, Backend
from devserver.routes.log_records import narrowed, shown_log

router = APIRouter(prefix="/api/admin/abilities/logs", route_class=ApiRoute)

PAGE = 200
MOST = 20_000
FILTERS = {"abilityId", "provider", "capabilityKey", "executorId", "source", "status"}
COLUMNS = (
    "id", "created_at", "status", "ability_provider", "capability_key", "ability_id", "ability_name", "executor_id",
    "executor_name", "executor_type", "source", "duration_ms", "stored_url", "error_message", "task_id", "callback_id",
    "trace_id", "workflow_run_id", "request_payload", "response_payload", "result_assets",
)  # fmt: skip
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula; the last four are the full-width signs."""


class Wanted(BaseModel):
    """What the file is to hold."""

    format: Literal["csv", "json"] = "csv"
    limit: int = Field(2000, ge=1, le=MOST)
    sinceHours: int = Field(24, ge=1, le=30 * 24)  # noqa: N815 (the wire's names)
    abilityId: str | None = None  # noqa: N815
    capabilityKey: str | None = None  # noqa: N815
    executorId: str | None = None  # noqa: N815
    provider: str | None = None
    source: str | None = None
    status: str | None = None


def _pages(database: Database, conditions: list[ColumnElement[bool]], count: int) -> Iterator[list[dict[str, Any]]]:
    last: int | None = None
    while count > 0:
        below = [] if last is None else [AbilityLog.id < last]
        query = select(AbilityLog).where(*conditions, *below).order_by(AbilityLog.id.desc()).limit(min(PAGE, count))
        with database.transaction() as session:
            page = [shown_log(log) for log in session.scalars(query)]
        if not page:
            return
        count -= len(page)
        last = page[-1]["id"]
        yield page


async def _as_json(pages: Iterator[list[dict[str, Any]]], head: dict[str, Any]) -> AsyncIterator[str]:
    yield json.dumps(head).removesuffix("}") + ', "items": ['
    separator = ""
    for page in pages:
        yield separator + ", ".join(json.dumps(item) for item in page)
        separator = ", "
    yield "]}"


async def _as_csv(pages: Iterator[list[dict[str, Any]]]) -> AsyncIterator[bytes]:
    yield f"{','.join(COLUMNS)}\r\n".encode()
    for page in pages:
        yield _lines([[_cell(name, item[name]) for name in COLUMNS] for item in page])


def _lines(rows: list[list[str | float]]) -> bytes:
    text = io.StringIO()
    # All texts are quoted: a comma is not the only separator that a spreadsheet knows.
    csv.writer(text, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    # A lone surrogate, which JSON may carry and UTF-8 may not, goes out escaped.
    return text.getvalue().encode("utf-8", "backslashreplace")


def _cell(name: str, value: Any) -> str | float:
    """Return what a spreadsheet may be given: no formula, no nested value."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    if name == "created_at":
        return f"{value}Z"
    text = json.dumps(value) if isinstance(value, dict | list) else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


@router.get("/export")
async def export(backend: Backend, _who: Admin, wanted: Annotated[Wanted, Query()]) -> StreamingResponse:
    """The newest records of the last hours, all of them or as many as are asked for."""
    end = utc_now()
    start = end - timedelta(hours=wanted.sinceHours)
    conditions = [AbilityLog.created_at >= start, *narrowed(wanted.model_dump(include=FILTERS))]
    with backend.database.transaction() as session:
        newest = session.scalar(select(func.max(AbilityLog.id))) or 0
        conditions.append(AbilityLog.id <= newest)
        total = session.scalar(select(func.count()).select_from(AbilityLog).where(*conditions)) or 0
    count = min(total, wanted.limit)
    pages = _pages(backend.database, conditions, count)
    body: AsyncIterator[str] | AsyncIterator[bytes]
    if wanted.format == "json":
        window = {"start": zulu(start), "end": zulu(end)}
        body, kind = _as_json(pages, {"generated_at": zulu(end), "window": window, "count": count}), "application/json"
    else:
        body, kind = _as_csv(pages), "text/csv; charset=utf-8"
    name = f"ability_logs_{(naive(start) or '')[:10]}_{(naive(end) or '')[:10]}.{wanted.format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(body, headers=headers, media_type=kind)
