"""The lists of the last visit: shown before Python runs (``static/shell.js``), and until the server has answered.

They are kept when the page is hidden or left, and removed when the session ends; older than a week, when no session can
be alive any more, they are not shown. A kept row is text only: it has no picture, and none of the public attributes by
which scripts find a live job. docs/boot.md says what that saves.
"""

from collections.abc import Mapping
from decimal import Decimal

from app.contexts.session import SignedIn, SignedOut
from app.core.amounts import add
from app.core.collection import Collection
from app.core.records import R
from app.monitor import Monitor
from app.ports import Values
from app.views.jobs.queue_panel import queue_panel_values
from app.views.jobs.rows import ability_task_row_values, task_row_values
from app.views.texts import Texts
from app.wire.kept_lists import KeptLists, keep_lists, read_lists

KEY = "podi.last-seen"
# As many rows as a tall window shows.
ROWS = 20
LONGEST_ID = 200
# Of each kind; of more, the next visit does not notice the end.
MOST_ACTIVE = 200
NOT_KEPT = {"preview@src": None, "preview@alt": "", "preview@hidden": "", "@data-task-id": None, "@data-kind": None}


class LastSeen:
    """The lists that this browser keeps for its user."""

    def __init__(self, monitor: Monitor, texts: Texts) -> None:
        self._monitor = monitor
        self._store = monitor.ports.store
        self.texts = texts
        page = monitor.ports.page
        self._subscriptions = (
            monitor.bus.subscribe(SignedIn, lambda event: self._forget() if event.anew else None),
            monitor.bus.subscribe(SignedOut, lambda _: self._forget()),
            page.on_visibility(lambda hidden: self._keep() if hidden else None),
            page.on_leaving(lambda leaving: self._keep() if leaving else None),
        )
        if monitor.session.user_id is None:
            self._forget()

    def close(self) -> None:
        """Stop keeping."""
        for subscription in self._subscriptions:
            subscription.close()

    @property
    def lists(self) -> KeptLists | None:
        """The lists to show until both have been read: those of this user in this language, if any are kept.

        A time without its day is left out on another day (``static/shell.js`` does the same).
        """
        lists, day = None if self._loaded else self._kept(), self.texts.day
        if lists is None or day(lists.at) == day(self._monitor.ports.clock.wall()):
            return lists
        return lists.model_copy(update={"tasks": _undated(lists.tasks), "ability_tasks": _undated(lists.ability_tasks)})

    @property
    def _loaded(self) -> bool:
        monitor = self._monitor
        return monitor.task_polling.loaded and monitor.ability_task_polling.loaded

    def _kept(self) -> KeptLists | None:
        lists = read_lists(self._store.get(KEY), self._monitor.ports.clock.wall())
        mine = lists and (lists.user, lists.language) == (self._monitor.session.user_id, self.texts.language)
        return lists if mine else None

    def _forget(self) -> None:
        self._store.remove(KEY)

    def _keep(self) -> None:
        """Keep the lists if both have been read in this visit; otherwise those of an earlier visit stay."""
        monitor, texts, user = self._monitor, self.texts, self._monitor.session.user_id
        if user is None or not self._loaded:
            return
        now = monitor.ports.clock.wall()
        # An age would be shown as it was then.
        not_kept = {**NOT_KEPT, "when": ""} if texts.relative else NOT_KEPT
        summary, before = monitor.queues.summary, self._kept()
        points = monitor.points.points
        text = keep_lists(
            KeptLists(
                user=user,
                language=texts.language,
                at=now - (monitor.age_s or 0),
                asks=monitor.first_reads,
                tasks={
                    task.id: {**task_row_values(texts, task, now), **not_kept}
                    for task in _newest(monitor.summary.tasks)
                },
                ability_tasks={
                    task.id: {**ability_task_row_values(texts, task, now), **not_kept}
                    for task in _newest(monitor.ability_tasks.tasks)
                },
                queue=queue_panel_values(texts, summary) if summary else before and before.queue,
                left_at=monitor.server_now,
                active=tuple(_active(monitor.summary.tasks) + _active(monitor.ability_tasks.tasks)),
                owned=None if points is None else Decimal(add(points.total, points.frozen)),
            )
        )
        if text:
            self._store.set(KEY, text)
        else:
            self._forget()


def _undated(rows: Mapping[str, Values]) -> dict[str, Values]:
    return {job_id: {**values, "when": ""} for job_id, values in rows.items()}


def _active(collection: Collection[R]) -> list[str]:
    return [job_id for job_id in collection.active[:MOST_ACTIVE] if len(job_id) <= LONGEST_ID]


def _newest(collection: Collection[R]) -> list[R]:
    found = (collection.get(job_id) for job_id in collection.order[:ROWS] if len(job_id) <= LONGEST_ID)
    return [record for record in found if record is not None]
