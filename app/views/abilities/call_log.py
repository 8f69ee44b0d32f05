"""The log of an ability in a drawer: newest first, one record opened below the list, cost, and the export (R28)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from app.core.logs import LogCosts, LogRecord
from app.core.status import Status
from app.ports import Values
from app.views.abilities.log_export import export_buttons_markup, export_markup
from app.views.facts import fact_markup, fact_values, zone_markup
from app.views.json_view import json_places, json_view_markup
from app.views.markup import icon, icon_button
from app.views.placeholders import placeholders
from app.views.texts import LEAST_MONEY_DIGITS, Texts, money_digits
from app.views.values import flag, hidden_unless, one_line, short_executor

LONGEST_ERROR = 2000
DISCLOSURES = ("log-request", "log-response", "log-callback")
# Those that are open as soon as their record is.
SHOWN_AT_ONCE = ("log-request", "log-response")
# Amounts with more digits after the point than this need the wide column.
_NARROW_DIGITS = 4
HOLE = "hole-"
_FACTS = ("time", "source", "executor", "task", "trace", "price")


def call_log_markup(texts: Texts) -> str:
    """Return the drawer. Rows are in ``logs``; closing it is the action ``close-logs``."""
    columns = "".join(
        f"<span>{texts.escaped(f'logs.{name}')}</span>"
        for name in ("time", "status", "executor", "duration", "cost_column")
    )
    return f"""
<wa-drawer class="drawer" label="{texts.escaped("logs.title")}" without-header light-dismiss
  data-hide-action="close-logs" data-slot="drawer">
  <section class="logs" aria-labelledby="logs-title" data-podi="log-drawer" data-slot="logs-panel" data-state="loading">
    <header class="logs__header">
      <h2 id="logs-title" tabindex="-1" data-slot="logs-title">{texts.escaped("logs.title")}</h2>
      <p class="logs__sum num" translate="no"><span data-slot="logs-count"></span>
        <strong data-slot="logs-cost"></strong></p>
      {icon_button("close", "close-logs", texts.escaped("logs.close"))}
    </header>
    <p class="banner" role="status" data-slot="logs-stale" hidden></p>
    <p class="banner" role="status" data-slot="logs-search" hidden></p>
    <p class="banner num" data-slot="logs-searched" hidden></p>
    <div class="logs__columns" aria-hidden="true">{columns}</div>
    <div class="panel__body">
      <div class="rows rows--logs" role="list" aria-labelledby="logs-title" tabindex="-1" data-slot="logs"></div>
      {placeholders(texts, rows=8, empty="logs.empty", error="logs.error", refresh="refresh-logs")}
    </div>
    {_record_markup(texts)}
    <footer class="logs__foot">
      <button class="button button--small" type="button" data-action="older-logs" data-slot="older">
        {texts.escaped("logs.older")}</button>
      <span class="logs__export">{export_buttons_markup(texts)}</span>
      {export_markup(texts)}
    </footer>
  </section>
</wa-drawer>"""


def _record_markup(texts: Texts) -> str:
    facts = "".join(
        fact_markup(texts, name, f"record-{name}", f'<dd translate="no" data-slot="record-{name}"></dd>')
        for name in _FACTS
    )
    disclosures = "".join(json_view_markup(texts, part, texts.say(f"logs.{part[4:]}")) for part in DISCLOSURES)
    return f"""
    <section class="record" id="log-record" aria-labelledby="record-title" data-slot="record" hidden>
      <header class="record__header"><h3 id="record-title" data-slot="record-title"></h3>
        {icon_button("close", "close-log", texts.escaped("logs.close_record"))}</header>
      <p class="alert" data-slot="record-error" hidden></p>
      <dl class="facts facts--inline">{facts}</dl>
      {zone_markup(texts)}
      {disclosures}
    </section>"""


CallLogState = Literal["loading", "ready", "empty", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """How much of a log is loaded: records, of how many (``None``: nobody knows), and how reading goes."""

    shown: int
    total: int | None
    complete: bool = False
    failing: bool = False
    reading: bool = False

    @property
    def state(self) -> CallLogState:
        """The value of the log's ``data-state``."""
        if self.shown:
            return "ready"
        if self.total is None:
            return "error" if self.failing else "loading"
        return "empty"


