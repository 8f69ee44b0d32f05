"""What a failed call means to whoever made it."""

from __future__ import annotations

import pytest

from app.api.errors import ApiError, NotFound, NotSignedIn, Refused, Unreachable, Unreadable, not_offered, unanswered
from app.wire.errors import Problem


@pytest.mark.parametrize(("status", "overloaded"), [(429, True), (502, True), (503, True), (504, True), (500, False)])
def test_a_server_with_too_much_to_do_says_so_by_its_status(status: int, overloaded: bool) -> None:
    """R13: the next request would fare no better, so it waits."""
    assert overloaded is Refused(Problem(status)).overloaded


@pytest.mark.parametrize(
    ("error", "lost"),
    [
        (Unreachable(), True),
        (Unreachable(sent=False), False),
        (Unreadable(), True),
        (Refused(Problem(502)), True),
        (Refused(Problem(500, "ERR|X1|BROKEN")), False),
        (Refused(Problem(429)), False),
        (NotFound(Problem(404, "TASK_NOT_FOUND")), False),
        (NotSignedIn(), False),
    ],
)
def test_which_answers_leave_open_whether_it_was_done(error: ApiError, lost: bool) -> None:
    """R29: a proxy's word for the API's leaves it open; the API's own word, and a call never sent, do not."""
    assert lost is unanswered(error)


@pytest.mark.parametrize(("status", "absent"), [(403, True), (404, True), (405, True), (401, False), (500, False)])
def test_a_route_that_is_not_there_is_distinguished_from_one_that_fails(status: int, absent: bool) -> None:
    """R52: what stands on the first is hidden, the second is read again."""
    assert absent is not_offered(Refused(Problem(status)))
    assert not not_offered(Unreachable())


def test_a_refusal_is_named_by_its_code_and_else_by_its_status() -> None:
    """R33: what is logged of an error is the API's code, never an answer's text."""
    assert ["NO_POINTS", "HTTP 402"] == [
        str(Refused(Problem(402, "NO_POINTS", message="secret"))),
        str(Refused(Problem(402, message="secret"))),
    ]


def test_only_a_refusal_can_say_when_to_come_back() -> None:
    """R13: any other failure leaves the wait to the back-off."""
    assert [7.0, None, None] == [
        error.retry_after_s for error in (Refused(Problem(503), 7.0), Refused(Problem(503)), Unreachable())
    ]
