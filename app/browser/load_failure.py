"""Why a picture, a video or a sound could not be loaded: the event that says so gives no reason.

The browser's own record of its requests has the status of an answer, where the answer was of this host or let this
page time it; nothing is asked again.
"""

from typing import Any

import js


def load_failure(element: Any) -> str:
    """Return the status of the answer, or ``offline``, ``unreadable``, or ``unknown``."""
    if not js.navigator.onLine:
        return "offline"
    performance: Any = js.performance
    entries = performance.getEntriesByName(loaded_url(element), "resource")
    status = int(getattr(entries[entries.length - 1], "responseStatus", 0)) if entries.length else 0
    if status >= 400:
        return str(status)
    return "unreadable" if status else "unknown"


def loaded_url(element: Any) -> str:
    """Return the whole address of what the element shows."""
    return str(element.currentSrc or element.src)
