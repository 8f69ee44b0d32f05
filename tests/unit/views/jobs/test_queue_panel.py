"""The ComfyUI queues beside the ability tasks (R30)."""

from app.core.queues import QueueServer, QueueSummary
from app.views.jobs.queue_panel import queue_panel_values
from testkit.plain_formats import plain_texts

T = plain_texts()


def test_queues_are_shown_in_total_and_each() -> None:
    """R30: running, waiting and limit; a full one stands out."""
    servers = (
        QueueServer(executor_id="executor_a", running=1, waiting=9, limit=10),
        QueueServer(executor_id="b", running=0, waiting=2),
    )
    values = queue_panel_values(T, QueueSummary(running=1, waiting=11, servers=servers))
    assert values["total"] == "1 running, 11 waiting"
    assert values["name-0"] == "a"
    assert values["text-0"] == "1 + 9 of 10"
    assert values["server-0@data-full"] == ""
    assert (values["bar-0@value"], values["bar-0@max"]) == ("10", "10")
    assert values["text-1"] == "0 running, 2 waiting"
    assert values["server-2@hidden"] == ""


def test_queues_that_cannot_be_read_say_so() -> None:
    """R30: on failure it says so, and what was known stays."""
    values = queue_panel_values(T, QueueSummary(running=1, waiting=0), failing=True)
    assert values["failing@hidden"] is None
    assert values["total"] == "1 running, 0 waiting"
    assert queue_panel_values(T, None)["panel@data-state"] == "loading"
