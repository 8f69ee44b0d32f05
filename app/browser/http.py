"""HTTP through the browser's ``fetch``."""

import json
from collections.abc import Mapping

import js
from pyodide.ffi import JsException

from app.ports import Clock, Response, Timers, TransportError


class BrowserHttp:
    """Requests to the API; each is aborted at its deadline, or when its caller is cancelled."""

    def __init__(self, base: str, clock: Clock, timers: Timers) -> None:
        self._base = base
        self._clock = clock
        self._timers = timers

    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str], body: str | None, timeout_s: float
    ) -> Response:
        """Return the answer; raise ``TransportError`` if none came in time."""
        asked = js.window.podi.request(method, self._base + path, json.dumps(dict(headers)), body)

        def give_up() -> None:
            # Nearly no request comes to it, and to have the method at hand would be one more crossing for each.
            asked.abort()

        timer = self._timers.call_at(self._clock.monotonic() + timeout_s, give_up)
        try:
            written: str = await asked.answer
        except JsException as error:
            raise TransportError(str(error.name)) from None
        except BaseException:
            # Cancelled: the browser would go on to load an answer that no caller awaits.
            give_up()
            raise
        finally:
            timer.close()
        head, _, text = written.partition("\n\n")
        status, *lines = head.split("\n")
        return Response(int(status), dict(line.split(": ", 1) for line in lines), text)
