"""What survives a reload and is shared between tabs: the store and the lock."""

from __future__ import annotations

from playwright.sync_api import BrowserContext

from tests.browser.adapters.conftest import Python

REFUSE = """names => { for (const name of names)
  Storage.prototype[`kept_${name}`] ??= Storage.prototype[name],
  Storage.prototype[name] = () => { throw new DOMException("full", "QuotaExceededError"); }; }"""
ALLOW = "names => { for (const name of names) Storage.prototype[name] = Storage.prototype[`kept_${name}`]; }"
NAMES = ["getItem", "setItem", "removeItem"]


def test_the_store_keeps(python: Python) -> None:
    """R33: what is set is there for the next visit, until it is removed."""
    assert [None, "一", None] == python(
        """
        store = storage.BrowserStore()
        before = store.get("podi.test")
        store.set("podi.test", "一")
        kept = storage.BrowserStore().get("podi.test")
        store.remove("podi.test")
        return [before, kept, store.get("podi.test")]
        """
    )
    assert python.page.evaluate("() => localStorage.getItem('podi.test')") is None


def test_a_store_that_is_refused(python: Python) -> None:
    """R33: where the browser refuses storage, reading and writing go on in memory and never raise."""
    python.page.evaluate(REFUSE, NAMES)
    assert ["1", "2", None] == python(
        """
        store = kept.store = storage.BrowserStore()
        store.set("podi.test", "1")
        first = store.get("podi.test")
        store.set("podi.test", "2")
        second = store.get("podi.test")
        store.remove("podi.test")
        return [first, second, store.get("podi.test")]
        """
    )
    python.page.evaluate(ALLOW, NAMES)
    assert "3" == python("kept.store.set('podi.test', '3'); return kept.store.get('podi.test')")
    python("kept.store.remove('podi.test')")


def test_a_full_disk_does_not_bring_an_old_value_back(python: Python) -> None:
    """R33: when a new value cannot be written any more, it is the new one that is read, not the one on the disk."""
    python("kept.store = storage.BrowserStore(); kept.store.set('podi.test', 'old')")
    python.page.evaluate(REFUSE, ["setItem"])
    assert "new" == python("kept.store.set('podi.test', 'new'); return kept.store.get('podi.test')")
    python.page.evaluate(ALLOW, ["setItem"])
    python("kept.store.remove('podi.test')")


def test_other_tabs_are_noticed(python: Python, adapters_context: BrowserContext) -> None:
    """R33: a change by another tab arrives with key and value; clearing everything is a removal too."""
    python(
        """
        kept.seen = []
        kept.store = storage.BrowserStore()
        kept.store.set("podi.session", "here")
        kept.on = kept.store.on_change(lambda key, value: kept.seen.append([key, value]))
        """
    )
    other = adapters_context.new_page()
    other.goto(f"{python.url}/static/icons/logo.svg")
    other.evaluate("() => { localStorage.setItem('podi.session', 'there'); localStorage.removeItem('podi.session'); }")
    seen = python("await until(lambda: len(kept.seen) == 2); return kept.seen")
    assert [["podi.session", "there"], ["podi.session", None]] == seen
    python("kept.on.close()")
    other.evaluate("() => localStorage.setItem('podi.session', 'again')")
    other.evaluate("() => localStorage.removeItem('podi.session')")
    other.close()
    assert 2 == python("return len(kept.seen)")


def test_the_lock_excludes_other_tabs(python: Python, adapters_context: BrowserContext) -> None:
    """R33: who holds the lock holds it alone, also against another tab, and gives it back once."""
    other = adapters_context.new_page()
    other.goto(f"{python.url}/static/icons/logo.svg")
    other.evaluate(
        """() => new Promise(held => navigator.locks.request("podi.test", () =>
        new Promise(release => { window.release = release; held(); })))"""
    )
    assert not python(
        """
        kept.order = []

        async def hold():
            held = await lock.BrowserLock("podi.test", clock, timers).acquire()
            kept.order.append("held")
            return held

        kept.first = asyncio.ensure_future(hold())
        await wait(0.2)
        return kept.first.done()
        """
    )
    other.evaluate("() => window.release()")
    assert [["held"], False] == python(
        """
        held = await kept.first
        second = asyncio.ensure_future(lock.BrowserLock("podi.test", clock, timers).acquire())
        await wait(0.2)
        waiting = second.done()
        held.close()
        held.close()
        (await second).close()
        return [kept.order, waiting]
        """
    )
    other.close()
    assert 0 == python("return timers.pending")


def test_who_gets_the_lock_reads_what_was_stored_under_it(python: Python, adapters_context: BrowserContext) -> None:
    """R33, R44: the store reaches another tab later than the lock does, unless that waits for it."""
    other = adapters_context.new_page()
    other.goto(f"{python.url}/static/icons/logo.svg")
    other.evaluate(
        """() => {
          window.read = [];
          const next = () => navigator.locks.request("podi.test", () => read.push(localStorage.getItem("podi.test")))
            .then(() => setTimeout(next, Math.random() * 3));
          next();
        }"""
    )
    python(
        """
        store = storage.BrowserStore()
        one = lock.BrowserLock("podi.test", clock, timers)
        for number in range(40):
            held = await one.acquire()
            store.set("podi.test", f"{number} begun")
            await wait(0.005)
            store.set("podi.test", f"{number} done")
            held.close()
        await wait(0.3)
        store.remove("podi.test")
        """
    )
    read = {text.rpartition(" ")[2] for text in other.evaluate("() => read") if text}
    other.close()
    assert {"done"} == read


def test_a_lock_can_be_given_up(python: Python) -> None:
    """R33: whoever is cancelled while waiting for the lock does not get it later."""
    assert [True, 0, 1] == python(
        """
        one = lock.BrowserLock("podi.test", clock, timers)
        held = await one.acquire()
        waiting = asyncio.ensure_future(one.acquire())
        await wait(0.1)
        waiting.cancel()
        await asyncio.wait([waiting])
        await wait(0.1)
        state = await js.navigator.locks.query()
        mine = [found for found in state.held if found.name == "podi.test"]
        asked = [found for found in state.pending if found.name == "podi.test"]
        held.close()
        return [waiting.cancelled(), len(asked), len(mine)]
        """
    )


def test_a_frozen_holder_does_not_stop_the_others(python: Python, adapters_context: BrowserContext) -> None:
    """R33: it waits five seconds for another tab that keeps the lock, then it goes on without."""
    other = adapters_context.new_page()
    other.goto(f"{python.url}/static/icons/logo.svg")
    other.evaluate(
        """() => new Promise(held => navigator.locks.request("podi.test", () =>
        new Promise(() => held())))"""
    )
    waited, exclusive = python(
        """
        began = clock.monotonic()
        held = await lock.BrowserLock("podi.test", clock, timers).acquire()
        held.close()
        return [clock.monotonic() - began, held.exclusive]
        """
    )
    other.close()
    assert not exclusive
    assert 4.9 < waited < 9


def test_a_lock_says_whether_it_excludes_anybody(python: Python) -> None:
    """R33: a browser without locks lets every tab go on."""
    assert [True, False] == python(
        """
        held = await lock.BrowserLock("podi.test", clock, timers).acquire()
        held.close()
        js.eval("Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true })")
        try:
            other = await lock.BrowserLock("podi.test", clock, timers).acquire()
        finally:
            js.eval("delete navigator.locks")
        other.close()
        return [held.exclusive, other.exclusive]
        """
    )
