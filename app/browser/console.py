"""Faults and warnings for developers, in the browser's console; never at the user, never with a token."""

import re
import traceback

import js

TOKEN = re.compile(r"(?:eyJ[\w-]+\.[\w-]+\.[\w-]*|(?<=access_token=)[^&\s'\"]+)")


def report(error: BaseException) -> None:
    """Write an error that harmed nothing else, with where it came from."""
    text = "".join(traceback.format_exception(error))
    js.console.error("podi:", TOKEN.sub("…", text))


def warn(text: str) -> None:
    """Write a warning."""
    js.console.warn("podi:", TOKEN.sub("…", text))
