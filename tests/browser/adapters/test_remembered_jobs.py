"""What the browser remembers of ended jobs: a real IndexedDB, and browsers that refuse."""

from __future__ import annotations

import textwrap

import pytest

from tests.browser.adapters.conftest import Python

# In every step: a memory, and rows by number.
BEGIN = """
memory = remembered_jobs.BrowserRememberedJobs(clock, timers)
row = lambda number, text="x": KeptRow(f"j{number}", float(number), text)
async def refused(work):
    try:
        await work
    except MemoryRefused as error:
        return str(error)
    return None
"""
DELETE = """() => new Promise((done) => {
  const request = indexedDB.deleteDatabase("podi.remembered");
  request.onsuccess = () => done("deleted");
  request.onblocked = () => done("blocked");
})"""


@pytest.fixture
def fresh(python: Python) -> Python:
    """A browser that remembers nothing."""
    assert "deleted" == python.page.evaluate(DELETE)
    return python


def steps(code: str) -> str:
    """Return the code of a step, with the names that all have."""
    return BEGIN + textwrap.dedent(code)


def test_rows_are_kept_per_user_and_kind_the_oldest_first(fresh: Python) -> None:
    """R48: another user and another kind see nothing of it; a row takes the place of an earlier one."""
    assert [["j1", "j2", "j10"], ["j2", "j10"], ["j1"], 3, 0, 0, "new", None, None] == fresh(
        steps("""
        await memory.put("u", "task", [row(10), row(2), row(1), row(3)], [], most=9)
        await memory.put("u", "task", [row(2, "new")], ["j3", "nothing"], most=9)
        ids = lambda rows: [one.job_id for one in rows]
        everything = await memory.read("u", "task", after=None, most=9)
        found = await memory.find("u", "task", "j2")
        return [
            ids(everything),
            ids(await memory.read("u", "task", after=everything[0], most=9)),
            ids(await memory.read("u", "task", after=None, most=1)),
            await memory.count("u", "task"),
            await memory.count("other", "task"),
            await memory.count("u", "ability-task"),
            found.text,
            await memory.find("other", "task", "j2"),
            await memory.find("u", "ability-task", "j2"),
        ]
        """)
    )


def test_no_more_than_the_newest_are_kept_whoever_writes(fresh: Python) -> None:
    """R48: pages that write at once keep the bound together, each kind its own."""
    assert [["j36", "j37", "j38", "j39"], 1] == fresh(
        steps("""
        await memory.put("u", "ability-task", [row(0)], [], most=4)
        others = [remembered_jobs.BrowserRememberedJobs(clock, timers) for _ in range(4)]
        await asyncio.gather(*(
            other.put("u", "task", [row(number) for number in range(place, 40, 4)], [], most=4)
            for place, other in enumerate(others)
        ))
        rows = await memory.read("u", "task", after=None, most=9)
        return [[one.job_id for one in rows], await memory.count("u", "ability-task")]
        """)
    )


def test_clearing_leaves_nothing_of_anybody(fresh: Python) -> None:
    """R48: sign-out empties the database."""
    assert [0, 0] == fresh(
        steps("""
        await memory.put("u", "task", [row(1)], [], most=9)
        await memory.put("v", "task", [row(1)], [], most=9)
        await memory.clear()
        return [await memory.count("u", "task"), await memory.count("v", "task")]
        """)
    )


def test_nothing_holds_the_database_open(fresh: Python) -> None:
    """R48: another version of the page may change or delete it at any time."""
    assert None is fresh(steps('await memory.put("u", "task", [row(1)], [], most=9)'))
    assert "deleted" == fresh.page.evaluate(DELETE)


def test_a_version_change_under_way_is_not_waited_for(fresh: Python) -> None:
    """R48: a page that holds the database open costs the memory; once it has let go, all is well."""
    fresh.page.evaluate(
        """() => new Promise((done) => {
          const request = indexedDB.open("podi.remembered", 1);
          request.onsuccess = () => { window.holder = request.result; done(); };
          request.onupgradeneeded = () => request.result.createObjectStore("other");
        })"""
    )
    # The store is not ours: another program's database has our name.
    assert "NotFoundError" == fresh(steps('return await refused(memory.count("u", "task"))'))
    fresh.page.evaluate("() => { window.pending = indexedDB.deleteDatabase('podi.remembered') }")
    waiting = fresh(
        steps("""
        slow = remembered_jobs.BrowserRememberedJobs(clock, timers)
        kept.counting = asyncio.ensure_future(refused(slow.count("u", "task")))
        js.window.holder.close()
        return await kept.counting
        """)
    )
    assert None is waiting
    assert "deleted" == fresh.page.evaluate(DELETE)


