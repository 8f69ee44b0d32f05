"""What an ability or a task produced: pictures, a few at a time, videos and texts."""

from collections.abc import Sequence

from app.views.markup import escape, safe_url
from app.views.texts import Texts

PICTURES_AT_ONCE = 24
TEXTS_SHOWN = 20
LONGEST_TEXT = 4000


def pictures_markup(texts: Texts, urls: Sequence[str], *, shown: int = PICTURES_AT_ONCE, name: str = "") -> str:
    """Return the first ``shown`` pictures, and a button (``more-pictures``) for the next ones.

    Each is loaded when it scrolls into view. An address that may not be a link is shown as text.
    """
    items = []
    for number, url in enumerate(urls[:shown], start=1):
        address = safe_url(url)
        if address is None:
            items.append(f'<li class="picture picture--refused">{escape(url[:120])}</li>')
            continue
        link, alt = escape(address), texts.escaped("result.picture", n=number, name=name)
        items.append(
            f'<li class="picture"><a href="{link}" target="_blank" rel="noopener noreferrer">'
            f'<img src="{link}" alt="{alt}" width="160" height="160" loading="lazy" decoding="async"></a></li>'
        )
    left = len(urls) - shown
    more = (
        f'<button class="button" type="button" data-action="more-pictures">'
        f"{texts.escaped('result.more', n=min(left, PICTURES_AT_ONCE), left=left)}</button>"
        if left > 0
        else ""
    )
    return f'<ul class="pictures">{"".join(items)}</ul>{more}' if items else ""


def videos_markup(texts: Texts, urls: Sequence[str]) -> str:
    """Return links to videos."""
    items = []
    for number, url in enumerate(urls[:PICTURES_AT_ONCE], start=1):
        address = safe_url(url)
        label = texts.escaped("result.video", n=number)
        if address is not None:
            link = escape(address)
            items.append(f'<li><a href="{link}" target="_blank" rel="noopener noreferrer">{label}</a></li>')
    return f'<ul class="links">{"".join(items)}</ul>' if items else ""


def result_texts_markup(texts: Texts, found: Sequence[str]) -> str:
    """Return the texts an ability wrote, the first ones, each cut at ``LONGEST_TEXT``."""
    items = []
    for text in found[:TEXTS_SHOWN]:
        end = "…" if len(text) > LONGEST_TEXT else ""
        items.append(f'<blockquote class="written">{escape(text[:LONGEST_TEXT])}{end}</blockquote>')
    left = len(found) - TEXTS_SHOWN
    if left > 0:
        items.append(f'<p class="muted">{texts.escaped("result.more_texts", n=left)}</p>')
    return "".join(items)
