"""Each ending is told exactly once."""

import pytest

from app.core.completions import Completions


@pytest.fixture
def endings() -> Completions:
    """No ending yet."""
    return Completions()


def test_an_ending_waits_until_it_is_told(endings: Completions) -> None:
    """R23: a result may have to be read first."""
    assert not endings.open("a")
    endings.begin("a")
    assert endings.open("a")
    endings.finish("a")
    assert not endings.open("a")


def test_an_ending_that_was_told_is_not_told_again(endings: Completions) -> None:
    """R23: `on_success` and `on_failure` are called exactly once per task."""
    endings.begin("a")
    endings.finish("a")
    endings.begin("a")
    assert not endings.open("a")


def test_endings_are_told_apart(endings: Completions) -> None:
    """R23: one job's ending is not another's."""
    endings.begin("a")
    endings.begin("b")
    endings.finish("a")
    assert (False, True) == (endings.open("a"), endings.open("b"))


def test_clearing_forgets_what_waits_and_what_was_told(endings: Completions) -> None:
    """R33: the next user's endings are their own."""
    endings.begin("a")
    endings.finish("a")
    endings.begin("b")
    endings.clear()
    assert not endings.open("b")
    endings.begin("a")
    assert endings.open("a")


def test_telling_an_ending_that_never_began_keeps_it_from_being_told(endings: Completions) -> None:
    """R23: whoever told it another way told it."""
    endings.finish("a")
    endings.begin("a")
    assert not endings.open("a")
