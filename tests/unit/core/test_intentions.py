"""One job per intention (R29, report 9)."""

from __future__ import annotations

from app.core.intentions import SAME_WITHIN_S, Intentions


def test_a_second_press_while_the_first_is_under_way_is_none_of_its_own() -> None:
    """R29, report 9: whatever the second one says."""
    intentions = Intentions()
    assert intentions.begin("submit", "koi", 0)
    assert not intentions.begin("submit", "carp", 60)
    assert not intentions.begin("invoke", "carp", 120, behind="submit")
    intentions.end("submit")
    assert intentions.begin("submit", "carp", 180)


def test_a_call_that_is_not_waited_for_holds_nothing_back() -> None:
    """R29: a task may be submitted during a long call."""
    intentions = Intentions()
    assert intentions.begin("invoke", "koi", 0)
    assert intentions.begin("submit", "koi", SAME_WITHIN_S)
    assert intentions.under_way("invoke")


def test_the_second_click_of_a_double_click_comes_after_a_fast_answer() -> None:
    """R29, report 9: the same request at once is the same intention, by whichever button; a moment later it is not."""
    intentions = Intentions()
    assert intentions.begin("submit", "koi", 0)
    intentions.end("submit")
    assert not intentions.begin("submit", "koi", 0.2)
    assert not intentions.begin("invoke", "koi", 0.5)
    assert intentions.begin("submit", "koi", 0.5 + SAME_WITHIN_S)


def test_a_held_key_is_one_intention_however_long() -> None:
    """R29, report 9: each repetition follows the one before it closely."""
    intentions = Intentions()
    for press in range(40):
        assert intentions.begin("submit", "koi", press * 0.5) == (press == 0)
        intentions.end("submit")


def test_the_first_press_repeats_nothing() -> None:
    """R29: whatever it sends."""
    assert Intentions().begin("submit", None, 0)


def test_another_request_is_another_intention() -> None:
    """R29: somebody who changes a field may send at once."""
    intentions = Intentions()
    assert intentions.begin("submit", "koi", 0)
    intentions.end("submit")
    assert intentions.begin("submit", "carp", 0.1)
