# What app.browser uses of Pyodide's fetch.
from pyodide.ffi import JsException, JsProxy

class AbortError(OSError):
    """No answer: aborted, refused or the network failed."""

    def __init__(self, reason: JsException) -> None: ...

class HttpStatusError(OSError):
    status: int

class FetchResponse:
    @property
    def headers(self) -> dict[str, str]: ...
    @property
    def ok(self) -> bool: ...
    @property
    def status(self) -> int: ...
    @property
    def url(self) -> str: ...
    async def text(self) -> str: ...
    async def bytes(self) -> bytes: ...

async def pyfetch(
    url: str,
    /,
    *,
    signal: JsProxy | None = None,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: str | None = None,
    cache: str = "default",
    credentials: str = "same-origin",
    redirect: str = "follow",
) -> FetchResponse: ...
