"""The ledger at work (R46): read while somebody watches it, and again whenever the points were.

Two readers stand on it: the page of all movements, and one job's bill, which asks for the proof of what it says.
"""

from collections.abc import Callable

from app.api.client import Api
from app.api.errors import ApiError, NotSignedIn, Refused
from app.api.wallet import MOST_MOVEMENTS, movements
from app.core.amounts import Amount
from app.core.events import PointsRead
from app.core.ledger import Bill, BillProof, Ledger, LedgerPage, Run, Ticket
from app.core.records import Record
from app.core.status import Status
from app.hooks.refresher import Pace, RefreshContext, Refresher

APART_S = 1.0
FURTHEST_PAGE = 5
"""A job whose movements are not among those of so many pages has no bill."""
_NOT_THERE = frozenset({403, 404, 405})


class PointsLedger:
    """The movements of whoever is signed in, newest first: the newest page is kept up to date, older ones on request.

    ``user`` says who that is; ``changed`` is called when movements were read, or could not be.
    """

    def __init__(
        self, context: RefreshContext, api: Api, user: Callable[[], str | None], changed: Callable[[], None]
    ) -> None:
        self._api = api
        self._user = user
        self.ledger = Ledger(MOST_MOVEMENTS)
        # Whether the server has a ledger for this user at all.
        self.offered = True
        # Whether the page below those that are known was asked for and has not come yet.
        self._older_wanted = False
        self._refresher = Refresher(
            context,
            self._read,
            self._take,
            pace=Pace(context.rules.reconcile_every_s, APART_S),
            needed=lambda: self.offered,
            changed=changed,
        )
        self._subscription = context.bus.subscribe(PointsRead, lambda _: self._refresher.hint())
        self._refresher.request()

    @property
    def failing(self) -> ApiError | None:
        """Why the last read failed, until one is answered."""
        return self._refresher.failing

    @property
    def reading_older(self) -> bool:
        """Whether an older page is on its way."""
        return self._older_wanted

    def refresh(self) -> None:
        """Read the newest movements soon, whatever failed before."""
        self.offered = True
        self._refresher.request()

    def want_older(self) -> None:
        """Read the next older page, if there is one."""
        if self.ledger.next_page is not None:
            self._older_wanted = True
            self._refresher.request()

    def close(self) -> None:
        """Read nothing more."""
        self._refresher.close()
        self._subscription.close()

    async def _read(self) -> list[tuple[int, LedgerPage]]:
        """Return the newest page, and after it the older one that is wanted: what is new pushes that along."""
        user = _signed_in(self._user())
        try:
            pages = [(1, await movements(self._api, user, page=1, size=self.ledger.size))]
        except Refused as error:
            if error.problem.status not in _NOT_THERE:
                raise
            self.offered = False
            return []
        older = self.ledger.next_page
        if self._older_wanted and older is not None:
            pages.append((older, await movements(self._api, user, page=older, size=self.ledger.size)))
        return pages

    def _take(self, pages: list[tuple[int, LedgerPage]]) -> None:
        for page, found in pages:
            self.ledger.take(page, found)
        self._older_wanted = False


class JobBill:
    """What the ledger proves of one job. ``job`` returns what is known of it; ``changed`` is called with each proof."""

    def __init__(
        self,
        context: RefreshContext,
        api: Api,
        user: Callable[[], str | None],
        job: Callable[[], Record | None],
        changed: Callable[[], None],
    ) -> None:
        self._api = api
        self._user = user
        self._job = job
        self._changed = changed
        self._proof = BillProof()
        self._ledger = Ledger(MOST_MOVEMENTS)
        # Whether the server has a ledger for this user at all.
        self._offered = True
        self._refresher = Refresher(
            context, self._read, self._take, pace=Pace(apart_s=APART_S), needed=lambda: self._offered
        )
        self._subscription = context.bus.subscribe(PointsRead, lambda _: self._refresher.hint())
        self.job_changed()

    @property
    def bill(self) -> Bill | None:
        """What is proven now."""
        return self._proof.bill

    def job_changed(self) -> None:
        """Note how the job stands; where it has begun or ended, what is proven of it is asked for anew."""
        job = self._job()
        if job is not None and self._proof.job_is(ended=job.ended, succeeded=job.status is Status.SUCCEEDED):
            self._refresher.request()
            self._changed()

    def close(self) -> None:
        """Read nothing more."""
        self._refresher.close()
        self._subscription.close()

    async def _read(self) -> tuple[Ticket, Amount | None]:
        """Read what is frozen, then the ledger until the job's last run is whole in it."""
        ticket = self._proof.ask()
        user = _signed_in(self._user())
        frozen = (await self._api.points()).frozen if ticket.ended and not ticket.succeeded else None
        ledger = self._ledger
        try:
            ledger.take(1, await movements(self._api, user, page=1, size=ledger.size))
        except Refused as error:
            if error.problem.status not in _NOT_THERE:
                raise
            self._offered = False
        while self._offered and (page := ledger.next_page) is not None and page <= FURTHEST_PAGE and not self._whole():
            ledger.take(page, await movements(self._api, user, page=page, size=ledger.size))
            if ledger.next_page == page:
                break
        return ticket, frozen

    def _take(self, answer: tuple[Ticket, Amount | None]) -> None:
        ticket, frozen = answer
        before = self.bill
        self._proof.answered(ticket, self._run(), frozen)
        if self.bill != before:
            self._changed()

    def _run(self) -> Run | None:
        job = self._job()
        if job is None:
            return None
        return self._ledger.last_run(job.id, created_at=job.created_at, points=job.points)

    def _whole(self) -> bool:
        run = self._run()
        return run is not None and run.whole


def _signed_in(user: str | None) -> str:
    if user is None:
        raise NotSignedIn
    return user
