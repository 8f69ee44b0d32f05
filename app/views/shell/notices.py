"""Notices: what failed and what to do about it, or what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.views.markup import escape, icon, icon_button
from app.views.texts import Texts


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice; screen readers speak an ``error`` at once, others in the next pause."""

    id: int
    kind: Literal["info", "success", "error"]
    text: str


def notices_markup() -> str:
    """Return the two live regions; a screen reader speaks only what is put into a region that was there before."""
    return """
<div class="notices">
  <div role="alert" data-slot="alerts"></div>
  <div role="status" data-slot="messages"></div>
</div>"""


def notice_list_markup(texts: Texts, notices: Sequence[Notice]) -> str:
    """Return the notices for one of the regions, the newest last; the action ``dismiss`` removes one."""
    symbols = {"info": "info", "success": "succeeded", "error": "warning"}
    label = texts.escaped("notice.dismiss")
    return "".join(
        f'<div class="notice notice--{notice.kind}">{icon(symbols[notice.kind])}<p>{escape(notice.text)}</p>'
        + icon_button("close", "dismiss", label, f'data-notice="{notice.id}"')
        + "</div>"
        for notice in notices
    )
