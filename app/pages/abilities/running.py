"""The active tasks of one ability, as rows on its page."""

from functools import partial

from app.pages.page_context import PageContext
from app.ports import RowList, Values
from app.views.jobs.rows import ability_task_row_values, elapsed_values, job_row_markup, when_values

ROW_PX = 64


class RunningTasks:
    """The rows ``running`` of a surface."""

    def __init__(self, context: PageContext, ability_id: str) -> None:
        self._context = context
        self._ability_id = ability_id
        markup = job_row_markup(context.texts)
        self._rows: RowList = context.surface.rows(
            "running", row_px=ROW_PX, markup=lambda _: markup, values=self._row_values
        )

    def show(self) -> int:
        """Write the rows; return how many there are."""
        running = self._context.monitor.ability_tasks.active_of(self._ability_id)
        self._rows.set_order([task.id for task in running])
        self._rows.touch()
        return len(running)

    def tick(self, now: float) -> None:
        """Update running times, and when the tasks were submitted, at ``now`` (epoch seconds)."""
        self._rows.pass_time(partial(self._time_values, now))

    def _time_values(self, now: float, key: str) -> Values:
        """Return what changes in a row as time passes."""
        task = self._context.monitor.ability_tasks.tasks.get(key)
        return {**elapsed_values(task, now), **when_values(self._context.texts, task, now)} if task is not None else {}

    def _row_values(self, key: str) -> Values:
        task = self._context.monitor.ability_tasks.tasks.get(key)
        now = self._context.monitor.server_now
        return ability_task_row_values(self._context.texts, task, now) if task is not None else {}
