"""The log over all abilities (R49): filter, rows, the opened record, and the export of what is searched for."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.call_filter import CHOICES, SINCE_HOURS, STATUSES, CallFilter
from app.core.causes import NO_REASON
from app.core.logs import LogCosts, LogRecord, job_id_of
from app.core.media import Media
from app.core.records import Result
from app.core.status import Status
from app.ports import Values
from app.views.abilities.call_log import (
    DISCLOSURES,
    LONGEST_ERROR,
    cost_text,
    log_row_values,
    record_values,
)
from app.views.abilities.log_export import export_buttons_markup, export_markup
from app.views.admin.log_state import LogState, log_state
from app.views.admin.navigation import admin_navigation_markup, options_markup
from app.views.copy_button import copy_button
from app.views.facts import fact_markup, fact_values, zone_markup
from app.views.jobs.results import media_markup, pictures_markup, result_texts_markup
from app.views.json_view import json_view_markup
from app.views.markup import ability_address, escape, icon, icon_button, job_address, offered_address, safe_url
from app.views.placeholders import placeholders
from app.views.texts import LEAST_MONEY_DIGITS, Texts
from app.views.values import flag, hidden_unless, one_line

LONGEST_USER = 16
_USER_BEGINNING = 8
_FACTS = ("time", "source", "executor", "price")
_IDS = ("user", "task", "trace", "callback_id", "run")


def calls_markup(texts: Texts, wanted: CallFilter) -> str:
    """Return the page. Rows are in ``calls``; typing is the action ``search``, choosing is ``choose``."""
    columns = "".join(
        f"<span>{texts.escaped(key)}</span>"
        for key in ("logs.time", "logs.status", "calls.what", "logs.duration", "logs.cost_column")
    )
    return f"""
<div class="page page--calls">
  {admin_navigation_markup(texts, "calls")}
  <section class="panel calls" aria-labelledby="calls-title" data-podi="calls" data-slot="calls-panel"
    data-state="loading">
    <header class="panel__header calls__header">
      <h1 id="calls-title">{texts.escaped("admin.calls")}</h1>
      <p class="muted num calls__sum" translate="no"><span role="status" data-slot="calls-count"></span>
        <strong data-slot="calls-cost"></strong></p>
    </header>
    {_filter_markup(texts, wanted)}
    <div class="chips" data-slot="calls-chips"></div>
    <p class="banner" role="status" data-slot="calls-stale" hidden></p>
    <div class="logs__columns calls__columns" aria-hidden="true">{columns}</div>
    <div class="calls__split" data-slot="calls-split" data-state="loading">
    <div class="panel__body">
      <div class="rows rows--logs rows--calls" role="list" aria-labelledby="calls-title" tabindex="-1"
        data-slot="calls"></div>
      {placeholders(texts, rows=8, empty="calls.empty", error="logs.error", refresh="refresh-calls")}
      <div class="state state--absent">{icon("info")}<p>{texts.escaped("calls.absent")}</p>
        <button class="button" type="button" data-action="refresh-calls">
          {texts.escaped("header.refresh")}</button></div>
    </div>
    {_record_markup(texts)}
    </div>
    <footer class="logs__foot">
      <button class="button button--small" type="button" data-action="older-calls" data-slot="calls-older">
        {texts.escaped("calls.older")}</button>
      <span class="logs__export" data-slot="calls-export">{export_buttons_markup(texts)}</span>
      {export_markup(texts)}
    </footer>
  </section>