def test_a_later_version_of_the_database_is_left_alone(fresh: Python) -> None:
    """R48: a page of an older version remembers nothing, and takes nothing away."""
    fresh.page.evaluate(
        """() => new Promise((done) => {
          const request = indexedDB.open("podi.remembered", 2);
          request.onsuccess = () => { request.result.close(); done(); };
        })"""
    )
    assert "VersionError" == fresh(steps("return await refused(memory.clear())"))
    versions = "async () => (await indexedDB.databases()).map((one) => [one.name, one.version])"
    assert ["podi.remembered", 2] in fresh.page.evaluate(versions)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("Object.defineProperty(window, 'indexedDB', {configurable: true, get() { return undefined }})", "unsupported"),
        (
            """Object.defineProperty(window, "indexedDB", {
              configurable: true, get() { throw Object.assign(new Error(), { name: "SecurityError" }) }
            })""",
            "SecurityError",
        ),
        (
            "IDBFactory.prototype.open = () => { throw Object.assign(new Error(), { name: 'InvalidStateError' }) }",
            "InvalidStateError",
        ),
        (
            "IDBObjectStore.prototype.put = () => { throw Object.assign(new Error(), { name: 'DataError' }) }",
            "DataError",
        ),
        (
            "IDBObjectStore.prototype.put = function () { queueMicrotask(() => this.transaction.abort()) }",
            "refused",
        ),
    ],
)
def test_a_browser_that_refuses_says_why(fresh: Python, broken: str, reason: str) -> None:
    """R48: none, a forbidden and a broken database, a row that is not taken, a transaction that is aborted."""
    fresh.page.evaluate(
        """(broken) => {
          window.mend = ((own, open, put) => () => {
            Object.defineProperty(window, "indexedDB", own);
            IDBFactory.prototype.open = open;
            IDBObjectStore.prototype.put = put;
          })(
            { configurable: true, value: indexedDB },
            IDBFactory.prototype.open,
            IDBObjectStore.prototype.put,
          );
          Function(broken)();
        }""",
        broken,
    )
    try:
        assert reason == fresh(steps('return await refused(memory.put("u", "task", [row(1)], [], most=9))'))
    finally:
        fresh.page.evaluate("() => window.mend()")
    assert 0 == fresh(steps('return await memory.count("u", "task")'))


def test_a_full_disk_costs_what_was_to_be_written(fresh: Python) -> None:
    """R48: a browser without room aborts the transaction after the fact; what was there before stays."""
    assert None is fresh(steps('await memory.put("u", "task", [row(1)], [], most=9)'))
    fresh.page.evaluate(
        """() => {
          const put = IDBObjectStore.prototype.put;
          const error = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, "error");
          window.mend = () => {
            IDBObjectStore.prototype.put = put;
            Object.defineProperty(IDBTransaction.prototype, "error", error);
          };
          IDBObjectStore.prototype.put = function (row) {
            const request = put.call(this, row);
            request.addEventListener("success", () => this.transaction.abort());
            return request;
          };
          Object.defineProperty(IDBTransaction.prototype, "error", {
            configurable: true, get: () => new DOMException("no room", "QuotaExceededError"),
          });
        }"""
    )
    try:
        answer = fresh(steps('return await refused(memory.put("u", "task", [row(2), row(3)], [], most=9))'))
    finally:
        fresh.page.evaluate("() => window.mend()")
    assert "QuotaExceededError" == answer
    assert 1 == fresh(steps('return await memory.count("u", "task")'))


def test_a_browser_that_never_answers_is_not_waited_for(fresh: Python) -> None:
    """R48: after ten seconds it refuses, and then at once; what it opens later is closed again."""
    fresh.page.evaluate(
        """() => {
          window.open_ = IDBFactory.prototype.open;
          IDBFactory.prototype.open = function (name, version) {
            const late = Object.assign(new EventTarget(), { error: null });
            window.answer = () => {
              const request = window.open_.call(this, name, version);
              request.onsuccess = () => {
                late.result = request.result;
                late.dispatchEvent(new Event("success"));
              };
            };
            return late;
          };
        }"""
    )
    try:
        answer = fresh(
            steps("""
            class Ahead:
                call_at = lambda _, deadline, callback: timers.call_at(deadline - 9.9, callback)
            impatient = remembered_jobs.BrowserRememberedJobs(clock, Ahead())
            first = await refused(impatient.count("u", "task"))
            before = clock.monotonic()
            again = await refused(impatient.clear())
            return [first, again, clock.monotonic() - before < 0.05]
            """)
        )
    finally:
        fresh.page.evaluate("() => { IDBFactory.prototype.open = window.open_ }")
    assert ["no answer", "no answer", True] == answer
    fresh.page.evaluate("() => window.answer()")
    assert "deleted" == fresh.page.evaluate(DELETE)
