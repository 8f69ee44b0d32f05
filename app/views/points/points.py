"""The page of points: what moved and for which job, sums per day and per ability, the line of the balance (R46)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Literal

from app.core.amounts import Amount, minus
from app.core.ledger import Movement, Sum, balances, line
from app.core.points import Points
from app.core.records import AbilityTask, Task
from app.ports import Values
from app.views.facts import zone_markup
from app.views.jobs.rows import ability_task_name, task_name
from app.views.markup import escape, icon, icon_button, job_address
from app.views.placeholders import error_state, skeleton
from app.views.texts import Texts, column_digits
from app.views.values import flag, hidden_unless, one_line

MOST_POINTS = 300
WIDTH, HEIGHT = 600, 120
MINUS = "\u2212"

Job = Task | AbilityTask
LedgerState = Literal["loading", "ready", "empty", "missing", "error"]


def points_markup(texts: Texts) -> str:
    """Return the page. The figure, the sums and the movements are regions; ``older`` and ``newer`` turn the page."""
    title = texts.escaped("points.label")
    older, newer = texts.escaped("points.older"), texts.escaped("points.newer")
    return f"""
<div class="page page--points">
  <section class="panel" aria-labelledby="points-title" data-podi="points-ledger" data-slot="panel"
    data-state="loading">
    <header class="panel__header">
      <h1 id="points-title">{title}</h1>
      <p class="ledger__now num" data-slot="now"></p>
      <p class="muted num" role="status" data-slot="reach"></p>
      {icon_button("refresh", "refresh", texts.escaped("header.refresh"))}
    </header>
    <p class="banner" role="status" data-slot="stale" hidden></p>
    <div class="panel__body">
      <div class="ledger">
        <figure class="ledger__figure" data-slot="figure"></figure>
        <div class="ledger__sums">
          <section class="ledger__sum" aria-labelledby="per-day" data-slot="days"></section>
          <section class="ledger__sum" aria-labelledby="per-kind" data-slot="kinds"></section>
        </div>
        <section aria-labelledby="movements-title">
          <h2 id="movements-title">{texts.escaped("points.movements")}</h2>
          <div data-slot="movements"></div>
          <div class="ledger__pages">
            <button class="button button--small" type="button" data-action="newer" data-slot="newer">{newer}</button>
            <span class="muted num" role="status" data-slot="place"></span>
            <button class="button button--small" type="button" data-action="older" data-slot="older">{older}</button>
          </div>
          {zone_markup(texts)}
        </section>
      </div>
      {skeleton(6)}
      <div class="state state--empty">{icon("empty")}<p data-slot="empty"></p></div>
      {error_state(texts, "points.error")}
    </div>
  </section>
</div>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How much of the ledger is known, and which part of it the table shows (``first`` counts from 0)."""

    known: int
    total: int | None
    complete: bool
    first: int
    size: int
    loaded: bool
    offered: bool = True
    failing: bool = False
    reading: bool = False

    @property
    def state(self) -> LedgerState:
        """The value of the page's ``data-state``."""
        if not self.offered:
            return "missing"
        if self.known:
            return "ready"
        if self.loaded:
            return "empty"
        return "error" if self.failing else "loading"


def points_page_values(texts: Texts, reached: Reached) -> Values:
    """Return the state of the page, of how many movements it is, and whether it can be turned."""
    state = reached.state
    last = min(reached.first + reached.size, reached.known)
    stale = reached.failing and state in {"ready", "empty"}
    place = texts.say("points.place", first=reached.first + 1, last=last) if state == "ready" else ""
    return {
        "panel@data-state": state,
        "panel@aria-busy": "true" if state == "loading" else None,
        "reach": _reach(texts, reached) if state == "ready" else "",
        "stale": texts.say("stale.unknown") if stale else "",
        "stale@hidden": hidden_unless(stale),
        "empty": texts.say("points.not_offered" if state == "missing" else "points.empty"),
        "place": place,
        "newer@disabled": flag(not reached.first),
        # It has the keyboard while it reads, which ``disabled`` would take.
        "older@disabled": flag(not reached.reading and last == reached.known and reached.complete),
        "older@aria-disabled": "true" if reached.reading else None,
        "older@aria-busy": "true" if reached.reading else None,
    }


def _reach(texts: Texts, reached: Reached) -> str:
    """Return of how many movements the sums are: never more than has been read."""
    if reached.complete:
        return texts.say("points.reach.all", n=reached.known)
    if reached.total is not None:
        return texts.say("points.reach.some", n=reached.known, total=reached.total)
    return texts.say("points.reach.newest", n=reached.known)


def now_text(texts: Texts, points: Points | None) -> str:
    """Return what the user has now."""
    if points is None:
        return ""
    return texts.say("points.now", total=points.total, frozen=points.frozen, temporary=points.temporary)


def signed(texts: Texts, amount: Amount, digits: int = 0) -> str:
    """Write an amount with its sign, exactly; its point is above that of others with up to ``digits`` after it."""
    if amount < 0:
        return f"{MINUS}{texts.amount_in_column(minus(amount), digits)}"
    return f"{'+' if amount else ''}{texts.amount_in_column(amount, digits)}"


def job_kind(texts: Texts, movement: Movement, job: Job | None) -> str:
    """Return under which name a movement is added up: its ability's or action's, or that it has none."""
    if movement.job_id is None:
        return texts.say("points.no_job")
    if job is None:
        return texts.say("points.unknown_job")
    return ability_task_name(job) if isinstance(job, AbilityTask) else task_name(texts, job)


