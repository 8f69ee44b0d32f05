"""Requests that ``static/early.mjs`` may have started before Python ran (docs/boot.md)."""

from typing import Any

import js


async def fetch(address: str, options: Any = None) -> Any:
    """Return the answer to a request, as the browser's ``fetch`` does; of the early request if there is one."""
    fetch_early = getattr(getattr(js.window, "podi", None), "ask", None) or js.fetch
    return await (fetch_early(address) if options is None else fetch_early(address, options))
