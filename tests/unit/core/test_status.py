"""Status words and what may follow what."""

import pytest

from app.core.status import RANK, TERMINAL, Status, parse_status


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("queued", Status.QUEUED),
        ("pending", Status.QUEUED),
        ("created", Status.QUEUED),
        ("blocked", Status.BLOCKED),
        ("running", Status.RUNNING),
        ("processing", Status.RUNNING),
        ("in_progress", Status.RUNNING),
        ("succeeded", Status.SUCCEEDED),
        ("completed", Status.SUCCEEDED),
        ("success", Status.SUCCEEDED),
        ("failed", Status.FAILED),
        ("failure", Status.FAILED),
        ("error", Status.FAILED),
        ("cancelled", Status.CANCELLED),
        ("canceled", Status.CANCELLED),
        ("submitted", Status.RUNNING),
        ("done", Status.SUCCEEDED),
        ("ok", Status.SUCCEEDED),
        ("timeout", Status.FAILED),
        ("rejected", Status.FAILED),
        ("stopped", Status.CANCELLED),
        ("aborted", Status.CANCELLED),
    ],
)
def test_every_word_of_the_contract_has_its_status(word: str, expected: Status) -> None:
    """R15: each word the backend uses is read as the status the contract gives it."""
    assert expected == parse_status(word)


@pytest.mark.parametrize("word", ["", "weird", "unknown", "succeed", "运行"])
def test_a_word_nobody_agreed_on_is_unknown(word: str) -> None:
    """R1: an unfamiliar word is shown as unknown, never as an end."""
    assert Status.UNKNOWN == parse_status(word)


def test_case_and_blanks_around_a_word_do_not_matter() -> None:
    """R1: be liberal in what is accepted."""
    assert Status.SUCCEEDED == parse_status(" Succeeded\n")


def test_three_statuses_are_terminal() -> None:
    """R15: nothing follows success, failure and cancellation; unknown is no end."""
    assert {Status.SUCCEEDED, Status.FAILED, Status.CANCELLED} == {status for status in Status if status.terminal}


def test_the_words_shown_on_the_page_are_stable() -> None:
    """R27: the values are public, as `data-status`."""
    expected = ["queued", "running", "blocked", "succeeded", "failed", "cancelled", "unknown"]
    assert expected == [status.value for status in Status]


def test_every_status_has_a_rank_and_the_terminal_ones_are_last() -> None:
    """R15: of two words that cannot be dated the further along holds, so all can be compared."""
    assert list(Status) == sorted(RANK, key=list(Status).index)
    assert len(Status) == len(set(RANK.values()))
    assert max(RANK[status] for status in Status if status not in TERMINAL) < min(RANK[end] for end in TERMINAL)


def test_a_status_nobody_understands_is_between_queued_and_running() -> None:
    """R15: an unfamiliar word says that something happened since the job was queued, but does not undo running."""
    assert [Status.QUEUED, Status.UNKNOWN, Status.BLOCKED, Status.RUNNING] == sorted(
        set(Status) - TERMINAL, key=RANK.__getitem__
    )


def test_of_two_undated_ends_success_holds_then_failure() -> None:
    """R15: two undated ends that contradict each other are settled the same way whichever comes first."""
    assert [Status.CANCELLED, Status.FAILED, Status.SUCCEEDED] == sorted(TERMINAL, key=RANK.__getitem__)
