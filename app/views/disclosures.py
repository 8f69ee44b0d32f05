"""JSON behind a disclosure (``details``): it is written when the disclosure is opened, a piece at a time."""

from collections.abc import Mapping

from app.ports import Values
from app.views.json_text import SHOWN, json_text
from app.views.markup import escape, icon
from app.views.texts import Texts
from app.views.values import hidden_unless


def disclosure_markup(texts: Texts, part: str, label: str) -> str:
    """Return a disclosure; opening it is the action ``open-json`` with ``data-part``: then bind the values."""
    return f"""
<details class="disclosure" data-slot="{part}-disclosure">
  <summary data-action="open-json" data-part="{part}">{icon("chevron")}{escape(label)}</summary>
  <div class="disclosure__body">
    <button class="button button--small disclosure__copy" type="button" data-action="copy-json"
      data-part="{part}"><span aria-live="polite" data-slot="{part}-copy"></span></button>
    <pre class="json" translate="no"
      id="json-{part}" tabindex="0" role="region" aria-label="{escape(label)}" data-slot="{part}"></pre>
    <p class="disclosure__cut" data-slot="{part}-cut" hidden><span data-slot="{part}-cut-text"></span>
      <button class="button button--small" type="button" data-action="more-json" data-part="{part}">
        {texts.escaped("json.more")}</button></p>
  </div>
</details>"""


def disclosure_places(json: Mapping[str, object]) -> Values:
    """Return which disclosures are there at all: those of the parts that have a value."""
    return {f"{part}-disclosure@hidden": hidden_unless(value is not None) for part, value in json.items()}


def disclosure_values(
    texts: Texts, part: str, value: object, limit: int = SHOWN, *, copied: bool | None = None
) -> Values:
    """Return what a disclosure shows; ``more-json`` asks for a higher ``limit`` (characters).

    ``copy-json`` asks for the whole of it, however much is shown; ``copied`` says whether that went well.
    """
    text, cut = json_text(value, limit)
    return {
        part: text,
        **copy_values(texts, part, copied),
        f"{part}-cut@hidden": hidden_unless(cut),
        f"{part}-cut-text": texts.say("json.cut", n=limit) if cut else "",
    }


def copy_values(texts: Texts, part: str, copied: bool | None) -> Values:
    """Return what the copy button says: what it does, or how the last press of it ended."""
    key = "copy.copy" if copied is None else "copy.copied" if copied else "copy.failed"
    return {f"{part}-copy": texts.say(key)}
