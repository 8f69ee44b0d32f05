"""Everything known of one task or ability task (R31), laid out to work with it (R38)."""

from collections.abc import Mapping, Sequence
from typing import Literal

from app.core.elapsed import elapsed_s
from app.core.media import Media, media_of
from app.core.records import AbilityTask, Record, Result, Task
from app.core.request_code import Language
from app.core.stages import Span, Stage, Usual
from app.core.status import Status
from app.ports import Values
from app.views.copy_button import copy_button
from app.views.facts import fact_markup, fact_values, zone_markup
from app.views.jobs.rows import ability_task_name, status_word, task_name
from app.views.json_view import json_places, json_view_markup
from app.views.markup import ability_address, compare_address, icon, job_address, offered_address, safe_url
from app.views.placeholders import placeholders
from app.views.texts import Texts
from app.views.values import hidden_unless, one_line

JobState = Literal["loading", "ready", "missing", "error"]

# Longer errors are cut: a message of megabytes freezes the page.
LONGEST_ERROR = 4000
SAME_MOMENT_S = 2.0
FACTS = (
    *("id", "ability", "provider", "capability", "executor", "channel", "points"),
    *("created", "started", "finished", "updated", "log", "trace", "callback"),
)
MOMENTS = ("created", "started", "finished", "updated")
_COPIED = {"id", "trace", "callback"}
_LINKS = {"ability", "log", "callback"}
DISCLOSURES = ("request", "raw")


def job_markup(texts: Texts, *, admin: bool) -> str:
    """Return the page. Results go into the regions ``pictures``, ``videos`` and ``written``, JSON into trees."""
    facts = "".join(_fact(texts, name, linked=name in _LINKS and (admin or name != "log")) for name in FACTS)
    trees = "".join(json_view_markup(texts, part, texts.say(f"job.{part}")) for part in DISCLOSURES)
    codes = "".join(
        f'<button class="button button--small" type="button" data-action="copy-code" data-language="{language}">'
        f"{texts.escaped(f'job.copy.{language}')}</button>"
        for language in Language
    )
    stages = "".join(_stage_markup(texts, stage) for stage in Stage)
    return f"""
<article class="page job" data-slot="page" data-state="loading">
  <nav class="job__navigation" aria-label="{texts.escaped("job.navigation")}">
    <a class="back" href="#/tasks" data-slot="back">{icon("back")}{texts.escaped("job.back")}</a>
    <a class="job__neighbour" data-slot="previous" hidden>{texts.escaped("job.previous")}</a>
    <a class="job__neighbour" data-slot="next" hidden>{texts.escaped("job.next")}</a>
  </nav>
  <div class="panel__body">
    {placeholders(texts, rows=2, symbol="unknown", empty="job.missing", error="job.error")}
  </div>
  <div data-slot="remembered"></div>
  <div class="job__content">
    <header class="job__header" data-slot="head">
      <h1 data-slot="name"></h1>
      <p class="status">{icon("status")}<span data-slot="status" role="status"></span></p>
      <progress class="meter" role="progressbar" max="100" aria-label="{texts.escaped("row.progress")}"
        data-slot="bar"></progress>
      <span class="num" translate="no" data-slot="percent"></span>
      <span class="num muted" translate="no" data-slot="elapsed"></span>
      <div class="job__actions">
        <a class="button button--primary" data-podi="run-again" data-slot="again-link" hidden>{icon("send")}<span
          data-slot="again-link-text"></span></a>
        <button class="button button--primary" type="button" data-action="run-again" data-podi="run-again"
          data-slot="again" hidden>{icon("send")}<span data-slot="again-text"></span></button>
        <a class="button" data-slot="compare">{texts.escaped("job.compare")}</a>
        <button class="button" type="button" data-action="copy-link">{texts.escaped("job.copy.link")}</button>
        <span class="job__codes" data-slot="codes" hidden>{texts.escaped("job.copy.label")}
          {codes}</span>
      </div>
    </header>
    <div class="job__extras">
      <div data-slot="waiting"></div><div data-slot="bill"></div><div data-slot="bell"></div>
    </div>
    <p class="field__hint" role="status" data-slot="again-note" hidden></p>
    <p class="alert" role="alert" data-slot="again-error" hidden></p>
    <p class="alert" data-slot="error" hidden></p>
    <div class="job__columns">
      <div class="job__main">
        <section class="card job__results" aria-labelledby="results-title" data-slot="results">
          <h2 id="results-title">{texts.escaped("job.results")}</h2>
          <p class="muted" data-slot="no-results"></p>
          <div data-slot="pictures"></div>
          <div data-slot="videos"></div>
          <div data-slot="written"></div>
          <div data-slot="zip"></div>
        </section>
        <section class="card job__inputs" aria-labelledby="inputs-title" data-slot="inputs-card" hidden>
          <h2 id="inputs-title">{texts.escaped("job.inputs")}</h2>
          <div data-slot="inputs"></div>
        </section>
        <section class="disclosures" aria-label="{texts.escaped("job.json")}">{trees}</section>
      </div>
      <div class="job__side">
        <section class="card" aria-labelledby="stages-title" data-slot="stages" hidden>
          <h2 id="stages-title">{texts.escaped("job.stages")}</h2>
          <dl class="stages">{stages}</dl>
          <p class="muted" data-slot="usual" hidden></p>
        </section>
        <div data-slot="history"></div>
        <section class="card" aria-labelledby="facts-title">
          <h2 id="facts-title">{texts.escaped("job.facts")}</h2>
          <dl class="facts">{facts}</dl>
          {zone_markup(texts)}
          <div data-slot="sources"></div>
        </section>
      </div>
    </div>
  </div>
</article>"""


