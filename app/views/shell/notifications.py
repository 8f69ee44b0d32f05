"""What shows that jobs have ended: the tab's title and icon, notifications, their settings, a job's bell (R44)."""

from collections.abc import Sequence
from urllib.parse import quote

from app.core.elapsed import elapsed_s
from app.core.limits import FAILURES, LAST, PERCENTS, QUEUE, Limits, Reading
from app.core.notify import NotifySettings, Scope, TabState
from app.core.records import AbilityTask, Record, Task
from app.core.status import Status
from app.ports import Values
from app.views.jobs.rows import ability_task_name, status_word, task_name
from app.views.markup import icon
from app.views.shell.settings_navigation import settings_navigation
from app.views.texts import Texts
from app.views.values import flag, hidden_unless, short_executor

# What the tab's icon shows in the corner of the page's own: distinguished by shape, not by colour alone.
_SHAPES = {
    "running": '<circle cx="23" cy="23" r="8.5" fill="#fff"/><path d="m20.5 18.5 7 4.5-7 4.5Z" fill="#2457c9"/>',
    "ended": '<circle cx="23" cy="23" r="8.5" fill="#fff"/><path d="m18.5 23.5 3.2 3.2 6-7" fill="none"'
    ' stroke="#14713f" stroke-width="2.6"/>',
    "failed": '<path d="M23 12.5 32 29.5H14Z" fill="#fff"/><path d="M23 18.5v5.2M23 26v1.6" fill="none"'
    ' stroke="#b42318" stroke-width="2.8"/>',
}
_PERMISSIONS = ("granted", "denied", "default", "unsupported")


def tab_text(texts: Texts, state: TabState) -> str:
    """Return what stands before the page's title: what failed, ended and runs, if anything."""
    counts = {"failed": state.failed, "ended": state.ended, "running": state.running}
    parts = [texts.say(f"notify.tab.{name}", n=count) for name, count in counts.items() if count]
    return f"({' · '.join(parts)})" if parts else ""


def tab_icon(state: TabState) -> str | None:
    """Return the address of the tab's icon; ``None`` for the page's own, when there is nothing to say."""
    shape = "failed" if state.failed else "ended" if state.ended else "running" if state.running else None
    if shape is None:
        return None
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="28" height="28" rx="7"'
        f' fill="#2f55d4"/>{_SHAPES[shape]}</svg>'
    )
    return "data:image/svg+xml," + quote(picture)


def end_texts(texts: Texts, record: Task | AbilityTask, now: float) -> tuple[str, str]:
    """Return title and body of a job's notification: what it is, how it ended, how long it took; never its prompt."""
    name = ability_task_name(record) if isinstance(record, AbilityTask) else task_name(texts, record)
    took = elapsed_s(record, now)
    body = status_word(texts, record)
    return name, body if took is None else texts.say("notify.took", status=body, duration=texts.duration(took))


def together_texts(texts: Texts, records: Sequence[Record]) -> tuple[str, str]:
    """Return title and body of the notification that stands for many."""
    failed = sum(record.status is Status.FAILED for record in records)
    return texts.say("notify.many", n=len(records)), texts.say("notify.many_failed", n=failed) if failed else ""


def bell_markup(texts: Texts) -> str:
    """Return a job's bell; it is pressed while the job is marked."""
    return f"""
<button class="button button--small" type="button" data-action="mark" data-podi="bell" data-slot="bell" hidden>
  {icon("bell")}<span data-slot="bell-text">{texts.escaped("notify.mark")}</span></button>"""


def bell_values(texts: Texts, *, active: bool, marked: bool) -> Values:
    """Return the state of a job's bell: only what is still to end can be marked."""
    return {
        "bell@hidden": hidden_unless(active),
        "bell@aria-pressed": "true" if marked else "false",
        "bell-text": texts.say("notify.marked" if marked else "notify.mark"),
    }


def alarm_texts(texts: Texts, reading: Reading, limit: int) -> tuple[str, str]:
    """Return title and body of the notification of something that is above its limit (in percent)."""
    if reading.key == FAILURES:
        return (
            texts.say("alarm.failures", n=reading.part, last=reading.whole),
            texts.say("alarm.failures_limit", n=limit),
        )
    name = short_executor(reading.key.removeprefix(QUEUE))
    return (
        texts.say("alarm.queue", name=name, n=reading.percent),
        texts.say("alarm.queue_limit", part=reading.part, whole=reading.whole, n=limit),
    )


