"""The worker in which an export of logs runs, so that the page stays smooth; closing it cancels the export."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import js
from pyodide.ffi import to_js

from app.browser.listening import Listening


@dataclass(frozen=True, slots=True)
class ExportListener:
    """Whom an export tells of its progress, its end, and its need of a fresh token."""

    progress: Callable[[int, int], None]
    done: Callable[[int], None]
    failed: Callable[[str], None]
    token_refused: Callable[[], None]


class ExportWorker:
    """One export, from start to file."""

    def __init__(self, file_name: str, listener: ExportListener) -> None:
        self._file_name = file_name
        self._listener = listener
        options = to_js({"type": "module"}, dict_converter=js.Object.fromEntries)
        self._worker = js.Worker.new(js.URL.new("static/export_worker.mjs", js.document.baseURI).href, options)
        self._listening = [
            Listening(self._worker, "message", self._message),
            Listening(self._worker, "error", self._error),
        ]

    def start(self, base: str, ability: str, token: str, form: str) -> None:
        """Begin; ``base`` may be empty for the page's own host."""
        address = base or str(js.location.origin)
        self._post({"kind": "start", "base": address, "ability": ability, "token": token, "form": form})

    def bring_token(self, token: str) -> None:
        """Go on with another token."""
        self._post({"kind": "token", "token": token})

    def close(self) -> None:
        """End the worker, whatever it is doing."""
        for listening in self._listening:
            listening.close()
        self._listening = []
        self._worker.terminate()

    def _post(self, message: dict[str, str]) -> None:
        self._worker.postMessage(to_js(message, dict_converter=js.Object.fromEntries))

    def _message(self, event: Any) -> None:
        data = event.data
        match str(data.kind):
            case "progress":
                self._listener.progress(int(data.done), int(data.total))
            case "token":
                self._listener.token_refused()
            case "done":
                self._save(data.file)
                self.close()
                self._listener.done(int(data.done))
            case _:
                self._fail(str(data.reason))

    def _error(self, event: Any) -> None:
        event.preventDefault()
        self._fail("worker")

    def _fail(self, reason: str) -> None:
        self.close()
        self._listener.failed(reason)

    def _save(self, file: js.Blob) -> None:
        address = js.URL.createObjectURL(file)
        link: Any = js.document.createElement("a")
        link.href = address
        link.download = self._file_name
        link.click()
        js.URL.revokeObjectURL(address)
