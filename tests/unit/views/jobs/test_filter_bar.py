"""The bar above both lists."""

from __future__ import annotations

import re
from html import unescape

import pytest

from app.core.query import NOTHING, parse
from app.core.query_match import Part
from app.views.jobs.filter_bar import (
    Choices,
    chips_markup,
    condition_label,
    filter_bar_values,
    menus_markup,
    nothing_found_markup,
    search_markup,
)
from testkit.plain_formats import plain_texts

T = plain_texts("en")
CHOICES = Choices({"paint": "画 Paint"}, {"yinhua_tiqu": "Print extraction"}, {"executor_7": "7"})
OPTION = re.compile(r'<option value="([^"]*)"( selected)?>([^<]*)</option>')


def options(markup: str, name: str) -> dict[str, str]:
    """What a menu offers."""
    menu = re.search(rf'<select[^>]*name="{name}".*?</select>', markup, re.DOTALL)
    return {unescape(value): unescape(text) for value, _, text in OPTION.findall(menu[0] if menu else "")}


def test_the_menus_offer_every_condition() -> None:
    """R34: status, kind, ability or action, executor, time range and order."""
    markup = menus_markup(T, NOTHING, CHOICES)
    assert {"failed", "blocked", "unknown", "active"} <= set(options(markup, "status"))
    assert {"task", "ability-task", ""} == set(options(markup, "kind"))
    assert {"action:yinhua_tiqu": "Print extraction", "ability:paint": "画 Paint", "": "Action or ability"} == options(
        markup, "what"
    )
    assert {"executor_7", ""} == set(options(markup, "executor"))
    assert "Last 24 h" == options(markup, "since")["24h"]
    assert 7 == len(options(markup, "sort"))
    assert options(menus_markup(T, NOTHING), "executor") == {}


def test_a_menu_says_what_is_chosen_already() -> None:
    """R34: a value that is wanted is ticked, one that is not wanted says so; choosing it goes on from there."""
    markup = menus_markup(T, parse("status:failed -status:queued -since:1h sort:-status"), CHOICES)
    statuses = options(markup, "status")
    assert ("✓ Failed", "Not Queued", "Running") == tuple(statuses[one] for one in ("failed", "queued", "running"))
    assert "Older than 1 h" == options(markup, "since")["1h"]
    assert '<option value="-status" selected>' in markup


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("status:active", ["Active"]),
        ("kind:task", ["Tasks"]),
        ("ability:paint -ability:other", ["画 Paint", "Not other"]),
        ("action:yinhua_tiqu action:new", ["new", "Print extraction"]),
        ("executor:executor_7", ["7"]),
        ("longer:90s -longer:2m", ["At least 90 s", "Shorter than 2 min"]),
        ("since:2w -since:2d", ["Last 2 wk", "Older than 2 d"]),
        ("koi -blur", []),
    ],
)
def test_conditions_are_chips(text: str, labels: list[str]) -> None:
    """R34: each condition can be read, turned round and dropped; words stay in the box."""
    markup = chips_markup(T, parse(text), CHOICES)
    assert labels == re.findall(r'class="finder-chip__label"[^>]*>([^<]*)<', markup)
    assert len(labels) == markup.count('data-action="filter-drop"') == markup.count('data-action="filter-flip"')


def test_the_button_of_a_phone_counts_the_chips() -> None:
    """R34: folded, the bar is one button with the number of active chips."""
    assert "Filter" == filter_bar_values(T, parse("koi"), opened=False)["filter-fold-text"]
    values = filter_bar_values(T, parse("koi status:failed,running -executor:x"), opened=True)
    assert ("Filter (3)", "true", "") == tuple(
        values[key] for key in ("filter-fold-text", "filter-fold@aria-expanded", "filter@data-open")
    )


def test_what_is_not_understood_is_said() -> None:
    """R35: a broken query names its broken parts."""
    values = filter_bar_values(T, NOTHING, opened=False, problems=["status:faild", "x" * 500])
    assert "Not understood and left out: status:faild, " in (values["filter-problem"] or "")
    assert len(values["filter-problem"] or "") < 150
    assert values["filter-problem@hidden"] is None
    assert filter_bar_values(T, NOTHING, opened=False)["filter-problem@hidden"] == ""


def test_the_box_shows_what_was_typed() -> None:
    """R35: nothing that was typed becomes markup."""
    assert 'value="&lt;b&gt; &quot;x"' in search_markup(T, '<b> "x')


def test_nothing_found_names_the_conditions_to_drop() -> None:
    """R34: each with the number of jobs that are found without it."""
    suggestions = [(Part("status", ("failed", "running")), 12), (Part("word", ("koi",)), 1)]
    markup = nothing_found_markup(T, "Nothing found.", suggestions, CHOICES)
    assert ["Without Failed, Running: 12", "Without “koi”: 1"] == re.findall(r">(Without[^<]*)<", markup)
    assert "Not “koi”" == condition_label(T, "word", "koi", excluded=True)
