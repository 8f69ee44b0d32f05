"""The bar above both lists: the search box, the menus that add a condition, and the conditions as chips (R34).

Chips and menus are drawn anew when the query changes, because there are few of them and they change rarely; the search
box only when it has to show something else than what was typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.core.query import ACTIVE, CHOICES, KINDS, SPANS, STATUSES, Query, Sort, format_sort, format_span
from app.core.query_match import Part
from app.core.status import Status
from app.ports import Values
from app.views.markup import escape, icon
from app.views.texts import Texts
from app.views.values import flag, hidden_unless, one_line, short_executor

SINCE = (3600, 86_400, 604_800, 2_592_000)
SORTS = (
    *(Sort(), Sort("created", descending=False), Sort("elapsed"), Sort("elapsed", descending=False)),
    *(Sort("points"), Sort("name", descending=False), Sort("status", descending=False)),
)
LONGEST_LABEL = 60


@dataclass(frozen=True, slots=True)
class Choices:
    """What the menus offer of what is not the same everywhere: value and label, of the jobs that are known."""

    ability: Mapping[str, str] = field(default_factory=dict)
    action: Mapping[str, str] = field(default_factory=dict)
    executor: Mapping[str, str] = field(default_factory=dict)


NO_CHOICES = Choices()


def filter_bar_markup(texts: Texts) -> str:
    """Return the bar; ``filter-search``, ``filter-menus`` and ``filter-chips`` are regions of their own."""
    return f"""
<div class="finder" role="search" aria-label="{texts.escaped("filter.label")}" data-slot="filter">
  <div class="finder__line">
    <div class="finder__search" data-slot="filter-search"></div>
    <button class="button finder__fold" type="button" data-action="filter-fold" aria-expanded="false"
      aria-controls="filter-more" data-slot="filter-fold"><span data-slot="filter-fold-text"></span></button>
    <div class="finder__menus" id="filter-more" data-slot="filter-menus"></div>
    <button class="button finder__views" type="button" data-action="views" aria-expanded="false"
      data-slot="views-button">{texts.escaped("filter.views")}</button>
  </div>
  <div class="finder__saved" data-slot="views"></div>
  <div class="finder__found"><div class="finder__chips" data-slot="filter-chips"></div>
    <div data-slot="bulk"></div></div>
  <p class="finder__problem" role="status" data-slot="filter-problem" hidden></p>
  <p class="visually-hidden" role="status" data-slot="filter-said"></p>
</div>"""


def filter_bar_values(
    texts: Texts, query: Query, *, opened: bool, problems: Sequence[str] = (), said: str = ""
) -> Values:
    """Return what the bar itself shows; ``problems`` are the parts of the query that mean nothing."""
    number = query.active_chips
    broken = ", ".join(one_line(problem)[:LONGEST_LABEL] for problem in problems)
    return {
        "filter@data-open": flag(opened),
        "filter@data-filtered": flag(query.filters),
        "filter-fold@aria-expanded": "true" if opened else "false",
        "filter-fold-text": texts.say("filter.fold_some", n=number) if number else texts.say("filter.fold"),
        "filter-problem@hidden": hidden_unless(problems),
        "filter-problem": texts.say("filter.problem", parts=broken) if problems else "",
        "filter-said": said,
    }


def search_markup(texts: Texts, text: str) -> str:
    """Return the search box with a text in it: typing is ``filter-type``, the return key ``filter-commit``."""
    prompt = texts.escaped("filter.search")
    return f"""<form data-action="filter-commit"><label class="search">{icon("search")}<span
  class="visually-hidden">{prompt}</span><input class="input" type="search" name="q" value="{escape(text)}"
  placeholder="{prompt}" title="{texts.escaped("filter.syntax")}" autocomplete="off" autocapitalize="off"
  spellcheck="false" enterkeyhint="search" data-action="filter-type" data-on="input"
  data-slot="filter-q"></label></form>"""


def menus_markup(texts: Texts, query: Query, choices: Choices = NO_CHOICES) -> str:
    """Return the menus. Choosing is ``filter-add`` with the field's name; choosing again excludes, once more drops."""
    statuses = [(status, part_label(texts, "status", status)) for status in STATUSES]
    kinds = [(kind, part_label(texts, "kind", kind)) for kind in KINDS]
    what = [(f"action:{value}", label) for value, label in choices.action.items()]
    what += [(f"ability:{value}", label) for value, label in choices.ability.items()]
    times = [(format_span(span), part_label(texts, "since", format_span(span))) for span in SINCE]
    sort = format_sort(query.sort)
    orders = "".join(_order_option(texts, value, chosen=value == sort) for value in map(format_sort, SORTS))
    if query.sort not in SORTS:
        orders += f'<option value="{sort}" selected>{escape(sort)}</option>'
    return "".join(
        (
            _menu(texts, query, "status", statuses),
            _menu(texts, query, "kind", kinds),
            _menu(texts, query, "what", what),
            _menu(texts, query, "executor", list(choices.executor.items())),
            _menu(texts, query, "since", times),
            _sort_menu(texts, orders),
        )
    )


