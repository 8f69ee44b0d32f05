"""Running a traditional task again: the same order under a new id, once for each intention (R41).

The page chooses the id, so that a task whose answer was lost can be searched for by it. An ability task is run again by
the form of its ability instead.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from app.api.errors import ApiError, unanswered
from app.api.submissions import submit_task
from app.core.intentions import Intentions
from app.core.job_ids import new_job_id
from app.core.lost_answer import SEARCHES, SEARCHES_APART_S
from app.core.records import AbilityTask, Source, Task
from app.core.run_again import task_order
from app.hooks.refresher import Pace, Refresher
from app.monitor import Monitor
from app.pages.abilities.refusals import refusal_sentence
from app.scheduling.background_tasks import BackgroundTasks
from app.views.texts import Texts

SUBMIT = "submit"
APART = Pace(apart_s=SEARCHES_APART_S)


def may_run_again(record: Task | AbilityTask, user_id: str | None) -> bool:
    """Return whether a job has ended and can be run again."""
    if not record.ended:
        return False
    if isinstance(record, AbilityTask):
        return record.ability_id is not None
    return task_order(record, user_id) is not None


async def submit_again(monitor: Monitor, record: Task, order: Mapping[str, object], job_id: str) -> str:
    """Submit a task's order under this id, list the new task, and return its id. Raises ``ApiError``."""
    task = await submit_task(monitor.api, {"taskId": job_id, **order})
    # The answer has an id and a status; what was ordered is known without it.
    known = replace(
        task, action=record.action, channel=record.channel, points=record.points, parameters=record.parameters
    )
    monitor.summary.intake.apply_listed([known], Source.INVOKE, monitor.ports.clock.monotonic())
    return task.id


class RunAgain:
    """One task's way to be run again; ``changed`` is called when its state has, ``done`` with the new id."""

    def __init__(
        self, monitor: Monitor, texts: Texts, changed: Callable[[], None], done: Callable[[str], None]
    ) -> None:
        self._monitor = monitor
        self._texts = texts
        self._changed = changed
        self._done = done
        self._intentions = Intentions()
        self._background = BackgroundTasks(monitor.ports.report)
        # The id of the task whose answer was lost, and how many searches are left.
        self._sought: str | None = None
        self._left = 0
        # Why the last try came to nothing, as a sentence.
        self.error = ""
        self._refresher = Refresher(
            monitor.refresh_context, self._read, self._take, pace=APART, needed=lambda: self._sought is not None
        )

    @property
    def sending(self) -> bool:
        """Whether a submission is under way."""
        return self._intentions.under_way(SUBMIT)

    @property
    def searching(self) -> bool:
        """Whether a task whose answer was lost is searched for."""
        return self._sought is not None

    def run(self, record: Task) -> None:
        """Order the same again; a press that repeats the last one is none."""
        order = task_order(record, self._monitor.session.user_id)
        now = self._monitor.ports.clock.monotonic()
        if order is not None and self._intentions.begin(SUBMIT, order, now):
            self._background.spawn(self._submit(record, order))

    def close(self) -> None:
        """Give up what is under way."""
        self._sought = None
        self._refresher.close()
        self._background.close()

    async def _submit(self, record: Task, order: Mapping[str, object]) -> None:
        monitor = self._monitor
        job_id = new_job_id(monitor.ports.random)
        self.error = ""
        self._changed()
        try:
            made = await submit_again(monitor, record, order, job_id)
        except ApiError as refused:
            if unanswered(refused):
                self._sought, self._left = job_id, SEARCHES
                self._refresher.request()
                self._changed()
            else:
                self._end(refusal_sentence(self._texts, refused))
        else:
            self._end("")
            self._done(made)

    async def _read(self) -> list[Task]:
        tasks, _ = await self._monitor.api.tasks()
        return tasks

    def _take(self, tasks: list[Task]) -> None:
        monitor = self._monitor
        found = [task for task in tasks if task.id == self._sought]
        if found:
            monitor.summary.intake.apply_listed(found, Source.INVOKE, monitor.ports.clock.monotonic())
            self._end("")
            self._done(found[0].id)
            return
        self._left -= 1
        if self._left > 0:
            self._refresher.request()
        else:
            self._end(self._texts.say("invoke.lost"))

    def _end(self, error: str) -> None:
        self._sought = None
        self._intentions.end(SUBMIT)
        self.error = error
        if not error:
            self._monitor.points.refresh()
        self._changed()
