"""Addresses of the page's own files: a built site has a folder for each version."""

import js


def address(path: str) -> str:
    """Return the address of a file by its path in the checkout; ``static/shell.js`` sets the folder of the version."""
    base = getattr(getattr(js.window, "podi", None), "files", None) or js.document.baseURI
    return str(js.URL.new(path, base).href)
