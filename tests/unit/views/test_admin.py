"""What admins see: queues, abilities, the form that calls one, and its log (R28 to R30)."""

from decimal import Decimal

import pytest

from app.core.abilities import Ability, InputField
from app.core.queues import QueueServer, QueueSummary
from app.core.status import Status
from app.views.abilities.ability import invocation_values
from app.views.abilities.call_log import cost_text, export_values, log_drawer_values, log_row_values, record_values
from app.views.abilities.invoke_form import fault_text, invoke_form_markup, read_order
from app.views.abilities.list import abilities_values, filter_abilities
from app.views.jobs.queue_panel import queue_values
from testkit.plain_formats import plain_texts
from testkit.samples import invocation, log_record

T = plain_texts()
PLAIN = Ability(id="baidu_colourize", name="百度 · 老照片上色", provider="baidu", status="active")
RICH = Ability(
    id="comfyui_yinhua_tiqu",
    name="ComfyUI · 印花提取",
    provider="comfyui",
    executor_id="executor_comfyui_158",
    inputs=(
        InputField(name="imageUrl", label="Image", type="image", required=True),
        InputField(name="prompt", label="Prompt", type="textarea"),
        InputField(name="strength", label="Strength", type="number", minimum=0.0, maximum=1.0, step=0.1, default="0.5"),
        InputField(name="size", label="Size", type="select", default="s", options=(("s", "Small"), ("l", "Large"))),
        InputField(name="mirror", label="Mirror", type="boolean", default="true"),
    ),
)


def test_queues_are_told_in_all_and_each() -> None:
    """R30: running, waiting and limit; a full one stands out."""
    servers = (
        QueueServer(executor_id="executor_a", running=1, waiting=9, limit=10),
        QueueServer(executor_id="b", running=0, waiting=2),
    )
    values = queue_values(T, QueueSummary(running=1, waiting=11, servers=servers))
    assert values["total"] == "1 running, 11 waiting"
    assert values["name-0"] == "a"
    assert values["text-0"] == "1 + 9 of 10"
    assert values["server-0@data-full"] == ""
    assert (values["bar-0@value"], values["bar-0@max"]) == ("10", "10")
    assert values["text-1"] == "0 running, 2 waiting"
    assert values["server-2@hidden"] == ""


def test_queues_that_cannot_be_read_say_so() -> None:
    """R30: on failure it says so, and what was known stays."""
    values = queue_values(T, QueueSummary(running=1, waiting=0), failing=True)
    assert values["failing@hidden"] is None
    assert values["total"] == "1 running, 0 waiting"
    assert queue_values(T, None)["panel@data-state"] == "loading"


def test_abilities_are_found_by_any_word() -> None:
    """Every word has to occur, wherever, in any case."""
    assert filter_abilities([PLAIN, RICH], "COMFYUI 印花") == [RICH]
    assert filter_abilities([PLAIN, RICH], " ") == [PLAIN, RICH]
    assert filter_abilities([PLAIN, RICH], "nothing") == []
    assert abilities_values(T, total=None)["panel@data-state"] == "loading"
    assert abilities_values(T, total=None, failing=True)["panel@data-state"] == "error"
    assert abilities_values(T, total=2, shown=0, filtered=True)["panel@data-state"] == "empty"


def test_the_form_is_built_from_the_declared_inputs() -> None:
    """R29: each type has its control, with limits and defaults; names are the schema's."""
    markup = invoke_form_markup(T, RICH)
    assert '<input class="input" type="text" value="" id="input-imageUrl" name="imageUrl" required' in markup
    assert '<textarea class="input" rows="3" id="input-prompt" name="prompt"' in markup
    assert 'min="0" max="1" step="0.1"' in markup
    assert '<option value="s" selected>Small</option>' in markup
    assert 'type="checkbox" id="input-mirror" name="mirror" checked' in markup
    assert 'data-podi="invoke-task"' in markup
    assert 'placeholder="executor_comfyui_158"' in markup


def test_an_ability_that_declares_nothing_can_be_called_too() -> None:
    """R29: with a picture's address and inputs as JSON."""
    markup = invoke_form_markup(T, PLAIN)
    assert 'name="imageUrl"' in markup
    assert 'name="inputs"' in markup
    order = read_order(PLAIN, {"imageUrl": "https://a.b/c.png", "inputs": '{"prompt": "koi"}'})
    assert order.body == {
        "abilityId": "baidu_colourize",
        "imageUrl": "https://a.b/c.png",
        "inputs": {"prompt": "koi"},
    }


