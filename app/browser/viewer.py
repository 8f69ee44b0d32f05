"""The viewer of pictures: a native dialog, moved and enlarged by keys, wheel, pointer and fingers (R40).

The rules of zooming are ``core.zoom``; the markup is a view's. Everything it adds to the document leaves with it.
"""

from collections.abc import Callable, Sequence
from typing import Any

import js
from pyodide.ffi import JsNull

from app.browser import trusted
from app.browser.event_listener import EventListener, EventListeners
from app.core.zoom import STEP, Zoom
from app.late_ports import ViewedPicture

SWIPE_PX = 60.0
"""A finger that moves further sideways over a fitted picture turns to the next one."""
NOTCH_PX = 100.0
"""So far does a wheel's notch scroll."""
ZOOMING = frozenset({"larger", "smaller", "fit", "full"})
"""What depends on the size of the picture."""


class DialogViewer:
    """One dialog at a time."""

    def __init__(self) -> None:
        self._dialog: _Dialog | None = None

    def show(self, markup: str, pictures: Sequence[ViewedPicture], first: int, *, compared: bool = False) -> None:
        """Open the dialog on one of the pictures."""
        self.close()
        self._dialog = _Dialog(markup, pictures, first, compared=compared)

    def close(self) -> None:
        """Close the dialog, if one is open."""
        if self._dialog is not None:
            self._dialog.close()
            self._dialog = None


