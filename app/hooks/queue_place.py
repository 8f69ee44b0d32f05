"""One job's place in the queue of its executor (R47): read for admins while the job waits and its prompt is known."""

from collections.abc import Callable

from app.api.client import Api
from app.api.errors import NotFound
from app.api.queues import queue_places
from app.core.estimate import QueuePlaces
from app.core.records import AbilityTask
from app.core.status import Status
from app.hooks.refresher import Pace, RefreshContext, Refresher

PACE = Pace(every_s=5.0, apart_s=2.0)


class QueuePlace:
    """The place of the job that ``job`` returns; ``changed`` is called when it was read, or could not be."""

    def __init__(
        self, context: RefreshContext, api: Api, job: Callable[[], AbilityTask | None], changed: Callable[[], None]
    ) -> None:
        self._api = api
        self._job = job
        #: The place among those that wait, from 1, and how many run; ``None`` where nobody knows.
        self.place: tuple[int, int] | None = None
        # Whether the server has such a queue.
        self._offered = True
        self._refresher = Refresher(
            context, self._read, self._take, pace=PACE, needed=self._needed, changed=changed, forbidden=self._refused
        )
        self._refresher.request()

    def job_changed(self) -> None:
        """The job may wait no longer, or its prompt be known by now."""
        if not self._needed():
            self.place = None
        elif self.place is None and not self._refresher.due:
            self._refresher.hint()

    def close(self) -> None:
        """Read nothing more."""
        self._refresher.close()

    def _needed(self) -> bool:
        job = self._job()
        waits = job is not None and job.status is Status.QUEUED
        return bool(self._offered and waits and job and job.prompt_id and job.executor_id)

    def _refused(self) -> None:
        self._offered = False

    async def _read(self) -> QueuePlaces:
        job = self._job()
        try:
            return await queue_places(self._api, (job and job.executor_id) or "")
        except NotFound:
            self._offered = False
            return QueuePlaces()

    def _take(self, places: QueuePlaces) -> None:
        job = self._job()
        self.place = places.place(job.prompt_id) if job is not None and job.prompt_id else None
