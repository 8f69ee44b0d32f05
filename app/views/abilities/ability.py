"""One ability as admins meet it: with its last day, its executors and its log (R28, R29, R51)."""

from collections.abc import Sequence

from app.core.abilities import Ability
from app.core.ability_day import AbilityDay
from app.core.dashboard import Executor, GpuMemory
from app.core.queues import QueueServer
from app.ports import Values
from app.views.abilities.call_log import call_log_markup, sums_text
from app.views.abilities.invoke_form import EXECUTOR, invoke_form_markup
from app.views.abilities.one_ability import one_ability_markup
from app.views.admin.load import health_text, load_markup, memory_markup
from app.views.admin.metrics import share_text
from app.views.admin.navigation import options_markup
from app.views.markup import escape, icon
from app.views.texts import Texts
from app.views.values import hidden_unless, one_line, short_executor

ABILITIES = "#/admin/abilities"
NUMBERS = ("count", "succeeded", "duration", "cost")


def ability_markup(texts: Texts, ability: Ability) -> str:
    """Return the page. Regions: ``pictures``, ``written``, ``executor``, ``executor-load``.

    Rows: ``running`` and, in the drawer, ``logs``.
    """
    facts = {
        "fact.id": ability.id,
        "fact.provider": ability.provider,
        "fact.capability": ability.capability_key,
        "fact.executor": ability.executor_id,
    }
    executor = f"""<div class="field" data-podi="executor-choice" data-slot="executor">
      {executor_field_markup(texts, ability)}</div>"""
    # Below the form: what comes and goes with the executor moves nothing that one is about to press.
    load = '<div class="invoke__load" data-slot="executor-load"></div>'
    return one_ability_markup(
        texts,
        ability,
        invoke_form_markup(texts, ability, executor=executor) + load,
        back=ABILITIES,
        facts=facts,
        more=_day_markup(texts),
        drawer=call_log_markup(texts),
    )


def _day_markup(texts: Texts) -> str:
    numbers = "".join(
        f'<div class="number" data-number="{name}" data-slot="day-{name}-number" hidden>'
        f"<dt>{texts.escaped(f'day.{name}')}</dt><dd>"
        f'<strong class="num" translate="no" data-slot="day-{name}"></strong> '
        f'<span class="muted num" data-slot="day-{name}-more"></span></dd></div>'
        for name in NUMBERS
    )
    return f"""
      <section class="panel" aria-labelledby="day-title" data-podi="ability-day">
        <header class="panel__header"><h2 id="day-title">{texts.escaped("day.title")}</h2></header>
        <dl class="numbers numbers--day" data-slot="day-numbers" hidden>{numbers}</dl>
        <p class="muted day__said" role="status" data-slot="day-said"></p>
        <div class="ability__log day__log">
          <h3>{texts.escaped("logs.title")}</h3>
          <p class="num" translate="no" data-slot="log-count"></p>
          <p class="ability__cost num" translate="no" data-slot="log-cost"></p>
          <button class="button" type="button" data-action="open-logs" data-slot="open-logs">
            {icon("log")}{texts.escaped("logs.open")}</button>
        </div>
      </section>"""


def log_values(texts: Texts, *, logs: int | None, cost: str) -> Values:
    """Return how many records the log has, and the cost of those that are loaded (``cost_text``)."""
    return {"log-count": "" if logs is None else texts.say("logs.count", n=logs), "log-cost": cost}


