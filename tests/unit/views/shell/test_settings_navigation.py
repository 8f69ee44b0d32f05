"""The links between the pages on which a user chooses something."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from app.views.shell.settings_navigation import PAGES, settings_navigation
from testkit.plain_formats import plain_texts


def test_each_page_leads_to_the_others_and_says_which_it_is() -> None:
    """R53: a screen reader is given the name of the group and the page it is on."""
    for here, address in PAGES.items():
        markup = ET.fromstring(
            settings_navigation(plain_texts(), here).replace("aria-current=page", 'aria-current="page"')
        )
        links = {link.get("href"): link.get("aria-current") for link in markup.iter("a")}
        assert links == {each: "page" if each == address else None for each in PAGES.values()}
        assert markup.get("aria-label")
