"""The log of an ability in a drawer: newest first, one record opened below the list, cost, and the export (R28)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from app.core.logs import LogRecord
from app.ports import Values
from app.views.abilities.log_export import export_buttons_markup, export_markup
from app.views.disclosures import disclosure_markup, disclosure_places
from app.views.facts import fact_markup, fact_values
from app.views.markup import icon, icon_button
from app.views.placeholders import placeholders
from app.views.texts import Texts
from app.views.values import flag, hidden_unless, one_line, short_executor

LONGEST_ERROR = 2000
DISCLOSURES = ("log-request", "log-response", "log-callback")
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
      <p class="logs__sum num"><span data-slot="logs-count"></span> <strong data-slot="logs-cost"></strong></p>
      {icon_button("close", "close-logs", texts.escaped("logs.close"))}
    </header>
    <p class="banner" role="status" data-slot="logs-stale" hidden></p>
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
        fact_markup(texts, name, f"record-{name}", f'<dd data-slot="record-{name}"></dd>') for name in _FACTS
    )
    disclosures = "".join(disclosure_markup(texts, part, texts.say(f"logs.{part[4:]}")) for part in DISCLOSURES)
    return f"""
    <section class="record" id="log-record" aria-labelledby="record-title" data-slot="record" hidden>
      <header class="record__header"><h3 id="record-title" data-slot="record-title"></h3>
        {icon_button("close", "close-log", texts.escaped("logs.close_record"))}</header>
      <p class="alert" data-slot="record-error" hidden></p>
      <dl class="facts facts--inline">{facts}</dl>
      {disclosures}
    </section>"""


CallLogState = Literal["loading", "ready", "empty", "error"]


def call_log_state(*, shown: int, total: int | None, failing: bool) -> CallLogState:
    """Return the value of the log's ``data-state``."""
    if shown:
        return "ready"
    if total is None:
        return "error" if failing else "loading"
    return "empty"


def call_log_values(
    texts: Texts,
    *,
    opened: bool,
    shown: int,
    total: int | None,
    cost: str,
    failing: bool = False,
    reading: bool = False,
) -> Values:
    """Return the state of the drawer: open or not, number and cost of the records, whether there are older ones."""
    state = call_log_state(shown=shown, total=total, failing=failing)
    stale = failing and state != "error"
    return {
        "drawer@open": flag(opened),
        "logs-panel@data-state": state,
        "logs-panel@aria-busy": "true" if reading else None,
        "logs-count": "" if total is None else texts.say("logs.shown", n=shown, total=total),
        "logs-cost": texts.say("logs.cost", cost=cost) if cost else "",
        "logs-stale@hidden": hidden_unless(stale),
        "logs-stale": texts.say("stale.unknown") if stale else "",
        "older@hidden": hidden_unless(total is not None and shown < total),
        "older@disabled": flag(reading),
    }


def cost_text(texts: Texts, costs: Mapping[str, Decimal]) -> str:
    """Return a sum by currency."""
    return " + ".join(texts.money(amount, currency or None) for currency, amount in sorted(costs.items()))


def log_row_markup(texts: Texts) -> str:
    """Return a row of the log. Opening it is the action ``toggle-log``; its key is in the action's data."""
    return f"""
<div class="row row--log" role="listitem">
  <button class="row__name row__time num" type="button" data-row-link tabindex="-1" data-action="toggle-log"
    aria-controls="log-record" data-slot="time"></button>
  <span class="status">{icon("status")}<span data-slot="status"></span></span>
  <span class="log__who"><span data-slot="executor"></span><span class="tag" data-slot="source"></span></span>
  <span class="num log__number" translate="no" data-slot="duration"></span>
  <span class="num log__number" translate="no" data-slot="cost"></span>
  <span class="row__error log__error" data-slot="error"></span>
  <span class="log__new">{texts.escaped("logs.new")}</span>
</div>"""


def log_row_values(texts: Texts, record: LogRecord, *, highlighted: bool = False, opened: bool = False) -> Values:
    """Return what a record's row shows."""
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
        "cost": "" if record.cost is None else texts.money(record.cost, record.currency),
        "error": one_line(record.error or ""),
    }


def record_values(texts: Texts, record: LogRecord | None) -> Values:
    """Return the opened record, without the JSON of its disclosures (``disclosure_values`` of ``log_json``)."""
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
    values: dict[str, str | None] = {
        "record@hidden": None,
        "record@data-record": str(record.id),
        "record@data-status": record.status.value,
        "record-title": texts.say("logs.record", id=str(record.id)),
        "record-error": (record.error or "")[:LONGEST_ERROR],
        "record-error@hidden": hidden_unless(record.error),
    }
    values.update(fact_values({f"record-{name}": value and value[:LONGEST_ERROR] for name, value in facts.items()}))
    values.update(disclosure_places({part: log_json(record, part) for part in DISCLOSURES}))
    return values


def log_json(record: LogRecord, part: str) -> object:
    """Return the JSON value of a disclosure of the opened record."""
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
