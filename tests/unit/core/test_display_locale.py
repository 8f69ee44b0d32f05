"""The locale of the reader's numbers and moments."""

from __future__ import annotations

import pytest

from app.core.display_locale import display_locale


@pytest.mark.parametrize(
    ("language", "preferred", "expected"),
    [
        ("en", ["en-GB", "en-US", "en"], "en-GB"),
        ("en", ["de-DE", "en-AU"], "en-AU"),
        ("en", ["zh-CN", "en"], "en"),
        ("en", ["en-150"], "en-150"),
        ("en", ["de-DE", "fr"], "en"),
        ("en", [], "en"),
        ("en", ["en-Latn-GB"], "en-Latn-GB"),
        ("en", ["EN-LATN"], "EN-LATN"),
        ("zh", ["zh-hans"], "zh-hans"),
        ("zh", ["en-GB", "zh-SG"], "zh-SG"),
        ("zh", ["zh-Hans-HK"], "zh-Hans-HK"),
        ("zh", ["zh"], "zh"),
        ("zh", ["en-GB"], "zh-CN"),
    ],
)
def test_it_is_the_readers_own_of_the_pages_language(language: str, preferred: list[str], expected: str) -> None:
    """R54, report 41: the first that the reader prefers and that the page speaks; without one, the page's."""
    assert display_locale(language, preferred) == expected


@pytest.mark.parametrize("tag", ["zh-TW", "zh-hk", "zh-Hant", "zh-Hant-SG"])
def test_a_page_in_simplified_characters_stays_so(tag: str) -> None:
    """Report 41: "2 minutes ago" comes from the locale and stands beside the page's own words."""
    assert display_locale("zh", [tag]) == "zh-CN"


@pytest.mark.parametrize("tag", ["en-US@posix", "en_GB", "en-GB-GB", "en-", "C", "", "en-Dsrt"])
def test_what_intl_may_refuse_is_passed_over(tag: str) -> None:
    """Report 41: a browser started with the system's locale may name one that is no language tag."""
    assert display_locale("en", [tag]) == "en"
