"""The fields for pictures in a real browser, in a form whose inputs have any name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.adapters.conftest import Python

PLACE = """markup => {
    document.body.append(Object.assign(document.createElement("div"), { id: "pictures", innerHTML: markup }));
}"""
FORM = """
<div data-picture-drop="image"><form><input name="closest"><input name="getAttribute"><p>text</p></form></div>
<form id="elsewhere"><input name="closest"></form>"""
# Whether the page takes what is dragged there.
TAKEN = """selector => {
    const data = new DataTransfer();
    data.items.add(new File(["x"], "koi.png", { type: "image/png" }));
    const event = new DragEvent("dragover", { dataTransfer: data, bubbles: true, cancelable: true });
    Element.prototype.dispatchEvent.call(document.querySelector(selector), event);
    return event.defaultPrevented;
}"""


@pytest.fixture
def listening(python: Python) -> Iterator[Python]:
    """A page that takes pictures."""
    python(
        """
        from app.browser.picture_files import BrowserPictureFiles
        kept.pictures = BrowserPictureFiles().listen(print, print, most_bytes=10)
        """
    )
    python.page.evaluate(PLACE, FORM)
    yield python
    python("kept.pictures.close()")
    python.page.evaluate("() => document.getElementById('pictures').remove()")


def test_a_field_is_found_from_a_form_of_any_names(listening: Python) -> None:
    """R41: an ability may declare an input named `closest`; what is dragged over its form is taken all the same."""
    errors: list[str] = []
    listening.page.on("pageerror", lambda error: errors.append(str(error)))
    taken = {selector: listening.page.evaluate(TAKEN, selector) for selector in ("form", "form p", "#elsewhere")}
    assert (taken, errors) == ({"form": True, "form p": True, "#elsewhere": False}, [])


# Whether the page takes what is pasted there: a picture, and a text beside it.
PASTED = """([selector, text]) => {
    const data = new DataTransfer();
    data.items.add(new File(["x"], "cells.png", { type: "image/png" }));
    if (text) data.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
    Element.prototype.dispatchEvent.call(document.querySelector(selector), event);
    return event.defaultPrevented;
}"""


@pytest.mark.parametrize(
    ("selector", "text", "taken"),
    [
        ("#elsewhere input", "", True),
        ("#elsewhere input", "cells", False),
        ("#pictures p", "cells", True),
        ("#pictures input", "cells", False),
    ],
)
def test_a_text_goes_into_the_field_it_is_pasted_into(listening: Python, selector: str, text: str, taken: bool) -> None:
    """R41: office programs put a picture beside the text that they copy."""
    assert taken is listening.page.evaluate(PASTED, [selector, text])
