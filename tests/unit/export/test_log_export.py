"""The export of all logs, step by step, over real HTTP on loopback."""

import csv
import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal, localcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.core.logs import sum_costs
from app.export.log_export import (
    BYTE_ORDER_MARK,
    COLUMNS,
    PAGE,
    TRIES,
    ExportFailed,
    LogExport,
    TokenRefused,
    TryLater,
)
from app.wire.logs import read_log_page

Answer = tuple[int, str]


class LogServer:
    """Serves pages of a log, newest first; ``spoil`` may answer otherwise."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.tokens: list[str | None] = []
        self.retry_after: str | None = None
        self.date: str | None = None
        self.spoil: Callable[[int], Answer | None] = lambda count: None
        self.between: Callable[[int], None] = lambda count: None
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.asked.append(self.path)
                owner.tokens.append(self.headers["authorization"])
                status, text = owner.answer(self.path)
                body = text.encode()
                self.send_response_only(status)
                if owner.date is not None:
                    self.send_header("date", owner.date)
                if owner.retry_after is not None:
                    self.send_header("retry-after", owner.retry_after)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, path: str) -> Answer:
        """Return status and text for a page."""
        spoilt = self.spoil(len(self.asked))
        if spoilt is not None:
            return spoilt
        query = parse_qs(urlsplit(path).query)
        offset, limit = int(query["offset"][0]), int(query["limit"][0])
        page = {"total": len(self.records), "items": self.records[offset : offset + limit]}
        self.between(len(self.asked))
        return 200, json.dumps(page)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def log() -> Iterator[LogServer]:
    """A log of 450 records."""
    server = LogServer()
    server.records = [{"id": number, "ability_id": "x", "cost_amount": 0.25} for number in range(450, 0, -1)]
    yield server
    server.close()


def export_all(export: LogExport) -> str:
    """Return the whole file."""
    parts = []
    while not export.complete:
        with suppress(TryLater):
            parts.append(export.step())
    return "".join(parts)


def test_every_record_is_exported_once_with_progress(log: LogServer) -> None:
    """R28: all pages, however many; after each step it is known how far it has come."""
    export = LogExport(log.base, "x", "token", "jsonl")
    steps = []
    text = ""
    while not export.complete:
        text += export.step()
        steps.append((export.done, export.total))
    assert [(200, 450), (400, 450), (450, 450)] == steps
    assert list(range(450, 0, -1)) == [json.loads(line)["id"] for line in text.splitlines()]
    assert {"Bearer token"} == set(log.tokens)
    assert f"/api/admin/abilities/x/logs?limit={PAGE}&offset=400" == log.asked[-1]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_what_an_executor_is_configured_with_is_not_exported(log: LogServer, form: str) -> None:
    """R52: it may hold keys, wherever in a record a server puts it; what was sent and answered is written as it is."""
    keys = {"apiKey": "sesame"}
    log.records = [
        {
            "id": 1,
            "config": keys,
            "executor_config": keys,
            "executor": {"id": "e1", "config": keys},
            "request_payload": {"config": {"steps": 20}},
        }
    ]
    text = export_all(LogExport(log.base, "", "token", form))
    assert ("sesame" in text, "steps" in text) == (False, True)
    if form == "jsonl":
        assert {"id": 1, "executor": {"id": "e1"}, "request_payload": {"config": {"steps": 20}}} == json.loads(text)


def test_what_the_page_adds_up_is_what_the_file_adds_up_to(log: LogServer) -> None:
    """R51: sums of metrics and of an export are of the same amounts, exactly, by currency and what failed apart."""
    amounts = [0.1, 0.2, "0.30", 0.005, None, "1234567890.123456789012345678"]
    log.records = [
        {
            "id": number,
            "status": ("success", "failed", "running")[number % 3],
            "cost_amount": amounts[number % len(amounts)],
            "currency": ("CNY", "USD")[number % 2],
        }
        for number in range(450, 0, -1)
    ]
    text = export_all(LogExport(log.base, "x", "token", "csv"))
    exported: dict[tuple[bool, str], Decimal] = {}
    with localcontext(prec=60):
        for row in csv.DictReader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK))):
            if row["cost_amount"]:
                sort = row["status"] == "failed", row["currency"]
                exported[sort] = exported.get(sort, Decimal(0)) + Decimal(row["cost_amount"].lstrip("'"))
    costs = sum_costs(read_log_page(json.dumps({"items": log.records})).items)
    assert exported == {
        **{(False, currency): amount for currency, amount in costs.spent.items()},
        **{(True, currency): amount for currency, amount in costs.failed.items()},
    }


def test_a_table_has_a_head_and_a_row_per_record(log: LogServer) -> None:
    """R28: a spreadsheet opens it, Chinese and all."""
    log.records = [
        {"id": 2, "ability_name": "百度", "request_payload": {"a": [1, "二"]}},
        {"id": 1, "status": "failed"},
    ]
    text = export_all(LogExport(log.base, "x", "token", "csv"))
    assert text.startswith(BYTE_ORDER_MARK)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK))))
    assert (list(COLUMNS), ["2", "1"]) == (list(rows[0]), [row["id"] for row in rows])
    assert ("百度", '{"a": [1, "二"]}', "", "failed") == (
        rows[0]["ability_name"],
        rows[0]["request_payload"],
        rows[0]["status"],
        rows[1]["status"],
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n=", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_cell_is_a_formula(log: LogServer, start: str) -> None:
    """R28, fault 33: what somebody typed, full-width signs too, runs in no spreadsheet; numbers stay numbers."""
    log.records = [{"id": 1, "error_message": f"{start}cmd()", "cost_amount": -5}]
    text = export_all(LogExport(log.base, "x", "token", "csv"))
    (row,) = csv.DictReader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline=""))
    assert (f"'{start}cmd()", "-5") == (row["error_message"], row["cost_amount"])


@pytest.mark.parametrize("step", [".", ".."])
def test_an_ability_that_would_be_a_step_in_the_path_is_none(log: LogServer, step: str) -> None:
    """R56: `#/admin/abilities/..` exports the log of nobody, and asks no other route."""
    with pytest.raises(ExportFailed, match="HTTP 404"):
        LogExport(log.base, step, "token", "csv")
    assert log.asked == []


def test_records_that_arrive_meanwhile_are_written_once(log: LogServer) -> None:
    """R28: new records push the pages along; nothing comes twice and nothing is skipped."""

    def arrive(count: int) -> None:
        log.records[:0] = [{"id": 1000 + count * 10 + extra} for extra in range(3)]

    log.between = arrive
    text = export_all(LogExport(log.base, "x", "token", "jsonl"))
    ids = [json.loads(line)["id"] for line in text.splitlines()]
    assert (len(ids), set(range(1, 451))) == (len(set(ids)), {job for job in ids if job < 1000})


def test_an_empty_log_is_an_empty_file(log: LogServer) -> None:
    """R28: no record, no row, and an end."""
    log.records = []
    assert BYTE_ORDER_MARK + ",".join(COLUMNS) + "\r\n" == export_all(LogExport(log.base, "x", "token", "csv"))
    assert "" == export_all(LogExport(log.base, "x", "token", "jsonl"))


def test_a_refused_token_can_be_replaced(log: LogServer) -> None:
    """R33: the caller renews it, and the same step is taken again."""
    log.spoil = lambda count: (401, "{}") if log.tokens[-1] == "Bearer old" and count > 1 else None
    export = LogExport(log.base, "x", "old", "jsonl")
    text = export.step()
    with pytest.raises(TokenRefused):
        export.step()
    export.token = "new"
    text += export_all(export)
    assert 450 == len(text.splitlines())


def test_a_failure_that_passes_is_not_noticed(log: LogServer) -> None:
    """R13: a 502 or an unreadable page is asked for again."""
    log.spoil = {1: (502, "<html>"), 2: (200, "<html>"), 3: (200, "[]")}.get
    assert 450 == len(export_all(LogExport(log.base, "x", "token", "jsonl")).splitlines())


@pytest.mark.parametrize(
    ("answer", "reason", "tries"),
    [
        ((500, ""), "HTTP 500", TRIES),
        ((200, "null"), "unreadable", TRIES),
        ((403, '{"detail": "ADMIN_ONLY"}'), "HTTP 403", 1),
        ((404, ""), "HTTP 404", 1),
    ],
)
def test_a_failure_that_stays_is_reported(log: LogServer, answer: Answer, reason: str, tries: int) -> None:
    """R13, R28: with a reason that can be shown, and no endless loop."""
    log.spoil = lambda count: answer
    export = LogExport(log.base, "x", "token", "jsonl")
    with pytest.raises(ExportFailed, match=reason):
        export_all(export)
    assert tries == len(log.asked)


def test_a_busy_server_is_left_alone_and_nothing_is_lost(log: LogServer) -> None:
    """R13, R28, report 32: waits of 1, 2, 4 s between the tries; what was written before stays and is not repeated."""
    export = LogExport(log.base, "x", "token", "jsonl")
    text = export.step()
    log.spoil = {2: (429, ""), 3: (503, ""), 4: (500, "")}.get
    log.asked.pop()
    waits = []
    while not export.complete:
        try:
            text += export.step()
        except TryLater:
            waits.append(export.wait_s)
    assert ([1.0, 2.0, 4.0], 450, 0.0) == (waits, len(text.splitlines()), export.wait_s)


@pytest.mark.parametrize(
    ("retry_after", "wait_s"), [("60", 60.0), ("0", 1.0), ("9" * 40, 300.0), ("soon", 1.0), (None, 1.0)]
)
def test_retry_after_is_the_floor_of_the_wait(log: LogServer, retry_after: str | None, wait_s: float) -> None:
    """R13, report 32: the server says when to come back."""
    log.retry_after = retry_after
    log.spoil = lambda count: (429, "")
    export = LogExport(log.base, "x", "token", "jsonl")
    with pytest.raises(TryLater):
        export.step()
    assert wait_s == export.wait_s


@pytest.mark.parametrize(
    ("retry_after", "date", "wait_s"),
    [
        ("Thu, 15 Jan 2026 11:33:30 GMT", "Thu, 15 Jan 2026 11:32:00 GMT", 90.0),
        ("Thu, 15 Jan 2026 11:33:30 GMT", "Thu, 15 Jan 2026 12:00:00 GMT", 1.0),
        ("Fri, 16 Jan 2026 11:33:30 GMT", "Thu, 15 Jan 2026 11:32:00 GMT", 300.0),
        ("Thu, 15 Jan 2026 11:33:30 GMT", None, 1.0),
        ("Thu, 99 Jan 2026 11:33:30 GMT", "Thu, 15 Jan 2026 11:32:00 GMT", 1.0),
    ],
)
def test_a_retry_after_date_is_by_the_answers_own_date(
    log: LogServer, retry_after: str, date: str | None, wait_s: float
) -> None:
    """R13, report 32: however wrong the device's clock is; without a `Date` there is nothing to measure it by."""
    log.retry_after, log.date = retry_after, date
    log.spoil = lambda count: (503, "")
    export = LogExport(log.base, "x", "token", "jsonl")
    with pytest.raises(TryLater):
        export.step()
    assert wait_s == export.wait_s