def _order_option(texts: Texts, value: str, *, chosen: bool) -> str:
    return f'<option value="{value}"{" selected" if chosen else ""}>{texts.escaped(f"filter.sort.{value}")}</option>'


def _sort_menu(texts: Texts, options: str) -> str:
    return (
        f'<select class="input finder__menu" name="sort" aria-label="{texts.escaped("filter.sort")}" '
        f'data-action="filter-sort" data-slot="menu-sort">{options}</select>'
    )


def _menu(texts: Texts, query: Query, name: str, options: Sequence[tuple[str, str]]) -> str:
    if not options:
        return ""
    items = [f'<option value="" selected>{texts.escaped(f"filter.{name}")}</option>']
    for value, label in options:
        field_name, one = value.split(":", 1) if name == "what" else (name, value)
        mark = _standing(query, field_name, one)
        choices = Choices(**{field_name: {one: label}}) if name == "what" else NO_CHOICES
        text = f"✓ {label}" if mark == "yes" else label
        if mark == "no":
            text = condition_label(texts, field_name, one, excluded=True, choices=choices)
        items.append(f'<option value="{escape(value)}">{escape(text)}</option>')
    return (
        f'<select class="input finder__menu" name="{name}" aria-label="{texts.escaped(f"filter.{name}")}" '
        f'title="{texts.escaped("filter.menu")}" data-action="filter-add" data-slot="menu-{name}">'
        f"{''.join(items)}</select>"
    )


def _standing(query: Query, name: str, value: str) -> str:
    """Return ``yes`` or ``no`` if a value is wanted or not wanted."""
    if name in SPANS:
        span = query.span(name)
        ends = {"yes": span.wanted, "no": span.unwanted}
        return next((mark for mark, end in ends.items() if end is not None and format_span(end) == value), "")
    choice = query.choice(name)
    return "yes" if value in choice.included else "no" if value in choice.excluded else ""


def chips_of(query: Query) -> list[tuple[str, str, bool]]:
    """Return the conditions but for the words, in the order of the chips: field, value, and whether it is excluded."""
    chips: list[tuple[str, str, bool]] = []
    for name in CHOICES:
        choice = query.choice(name)
        chips += [(name, value, False) for value in choice.included]
        chips += [(name, value, True) for value in choice.excluded]
    for name in SPANS:
        span = query.span(name)
        for seconds, excluded in ((span.wanted, False), (span.unwanted, True)):
            if seconds is not None:
                chips.append((name, format_span(seconds), excluded))
    return chips


