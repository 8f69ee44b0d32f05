"""HTTP through the browser's ``fetch``."""

from collections.abc import Mapping

import js
from pyodide.http import pyfetch

from app.ports import Clock, Response, Timers, TransportError


class BrowserHttp:
    """Requests to the API; each is aborted when its time is up or its caller gives up."""

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
        options: dict[str, object] = {"method": method, "headers": dict(headers), "cache": "no-store"}
        if body is not None:
            options["body"] = body
        try:
            answer = await pyfetch(self._base + path, signal=controller.signal, **options)  # type: ignore[arg-type]
            text = await answer.text()
        except OSError as error:
            raise TransportError(type(error).__name__) from None
        except BaseException:
            controller.abort()
            raise
        finally:
            timer.close()
        return Response(answer.status, {name.lower(): value for name, value in answer.headers.items()}, text)