@pytest.mark.parametrize(
    "stamp",
    [
        "2026-01-15T11:32:00Z",
        "2026-01-15T11:32:00",
        "2026-01-15T12:32:00+01:00[Europe/Berlin]",
        "20260115T113200Z",
        "Thu, 15 Jan 2026 11:32:00 GMT",
        1768476720,
        1768476720000,
    ],
)
def test_a_range_holds_its_records_in_whatever_form_their_time_is(log: LogServer, stamp: object) -> None:
    """R49, report 44: the page shows such a record in the range, so the file has it."""
    log.records = [{"id": 4, "created_at": stamp}, {"id": 3, "created_at": "soon"}, {"id": 2, "created_at": True}]
    log.records.append({"id": 1, "created_at": "2026-01-15T11:29:00Z"})
    export = LogExport(log.base, "", "token", "jsonl", json.dumps({"after": 1768476600.0}))
    assert [4] == [json.loads(line)["id"] for line in export_all(export).splitlines()]


def test_a_text_with_another_separator_stays_one_cell(log: LogServer) -> None:
    """R28: a spreadsheet that separates by semicolons makes no formula of `a;=1+1`."""
    log.records = [{"id": 1, "source": "a;=1+1"}]
    assert '"a;=1+1"' in export_all(LogExport(log.base, "x", "token", "csv"))


