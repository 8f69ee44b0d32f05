"""The overview (R52): counts over all users, executors with queue and memory, the newest jobs, and the timeline."""

from collections.abc import Mapping, Sequence

from app.core.call_filter import CallFilter, call_query
from app.core.dashboard import Dashboard, Executor, GpuMemory, RecentJob
from app.core.queues import QueueServer
from app.ports import Values
from app.views.admin.calls import short_user
from app.views.admin.load import health_text, load_markup, memory_markup
from app.views.admin.navigation import admin_navigation_markup, calls_address
from app.views.admin.timeline import timeline_markup
from app.views.markup import escape, icon
from app.views.placeholders import error_state
from app.views.texts import Texts
from app.views.values import hidden_unless, one_line, short_executor

LONGEST_NAME = 80


def overview_markup(texts: Texts, timeline_range: str) -> str:
    """Return the page; each part is hidden until there is something to show in it."""
    return f"""
<div class="page page--overview" data-podi="overview" data-slot="overview" data-state="loading">
  {admin_navigation_markup(texts, "overview")}
  <h1 class="visually-hidden">{texts.escaped("admin.overview")}</h1>
  <p class="banner banner--inline" role="status" data-slot="overview-absent" hidden></p>
  <section class="panel" aria-labelledby="numbers-title" data-podi="dashboard" data-slot="numbers-panel" hidden>
    <header class="panel__header"><h2 id="numbers-title">{texts.escaped("overview.numbers")}</h2>
      <p class="muted" role="status" data-slot="numbers-stale"></p></header>
    <dl class="numbers" data-slot="numbers"></dl>
  </section>
  <section class="panel" aria-labelledby="executors-title" data-podi="executors" data-slot="executors-panel" hidden>
    <header class="panel__header"><h2 id="executors-title">{texts.escaped("overview.executors")}</h2>
      <p class="muted num calls__sum" data-slot="queue-total"></p></header>
    <div class="table__scroll" tabindex="0" role="group" aria-labelledby="executors-title"
      data-slot="executors"></div>
  </section>
  {timeline_markup(texts, timeline_range)}
  <section class="panel" aria-labelledby="recent-title" data-podi="recent-jobs" data-slot="recent-panel" hidden>
    <header class="panel__header"><h2 id="recent-title">{texts.escaped("overview.recent")}</h2></header>
    <div class="table__scroll" tabindex="0" role="group" aria-labelledby="recent-title" data-slot="recent"></div>
  </section>
  <div class="overview__error" data-slot="overview-error" hidden>{error_state(texts, "overview.error")}</div>
</div>"""


def overview_values(
    texts: Texts, *, dashboard: bool, executors: bool, recent: bool, timeline: bool, absent: bool, failing: bool
) -> Values:
    """Return which parts are shown; ``absent`` says that the server has no dashboard."""
    return {
        "overview@data-state": "ready" if dashboard or absent or executors else "loading",
        "numbers-panel@hidden": hidden_unless(dashboard),
        "numbers-stale": texts.say("overview.stale") if dashboard and failing else "",
        "executors-panel@hidden": hidden_unless(executors),
        "recent-panel@hidden": hidden_unless(recent),
        "timeline-panel@hidden": hidden_unless(timeline),
        "overview-absent@hidden": hidden_unless(absent),
        "overview-absent": texts.say("overview.absent") if absent else "",
        "overview-error@hidden": hidden_unless(failing and not dashboard and not absent),
    }


