"""Abilities with their forms, queues, and what an ability produced."""

import json

from app.core.catalogue import InputField
from app.core.status import Status
from app.wire.abilities import read_abilities
from app.wire.queues import read_queue_summary
from app.wire.results import read_invocation, urls


def test_an_input_form_is_read_from_the_schema() -> None:
    """R29: every kind of field a form is built from; one without a name is left out."""
    fields = [
        {"name": "prompt", "label": "Prompt", "required": True, "placeholder": "…"},
        {"key": "steps", "type": "NUMBER", "default": 20, "min": 1, "max": 50, "step": 1},
        {"id": "style", "type": "select", "options": [{"value": 1, "label": "One"}, "two", None]},
        {"name": "tile", "type": "switch", "default": True},
        {"label": "no name"},
        5,
    ]
    (ability,) = read_abilities(json.dumps({"items": [{"id": "x", "inputSchema": {"fields": fields}}, 5]}))
    assert (
        InputField(name="prompt", label="Prompt", required=True, placeholder="…"),
        InputField(name="steps", label="steps", type="number", default="20", minimum=1, maximum=50, step=1),
        InputField(name="style", label="style", type="select", options=(("1", "One"), ("two", "two"))),
        InputField(name="tile", label="tile", type="switch", default="true"),
    ) == ability.inputs


def test_an_ability_without_a_form_has_none() -> None:
    """R29: a schema of another shape is no reason to lose the ability."""
    abilities = read_abilities('{"items": [{"id": "a", "inputSchema": 5}, {"id": "b", "inputSchema": {"fields": 5}}]}')
    assert [("a", "a", ()), ("b", "b", ())] == [(each.id, each.name, each.inputs) for each in abilities]


def test_totals_are_added_up_where_the_server_does_not() -> None:
    """R30: running and waiting are the sum over the executors."""
    servers = [{"executorId": "a", "runningCount": 1, "pendingCount": 4, "queueMaxSize": 10}, {"executor_id": "b"}, {}]
    summary = read_queue_summary(json.dumps({"servers": servers}))
    assert (1, 4, ["a", "b"]) == (summary.running, summary.waiting, [each.executor_id for each in summary.servers])
    assert (10, None) == (summary.servers[0].limit, summary.servers[1].limit)


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
