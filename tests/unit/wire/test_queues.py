"""The ComfyUI queues."""

import json

from app.wire.queues import read_queue_summary


def test_totals_are_added_up_where_the_server_does_not() -> None:
    """R30: running and waiting are the sum over the executors."""
    servers = [{"executorId": "a", "runningCount": 1, "pendingCount": 4, "queueMaxSize": 10}, {"executor_id": "b"}, {}]
    summary = read_queue_summary(json.dumps({"servers": servers}))
    assert (1, 4, ["a", "b"]) == (summary.running, summary.waiting, [each.executor_id for each in summary.servers])
    assert (10, None) == (summary.servers[0].limit, summary.servers[1].limit)
