"""The links between the pages on which a user chooses something."""

import re

from app.pages.route import parse_route
from app.views.shell.settings_navigation import PAGES, settings_navigation
from testkit.plain_formats import plain_texts


def test_each_page_leads_to_the_others_and_says_which_it_is() -> None:
    """R54: every address is one of a page, and the marked one is the page that the links stand on."""
    for here, address in PAGES.items():
        markup = settings_navigation(plain_texts(), here)
        assert list(PAGES.values()) == re.findall(r'href="([^"]+)"', markup)
        assert re.findall(r'href="([^"]+)" aria-current', markup) == [address]
        assert parse_route(address.removeprefix("#")) is not None
