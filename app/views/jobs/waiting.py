"""Why a job waits, and for how long still (R47)."""

from app.core.estimate import Outlook, Range, Reason
from app.ports import Values
from app.views.markup import icon
from app.views.texts import Texts
from app.views.values import hidden_unless

# A countdown that is further away than this is nobody's concern yet, in seconds.
SOON_GIVEN_UP_S = 480.0


def waiting_markup() -> str:
    """Return the line; it is no live region, for it counts."""
    return f"""
<p class="waiting" data-podi="waiting" data-slot="waiting" hidden>{icon("hourglass")}
  <span class="num" data-slot="waiting-text"></span></p>"""


def waiting_values(texts: Texts, outlook: Outlook | None, *, given_up_in_s: float | None = None) -> Values:
    """Return what the line says; ``given_up_in_s`` is until the page gives up a job of which nothing comes (R11)."""
    words = [] if outlook is None else _words(texts, outlook)
    if outlook is not None and given_up_in_s is not None and given_up_in_s < SOON_GIVEN_UP_S:
        words.append(texts.say("estimate.given_up", time=_whole(texts, given_up_in_s)))
    return {
        "waiting@hidden": hidden_unless(words),
        "waiting@data-reason": outlook.reason.value if outlook and words else None,
        "waiting-text": texts.say("estimate.join").join(words),
    }


def _words(texts: Texts, outlook: Outlook) -> list[str]:
    words = []
    match outlook.reason:
        case Reason.PLACE if outlook.place is not None:
            words.append(texts.say("estimate.place", n=outlook.place))
        case Reason.OWN_JOBS:
            words.append(texts.say("estimate.own_jobs", n=outlook.ahead))
        case Reason.NEXT:
            words.append(texts.say("estimate.next"))
        case _:
            pass
    if outlook.longer:
        words.append(texts.say("estimate.longer"))
    if outlook.left is not None:
        words.append(_range(texts, outlook.left, "begins" if outlook.starts else "ends"))
    return words


def _range(texts: Texts, left: Range, what: str) -> str:
    low, high = _whole(texts, left.low), _whole(texts, left.high)
    if left.low < 1.0 or low == high:
        return texts.say(f"estimate.{what}_within", high=high)
    return texts.say(f"estimate.{what}", low=low, high=high)


def _whole(texts: Texts, seconds: float) -> str:
    return texts.duration(max(1, round(seconds)))
