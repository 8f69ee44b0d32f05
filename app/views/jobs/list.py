"""The page with both lists side by side: the bar, counts as chips, the state of each list, how far it reaches."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.core.query import ACTIVE, Choice
from app.ports import Values
from app.views.jobs.filter_bar import filter_bar_markup
from app.views.markup import icon
from app.views.placeholders import placeholders
from app.views.texts import Texts
from app.views.values import hidden_unless

LISTS = ("tasks", "ability-tasks")
COUNTED = (ACTIVE, "blocked", "succeeded", "failed", "cancelled", "unknown")
# These have a count even if there are none; the others are rare.
ALWAYS = (ACTIVE, "succeeded", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a list reaches: ``known`` jobs of ``total`` on the server, which is ``None`` where it does not say.

    ``complete``: there are no others. ``older``: a button reads more; ``searching``: they are being read.
    """

    known: int = 0
    total: int | None = None
    complete: bool = True
    older: bool = False
    searching: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState:
    """The state of a list.

    ``counts`` are those of each status, ``counted`` says whether they are of all jobs there are and not only of the
    known ones. ``matches`` is how many rows there are to see. ``filtered``: a query leaves some out; ``chosen`` are the
    statuses in it, ``left_out`` says that it wants no job of this list's kind at all. ``loaded``: it has been read.
    ``failing``: reads fail at present. ``age_s``: how old its data is. ``kept``: it shows the rows of the last visit.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    counted: bool = True
    matches: int = 0
    filtered: bool = False
    left_out: bool = False
    chosen: Choice = field(default_factory=Choice)
    reach: Reach = field(default_factory=Reach)
    loaded: bool = False
    failing: bool = False
    age_s: float | None = None
    kept: bool = False

    @property
    def name(self) -> str:
        """Return the value of ``data-state``, by which the style sheet shows rows, skeleton or sentence."""
        if self.kept:
            return "kept"
        if self.matches:
            return "ready"
        if self.filtered and (self.reach.known or self.loaded):
            return "none"
        if self.loaded:
            return "empty"
        return "error" if self.failing else "loading"


def job_list_markup(texts: Texts, *, admin: bool) -> str:
    """Return the page. Lists are in ``tasks`` and ``ability-tasks``, the queue panel in ``queue``."""
    queue = '<div data-slot="queue"></div>' if admin else ""
    return f"""
<div class="page page--lists">
  <h1 class="visually-hidden">{texts.escaped("header.tasks")}</h1>
  {filter_bar_markup(texts)}
  <div class="lists">
    {_panel(texts, "tasks", "")}
    {_panel(texts, "ability-tasks", queue)}
  </div>
</div>"""


def _panel(texts: Texts, name: str, extra: str) -> str:
    begin = f'<a class="button button--primary" href="#/abilities">{texts.escaped("list.begin")}</a>'
    counts = "".join(
        f'<li data-slot="{name}-{kind}-item"><button class="count count--{kind}" type="button" '
        f'data-action="filter-status" data-value="{kind}" data-slot="{name}-{kind}-chip">{icon(f"count-{kind}")}'
        f'<span class="num" translate="no" data-slot="{name}-{kind}"></span> '
        f'<span class="count__word">{texts.escaped(f"count.{kind}")}</span></button></li>'
        for kind in COUNTED
    )
    # What comes later stands below the rows: none may move from under the pointer.
    return f"""
<section class="panel" aria-labelledby="{name}-title" data-slot="{name}-panel" data-state="loading">
  <header class="panel__header">
    <h2 id="{name}-title">{texts.escaped(f"list.{name}")}</h2>
    <p class="panel__age" data-slot="{name}-age" hidden></p>
    <ul class="counts" data-slot="{name}-counts">{counts}</ul>
  </header>
  <p class="visually-hidden" role="status" data-slot="{name}-announcement"></p>
  <div class="panel__body">
    <button class="pill" type="button" data-rows-new="{name}" data-text="{texts.escaped("list.new")}"
      data-text-outside="{texts.escaped("list.outside")}" hidden></button>
    <div class="rows" role="list" aria-labelledby="{name}-title" tabindex="-1" data-slot="{name}"></div>
    {placeholders(texts, empty=f"list.{name}.empty", error="list.error", first_step=begin)}
    <div class="state state--none">{icon("search")}<div class="found-none" data-slot="{name}-none"></div></div>
  </div>
  <p class="banner" data-slot="{name}-stale" hidden></p>
  {extra}
  <div data-slot="{name}-remembered"></div>
  <footer class="reach" data-slot="{name}-reach" hidden><span data-slot="{name}-reach-text"></span>
    <button class="button button--quiet button--small" type="button" data-action="search-older"
      data-slot="{name}-older" hidden>{texts.escaped("reach.older")}</button></footer>
