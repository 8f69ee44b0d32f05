"""Traditional tasks: list items, single reads and submit answers."""

from typing import Annotated

from pydantic import TypeAdapter, ValidateAs

from app.core.records import Task, Word
from app.core.status import Status, parse_status
from app.wire.fields import (
    Float,
    Id,
    Int,
    Lenient,
    Moment,
    Opaque,
    PointsAmount,
    Reason,
    Text,
    WireModel,
    epoch,
    percent,
    read,
)


class TaskModel(WireModel):
    """One task, in full or in part."""

    task_id: Id
    status: str
    progress: Float = None
    action: Text = None
    channel: Text = None
    created_at: Moment = None
    updated_at: Moment = None
    finished_at: Moment = None
    points: PointsAmount = None
    result_url: Text = None
    error_message: Reason = None
    workflow_params: Opaque = None

    def task(self) -> Task:
        """Return the task; of a partial answer, what it has."""
        at = epoch(self.updated_at)
        word = Word(parse_status(self.status), self.status, percent(self.progress), at)
        return Task(
            id=self.task_id,
            dated=word if at is not None else None,
            undated=word if at is None else None,
            action=self.action,
            channel=self.channel,
            created_at=epoch(self.created_at),
            finished_at=epoch(self.finished_at),
            points=self.points,
            # Of a task that has not succeeded it is the picture that went in (docs/contract.md).
            result_url=self.result_url if word.status is Status.SUCCEEDED else None,
            error=self.error_message,
            parameters=self.workflow_params,
        )


# Made as soon as its item is read: models take more memory than records.
_Listed = Annotated[Task, ValidateAs(TaskModel, TaskModel.task)]


class TaskListModel(WireModel):
    """A page of tasks; items that cannot be read are left out."""

    items: list[Annotated[_Listed | None, Lenient]]
    total: Int = None


_LIST: TypeAdapter[TaskListModel] = TypeAdapter(TaskListModel)
_ONE: TypeAdapter[TaskModel] = TypeAdapter(TaskModel)


def read_task_list(text: str) -> tuple[list[Task], int]:
    """Return the tasks of a page, newest first, and how many there are in all, readable or not."""
    page = read(_LIST, text)
    tasks = [task for task in page.items if task is not None]
    return tasks, len(page.items) if page.total is None else page.total


def read_task(text: str) -> Task:
    """Return the task of a single read, which has little more than its status."""
    return read(_ONE, text).task()
