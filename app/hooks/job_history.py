"""What the server noted of one job, read for admins (R38): a task's events, or the record of an ability task's call."""

from collections.abc import Callable

from app.api.admin import AdminApi
from app.api.client import Api
from app.core.job_history import JobHistory, last_run
from app.core.records import AbilityTask, Record, Task
from app.hooks.optional_read import OptionalRead
from app.hooks.refresher import RefreshContext
from app.wire.job_history import history_of

# The record of a call that was made lately is among the newest of its ability.
SEARCHED = 100


class JobHistoryRead:
    """The notes on the job that ``job`` returns; ``changed`` is called after every read."""

    def __init__(
        self, context: RefreshContext, api: Api, job: Callable[[], Record | None], changed: Callable[[], None]
    ) -> None:
        self._api = AdminApi(api)
        self._job = job
        # What the last read was for: the job's status and the record that it names.
        self._read_for: object = None
        self._read = OptionalRead(context, self._ask, changed)
        self.job_changed()

    @property
    def history(self) -> JobHistory | None:
        """The notes; ``None`` where the server has none."""
        return self._read.value

    def job_changed(self) -> None:
        """Read again if there may be more to know."""
        job = self._job()
        state = None if job is None else (job.status, getattr(job, "log_id", None))
        if state is not None and state != self._read_for:
            self._read_for = state
            self._read.request()

    def again(self) -> None:
        """Read again: a callback is under way."""
        self._read.request()

    def close(self) -> None:
        """Read nothing more."""
        self._read.close()

    async def _ask(self) -> JobHistory:
        job = self._job()
        match job:
            case Task():
                return JobHistory(last_run(await self._api.timeline(), job.id))
            case AbilityTask(ability_id=str(ability_id), log_id=int(log_id)):
                page = await self._api.calls({"abilityId": ability_id}, limit=SEARCHED)
                record = next((one for one in page.items if one.id == log_id), None)
                return JobHistory() if record is None else history_of(record)
            case _:
                return JobHistory()