def _stage_markup(texts: Texts, stage: Stage) -> str:
    name = stage.value
    return f"""
<div class="stage" data-slot="stage-{name}" hidden><dt>{texts.escaped(f"stage.{name}")}</dt>
  <dd><progress class="meter stage__bar" max="100" aria-hidden="true" data-slot="stage-{name}-bar"></progress>
    <span class="num stage__time" translate="no" data-slot="stage-{name}-time"></span>
    <span class="muted num stage__usual" data-slot="stage-{name}-usual"></span></dd></div>"""


def _fact(texts: Texts, name: str, *, linked: bool) -> str:
    tag = "a" if linked else "span"
    copy = copy_button(texts, f"fact-{name}") if name in _COPIED else ""
    return fact_markup(
        texts, name, name, f'<dd><{tag} id="fact-{name}" translate="no" data-slot="{name}"></{tag}>{copy}</dd>'
    )


def job_state_values(state: JobState) -> Values:
    """Return the state of the page: skeleton, job, no such job, or a failed read."""
    return {"page@data-state": state, "page@aria-busy": "true" if state == "loading" else None}


def job_values(texts: Texts, record: Task | AbilityTask, now: float, *, admin: bool = True) -> Values:
    """Return everything but stages, inputs, results and JSON, at the server's time ``now`` (epoch seconds)."""
    elapsed = elapsed_s(record, now)
    progress = record.progress
    percent = None if progress is None else str(progress)
    name = job_name(texts, record)
    facts = _facts(texts, record, now)
    error = (record.error or "")[:LONGEST_ERROR] or _without_reason(texts, record)
    values: dict[str, str | None] = {
        "page@data-state": "ready",
        "page@aria-busy": None,
        "page@data-task-id": record.id,
        "page@data-kind": "ability-task" if isinstance(record, AbilityTask) else "task",
        "page@data-status": record.status.value,
        "name": name,
        "status": status_word(texts, record),
        "bar@value": percent,
        "bar@aria-valuenow": percent,
        "bar@hidden": hidden_unless(record.active),
        "percent": texts.percent(progress) if progress is not None and record.active else "",
        "elapsed": "" if elapsed is None or not record.active else texts.duration(int(elapsed)),
        "error": error,
        "error@hidden": hidden_unless(error),
        "no-results": _without_results(texts, record),
        "compare@href": compare_address(record.id),
    }
    values.update(fact_values({name: facts.get(name) for name in FACTS}))
    # Who reads ages finds the moment where the pointer rests.
    moments = {name: getattr(record, f"{name}_at", None) for name in MOMENTS}
    values.update(
        {
            f"{name}@title": texts.moment(float(int(at))) if at and texts.relative else None
            for name, at in moments.items()
        }
    )
    values.update(_links(record, admin=admin))
    values.update(json_places({part: job_json(record, part) for part in DISCLOSURES}))
    return values


def stage_values(texts: Texts, spans: Sequence[Span], usual: Mapping[Stage, Usual]) -> Values:
    """Return how long each stage took, as part of the longest, beside what is usual for it; and of how many jobs."""
    known = {span.stage: span for span in spans}
    longest = max((span.seconds for span in spans), default=0.0)
    values: dict[str, str | None] = {"stages@hidden": hidden_unless(spans)}
    for stage in Stage:
        span, usually, name = known.get(stage), usual.get(stage), f"stage-{stage.value}"
        seconds = 0.0 if span is None else span.seconds
        values |= {
            f"{name}@hidden": hidden_unless(span is not None),
            f"{name}@data-running": "" if span is not None and span.running else None,
            f"{name}-bar@value": str(round(100 * seconds / longest)) if longest else "0",
            f"{name}-time": "" if span is None else texts.duration(int(seconds) if span.running else seconds),
            f"{name}-usual": ""
            if span is None or usually is None
            else texts.say("stage.usual", duration=texts.duration(usually.seconds)),
        }
    samples = max((usual[stage].samples for stage in known if stage in usual), default=0)
    values["usual"] = texts.say("stage.samples", n=samples) if samples else ""
    values["usual@hidden"] = hidden_unless(samples)
    return values


