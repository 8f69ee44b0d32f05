"""Reads that several pages share: the holder asks the server once, and hands the answer round as it came (R43).

Only GETs of an allow-list are shared, never a 401, and a ``Date`` only of a read that began after the ask, or the
server's clock would be misread. Whoever is given no answer reads by itself. ``core.shared_reads`` decides which read
may serve whom. Refuses to know what an answer says.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

from app.core.shared_reads import OLDEST_S, Knowledge, Read, Reads
from app.ports import Http, Ports, Response, TransportError
from app.scheduling.background_tasks import BackgroundTasks
from app.wire.sharing import Answer, Ask, Message

SHARED = (
    "/api/tasks/v1",
    "/api/ability-tasks",
    "/api/wallet/v1/statistics",
    "/api/admin/comfyui/",
    "/api/admin/dashboard/",
)
"""What is polled, as beginnings of paths: it says the same to every page of a user."""
TASKS, ABILITY_TASKS, POINTS = "/api/tasks/v1?", "/api/ability-tasks?", "/api/wallet/v1/statistics?"
LISTS = (TASKS, ABILITY_TASKS)
"""These lag behind frames anyway: they need only be as new as the page's connection (``core.merging.LIST_LAG_S``)."""
PASSED_ON = ("retry-after", "date")
"""The headers that the page reads."""
REPEATED = (*LISTS, POINTS)
"""What pages read again and again: they do so together."""
REMEMBERED_S = 300.0
NOT_SIGNED_IN = 401


class Group(Protocol):
    """The pages that share, as reads need to know them."""

    @property
    def page(self) -> str:
        """This page's name."""

    @property
    def serves(self) -> bool:
        """Whether this page reads for others."""

    @property
    def holder(self) -> str | None:
        """The page that can be asked; ``None`` for none, or if it is this one."""

    @property
    def frame(self) -> int:
        """The number of the last frame of the term that came to this page."""

    @property
    def opened_after(self) -> int:
        """The number of the last frame before this page's connection opened."""

    def post(self, message: Message, body: str | None = None) -> None:
        """Say to all pages."""

    def post_done(self, path: str) -> None:
        """Say to all pages that this was read."""


