"""One ability as every user meets it: the form may be filled from an earlier job (R41)."""

from app.core.abilities import Ability
from app.core.refill import Refill
from app.ports import Values
from app.views.abilities.invoke_form import invoke_form_markup
from app.views.abilities.one_ability import one_ability_markup
from app.views.texts import Texts
from app.views.values import hidden_unless, one_line

OFFERED = "#/abilities"


def offered_markup(texts: Texts, ability: Ability, refill: Refill | None = None) -> str:
    """Return the page; ``refill`` is what an earlier request says to the form, whose ability has its values."""
    form = invoke_form_markup(texts, ability, own_values=refill.own if refill else None, marks=refill is not None)
    return one_ability_markup(texts, ability, form, back=OFFERED)


def refill_values(texts: Texts, refill: Refill | None, *, missing: bool) -> Values:
    """Return where the values in the form come from; ``missing``: the job whose request was to fill it is not there."""
    sentences = []
    if missing:
        sentences.append(texts.say("again.missing"))
    if refill is not None:
        sentences.append(texts.say("again.filled"))
        if refill.picture_gone:
            sentences.append(texts.say("again.picture_gone"))
        if refill.dropped:
            names = texts.say("offered.comma").join(one_line(name) for name in refill.dropped[:10])
            sentences.append(texts.say("again.dropped", names=names))
    return {"refill": " ".join(sentences), "refill@hidden": hidden_unless(sentences)}
