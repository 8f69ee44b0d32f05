"""Errors and warnings for developers, in the browser's console. Never contains a token."""

import re
import traceback

import js

# JSON Web Tokens, wherever they stand, and whatever is in a socket's query.
TOKEN = re.compile(r"(?:eyJ[\w-]+\.[\w-]+\.[\w-]*|(?<=access_token=)[^&\s'\"]+)")


def report(error: BaseException) -> None:
    """Write an error and its traceback."""
    text = "".join(traceback.format_exception(error))
    js.console.error("podi:", TOKEN.sub("…", text))


def warn(text: str) -> None:
    """Write a warning."""
    js.console.warn("podi:", TOKEN.sub("…", text))
