"""How search words are written, in both lists and over all calls."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.query_tokens import fields_pattern, quoted, tokens

TEXT = st.text(st.sampled_from(list(' -"\\:：,，a失败\u3000\n')) | st.characters(codec="utf-8"), max_size=12)


def read(text: str) -> list[tuple[bool, str | None, list[str]]]:
    """Return what a text consists of."""
    return list(tokens(text, fields_pattern(("status", "executor"))))


def test_fields_are_those_of_whoever_asks() -> None:
    """R34, R49: in either colon, whatever their case; anything else before a colon is a word."""
    assert [(False, "status", ["failed", "running"]), (True, "executor", ["a b"])] == read(
        'STATUS：failed,running -executor:"a b"'
    )
    assert [(False, None, ["colour:red"])] == read("colour:red")
    assert [(False, "executor", ["a"]), (False, None, ["X"])] == read('executor:"a"X')


@given(st.lists(TEXT.filter(bool), max_size=4), st.booleans())
def test_what_is_written_is_read_again(values: list[str], negated: bool) -> None:
    """R34, R49: whatever characters are in it, as words and as values."""
    sign = "-" if negated else ""
    assert [(negated, None, [value]) for value in values] == read(" ".join(sign + quoted(value) for value in values))
    if values:
        assert [(negated, "executor", values)] == read(f"{sign}executor:{','.join(map(quoted, values))}")


@pytest.mark.parametrize("value", ["-a", "", "a b", 'a"b', "a:b", "a，b", "a\\b"])
def test_what_would_mean_something_else_is_quoted(value: str) -> None:
    """R34, R49: a minus at the beginning, blanks, and whatever separates."""
    assert quoted(value).startswith('"')
    assert [(False, None, [value])] == read(quoted(value))


# Named, because the mutants' runner asks for each case by its id, where a backslash would be a step in a path.
@pytest.mark.parametrize(
    ("text", "value"),
    [('"a\\', "a\\"), ('"a\\"', 'a"'), ('"a\\\\"', "a\\")],
    ids=["at-the-end", "before-a-quote", "before-another"],
)
def test_a_backslash_stands_for_what_follows_it(text: str, value: str) -> None:
    """R34, R49: for itself where nothing follows, in a quotation that is still being typed."""
    assert [(False, None, [value])] == read(text)


@given(TEXT)
def test_no_text_raises(text: str) -> None:
    """R34, R49: it is read while somebody types."""
    assert all(values for _, _, values in read(text))
