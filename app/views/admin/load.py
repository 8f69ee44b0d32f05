"""How an executor is, how much runs and waits on it, and how much of its memory is taken."""

from app.core.dashboard import Executor, GpuMemory
from app.core.queues import QueueServer
from app.views.markup import escape
from app.views.texts import Texts
from app.views.values import one_line

_GIBIBYTE = 1024**3


def health_text(texts: Texts, executor: Executor) -> str:
    """Return how an executor is: its health where the server says it, else whether it is switched on."""
    word = executor.health or executor.status or "unknown"
    key = f"overview.health.{word.lower()}"
    return texts.say(key) if key in texts else one_line(word)


def load_markup(texts: Texts, name: str, queue: QueueServer | None) -> str:
    """Return the queue of the executor that is called ``name``."""
    if queue is None or not queue.supported:
        return "—"
    load = queue.running + queue.waiting
    key = "overview.load_of" if queue.limit is None else "overview.load_limit"
    words = texts.say(key, running=queue.running, waiting=queue.waiting, limit=queue.limit or 0)
    full = " data-full" if queue.limit is not None and load >= queue.limit else ""
    label = f"{texts.escaped('overview.load')}: {escape(name)}"
    return (
        f'<span class="load"{full}><progress class="meter" max="{queue.limit or max(load, 1)}" value="{load}" '
        f'aria-label="{label}"></progress><span class=num translate=no>{escape(words)}</span></span>'
    )


def memory_markup(texts: Texts, name: str, device: GpuMemory) -> str:
    """Return the memory of one device of the executor that is called ``name``."""
    words = texts.say("overview.memory_of", used=_gigabytes(texts, device.used), total=_gigabytes(texts, device.total))
    label = f"{texts.say('overview.memory')}: {name} {device.name}"
    return (
        f'<span class="load"><progress class="meter" max="{device.total}" value="{device.used}" '
        f'aria-label="{escape(label)}"></progress><span class=num translate=no>{escape(words)}</span></span>'
    )


def _gigabytes(texts: Texts, size: int) -> str:
    return texts.number(round(size / _GIBIBYTE, 1), 1)
