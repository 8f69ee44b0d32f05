"""The event loop: what is ready runs in order and together, and nothing of it is lost."""

from __future__ import annotations

from tests.browser.adapters.conftest import Python


def test_what_is_ready_runs_in_order_and_together(python: Python) -> None:
    """In one task of the browser; what becomes ready meanwhile has the next one, so that the browser gets its turn."""
    assert python(
        """
        ran = []
        loop = asyncio.get_running_loop()
        def first():
            ran.append("first")
            loop.call_soon(ran.append, "next")
            js.queueMicrotask(once)
        once = create_proxy(lambda: ran.append("between"))
        loop.call_soon(first)
        loop.call_soon(ran.append, "second")
        await until(lambda: "next" in ran)
        once.destroy()
        return ran
        """
    ) == ["first", "second", "between", "next"]


def test_what_is_cancelled_is_not_called(python: Python) -> None:
    """The others are."""
    assert python(
        """
        ran = []
        loop = asyncio.get_running_loop()
        loop.call_soon(ran.append, "cancelled").cancel()
        loop.call_soon(ran.append, "kept")
        await until(lambda: ran)
        return ran
        """
    ) == ["kept"]


def test_a_callback_that_raises_harms_no_other(python: Python) -> None:
    """The loop's handler gets it."""
    assert python(
        """
        ran, calls = [], []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: calls.append(type(context["exception"]).__name__))
        loop.call_soon(lambda: 1 / 0)
        loop.call_soon(ran.append, "after")
        await until(lambda: ran)
        loop.set_exception_handler(None)
        return [calls, ran]
        """
    ) == [["ZeroDivisionError"], ["after"]]


def test_promises_are_awaited(python: Python) -> None:
    """Kept or broken, and one that is no longer awaited does no harm."""
    assert python(
        """
        kept_one = await js.Promise.resolve(7)
        try:
            await js.Promise.reject(js.Error.new("no"))
        except Exception as error:
            broken = type(error).__name__
        waiting = asyncio.ensure_future(asyncio.wait_for(js.Promise.new(create_proxy(lambda *_: None)), 0.01))
        try:
            await waiting
        except TimeoutError:
            late = "late"
        return [kept_one, broken, late]
        """
    ) == [7, "JsException", "late"]
