"""What the page of one ability shows to whoever it is: what it is and takes, the form, the result, what is running."""

from collections.abc import Mapping
from typing import Literal

from app.core.abilities import PICTURES, Ability, Invocation, asked_inputs
from app.core.amounts import Amount
from app.core.stages import Stage, Usual
from app.core.status import Status
from app.ports import Values
from app.views.abilities.list import ability_status
from app.views.facts import fact_values
from app.views.json_view import json_places, json_view_markup
from app.views.markup import escape, icon
from app.views.placeholders import placeholders
from app.views.texts import Texts
from app.views.values import hidden_unless, one_line

AbilityState = Literal["loading", "missing", "error"]

LONGEST_ERROR = 2000
SAID = ("needs", "usual")
NO_FACTS: Mapping[str, str | None] = {}
# The list of running tasks grows up to so many rows; then it scrolls.
ROWS_HIGH = 5


def ability_state_markup(texts: Texts, state: AbilityState, *, back: str) -> str:
    """Return the page while the ability is not known: skeleton, no such ability, or a failed read."""
    return f"""
<div class="page" data-state="{"empty" if state == "missing" else state}">
  <a class="back" href="{back}">{icon("back")}{texts.escaped("ability.back")}</a>
  <div class="panel__body card">
    {placeholders(texts, rows=4, symbol="unknown", empty="ability.missing", error="ability.error")}
  </div>
</div>"""


def one_ability_markup(
    texts: Texts,
    ability: Ability,
    form: str,
    *,
    back: str,
    facts: Mapping[str, str | None] = NO_FACTS,
    more: str = "",
    drawer: str = "",
) -> str:
    """Return the page of an ability: what it is, the form that calls it, what came of it and what is running.

    ``facts`` are shown in its header, by the key of their name. ``more`` is markup that goes before the result,
    ``drawer`` that of the log, in which the result's record can be opened.
    """
    known = "".join(
        f'<div class="fact"><dt>{texts.escaped(key)}</dt><dd>{escape(value[:200])}</dd></div>'
        for key, value in facts.items()
        if value
    )
    said = "".join(
        f'<div class="fact" data-slot="ability-{name}-fact" hidden><dt>{texts.escaped(f"offered.{name}")}</dt>'
        f'<dd data-slot="ability-{name}"></dd></div>'
        for name in SAID
    )
    description = f'<p class="muted">{escape(ability.description[:LONGEST_ERROR])}</p>' if ability.description else ""
    return f"""
<div class="page page--ability">
  <a class="back" href="{back}">{icon("back")}{texts.escaped("ability.back")}</a>
  <header class="ability__header">
    <div><h1>{escape(ability.name[:200])}</h1><span class="tag">{escape(ability_status(texts, ability))}</span></div>
    {description}
    <dl class="facts facts--inline">{said}{known}</dl>
  </header>
  <div class="ability__columns">
    <div class="card">{form}</div>
    <div class="ability__side">
      {more}
      {result_markup(texts, logged=bool(drawer))}
      {running_markup(texts)}
    </div>
  </div>
  {drawer}
</div>"""


def one_ability_values(
    texts: Texts, ability: Ability, *, usual: dict[Stage, Usual], price: Amount | None, running: int
) -> Values:
    """Return what an ability takes, how long, what was last paid for it, and how many of its tasks are running."""
    return {
        **fact_values({"ability-needs": needs_text(texts, ability), "ability-usual": usual_text(texts, usual)}),
        "price": "" if price is None else texts.say("offered.last_price", n=price),
        **running_values(texts, running),
    }


def needs_text(texts: Texts, ability: Ability) -> str:
    """Return what has to be given, and what may be."""
    asked = asked_inputs(ability)
    required = [_label(texts, one.name, one.label, one.type) for one in asked if one.required]
    optional = [_label(texts, one.name, one.label, one.type) for one in asked if not one.required]
    sentences = []
    if required:
        sentences.append(texts.say("offered.required", names=texts.say("offered.comma").join(required)))
    if optional:
        sentences.append(texts.say("offered.optional", names=texts.say("offered.comma").join(optional)))
    return " ".join(sentences)


def usual_text(texts: Texts, usual: dict[Stage, Usual]) -> str:
    """Return how long the known jobs of an ability took; empty where too few are known."""
    stage = next((stage for stage in (Stage.RAN, Stage.TOTAL) if stage in usual), None)
    if stage is None:
        return ""
    found = usual[stage]
    return texts.say("offered.median", duration=texts.duration(found.seconds), n=found.samples)


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
        {json_view_markup(texts, "raw", texts.say("job.raw"))}
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
        **json_places({"raw": invocation.result.raw if invocation and not busy else None}),
    }


def _label(texts: Texts, name: str, label: str, kind: str) -> str:
    if label:
        return one_line(label)
    key = f"invoke.{name}"
    return texts.say(key) if key in texts else texts.say("offered.picture") if kind in PICTURES else one_line(name)