</div>"""


def _filter_markup(texts: Texts, wanted: CallFilter) -> str:
    selects = "".join(
        f'<label class="choose"><span class="choose__name">{texts.escaped(f"calls.{name}")}</span>'
        f'<select class="input choose__list" name="{name}" data-action="choose" data-field="{name}" '
        f'data-slot="choose-{name}"></select></label>'
        for name in CHOICES
    )
    return f"""
    <form class="filter" role="search" aria-label="{texts.escaped("calls.filter")}" data-action="search-now">
      <label class="search filter__search" data-slot="search-box">{search_markup(texts, wanted.words)}</label>
      {selects}
      <button class="button button--small" type="button" data-action="clear-filter" data-slot="clear" hidden>
        {texts.escaped("calls.clear")}</button>
    </form>"""


def search_markup(texts: Texts, words: str) -> str:
    """Return the search box with words in it; what was typed there is the browser's, so others are drawn anew."""
    prompt = texts.escaped("calls.search")
    return f"""{icon("search")}<span class="visually-hidden">{prompt}</span>
        <input class="input" type="search" name="q" value="{escape(words)}" placeholder="{prompt}"
          autocomplete="off" spellcheck="false" data-action="search" data-on="input" data-slot="search">"""


def _record_markup(texts: Texts) -> str:
    facts = "".join(
        fact_markup(texts, name, f"record-{name}", f'<dd translate="no" data-slot="record-{name}"></dd>')
        for name in _FACTS
    )
    ids = "".join(
        fact_markup(
            texts,
            name,
            f"record-{name}",
            f'<dd><span class="id" translate="no" id="record-{name}" data-slot="record-{name}"></span>'
            f"{copy_button(texts, f'record-{name}')}</dd>",
        )
        for name in _IDS
    )
    disclosures = "".join(json_view_markup(texts, part, texts.say(f"logs.{part[4:]}")) for part in DISCLOSURES)
    return f"""
    <section class="record record--call" id="log-record" aria-labelledby="record-title" data-slot="record" hidden>
      <header class="record__header"><h2 id="record-title" tabindex="-1" data-slot="record-title"></h2>
        <span class="record__links"><a data-podi="call-again"
          data-slot="record-again">{texts.escaped("calls.again")}</a>
          <a data-slot="record-job">{texts.escaped("calls.job")}</a>
          <a data-slot="record-ability">{texts.escaped("calls.of_ability")}</a></span>
        {icon_button("close", "close-call", texts.escaped("logs.close_record"))}</header>
      <p class="alert" data-slot="record-error" hidden></p>
      <p class="banner banner--inline" data-slot="record-pending" hidden><span
        data-slot="record-pending-text"></span>
        <button class="button button--small" type="button" data-action="resolve" data-slot="resolve">
          {texts.escaped("calls.resolve")}</button>
        <span role="status" data-slot="resolve-note"></span></p>
      <dl class="facts facts--inline">{facts}{ids}</dl>
      <p class="muted" data-slot="record-callback-phase" hidden></p>
      {zone_markup(texts)}
      <div class="record__results" data-slot="record-results"></div>
      {disclosures}
    </section>"""


def call_row_markup(texts: Texts) -> str:
    """Return a row. Opening it is the action ``toggle-call``; its key is in the action's data."""
    return f"""
<div class="row row--log row--call" role="listitem">
  <button class="row__name row__time num" type="button" data-row-link tabindex="-1" data-action="toggle-call"
    aria-controls="log-record" translate="no" data-slot="time"></button>
  <span class="status">{icon("status")}<span data-slot="status"></span></span>
  <span class="log__who"><img class="call__thumb" data-slot="preview" width="32" height="32" alt="" loading="lazy"
    decoding="async"><span class="call__name" data-slot="name"></span><span class="call__by muted"
    data-slot="executor"></span><span class="tag" data-slot="source"></span><span class="tag" data-slot="user"></span>
  </span>
  <span class="num log__number" translate="no" data-slot="duration"></span>
  <span class="num log__number" translate="no" data-slot="cost"></span>
  <span class="row__error log__error" data-slot="error"></span>
  <span class="log__new">{texts.escaped("logs.new")}</span>
</div>"""