def test_an_order_has_numbers_as_numbers_and_nothing_empty() -> None:
    """R29: what was left empty is left to the ability's own defaults."""
    fields = {"imageUrl": " /a.png ", "prompt": "", "strength": "0.5", "size": "l", "mirror": "false"}
    own = {"executorId": "e1", "callbackUrl": " ", "traceId": "tr-9"}
    order = read_order(RICH, {**fields, **own})
    assert order.faults == ()
    assert order.body == {
        "abilityId": "comfyui_yinhua_tiqu",
        "imageUrl": "/a.png",
        "inputs": {"strength": 0.5, "size": "l", "mirror": False},
        "executorId": "e1",
        "metadata": {"traceId": "tr-9"},
    }


def test_faults_name_the_fields() -> None:
    """Bad input: a clear message that says what to do."""
    order = read_order(RICH, {"strength": "much", "mirror": "true"})
    assert fault_text(T, RICH, order) == "Image is needed. Strength has to be a number."
    plain = read_order(PLAIN, {"inputs": "[1]"})
    assert fault_text(T, PLAIN, plain).startswith("Inputs (JSON) has to be a JSON object")
    assert read_order(RICH, {"imageUrl": "x", "strength": "inf"}).faults == (("strength", "invoke.not_a_number"),)


def test_a_log_row_shows_cost_and_only_the_new_one_is_marked() -> None:
    """R28: time, source, executor, status, duration, cost, error; the marked record alone has the attribute."""
    values = log_row_values(T, log_record(), highlighted=True)
    assert values["@data-log-id"] == "4567"
    assert values["@data-highlight"] == ""
    assert values["cost"] == "CNY 0.04"
    assert values["source"] == "task"
    assert values["executor"] == "comfyui_upscale_121"
    assert values["duration"] == "12 s"
    assert values["time@aria-expanded"] == "false"
    assert log_row_values(T, log_record())["@data-highlight"] is None
    assert log_row_values(T, log_record(), opened=True)["time@aria-expanded"] == "true"


def test_an_opened_record_shows_its_json_where_there_is_some() -> None:
    """R28: request and raw response."""
    values = record_values(T, log_record(callback=None))
    assert values["record@hidden"] is None
    assert values["log-request-fold@hidden"] is None
    assert values["log-callback-fold@hidden"] == ""
    assert record_values(T, None) == {"record@hidden": ""}


@pytest.mark.parametrize(
    ("shown", "total", "failing", "state"),
    [(0, None, False, "loading"), (0, None, True, "error"), (0, 0, False, "empty"), (3, 9, True, "ready")],
)
def test_the_log_says_how_it_stands(shown: int, total: int | None, failing: bool, state: str) -> None:
    """R28: grey rows, nothing yet, an error, or records, with older ones to load."""
    values = log_drawer_values(T, opened=True, shown=shown, total=total, cost="", failing=failing)
    assert values["logs-panel@data-state"] == state
    assert values["older@hidden"] == (None if state == "ready" else "")
    assert values["drawer@open"] == ""


def test_costs_are_summed_by_currency() -> None:
    """R28: cost in total, without adding what cannot be added."""
    assert cost_text(T, {"USD": Decimal("0.5"), "CNY": Decimal(1)}) == "CNY 1.00 + USD 0.50"
    assert cost_text(T, {}) == ""


def test_an_export_tells_how_far_it_is() -> None:
    """Progress, end, and failure."""
    running = export_values(T, running=True, done=400, total=5000)
    assert (running["export-bar@value"], running["export-bar@max"]) == ("400", "5000")
    assert running["export-csv@disabled"] == ""
    assert export_values(T, running=False)["export@hidden"] == ""
    assert export_values(T, running=False, done=1, finished=True)["export-text"] == "1 record exported."
    assert export_values(T, running=False, error="no")["export-text"] == "no"


def test_a_call_shows_how_it_stands_and_where_its_record_is() -> None:
    """R29: busy, ended, failed."""
    assert invocation_values(T, None)["result@hidden"] == ""
    assert invocation_values(T, None, busy=True)["result@data-status"] == Status.RUNNING.value
    ended = invocation_values(T, invocation(duration_ms=1500))
    assert (ended["result-duration"], ended["result-log@data-log"]) == ("1.5 s", "7")
    failed = invocation_values(T, None, error="why")
    assert (failed["result@data-status"], failed["result-error"]) == ("failed", "why")
