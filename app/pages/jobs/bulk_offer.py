"""The button of the lists that asks to run all ended jobs again that a filter leaves (R41)."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from app.core.bulk import MOST, RunAgainAsked
from app.core.records import AbilityTask, Task
from app.core.run_again import may_order_again
from app.pages.page_context import PageContext
from app.ports import Action, Surface
from app.views.shell.bulk import offer_markup


class BulkOffer:
    """The button; ``found`` returns the jobs that the lists show, or nothing while no filter is on."""

    def __init__(self, context: PageContext, surface: Surface, found: Callable[[], Iterable[str]]) -> None:
        self._context = context
        self._surface = surface
        self._found = found
        # How many jobs the button that is drawn names.
        self._drawn = 0
        self.show()

    def show(self) -> None:
        """Show of how many jobs it is; drawn anew only when that changes, so that the keyboard stays on it.

        More than are submitted at once are not counted: in a burst this is asked every second.
        """
        count = len(list(islice(self._possible(), MOST)))
        if count != self._drawn:
            self._drawn = count
            self._surface.show(offer_markup(self._context.texts, count))

    def act(self, action: Action) -> bool:
        """Ask about all that have ended, so that those that cannot be run again are named too; whether it was this."""
        if action.name != "run-these-again":
            return False
        jobs = (self._job(job_id) for job_id in self._found())
        asked = tuple(job.id for job in jobs if job is not None and job.ended)
        self._context.monitor.bus.publish(RunAgainAsked(asked))
        return True

    def _job(self, job_id: str) -> Task | AbilityTask | None:
        monitor = self._context.monitor
        return monitor.ability_tasks.tasks.get(job_id) or monitor.summary.tasks.get(job_id)

    def _possible(self) -> Iterator[Task | AbilityTask]:
        user = self._context.monitor.session.user_id
        jobs = (self._job(job_id) for job_id in self._found())
        return (job for job in jobs if job is not None and may_order_again(job, user))
