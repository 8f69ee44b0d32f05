"""What the user does inside one element, as ``Action``: one listener for each kind of event, none on the parts.

In markup: ``data-action`` names the action of a click, submit or change. A form's submit has the form's fields; a
submit button with a ``data-action`` of its own replaces the form's. ``data-error-action`` names the action of something
that could not be loaded, with ``reason`` and ``url`` in its data. With ``data-on="input"`` every keystroke is an
action too; ``data-hide-action`` names the action of a drawer that was closed. ``data-focus`` on a link moves the
keyboard to the element with that id. An input's name is also a property of its form, and names come from others: what
may be a form is asked through the prototype, where nothing of theirs stands. Why no listeners on rows:
docs/decisions/ui-surface.md.
"""

from collections.abc import Callable
from typing import Any

import js
from pyodide.ffi import JsNull

from app.browser.event_listener import EventListener, EventListeners
from app.browser.load_failure import load_failure, loaded_url
from app.ports import Action

_ACTION = "[data-action]"
# A form, and controls whose action is their change: a click is none of theirs.
_NOT_CLICKED = "form, input, select, textarea"
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
            EventListener(root, "error", self._failed, capture=True),
        )

    def close(self) -> None:
        """Stop listening."""
        self._listeners.close()

    def _clicked(self, event: Any) -> None:
        target = event.target
        link = _closest(target, "a[data-focus]")
        if link:
            event.preventDefault()
            focused = js.document.getElementById(link.dataset.focus)
            if focused:
                focused.focus()
            return
        element = _closest(target, _ACTION)
        if element and not _matches(element, _NOT_CLICKED) and not _submits(element):
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
        if _attribute(event.target, "data-on") == "input":
            self._control_changed(event.target)

    def _control_changed(self, control: Any) -> None:
        name = _action(control)
        if name is not None:
            value = _word(control.checked) if control.type == "checkbox" else str(control.value)
            self._callback(Action(name, _data(control), {str(control.name): value}))

    def _pressed(self, event: Any) -> None:
        """Escape closes a drawer where the component that would do so could not be loaded."""
        if event.key == "Escape":
            drawer = _closest(event.target, "[data-hide-action][open]:not(:defined)")
            if drawer:
                self._callback(Action(str(drawer.dataset.hideAction), _data(drawer), {}))

    def _hidden(self, event: Any) -> None:
        name = _attribute(event.target, "data-hide-action")
        if name is not None:
            self._callback(Action(name, _data(event.target), {}))

    def _failed(self, event: Any) -> None:
        element = event.target
        name = _attribute(element, "data-error-action")
        if name is not None:
            more = {"reason": load_failure(element), "url": loaded_url(element)}
            self._callback(Action(name, _data(element) | more, {}))


def _action(element: Any) -> str | None:
    if not element:
        return None
    return _attribute(element, "data-action")


def _submits(element: Any) -> bool:
    return bool(_matches(element, "button") and element.type == "submit" and element.form)


def _closest(element: Any, selector: str) -> Any:
    return _prototype().closest.call(element, selector)


def _matches(element: Any, selector: str) -> bool:
    return bool(_prototype().matches.call(element, selector))


def _attribute(element: Any, name: str) -> str | None:
    value = _prototype().getAttribute.call(element, name)
    return None if isinstance(value, JsNull) else str(value)


def _prototype() -> Any:
    """Return what all elements have; looked up each time, because a snapshot of the memory keeps no proxies."""
    window: Any = js.window
    return window.Element.prototype


def _word(flag: object) -> str:
    return "true" if flag else "false"


def _data(element: Any) -> dict[str, str]:
    """Return the element's ``data-*`` values under their camelCase names, and as ``key`` that of the row it is in."""
    window: Any = js.window
    dataset = window.Reflect.get(window.HTMLElement.prototype, "dataset", element)
    data = {str(pair[0]): str(pair[1]) for pair in window.Object.entries(dataset)}
    row = _closest(element, "[data-key]")
    if not isinstance(row, JsNull):
        data.setdefault("key", str(row.dataset.key))
    return data


def _fields(form: Any) -> dict[str, str]:
    """Return the form's fields by name. A checkbox says ``true`` or ``false``; a file is left out."""
    fields = {str(pair[0]): pair[1] for pair in js.FormData.new(form).entries()}
    texts = {name: value for name, value in fields.items() if isinstance(value, str)}
    for box in _prototype().querySelectorAll.call(form, _CHECKBOXES):
        texts[str(box.name)] = _word(box.checked)
    return texts
