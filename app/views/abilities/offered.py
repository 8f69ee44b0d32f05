"""One ability as every user meets it: what it is, what it needs, what it takes, and the form that calls it (R41)."""

from app.core.abilities import PICTURES, Ability, asked_inputs
from app.core.amounts import Amount
from app.core.rerun import Refill
from app.core.stages import Stage, Usual
from app.ports import Values
from app.views.abilities.ability import LONGEST_ERROR, result_markup, running_markup
from app.views.abilities.invoke_form import invoke_form_markup
from app.views.abilities.list import ability_status
from app.views.facts import fact_values
from app.views.markup import escape, icon
from app.views.texts import Texts
from app.views.values import hidden_unless, one_line

OFFERED = "#/abilities"
FACTS = ("needs", "usual")


def offered_markup(texts: Texts, ability: Ability, refill: Refill | None = None) -> str:
    """Return the page; ``refill`` is what an earlier request says to the form, whose ability has its values."""
    description = f'<p class="muted">{escape(ability.description[:LONGEST_ERROR])}</p>' if ability.description else ""
    facts = "".join(
        f'<div class="fact" data-slot="offered-{name}-fact" hidden><dt>{texts.escaped(f"offered.{name}")}</dt>'
        f'<dd data-slot="offered-{name}"></dd></div>'
        for name in FACTS
    )
    form = invoke_form_markup(texts, ability, own_values=refill.own if refill else None, marks=refill is not None)
    return f"""
<div class="page page--ability">
  <a class="back" href="{OFFERED}">{icon("back")}{texts.escaped("ability.back")}</a>
  <header class="ability__header">
    <div><h1>{escape(ability.name[:200])}</h1><span class="tag">{escape(ability_status(texts, ability))}</span></div>
    {description}
    <dl class="facts facts--inline">{facts}</dl>
  </header>
  <div class="ability__columns">
    <div class="card">{form}</div>
    <div class="ability__side">
      {result_markup(texts, logged=False)}
      {running_markup(texts)}
    </div>
  </div>
</div>"""


def offered_values(texts: Texts, ability: Ability, usual: dict[Stage, Usual]) -> Values:
    """Return what the ability needs, and how long it usually takes where that is known."""
    facts = {
        "needs": needs_text(texts, ability),
        "usual": usual_text(texts, usual),
    }
    return fact_values({f"offered-{name}": text for name, text in facts.items()})


def needs_text(texts: Texts, ability: Ability) -> str:
    """Return what has to be given, and what may be."""
    asked = asked_inputs(ability)
    required = [_label(texts, one.name, one.label, one.type) for one in asked if one.required]
    optional = [_label(texts, one.name, one.label, one.type) for one in asked if not one.required]
    sentences = []
    if required:
        sentences.append(texts.say("offered.required", names=texts.say("offered.comma").join(required)))
    if optional:
        sentences.append(texts.say("offered.optional", names=texts.say("offered.comma").join(optional)))
    return " ".join(sentences)


def usual_text(texts: Texts, usual: dict[Stage, Usual]) -> str:
    """Return how long the known jobs of an ability took; empty where too few are known."""
    stage = next((stage for stage in (Stage.RAN, Stage.TOTAL) if stage in usual), None)
    if stage is None:
        return ""
    found = usual[stage]
    return texts.say("offered.median", duration=texts.duration(found.seconds), n=found.samples)


def refill_values(texts: Texts, refill: Refill | None, *, missing: bool, price: Amount | None) -> Values:
    """Return what the form says above its fields: where its values come from, and what a call costs as far as is known.

    ``missing``: the job whose request was to fill it is not there.
    """
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
    return {
        "refill": " ".join(sentences),
        "refill@hidden": hidden_unless(sentences),
        "price": "" if price is None else texts.say("offered.last_price", n=price),
        "price@hidden": hidden_unless(price is not None),
    }


def _label(texts: Texts, name: str, label: str, kind: str) -> str:
    if label:
        return one_line(label)
    key = f"invoke.{name}"
    return texts.say(key) if key in texts else texts.say("offered.picture") if kind in PICTURES else one_line(name)
