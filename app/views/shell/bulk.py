"""The strip of many jobs that are run again: the question before, and how far it is (R41)."""

from app.core.bulk import Progress, State
from app.core.run_again import Price
from app.ports import Values
from app.views.markup import escape, icon, icon_button
from app.views.texts import Texts
from app.views.values import hidden_unless


def offer_markup(texts: Texts, count: int) -> str:
    """Return the button that asks to run so many jobs again; nothing for none."""
    if not count:
        return ""
    return f"""<button class="button button--small" type="button" data-action="run-these-again"
data-podi="run-these-again">{icon("send")}{texts.escaped("bulk.offer", n=count)}</button>"""


def asking_markup(texts: Texts, count: int, impossible: int, too_many: int) -> str:
    """Return the question, with what is left out; only a way out where nothing can be run again."""
    sentences = [texts.say("bulk.ask", n=count)] if count else []
    if impossible:
        sentences.append(texts.say("bulk.impossible", n=impossible))
    if too_many:
        sentences.append(texts.say("bulk.too_many", n=too_many))
    begin = (
        f'<button class="button button--primary button--small" type="button" data-action="bulk-begin" '
        f'data-slot="bulk-begin">{texts.escaped("bulk.begin", n=count)}</button>'
        if count
        else ""
    )
    return f"""<section class="strip" aria-label="{texts.escaped("bulk.title")}">
<p class="strip__parts">{escape(" ".join(sentences))} <span class="num" data-slot="bulk-price"></span></p>
{begin}<button class="button button--small" type="button" data-action="bulk-cancel">
{texts.escaped("bulk.cancel")}</button></section>"""


def bulk_markup(texts: Texts) -> str:
    """Return the strip of a bulk on its way."""
    return f"""<section class="strip" aria-label="{texts.escaped("bulk.title")}">
<progress class="meter" data-slot="bulk-bar" aria-label="{texts.escaped("bulk.title")}"></progress>
<p class="strip__parts num" data-slot="bulk-text"></p>
<button class="button button--small" type="button" data-action="bulk-stop" data-slot="bulk-stop">
{texts.escaped("bulk.stop")}</button>
<button class="button button--primary button--small" type="button" data-action="bulk-go-on" data-slot="bulk-go-on"
hidden>{texts.escaped("bulk.go_on")}</button>
<span data-slot="bulk-close" hidden>{icon_button("close", "bulk-close", texts.escaped("notice.dismiss"))}</span>
</section>"""


def bulk_values(
    texts: Texts,
    *,
    price: Price | None = None,
    progress: Progress | None = None,
    state: State = State.RUNNING,
    under_way: bool = False,
    waiting_s: float = 0.0,
    reason: str = "",
) -> Values:
    """Return what it would cost, as last paid; or how far it is, and why it stands still."""
    if progress is None:
        return {"bulk-price": "" if price is None else price_text(texts, price)}
    sentences = [said_text(texts, progress, state)]
    if state is State.RUNNING and waiting_s:
        sentences.append(texts.say("bulk.waiting", duration=texts.duration(int(waiting_s) + 1)))
    if progress.refused:
        sentences.append(texts.say("bulk.refused", n=progress.refused))
        sentences += [reason] if reason else []
    if progress.unsure:
        sentences.append(texts.say("bulk.unsure", n=progress.unsure))
    return {
        "bulk-bar@max": str(progress.total),
        "bulk-bar@value": str(progress.total - progress.left),
        "bulk-text": " ".join(sentences),
        "bulk-stop@hidden": hidden_unless(state is State.RUNNING),
        "bulk-go-on@hidden": hidden_unless(state in {State.FULL, State.STOPPED} and progress.left),
        "bulk-close@hidden": hidden_unless(state is not State.RUNNING and not under_way),
    }


def price_text(texts: Texts, price: Price) -> str:
    """Return what it would cost, and of how many that is not known; nothing where nothing is."""
    if not price.known:
        return texts.say("bulk.price_unknown") if price.unknown else ""
    known = texts.say("bulk.price", n=price.points)
    return f"{known} {texts.say('bulk.price_rest', n=price.unknown)}" if price.unknown else known


def said_text(texts: Texts, progress: Progress, state: State) -> str:
    """Return the sentence for a state."""
    return texts.say(f"bulk.{state.value}", made=progress.made, total=progress.total)