def test_a_bad_record_does_not_lose_the_export(log: LogServer) -> None:
    """R13: what is no record is left out."""
    log.records = [{"id": 3}, None, 5, {"name": "no id"}, {"id": 1}]  # type: ignore[list-item]
    text = export_all(LogExport(log.base, "x", "token", "jsonl"))
    assert [3, 1] == [json.loads(line)["id"] for line in text.splitlines()]


@pytest.mark.parametrize("total", [None, "many"])
def test_a_log_that_does_not_say_its_length_is_exported_to_its_end(log: LogServer, total: object) -> None:
    """R28: the last page is the one that is not full; the head is written once."""
    whole = log.answer
    log.answer = lambda path: (200, json.dumps({**json.loads(whole(path)[1]), "total": total}))  # type: ignore[method-assign]
    text = export_all(LogExport(log.base, "x", "token", "csv"))
    assert 451 == len(text.splitlines())


def test_an_ability_with_a_strange_name_is_asked_for_by_it(log: LogServer) -> None:
    """R28: an id is data, not a path."""
    LogExport(log.base, "a/../b c", "token", "jsonl").step()
    assert log.asked[0].startswith("/api/admin/abilities/a%2F..%2Fb%20c/logs?")


def test_a_form_nobody_knows_is_refused() -> None:
    """R28: an export is CSV or JSON Lines."""
    with pytest.raises(ValueError, match="csv or jsonl"):
        LogExport("http://127.0.0.1", "x", "token", "xlsx")


