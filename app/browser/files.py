"""Where the page's own files are: a built site has a folder for each version."""

import js


def address(path: str) -> str:
    """Return the address of a file, named as in a checkout. ``static/shell.js`` says where its version is."""
    base = getattr(getattr(js.window, "podi", None), "files", None) or js.document.baseURI
    return str(js.URL.new(path, base).href)
