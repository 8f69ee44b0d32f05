"""What an ability or a task produced: pictures a few at a time, texts, and JSON behind a fold."""

from collections.abc import Sequence

from app.ports import Values
from app.views.json_text import SHOWN, json_text
from app.views.markup import escape, icon, safe_url
from app.views.texts import Texts
from app.views.values import hidden_unless

PICTURES_AT_ONCE = 24
TEXTS_SHOWN = 20
LONGEST_TEXT = 4000


def pictures_markup(texts: Texts, urls: Sequence[str], *, shown: int = PICTURES_AT_ONCE, name: str = "") -> str:
    """Return the first ``shown`` pictures, and a button (``more-pictures``) for the next ones.

    Each is loaded when it scrolls into view. An address that may not be a link is told as text.
    """
    items = []
    for number, url in enumerate(urls[:shown], start=1):
        address = safe_url(url)
        if address is None:
            items.append(f'<li class="picture picture--refused">{escape(url[:120])}</li>')
            continue
        link, alt = escape(address), escape(texts.say("result.picture", n=number, name=name))
        items.append(
            f'<li class="picture"><a href="{link}" target="_blank" rel="noopener noreferrer">'
            f'<img src="{link}" alt="{alt}" width="160" height="160" loading="lazy" decoding="async"></a></li>'
        )
    left = len(urls) - shown
    more = (
        f'<button class="button" type="button" data-action="more-pictures">'
        f"{escape(texts.say('result.more', n=min(left, PICTURES_AT_ONCE), left=left))}</button>"
        if left > 0
        else ""
    )
    return f'<ul class="pictures">{"".join(items)}</ul>{more}' if items else ""


def videos_markup(texts: Texts, urls: Sequence[str]) -> str:
    """Return links to videos."""
    items = []
    for number, url in enumerate(urls[:PICTURES_AT_ONCE], start=1):
        address = safe_url(url)
        label = escape(texts.say("result.video", n=number))
        if address is not None:
            link = escape(address)
            items.append(f'<li><a href="{link}" target="_blank" rel="noopener noreferrer">{label}</a></li>')
    return f'<ul class="links">{"".join(items)}</ul>' if items else ""


def result_texts_markup(texts: Texts, found: Sequence[str]) -> str:
    """Return the texts an ability wrote, the first ones, each cut where it becomes a book."""
    items = []
    for text in found[:TEXTS_SHOWN]:
        end = "…" if len(text) > LONGEST_TEXT else ""
        items.append(f'<blockquote class="written">{escape(text[:LONGEST_TEXT])}{end}</blockquote>')
    left = len(found) - TEXTS_SHOWN
    if left > 0:
        items.append(f'<p class="muted">{escape(texts.say("result.more_texts", n=left))}</p>')
    return "".join(items)


def fold_markup(texts: Texts, part: str, label: str) -> str:
    """Return a fold for JSON. Opening it is the action ``open-json`` with ``data-part``: then bind ``fold_values``."""
    return f"""
<details class="fold" data-slot="{part}-fold">
  <summary data-action="open-json" data-part="{part}">{icon("chevron")}{escape(label)}</summary>
  <div class="fold__body">
    {copy_button(texts, f"json-{part}")}
    <pre class="json" id="json-{part}" tabindex="0" role="region" aria-label="{escape(label)}" data-slot="{part}"></pre>
    <p class="fold__cut" data-slot="{part}-cut" hidden><span data-slot="{part}-cut-text"></span>
      <button class="button button--small" type="button" data-action="more-json" data-part="{part}">
        {escape(texts.say("json.more"))}</button></p>
  </div>
</details>"""


def fold_values(texts: Texts, part: str, value: object, limit: int = SHOWN) -> Values:
    """Return what a fold shows; ``more-json`` asks for a higher ``limit``."""
    text, cut = json_text(value, limit)
    return {
        part: text,
        f"{part}-cut@hidden": hidden_unless(cut),
        f"{part}-cut-text": texts.say("json.cut", n=limit) if cut else "",
    }


def copy_button(texts: Texts, element: str) -> str:
    """Return a button that copies the text of the element with this id."""
    copy, copied, failed = (escape(texts.say(f"copy.{key}")) for key in ("copy", "copied", "failed"))
    return (
        f'<wa-copy-button from="{escape(element)}" copy-label="{copy}" success-label="{copied}" '
        f'error-label="{failed}"></wa-copy-button>'
    )
