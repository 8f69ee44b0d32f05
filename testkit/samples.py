"""Records for the views: a peaceful set and a hostile one, with script and markup in every field (faults, case 33)."""

from decimal import Decimal

from app.core.abilities import Ability, InputField, Invocation, Option
from app.core.logs import LogRecord
from app.core.points import Points
from app.core.queues import QueueServer, QueueSummary
from app.core.records import AbilityTask, Result, Task, Word
from app.core.status import Status

NOW = 1_768_476_000.0
NASTY = "\"'><script>document.title='bad'</script><img src=x onerror=alert(1)>"
NASTY_URL = "javascript:alert(1)"


def word(status: Status, progress: int | None = None, text: str | None = None) -> Word:
    """One witness's word, dated."""
    return Word(status, status.value if text is None else text, progress, NOW - 5)


def task(status: Status = Status.RUNNING, progress: int | None = 40, **more: object) -> Task:
    """A task submitted a minute ago."""
    facts: dict[str, object] = {
        "id": "tsk_1",
        "undated": word(status, progress),
        "created_at": NOW - 60,
        "points": 50,
        "action": "yinhua_tiqu",
        "channel": "web",
    }
    return Task(**{**facts, **more})  # type: ignore[arg-type]  # a test names facts by their names


def ability_task(status: Status = Status.RUNNING, **more: object) -> AbilityTask:
    """An ability task submitted a minute ago and running for half of it."""
    facts: dict[str, object] = {
        "id": "a" * 32,
        "dated": word(status),
        "created_at": NOW - 60,
        "started_at": NOW - 30,
        "ability_id": "comfyui_koutu",
        "ability_name": "ComfyUI · 智能抠图",
        "executor_id": "executor_comfyui_upscale_121",
        "log_id": 4567,
        "trace_id": "tr-1",
        "callback_url": "https://hooks.example.org/done",
    }
    return AbilityTask(**{**facts, **more})  # type: ignore[arg-type]  # a test names facts by their names


def hostile_task() -> Task:
    """A task of which nothing may be believed."""
    return Task(
        id=NASTY,
        undated=Word(Status.UNKNOWN, NASTY),
        created_at=NOW,
        action=NASTY,
        channel=NASTY,
        error=NASTY,
        result_url=NASTY_URL,
        parameters={NASTY: NASTY},
    )


def hostile_ability_task() -> AbilityTask:
    """An ability task of which nothing may be believed."""
    return AbilityTask(
        id=NASTY,
        dated=Word(Status.FAILED, NASTY, None, NOW),
        created_at=NOW,
        error=NASTY,
        ability_id=NASTY,
        ability_name=NASTY,
        provider=NASTY,
        capability_key=NASTY,
        executor_id=NASTY,
        log_id=1,
        trace_id=NASTY,
        callback_url=NASTY_URL,
        result=Result(images=(NASTY_URL, NASTY), videos=(NASTY_URL, NASTY), texts=(NASTY,), raw=NASTY),
        request={NASTY: [NASTY]},
    )


def hostile_ability() -> Ability:
    """An ability of which nothing may be believed, with an input of every type."""
    types = ("text", "textarea", "number", "select", "boolean", "image", "color", NASTY)
    return Ability(
        id=NASTY,
        name=NASTY,
        provider=NASTY,
        category=NASTY,
        capability_key=NASTY,
        status=NASTY,
        type=NASTY,
        executor_id=NASTY,
        description=NASTY,
        requires_image=True,
        inputs=tuple(
            InputField(
                name=f"{NASTY}{number}",
                label=NASTY,
                type=kind,
                required=True,
                default=NASTY,
                placeholder=NASTY,
                description=NASTY,
                options=(Option(NASTY, NASTY),) if kind == "select" else (),
            )
            for number, kind in enumerate(types)
        ),
    )


def log_record(**more: object) -> LogRecord:
    """A record of a call."""
    facts: dict[str, object] = {
        "id": 4567,
        "executor_id": "executor_comfyui_upscale_121",
        "source": "ability-task",
        "status": Status.SUCCEEDED,
        "word": "success",
        "duration_ms": 12_345,
        "cost": Decimal("0.04"),
        "currency": "CNY",
        "created_at": NOW,
        "request": {"prompt": "koi"},
        "response": {"ok": True},
    }
    return LogRecord(**{**facts, **more})  # type: ignore[arg-type]  # a test names facts by their names


def hostile_log_record() -> LogRecord:
    """A record of which nothing may be believed."""
    return LogRecord(
        id=1,
        ability_id=NASTY,
        executor_id=NASTY,
        executor_name=NASTY,
        source=NASTY,
        task_id=NASTY,
        trace_id=NASTY,
        status=Status.UNKNOWN,
        word=NASTY,
        currency="CNY",
        unit_price=Decimal(1),
        billing_unit=NASTY,
        error=NASTY,
        request=NASTY,
        response=NASTY,
        callback=NASTY,
        created_at=NOW,
    )


def hostile_queues() -> QueueSummary:
    """Queues of which nothing may be believed."""
    server = QueueServer(executor_id=NASTY, running=1, waiting=1, supported=False, message=NASTY)
    return QueueSummary(running=1, waiting=1, servers=(server,) * 14)


def invocation(**more: object) -> Invocation:
    """How a call ended."""
    facts: dict[str, object] = {"ability_id": "x", "status": Status.SUCCEEDED, "word": "success", "log_id": 7}
    return Invocation(**{**facts, **more})  # type: ignore[arg-type]  # a test names facts by their names


POINTS = Points(12_480, 150, 30)
PLAIN_ABILITY = Ability(id="baidu_colourize", name="百度 · 老照片上色", provider="baidu", status="active")
RICH_ABILITY = Ability(
    id="comfyui_yinhua_tiqu",
    name="ComfyUI · 印花提取",
    provider="comfyui",
    executor_id="executor_comfyui_158",
    inputs=(
        InputField(name="imageUrl", label="Image", type="image", required=True),
        InputField(name="prompt", label="Prompt", type="textarea"),
        InputField(name="strength", label="Strength", type="number", minimum=0.0, maximum=1.0, step=0.1, default=0.5),
        InputField(
            name="size", label="Size", type="select", default="s", options=(Option("s", "Small"), Option("l", "Large"))
        ),
        InputField(name="mirror", label="Mirror", type="boolean", default=True),
    ),
)
