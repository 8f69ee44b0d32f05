"""What this browser remembers of ended jobs, in IndexedDB (R48; docs/decisions/remembered.md).

Each call has a connection and a transaction of its own, so that no page holds the database open: another version of the
page may change it at any time, and pages that write together wait for each other in the browser. Requests are made in
the browser's own callbacks, for a transaction ends as soon as none is left.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

import js
from pyodide.ffi import JsException, to_js

from app.browser.event_listener import EventListener
from app.late_ports import KeptRow, MemoryRefused
from app.ports import Clock, Timers

NAME = "podi.remembered"
VERSION = 1
JOBS = "jobs"
NEWEST = "newest"
# A browser that does not answer for longer is as good as one that refuses.
ANSWERS_WITHIN_S = 10.0
NO_ANSWER = "no answer"

Ask = Callable[[Any, "_Transaction"], Any]
"""Makes requests of an object store; the result of the one it returns, if any, is that of the call."""


class BrowserRememberedJobs:
    """The database ``podi.remembered``: one object store, an object for each job of each user."""

    def __init__(self, clock: Clock, timers: Timers) -> None:
        self._clock = clock
        self._timers = timers
        # Whether the browser has once not answered: nobody is kept waiting again.
        self._silent = False

    async def put(self, user: str, kind: str, rows: Sequence[KeptRow], forgotten: Sequence[str], *, most: int) -> None:
        """Remember rows, forget others, and keep no more than ``most``, in one transaction."""
        kept = [{"user": user, "kind": kind, "id": row.job_id, "at": row.at, "text": row.text} for row in rows]

        def ask(store: Any, transaction: "_Transaction") -> None:
            for row in js.JSON.parse(json.dumps(kept)):
                store.put(row)
            for job_id in forgotten:
                store.delete(to_js([user, kind, job_id]))
            newest = store.index(NEWEST)
            count = newest.count(_all_of(user, kind))

            def counted(_: Any) -> None:
                if count.result > most:
                    oldest = newest.getAllKeys(_all_of(user, kind), count.result - most)
                    transaction.listen(oldest, "success", lambda _: [store.delete(key) for key in oldest.result])

            transaction.listen(count, "success", counted)

        await self._run("readwrite", ask)

    async def read(self, user: str, kind: str, *, after: KeptRow | None, most: int) -> Sequence[KeptRow]:
        """Return the next rows, the oldest first."""
        found = await self._run(
            "readonly", lambda store, _: store.index(NEWEST).getAll(_all_of(user, kind, after), most)
        )
        return [_row(value) for value in json.loads(js.JSON.stringify(found))]

    async def count(self, user: str, kind: str) -> int:
        """Return how many jobs are remembered."""
        return int(await self._run("readonly", lambda store, _: store.index(NEWEST).count(_all_of(user, kind))))

    async def find(self, user: str, kind: str, job_id: str) -> KeptRow | None:
        """Return what is remembered of a job."""
        found = await self._run("readonly", lambda store, _: store.get(to_js([user, kind, job_id])))
        return _row(json.loads(js.JSON.stringify(found))) if found else None

    async def clear(self) -> None:
        """Forget everything."""
        await self._run("readwrite", lambda store, _: store.clear())

    async def _run(self, mode: str, ask: Ask) -> Any:
        if self._silent:
            raise MemoryRefused(NO_ANSWER)
        transaction = _Transaction(mode, ask)

        def give_up() -> None:
            self._silent = True
            transaction.refuse(NO_ANSWER)

        limit = self._timers.call_at(self._clock.monotonic() + ANSWERS_WITHIN_S, give_up)
        try:
            transaction.begin()
            return await transaction.settled
        finally:
            limit.close()
            transaction.close()


class _Transaction:
    """One transaction on a connection of its own; closing it lets go of both."""

    def __init__(self, mode: str, ask: Ask) -> None:
        self._mode = mode
        self._ask = ask
        self.settled: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._opening: Any = None
        self._database: Any = None
        # What the call returns, once the transaction is complete.
        self._answer: Any = None
        self._listeners: list[EventListener] = []

    def begin(self) -> None:
        """Open the database."""
        try:
            # Reading the name alone is refused where a page may keep nothing.
            factory: Any = getattr(js.window, "indexedDB", None)
            if not factory:
                self.refuse("unsupported")
                return
            opening = self._opening = factory.open(NAME, VERSION)
        except JsException as error:
            self.refuse(_name(error))
            return
        self.listen(opening, "upgradeneeded", lambda _: _create(opening.result))
        self.listen(opening, "blocked", lambda _: self.refuse("blocked"))
        self.listen(opening, "error", lambda _: self.refuse(_name(opening.error)))
        self.listen(opening, "success", lambda _: self._opened(opening.result))

    def listen(self, target: Any, kind: str, callback: Callable[[Any], object]) -> None:
        """Call back until the transaction is closed; what that raises is refused like what the browser refuses."""

        def call(event: Any) -> None:
            try:
                callback(event)
            except JsException as error:
                self.refuse(_name(error))

        self._listeners.append(EventListener(target, kind, call))

    def refuse(self, reason: str) -> None:
        """End it without a result."""
        if not self.settled.done():
            self.settled.set_exception(MemoryRefused(reason))

    def close(self) -> None:
        """Let go of the connection."""
        for listener in self._listeners:
            listener.close()
        self._listeners.clear()
        if self._database is not None:
            self._database.close()
        elif self._opening is not None:
            _close_when_opened(self._opening)
        self._database = self._opening = None

    def _opened(self, database: Any) -> None:
        self._database = database
        # Whoever changes or deletes the database need not wait for this transaction's end.
        self.listen(database, "versionchange", lambda _: database.close())
        transaction = database.transaction(JOBS, self._mode)
        self.listen(transaction, "abort", lambda _: self.refuse(_name(transaction.error)))
        self.listen(transaction, "complete", lambda _: self._complete())
        self._answer = self._ask(transaction.objectStore(JOBS), self)

    def _complete(self) -> None:
        if not self.settled.done():
            self.settled.set_result(self._answer.result if self._answer else None)


def _close_when_opened(opening: Any) -> None:
    """Let a connection that comes when nobody waits any more not hold the database open."""
    listeners: list[EventListener] = []

    def end(_: Any) -> None:
        if not opening.error:
            opening.result.close()
        for listener in listeners:
            listener.close()

    listeners += [EventListener(opening, "success", end), EventListener(opening, "error", end)]


def _create(database: Any) -> None:
    store = database.createObjectStore(JOBS, _options(keyPath=["user", "kind", "id"]))
    store.createIndex(NEWEST, to_js(["user", "kind", "at", "id"]))


def _options(**options: object) -> Any:
    return to_js(options, dict_converter=js.Object.fromEntries)


def _all_of(user: str, kind: str, after: KeptRow | None = None) -> Any:
    """Return the range of one user's jobs of a kind; in the order of keys a list comes after every number."""
    first: list[object] = [user, kind] if after is None else [user, kind, after.at, after.job_id]
    window: Any = js.window
    return window.IDBKeyRange.bound(to_js(first), to_js([user, kind, []]), after is not None, True)


def _row(value: Any) -> KeptRow:
    return KeptRow(value["id"], value["at"], value["text"])


def _name(error: Any) -> str:
    """Return the name of what the browser says, such as ``QuotaExceededError``; nothing of a user is in it."""
    return str(getattr(error, "name", None) or "refused")
