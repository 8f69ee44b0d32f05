"""The overview: numbers, executors and the newest jobs."""

from app.core.dashboard import Dashboard, Executor, GpuMemory, RecentJob
from app.core.queues import QueueServer
from app.core.status import Status
from app.views.admin.overview import (
    action_name,
    executors_markup,
    numbers_markup,
    overview_values,
    recent_markup,
)
from testkit.plain_formats import plain_texts

T = plain_texts()
GIBIBYTE = 1024**3


def test_a_number_that_the_server_does_not_name_is_left_out() -> None:
    """R52: nothing is shown as zero that nobody has counted."""
    markup = numbers_markup(T, Dashboard(running=0, total=2671, by_status={Status.FAILED: 7}))
    assert 'data-number="running"' in markup
    assert "2,671" in markup
    assert 'data-number="failed_today"' not in markup
    assert 'data-status="failed"' in markup


def test_executors_show_state_load_concurrency_and_memory() -> None:
    """R52: each from the route that has it; a full queue is marked, and the words say it too."""
    executors = [Executor(id="e1", name="A", status="active", max_concurrency=4), Executor(id="executor_b")]
    queues = {"e1": QueueServer(executor_id="e1", running=2, waiting=8, limit=10)}
    markup = executors_markup(T, executors, queues, {"e1": (GpuMemory("gpu", 24 * GIBIBYTE, 18 * GIBIBYTE),)})
    assert 'class="load" data-full' in markup
    assert "2 running, 8 waiting, limit 10" in markup
    assert "6 of 24 GB used" in markup
    assert 'href="#/admin/calls?executor=e1"' in markup
    assert ">b</a>" in markup
    assert "GPU memory" not in executors_markup(T, executors, queues, {})


def test_a_job_of_anybody_leads_to_its_calls() -> None:
    """R52: with its user, and why it failed."""
    job = RecentJob(id="j 1", user_id="u1", action="comfyui:yinhua_tiqu", status=Status.FAILED, error="no model")
    markup = recent_markup(T, [job])
    assert 'href="#/admin/calls?q=j+1"' in markup
    assert "Print extraction" in markup
    assert "no model" in markup
    assert ("x:y", "j") == (action_name(T, RecentJob(id="j", action="x:y")), action_name(T, RecentJob(id="j")))


def test_a_part_is_hidden_by_its_own_route_alone() -> None:
    """R52: without a dashboard the executors and the timeline stay, and nothing is called a failure."""
    facts = {"executors": True, "recent": False, "timeline": True}
    values = overview_values(T, dashboard=False, absent=True, failing=False, **facts)
    assert ("", None, None, "", None, "") == (
        values["numbers-panel@hidden"],
        values["executors-panel@hidden"],
        values["timeline-panel@hidden"],
        values["recent-panel@hidden"],
        values["overview-absent@hidden"],
        values["overview-error@hidden"],
    )
    failing = overview_values(T, dashboard=True, absent=False, failing=True, **facts)
    assert "Showing earlier data; trying again." == failing["numbers-stale"]