def _limits_markup(texts: Texts) -> str:
    """Return the limits that admins can set; each number is a field of its own."""

    def number(name: str, allowed: range) -> str:
        return (
            f'<label class="notifications__number">{texts.escaped(f"notify.limit.{name}")}'
            f'<input class="input num" type="number" inputmode="numeric" min="{allowed[0]}" max="{allowed[-1]}" '
            f'step="1" name="{name}" data-action="notify" data-slot="limit-{name}"></label>'
        )

    def choice(name: str, numbers: str) -> str:
        return (
            f'<div class="notifications__limit" role="group" aria-labelledby="limit-{name}">'
            f'<label class="notifications__choice"><input type="checkbox" name="{name}_on" data-action="notify" '
            f'data-slot="limit-{name}_on"><span><strong id="limit-{name}">{texts.escaped(f"notify.limit.{name}_on")}'
            f'</strong><span class="muted">{texts.escaped(f"notify.limit.{name}_on.meaning")}</span></span></label>'
            f'<div class="notifications__numbers">{numbers}</div></div>'
        )

    failures = choice("failures", number("failures", PERCENTS) + number("last", LAST))
    return f"""<fieldset class="notifications__scopes" data-podi="notification-limits">
      <legend>{texts.escaped("notify.limits")}</legend>
      {failures}{choice("queue", number("queue", PERCENTS))}
      <p class="muted">{texts.escaped("notify.limits.meaning")}</p></fieldset>"""


def settings_markup(texts: Texts, *, admin: bool = False) -> str:
    """Return the page of settings, for admins with their limits; every change of it is the action ``notify``."""
    scopes = "".join(
        f'<label class="notifications__choice"><input type="radio" name="scope" value="{scope.value}"'
        f' data-action="notify"'
        f' data-slot="scope-{scope.value}">'
        f"<span><strong>{texts.escaped(f'notify.scope.{scope.value}')}</strong>"
        f'<span class="muted">{texts.escaped(f"notify.scope.{scope.value}.meaning")}</span></span></label>'
        for scope in Scope
    )
    permissions = "".join(
        f'<p class="note" data-slot="permission-{name}" hidden>{texts.escaped(f"notify.permission.{name}")}</p>'
        for name in _PERMISSIONS
    )
    return f"""
<div class="page page--notifications">
  {settings_navigation(texts, "notifications")}
  <section class="card notifications" aria-labelledby="notifications-title" data-podi="tell-settings">
    <h1 id="notifications-title">{icon("bell")} {texts.escaped("notify.title")}</h1>
    <form>
      <fieldset class="notifications__scopes"><legend>{texts.escaped("notify.which")}</legend>{scopes}</fieldset>
      {_limits_markup(texts) if admin else ""}
      <label class="notifications__choice"><input type="checkbox" name="sound" data-action="notify"
        data-slot="sound">
        <span><strong>{texts.escaped("notify.sound")}</strong></span></label>
    </form>
    <div role="status">{permissions}</div>
    <button class="button button--primary" type="button" data-action="allow" data-slot="allow" hidden>
      {texts.escaped("notify.allow")}</button>
    <p class="muted" data-slot="marked"></p>
    <p class="muted">{texts.escaped("notify.hidden")}</p>
  </section>
</div>"""


def _limit_values(limits: Limits) -> Values:
    numbers = {"failures": limits.failures, "last": limits.last, "queue": limits.queue}
    return {
        "limit-failures_on@checked": flag(limits.failures_on),
        "limit-queue_on@checked": flag(limits.queue_on),
        **{f"limit-{name}@value": str(number) for name, number in numbers.items()},
    }


def settings_values(texts: Texts, settings: NotifySettings, permission: str, *, admin: bool = False) -> Values:
    """Return what the form shows, and what the browser allows."""
    chosen = {f"scope-{scope.value}@checked": "" if scope is settings.scope else None for scope in Scope}
    limits = settings.limits
    wanted = settings.scope is not Scope.NONE or (admin and (limits.failures_on or limits.queue_on))
    said = {f"permission-{name}@hidden": hidden_unless(wanted and name == permission) for name in _PERMISSIONS}
    return {
        **chosen,
        **said,
        **(_limit_values(settings.limits) if admin else {}),
        "sound@checked": "" if settings.sound else None,
        "allow@hidden": hidden_unless(wanted and permission == "default"),
        "marked": texts.say("notify.marked_count", n=len(settings.marked)) if settings.marked else "",
    }