def call_log_values(
    texts: Texts, loaded: Loaded, *, opened: bool, cost: str, cost_digits: int = LEAST_MONEY_DIGITS
) -> Values:
    """Return the state of the drawer: open or not, number and cost of the records, whether there are more to load."""
    shown, total = loaded.shown, loaded.total
    stale = loaded.failing and loaded.state != "error"
    return {
        "drawer@open": flag(opened),
        "logs-panel@data-state": loaded.state,
        "logs-panel@data-amounts": "wide" if cost_digits > _NARROW_DIGITS else None,
        "logs-panel@aria-busy": "true" if loaded.reading else None,
        "logs-count": "" if total is None else texts.say("logs.shown", n=shown, total=total),
        "logs-cost": cost,
        "logs-stale@hidden": hidden_unless(stale),
        "logs-stale": texts.say("stale.unknown") if stale else "",
        "older@hidden": hidden_unless(shown and not loaded.complete),
        "older@aria-disabled": "true" if loaded.reading else None,
    }


def search_values(
    texts: Texts, *, sought: int | None = None, missing: int | None = None, searched: int = 0, total: int | None = None
) -> Values:
    """Return how the search for a record goes: ``sought`` is searched for, ``missing`` is not in the log.

    How far it has come is apart from the sentence, which alone is announced.
    """
    log_id = missing if sought is None else sought
    sentence = "logs.missing" if sought is None else "logs.searching"
    progress = sought is not None and total is not None
    return {
        "logs-search@hidden": hidden_unless(log_id is not None),
        "logs-search": "" if log_id is None else texts.say(sentence, id=str(log_id)),
        "logs-searched@hidden": hidden_unless(progress),
        "logs-searched": texts.say("logs.searched", n=searched, total=total or 0) if progress else "",
    }


def cost_text(texts: Texts, costs: LogCosts, *, shown: int, total: int | None) -> str:
    """Return what the loaded records cost, by currency, failed calls apart; and of how many, if not of all."""
    parts = []
    if costs.spent:
        parts.append(texts.say("logs.cost", cost=sums_text(texts, costs.spent)))
    if costs.failed:
        parts.append(texts.say("logs.cost_failed", cost=sums_text(texts, costs.failed)))
    if parts and total is not None and shown < total:
        parts.append(texts.say("logs.cost_of", n=shown, total=total))
    return " · ".join(parts)


def sums_text(texts: Texts, sums: Mapping[str, Decimal]) -> str:
    """Return sums of money by currency, as one line."""
    return texts.say("logs.and").join(
        texts.money(amount, currency) if currency else texts.say("logs.no_currency", cost=texts.money(amount, None))
        for currency, amount in sorted(sums.items(), reverse=True)
    )


def cost_digits(records: Iterable[LogRecord]) -> int:
    """Return how many digits after the point the cost column needs."""
    return max((money_digits(record.cost) for record in records if record.cost is not None), default=LEAST_MONEY_DIGITS)


def hole_markup(texts: Texts) -> str:
    """Return the row that stands where records are missing between two others; its action is ``older-logs``."""
    return f"""
<div class="row row--hole" role="listitem">
  <button class="button button--small" type="button" data-row-link tabindex="-1" data-action="older-logs">
    {texts.escaped("logs.hole")}</button>
</div>"""


def row_keys(order: Iterable[int], holes: frozenset[int]) -> list[str]:
    """Return the keys of the rows: a record's id, and below a record with a hole the key of that hole."""
    keys: list[str] = []
    for log_id in order:
        keys.append(str(log_id))
        if log_id in holes:
            keys.append(f"{HOLE}{log_id}")
    return keys


