"""What an ability or a task produced: pictures, videos and sounds that play in place, files as links, and texts."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from app.core.media import Media
from app.ports import Values
from app.views.markup import escape, safe_url
from app.views.texts import Texts

PICTURES_AT_ONCE = 24
MEDIA_SHOWN = 24
TEXTS_SHOWN = 20
LONGEST_TEXT = 4000
LONGEST_ADDRESS = 120
_KEYS = {Media.VIDEO: "result.video", Media.AUDIO: "result.audio", Media.FILE: "result.file"}


def pictures_markup(
    texts: Texts, urls: Sequence[str], *, shown: int = PICTURES_AT_ONCE, name: str = "", viewer: bool = False
) -> str:
    """Return the first ``shown`` pictures, and a button (``more-pictures``) for the next ones.

    Each is loaded when it scrolls into view; one that cannot be is the action ``media-failed`` (``broken_values``). An
    address that may not be a link is shown as text. With ``viewer``, a picture is the action ``view-picture``, with its
    place among the ``urls`` as ``data-part``; without, it leads to its address.
    """
    items = []
    for number, url in enumerate(urls[:shown], start=1):
        address = safe_url(url)
        if address is None:
            items.append(_refused(url))
            continue
        link, alt = escape(address), texts.escaped("result.picture", n=number, name=name)
        slot = f"picture-{number}"
        opens, closes = f'<a href="{link}" target="_blank" rel="noopener noreferrer">', "</a>"
        if viewer:
            opens = f'<button class="picture__open" type="button" data-action="view-picture" data-part="{number - 1}">'
            closes = "</button>"
        items.append(
            f'<li class="picture">{opens}'
            f'<img src="{link}" alt="{alt}" width="160" height="160" loading="lazy" decoding="async" '
            f'{failure_attributes(slot)}><span class="picture__broken" data-slot="{slot}-broken" hidden></span>'
            f"{closes}</li>"
        )
    left = len(urls) - shown
    more = (
        f'<button class="button" type="button" data-action="more-pictures">'
        f"{texts.escaped('result.more', n=min(left, PICTURES_AT_ONCE), left=left)}</button>"
        if left > 0
        else ""
    )
    return f'<ul class="pictures">{"".join(items)}</ul>{more}' if items else ""


def media_markup(texts: Texts, media: Media, urls: Sequence[str]) -> str:
    """Return videos or sounds with their controls, none of which is loaded before it is played, or links to files."""
    items = []
    for number, url in enumerate(urls[:MEDIA_SHOWN], start=1):
        address = safe_url(url)
        if address is None:
            items.append(_refused(url))
            continue
        link, label = escape(address), texts.escaped(_KEYS[media], n=number)
        anchor = f'<a href="{link}" target="_blank" rel="noopener noreferrer">{label}</a>'
        if media is Media.FILE:
            items.append(f'<li>{anchor} <span class="muted">{escape(_file_name(address))}</span></li>')
            continue
        slot = f"{media.value}-{number}"
        items.append(
            f'<li class="medium"><{media.value} src="{link}" controls preload="none" aria-label="{label}" '
            f"{failure_attributes(slot)}></{media.value}>{anchor}"
            f'<span class="picture__broken" role="status" data-slot="{slot}-broken" hidden></span></li>'
        )
    left = len(urls) - MEDIA_SHOWN
    if left > 0:
        items.append(f'<li class="muted">{texts.escaped("result.more_media", n=left)}</li>')
    kind = "links" if media is Media.FILE else "media"
    return f'<ul class="{kind}">{"".join(items)}</ul>' if items else ""


def broken_values(texts: Texts, slot: str, reason: str, url: str) -> Values:
    """Return what stands in the place of something that could not be loaded: that it could not, and why.

    ``reason`` is the status of its server's answer, or ``offline``, ``unreadable`` or
    ``unknown``.
    """
    key = f"result.broken.{reason}"
    if reason.isdigit():
        key = {"410": "result.broken.404"}.get(reason, key)
        key = key if key in texts else "result.broken.status"
    elif key not in texts:
        key = "result.broken.unknown"
    return {
        f"{slot}@hidden": "",
        f"{slot}-broken@hidden": None,
        f"{slot}-broken": texts.say(key, status=reason, host=_host(url)),
    }


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


def _refused(url: str) -> str:
    return f'<li class="picture picture--refused">{escape(url[:LONGEST_ADDRESS])}</li>'


def failure_attributes(slot: str) -> str:
    """Return the attributes of a picture, video or sound that is the action ``media-failed`` where it does not load."""
    return f'data-slot="{slot}" data-error-action="media-failed" data-part="{slot}"'


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "…"
    except ValueError:
        return "…"


def _file_name(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2][:LONGEST_ADDRESS]