class _Dialog:
    def __init__(self, markup: str, pictures: Sequence[ViewedPicture], first: int, *, compared: bool) -> None:
        body: Any = js.document.body
        body.insertAdjacentHTML("beforeend", trusted.markup(markup))
        self._root: Any = body.lastElementChild
        self._pictures = pictures
        self._at = first
        self._zoom = Zoom(0, 0, 0, 0)
        # Where each pointer that is down was last, by its id.
        self._pointers: dict[int, tuple[float, float]] = {}
        # How far the one finger has gone since it came down, sideways.
        self._travelled = 0.0
        self._comparing = compared
        # What was asked for while the picture was still coming: done once its size is known.
        self._loading = False
        self._asked: list[str] = []
        self._closed = False
        stage = self._part("stage")
        self._listeners = EventListeners(
            EventListener(self._root, "click", self._clicked),
            EventListener(self._root, "keydown", self._pressed),
            EventListener(self._root, "close", lambda _: self.close()),
            EventListener(self._part("slider"), "input", lambda _: self._slide()),
            EventListener(self._part("image"), "load", lambda _: self._loaded()),
            EventListener(self._part("image"), "error", lambda _: self._failed()),
            EventListener(stage, "wheel", self._wheel),
            EventListener(stage, "dblclick", lambda _: self._toggle()),
            EventListener(stage, "pointerdown", self._down),
            EventListener(stage, "pointermove", self._moved),
            EventListener(stage, "pointerup", self._up),
            EventListener(stage, "pointercancel", self._up),
            EventListener(js.window, "resize", lambda _: self._resized()),
        )
        self._fill_strip()
        self._root.showModal()
        self._turn_to(first)

    def close(self) -> None:
        """Take the dialog out of the document; the keyboard returns to where it was."""
        if not self._closed:
            self._closed = True
            self._listeners.close()
            self._root.close()
            self._root.remove()

    def _part(self, name: str) -> Any:
        return self._root.querySelector(f'[data-viewer="{name}"]')

    def _fill_strip(self) -> None:
        strip = self._part("strip")
        strip.hidden = len(self._pictures) < 2
        document: Any = js.document
        group = self._pictures[0].group
        for index, picture in enumerate(self._pictures):
            button = document.createElement("button")
            button.type = "button"
            button.className = "viewer__thumb"
            button.dataset.index = str(index)
            button.dataset.other = "" if picture.group == group else "true"
            button.title = picture.label
            image = document.createElement("img")
            image.src = picture.url
            image.alt = picture.label
            image.loading = "lazy"
            button.append(image)
            strip.append(button)

    def _turn_to(self, index: int) -> None:
        self._at = index % len(self._pictures)
        picture = self._pictures[self._at]
        image = self._part("image")
        image.alt = picture.label
        image.src = picture.url
        self._loading, self._asked = True, []
        self._part("failed").hidden = True
        place = f"{self._at + 1} / {len(self._pictures)}"
        self._part("label").textContent = f"{picture.label} · {place}"
        for link in ("original", "download"):
            self._part(link).href = picture.url
        for turn in ("previous", "next"):
            self._part(turn).hidden = len(self._pictures) < 2
        self._part("compare").hidden = picture.before is None
        self._compare(on=self._comparing and picture.before is not None)
        for thumb in self._part("strip").children:
            current = str(thumb.dataset.index) == str(self._at)
            thumb.setAttribute("aria-current", "true" if current else "false")

    def _compare(self, *, on: bool) -> None:
        self._comparing = on
        before = self._part("before")
        address = self._pictures[self._at].before
        if on and address is not None:
            before.src = address
        before.hidden = not on
        self._part("slide").hidden = not on
        self._part("compare").setAttribute("aria-pressed", "true" if on else "false")
        self._slide()
        # The slider takes room from the stage.
        self._resized()

    def _slide(self) -> None:
        """Show the picture it was made of on the left of the slider."""
        share = float(self._part("slider").value)
        self._part("before").style.clipPath = f"inset(0 {100 - share}% 0 0)"

    def _loaded(self) -> None:
        image = self._part("image")
        width, height = self._room()
        self._zoom = Zoom(float(image.naturalWidth), float(image.naturalHeight), width, height).fit()
        self._draw()
        self._loading, asked = False, self._asked
        for name in asked:
            self._do(name)

    def _failed(self) -> None:
        self._loading = False
        self._zoom = Zoom(0, 0, *self._room())
        self._draw()
        self._part("failed").hidden = False

    def _room(self) -> tuple[float, float]:
        stage = self._part("stage")
        return float(stage.clientWidth), float(stage.clientHeight)

    def _resized(self) -> None:
        self._show(self._zoom.in_room(*self._room()))

    def _show(self, zoom: Zoom) -> None:
        self._zoom = zoom
        self._draw()

    def _draw(self) -> None:
        zoom, style = self._zoom, self._part("canvas").style
        style.width, style.height = f"{zoom.width}px", f"{zoom.height}px"
        style.transform = f"translate({zoom.x}px, {zoom.y}px) scale({zoom.scale})"
        self._part("stage").dataset.fits = "true" if zoom.fits else "false"

    def _toggle(self) -> None:
        self._show(self._zoom.full() if self._zoom.fits else self._zoom.fit())

    def _clicked(self, event: Any) -> None:
        thumb = event.target.closest("[data-index]")
        if not isinstance(thumb, JsNull):
            self._turn_to(int(thumb.dataset.index))
            return
        part = event.target.closest("button[data-viewer]")
        if not isinstance(part, JsNull):
            self._do(str(part.dataset.viewer))

    def _do(self, name: str) -> None:
        if self._loading and name in ZOOMING:
            self._asked.append(name)
            return
        actions: dict[str, Callable[[], None]] = {
            "close": self.close,
            "previous": lambda: self._turn_to(self._at - 1),
            "next": lambda: self._turn_to(self._at + 1),
            "larger": lambda: self._show(self._zoom.by(STEP)),
            "smaller": lambda: self._show(self._zoom.by(1 / STEP)),
            "fit": lambda: self._show(self._zoom.fit()),
            "full": lambda: self._show(self._zoom.full()),
            "compare": lambda: self._compare(on=not self._comparing),
        }
        action = actions.get(name)
        if action is not None:
            action()

    def _pressed(self, event: Any) -> None:
        if event.ctrlKey or event.metaKey or event.altKey:
            return
        sliding = str(event.target.tagName) == "INPUT"
        keys = {"ArrowLeft": "previous", "ArrowRight": "next", "+": "larger", "=": "larger", "-": "smaller"}
        keys |= {"0": "fit", "1": "full", "b": "compare"}
        name = keys.get(str(event.key))
        if name is None or (sliding and str(event.key).startswith("Arrow")):
            return
        if name == "compare" and self._pictures[self._at].before is None:
            return
        event.preventDefault()
        self._do(name)

    def _wheel(self, event: Any) -> None:
        event.preventDefault()
        # A touch pad says small distances in pixels, and moves sideways as well; a wheel's notch is a whole step.
        notches = float(event.deltaY) / NOTCH_PX if event.deltaMode == 0 else float(event.deltaY)
        x, y = self._point(event)
        self._show(self._zoom.by(STEP ** -max(-1.0, min(1.0, notches)), x, y))

    def _point(self, event: Any) -> tuple[float, float]:
        box = self._part("stage").getBoundingClientRect()
        return float(event.clientX) - float(box.left), float(event.clientY) - float(box.top)

    def _down(self, event: Any) -> None:
        if not isinstance(event.target.closest("button"), JsNull):
            return
        self._part("stage").setPointerCapture(event.pointerId)
        self._pointers[int(event.pointerId)] = self._point(event)
        self._travelled = 0.0

    def _moved(self, event: Any) -> None:
        pointer = int(event.pointerId)
        before = self._pointers.get(pointer)
        if before is None:
            return
        now = self._pointers[pointer] = self._point(event)
        others = [place for key, place in self._pointers.items() if key != pointer]
        if others:
            # Two fingers: as much larger as they are further apart, around the one that rests.
            apart = _distance(before, others[0])
            if apart > 0:
                self._show(self._zoom.by(_distance(now, others[0]) / apart, *others[0]))
        else:
            self._travelled += now[0] - before[0]
            self._show(self._zoom.moved(now[0] - before[0], now[1] - before[1]))

    def _up(self, event: Any) -> None:
        alone = len(self._pointers) == 1
        if self._pointers.pop(int(event.pointerId), None) is None:
            return
        if alone and self._zoom.fits and abs(self._travelled) > SWIPE_PX and len(self._pictures) > 1:
            self._turn_to(self._at + (-1 if self._travelled > 0 else 1))


def _distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)