class SharedReading:
    """The requests of one page."""

    def __init__(
        self,
        ports: Ports,
        http: Http,
        group: Group,
        token: Callable[[], str | None],
        read_now: Callable[[str], None],
        *,
        answer_within_s: float,
    ) -> None:
        self._read_now = read_now
        self._clock = ports.clock
        self._timers = ports.timers
        self._http = http
        self._group = group
        self._token = token
        self._answer_within_s = answer_within_s
        self._knowledge = Knowledge()
        # What this page reads for several; the tasks are in ``_running`` until they end.
        self._reads: Reads[asyncio.Task[Response]] = Reads()
        self._running: set[asyncio.Task[Response]] = set()
        # What this page waits for, by the number of its ask: an answer, or ``None`` for reading by itself.
        self._asks: dict[int, tuple[str, asyncio.Future[Response | None]]] = {}
        self._asked = 0
        # When this page last had an answer to what it reads again and again, by path.
        self._had: dict[str, float] = {}
        self._background = BackgroundTasks(ports.report)

    def happened(self) -> None:
        """Only reads that begin from now on count: a write, a refresh, a return."""
        self._knowledge.happened(self._clock.monotonic())

    def begin_term(self) -> None:
        """Forget the reads, for frames are numbered anew; what waits for an answer reads by itself."""
        self._reads.clear()
        for _, asked in self._asks.values():
            _settle(asked, None)

    def close(self) -> None:
        """Give up what is under way; what waits for an answer reads by itself."""
        self.begin_term()
        self._background.cancel()
        for task in tuple(self._running):
            task.cancel()

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: str | None, timeout_s: float
    ) -> Response:
        """Return the answer, shared if that may be; raise ``TransportError`` if none came in time."""
        if method != "GET":
            self.happened()
            try:
                return await self._http.request(method, path, headers=headers, body=body, timeout_s=timeout_s)
            finally:
                # What was read meanwhile may not know of it yet.
                self.happened()
        if not path.startswith(SHARED):
            return await self._http.request(method, path, headers=headers, body=body, timeout_s=timeout_s)
        response: Response | None = None
        if self._group.serves:
            response = await self._read_here(path, headers)
        elif self._group.holder is not None:
            response = await self._ask(path, timeout_s)
        if response is None:
            response = await self._http.request(method, path, headers=headers, body=body, timeout_s=timeout_s)
        self._answered(path)
        return response

    def take_done(self, path: str) -> None:
        """Another page has read this: if this one does so too, at other moments, it does so now.

        From then on both do so at the same moments, and one read serves both.
        """
        had = self._had.get(path)
        if had is not None and self._clock.monotonic() - had >= OLDEST_S:
            # Once for each answer, lest a read that fails be begun again and again.
            del self._had[path]
            self._read_now(path)

    def take_ask(self, ask: Ask) -> None:
        """Answer another page."""
        token = self._token()
        if self._group.serves and token is not None and ask.path.startswith(SHARED):
            headers = {"accept": "application/json", "authorization": f"Bearer {token}"}
            self._background.spawn(self._serve(ask, headers))
        else:
            self._group.post(Answer(to=ask.page, ask=ask.ask))

    def take_answer(self, answer: Answer, text: Callable[[], object]) -> None:
        """Take the answer to an ask of this page."""
        if answer.ask not in self._asks:
            return
        path, asked = self._asks[answer.ask]
        # Noted at once: whoever awaits it goes on only later.
        self._answered(path)
        body = text() if answer.status is not None else None
        if answer.failed is not None:
            _settle(asked, TransportError(answer.failed))
        elif answer.status is None or not isinstance(body, str):
            _settle(asked, None)
        else:
            _settle(asked, Response(answer.status, answer.headers, body))

    async def _read_here(self, path: str, headers: Mapping[str, str]) -> Response | None:
        now = self._clock.monotonic()
        after_frame = self._group.opened_after if path.startswith(LISTS) else self._group.frame
        read, fresh = self._find(path, headers, after_frame, self._knowledge.oldest_s(path, now))
        response = await _outcome(read)
        if fresh and response.ok:
            self._say_done(path)
        return response if fresh else _older(response)

    async def _serve(self, ask: Ask, headers: Mapping[str, str]) -> None:
        read, fresh = self._find(ask.path, headers, ask.after_frame, ask.oldest_s)
        try:
            response = await _outcome(read)
        except TransportError as error:
            self._group.post(Answer(to=ask.page, ask=ask.ask, failed=str(error)))
            return
        given = _without_401(response) if fresh else _older(response)
        if given is None:
            self._group.post(Answer(to=ask.page, ask=ask.ask))
            return
        passed_on = {name: given.headers[name] for name in PASSED_ON if name in given.headers}
        self._group.post(Answer(to=ask.page, ask=ask.ask, status=given.status, headers=passed_on), given.text)
        if fresh and given.ok:
            self._say_done(ask.path)
            self.take_done(ask.path)

    def _say_done(self, path: str) -> None:
        if path.startswith(REPEATED):
            self._group.post_done(path)

    def _answered(self, path: str) -> None:
        now = self._clock.monotonic()
        self._knowledge.answered(path, now)
        if path.startswith(REPEATED):
            self._had = {known: at for known, at in self._had.items() if now - at < REMEMBERED_S}
            self._had[path] = now

    def _find(
        self, path: str, headers: Mapping[str, str], after_frame: int, oldest_s: float
    ) -> tuple[Read[asyncio.Task[Response]], bool]:
        """Return a read that may serve, and whether it begins only now."""
        now = self._clock.monotonic()
        read = self._reads.find(path, now, after_frame=after_frame, oldest_s=oldest_s)
        if read is not None:
            return read, False
        # A task of its own: whoever asked may go away while others wait for it.
        request = self._http.request("GET", path, headers=headers, body=None, timeout_s=self._answer_within_s)
        task = asyncio.ensure_future(request)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return self._reads.begin(path, now, self._group.frame, task), True

    def _ended(self, task: asyncio.Task[Response]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            # Whoever waits has it; without anybody, asyncio would report it as never retrieved.
            task.exception()

    async def _ask(self, path: str, timeout_s: float) -> Response | None:
        now = self._clock.monotonic()
        group = self._group
        self._asked += 1
        number = self._asked
        asked: asyncio.Future[Response | None] = asyncio.get_running_loop().create_future()
        self._asks[number] = path, asked
        timer = self._timers.call_at(now + timeout_s, lambda: _settle(asked, TransportError("no answer in time")))
        try:
            group.post(
                Ask(
                    page=group.page,
                    to=group.holder or "",
                    ask=number,
                    path=path,
                    after_frame=group.opened_after if path.startswith(LISTS) else group.frame,
                    oldest_s=self._knowledge.oldest_s(path, now),
                )
            )
            return await asked
        finally:
            timer.close()
            del self._asks[number]


def _settle(asked: "asyncio.Future[Response | None]", outcome: Response | TransportError | None) -> None:
    if asked.done():
        return
    if isinstance(outcome, TransportError):
        asked.set_exception(outcome)
    else:
        asked.set_result(outcome)


async def _outcome(read: Read[asyncio.Task[Response]]) -> Response:
    """Return what came of a read; raise ``TransportError`` if nothing did."""
    await asyncio.wait([read.outcome])
    if read.outcome.cancelled():
        raise TransportError("the read was given up")
    return read.outcome.result()


def _without_401(response: Response) -> Response | None:
    """Return an answer for another page; nothing if it speaks of this page's token."""
    return None if response.status == NOT_SIGNED_IN else response


def _older(response: Response) -> Response | None:
    """Return an answer for who asked after the read began: its date is no word of the server's time now."""
    headers = {name: value for name, value in response.headers.items() if name != "date"}
    return _without_401(Response(response.status, headers, response.text))
