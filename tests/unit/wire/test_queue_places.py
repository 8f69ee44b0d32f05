"""Which prompts run and wait on one executor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.core.estimate import QueuePlaces
from app.wire.queue_places import read_queue_places

RECORDED = Path(__file__).parents[2] / "fixtures" / "wire" / "real_comfyui_queue_status_busy.json"


def test_a_recorded_queue_is_read_as_it_is() -> None:
    """R47: those of one number wait in the order of the list."""
    places = read_queue_places(json.dumps(json.loads(RECORDED.read_text("utf-8"))["body"]))
    assert 1 == len(places.running)
    assert [(1, 1), (2, 1)] == [places.place(prompt) for prompt in places.waiting]
    assert None is places.place(places.running[0])


def test_the_number_says_who_comes_first() -> None:
    """R47: whatever order the list has; an entry may have more than the two."""
    raw = {
        "queue_running": [],
        "queue_pending": [[9, "later", {}], [3, "sooner", {}, []], "nonsense", [1], [None, "x"]],
    }
    assert QueuePlaces((), ("sooner", "later")) == read_queue_places(json.dumps({"raw": raw}))


@pytest.mark.parametrize("raw", [None, [], "busy", {}, {"queue_pending": {}}])
def test_an_executor_that_does_not_say_has_no_places(raw: object) -> None:
    """R47: then nothing is claimed."""
    assert QueuePlaces() == read_queue_places(json.dumps({"raw": raw}))
