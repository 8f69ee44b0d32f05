"""Everything known of one task or ability task (R31)."""

from typing import Literal

from app.core.elapsed import elapsed_s
from app.core.media import Media, media_of
from app.core.records import AbilityTask, Record, Result, Task
from app.core.status import Status
from app.ports import Values
from app.views.copy_button import copy_button
from app.views.disclosures import disclosure_markup, disclosure_places
from app.views.facts import fact_markup, fact_values, zone_markup
from app.views.jobs.rows import ability_task_name, status_word, task_name
from app.views.markup import ability_address, icon, safe_url
from app.views.placeholders import placeholders
from app.views.texts import Texts
from app.views.values import hidden_unless, one_line

JobState = Literal["loading", "ready", "missing", "error"]

# Longer errors are cut: a message of megabytes freezes the page.
LONGEST_ERROR = 4000
FACTS = (
    *("id", "ability", "provider", "capability", "executor", "channel", "points"),
    *("created", "started", "finished", "updated", "duration", "log", "trace", "callback"),
)
_COPIED = {"id", "trace", "callback"}
_LINKS = {"ability", "log", "callback"}
DISCLOSURES = ("request", "raw")


def job_markup(texts: Texts, *, admin: bool) -> str:
    """Return the page. Results go into the regions ``pictures``, ``videos`` and ``written``, JSON into disclosures."""
    facts = "".join(_fact(texts, name, linked=name in _LINKS and (admin or name == "callback")) for name in FACTS)
    disclosures = "".join(disclosure_markup(texts, part, texts.say(f"job.{part}")) for part in DISCLOSURES)
    return f"""
<article class="page job" data-slot="page" data-state="loading">
  <a class="back" href="#/tasks" data-slot="back">{icon("back")}{texts.escaped("job.back")}</a>
  <div class="panel__body">
    {placeholders(texts, rows=2, symbol="unknown", empty="job.missing", error="job.error")}
  </div>
  <div class="job__content">
    <header class="job__header" data-slot="head">
      <h1 data-slot="name"></h1>
      <p class="status">{icon("status")}<span data-slot="status" role="status"></span></p>
      <progress class="meter" role="progressbar" max="100" aria-label="{texts.escaped("row.progress")}"
        data-slot="bar"></progress>
      <span class="num" translate="no" data-slot="percent"></span>
      <span class="num muted" translate="no" data-slot="elapsed"></span>
    </header>
    <p class="alert" data-slot="error" hidden></p>
    <div class="job__columns">
      <section class="card job__results" aria-labelledby="results-title" data-slot="results">
        <h2 id="results-title">{texts.escaped("job.results")}</h2>
        <p class="muted" data-slot="no-results"></p>
        <div data-slot="pictures"></div>
        <div data-slot="videos"></div>
        <div data-slot="written"></div>
      </section>
      <section class="card" aria-labelledby="facts-title">
        <h2 id="facts-title">{texts.escaped("job.facts")}</h2>
        <dl class="facts">{facts}</dl>
        {zone_markup(texts)}
      </section>
    </div>
    <section class="disclosures" aria-label="{texts.escaped("job.json")}">{disclosures}</section>
  </div>
</article>"""


def _fact(texts: Texts, name: str, *, linked: bool) -> str:
    tag = "a" if linked else "span"
    copy = copy_button(texts, f"fact-{name}") if name in _COPIED else ""
    return fact_markup(texts, name, name, f'<dd><{tag} id="fact-{name}" data-slot="{name}"></{tag}>{copy}</dd>')


def job_state_values(state: JobState) -> Values:
    """Return the state of the page: skeleton, job, no such job, or a failed read."""
    return {"page@data-state": state, "page@aria-busy": "true" if state == "loading" else None}


def job_values(texts: Texts, record: Task | AbilityTask, now: float) -> Values:
    """Return everything except the results and the JSON, at ``now`` (epoch seconds)."""
    elapsed = elapsed_s(record, now)
    progress = record.progress
    percent = None if progress is None else str(progress)
    name = ability_task_name(record) if isinstance(record, AbilityTask) else task_name(texts, record)
    facts = _facts(texts, record, elapsed)
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
    }
    values.update(fact_values({name: facts.get(name) for name in FACTS}))
    values.update(_links(record))
    values.update(disclosure_places({part: job_json(record, part) for part in DISCLOSURES}))
    return values


def job_result(record: Task | AbilityTask) -> Result:
    """Return what a job produced; a task has one address, which tells by itself what it leads to."""
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


def _facts(texts: Texts, record: Task | AbilityTask, elapsed: float | None) -> dict[str, str | None]:
    facts: dict[str, str | None] = {
        "id": record.id,
        "points": None if record.points is None else texts.number(record.points),
        "created": _moment(texts, record.created_at),
        "finished": _moment(texts, record.finished_at),
        "updated": _moment(texts, record.updated_at),
        "duration": texts.duration(elapsed) if elapsed is not None and not record.active else None,
    }
    if isinstance(record, Task):
        facts["channel"] = record.channel
        return facts
    return facts | {
        "ability": record.ability_id,
        "provider": record.provider,
        "capability": record.capability_key,
        "executor": record.executor_id,
        "started": _moment(texts, record.started_at),
        "log": None if record.log_id is None else str(record.log_id),
        "trace": record.trace_id,
        "callback": record.callback_url,
    }


def _links(record: Task | AbilityTask) -> Values:
    if isinstance(record, Task) or record.ability_id is None:
        return {}
    return {
        "ability@href": ability_address(record.ability_id),
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


def _moment(texts: Texts, moment: float | None) -> str | None:
    return None if moment is None else texts.moment(float(int(moment)))


def job_title(texts: Texts, record: Record) -> str:
    """Return the title of the browser's tab."""
    name = ability_task_name(record) if isinstance(record, AbilityTask) else one_line(record.id)
    return texts.say("job.title", name=name)