def call_row_values(
    texts: Texts,
    record: LogRecord,
    found: Result,
    *,
    highlighted: bool = False,
    opened: bool = False,
    cost_digits: int = LEAST_MONEY_DIGITS,
) -> Values:
    """Return what a call's row shows; ``found`` is what it produced, ``cost_digits`` are those of the whole column."""
    preview = thumb(found)
    return {
        **log_row_values(texts, record, highlighted=highlighted, opened=opened, cost_digits=cost_digits),
        "name": call_name(record),
        "preview@src": preview,
        "preview@hidden": hidden_unless(preview),
        "user": short_user(record.user_id),
        "user@title": record.user_id or "",
    }


def short_user(user: str | None) -> str:
    """Return who called, or the beginning of an id that nobody reads to its end."""
    text = one_line(user or "")
    return text if len(text) <= LONGEST_USER else f"{text[:_USER_BEGINNING]}…"


def call_name(record: LogRecord) -> str:
    """Return what was called."""
    return one_line(record.ability_name or record.ability_id or record.capability_key or f"#{record.id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsState:
    """What the page says of the log: how many match, of how many, and how reading goes.

    ``exact`` says whether ``total`` is of the filter; ``loaded`` is how many records are loaded, matching or not.
    """

    shown: int
    loaded: int
    total: int | None
    exact: bool
    filtered: bool
    complete: bool = False
    absent: bool = False
    failing: bool = False
    reading: bool = False

    @property
    def state(self) -> LogState:
        """The value of ``data-state``."""
        return log_state(absent=self.absent, shown=self.shown, total=self.total, failing=self.failing)


def calls_values(texts: Texts, state: CallsState, costs: LogCosts) -> Values:
    """Return counts, cost and what is shown in place of rows; a number says what it is of."""
    stale = state.failing and state.state not in {"error", "absent"}
    return {
        "calls-panel@data-state": state.state,
        "calls-split@data-state": state.state,
        "calls-panel@aria-busy": "true" if state.reading else None,
        "calls-count": _count(texts, state),
        "calls-cost": _cost(texts, state, costs),
        "calls-stale@hidden": hidden_unless(stale),
        "calls-stale": texts.say("stale.unknown") if stale else "",
        "calls-older@hidden": hidden_unless(state.total and not state.complete and not state.absent),
        "calls-older@aria-disabled": "true" if state.reading else None,
        "calls-export@hidden": hidden_unless(state.shown),
        "clear@hidden": hidden_unless(state.filtered),
    }


def _count(texts: Texts, state: CallsState) -> str:
    if state.total is None or state.absent:
        return ""
    if not state.filtered or state.exact:
        return texts.say("calls.shown", n=state.shown, total=state.total)
    if state.complete:
        return texts.say("calls.matching_all", n=state.shown, total=state.total)
    return texts.say("calls.matching", n=state.shown, loaded=state.loaded, total=state.total)


def _cost(texts: Texts, state: CallsState, costs: LogCosts) -> str:
    """Return the cost of what is shown, with the words that say of how many, unless that is every call there is."""
    whole = state.exact or not state.filtered
    return cost_text(texts, costs, shown=state.shown, total=state.total if whole else state.shown) + (
        "" if whole or state.complete or not (costs.spent or costs.failed) else f" · {texts.say('calls.cost_loaded')}"
    )


def select_markup(texts: Texts, name: str, wanted: CallFilter, seen: Mapping[str, str]) -> str:
    """Return the options of a list; ``seen`` are the values that occur in what is loaded, with their names."""
    options = {"": texts.say("calls.any")}
    match name:
        case "status":
            options |= {status.value: texts.status(status) for status in STATUSES}
            chosen = wanted.status
        case "since":
            options |= {word: texts.say(f"range.{word}") for word in SINCE_HOURS}
            chosen = wanted.since
        case _:
            options |= dict(sorted(seen.items(), key=lambda item: item[1].casefold()))
            chosen = str(getattr(wanted, name))
    return options_markup(options, chosen)


def chips_markup(texts: Texts, wanted: CallFilter) -> str:
    """Return what is searched for besides words and lists, each with a button that ends it (``drop-filter``)."""
    chips = {
        "capability": wanted.capability and texts.say("calls.chip.capability", name=wanted.capability),
        "cause": wanted.cause and texts.say("calls.chip.cause", cause=_cause(texts, wanted.cause)),
        "range": _range(texts, wanted),
    }
    return "".join(
        f'<span class="chip"><span>{escape(words)}</span>'
        f'<button class="chip__drop" type="button" data-action="drop-filter" data-field="{name}" '
        f'aria-label="{texts.escaped("calls.drop", what=words)}">{icon("close")}</button></span>'
        for name, words in chips.items()
        if words
    )


def _cause(texts: Texts, cause: str) -> str:
    return texts.say("problems.no_reason") if cause == NO_REASON else cause


def _range(texts: Texts, wanted: CallFilter) -> str:
    after, before = wanted.after, wanted.before
    if after is not None and before is not None:
        return texts.say("calls.chip.between", first=texts.moment(after), last=texts.moment(before))
    if after is not None:
        return texts.say("calls.chip.after", first=texts.moment(after))
    return "" if before is None else texts.say("calls.chip.before", last=texts.moment(before))


def call_record_values(
    texts: Texts, record: LogRecord | None, found: Result, *, resolving: bool = False, own: bool = False
) -> Values:
    """Return the opened record: facts, ids, callback and where the result stands; not its pictures and JSON.

    ``own`` says whether the reader submitted it: then the form can be filled from it to run it again (R41).
    """
    if record is None:
        return {"record@hidden": ""}
    running = record.status is Status.RUNNING
    empty = record.status is Status.SUCCEEDED and found == Result()
    pending = texts.say("calls.pending" if running else "calls.filling_in") if running or empty else ""
    phase = callback_phase(texts, record)
    job_id = job_id_of(record)
    job = job_address(job_id) if job_id else None
    again = offered_address(record.ability_id, job_id) if own and record.ability_id and not running else None
    ability = ability_address(record.ability_id, record.id) if record.ability_id else None
    return {
        **record_values(texts, record),
        **fact_values(
            {
                "record-user": _fact(record.user_id),
                "record-callback_id": _fact(record.callback_id),
                "record-run": _fact(record.workflow_run_id),
            }
        ),
        "record-title": texts.say("calls.record", id=str(record.id), name=call_name(record)),
        "record-again@href": again,
        "record-again@hidden": hidden_unless(again),
        "record-job@href": job,
        "record-job@hidden": hidden_unless(job),
        "record-ability@href": ability,
        "record-ability@hidden": hidden_unless(ability),
        "record-pending@hidden": hidden_unless(pending),
        "record-pending-text": pending,
        "resolve@disabled": flag(resolving),
        "record-callback-phase": phase,
        "record-callback-phase@hidden": hidden_unless(phase),
    }


def _fact(value: str | None) -> str | None:
    return value and value[:LONGEST_ERROR]


def callback_phase(texts: Texts, record: LogRecord) -> str:
    """Return how far the callback is: none, under way, delivered or refused; empty where the record says nothing."""
    callback = record.callback if isinstance(record.callback, dict) else None
    if callback is None:
        return ""
    word = str(callback.get("status") or "")
    answered = callback.get("httpStatus")
    error = callback.get("error")
    sentence = texts.say("calls.callback", status=one_line(word))
    if answered is not None:
        sentence += f" · HTTP {answered}"
    return f"{sentence} · {one_line(str(error))}" if error else sentence


def results_markup(texts: Texts, record: LogRecord, found: Result) -> str:
    """Return what the call produced."""
    return (
        pictures_markup(texts, found.images, name=call_name(record))
        + media_markup(texts, Media.VIDEO, found.videos)
        + media_markup(texts, Media.AUDIO, found.audios)
        + media_markup(texts, Media.FILE, found.files)
        + result_texts_markup(texts, found.texts)
    )


def thumb(found: Result) -> str | None:
    """Return the address of the first picture that may be shown."""
    return next((url for url in map(safe_url, found.images[:3]) if url), None)
