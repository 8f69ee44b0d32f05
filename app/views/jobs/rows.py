"""Rows of the two job lists. The markup is the same for every row; values are computed for drawn rows only."""

from dataclasses import dataclass

from app.core.elapsed import elapsed_s
from app.core.media import Media, media_of
from app.core.records import AbilityTask, Record, Task
from app.core.status import Status
from app.ports import Values
from app.views.markup import icon, job_address, safe_url
from app.views.texts import Texts, clock
from app.views.values import hidden_unless, one_line, short_executor


def job_row_markup(texts: Texts) -> str:
    """Return a row of either list; ``index.html`` has a copy for the rows of the last visit."""
    return f"""
<div class="row" role="listitem">
  <span class="row__thumb">{icon("kind")}<img class="row__image" data-slot="preview" width="44" height="44"
    loading="lazy" decoding="async"></span>
  <div class="row__main">
    <div class="row__head"><a class="row__name" data-row-link tabindex="-1" data-slot="name"></a>
      <span class="row__when num" translate="no"><span class="visually-hidden">{texts.escaped("row.submitted")}
        </span><span data-slot="when"></span></span></div>
    <div class="row__line">
      <span class="status">{icon("status")}<span data-slot="status"></span></span>
      <progress class="meter row__bar" role="progressbar" max="100" aria-label="{texts.escaped("row.progress")}"
        data-slot="bar"></progress>
      <span class="row__percent num" translate="no" data-slot="percent"></span>
      <span class="row__error" data-slot="error"></span>
      <span class="row__meta" translate="no" data-slot="executor"></span>
      <span class="row__text" data-slot="text"></span>
    </div>
  </div>
  <div class="row__side">
    <span class="row__time num" translate="no"><span class="visually-hidden">{texts.escaped("row.elapsed")} </span><span
      data-slot="elapsed"></span></span>
    <span class="row__points num" translate="no" data-slot="points"></span>
  </div>
</div>"""


def task_row_values(texts: Texts, task: Task, now: float) -> Values:
    """Return what a task's row shows at ``now`` (epoch seconds)."""
    url = task.result_url
    preview = safe_url(url) if url and media_of(url) is Media.IMAGE else None
    face = _Face("task", task_name(texts, task), one_line(task.channel or ""), preview)
    return _row_values(texts, task, face, now)


def ability_task_row_values(texts: Texts, task: AbilityTask, now: float) -> Values:
    """Return what an ability task's row shows at ``now`` (epoch seconds)."""
    result = task.result
    preview = next((url for url in map(safe_url, result.images[:3]) if url), None) if result else None
    text = result.texts[0] if result and result.texts and not preview else ""
    executor = short_executor(task.executor_id) or one_line(task.provider or "")
    face = _Face("ability-task", ability_task_name(task), executor, preview, one_line(text))
    return _row_values(texts, task, face, now)


def task_name(texts: Texts, task: Task) -> str:
    """Return a task's name: its action, in the reader's language if the catalogue has it."""
    if task.action is None:
        return task.id
    key = f"action.{task.action}"
    return texts.say(key) if key in texts else one_line(task.action)


def ability_task_name(task: AbilityTask) -> str:
    """Return an ability task's name."""
    return one_line(task.ability_name or task.ability_id or task.id)


def status_word(texts: Texts, record: Record) -> str:
    """Return the name of the status in the reader's language."""
    return texts.status(record.status, "" if record.gone else record.word.text)


@dataclass(frozen=True, slots=True)
class _Face:
    """The parts of a row in which tasks and ability tasks differ."""

    kind: str
    name: str
    executor: str
    preview: str | None
    text: str = ""


def when_values(texts: Texts, record: Record, now: float) -> Values:
    """Return when a job was submitted: that changes on another day, and all the time for who reads ages."""
    return {"when": "" if record.created_at is None else texts.when(record.created_at, now)}


def elapsed_values(record: Record, now: float) -> Values:
    """Return the one value of a row that changes with the time: how long the job has been running at ``now``."""
    elapsed = elapsed_s(record, now)
    return {"elapsed": "" if elapsed is None else clock(elapsed)}


def _error(texts: Texts, record: Record) -> str:
    """Return why a job failed or stands still; one that failed without a reason says so."""
    if record.active:
        return ""
    if record.error:
        return one_line(record.error)
    return texts.say("row.failed_silently") if record.status is Status.FAILED else ""


def _row_values(texts: Texts, record: Record, face: _Face, now: float) -> Values:
    status = record.status
    progress = record.progress
    moving = record.active and (progress is not None or status is Status.RUNNING)
    percent = None if progress is None else str(progress)
    return {
        "@data-task-id": record.id,
        "@data-kind": face.kind,
        "@data-status": status.value,
        "name": face.name,
        "name@href": job_address(record.id),
        **when_values(texts, record, now),
        "preview@src": face.preview,
        "preview@alt": texts.say("row.preview", name=face.name) if face.preview else "",
        "preview@hidden": hidden_unless(face.preview),
        "status": status_word(texts, record),
        "bar@value": percent,
        "bar@aria-valuenow": percent,
        "bar@hidden": hidden_unless(moving),
        "percent": texts.percent(progress) if moving and progress is not None else "",
        "error": _error(texts, record),
        "executor": face.executor,
        "text": face.text,
        **elapsed_values(record, now),
        "points": "" if record.points is None else texts.say("row.points", n=record.points),
    }