def log_row_markup(texts: Texts) -> str:
    """Return a row of the log. Opening it is the action ``toggle-log``; its key is in the action's data."""
    return f"""
<div class="row row--log" role="listitem">
  <button class="row__name row__time num" type="button" data-row-link tabindex="-1" data-action="toggle-log"
    aria-controls="log-record" translate="no" data-slot="time"></button>
  <span class="status">{icon("status")}<span data-slot="status"></span></span>
  <span class="log__who"><span data-slot="executor"></span><span class="tag" data-slot="source"></span></span>
  <span class="num log__number" translate="no" data-slot="duration"></span>
  <span class="num log__number" translate="no" data-slot="cost"></span>
  <span class="row__error log__error" data-slot="error"></span>
  <span class="log__new">{texts.escaped("logs.new")}</span>
</div>"""


def log_row_values(
    texts: Texts,
    record: LogRecord,
    *,
    highlighted: bool = False,
    opened: bool = False,
    cost_digits: int = LEAST_MONEY_DIGITS,
) -> Values:
    """Return what a record's row shows; ``cost_digits`` are those of the whole column."""
    return {
        "@data-log-id": str(record.id),
        "@data-status": record.status.value,
        "@data-highlight": flag(highlighted),
        "@data-opened": flag(opened),
        "time": "—" if record.created_at is None else texts.moment(float(int(record.created_at))),
        "time@aria-expanded": "true" if opened else "false",
        "status": texts.status(record.status, record.word),
        "executor": _executor(record),
        "source": source_text(texts, record.source),
        "duration": "" if record.duration_ms is None else texts.duration(record.duration_ms / 1000),
        "cost": "" if record.cost is None else texts.money_in_column(record.cost, record.currency, cost_digits),
        "error": one_line(record.error or _without_reason(texts, record, "row.failed_silently")),
    }


def record_values(texts: Texts, record: LogRecord | None) -> Values:
    """Return the opened record, without the JSON of its trees (``log_json``)."""
    if record is None:
        return {"record@hidden": ""}
    facts = {
        "time": None if record.created_at is None else texts.moment(float(int(record.created_at))),
        "source": source_text(texts, record.source),
        "executor": record.executor_name or record.executor_id,
        "task": record.task_id,
        "trace": record.trace_id,
        "price": _price(texts, record),
    }
    error = (record.error or "")[:LONGEST_ERROR] or _without_reason(texts, record, "job.failed_silently")
    values: dict[str, str | None] = {
        "record@hidden": None,
        "record@data-record": str(record.id),
        "record@data-status": record.status.value,
        "record-title": texts.say("logs.record", id=str(record.id)),
        "record-error": error,
        "record-error@hidden": hidden_unless(error),
    }
    values.update(fact_values({f"record-{name}": value and value[:LONGEST_ERROR] for name, value in facts.items()}))
    values.update(json_places({part: log_json(record, part) for part in DISCLOSURES}))
    return values


def opening_values() -> tuple[Values, Values]:
    """Return what opens request and raw response, whatever the reader closed in the record before: two steps."""
    slots = [f"{part}-disclosure@open" for part in SHOWN_AT_ONCE]
    return dict.fromkeys(slots), dict.fromkeys(slots, "")


def _without_reason(texts: Texts, record: LogRecord, key: str) -> str:
    """Return the sentence of a key for a failure of which the server gave no reason."""
    return texts.say(key) if record.status is Status.FAILED else ""


def log_json(record: LogRecord, part: str) -> object:
    """Return the JSON value of a tree of the opened record."""
    match part:
        case "log-request":
            return record.request
        case "log-response":
            return record.response
        case _:
            return record.callback


def source_text(texts: Texts, source: str | None) -> str:
    """Return where a call came from, in the reader's language if the catalogue has the word."""
    if not source:
        return ""
    key = f"source.{source}"
    return texts.say(key) if key in texts else one_line(source)


def _executor(record: LogRecord) -> str:
    return one_line(record.executor_name) if record.executor_name else short_executor(record.executor_id)


def _price(texts: Texts, record: LogRecord) -> str | None:
    if record.unit_price is None:
        return None
    price = texts.money(record.unit_price, record.currency)
    return f"{price} / {record.billing_unit}" if record.billing_unit else price
