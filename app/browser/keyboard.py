"""The keyboard of the whole page, and the dialog of a palette (R53). Late."""

from collections.abc import Callable, Iterator
from typing import Any

import js
from pyodide.ffi import JsNull, to_js

from app.browser.event_listener import EventListener, EventListeners
from app.browser.surface import DomSurface
from app.core.shortcuts import Press
from app.ports import Surface

_FIELDS = "input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]"
_TYPED = "select, textarea, input:not([type=checkbox], [type=radio])"
_ACTIONS = ", ".join(f"main {each}" for each in ("button", "summary", "a.button", "select", "input", "textarea"))
LONGEST_NAME = 80
_LIST = "[role=list].rows"
_COMPOSING = 229
"""The key code of a key that an input method takes, where a browser does not say so otherwise."""


class BrowserKeyboard:
    """Gets every key that goes down; ``pressed`` returns whether it was one of the page's."""

    def __init__(self, pressed: Callable[[Press], bool]) -> None:
        self._pressed = pressed
        self._listener = EventListener(js.document, "keydown", self._down)

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def row(self) -> str | None:
        """Return the key of the job's row that has the keyboard."""
        active = js.document.activeElement
        row = None if isinstance(active, JsNull) else active.closest("[data-key][data-task-id]")
        return None if row is None or isinstance(row, JsNull) else str(row.dataset.key)

    def step(self, key: str) -> None:
        """Move the keyboard within the list that has it, or else into the first with rows, as an arrow key does."""
        document: Any = js.document
        active = document.activeElement
        rows = None if isinstance(active, JsNull) else active.closest(_LIST)
        if rows is None or isinstance(rows, JsNull):
            rows = _usable(f"{_LIST}:has([data-key])")
        if rows is None:
            return
        target = active if rows.contains(active) else rows
        init = js.Object.fromEntries(to_js([["key", key], ["bubbles", True], ["cancelable", True]]))
        window: Any = js.window
        target.dispatchEvent(window.KeyboardEvent.new("keydown", init))

    def focus(self, selector: str) -> bool:
        """Give the keyboard to the first such element that can take it; return whether there is one."""
        found = _usable(selector)
        if found is None:
            return False
        found.focus()
        return True

    def click(self, selector: str) -> bool:
        """Activate the first such element that a pointer could, as a click does; return whether there is one."""
        found = _usable(selector)
        if found is None:
            return False
        found.click()
        return True

    def actions(self) -> list[str]:
        """Return the names of the buttons and fields of the page in sight, without those of rows, each once."""
        return list(dict.fromkeys(name for name, _ in _offered()))

    def activate(self, name: str) -> bool:
        """Press the first button of this name, or give the keyboard to the field; return whether there is one."""
        element = next((element for each, element in _offered() if each == name), None)
        if element is None:
            return False
        element.focus()
        if not element.matches(_TYPED):
            element.click()
        return True

    def _down(self, event: Any) -> None:
        key = getattr(event, "key", None)
        if not isinstance(key, str) or not event.isTrusted:
            # Filling in a form by itself fires keys without a name; arrows that ``step`` sends are no commands.
            return
        press = Press(
            key,
            control=bool(event.ctrlKey) or bool(event.metaKey),
            other=bool(event.altKey),
            typing=_is_field(event.target),
            composing=bool(event.isComposing) or event.keyCode == _COMPOSING,
            held=bool(event.repeat),
            elsewhere=_other_dialog(event.target),
        )
        if self._pressed(press):
            event.preventDefault()


class BrowserDialog:
    """A native modal dialog around a surface; ``closed`` is called when the reader closes it."""

    def __init__(self, name: str, label: str, markup: str, closed: Callable[[], None]) -> None:
        dialog: Any = js.document.createElement("dialog")
        dialog.className = f"dialog dialog--{name}"
        dialog.dataset.own = name
        dialog.setAttribute("aria-label", label)
        js.document.body.appendChild(dialog)
        self._dialog = dialog
        self._closed = closed
        self._open = True
        surface = DomSurface(dialog)
        surface.show(markup)
        self.surface: Surface = surface
        self._listeners = EventListeners(
            EventListener(dialog, "close", lambda _: self._ended()),
            EventListener(dialog, "click", self._clicked),
        )
        dialog.showModal()

    def reveal(self, slot: str) -> None:
        """Scroll the dialog as far as it takes to see ``[data-slot=slot]``."""
        found = self._dialog.querySelector(f'[data-slot="{slot}"]')
        if not isinstance(found, JsNull):
            found.scrollIntoView(js.Object.fromEntries(to_js([["block", "nearest"]])))

    def close(self) -> None:
        """Take the dialog out of the document; the keyboard returns to where it was."""
        if not self._open:
            return
        self._open = False
        self._listeners.close()
        self._dialog.close()
        self.surface.close()
        self._dialog.remove()

    def _clicked(self, event: Any) -> None:
        if event.target.isSameNode(self._dialog):
            # Beside the content: on the backdrop.
            self._ended()

    def _ended(self) -> None:
        self.close()
        self._closed()


def _usable(selector: str) -> Any | None:
    """Return the first such element that is shown and not disabled."""
    document: Any = js.document
    return next((element for element in document.querySelectorAll(selector) if _can_be_used(element)), None)


def _can_be_used(element: Any) -> bool:
    return bool(element.getClientRects().length) and not element.matches(":disabled")


def _offered() -> Iterator[tuple[str, Any]]:
    """Yield what can be pressed or filled in on the page, and can be seen, with its name."""
    document: Any = js.document
    for element in document.querySelectorAll(_ACTIONS):
        if not isinstance(element.closest("[data-key]"), JsNull) or not _can_be_used(element):
            continue
        name = " ".join(_name(element).split())[:LONGEST_NAME]
        if name:
            yield name, element


def _name(element: Any) -> str:
    """What the element is called: a field by its label, without what the label holds of the field itself."""
    named = element.getAttribute("aria-label")
    if isinstance(named, str):
        return named
    labels, own = getattr(element, "labels", None), str(element.textContent)
    if not labels or not labels.length:
        return own
    text = str(labels[0].textContent)
    return text.replace(own, "", 1) if own and labels[0].contains(element) else text


def _is_field(target: Any) -> bool:
    return bool(getattr(target, "matches", None)) and bool(target.matches(_FIELDS))


def _other_dialog(target: Any) -> bool:
    """Whether the keyboard is in a dialog that is not one of these."""
    if not getattr(target, "closest", None):
        return False
    return not isinstance(target.closest("dialog:not([data-own]), wa-dialog, wa-drawer"), JsNull)
