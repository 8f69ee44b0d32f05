"""The log over all abilities: what its numbers are of, its rows, and the opened record."""

from decimal import Decimal

import pytest

from app.core.call_filter import CallFilter
from app.core.logs import LogCosts
from app.core.records import Result
from app.core.status import Status
from app.views.admin.calls import (
    CallsState,
    call_record_values,
    call_row_values,
    callback_phase,
    calls_values,
    chips_markup,
    select_markup,
    short_user,
)
from testkit.plain_formats import plain_texts
from testkit.samples import log_record

T = plain_texts()
NOTHING = LogCosts()
SPENT = LogCosts({"CNY": Decimal("1.5"), "USD": Decimal(2)}, {"CNY": Decimal("0.3")})


def state(**more: object) -> CallsState:
    """Return the state of a log of which half is loaded."""
    facts: dict[str, object] = {"shown": 50, "loaded": 50, "total": 100, "exact": True, "filtered": False}
    return CallsState(**{**facts, **more})  # type: ignore[arg-type]  # a test names facts by their names


@pytest.mark.parametrize(
    ("found", "count"),
    [
        (state(), "50 of 100 calls loaded"),
        (state(filtered=True), "50 of 100 calls loaded"),
        (state(shown=3, exact=False, filtered=True), "3 found in the newest 50 of 100 calls"),
        (state(shown=3, loaded=100, exact=False, filtered=True, complete=True), "3 found in all 100 calls"),
        (state(shown=0, total=None), ""),
    ],
)
def test_a_number_says_what_it_is_of(found: CallsState, count: str) -> None:
    """R49: of the server where it said, else of what was looked through."""
    assert count == calls_values(T, found, NOTHING)["calls-count"]


def test_costs_are_apart_by_currency_and_by_failure_and_say_of_how_many() -> None:
    """R28, R49: nothing is added across currencies, and a part is not called the whole."""
    values = calls_values(T, state(), SPENT)
    assert "Cost USD 2.00 and CNY 1.50 · Failed calls CNY 0.30 · in 50 of 100 records" == values["calls-cost"]
    part = calls_values(T, state(shown=3, exact=False, filtered=True), SPENT)["calls-cost"]
    assert part == "Cost USD 2.00 and CNY 1.50 · Failed calls CNY 0.30 · of what is loaded"
    whole = calls_values(T, state(shown=100, loaded=100, complete=True), SPENT)["calls-cost"]
    assert whole == "Cost USD 2.00 and CNY 1.50 · Failed calls CNY 0.30"


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (state(), "ready"),
        (state(shown=0), "empty"),
        (state(shown=0, total=None), "loading"),
        (state(shown=0, total=None, failing=True), "error"),
        (state(absent=True), "absent"),
    ],
)
def test_the_page_says_how_reading_goes(found: CallsState, word: str) -> None:
    """R13, R49: a log that is not there is no failure."""
    assert word == calls_values(T, found, NOTHING)["calls-panel@data-state"]


def test_a_row_names_what_was_called_and_by_whom() -> None:
    """R49: a long id is cut in the row, and whole in its title."""
    values = call_row_values(T, log_record(ability_name="抠图", user_id="u" * 32), Result())
    assert ("抠图", "uuuuuuuu…", "u" * 32) == (values["name"], values["user"], values["user@title"])
    assert ("demo", "") == (short_user("demo"), short_user(None))


def test_a_row_shows_the_first_picture_that_may_be_shown() -> None:
    """R49: an address of somebody else's making is no picture."""
    values = call_row_values(T, log_record(), Result(images=("javascript:alert(1)", "https://a/b.png")))
    assert ("https://a/b.png", None) == (values["preview@src"], values["preview@hidden"])
    assert "" == call_row_values(T, log_record(), Result())["preview@hidden"]


@pytest.mark.parametrize(
    ("status", "found", "sentence"),
    [
        (Status.RUNNING, Result(), "This call has no result yet."),
        (Status.SUCCEEDED, Result(), "The call succeeded; its result is being filled in."),
        (Status.SUCCEEDED, Result(images=("https://a/b.png",)), ""),
        (Status.FAILED, Result(), ""),
    ],
)
def test_a_result_that_is_not_there_yet_can_be_fetched(status: Status, found: Result, sentence: str) -> None:
    """R49: a call that was only submitted has no result until somebody asks for it."""
    values = call_record_values(T, log_record(status=status), found)
    assert (sentence, None if sentence else "") == (values["record-pending-text"], values["record-pending@hidden"])


def test_the_opened_record_leads_to_its_task_and_its_ability() -> None:
    """R49: ids are shown to be copied; what is not known is hidden."""
    record = log_record(task_id="t/1", source="ability-task", ability_id="a b", user_id="u1", callback_id="c1")
    values = call_record_values(T, record, Result())
    assert ("#/tasks/t%2F1", "#/admin/abilities/a%20b?log=4567") == (
        values["record-job@href"],
        values["record-ability@href"],
    )
    assert ("u1", "c1", "") == (values["record-user"], values["record-callback_id"], values["record-run-fact@hidden"])
    assert "" == call_record_values(T, log_record(), Result())["record-job@hidden"]


def test_what_one_submitted_oneself_can_be_run_again() -> None:
    """R50: from a problem's call to the form, filled from its request; not while it runs, and not for others' calls."""
    record = log_record(task_id="t1", ability_id="a", status=Status.FAILED)
    assert "#/abilities/a?again=t1" == call_record_values(T, record, Result(), own=True)["record-again@href"]
    assert "" == call_record_values(T, record, Result())["record-again@hidden"]
    running = log_record(task_id="t1", ability_id="a", status=Status.RUNNING)
    assert "" == call_record_values(T, running, Result(), own=True)["record-again@hidden"]


def test_the_callback_says_how_far_it_is() -> None:
    """R49: its word, the answer it got, and why it failed."""
    callback = {"status": "failed", "httpStatus": 500, "error": "no route"}
    assert "Callback: failed · HTTP 500 · no route" == callback_phase(T, log_record(callback=callback))
    assert "Callback: pending" == callback_phase(T, log_record(callback={"status": "pending", "httpStatus": None}))
    assert "" == callback_phase(T, log_record())


def test_a_choice_that_is_not_loaded_is_still_shown() -> None:
    """R49: an address may name an executor of which nothing is loaded yet."""
    markup = select_markup(T, "executor", CallFilter(executor="e9"), {"e1": "ComfyUI A"})
    assert '<option value="e9" selected>e9</option>' in markup
    assert '<option value="e1">ComfyUI A</option>' in markup
    assert '<option value="failed" selected>Failed</option>' in select_markup(
        T, "status", CallFilter(status="failed"), {}
    )


def test_what_is_searched_for_besides_the_lists_can_be_ended() -> None:
    """R49: a cause and a dragged range stand as chips."""
    markup = chips_markup(T, CallFilter(cause="-", after=60.0, before=120.0))
    assert "Cause: No reason given" in markup
    assert "1970-01-01 00:01:00 to 1970-01-01 00:02:00" in markup
    assert "" == chips_markup(T, CallFilter(words="koi", status="failed"))
    assert "Until 1970" in chips_markup(T, CallFilter(before=1.0))
    assert "Since 1970" in chips_markup(T, CallFilter(after=1.0))
