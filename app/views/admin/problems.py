"""Failed calls by cause (R50): how often, where, since when, and their trend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.call_filter import SINCE_HOURS, CallFilter, call_query
from app.core.causes import NO_REASON, Problem, range_of, ticks
from app.core.status import Status
from app.ports import Values
from app.views.admin.charts import ticks_markup
from app.views.admin.log_state import LogState, log_state
from app.views.admin.navigation import admin_navigation_markup, calls_address, options_markup
from app.views.markup import escape, icon
from app.views.placeholders import placeholders
from app.views.texts import Texts
from app.views.values import hidden_unless, one_line

# How many executors and abilities of a problem are named.
NAMED = 3
SHOWN = 100
NOTHING_OWN: Mapping[str, int] = {}


def problems_markup(texts: Texts, since: str) -> str:
    """Return the page; the problems are in the region ``problems``. Choosing a range is the action ``choose``."""
    return f"""
<div class="page page--problems">
  {admin_navigation_markup(texts, "problems")}
  <section class="panel" aria-labelledby="problems-title" data-podi="problems" data-slot="problems-panel"
    data-state="loading">
    <header class="panel__header calls__header">
      <h1 id="problems-title">{texts.escaped("admin.problems")}</h1>
      <p class="muted num calls__sum"><span role="status" data-slot="problems-count"></span>
        <span data-slot="problems-reach"></span></p>
      <label class="choose"><span class="choose__name">{texts.escaped("problems.range")}</span>
        <select class="input choose__list" name="since" data-action="choose"
          data-slot="choose-since">{range_options_markup(texts, since)}</select></label>
    </header>
    <p class="banner" role="status" data-slot="problems-stale" hidden></p>
    <div class="panel__body">
      <ol class="problems" data-slot="problems"></ol>
      {placeholders(texts, rows=5, empty="problems.empty", error="logs.error", refresh="refresh-calls")}
      <div class="state state--absent">{icon("info")}<p>{texts.escaped("calls.absent")}</p></div>
    </div>
    <footer class="logs__foot">
      <button class="button button--small" type="button" data-action="older" data-slot="older" hidden>
        {texts.escaped("problems.older")}</button>
    </footer>
  </section>
</div>"""


def range_options_markup(texts: Texts, since: str) -> str:
    """Return the ranges on offer."""
    words = {"": texts.say("calls.any"), **{word: texts.say(f"range.{word}") for word in SINCE_HOURS}}
    return options_markup(words, since)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemsState:
    """What the page says of its sample.

    ``failed`` calls of ``causes``, found among ``loaded`` of ``total`` calls; ``exact`` says whether those are the
    failed ones alone.
    """

    causes: int
    failed: int
    loaded: int
    total: int | None
    exact: bool
    complete: bool = False
    absent: bool = False
    failing: bool = False
    reading: bool = False

    @property
    def state(self) -> LogState:
        """The value of ``data-state``."""
        return log_state(absent=self.absent, shown=self.causes, total=self.total, failing=self.failing)


def problems_values(texts: Texts, state: ProblemsState) -> Values:
    """Return the counts, with the words that say of what."""
    known = state.total is not None and not state.absent
    key = "problems.reach_all" if state.complete else "problems.reach"
    reach = texts.say(f"{key}_failed" if state.exact else key, loaded=state.loaded, total=state.total or 0)
    stale = state.failing and state.state not in {"error", "absent"}
    return {
        "problems-panel@data-state": state.state,
        "problems-panel@aria-busy": "true" if state.reading else None,
        "problems-count": texts.say("problems.sample", n=state.causes, failed=state.failed) if known else "",
        "problems-reach": reach if known else "",
        "problems-stale@hidden": hidden_unless(stale),
        "problems-stale": texts.say("stale.unknown") if stale else "",
        "older@hidden": hidden_unless(known and not state.complete),
        "older@aria-disabled": "true" if state.reading else None,
    }


def problem_list_markup(
    texts: Texts, problems: Sequence[Problem], since: str, own: Mapping[str, int] = NOTHING_OWN
) -> str:
    """Return the problems as items of a list, each with a link to its calls.

    ``own`` is by cause how many failed jobs are the reader's and can be run again: each such problem has a button.
    """
    span = range_of(problems)
    return "".join(
        _problem_markup(texts, problem, span, since, own.get(problem.cause, 0)) for problem in problems[:SHOWN]
    ) + (
        f'<li class="problem muted">{texts.escaped("problems.more", n=len(problems) - SHOWN)}</li>'
        if len(problems) > SHOWN
        else ""
    )


def _problem_markup(texts: Texts, problem: Problem, span: tuple[float, float] | None, since: str, own: int) -> str:
    wanted = CallFilter(status=Status.FAILED.value, cause=problem.cause or NO_REASON, since=since)
    address = calls_address(call_query(wanted))
    title = escape(problem.cause or texts.say("problems.no_reason"))
    sample = one_line(problem.sample)
    shown = f'<p class="problem__sample" translate="no">{escape(sample)}</p>' if sample != problem.cause else ""
    executors = texts.say("problems.executors", names=_named(texts, problem.executors))
    abilities = texts.say("problems.abilities", names=_named(texts, problem.abilities))
    times = ""
    if problem.first_at is not None and problem.last_at is not None:
        first, last = texts.moment(float(int(problem.first_at))), texts.moment(float(int(problem.last_at)))
        times = f'<p class="muted num">{texts.escaped("problems.between", first=first, last=last)}</p>'
    return f"""
<li class="problem" data-cause="{title}">
  <div class="problem__head"><h2 class="problem__title"><a href="{escape(address)}">{title}</a></h2>
    <span class="problem__count num">{texts.escaped("problems.count", n=problem.count)}</span></div>
  {shown}
  <div class="problem__facts"><div><p>{escape(executors)}</p><p>{escape(abilities)}</p>{times}</div>
    {_trend(texts, problem, span)}</div>
  {_again(texts, problem, own)}
</li>"""


def _again(texts: Texts, problem: Problem, own: int) -> str:
    if not own:
        return ""
    return (
        f'<button class="button button--small" type="button" data-action="run-these-again" '
        f'data-cause="{escape(problem.cause)}">{icon("send")}{texts.escaped("problems.again", n=own)}</button>'
    )


def _trend(texts: Texts, problem: Problem, span: tuple[float, float] | None) -> str:
    if span is None or not problem.moments:
        return ""
    first, last = span
    counts = ticks(problem.moments, first, last)
    width = (last - first) / len(counts)
    peak = counts.index(max(counts))
    words = texts.say(
        "problems.trend",
        n=len(problem.moments),
        first=texts.moment(float(int(first + peak * width))),
        last=texts.moment(float(int(first + (peak + 1) * width))),
    )
    return ticks_markup(counts, words)


def _named(texts: Texts, counts: Mapping[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    names = [
        texts.say("problems.part", name=one_line(name) or texts.say("problems.none"), n=number)
        for name, number in ranked[:NAMED]
    ]
    if len(ranked) > NAMED:
        names.append(texts.say("problems.more", n=len(ranked) - NAMED))
    return texts.say("problems.and").join(names)
