"""The sign-in form."""

from __future__ import annotations

import pytest

from app.pages.shell.sign_in import NOTES
from app.views.shell.sign_in import sign_in_markup, sign_in_values
from testkit.plain_formats import plain_texts

T = plain_texts("en")


def test_password_managers_know_the_fields() -> None:
    """R33: by the names that browsers agreed on."""
    markup = sign_in_markup(T)
    assert 'autocomplete="username"' in markup
    assert 'autocomplete="current-password"' in markup
    assert 2 == markup.count(" required")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("note", NOTES.values())
def test_every_reason_for_the_form_has_a_sentence(language: str, note: str) -> None:
    """R33: in both languages."""
    values = sign_in_values(plain_texts(language), note=note)
    assert (None, False) == (values["note@hidden"], values["note"] == note)


@pytest.mark.parametrize(
    ("error", "invalid"), [("sign_in.wrong", "true"), ("sign_in.unreachable", None), ("sign_in.too_many", None)]
)
def test_the_fields_are_at_fault_only_where_what_was_typed_is(error: str, invalid: str | None) -> None:
    """R33: an outage is not the reader's mistake."""
    values = sign_in_values(T, error=error)
    assert (invalid, invalid) == (values["username@aria-invalid"], values["password@aria-invalid"])
    assert (None, T.say(error)) == (values["error@hidden"], values["error"])


def test_an_attempt_under_way_says_so() -> None:
    """R33: the button does nothing meanwhile."""
    busy, free = sign_in_values(T, busy=True), sign_in_values(T)
    assert ("", "true", T.say("sign_in.busy")) == (
        busy["submit@disabled"],
        busy["form@aria-busy"],
        busy["submit-text"],
    )
    assert (None, None, T.say("sign_in.submit")) == (
        free["submit@disabled"],
        free["form@aria-busy"],
        free["submit-text"],
    )
