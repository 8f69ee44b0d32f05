"""The page with both lists side by side: counts, the state of each list, and a place for the queue panel."""

from dataclasses import dataclass

from app.core.collection import Counts
from app.ports import Values
from app.views.markup import icon
from app.views.placeholders import placeholders
from app.views.texts import Texts
from app.views.values import hidden_unless

LISTS = ("tasks", "ability-tasks")
COUNTED = ("active", "succeeded", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState:
    """The state of a list.

    ``loaded``: it has been read. ``failing``: reads fail at present. ``age_s``: how old its data is. ``kept``: it shows
    the rows of the last visit.
    """

    counts: Counts
    loaded: bool = False
    failing: bool = False
    age_s: float | None = None
    kept: bool = False

    @property
    def name(self) -> str:
        """Return the value of ``data-state``, by which the style sheet shows rows, skeleton or sentence."""
        if self.kept:
            return "kept"
        if self.counts.total:
            return "ready"
        if self.loaded:
            return "empty"
        return "error" if self.failing else "loading"


def job_list_markup(texts: Texts, *, admin: bool) -> str:
    """Return the page. Lists are in ``tasks`` and ``ability-tasks``, the queue panel in ``queue``."""
    queue = '<div data-slot="queue"></div>' if admin else ""
    return f"""
<div class="page page--lists">
  <h1 class="visually-hidden">{texts.escaped("header.tasks")}</h1>
  <div class="lists">
    {_panel(texts, "tasks", "")}
    {_panel(texts, "ability-tasks", queue)}
  </div>
</div>"""


def _panel(texts: Texts, name: str, extra: str) -> str:
    counts = "".join(
        f'<li class="count count--{kind}" title="{texts.escaped(f"count.{kind}")}">{icon(f"count-{kind}")}'
        f'<span class="num" translate="no" data-slot="{name}-{kind}"></span> '
        f'<span class="count__word">{texts.escaped(f"count.{kind}")}</span></li>'
        for kind in COUNTED
    )
    return f"""
<section class="panel" aria-labelledby="{name}-title" data-slot="{name}-panel" data-state="loading">
  <header class="panel__header">
    <h2 id="{name}-title">{texts.escaped(f"list.{name}")}</h2>
    <p class="panel__age" data-slot="{name}-age" hidden></p>
    <ul class="counts">{counts}</ul>
  </header>
  {extra}
  <p class="banner" data-slot="{name}-stale" hidden></p>
  <p class="visually-hidden" role="status" data-slot="{name}-announcement"></p>
  <div class="panel__body">
    <button class="pill" type="button" data-rows-new="{name}" data-text="{texts.escaped("list.new")}" hidden></button>
    <div class="rows" role="list" aria-labelledby="{name}-title" tabindex="-1" data-slot="{name}"></div>
    {placeholders(texts, empty=f"list.{name}.empty", error="list.error")}
  </div>
</section>"""


def job_list_values(texts: Texts, tasks: ListState, ability_tasks: ListState, *, kept_s: float = 0.0) -> Values:
    """Return counts, states and banners; ``kept_s`` is how long ago the last visit was.

    The age in a banner moves with every tick; what a screen reader announces has none, and so is announced once.
    """
    values: dict[str, str | None] = {}
    for name, state in zip(LISTS, (tasks, ability_tasks), strict=True):
        values[f"{name}-panel@data-state"] = state.name
        values[f"{name}-panel@aria-busy"] = "true" if state.name in {"loading", "kept"} else None
        values[f"{name}-age@hidden"] = hidden_unless(state.kept)
        values[f"{name}-age"] = texts.say("list.kept", age=texts.age(kept_s)) if state.kept else ""
        for kind in COUNTED:
            values[f"{name}-{kind}"] = texts.number(getattr(state.counts, kind))
        stale = state.failing and state.name in {"ready", "empty"}
        values[f"{name}-stale@hidden"] = hidden_unless(stale)
        values[f"{name}-stale"] = stale_text(texts, state.age_s) if stale else ""
        values[f"{name}-announcement"] = texts.say("stale.unknown") if stale else ""
    return values


def stale_text(texts: Texts, age_s: float | None) -> str:
    """Return the banner over data whose last read failed (R13)."""
    if age_s is None:
        return texts.say("stale.unknown")
    return texts.say("stale.since", age=texts.age(age_s))
