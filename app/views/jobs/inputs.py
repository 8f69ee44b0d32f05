"""What went into a job: its pictures, and each input under the label of the form (R38)."""

from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from app.core.inputs import Input
from app.views.json_text import json_text
from app.views.markup import escape, safe_url
from app.views.texts import Texts
from app.views.values import one_line

LONGEST_INPUT = 2000
INPUTS_SHOWN = 60
INPUT_PICTURE = "input-picture-"
"""How the slot of an input's picture begins."""


def inputs_markup(texts: Texts, inputs: Sequence[Input], pictures: Sequence[str], shown: Collection[str]) -> str:
    """Return what went in: the pictures, then each input with its label.

    A picture that is not among the ``shown`` is loaded when its reader asks for it (``show-input``).
    """
    items = "".join(
        f'<li class="picture">{_input_picture(texts, number, address, shown=address in shown)}</li>'
        for number, address in enumerate(safe_pictures(pictures))
    )
    rows = "".join(
        f'<div class="fact"><dt>{escape(one_line(found.label))}</dt><dd class="input-value">'
        f"{escape(input_text(found.value))}</dd></div>"
        for found in inputs[:INPUTS_SHOWN]
    )
    left = len(inputs) - INPUTS_SHOWN
    more = f'<p class="muted">{texts.escaped("job.more_inputs", n=left)}</p>' if left > 0 else ""
    listed = f'<dl class="facts">{rows}</dl>' if rows else ""
    return (f'<ul class="pictures pictures--small">{items}</ul>' if items else "") + listed + more


def _input_picture(texts: Texts, number: int, address: str, *, shown: bool) -> str:
    if not shown:
        host = escape(one_line(urlsplit(address).hostname or "…"))
        return (
            f'<button class="picture__open picture__ask" type="button" data-action="show-input" data-part="{number}">'
            f"{texts.escaped('job.show_picture', n=number + 1)}<br>"
            f'<span class="muted" translate="no">{host}</span></button>'
        )
    slot = f"{INPUT_PICTURE}{number}"
    return (
        f'<button class="picture__open" type="button" data-action="view-input" data-part="{number}">'
        f'<img src="{escape(address)}" alt="{texts.escaped("job.input_picture", n=number + 1)}" '
        'width="120" height="120" loading="lazy" decoding="async" '
        f'data-slot="{slot}" data-error-action="media-failed" data-part="{slot}">'
        f'<span class="picture__broken" data-slot="{slot}-broken" hidden></span></button>'
    )


def safe_pictures(urls: Sequence[str]) -> list[str]:
    """Return those addresses that may be shown."""
    return [address for address in map(safe_url, urls) if address is not None]


def input_text(value: object) -> str:
    """Return the value of an input as people read it, cut where it is long."""
    text, cut = (value, False) if isinstance(value, str) else json_text(value, LONGEST_INPUT)
    return text[:LONGEST_INPUT] + ("…" if cut or len(text) > LONGEST_INPUT else "")