def neighbour_values(previous: str | None, following: str | None) -> Values:
    """Return the links to the job before and the one after."""
    return {
        "previous@hidden": hidden_unless(previous),
        "previous@href": None if previous is None else job_address(previous),
        "next@hidden": hidden_unless(following),
        "next@href": None if following is None else job_address(following),
    }


def again_values(
    texts: Texts,
    record: Task | AbilityTask,
    *,
    possible: bool,
    sending: bool = False,
    searching: bool = False,
    error: str = "",
) -> Values:
    """Return the way to run a job again: an ability task by its form, a task as it is, under a new id.

    The price is said first where it is known, which for a task is what it cost.
    """
    by_form = possible and isinstance(record, AbilityTask)
    waiting = sending or searching
    price = record.points
    if waiting:
        words = texts.say("invoke.sending")
    elif price is None or isinstance(record, AbilityTask):
        words = texts.say("again.run")
    else:
        words = texts.say("again.run_for", n=price)
    return {
        "again-link@hidden": hidden_unless(by_form),
        "again-link@href": offered_address(record.ability_id or "", record.id)
        if isinstance(record, AbilityTask) and by_form
        else None,
        "again-link-text": texts.say("again.run"),
        "again@hidden": hidden_unless(possible and not by_form),
        "again@aria-busy": "true" if waiting else None,
        "again@aria-disabled": "true" if waiting else None,
        "again-text": words,
        "again-note": texts.say("invoke.searching") if searching else "",
        "again-note@hidden": hidden_unless(searching),
        "again-error": error,
        "again-error@hidden": hidden_unless(error),
    }


def job_result(record: Task | AbilityTask) -> Result:
    """Return what a job produced; a task has one address, which shows by itself what it leads to."""
    if isinstance(record, AbilityTask):
        return record.result or Result()
    url = record.result_url
    if not url:
        return Result()
    match media_of(url):
        case Media.VIDEO:
            return Result(videos=(url,))
        case Media.AUDIO:
            return Result(audios=(url,))
        case Media.FILE:
            return Result(files=(url,))
        case _:
            return Result(images=(url,))


def job_json(record: Task | AbilityTask, part: str) -> object:
    """Return the JSON value that a disclosure holds (``request`` or ``raw``)."""
    if isinstance(record, Task):
        return record.parameters if part == "request" else None
    if part == "request":
        return record.request
    return record.result.raw if record.result else None


def _facts(texts: Texts, record: Task | AbilityTask, now: float) -> dict[str, str | None]:
    facts: dict[str, str | None] = {
        "id": record.id,
        "points": None if record.points is None else texts.amount(record.points),
        "created": _moment(texts, record.created_at, now),
        "finished": _moment(texts, record.finished_at, now),
        "updated": None if repeats_end(record) else _moment(texts, record.updated_at, now),
    }
    if isinstance(record, Task):
        facts["channel"] = record.channel
        return facts
    return facts | {
        "ability": record.ability_id,
        "provider": record.provider,
        "capability": record.capability_key,
        "executor": record.executor_id,
        "started": _moment(texts, record.started_at, now),
        "log": None if record.log_id is None else str(record.log_id),
        "trace": record.trace_id,
        "callback": record.callback_url,
    }


def repeats_end(record: Record) -> bool:
    """Return whether the last update is the end, which is a fact of its own, or was before it."""
    at, end = record.updated_at, record.finished_at
    return at is not None and end is not None and at < end + SAME_MOMENT_S


def _links(record: Task | AbilityTask, *, admin: bool) -> Values:
    if isinstance(record, Task) or record.ability_id is None:
        return {}
    return {
        "ability@href": ability_address(record.ability_id) if admin else offered_address(record.ability_id),
        "log@href": ability_address(record.ability_id, record.log_id),
        "callback@href": safe_url(record.callback_url),
        "callback@rel": "noopener noreferrer",
        "callback@target": "_blank",
    }


def _without_reason(texts: Texts, record: Record) -> str:
    """Return what stands in the place of a reason where the server gave none."""
    match record.status:
        case Status.FAILED:
            return texts.say("job.failed_silently")
        case Status.BLOCKED:
            return texts.say("job.blocked")
        case _:
            return ""


def _without_results(texts: Texts, record: Task | AbilityTask) -> str:
    result = job_result(record)
    if result.images or result.videos or result.audios or result.files or result.texts:
        return ""
    return texts.say("job.results_later" if record.active else "job.no_results")


def _moment(texts: Texts, moment: float | None, now: float) -> str | None:
    if moment is None:
        return None
    return texts.age(max(0.0, now - moment)) if texts.relative else texts.moment(float(int(moment)))


def job_name(texts: Texts, record: Task | AbilityTask) -> str:
    """Return what a job is called."""
    return ability_task_name(record) if isinstance(record, AbilityTask) else task_name(texts, record)


def job_title(texts: Texts, record: Record) -> str:
    """Return the title of the browser's tab."""
    name = ability_task_name(record) if isinstance(record, AbilityTask) else one_line(record.id)
    return texts.say("job.title", name=name)
