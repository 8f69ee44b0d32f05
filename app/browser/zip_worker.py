"""The worker that joins files into one zip (``static/zip_worker.mjs``); closing it cancels. Late.

Nothing of it is downloaded before the first zip is asked for.
"""

from collections.abc import Callable, Sequence
from typing import Any

import js
from pyodide.ffi import JsNull, to_js

from app.browser import trusted
from app.browser.event_listener import EventListener, EventListeners
from app.browser.export_worker import save
from app.late_ports import ZippedFile


class ZipWorker:
    """One zip, from the first file to the saved one."""

    def __init__(
        self,
        file_name: str,
        wanted: Sequence[ZippedFile],
        *,
        progress: Callable[[int, int], None],
        failed: Callable[[str, str], None],
        done: Callable[[int], None],
    ) -> None:
        self._file_name = file_name
        self._progress = progress
        self._failed = failed
        self._done = done
        options = to_js({"type": "module"}, dict_converter=js.Object.fromEntries)
        self._worker = js.Worker.new(trusted.script("static/zip_worker.mjs"), options)
        self._listeners = EventListeners(
            EventListener(self._worker, "message", self._message), EventListener(self._worker, "error", self._error)
        )
        base = js.document.baseURI
        named = [{"name": one.name, "address": str(js.URL.new(one.address, base).href)} for one in wanted]
        self._worker.postMessage(to_js({"files": named}, dict_converter=js.Object.fromEntries))

    def close(self) -> None:
        """End the worker, whatever it is doing, and stop listening to it."""
        self._listeners.close()
        self._worker.terminate()

    def _message(self, event: Any) -> None:
        data = event.data
        match str(data.kind):
            case "progress":
                self._progress(int(data.done), int(data.total))
            case "failed":
                self._failed(str(data.name), str(data.reason))
            case _:
                if not isinstance(data.file, JsNull):
                    save(self._file_name, data.file)
                self.close()
                self._done(int(data.count))

    def _error(self, event: Any) -> None:
        event.preventDefault()
        self.close()
        self._done(0)
