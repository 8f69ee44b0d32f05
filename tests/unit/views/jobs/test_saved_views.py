"""The panel of the views that a user keeps."""

from __future__ import annotations

from app.core.saved_views import SavedViews, View
from app.views.jobs.saved_views import saved_views_values, view_form_markup, view_list_markup
from testkit.plain_formats import plain_texts
from testkit.samples import NASTY

T = plain_texts("en")
FAILED = View("Failed", "status=failed")


def test_a_view_is_a_link_that_says_where_the_reader_is() -> None:
    """R35: the one that is shown is marked, and so is the one to begin with."""
    saved = SavedViews((FAILED, View("All", "")), "All")
    markup = view_list_markup(T, saved)
    assert '<a id="view-0" href="#/tasks?status=failed" data-slot="view-link-0">Failed</a>' in markup
    assert '<a id="view-1" href="#/tasks" data-slot="view-link-1">All</a>' in markup
    shown = {"view-link-0@aria-current": "true", "view-link-1@aria-current": None}
    assert shown == saved_views_values(saved, "status=failed")
    assert ["false", "true"] == [part.split('"')[0] for part in markup.split('aria-pressed="')[1:]]


def test_what_an_address_says_in_excess_is_named_beside_it() -> None:
    """R35: a view that was kept by another version still opens."""
    markup = view_list_markup(T, SavedViews((View("Old", "colour=red&q=koi"),)))
    assert "colour=red" in markup.split("muted", 1)[1]


def test_without_views_the_panel_says_so_and_offers_to_keep_one() -> None:
    """R35: a form with a name."""
    assert T.escaped("views.none") in view_list_markup(T, SavedViews())
    assert 'data-action="views-save"' in view_form_markup(T, SavedViews())


def test_a_full_panel_keeps_no_more() -> None:
    """R35: in the place of the form it says why."""
    views = SavedViews()
    number = 0
    while not views.full:
        views = SavedViews((*views.views, View(str(number), "")))
        number += 1
    markup = view_form_markup(T, views)
    assert (True, False) == (T.escaped("views.full") in markup, "views-save" in markup)


def test_what_cannot_be_read_can_be_forgotten() -> None:
    """R35: nothing is written over it unasked."""
    assert "views-forget" in view_list_markup(T, SavedViews(), unreadable=True)
    assert "" == view_form_markup(T, SavedViews(), unreadable=True)


def test_a_name_is_no_markup() -> None:
    """R35: nor is an address."""
    assert NASTY not in view_list_markup(T, SavedViews((View(NASTY, NASTY),)))
