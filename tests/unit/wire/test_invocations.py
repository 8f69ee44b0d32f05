"""What a synchronous call of an ability answers."""

import json

from app.core.status import Status
from app.wire.invocations import read_invocation


def test_an_invocation_is_read() -> None:
    """R29: how a call ended, its log, its time and what it made."""
    answer = {
        "abilityId": "x",
        "status": "success",
        "logId": 9,
        "durationMs": 1200,
        "assets": [{"url": "/a.png"}],
        "texts": [{"text": "one"}, {"content": "two"}, "three", 4],
        "raw": {"code": 0},
    }
    invocation = read_invocation(json.dumps(answer))
    assert ("x", Status.SUCCEEDED, "success", 9, 1200) == (
        invocation.ability_id,
        invocation.status,
        invocation.word,
        invocation.log_id,
        invocation.duration_ms,
    )
    assert (("/a.png",), ("one", "two", "three"), {"code": 0}) == (
        invocation.result.images,
        invocation.result.texts,
        invocation.result.raw,
    )