def chips_markup(texts: Texts, query: Query, choices: Choices = NO_CHOICES) -> str:
    """Return the conditions as chips, or nothing: pressing one is ``filter-flip``, its cross ``filter-drop``."""
    chips = chips_of(query)
    if not chips:
        return ""
    items = "".join(
        _chip(texts, number, chip, condition_label(texts, *chip, choices=choices)) for number, chip in enumerate(chips)
    )
    return (
        f'<ul class="finder-chips" aria-label="{texts.escaped("filter.chips")}">{items}</ul>'
        f'<button class="button button--quiet button--small" type="button" data-action="filter-clear">'
        f"{texts.escaped('filter.clear')}</button>"
    )


def _chip(texts: Texts, number: int, chip: tuple[str, str, bool], label: str) -> str:
    name, value, excluded = chip
    data = f'data-field="{name}" data-value="{escape(value)}" data-excluded="{"true" if excluded else "false"}"'
    return (
        f'<li class="finder-chip{" finder-chip--not" if excluded else ""}">'
        f'<button class="finder-chip__label" type="button" data-action="filter-flip" {data} '
        f'title="{texts.escaped("filter.flip")}" data-slot="chip-{number}">{escape(label)}</button>'
        f'<button class="finder-chip__drop" type="button" data-action="filter-drop" {data} '
        f'aria-label="{texts.escaped("filter.drop", name=label)}">{icon("close")}</button></li>'
    )


def part_label(texts: Texts, name: str, value: str, choices: Choices = NO_CHOICES) -> str:
    """Return a value of a field as people read it."""
    match name:
        case "status":
            return texts.say("filter.active") if value == ACTIVE else texts.status(Status(value))
        case "kind":
            return texts.say("list.tasks" if value == "task" else "list.ability-tasks")
        case "since":
            return texts.say("filter.since_span", span=span_text(texts, value))
        case "longer":
            return texts.say("filter.longer_span", span=span_text(texts, value))
        case "ability":
            return choices.ability.get(value) or one_line(value)
        case "action":
            return choices.action.get(value) or action_name(texts, value)
        case "executor":
            return short_executor(value)
        case _:
            return f"“{one_line(value)}”"


def condition_label(texts: Texts, name: str, value: str, excluded: bool, *, choices: Choices = NO_CHOICES) -> str:
    """Return a condition as people read it, one that excludes as such."""
    if excluded and name in SPANS:
        return texts.say(f"filter.{name}_not", span=span_text(texts, value))
    label = part_label(texts, name, value, choices)
    return texts.say("filter.not", name=label) if excluded else label


def span_text(texts: Texts, value: str) -> str:
    """Return a length of time, as it is typed, in words."""
    return texts.say(f"filter.span.{value[-1]}", n=int(value[:-1]))


def action_name(texts: Texts, action: str) -> str:
    """Return an action's name in the reader's language, if the catalogue has it."""
    key = f"action.{action}"
    return texts.say(key) if key in texts else one_line(action)


def nothing_found_markup(
    texts: Texts, sentence: str, suggestions: Sequence[tuple[Part, int]], choices: Choices = NO_CHOICES
) -> str:
    """Return what stands where nothing is found: how far was searched, which condition to drop for how many jobs."""
    buttons = "".join(
        f'<li><button class="button button--small" type="button" data-action="filter-without" '
        f'data-field="{part.field}" data-value="{escape(part.values[0])}" '
        f'data-excluded="{"true" if part.excluded else "false"}">'
        f"{texts.escaped('filter.without', name=_part_text(texts, part, choices), n=number)}</button></li>"
        for part, number in suggestions
    )
    return (
        f'<p>{escape(sentence)}</p><ul class="suggestions">{buttons}</ul>'
        f'<button class="button button--quiet" type="button" data-action="filter-clear">'
        f"{texts.escaped('filter.clear_all')}</button>"
    )


def _part_text(texts: Texts, part: Part, choices: Choices) -> str:
    return texts.say("format.comma").join(
        condition_label(texts, part.field, value, part.excluded, choices=choices) for value in part.values
    )
