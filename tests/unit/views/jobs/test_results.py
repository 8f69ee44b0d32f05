"""Results of any number: a few at a time."""

from app.views.jobs.results import pictures_markup, result_texts_markup
from testkit.plain_formats import plain_texts

T = plain_texts()


def test_of_two_thousand_pictures_the_first_are_shown() -> None:
    """The others come by the button, which says how many are left."""
    markup = pictures_markup(T, [f"https://example.org/{number}.png" for number in range(2000)], name="x")
    assert markup.count("<img") == 24
    assert "1,976 left" in markup
    assert pictures_markup(T, ["/a.png"] * 30, shown=48).count("<img") == 30
    assert "more-pictures" not in pictures_markup(T, ["/a.png"] * 24)
    assert pictures_markup(T, []) == ""


def test_pictures_load_when_they_scroll_into_view() -> None:
    """Lazily, in a place of fixed size, with a text for who cannot see them."""
    markup = pictures_markup(T, ["/a.png"], name="koi")
    assert 'loading="lazy"' in markup
    assert 'width="160"' in markup
    assert 'alt="Result 1 of koi"' in markup


def test_long_texts_are_cut() -> None:
    """Twenty texts of four thousand characters are the most."""
    markup = result_texts_markup(T, ["y" * 1_000_000] * 1000)
    assert len(markup) < 100_000
    assert "980" in markup
