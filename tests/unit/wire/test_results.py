"""What a call of an ability brought."""

import json

from app.core.status import Status
from app.wire.results import read_invocation, urls


def test_addresses_are_found_in_every_shape() -> None:
    """R27: strings, objects with one of the known names; the rest is passed over."""
    value = ["/a.png", {"ossUrl": "/b.png"}, {"source_url": "/c.png"}, {"x": 1}, None, 5, {"url": 5}]
    assert ("/a.png", "/b.png", "/c.png") == urls(value)
    assert () == urls({"url": "/a.png"})


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
    assert (("/a.png",), ("one", "two", "three"), {"code": 0}) == (invocation.images, invocation.texts, invocation.raw)
