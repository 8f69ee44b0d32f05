"""The ComfyUI queues beside the ability tasks, for admins (R30)."""

from app.core.queues import QueueServer, QueueSummary
from app.ports import Values
from app.views.texts import Texts
from app.views.values import hidden_unless, one_line, short_executor

# Values are bound to places, so that the markup has a fixed number of them.
SERVERS_SHOWN = 12


def queue_panel_markup(texts: Texts) -> str:
    """Return the panel, with places for a dozen executors; the rest are counted."""
    load = texts.escaped("queue.load")
    servers = "".join(
        f'<li class="server" data-slot="server-{number}" hidden><span class="server__name" data-slot="name-{number}">'
        f'</span><progress class="meter" max="1" data-slot="bar-{number}" aria-label="{load}"></progress>'
        f'<span class="server__text num" translate="no" data-slot="text-{number}"></span></li>'
        for number in range(SERVERS_SHOWN)
    )
    return f"""
<section class="queue" data-podi="queue-status" data-slot="panel" aria-labelledby="queue-title">
  <h3 id="queue-title">{texts.escaped("queue.title")}</h3>
  <p class="queue__total num" data-slot="total"></p>
  <p class="queue__failing" role="status" data-slot="failing" hidden></p>
  <ul class="queue__servers" data-slot="servers">{servers}</ul>
  <p class="queue__more muted" data-slot="more" hidden></p>
</section>"""


def queue_panel_values(texts: Texts, summary: QueueSummary | None, *, failing: bool = False) -> Values:
    """Return running, waiting and limit, in total and for each executor; or that they cannot be read at present."""
    values: dict[str, str | None] = {
        "panel@data-state": "failing" if failing else "loading" if summary is None else "ready",
        "failing@hidden": hidden_unless(failing),
        "failing": texts.say("queue.failing") if failing else "",
        "total": "" if summary is None else texts.say("queue.total", running=summary.running, waiting=summary.waiting),
    }
    servers = summary.servers if summary else ()
    for number in range(SERVERS_SHOWN):
        server = servers[number] if number < len(servers) else None
        values[f"server-{number}@hidden"] = hidden_unless(server)
        if server is not None:
            values.update(_server_values(texts, number, server))
    more = len(servers) - SERVERS_SHOWN
    values["more@hidden"] = hidden_unless(more > 0)
    values["more"] = texts.say("queue.more", n=more) if more > 0 else ""
    return values


def _server_values(texts: Texts, number: int, server: QueueServer) -> Values:
    load = server.running + server.waiting
    if not server.supported:
        text = one_line(server.message) if server.message else texts.say("queue.unsupported")
    elif server.limit is None:
        text = texts.say("queue.server", running=server.running, waiting=server.waiting)
    else:
        text = texts.say("queue.limited", running=server.running, waiting=server.waiting, limit=server.limit)
    full = server.limit is not None and load >= server.limit
    return {
        f"server-{number}@data-full": "" if full else None,
        f"name-{number}": short_executor(server.executor_id),
        f"name-{number}@title": server.executor_id,
        f"bar-{number}@hidden": hidden_unless(server.supported),
        f"bar-{number}@max": str(server.limit or max(load, 1)),
        f"bar-{number}@value": str(load),
        f"text-{number}": text,
    }
