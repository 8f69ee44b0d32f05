"""The strips between header and page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.core.absence import Absence
from app.views.shell.strips import away_markup, frozen_markup, strips_markup
from testkit.plain_formats import plain_texts
from testkit.samples import NOW

T = plain_texts("en")


def absence(**more: Any) -> Absence:
    """Return what happened in an hour of absence."""
    nothing = Absence(NOW - 3600, frozenset(), frozenset(), frozenset(), frozenset(), None, None)
    return replace(nothing, **more)


def test_nothing_happened_no_strip() -> None:
    """R45: neither for nobody's absence nor for one without an event."""
    assert ["", ""] == [away_markup(T, None, NOW), away_markup(T, absence(), NOW)]


def test_each_part_links_to_the_jobs_that_it_counts() -> None:
    """R45: by their status, since an hour before the oldest of them."""
    happened = absence(
        succeeded=frozenset({"a", "b"}), failed=frozenset({"c"}), running=frozenset({"d"}), oldest=NOW - 2 * 3600
    )
    markup = away_markup(T, happened, NOW)
    assert 'href="#/tasks?status=succeeded&amp;since=4h"' in markup
    assert 'href="#/tasks?status=failed&amp;since=4h"' in markup
    assert 'href="#/tasks?status=active&amp;since=4h"' in markup
    assert "cancelled" not in markup
    assert T.escaped("away.succeeded", n=2) in markup


def test_jobs_without_a_time_leave_nothing_out() -> None:
    """R45: the link then names no time."""
    markup = away_markup(T, absence(failed=frozenset({"c"})), NOW)
    assert 'href="#/tasks?status=failed"' in markup


@pytest.mark.parametrize(("spent", "key"), [(30, "away.spent"), (-30, "away.gained")])
def test_points_that_are_gone_are_said_beside_what_ended(spent: int, key: str) -> None:
    """R45: or that came; without a sign, for the words say which."""
    markup = away_markup(T, absence(failed=frozenset({"c"}), spent=spent), NOW)
    assert T.escaped(key, n=30) in markup
    assert 'href="#/points"' in markup


def test_points_that_stay_frozen_have_a_banner() -> None:
    """R46: with the way to the ledger, and one to put it away; nothing for none."""
    markup = frozen_markup(T, 30)
    assert T.escaped("frozen.stuck", n=30) in markup
    assert ('href="#/points"' in markup, "dismiss-frozen" in markup) == (True, True)
    assert "" == frozen_markup(T, 0)


def test_what_is_said_aloud_is_in_regions_that_were_there_before() -> None:
    """R45, R54: a screen reader speaks nothing else; a bulk that moves all the time has a region of its own."""
    markup = strips_markup()
    assert 3 == markup.count('role="status"')
    assert 'role="status"' not in next(line for line in markup.splitlines() if 'data-podi="bulk"' in line)
