"""The strips between header and page: what happened while nobody looked (R45), and points that stay frozen (R46)."""

from collections.abc import Sequence

from app.core.absence import Absence
from app.core.amounts import Amount, minus
from app.views.markup import escape, icon, icon_button
from app.views.texts import Texts

_HOUR_S = 3600.0
_PARTS = {"succeeded": "succeeded", "failed": "failed", "others": "cancelled,unknown", "running": "active"}
_SYMBOLS = {"succeeded": "succeeded", "failed": "failed", "others": "cancelled", "running": "running"}


def strips_markup() -> str:
    """Return the live regions; a screen reader speaks only what is put into a region that was there before.

    The strip of a bulk moves with every job: what it says aloud is in a region of its own.
    """
    return """
<div data-podi="bulk" data-slot="bulk"></div>
<div class="visually-hidden" role="status" data-slot="bulk-said"></div>
<div role="alert" data-podi="alarms" data-slot="alarms"></div>
<div role="status" data-podi="away" data-slot="away"></div>
<div role="status" data-podi="frozen-points" data-slot="stuck"></div>"""


def away_markup(texts: Texts, absence: Absence | None, now: float) -> str:
    """Return what happened, each part with a link to the jobs it counts; nothing where nothing happened.

    ``now`` is the server's time in epoch seconds.
    """
    if absence is None or not absence.happened:
        return ""
    since = _since(absence, now)
    parts = [
        f'<a class="strip__part strip__part--{name}" href="#/tasks?status={words}{since}">{icon(_SYMBOLS[name])}'
        f"{texts.escaped(f'away.{name}', n=len(jobs))}</a>"
        for name, words in _PARTS.items()
        if (jobs := getattr(absence, name))
    ]
    if absence.spent:
        cost = texts.escaped("away.spent" if absence.spent > 0 else "away.gained", n=_size(absence.spent))
        parts.append(f'<a class="strip__part num" href="#/points">{cost}</a>')
    title = texts.escaped("away.title", time=texts.moment(float(int(absence.since))))
    return f"""<section class="strip" aria-label="{title}"><p class="strip__title">{title}</p>
<p class="strip__parts">{"".join(parts)}</p>
{icon_button("close", "dismiss-away", texts.escaped("notice.dismiss"))}</section>"""


def _size(amount: Amount) -> Amount:
    return amount if amount > 0 else minus(amount)


def _since(absence: Absence, now: float) -> str:
    """Return the part of the address that leaves out what is older than all these jobs; in whole hours, and one more.

    The lists count the hours from when they are looked at, and the reader may take a while.
    """
    if absence.oldest is None:
        return ""
    hours = int(max(0.0, now - absence.oldest) // _HOUR_S) + 2
    return f"&amp;since={hours}h"


def frozen_markup(texts: Texts, stuck: Amount) -> str:
    """Return the banner for points that stay frozen; nothing for none."""
    if not stuck:
        return ""
    return f"""<section class="strip strip--warning">{icon("warning")}
<p class="strip__parts">{texts.escaped("frozen.stuck", n=stuck)}
<a class="strip__part" href="#/points">{texts.escaped("frozen.open")}</a></p>
{icon_button("close", "dismiss-frozen", texts.escaped("notice.dismiss"))}</section>"""


def alarms_markup(texts: Texts, alarms: Sequence[tuple[str, str]]) -> str:
    """Return the strip of what is above an admin's limit: sentences, each with the address of what is behind it."""
    if not alarms:
        return ""
    parts = "".join(
        f'<a class="strip__part" href="#{escape(address)}">{escape(sentence)}</a>' for sentence, address in alarms
    )
    return f"""<section class="strip strip--warning" aria-label="{texts.escaped("alarm.title")}">{icon("warning")}
<p class="strip__parts">{parts}</p>
{icon_button("close", "dismiss-alarms", texts.escaped("notice.dismiss"))}</section>"""
