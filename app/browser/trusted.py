"""The page's Trusted Types policy (W3C): what is handed to a place where the browser reads markup or starts a script.

``tools/page_policy.py`` lets the page have this policy and three that its other parts make for themselves. Everything
that writes markup or starts a worker passes here, so that a string that reached such a place by another way is refused.
Browsers without Trusted Types get the string.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import js
from pyodide.ffi import to_js

from app.browser import files

POLICY = "podi"


def markup(text: str) -> Any:
    """Return markup as the browser takes it; whoever made it has escaped what came from elsewhere."""
    policy = _policy()
    return policy.markup(text) if policy else text


def script(path: str) -> Any:
    """Return the address of one of the page's own scripts, by its path in the checkout."""
    policy, address = _policy(), files.address(path)
    return policy.script(address) if policy else address


class _Policy(NamedTuple):
    """The policy's two methods, looked up once: each row that comes into view passes the first."""

    markup: Callable[[str], Any]
    script: Callable[[str], Any]


@cache
def _policy() -> _Policy | None:
    """The one policy, made when it is first wanted; None where the browser has none."""
    if not hasattr(js, "trustedTypes"):
        return None
    rules = {"createHTML": js.String, "createScriptURL": js.String}
    made = js.trustedTypes.createPolicy(POLICY, to_js(rules, dict_converter=js.Object.fromEntries))
    return _Policy(made.createHTML, made.createScriptURL)
