"""Promises of the browser, waited for beside the caller.

``promise.then`` is Pyodide's, and needs the futures of its own loop; the page's loop has plain ones
(``event_loop.lighten``).
"""

import asyncio
from collections.abc import Callable
from typing import Any

from pyodide.ffi import JsException

# Tasks that run: the loop itself would let them be collected.
_waiting: set[asyncio.Task[None]] = set()


def when_settled(promise: Any, callback: Callable[[bool], None]) -> None:
    """Call back once with whether the promise was kept."""
    task = asyncio.get_running_loop().create_task(_wait(promise, callback))
    _waiting.add(task)
    task.add_done_callback(_waiting.discard)


async def _wait(promise: Any, callback: Callable[[bool], None]) -> None:
    try:
        await promise
    except JsException:
        callback(False)
    else:
        callback(True)
