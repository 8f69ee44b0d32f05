"""Where the facts of a job came from and how old they are, as lines below them and as titles (R38)."""

from app.core.provenance import Origins
from app.core.records import AbilityTask, Task
from app.ports import Values
from app.views.jobs.job import repeats_end
from app.views.texts import Texts
from app.views.values import hidden_unless

SHOWN = {
    "status": ("status", "status"),
    "progress": ("progress", "progress"),
    "ability": ("ability_id", None),
    "provider": ("provider", None),
    "capability": ("capability_key", None),
    "executor": ("executor_id", None),
    "channel": (None, "channel"),
    "points": ("points", "points"),
    "created": ("created_at", "created_at"),
    "started": ("started_at", None),
    "finished": ("finished_at", "finished_at"),
    "updated": ("updated_at", "updated_at"),
    "log": ("log_id", None),
    "trace": ("trace_id", None),
    "callback": ("callback_url", None),
    "error": ("error", "error"),
    "inputs": ("request", "parameters"),
    "results": ("result", "result_url"),
}
"""What a page shows of a job, and the field that it is of: of an ability task, and of a task."""
FEW = 3
"""More facts than this that came together are not named, but called the rest."""


def sources_markup(texts: Texts) -> str:
    """Return the lines, hidden until they are known: as many as there are facts."""
    lines = "".join(f'<li data-slot="source-{number}" hidden></li>' for number in range(len(SHOWN)))
    label = texts.escaped("sources.label")
    return f'<ul class="sources muted" aria-label="{label}" data-podi="sources">{lines}</ul>'


def sources_values(texts: Texts, record: Task | AbilityTask, origins: Origins, now: float) -> Values:
    """Return the lines, one for all that came at once and in one way; ``now`` in monotonic seconds."""
    groups: dict[str, list[str]] = {}
    newest: dict[str, float] = {}
    for name, how, at in _facts(texts, record, origins, now):
        own = f"sources.{name}"
        groups.setdefault(how, []).append(texts.say(own if own in texts else f"fact.{name}"))
        newest[how] = max(at, newest.get(how, at))
    ordered = sorted(groups, key=lambda how: -newest[how])
    rest = max(ordered, key=lambda how: len(groups[how]), default="")
    if len(groups) > 1 and len(groups[rest]) > FEW:
        ordered.remove(rest)
        ordered.append(rest)
    else:
        rest = "" if len(groups) > 1 else rest
    comma = texts.say("offered.comma")
    lines = [
        texts.say("sources.some", facts=comma.join(groups[how]), how=how)
        if how != rest
        else texts.say("sources.rest" if len(groups) > 1 else "sources.all", how=how)
        for how in ordered
    ]
    values: dict[str, str | None] = {}
    for number in range(len(SHOWN)):
        line = lines[number] if number < len(lines) else ""
        values[f"source-{number}"] = line
        values[f"source-{number}@hidden"] = hidden_unless(line)
    return values


def source_titles(texts: Texts, record: Task | AbilityTask, origins: Origins, now: float) -> Values:
    """Return the title of each fact: what brought it, and how long ago."""
    facts = _facts(texts, record, origins, now)
    return {f"{name}-fact@title": how for name, how, _ in facts if f"fact.{name}" in texts}


def _facts(texts: Texts, record: Task | AbilityTask, origins: Origins, now: float) -> list[tuple[str, str, float]]:
    """Return each fact that the page shows, how it came, and when."""
    kind = 0 if isinstance(record, AbilityTask) else 1
    found = []
    for name, fields in SHOWN.items():
        one = fields[kind]
        hidden = name == "updated" and repeats_end(record)
        if one is not None and getattr(record, one) is not None and not hidden:
            touch = origins.of(one)
            how = texts.say(f"last_update.{touch.source.value}", age=texts.age(max(0.0, now - touch.at)))
            found.append((name, how, touch.at))
    return found
