"""Requests that ``static/early.mjs`` may have begun before Python was there."""

from typing import Any

import js


async def fetch(address: str, options: Any = None) -> Any:
    """Return the answer to a request, as the browser's ``fetch`` does; the one that is under way, if one is."""
    ask = getattr(getattr(js.window, "podi", None), "ask", None) or js.fetch
    return await (ask(address) if options is None else ask(address, options))
