"""Which locale the reader's numbers and moments are written in (R54): the day before the month, a clock of 24 hours."""

import re
from collections.abc import Iterable

# The languages of the page, and what a reader who prefers neither gets.
_PAGE_LOCALES = {"en": "en", "zh": "zh-CN"}
# Language, script and region. A browser may name more than that ("en-US@posix"), which Intl refuses with an exception.
_TAG = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|\d{3}))?", re.IGNORECASE)
# Where Chinese is written in traditional characters; the page is in simplified ones, and would mix them.
_TRADITIONAL = {"TW", "HK", "MO"}


def display_locale(language: str, preferred: Iterable[str]) -> str:
    """Return the first of the ``preferred`` locales that is of the page's ``language``; else the page's own."""
    for tag in preferred:
        match = _TAG.fullmatch(tag)
        if match and match[1].lower() == language and _of_the_script(match):
            return tag
    return _PAGE_LOCALES[language]


def _of_the_script(tag: re.Match[str]) -> bool:
    """Return whether a locale is written as the page is."""
    language, script, region = tag.groups("")
    if language.lower() == "zh":
        return script.title() == "Hans" or (not script and region.upper() not in _TRADITIONAL)
    return script.title() in {"", "Latn"}
