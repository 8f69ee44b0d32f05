"""All results of a job as one file (R40): the button, how far it is, and what could not be had."""

from collections.abc import Sequence

from app.views.markup import escape
from app.views.texts import Texts

MOST_NAMED = 10


def zip_markup(
    texts: Texts,
    count: int,
    *,
    done: int | None = None,
    saved: int | None = None,
    failed: Sequence[tuple[str, str]] = (),
) -> str:
    """Return the part for so many files; ``done`` are brought while it runs, ``saved`` are in the zip in the end."""
    if done is None:
        control = (
            f'<button class="button button--small" type="button" data-action="zip-results" data-slot="zip-button">'
            f"{texts.escaped('zip.offer', n=count)}</button>"
        )
    else:
        label = texts.escaped("zip.progress")
        control = (
            f'<progress class="meter" max="{count}" value="{done}" aria-label="{label}"></progress>'
            f'<span class="num muted">{texts.escaped("zip.running", done=done, total=count)}</span>'
            f'<button class="button button--small" type="button" data-action="zip-cancel" data-slot="zip-button">'
            f"{texts.escaped('zip.cancel')}</button>"
        )
    said = "" if saved is None else texts.escaped("zip.saved" if saved else "zip.none", n=saved)
    named = "".join(f"<li>{_failure(texts, name, reason)}</li>" for name, reason in failed[:MOST_NAMED])
    left = len(failed) - MOST_NAMED
    more = f"<li>{texts.escaped('zip.more', n=left)}</li>" if left > 0 else ""
    return f"""
<div class="zip">{control}</div>
<p class="muted" role="status">{said}</p>
{f'<ul class="zip__failed">{named}{more}</ul>' if failed else ""}"""


def _failure(texts: Texts, name: str, reason: str) -> str:
    key = f"http.{reason}"
    why = texts.say(key) if reason.isdigit() and key in texts else texts.say("zip.refused")
    return texts.escaped("zip.failed", name=name, reason=why) if name else escape(why)
