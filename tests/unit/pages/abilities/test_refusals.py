"""Refusals in words (R29, report 19)."""

from __future__ import annotations

import pytest

from app.api.errors import Refused, Unreachable
from app.pages.abilities.refusals import refusal_sentence
from app.wire.errors import read_problem
from testkit.plain_formats import plain_texts

T = plain_texts()


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (402, '{"detail": {"code": "NO_MONEY", "message": "Top up first"}}', "Top up first (NO_MONEY)"),
        (402, '{"message": "Top up first"}', "refused the call: Top up first"),
        (402, '{"title": "Top up first"}', "refused the call: Top up first"),
        (402, '{"detail": ["Top up", "first"]}', "Top up; first"),
        (409, '{"detail": "ERR|E7|NO_BINDING(action=x)"}', "no binding: action=x (ERR|E7|NO_BINDING(action=x))"),
        (402, "", "payment or more points are needed (HTTP 402)"),
        (418, "", "HTTP 418"),
        (502, "<html>", "a gateway got no good answer (HTTP 502)"),
        (429, '{"detail": "EXECUTOR_BUSY"}', "The executor is busy"),
    ],
)
def test_a_refusal_says_why_in_words(status: int, body: str, words: str) -> None:
    """R29, report 19: the server's own words, else its code in words, else what its status means."""
    assert words in refusal_sentence(T, Refused(read_problem(status, body)))


def test_a_call_without_an_answer_sends_nobody_to_call_again_blindly() -> None:
    """R29: the call may have run."""
    assert "movements of your points" in refusal_sentence(T, Unreachable())


def test_a_call_that_was_not_sent_may_be_made_again() -> None:
    """R29: nothing can have become of it."""
    said = refusal_sentence(T, Unreachable(sent=False))
    assert ("Nothing was sent" in said, "movements" in said) == (True, False)
