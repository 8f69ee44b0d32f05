"""The strip of many jobs that are run again."""

from __future__ import annotations

import pytest

from app.core.bulk import Progress, State
from app.core.run_again import Price
from app.views.shell.bulk import asking_markup, bulk_markup, bulk_values, offer_markup, price_text
from testkit.plain_formats import plain_texts

T = plain_texts("en")


def test_the_question_names_what_is_left_out() -> None:
    """R41: and where nothing can be run again, only the way out is left."""
    markup = asking_markup(T, 3, 1, 2)
    assert [] == [
        key
        for key, n in (("bulk.ask", 3), ("bulk.impossible", 1), ("bulk.too_many", 2))
        if T.escaped(key, n=n) not in markup
    ]
    nothing = asking_markup(T, 0, 1, 0)
    assert ("bulk-begin" in nothing, "bulk-cancel" in nothing) == (False, True)


def test_no_job_is_offered_to_be_run_again() -> None:
    """R41: a button says of how many it is, or is not there."""
    assert ("", True) == (offer_markup(T, 0), T.escaped("bulk.offer", n=2) in offer_markup(T, 2))


@pytest.mark.parametrize(
    ("price", "text"),
    [
        (Price(), ""),
        (Price(60, 2, 0), T.say("bulk.price", n=60)),
        (Price(60, 2, 1), f"{T.say('bulk.price', n=60)} {T.say('bulk.price_rest', n=1)}"),
        (Price(0, 0, 3), T.say("bulk.price_unknown")),
    ],
    ids=["nothing", "known", "some", "unknown"],
)
def test_the_price_is_said_as_far_as_it_is_known(price: Price, text: str) -> None:
    """R41: and of how many nobody knows it."""
    assert text == price_text(T, price)
    assert {"bulk-price": text} == bulk_values(T, price=price)


@pytest.mark.parametrize(
    ("state", "left", "under_way", "buttons"),
    [
        (State.RUNNING, 2, True, {"stop"}),
        (State.STOPPED, 2, True, {"go-on"}),
        (State.STOPPED, 2, False, {"go-on", "close"}),
        (State.FULL, 2, False, {"go-on", "close"}),
        (State.STOPPED, 0, False, {"close"}),
        (State.DONE, 0, False, {"close"}),
    ],
)
def test_which_buttons_a_state_has(state: State, left: int, under_way: bool, buttons: set[str]) -> None:
    """R41: it can be closed once nothing is under way, and go on as long as something is left."""
    values = bulk_values(T, progress=Progress(4, 4 - left, 0, 0), state=state, under_way=under_way)
    shown = {name for name in ("stop", "go-on", "close") if values[f"bulk-{name}@hidden"] is None}
    assert buttons == shown
    assert ("4", str(4 - left)) == (values["bulk-bar@max"], values["bulk-bar@value"])


def test_what_became_of_the_jobs_is_said_with_the_reason() -> None:
    """R41: a wait only while it runs; refused and unsure ones are counted."""
    progress = Progress(5, 1, 2, 1)
    waiting = str(bulk_values(T, progress=progress, waiting_s=3.2, reason="Not enough points.")["bulk-text"])
    assert T.say("bulk.waiting", duration=T.duration(4)) in waiting
    assert f"{T.say('bulk.refused', n=2)} Not enough points." in waiting
    assert waiting.endswith(T.say("bulk.unsure", n=1))
    stopped = str(bulk_values(T, progress=progress, state=State.STOPPED, waiting_s=3.2)["bulk-text"])
    assert T.say("bulk.waiting", duration=T.duration(4)) not in stopped


def test_the_strip_has_a_place_for_each_value() -> None:
    """R41: text, bar and buttons."""
    markup = bulk_markup(T)
    values = bulk_values(T, progress=Progress(1, 0, 0, 0))
    assert {key.partition("@")[0] for key in values} == {
        part.partition('"')[0] for part in markup.split('data-slot="')[1:]
    }