def day_of(texts: Texts, movement: Movement) -> str:
    """Return the day of a movement in the reader's time zone, or that it is not known."""
    return texts.say("points.day_unknown") if movement.at is None else texts.day(movement.at)


def sums_markup(texts: Texts, name: str, found: Mapping[str, Sum], *, words: bool) -> str:
    """Return a table of sums (``name`` is ``day`` or ``kind``); ``words`` if the names are others' words."""
    translate = ' translate="no"' if words else ""
    columns = [[minus(one.gone), one.came, one.net] for one in found.values()]
    digits = [column_digits(column) for column in zip(*columns, strict=True)]
    rows = "".join(
        f'<tr><th scope="row"{translate}>{escape(one_line(key))}</th>'
        f"{''.join(map(partial(_number, texts), amounts, digits))}</tr>"
        for key, amounts in zip(found, columns, strict=True)
    )
    heads = "".join(
        f'<th scope="col" class="num">{texts.escaped(f"points.{column}")}</th>' for column in ("gone", "came", "net")
    )
    title = texts.escaped(f"points.per_{name}")
    return f"""<h2 id="per-{name}">{title}</h2>
<div class="ledger__scroll" tabindex="0" role="group" aria-labelledby="per-{name}">
  <table class="ledger__table" aria-labelledby="per-{name}">
    <thead><tr><th scope="col">{texts.escaped(f"points.{name}")}</th>{heads}</tr></thead>
    <tbody>{rows}</tbody>
  </table>
</div>"""


def _number(texts: Texts, amount: Amount, digits: int) -> str:
    return f'<td class="num" translate="no">{signed(texts, amount, digits) if amount else "—"}</td>'


def movements_markup(
    texts: Texts, movements: Sequence[Movement], after: Sequence[Amount | None], jobs: Mapping[str, Job]
) -> str:
    """Return the table of some movements, newest first; ``after`` are the balances after each."""
    digits, after_digits = column_digits(one.amount for one in movements), column_digits(after)
    rows = "".join(
        f'<tr data-movement="{escape(movement.id)}">'
        f'<th scope="row">{_what(texts, movement, jobs.get(movement.job_id or ""))}'
        f'<span class="ledger__time muted num" translate="no">{_time(texts, movement)}</span></th>'
        f'<td class="num ledger__amount" translate="no" data-way="{"out" if movement.amount < 0 else "in"}">'
        f"{signed(texts, movement.amount, digits)}</td>"
        f'<td class="num" translate="no">{_balance(texts, balance, after_digits)}</td></tr>'
        for movement, balance in zip(movements, after, strict=True)
    )
    return f"""<table class="ledger__table ledger__table--wide" aria-labelledby="movements-title">
  <thead><tr><th scope="col">{texts.escaped("points.what")}</th>
    <th scope="col" class="num">{texts.escaped("points.label")}</th>
    <th scope="col" class="num">{texts.escaped("points.after")}</th></tr></thead>
  <tbody>{rows}</tbody>
</table>"""


def _balance(texts: Texts, balance: Amount | None, digits: int) -> str:
    return "—" if balance is None else texts.amount_in_column(balance, digits)


def _what(texts: Texts, movement: Movement, job: Job | None) -> str:
    description = one_line(movement.description or "")
    if movement.job_id is None:
        return f"<span>{escape(description or texts.say('points.no_job'))}</span>"
    name = job_kind(texts, movement, job) if job is not None else description or one_line(movement.job_id)
    return f'<a href="{escape(job_address(movement.job_id))}">{escape(name)}</a>'


def _time(texts: Texts, movement: Movement) -> str:
    return texts.escaped("points.day_unknown") if movement.at is None else escape(texts.moment(movement.at))


def figure_markup(texts: Texts, movements: Sequence[Movement]) -> str:
    """Return the line of the balance, of numbers alone; nothing where there is too little to draw.

    The balance stands until the next movement, so that the line goes in steps. The table beside it has its values.
    """
    corners = line(movements, MOST_POINTS)
    known = [balance for balance in balances(movements) if balance is not None]
    if not corners or not known:
        return ""
    placed = [(round(x * WIDTH, 1), round((1 - y) * HEIGHT, 1)) for x, y in corners]
    steps = [f"{placed[0][0]},{placed[0][1]}"]
    for (_, before), (x, y) in pairwise(placed):
        steps += [f"{x},{before}", f"{x},{y}"]
    low, high = texts.amount(min(known)), texts.amount(max(known))
    label = texts.escaped("points.line", first=known[-1], last=known[0], low=min(known), high=max(known))
    return f"""<figcaption class="ledger__caption">{texts.escaped("points.line_title")}</figcaption>
<div class="ledger__plot"><span class="num muted" translate="no" aria-hidden="true">{escape(high)}</span>
  <svg viewBox="0 -4 {WIDTH} {HEIGHT + 8}" preserveAspectRatio="none" role="img" aria-label="{label}">
    <polyline fill="none" stroke="currentColor" stroke-width="1.5" vector-effect="non-scaling-stroke"
      points="{" ".join(steps)}"/></svg>
  <span class="num muted" translate="no" aria-hidden="true">{escape(low)}</span></div>"""
