"""The admins' pages as links."""

from __future__ import annotations

import pytest

from app.pages.route import AdminRoute, parse_route
from app.views.admin.navigation import ADDRESSES, admin_navigation_markup, calls_address, options_markup
from testkit.plain_formats import plain_texts
from testkit.samples import NASTY


@pytest.mark.parametrize("name", ADDRESSES)
def test_each_link_leads_to_an_admins_page(name: str) -> None:
    """R52: and that of the page itself is marked, alone."""
    assert isinstance(parse_route(ADDRESSES[name].removeprefix("#")), AdminRoute)
    markup = admin_navigation_markup(plain_texts("en"), name)
    assert len(ADDRESSES) == markup.count("<a ")
    assert 1 == markup.count("aria-current=page")
    assert f'href="{ADDRESSES[name]}" aria-current=page' in markup


def test_a_number_opens_the_calls_that_it_counts() -> None:
    """R50, R51: by the filter's query; without one, all of them."""
    assert ("#/admin/calls?status=failed", "#/admin/calls") == (calls_address("status=failed"), calls_address(""))


def test_a_choice_that_is_not_offered_is_seen_all_the_same() -> None:
    """R49: an address may name what the log has no more; nothing of it is markup."""
    markup = options_markup({"a": "Alpha"}, NASTY)
    assert (2, 1, False) == (markup.count("<option"), markup.count(" selected"), NASTY in markup)
    assert '<option value="a" selected>Alpha</option>' == options_markup({"a": "Alpha"}, "a")
