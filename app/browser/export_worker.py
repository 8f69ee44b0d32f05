"""The worker in which an export of a call log runs, beside the page's main thread; closing it cancels the export.

Its messages are those of ``static/export_worker.mjs``: ``start`` and ``token`` to it, ``progress``,
``waiting``, ``token``, ``done`` and ``failed`` from it.
"""

from collections.abc import Callable
from typing import Any

import js
from pyodide.ffi import to_js

from app.browser import trusted
from app.browser.event_listener import EventListener, EventListeners


class ExportWorker:
    """One export, from its start to the saved file."""

    def __init__(
        self,
        file_name: str,
        *,
        progress: Callable[[int, int], None],
        waiting: Callable[[int, float], None],
        done: Callable[[int], None],
        failed: Callable[[str, int], None],
        token_refused: Callable[[], None],
    ) -> None:
        self._file_name = file_name
        self._progress = progress
        self._waiting = waiting
        self._done = done
        self._failed = failed
        self._token_refused = token_refused
        options = to_js({"type": "module"}, dict_converter=js.Object.fromEntries)
        self._worker = js.Worker.new(trusted.script("static/export_worker.mjs"), options)
        self._worker_events = EventListeners(
            EventListener(self._worker, "message", self._message), EventListener(self._worker, "error", self._error)
        )

    def start(self, base: str, ability_id: str, token: str, form: str, wanted: str = "") -> None:
        """Start; an empty ``base`` is the page's own host."""
        address = base or str(js.location.origin)
        job = {"base": address, "ability": ability_id, "token": token, "form": form, "wanted": wanted}
        self._post({"kind": "start", **job})

    def bring_token(self, token: str) -> None:
        """Continue with another token."""
        self._post({"kind": "token", "token": token})

    def close(self) -> None:
        """End the worker, whatever it is doing, and stop listening to it."""
        self._worker_events.close()
        self._worker.terminate()

    def _post(self, message: dict[str, str]) -> None:
        self._worker.postMessage(to_js(message, dict_converter=js.Object.fromEntries))

    def _message(self, event: Any) -> None:
        data = event.data
        match str(data.kind):
            case "progress":
                self._progress(int(data.done), int(data.total))
            case "waiting":
                self._waiting(int(data.done), float(data.seconds))
            case "token":
                self._token_refused()
            case "done":
                save(self._file_name, data.file)
                self._done(int(data.done))
            case _:
                kept = int(data.done)
                if kept:
                    name, dot, form = self._file_name.rpartition(".")
                    save(f"{name}-incomplete{dot}{form}", data.file)
                self._failed(str(data.reason), kept)

    def _error(self, event: Any) -> None:
        event.preventDefault()
        self._failed("worker", 0)


def save(file_name: str, file: js.Blob) -> None:
    """Save a file under a name, as a click on a link to it does."""
    address = js.URL.createObjectURL(file)
    link: Any = js.document.createElement("a")
    link.href = address
    link.download = file_name
    link.click()
    js.URL.revokeObjectURL(address)
