"""All log records of an ability, or those of all abilities that are wanted, as CSV or JSON Lines, read with urllib.

Standard library only, and alone in its worker: ``pyodide-http`` makes urllib work there, CPython in the tests.
The caller takes one step at a time, so that it can report progress, bring a new token or give up between two.
"""

import csv
import io
import json
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlencode

PAGE = 200
TRIES = 8
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 30.0
LONGEST_RETRY_AFTER_S = 300.0
COLUMNS = (
    "id",
    "created_at",
    "ability_id",
    "ability_name",
    "ability_provider",
    "executor_id",
    "executor_name",
    "source",
    "task_id",
    "trace_id",
    "status",
    "duration_ms",
    "cost_amount",
    "currency",
    "unit_price",
    "billing_unit",
    "error_message",
    "callback_status",
    "callback_http_status",
    "request_payload",
    "response_payload",
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula; the last four are the full-width signs."""
BYTE_ORDER_MARK = "\ufeff"


CONFIGS = frozenset({"config", "executor_config", "executorConfig"})
"""The fields of a record that are never written, nor those of the executor in it."""
MOST_AT_ONCE = 20_000
"""The most records that the server's own export gives in one answer."""
FIELDS = {
    "abilityId": "ability_id",
    "provider": "ability_provider",
    "capabilityKey": "capability_key",
    "executorId": "executor_id",
    "source": "source",
    "status": "status",
}
"""The field of a record that a parameter is about."""
PATH_STEPS = frozenset({".", ".."})
"""No server has such an ability, and a browser would take it for a step to another route."""
ZONE_NAME = re.compile(r"\[[^\]]*\]$")
LATEST_IN_SECONDS = 2e10
"""Larger numbers are milliseconds; so pydantic has it, which reads the page's stamps."""


class TokenRefused(Exception):
    """The access token is no longer good; set another and take the step again."""


class TryLater(Exception):
    """The server could not be read just now; take the step again after ``LogExport.wait_s``."""


class ExportFailed(Exception):
    """The server could not be read; the message is fit to be shown."""


class LogExport:
    """One export under way."""

    def __init__(self, base: str, ability: str, token: str, form: str, wanted: str = "") -> None:
        """``base`` is the API's absolute address, ``form`` is ``csv`` or ``jsonl``.

        Without an ability it is the log of all. ``wanted`` is JSON, each part of it optional: ``asked`` are parameters
        for the server, ``ids`` the only records, ``after`` the earliest moment (epoch seconds), and ``sinceHours``
        says that the server may have a route that gives all of them at once. Each record is looked at here too.
        """
        if form not in {"csv", "jsonl"}:
            raise ValueError(f"an export is csv or jsonl, not {form!r}")
        chosen: dict[str, Any] = json.loads(wanted) if wanted else {}
        self._asked: dict[str, str] = chosen.get("asked", {})
        self._ids: set[int] | None = set(chosen["ids"]) if "ids" in chosen else None
        self._after: float | None = chosen.get("after")
        # For how many hours the server's own route is tried first; None once it has failed.
        self._hours: int | None = chosen.get("sinceHours")
        if ability in PATH_STEPS:
            raise ExportFailed("HTTP 404")
        part = f"{quote(ability, safe='')}/logs" if ability else "logs"
        self._address = f"{base}/api/admin/abilities/{part}"
        self._form = form
        self._read_any = False
        self._seen: set[int] = set()
        self._offset = 0
        self._failures = 0
        self.wait_s = 0.0
        """How long to wait before the next step, in seconds."""
        self.token = token
        self.total: int | None = None
        self.complete = False

    @property
    def done(self) -> int:
        """How many records have been written."""
        return len(self._seen)

    def step(self) -> str:
        """Read the next page and return its text, the head of the file before the first."""
        if self._hours is not None and not self._offset:
            whole = self._read_whole()
            if whole is not None:
                text = self._head() + self._write(list(self._fresh(whole)))
                self.total, self.complete = self.done, True
                return text
        page = self._read()
        first = not self._read_any
        self._read_any = True
        total, items = page.get("total"), page.get("items")
        items = items if isinstance(items, list) else []
        self._offset += len(items)
        if isinstance(total, int):
            self.total = total
            self.complete = not items or self._offset >= total
        else:
            self.total = self._offset
            self.complete = len(items) < PAGE
        text = self._write(list(self._fresh(items)))
        if (self._ids is not None and self._seen >= self._ids) or self._passed(items):
            self.complete = True
        return self._head() + text if first else text

    def _fresh(self, items: list[Any]) -> Iterator[dict[str, Any]]:
        """Leave out what is no record, and what was written before: new records push the pages along."""
        for item in items:
            record = item.get("id") if isinstance(item, dict) else None
            if isinstance(record, int) and record not in self._seen and self._is_wanted(item, record):
                self._seen.add(record)
                yield item

    def _is_wanted(self, item: dict[str, Any], record: int) -> bool:
        """Return whether a record is asked for: a server may ignore what it was asked by."""
        if self._ids is not None and record not in self._ids:
            return False
        if self._after is not None and (_moment(item.get("created_at")) or 0.0) < self._after:
            return False
        return all(item.get(FIELDS[name]) == value for name, value in self._asked.items() if name in FIELDS)

    def _passed(self, items: list[Any]) -> bool:
        """Return whether a page ends before the range that is wanted: the log goes on with older records."""
        if self._after is None or not items or not isinstance(items[-1], dict):
            return False
        last = _moment(items[-1].get("created_at"))
        return last is not None and last < self._after

    def _read_whole(self) -> list[Any] | None:
        """Return all records of the last hours by the server's own export; ``None`` if it has none or it is cut off."""
        query = urlencode({"format": "json", "limit": MOST_AT_ONCE, "sinceHours": self._hours, **self._asked})
        try:
            status, body, _ = _fetch(self._request(f"{self._address}/export?{query}"))
            found = json.loads(body) if status == 200 else None
        except (OSError, HTTPException, ValueError):
            status, found = 0, None
        if status == 401:
            raise TokenRefused
        self._hours = None
        items = found.get("items") if isinstance(found, dict) else None
        return items if isinstance(items, list) and len(items) < MOST_AT_ONCE else None

    def _request(self, address: str) -> urllib.request.Request:
        return urllib.request.Request(
            address, headers={"authorization": f"Bearer {self.token}", "accept": "application/json"}
        )

    def _read(self) -> dict[str, Any]:
        query = urlencode({**self._asked, "limit": PAGE, "offset": self._offset})
        request = self._request(f"{self._address}?{query}")
        least_s = 0.0
        try:
            status, body, least_s = _fetch(request)
            page = json.loads(body) if status == 200 else None
        except (OSError, HTTPException, ValueError) as error:
            reason = type(error).__name__
        else:
            if status == 401:
                raise TokenRefused
            if 400 <= status < 500 and status not in {408, 429}:
                raise ExportFailed(f"HTTP {status}")
            if isinstance(page, dict):
                self._failures = 0
                self.wait_s = 0.0
                return page
            reason = "unreadable" if status == 200 else f"HTTP {status}"
        self._failures += 1
        if self._failures >= TRIES:
            raise ExportFailed(reason)
        self.wait_s = max(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** (self._failures - 1)), least_s)
        raise TryLater(reason)

    def _head(self) -> str:
        if self._form == "jsonl":
            return ""
        return BYTE_ORDER_MARK + ",".join(COLUMNS) + "\r\n"

    def _write(self, records: list[dict[str, Any]]) -> str:
        if self._form == "jsonl":
            return "".join(json.dumps(_without_config(record), ensure_ascii=False) + "\n" for record in records)
        text = io.StringIO(newline="")
        # All texts are quoted: a comma is not the only separator that a spreadsheet knows.
        writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerows([_cell(record.get(column)) for column in COLUMNS] for record in records)
        return text.getvalue()


