"""Channels and locks between the pages of a browser: what is sent, who holds, and that nothing is left behind."""

from __future__ import annotations

from tests.browser.adapters.conftest import Python

# Counts the listeners that are on channels.
COUNT = """() => {
  window.listening = 0;
  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
  BroadcastChannel.prototype.addEventListener = function (...given) { listening++; add.apply(this, given); };
  BroadcastChannel.prototype.removeEventListener = function (...given) { listening--; remove.apply(this, given); };
}"""
HELD = """async () => {
  const { held, pending } = await navigator.locks.query();
  return [held.length, pending.length];
}"""


def test_what_is_posted_arrives_as_it_was(python: Python) -> None:
    """R43: text and bytes, in order, at all other ends, and never at one's own."""
    assert [[["a", "frame 鱼"], ["b", "bytes", [0, 255]], ["c", None]], []] == python(
        """
        came, own = [], []

        def take(head, body):
            found = body()
            came.append([head, "bytes", list(found)] if isinstance(found, bytes) else [head, found])

        one = broadcast_channel.BrowserChannel("koi", lambda head, body: own.append(head))
        other = broadcast_channel.BrowserChannel("koi", take)
        one.post("a", "frame 鱼")
        one.post("b", b"\\x00\\xff")
        one.post("c")
        await until(lambda: len(came) == 3)
        one.close()
        other.close()
        return [came, own]
        """
    )


def test_what_is_no_message_is_not_there(python: Python) -> None:
    """R43: any script may post anything; a body of another kind is none."""
    assert [["last", None]] == python(
        """
        came = []
        channel = broadcast_channel.BrowserChannel("koi", lambda head, body: came.append([head, body()]))
        script = js.BroadcastChannel.new("koi")
        for value in (1, "text", js.Object.new(), js.Array.of(), js.Array.of(1, 2)):
            script.postMessage(value)
        script.postMessage(js.Array.of("last", js.Object.new()))
        await until(lambda: came)
        script.close()
        channel.close()
        return came
        """
    )


def test_a_closed_channel_is_silent_and_leaves_no_listener(python: Python) -> None:
    """R43, R5: closing twice is as good as once, and posting after it is nothing."""
    python.page.evaluate(COUNT)
    assert [1, 0, []] == python(
        """
        came = []
        channel = broadcast_channel.BrowserChannel("koi", lambda head, body: came.append(head))
        listening = js.listening
        channel.close()
        channel.close()
        channel.post("after")
        return [listening, js.listening, came]
        """
    )


def test_a_lock_is_held_by_one_and_handed_on(python: Python) -> None:
    """R43: the next in the queue has it once it is given back; one that left the queue never gets it."""
    assert [["first"], ["first", "third"]] == python(
        """
        said = []

        def claim(name):
            return web_lock.WebLockClaim(
                "koi", steal=False, held=lambda: said.append(name), lost=lambda: said.append(f"{name} lost"),
                refused=said.append,
            )

        first, second, third = claim("first"), claim("second"), claim("third")
        await until(lambda: said)
        before = list(said)
        second.close()
        first.close()
        first.close()
        await until(lambda: len(said) == 2)
        third.close()
        return [before, said]
        """
    )
    python.page.wait_for_function("async () => (await navigator.locks.query()).held.length === 0")
    assert [0, 0] == python.page.evaluate(HELD)


def test_a_lock_is_taken_away(python: Python) -> None:
    """R43: whoever had it is called once; the thief has it until it gives it back."""
    said = python(
        """
        said = []

        def claim(name, steal):
            return web_lock.WebLockClaim(
                "koi", steal=steal, held=lambda: said.append(name), lost=lambda: said.append(f"{name} lost"),
                refused=said.append,
            )

        first = claim("first", False)
        await until(lambda: said)
        thief = claim("thief", True)
        await until(lambda: len(said) == 3)
        first.close()
        thief.close()
        return said
        """
    )
    assert ("first", {"thief", "first lost"}) == (said[0], set(said[1:]))
    python.page.wait_for_function("async () => (await navigator.locks.query()).held.length === 0")


def test_a_claim_that_is_closed_at_once_holds_nothing(python: Python) -> None:
    """R43, R5: also one that would have stolen the lock."""
    assert [] == python(
        """
        said = []
        for steal in (False, True):
            web_lock.WebLockClaim(
                "koi", steal=steal, held=lambda: said.append("held"), lost=lambda: said.append("lost"),
                refused=said.append,
            ).close()
        await wait(0)
        return said
        """
    )
    python.page.wait_for_function("async () => (await navigator.locks.query()).held.length === 0")


def test_a_browser_without_them_says_so(python: Python) -> None:
    """R43: no locks, no channels, a lock that is refused, at once or later."""
    assert ["no locks", "no channels", "lock refused", "TypeError"] == python(
        """
        said = []
        locks, channels = js.navigator.locks, js.BroadcastChannel
        nothing = lambda: None

        def claim():
            web_lock.WebLockClaim("koi", steal=False, held=nothing, lost=nothing, refused=said.append)

        def replace(value):
            js.Object.defineProperty(
                js.navigator, "locks", js.Object.fromEntries(js.Array.of(
                    js.Array.of("value", value), js.Array.of("configurable", True)
                ))
            )

        replace(None)
        try:
            claim()
        except TransportError as error:
            said.append(str(error))
        js.eval("delete window.BroadcastChannel")
        try:
            broadcast_channel.BrowserChannel("koi", lambda head, body: None)
        except TransportError as error:
            said.append(str(error))
        js.BroadcastChannel = channels
        replace(js.eval("({ request: () => Promise.reject(new DOMException('no', 'SecurityError')) })"))
        claim()
        await until(lambda: len(said) == 3)
        replace(js.eval("({ request: () => { throw new TypeError('no') } })"))
        try:
            claim()
        except TransportError as error:
            said.append(str(error))
        js.eval("delete navigator.locks")
        return said
        """
    )
