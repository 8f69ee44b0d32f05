"""HTTP through the browser's ``fetch``."""

from collections.abc import Mapping

import js
from pyodide.ffi import JsException, to_js

from app.browser import early_fetch
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
        controller = js.AbortController.new()
        timer = self._timers.call_at(self._clock.monotonic() + timeout_s, controller.abort)
        options = {"method": method, "headers": dict(headers), "cache": "no-store", "signal": controller.signal}
        if body is not None:
            options["body"] = body
        try:
            answer = await early_fetch.fetch(self._base + path, to_js(options, dict_converter=js.Object.fromEntries))
            text = await answer.text()
        except JsException as error:
            raise TransportError(str(error.name)) from None
        except BaseException:
            # Cancelled: the browser would go on to load an answer that no caller awaits.
            controller.abort()
            raise
        finally:
            timer.close()
        return Response(answer.status, js.Object.fromEntries(answer.headers.entries()).to_py(), text)