</section>"""


def job_list_values(texts: Texts, tasks: ListState, ability_tasks: ListState, *, kept_s: float = 0.0) -> Values:
    """Return counts, states and banners; ``kept_s`` is how long ago the last visit was.

    The age in a banner moves with every tick; what a screen reader announces has none, and so is announced once.
    """
    values: dict[str, str | None] = {}
    for name, state in zip(LISTS, (tasks, ability_tasks), strict=True):
        values[f"{name}-panel@data-state"] = state.name
        values[f"{name}-panel@hidden"] = hidden_unless(not state.left_out)
        values[f"{name}-panel@aria-busy"] = "true" if state.name in {"loading", "kept"} else None
        values[f"{name}-age@hidden"] = hidden_unless(state.kept)
        values[f"{name}-age"] = texts.say("list.kept", age=texts.age(kept_s)) if state.kept else ""
        values.update(_counts(texts, name, state))
        values.update(_reach(texts, name, state))
        stale = state.failing and state.name in {"ready", "empty", "none"}
        values[f"{name}-stale@hidden"] = hidden_unless(stale)
        values[f"{name}-stale"] = stale_text(texts, state.age_s) if stale else ""
        values[f"{name}-announcement"] = texts.say("stale.unknown") if stale else ""
    return values


def _counts(texts: Texts, name: str, state: ListState) -> Values:
    values: dict[str, str | None] = {}
    of = "" if state.counted else texts.say("count.of_newest", n=state.reach.known)
    values[f"{name}-counts@title"] = of or None
    for kind in COUNTED:
        number = state.counts.get(kind, 0)
        included, excluded = kind in state.chosen.included, kind in state.chosen.excluded
        chip = f"{name}-{kind}-chip"
        values[f"{name}-{kind}"] = texts.number(number)
        values[f"{name}-{kind}-item@hidden"] = hidden_unless(number or included or excluded or kind in ALWAYS)
        values[f"{chip}@aria-pressed"] = "mixed" if excluded else "true" if included else "false"
        label = texts.say("count.chip", n=number, name=texts.say(f"count.{kind}"))
        values[f"{chip}@aria-label"] = texts.say("filter.not", name=label) if excluded else f"{label} {of}".strip()
        values[f"{chip}@title"] = label
    return values


def _reach(texts: Texts, name: str, state: ListState) -> Values:
    text = reach_text(texts, name, state)
    shown = bool(text) and state.name in {"ready", "none"}
    older = shown and state.reach.older and state.filtered
    return {
        f"{name}-reach@hidden": hidden_unless(shown),
        f"{name}-reach-text": text,
        f"{name}-older@hidden": hidden_unless(older),
        f"{name}-older@aria-disabled": "true" if state.reach.searching else None,
    }


def reach_text(texts: Texts, name: str, state: ListState) -> str:
    """Return how far a list reaches, and how many of its jobs are shown; empty where all are shown."""
    reach = state.reach
    if reach.searching:
        return texts.say(f"reach.{name}.searching", n=reach.known)
    if reach.complete:
        return texts.say("reach.some", shown=state.matches, n=reach.known) if state.filtered else ""
    if state.filtered and reach.total is not None:
        return texts.say("reach.some_of", shown=state.matches, n=reach.known, total=reach.total)
    if state.filtered:
        return texts.say(f"reach.{name}.some", shown=state.matches, n=reach.known)
    if not state.counted and reach.total is not None:
        return texts.say("reach.counts", n=reach.known, total=reach.total)
    return "" if reach.total is not None else texts.say(f"reach.{name}", n=reach.known)


def nothing_found_text(texts: Texts, name: str, reach: Reach) -> str:
    """Return the sentence that nothing was found, and how far the search reached."""
    if reach.complete:
        return texts.say("none.all", n=reach.known)
    if reach.total is not None:
        return texts.say("none.newest_of", n=reach.known, total=reach.total)
    return texts.say(f"none.{name}", n=reach.known)


def stale_text(texts: Texts, age_s: float | None) -> str:
    """Return the banner over data whose last read failed (R13)."""
    if age_s is None:
        return texts.say("stale.unknown")
    return texts.say("stale.since", age=texts.age(age_s))