def in_all(log: LogServer, **wanted: object) -> LogExport:
    """Return an export of the log over all abilities."""
    return LogExport(log.base, "", "token", "jsonl", json.dumps(wanted))


def ids(text: str) -> list[int]:
    """Return the ids in a file of JSON Lines."""
    return [json.loads(line)["id"] for line in text.splitlines()]


def test_a_filter_is_asked_of_the_server_and_applied_to_each_record(log: LogServer) -> None:
    """R49: a server that ignores a parameter does not spoil the file."""
    log.records = [{"id": number, "status": "failed" if number % 3 else "success"} for number in range(450, 0, -1)]
    found = ids(export_all(in_all(log, asked={"status": "failed"})))
    assert [number for number in range(450, 0, -1) if number % 3] == found
    assert log.asked[0].startswith("/api/admin/abilities/logs?status=failed&limit=200")


def test_an_export_of_what_is_shown_ends_with_its_last_record(log: LogServer) -> None:
    """R49: words are searched for in the page; the worker reads no deeper than it has to."""
    assert [449, 401] == ids(export_all(in_all(log, ids=[401, 449])))
    assert 1 == len(log.asked)


def test_the_servers_own_export_is_used_where_there_is_one(log: LogServer) -> None:
    """R49: one request, and each record is still looked at."""
    records = [{"id": 2, "status": "failed", "created_at": "2026-11-29T01:00:00"}, {"id": 1, "status": "success"}]
    log.spoil = lambda _: (200, json.dumps({"count": 2, "items": records}))
    export = in_all(log, asked={"status": "failed"}, sinceHours=24, after=0.0)
    assert [2] == ids(export_all(export))
    assert ["/api/admin/abilities/logs/export?format=json&limit=20000&sinceHours=24&status=failed"] == log.asked
    assert (1, 1) == (export.done, export.total)


@pytest.mark.parametrize("answer", [(404, ""), (405, "{}"), (403, "{}"), (200, "<html></html>"), (200, "[]")])
def test_without_such_a_route_the_log_is_read_page_by_page(log: LogServer, answer: Answer) -> None:
    """R49: to the beginning of the range and no further."""
    log.records = [
        {"id": number, "created_at": f"2026-11-{number // 20 + 1:02d}T00:00:00Z"} for number in range(450, 0, -1)
    ]
    log.spoil = lambda count: answer if count == 1 else None
    found = ids(export_all(in_all(log, sinceHours=24, after=1_795_219_200.0)))
    assert list(range(450, 399, -1)) == found
    assert 2 == len(log.asked)


def test_an_old_token_is_no_missing_route(log: LogServer) -> None:
    """R33, R49: the server's own export is asked for again with another token."""
    log.spoil = lambda count: (401, "{}") if count == 1 else (200, '{"items": []}')
    export = in_all(log, sinceHours=24)
    with pytest.raises(TokenRefused):
        export.step()
    assert "" == export.step()
    assert (True, 2, True) == (export.complete, len(log.asked), "/export?" in log.asked[1])