def _without_config(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record without what its executor is configured with, should a server send it: it may hold keys (R52).

    What was sent to the ability and what it answered stay as they are.
    """
    kept = {name: value for name, value in record.items() if name not in CONFIGS}
    executor = kept.get("executor")
    if isinstance(executor, dict):
        kept["executor"] = {name: value for name, value in executor.items() if name not in CONFIGS}
    return kept


def _fetch(request: urllib.request.Request) -> tuple[int, bytes, float]:
    """Return status, body and how many seconds the server wants to be left alone.

    CPython raises for an error status, urllib in the browser returns the answer.
    """
    try:
        with urllib.request.urlopen(request) as answer:
            if sys.platform == "emscripten":
                # The browser has put the chunks together already, and still passes on the header that speaks of them.
                answer.chunked = False
            return answer.status, answer.read(), _wait_s(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, b"", _wait_s(error.headers)


def _moment(stamp: object) -> float | None:
    """Return epoch seconds of a time in any form that the page reads too; one without a zone is UTC."""
    if isinstance(stamp, int | float) and not isinstance(stamp, bool):
        return stamp / 1000 if abs(stamp) > LATEST_IN_SECONDS else float(stamp)
    if not isinstance(stamp, str):
        return None
    text = ZONE_NAME.sub("", stamp.strip())
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _http_date(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _http_date(text: str | None) -> float | None:
    """Return epoch seconds of a date as HTTP writes it; ``None`` for what is none."""
    try:
        moment = parsedate_to_datetime(text or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _wait_s(headers: Message) -> float:
    """Return an answer's ``Retry-After`` in seconds, bounded; 0 if it has none that makes sense.

    A date is by the server's clock, of which the answer's own ``Date`` is the only reading here.
    """
    text = (headers.get("retry-after") or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_RETRY_AFTER_S)
    until, now = _http_date(text), _http_date(headers.get("date"))
    return 0.0 if until is None or now is None else min(max(0.0, until - now), LONGEST_RETRY_AFTER_S)


def _cell(value: object) -> object:
    """Return what a spreadsheet may be given: no formula, no nested value."""
    if value is None or isinstance(value, int | float):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
