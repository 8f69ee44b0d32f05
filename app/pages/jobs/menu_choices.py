"""What the menus of the bar offer of abilities, actions and executors: those of the jobs that are known (R34)."""

from collections.abc import Iterable

from app.core.records import AbilityTask, Record, Task
from app.views.jobs.filter_bar import Choices, action_name
from app.views.jobs.rows import ability_task_name
from app.views.texts import Texts
from app.views.values import short_executor

MOST = 100
"""A menu with more entries helps nobody; what is not in it can be typed."""


class MenuChoices:
    """The values seen so far, by field."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._ability: dict[str, str] = {}
        self._action: dict[str, str] = {}
        self._executor: dict[str, str] = {}

    @property
    def choices(self) -> Choices:
        """The values with their labels, by label."""
        return Choices(
            *(dict(sorted(one.items(), key=_label)) for one in (self._ability, self._action, self._executor))
        )

    def add(self, records: Iterable[Record | None]) -> bool:
        """Take the values of more jobs; return whether there are new ones."""
        before = len(self._ability) + len(self._action) + len(self._executor)
        for record in records:
            match record:
                case AbilityTask(ability_id=ability, executor_id=executor):
                    if ability and ability not in self._ability and len(self._ability) < MOST:
                        self._ability[ability] = ability_task_name(record)
                    if executor and executor not in self._executor and len(self._executor) < MOST:
                        self._executor[executor] = short_executor(executor)
                case Task(action=action) if action and action not in self._action and len(self._action) < MOST:
                    self._action[action] = action_name(self._texts, action)
                case _:
                    pass
        return len(self._ability) + len(self._action) + len(self._executor) > before


def _label(item: tuple[str, str]) -> str:
    return item[1].casefold()
