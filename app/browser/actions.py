"""What the user does inside one element, as ``Action``: one listener for each kind of event, none on the parts.

In markup: ``data-action`` names the action of a click, submit or change. A form's submit has the form's fields; a
submit button with a ``data-action`` of its own replaces the form's. With ``data-on="input"`` every keystroke is an
action too; ``data-hide-action`` names the action of a drawer that was closed. ``data-focus`` on a link moves the
keyboard to the element with that id. Why no listeners on rows: docs/decisions/ui-surface.md.
"""

from collections.abc import Callable
from typing import Any

import js
from pyodide.ffi import JsNull

from app.browser.event_listener import EventListener, EventListeners
from app.ports import Action

_ACTION = "[data-action]"
# Controls whose action is their change, not a click on them.
_CHANGED = frozenset({"INPUT", "SELECT", "TEXTAREA"})
# Web Awesome's event, which a drawer fires before it closes.
_HIDDEN = "wa-hide"
_CHECKBOXES = "input[type=checkbox][name]"


class ActionListener:
    """Listens on one element until it is closed."""

    def __init__(self, root: js.Element, callback: Callable[[Action], None]) -> None:
        self._callback = callback
        self._listeners = EventListeners(
            EventListener(root, "click", self._clicked),
            EventListener(root, "submit", self._submitted),
            EventListener(root, "change", self._changed),
            EventListener(root, "input", self._typed),
            EventListener(root, "keydown", self._pressed),
            EventListener(root, _HIDDEN, self._hidden),
        )

    def close(self) -> None:
        """Stop listening."""
        self._listeners.close()

    def _clicked(self, event: Any) -> None:
        target = event.target
        link = target.closest("a[data-focus]")
        if link:
            event.preventDefault()
            focused = js.document.getElementById(link.dataset.focus)
            if focused:
                focused.focus()
            return
        element = target.closest(_ACTION)
        if element and element.tagName not in _CHANGED and element.tagName != "FORM" and not _submits(element):
            self._callback(Action(str(element.dataset.action), _data(element), {}))

    def _submitted(self, event: Any) -> None:
        form = event.target
        submitter = event.submitter
        name = _action(submitter) or _action(form)
        if name is None:
            return
        event.preventDefault()
        data = _data(form)
        if submitter:
            data.update(_data(submitter))
        self._callback(Action(name, data, _fields(form)))

    def _changed(self, event: Any) -> None:
        self._control_changed(event.target)

    def _typed(self, event: Any) -> None:
        if getattr(event.target.dataset, "on", None) == "input":
            self._control_changed(event.target)

    def _control_changed(self, control: Any) -> None:
        name = _action(control)
        if name is not None:
            value = _word(control.checked) if control.type == "checkbox" else str(control.value)
            self._callback(Action(name, _data(control), {str(control.name): value}))

    def _pressed(self, event: Any) -> None:
        """Escape closes a drawer where the component that would do so could not be loaded."""
        if event.key == "Escape":
            drawer = event.target.closest("[data-hide-action][open]:not(:defined)")
            if drawer:
                self._callback(Action(str(drawer.dataset.hideAction), _data(drawer), {}))

    def _hidden(self, event: Any) -> None:
        name = getattr(event.target.dataset, "hideAction", None)
        if name is not None:
            self._callback(Action(str(name), _data(event.target), {}))


def _action(element: Any) -> str | None:
    if not element:
        return None
    name = getattr(element.dataset, "action", None)
    return None if name is None else str(name)


def _submits(element: Any) -> bool:
    return bool(element.tagName == "BUTTON" and element.type == "submit" and element.form)


def _word(flag: object) -> str:
    return "true" if flag else "false"


def _data(element: Any) -> dict[str, str]:
    """Return the element's ``data-*`` values under their camelCase names, and as ``key`` that of the row it is in."""
    data = {str(pair[0]): str(pair[1]) for pair in js.window.Object.entries(element.dataset)}
    row = element.closest("[data-key]")
    if not isinstance(row, JsNull):
        data.setdefault("key", str(row.dataset.key))
    return data


def _fields(form: Any) -> dict[str, str]:
    """Return the form's fields by name. A checkbox says ``true`` or ``false``; a file is left out."""
    fields = {str(pair[0]): pair[1] for pair in js.FormData.new(form).entries()}
    texts = {name: value for name, value in fields.items() if isinstance(value, str)}
    for box in form.querySelectorAll(_CHECKBOXES):
        texts[str(box.name)] = _word(box.checked)
    return texts
