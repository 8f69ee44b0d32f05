"""Why a result could not be fetched, in words."""

import pytest

from app.api.errors import Refused, Unreachable
from app.pages.admin.call_refusals import resolve_refusal
from app.wire.errors import Problem
from testkit.plain_formats import plain_texts

T = plain_texts()


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (409, "COMFYUI_STATUS_running", "still working on it"),
        (409, "COMFYUI_STATUS_paused", "says “paused”"),
        (409, "COMFYUI_IMAGES_EMPTY", "left no pictures"),
        (404, "ABILITY_LOG_NOT_FOUND", "no longer in the log"),
        (400, "ABILITY_LOG_NOT_COMFYUI", "Only results of ComfyUI"),
        (400, "COMFYUI_PROMPT_ID_REQUIRED", "never confirmed"),
        (405, None, "cannot fetch results"),
        (500, None, "HTTP 500"),
        (409, "SOMETHING_ELSE", "SOMETHING_ELSE"),
    ],
)
def test_what_the_executor_says_is_said_in_words(status: int, code: str | None, words: str) -> None:
    """R49: a code is no answer to somebody who waits for a picture; one that nobody knows is quoted."""
    assert words in resolve_refusal(T, Refused(Problem(status, code)))


def test_no_answer_is_no_word_of_the_executor() -> None:
    """R49: the network is not blamed on it."""
    assert "cannot be reached" in resolve_refusal(T, Unreachable())