def numbers_markup(texts: Texts, dashboard: Dashboard) -> str:
    """Return the counts; one that the server does not name is left out."""
    numbers = {
        "running": dashboard.running,
        "waiting": dashboard.waiting,
        "created_today": dashboard.created_today,
        "completed_today": dashboard.completed_today,
        "failed_today": dashboard.failed_today,
        "total": dashboard.total,
        "failed": dashboard.failed,
    }
    parts = [
        f'<div class="number" data-number="{name}"><dt>{texts.escaped(f"overview.{name}")}</dt>'
        f'<dd class="num" translate="no">{escape(texts.number(value))}</dd></div>'
        for name, value in numbers.items()
        if value is not None
    ]
    if dashboard.by_status:
        statuses = "".join(
            f'<li class="status" data-status="{status.value}">{icon("status")}<span>'
            f"{escape(texts.status(status))}</span> "
            f"<span class=num translate=no>{escape(texts.number(count))}</span></li>"
            for status, count in sorted(dashboard.by_status.items(), key=lambda item: -item[1])
        )
        parts.append(
            f'<div class="number number--wide"><dt>{texts.escaped("overview.by_status")}</dt>'
            f'<dd><ul class="statuses">{statuses}</ul></dd></div>'
        )
    return "".join(parts)


def executors_markup(
    texts: Texts,
    executors: Sequence[Executor],
    queues: Mapping[str, QueueServer],
    memory: Mapping[str, Sequence[GpuMemory]],
) -> str:
    """Return the executors as a table; the column of the memory is there if any of them reports it."""
    columns = ["executor", "health", "load", "concurrency", *(["memory"] if any(memory.values()) else [])]
    head = "".join(f'<th scope="col">{texts.escaped(f"overview.{name}")}</th>' for name in columns)
    rows = "".join(_executor_markup(texts, one, queues.get(one.id), memory, columns) for one in executors)
    return f'<table class="table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _executor_markup(
    texts: Texts,
    executor: Executor,
    queue: QueueServer | None,
    memory: Mapping[str, Sequence[GpuMemory]],
    columns: Sequence[str],
) -> str:
    name = one_line(executor.name or short_executor(executor.id))[:LONGEST_NAME]
    link = calls_address(call_query(CallFilter(executor=executor.id)))
    most = executor.max_concurrency
    cells = [
        f'<th scope="row"><a href="{escape(link)}" title="{escape(executor.id)}">{escape(name)}</a></th>',
        f"<td>{escape(health_text(texts, executor))}</td>",
        f"<td>{load_markup(texts, name, queue)}</td>",
        f'<td class="num" translate="no">{"—" if most is None else texts.number(most)}</td>',
    ]
    if "memory" in columns:
        devices = "".join(memory_markup(texts, name, device) for device in memory.get(executor.id, ()))
        cells.append(f"<td>{devices or '—'}</td>")
    return f'<tr data-executor="{escape(executor.id)}">{"".join(cells)}</tr>'


def recent_markup(texts: Texts, jobs: Sequence[RecentJob]) -> str:
    """Return the newest jobs of all users as a table; each leads to its calls."""
    head = "".join(
        f'<th scope="col">{texts.escaped(f"overview.{name}")}</th>' for name in ("job", "status", "user", "when")
    )
    rows = "".join(_job_markup(texts, job) for job in jobs)
    return f'<table class="table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _job_markup(texts: Texts, job: RecentJob) -> str:
    link = calls_address(call_query(CallFilter(words=job.id)))
    error = f'<p class="row__error">{escape(one_line(job.error))}</p>' if job.error else ""
    when = "—" if job.created_at is None else texts.moment(float(int(job.created_at)))
    return (
        f'<tr data-job="{escape(job.id)}"><th scope="row"><a href="{escape(link)}" title="{escape(job.id)}">'
        f"{escape(action_name(texts, job))}</a>{error}</th>"
        f'<td><span class="status" data-status="{job.status.value}">{icon("status")}<span>'
        f"{escape(texts.status(job.status, job.word))}</span></span></td>"
        f'<td title="{escape(job.user_id or "")}">{escape(short_user(job.user_id) or "—")}</td>'
        f'<td class="num" translate="no">{escape(when)}</td></tr>'
    )


def action_name(texts: Texts, job: RecentJob) -> str:
    """Return what a job does: its action in the reader's language if the catalogue has it."""
    action = one_line(job.action or job.id)
    key = f"action.{action.rpartition(':')[2]}"
    return texts.say(key) if key in texts else action
