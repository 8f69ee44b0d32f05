"""What the server noted of a job, as a card of that job's page (R38)."""

from app.core.job_history import HistoryEvent, JobHistory, NotedStage
from app.views.markup import escape
from app.views.texts import Texts
from app.views.values import one_line

LONGEST_REASON = 2000


def history_markup(texts: Texts, history: JobHistory | None, now: float, read_ago_s: float = 0.0) -> str:
    """Return the card, which says where it is from and how long ago that was read; empty where nothing was noted."""
    if history is None or not (history.events or history.stages(now)):
        return ""
    stages = history.stages(now)
    longest = max((stage.seconds or 0.0 for stage in stages), default=0.0)
    rows = "".join(_stage_markup(texts, stage, longest) for stage in stages)
    reason = history.reason
    said = f'<p class="alert">{texts.escaped("history.reason")} {escape(reason[:LONGEST_REASON])}</p>' if reason else ""
    # Tasks have events, which the dashboard's log holds; of an ability task the record of its call is read.
    source = "history.source.dashboard" if history.events else "history.source.log"
    events = "".join(_event_markup(texts, event) for event in history.events)
    return f"""
<section class="card" aria-labelledby="history-title" data-podi="job-history">
  <h2 id="history-title">{texts.escaped("history.title")}</h2>
  {said}
  {f'<dl class="stages">{rows}</dl>' if rows else ""}
  {_refused_markup(texts, history)}
  {f'<ol class="history">{events}</ol>' if events else ""}
  <p class="muted history__source">{escape(texts.say(source, age=texts.age(read_ago_s)))}</p>
</section>"""


def _stage_markup(texts: Texts, stage: NotedStage, longest: float) -> str:
    name = texts.escaped(f"stage.{stage.name}")
    if stage.seconds is None:
        return f'<div class="stage"><dt>{name}</dt><dd>{texts.escaped("history.done")}</dd></div>'
    share = round(100 * stage.seconds / longest) if longest else 0
    took = texts.duration(int(stage.seconds) if stage.running else stage.seconds)
    return (
        f'<div class="stage"{" data-running" if stage.running else ""}><dt>{name}</dt><dd>'
        f'<progress class="meter stage__bar" max="100" value="{share}" aria-hidden="true"></progress>'
        f'<span class="num stage__time" translate="no">{escape(took)}</span></dd></div>'
    )


def _refused_markup(texts: Texts, history: JobHistory) -> str:
    why = history.callback_error
    return f'<p class="alert">{texts.escaped("history.refused")} {escape(one_line(why))}</p>' if why else ""


def _event_markup(texts: Texts, event: HistoryEvent) -> str:
    key = f"history.{event.kind}"
    word = texts.say(key) if key in texts else one_line(event.kind)
    time = "" if event.at is None else texts.time_of_day(float(int(event.at)))
    why = f' <span class="muted">{escape(one_line(event.reason))}</span>' if event.reason else ""
    return f'<li><span class="num muted" translate="no">{escape(time)}</span> <span>{escape(word)}{why}</span></li>'
