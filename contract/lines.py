"""The lines of docs/contract.md: what each is called, and what the page is without it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the contract.

    `hides` says what people do not see where the backend has it not; a `required` line is one without which the page
    cannot work at all.
    """

    name: str
    hides: str
    required: bool = False


LINES = (
    Line("auth.login", "everything: nobody gets in", required=True),
    Line("auth.refresh", "the way to stay: everybody signs in again when the token ends"),
    Line("auth.lifetime", "the renewal in time: a token is renewed once it was refused"),
    Line("auth.refused", "the end of a session: a refused token is taken for an outage"),
    Line("tasks.list", "the list of tasks", required=True),
    Line("tasks.total", "true counts: they are of what was read, and say so"),
    Line("tasks.filter", "counts per status, and cheap polls: single reads are used"),
    Line("tasks.one", "updates of tasks that the list does not reach"),
    Line("tasks.unknown", "nothing: an unknown id may be answered as pending or not found"),
    Line("ability-tasks.list", "the list of ability tasks", required=True),
    Line("ability-tasks.one", "updates of ability tasks beyond the newest 200"),
    Line(
        "ability-tasks.unknown",
        "the end of jobs that vanished: they stay until nothing came of them for 10 minutes",
    ),
    Line("abilities.list", "the abilities, and the forms that call them"),
    Line("points.statistics", "the balance"),
    Line("points.transactions", "the page of points and what a job cost"),
    Line("admin.logs", "an ability's log, its cost and its export"),
    Line("admin.calls", "the log of all calls, the problems and the charts"),
    Line("admin.metrics", "usual durations and rates of success as the server counts them"),
    Line("admin.export", "the export that the server filters: the page reads the log instead"),
    Line("admin.queues", "the ComfyUI queue"),
    Line("admin.queue", "a job's place in the queue"),
    Line("admin.system", "GPU memory beside the queue"),
    Line("admin.dashboard", "the overview of all users"),
    Line("admin.timeline", "why a task is blocked or failed, and its timeline"),
    Line("admin.abilities", "abilities that are switched off"),
    Line("admin.executors", "executors by name and their concurrency"),
    Line("admin.bindings", "the word before submitting that an action has no binding"),
    Line("socket.header", "push behind a proxy that turns the token into a header"),
    Line("socket.subprotocol", "push without such a proxy, the safe way"),
    Line("socket.query", "push without such a proxy, with the token in addresses and logs"),
    Line("socket.anonymous", 'push for `ws_auth = "none"`'),
    Line("socket.refusal", "the reason of a refused socket: the page asks by a read instead"),
    Line("socket.ping", "the notice of a dead connection within 35 s: the reconcile every 60 s finds it"),
    Line("push.task-status", "pushed tasks: they are polled"),
    Line("push.ability-task-status", "pushed ability tasks: they are polled"),
    Line("push.wallet-points", "pushed points: they are read when jobs end"),
    Line("push.ability-log-created", "pushed log records: an open log is read every 10 s"),
    Line("tasks.submit", "submitting tasks"),
    Line("ability-tasks.submit", "submitting ability tasks"),
    Line("abilities.invoke", "calling an ability and waiting for it"),
)
BY_NAME = {line.name: line for line in LINES}
