"""One ability: what it is, the form that calls it, what came of it, what is running, its log (R28, R29)."""

from typing import Literal

from app.core.abilities import Ability, Invocation
from app.core.status import Status
from app.ports import Values
from app.views.abilities.call_log import call_log_markup
from app.views.abilities.invoke_form import invoke_form_markup
from app.views.abilities.list import ability_status
from app.views.disclosures import disclosure_markup, disclosure_places
from app.views.markup import escape, icon
from app.views.placeholders import placeholders
from app.views.texts import Texts
from app.views.values import hidden_unless

AbilityState = Literal["loading", "missing", "error"]

LONGEST_ERROR = 2000
# The list of running tasks grows up to so many rows; then it scrolls.
ROWS_HIGH = 5


def ability_state_markup(texts: Texts, state: AbilityState, *, back: str = "#/admin/abilities") -> str:
    """Return the page while the ability is not known: skeleton, no such ability, or a failed read."""
    return f"""
<div class="page" data-state="{"empty" if state == "missing" else state}">
  <a class="back" href="{back}">{icon("back")}{texts.escaped("ability.back")}</a>
  <div class="panel__body card">
    {placeholders(texts, rows=4, symbol="unknown", empty="ability.missing", error="ability.error")}
  </div>
</div>"""


def ability_markup(texts: Texts, ability: Ability) -> str:
    """Return the page. Regions: ``pictures``, ``written``; rows: ``running`` and, in the drawer, ``logs``."""
    facts = {
        "id": ability.id,
        "provider": ability.provider,
        "capability": ability.capability_key,
        "executor": ability.executor_id,
    }
    listed = "".join(
        f'<div class="fact"><dt>{texts.escaped(f"fact.{name}")}</dt><dd>{escape(value[:200])}</dd></div>'
        for name, value in facts.items()
        if value
    )
    description = f'<p class="muted">{escape(ability.description[:LONGEST_ERROR])}</p>' if ability.description else ""
    return f"""
<div class="page page--ability">
  <a class="back" href="#/admin/abilities">{icon("back")}{texts.escaped("ability.back")}</a>
  <header class="ability__header">
    <div><h1>{escape(ability.name[:200])}</h1><span class="tag">{escape(ability_status(texts, ability))}</span></div>
    {description}
    <dl class="facts facts--inline">{listed}</dl>
  </header>
  <div class="ability__columns">
    <div class="card">{invoke_form_markup(texts, ability)}</div>
    <div class="ability__side">
      <div class="card ability__log">
        <h2>{texts.escaped("logs.title")}</h2>
        <p class="num" data-slot="log-count"></p>
        <p class="ability__cost num" data-slot="log-cost"></p>
        <button class="button" type="button" data-action="open-logs" data-slot="open-logs">
          {icon("log")}{texts.escaped("logs.open")}</button>
      </div>
      {result_markup(texts, logged=True)}
      {running_markup(texts)}
    </div>
  </div>
  {call_log_markup(texts)}
</div>"""


def result_markup(texts: Texts, *, logged: bool) -> str:
    """Return the result of a call that was waited for; ``logged``: with a button that opens its record."""
    log = (
        f"""<button class="button button--small" type="button" data-action="open-logs" data-slot="result-log" hidden>
          {icon("log")}<span data-slot="result-log-text"></span></button>"""
        if logged
        else ""
    )
    return f"""
      <section class="card result" aria-labelledby="result-title" data-slot="result" hidden>
        <h2 id="result-title">{texts.escaped("result.title")}</h2>
        <p class="result__line">
          <span class="status">{icon("status")}<span data-slot="result-status" role="status"></span></span>
          <span class="num muted" translate="no" data-slot="result-duration"></span>
          {log}</p>
        <p class="alert" data-slot="result-error" hidden></p>
        <div data-slot="pictures"></div>
        <div data-slot="videos"></div>
        <div data-slot="written"></div>
        {disclosure_markup(texts, "raw", texts.say("job.raw"))}
      </section>"""


def running_markup(texts: Texts) -> str:
    """Return the panel of what is running; its rows are in ``running``."""
    return f"""
      <section class="panel ability__running" aria-labelledby="running-title" data-slot="running-panel"
        data-state="empty">
        <header class="panel__header"><h2 id="running-title">{texts.escaped("ability.running")}</h2>
          <span class="num muted" translate="no" data-slot="running-count"></span></header>
        <div class="panel__body">
          <div class="rows" role="list" aria-labelledby="running-title" tabindex="-1" data-slot="running"></div>
          <div class="state state--empty"><p>{texts.escaped("ability.idle")}</p></div>
        </div>
      </section>"""


def running_values(texts: Texts, running: int) -> Values:
    """Return how many tasks are running, and how high their list is."""
    return {
        "running-panel@data-state": "ready" if running else "empty",
        "running-panel@data-rows": str(min(running, ROWS_HIGH)),
        "running-count": texts.number(running) if running else "",
    }


def ability_values(texts: Texts, *, running: int, logs: int | None, cost: str) -> Values:
    """Return how many tasks are running, how many records the log has, and their cost (``cost_text``)."""
    return {
        **running_values(texts, running),
        "log-count": "" if logs is None else texts.say("logs.count", n=logs),
        "log-cost": cost,
    }


def invocation_values(texts: Texts, invocation: Invocation | None, *, busy: bool = False, error: str = "") -> Values:
    """Return the state or the end of a synchronous call; ``error`` is a sentence."""
    status = Status.RUNNING if busy else Status.FAILED if error or invocation is None else invocation.status
    if status is Status.FAILED and not error:
        error = texts.say("job.failed_silently") if invocation else ""
    log_id = invocation.log_id if invocation and not busy else None
    duration_ms = invocation.duration_ms if invocation and not busy else None
    return {
        "result@hidden": hidden_unless(busy or error or invocation),
        "result@data-status": status.value,
        "result@aria-busy": "true" if busy else None,
        "result-status": texts.status(status, invocation.word if invocation else ""),
        "result-duration": "" if duration_ms is None else texts.duration(duration_ms / 1000),
        "result-log@hidden": hidden_unless(log_id is not None),
        "result-log@data-log": None if log_id is None else str(log_id),
        "result-log-text": "" if log_id is None else texts.say("result.log", id=str(log_id)),
        "result-error": error[:LONGEST_ERROR],
        "result-error@hidden": hidden_unless(error),
        **disclosure_places({"raw": invocation.result.raw if invocation and not busy else None}),
    }
