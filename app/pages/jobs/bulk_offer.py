"""The button of the lists that asks to run all ended jobs again that a filter leaves (R41)."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from app.core.bulk import MOST, RunAgainAsked
from app.core.orders import may_order_again
from app.pages.page_context import PageContext
from app.ports import Action, Surface
from app.views.shell.bulk import offer_markup


class BulkOffer:
    """The button; ``found`` returns the jobs that the lists show, or nothing while no filter is on."""

    def __init__(self, context: PageContext, surface: Surface, found: Callable[[], Sequence[str]]) -> None:
        self._context = context
        self._surface = surface
        self._found = found
        # How many jobs the button that is drawn names.
        self._drawn = 0
        self.show()

    def show(self) -> None:
        """Show of how many jobs it is; drawn anew only when that changes, so that the keyboard stays on it.

        More than are submitted at once are not counted: this is asked every second.
        """
        count = len(list(islice(self._possible(), MOST)))
        if count != self._drawn:
            self._drawn = count
            self._surface.show(offer_markup(self._context.texts, count))

    def act(self, action: Action) -> bool:
        """Ask; return whether it was the button."""
        if action.name != "run-these-again":
            return False
        self._context.monitor.bus.publish(RunAgainAsked(tuple(self._possible())))
        return True

    def _possible(self) -> Iterator[str]:
        monitor = self._context.monitor
        user = monitor.session.user_id
        for job_id in self._found():
            job = monitor.ability_tasks.tasks.get(job_id) or monitor.summary.tasks.get(job_id)
            if job is not None and may_order_again(job, user):
                yield job_id
