"""Pictures from the reader's device: chosen, dropped or pasted into the fields of a form (R41).

``data-picture`` on an ``input[type=file]`` names its field, ``data-picture-drop`` on an element the field of what is
dropped on it. What is pasted anywhere goes to the first such field. Only what the browser can decode is a picture.
"""

from collections.abc import Callable
from typing import Any

import js
from pyodide.ffi import JsNull

from app.browser.event_listener import EventListener, EventListeners
from app.late_ports import PickedPicture
from app.ports import Closable

_TEXT_FIELDS = "input, textarea, [contenteditable]"
_DROP = "[data-picture-drop]"


class BrowserPictureFiles:
    """The fields of the document; one listener for all of them."""

    def listen(
        self,
        picked: Callable[[str, PickedPicture], None],
        refused: Callable[[str, str, str], None],
        *,
        most_bytes: int,
    ) -> Closable:
        """Call back with the field and what was picked, or why it cannot be taken."""
        return _Listening(picked, refused, most_bytes)


class _Listening:
    def __init__(
        self,
        picked: Callable[[str, PickedPicture], None],
        refused: Callable[[str, str, str], None],
        most_bytes: int,
    ) -> None:
        self._picked = picked
        self._refused = refused
        self._most_bytes = most_bytes
        # By field: the file that is being read, and the one that was, which its preview is of.
        self._under_way: dict[str, _Reading] = {}
        self._kept: dict[str, _Reading] = {}
        document: Any = js.document
        self._listeners = EventListeners(
            EventListener(document, "change", self._changed),
            EventListener(document, "dragover", self._dragged),
            EventListener(document, "drop", self._dropped),
            EventListener(document, "paste", self._pasted),
        )

    def close(self) -> None:
        """Stop listening, and let go of the files."""
        self._listeners.close()
        for reading in (*self._under_way.values(), *self._kept.values()):
            reading.close()
        self._under_way.clear()
        self._kept.clear()

    def _changed(self, event: Any) -> None:
        target = event.target
        name = target.getAttribute("data-picture")
        if not isinstance(name, JsNull) and target.type == "file":
            self._take(str(name), list(target.files))
            # The same file may be chosen again after it was taken back.
            target.value = ""

    def _dragged(self, event: Any) -> None:
        if _field_at(event.target) is not None and "Files" in list(event.dataTransfer.types):
            event.preventDefault()

    def _dropped(self, event: Any) -> None:
        name = _field_at(event.target)
        files = list(event.dataTransfer.files)
        if name is not None and files:
            event.preventDefault()
            self._take(name, files)

    def _pasted(self, event: Any) -> None:
        files, types = list(event.clipboardData.files), list(event.clipboardData.types)
        # Office programs put a picture beside the text that they copy: into a field goes the text.
        if not files or ("text/plain" in types and event.target.matches(_TEXT_FIELDS)):
            return
        name = _field_at(event.target)
        if name is None:
            first: Any = js.document.querySelector(_DROP)
            name = None if isinstance(first, JsNull) else str(first.getAttribute("data-picture-drop"))
        if name is not None:
            event.preventDefault()
            self._take(name, files)

    def _take(self, name: str, files: list[Any]) -> None:
        if len(files) != 1:
            if files:
                self._refused(name, "", "several")
            return
        file = files[0]
        if file.size > self._most_bytes:
            self._refused(name, str(file.name), "large")
        elif not str(file.type).startswith("image/") or "svg" in str(file.type):
            # A drawing that may hold scripts is no picture here, as in results.
            self._refused(name, str(file.name), "no-picture")
        else:
            self._read(name, file)

    def _read(self, name: str, file: Any) -> None:
        """Read a file; once it is read, it takes the place of the one that the field had."""
        waiting = self._under_way.pop(name, None)
        if waiting is not None:
            waiting.close()

        def done(picture: PickedPicture) -> None:
            before = self._kept.pop(name, None)
            self._kept[name] = self._under_way.pop(name)
            self._picked(name, picture)
            if before is not None:
                before.close()

        def failed(reason: str) -> None:
            self._under_way.pop(name).close()
            self._refused(name, str(file.name), reason)

        self._under_way[name] = _Reading(file, done, failed)


class _Reading:
    """One file: shown by the browser, to see whether it is a picture, then read; it is kept for its preview."""

    def __init__(self, file: Any, done: Callable[[PickedPicture], None], failed: Callable[[str], None]) -> None:
        window: Any = js.window
        self._file = file
        self._done = done
        self._preview = str(js.URL.createObjectURL(file))
        self._reader: Any = window.FileReader.new()
        image = window.Image.new()
        self._listeners = EventListeners(
            EventListener(image, "load", lambda _: self._reader.readAsDataURL(file)),
            EventListener(image, "error", lambda _: failed("no-picture")),
            EventListener(self._reader, "load", self._loaded),
            EventListener(self._reader, "error", lambda _: failed("unreadable")),
        )
        image.src = self._preview

    def close(self) -> None:
        """Read no further, and let go of the file."""
        self._listeners.close()
        self._reader.abort()
        js.URL.revokeObjectURL(self._preview)

    def _loaded(self, _: Any) -> None:
        file = self._file
        # The browser writes base64 many times faster than Python does.
        data = str(self._reader.result).partition(",")[2]
        self._done(PickedPicture(str(file.name), int(file.size), str(file.type), data, self._preview))


def _field_at(target: Any) -> str | None:
    """Return the field that an element belongs to."""
    if not hasattr(target, "closest"):
        return None
    window: Any = js.window
    # By the prototype: an input may have any name, and hides what its form can do under that one.
    found = window.Element.prototype.closest.call(target, _DROP)
    return None if isinstance(found, JsNull) else str(found.getAttribute("data-picture-drop"))