def day_values(texts: Texts, day: AbilityDay | None, *, failing: bool = False) -> Values:
    """Return the last day of an ability, and in words whose figures those are and of how many calls.

    ``failing``: the day is not known because the log cannot be read.
    """
    if day is None:
        return {"day-numbers@hidden": "", "day-said": texts.say("day.error" if failing else "day.loading")}
    counts = day.counts
    if not counts.count and not day.loaded:
        return {"day-numbers@hidden": "", "day-said": texts.say("day.none")}
    rate = counts.failure_rate
    numbers = {
        "count": (texts.number(counts.count), ""),
        "succeeded": (
            "" if rate is None else share_text(texts, 1.0 - rate),
            texts.say("day.failed", n=counts.failed) if counts.failed else "",
        ),
        "duration": (
            "" if counts.p50_ms is None else texts.duration(counts.p50_ms / 1000),
            "" if counts.p95_ms is None else texts.say("day.p95", duration=texts.duration(counts.p95_ms / 1000)),
        ),
        "cost": (
            sums_text(texts, day.costs.spent) if day.costs.spent else "",
            texts.say("logs.cost_failed", cost=sums_text(texts, day.costs.failed)) if day.costs.failed else "",
        ),
    }
    values: dict[str, str | None] = {"day-numbers@hidden": None, "day-said": _said(texts, day)}
    for name, (number, more) in numbers.items():
        values |= {
            f"day-{name}": number,
            f"day-{name}-more": more,
            f"day-{name}-number@hidden": hidden_unless(number or more),
        }
    return values


def _said(texts: Texts, day: AbilityDay) -> str:
    costs = bool(day.costs.spent or day.costs.failed)
    if not day.of_server:
        return texts.say("day.from_log" if day.whole else "day.from_newest", n=day.loaded)
    if day.whole or not costs:
        return texts.say("day.from_server")
    return f"{texts.say('day.from_server')} {texts.say('day.cost_newest', n=day.loaded)}"


def executor_field_markup(
    texts: Texts, ability: Ability, executors: Sequence[Executor] | None = (), chosen: str = ""
) -> str:
    """Return the field of the executor: a list where the server says which there are, else a box for its id.

    ``executors`` is empty until they are known, and ``None`` where the server does not say them. Choosing is the action
    ``choose-executor``.
    """
    name = f'id="own-{EXECUTOR}" name="{EXECUTOR}" data-action="choose-executor" aria-describedby="hint-{EXECUTOR}"'
    if executors is not None:
        options = {"": texts.say("executor.own", name=_name_of(ability.executor_id, executors))}
        if not ability.executor_id:
            options[""] = texts.say("executor.any")
        options |= {one.id: _option(texts, one) for one in executors if one.id != ability.executor_id}
        control = f'<select class="input" {name}>{options_markup(options, chosen)}</select>'
    else:
        hint = f' placeholder="{escape(ability.executor_id)}"' if ability.executor_id else ""
        control = (
            f'<input class="input" type="text" value="{escape(chosen)}" {name} autocomplete="off" '
            f'spellcheck="false"{hint}>'
        )
    words = "executor.hint" if executors is not None else "invoke.executorId.hint"
    return (
        f'<label for="own-{EXECUTOR}">{texts.escaped(f"invoke.{EXECUTOR}")}</label>{control}'
        f'<span class="field__hint" id="hint-{EXECUTOR}">{texts.escaped(words)}</span>'
    )


def executor_load_markup(texts: Texts, name: str, queue: QueueServer | None, memory: Sequence[GpuMemory]) -> str:
    """Return queue and memory of the chosen executor; nothing where neither is known."""
    parts = [("overview.load", load_markup(texts, name, queue))] if queue is not None else []
    parts += [("overview.memory", memory_markup(texts, name, device)) for device in memory]
    return "".join(
        f'<div class="invoke__gauge"><span class="muted">{texts.escaped(key)}</span>{gauge}</div>'
        for key, gauge in parts
    )


def _option(texts: Texts, executor: Executor) -> str:
    return texts.say("executor.option", name=_name_of(executor.id, (executor,)), state=health_text(texts, executor))


def _name_of(executor_id: str | None, executors: Sequence[Executor]) -> str:
    found = next((one.name for one in executors if one.id == executor_id and one.name), None)
    return one_line(found) if found else short_executor(executor_id)
