"""Notifications at work (R44): the tab's title and icon, a notification per end, and the watch over what is marked."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Protocol

from app.contexts.notifications import NotificationContext, NotificationsChanged
from app.core.collection import Change
from app.core.events import AbilityTasksChanged, TasksChanged
from app.core.notify import Bundle, NotifyOne, NotifyTogether, SinceSeen, begun_anew, ended
from app.core.records import AbilityTask, Source, Task
from app.hooks.hidden_watch import HiddenWatch
from app.monitor import Monitor
from app.ports import Address
from app.scheduling.background_tasks import BackgroundTasks
from app.views.markup import job_address
from app.views.shell.notifications import end_texts, tab_icon, tab_text, together_texts
from app.views.texts import Texts

Job = Task | AbilityTask
LISTS = "/tasks"


class Tab(Protocol):
    """What the tab shows beside the page's own title."""

    def state(self, text: str, icon: str | None) -> None:
        """Show a text before the title, and another icon."""


class Notifier:
    """Notifies one signed-in user of ends."""

    def __init__(
        self, monitor: Monitor, texts: Texts, context: NotificationContext, tab: Tab, address: Address
    ) -> None:
        self._monitor = monitor
        self._texts = texts
        self._context = context
        self._tab = tab
        self._address = address
        self._bundle = Bundle()
        self._since = SinceSeen()
        ports = monitor.ports
        self._notifications = ports.late.adapters.notifications()
        self._background = BackgroundTasks(ports.report)
        self._watch = HiddenWatch(ports, self._wanted, every_s=monitor.settings.polling.hidden_every_s)
        self._subscriptions = (
            ports.page.on_visibility(self._visible),
            ports.store.on_change(self._stored),
            monitor.bus.subscribe(NotificationsChanged, lambda _: self._watch.plan()),
            monitor.bus.subscribe(TasksChanged, lambda event: self._changed(event.batch.changes)),
            monitor.bus.subscribe(AbilityTasksChanged, lambda event: self._changed(event.batch.changes)),
        )
        self._notify_of_earlier_marks()
        self._show()

    def set_language(self, texts: Texts) -> None:
        """Say it in another language."""
        self._texts = texts
        self._show()

    def close(self) -> None:
        """Notify no more."""
        for subscription in self._subscriptions:
            subscription.close()
        self._watch.close()
        self._background.close()
        self._notifications.close()
        self._tab.state("", None)

    def _job(self, job_id: str) -> Job | None:
        monitor = self._monitor
        return monitor.ability_tasks.tasks.get(job_id) or monitor.summary.tasks.get(job_id)

    def _notify_of_earlier_marks(self) -> None:
        """Notify of what was marked in an earlier visit and had ended before anybody here could see it end."""
        settings = self._context.settings
        for job in map(self._job, settings.marked):
            if job is not None and ended(None, job, settings):
                self._background.spawn(self._claim(job))

    def _changed(self, changes: Sequence[Change[Task] | Change[AbilityTask]]) -> None:
        settings = self._context.settings
        for change in changes:
            before, record = change.before, change.record
            if begun_anew(before, record):
                self._background.spawn(self._context.give_up_claim(record.id))
            if before is not None and not before.status.terminal and record.status.terminal:
                self._since.note(record)
            if ended(before, record, settings):
                self._background.spawn(self._claim(record))
            elif record.status.terminal and record.id in settings.marked:
                self._context.mark(record.id, marked=False)
        if not self._monitor.ports.page.hidden:
            self._since.seen()
        self._show()

    async def _claim(self, job: Job) -> None:
        mine = await self._context.claim(job.id)
        if job.id in self._context.settings.marked:
            self._context.mark(job.id, marked=False)
        if mine:
            self._show_notification(self._bundle.add(job.id, self._monitor.ports.clock.monotonic()))

    def _show_notification(self, step: NotifyOne | NotifyTogether) -> None:
        silent = not self._context.settings.sound
        match step:
            case NotifyOne(job_id):
                job = self._job(job_id)
                if job is not None:
                    title, body = end_texts(self._texts, job, self._monitor.server_now)
                    open_job = partial(self._address.go, job_address(job_id)[1:])
                    self._notifications.show(job_id, title, body, silent=silent, clicked=open_job)
            case NotifyTogether(job_ids, instead_of):
                for job_id in instead_of:
                    self._notifications.remove(job_id)
                jobs = [job for job in map(self._job, job_ids) if job is not None]
                title, body = together_texts(self._texts, jobs)
                tag = f"podi.many.{job_ids[0]}"
                open_lists = partial(self._address.go, LISTS)
                self._notifications.show(tag, title, body, silent=silent, clicked=open_lists)

    def _visible(self, hidden: bool) -> None:
        if not hidden:
            self._since.seen()
            self._show()

    def _stored(self, key: str, _: str | None) -> None:
        if self._context.concerns(key):
            self._monitor.bus.publish(NotificationsChanged())

    def _show(self) -> None:
        monitor = self._monitor
        running = monitor.summary.tasks.active_count + monitor.ability_tasks.tasks.active_count
        state = self._since.state(running)
        self._tab.state(tab_text(self._texts, state), tab_icon(state))
        self._watch.plan()

    def _wanted(self) -> list[Callable[[], Awaitable[None]]]:
        """Return the list reads that a hidden page may do: of the lists with something marked that is active."""
        monitor = self._monitor
        marked = [job for job in map(self._job, self._context.settings.marked) if job is not None and job.active]
        reads: list[Callable[[], Awaitable[None]]] = []
        if any(isinstance(job, Task) for job in marked):
            reads.append(partial(_read_tasks, monitor))
        if any(isinstance(job, AbilityTask) for job in marked):
            reads.append(partial(_read_ability_tasks, monitor))
        return reads


async def _read_tasks(monitor: Monitor) -> None:
    clock = monitor.ports.clock
    asked = clock.monotonic()
    tasks, _ = await monitor.api.tasks()
    monitor.summary.intake.apply_listed(tasks, Source.POLL, clock.monotonic(), asked)


async def _read_ability_tasks(monitor: Monitor) -> None:
    clock = monitor.ports.clock
    asked = clock.monotonic()
    tasks, _ = await monitor.api.ability_tasks()
    monitor.ability_tasks.intake.apply_listed(tasks, Source.POLL, clock.monotonic(), asked)
