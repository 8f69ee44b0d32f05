"""What a job was charged, in one line: only what the ledger proves (R46)."""

from app.core.ledger import Bill, Charge
from app.ports import Values
from app.views.texts import Texts
from app.views.values import hidden_unless

_SYMBOLS = {
    Charge.FROZEN: "snow",
    Charge.DEDUCTED: "check",
    Charge.PARTLY: "check",
    Charge.RETURNED: "back",
}


def bill_markup() -> str:
    """Return the line, hidden until something is proven; a screen reader speaks it when that changes."""
    return """
<p class="bill" role="status" data-podi="bill" data-slot="bill" hidden>
  <span class="icon" data-slot="bill-symbol" aria-hidden="true"></span>
  <span class="num" data-slot="bill-text"></span>
</p>"""


def bill_values(texts: Texts, bill: Bill | None) -> Values:
    """Return what the line says."""
    return {
        "bill@hidden": hidden_unless(bill),
        "bill@data-charge": bill.charge.value if bill else None,
        "bill-symbol@class": f"icon icon--{_SYMBOLS[bill.charge]}" if bill else "icon",
        "bill-text": "" if bill is None else bill_text(texts, bill),
    }


def bill_text(texts: Texts, bill: Bill) -> str:
    """Return what is proven as a sentence."""
    if bill.charge is Charge.FROZEN:
        return texts.say("points.bill.frozen", n=bill.taken)
    return texts.say(f"points.bill.{bill.charge.value}", taken=bill.taken, back=bill.back, kept=bill.kept)
