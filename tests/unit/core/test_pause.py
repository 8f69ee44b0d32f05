"""The set of pause reasons."""

import pytest

from app.core.pause import PauseReasons, Reason


@pytest.fixture
def reasons() -> PauseReasons:
    """No reason to pause."""
    return PauseReasons()


def test_without_reasons_there_is_no_pause(reasons: PauseReasons) -> None:
    """R17: work goes on while the set is empty."""
    assert (False, []) == (reasons.paused, list(reasons))


def test_the_first_reason_begins_the_pause_and_the_second_does_not(reasons: PauseReasons) -> None:
    """R17: reasons are a set, and only its beginning and end change anything."""
    assert [True, False, False] == [
        reasons.add(Reason.HIDDEN),
        reasons.add(Reason.OFFLINE),
        reasons.add(Reason.HIDDEN),
    ]
    assert reasons.paused


def test_only_the_last_reason_to_go_ends_the_pause(reasons: PauseReasons) -> None:
    """R17: hidden, offline and signed out at once end only when all have ended."""
    for reason in (Reason.HIDDEN, Reason.OFFLINE, Reason.SIGNED_OUT):
        reasons.add(reason)
    assert [False, False, True] == [
        reasons.remove(Reason.OFFLINE),
        reasons.remove(Reason.HIDDEN),
        reasons.remove(Reason.SIGNED_OUT),
    ]
    assert not reasons.paused


def test_taking_away_a_reason_that_does_not_hold_ends_nothing(reasons: PauseReasons) -> None:
    """R17: a second `visible` does not resume work twice, nor one that is still paused for something else."""
    assert not reasons.remove(Reason.HIDDEN)
    reasons.add(Reason.OFFLINE)
    assert not reasons.remove(Reason.HIDDEN)
    assert reasons.paused


def test_the_reasons_are_reported_in_a_fixed_order_by_their_public_names(reasons: PauseReasons) -> None:
    """R17: `diagnostics().pauseReasons` lists them."""
    for reason in (Reason.SIGNED_OUT, Reason.LEAVING, Reason.OFFLINE, Reason.HIDDEN):
        reasons.add(reason)
    assert ["hidden", "leaving", "offline", "signed-out"] == [str(reason) for reason in reasons]


def test_a_reason_can_be_looked_up(reasons: PauseReasons) -> None:
    """R32: the badge distinguishes offline from hidden."""
    reasons.add(Reason.OFFLINE)
    assert (True, False) == (Reason.OFFLINE in reasons, Reason.HIDDEN in reasons)
