"""Two jobs side by side: what they brought, in what their inputs differ, and by how much their numbers do (R42)."""

from collections.abc import Sequence

from app.core.amounts import Amount, add, minus
from app.core.differences import MISSING, MOST_DIFFERENCES, Difference
from app.core.json_tree import path_text
from app.core.records import AbilityTask, Task
from app.core.stages import Span, Stage
from app.ports import Values
from app.views.jobs.inputs import input_text
from app.views.jobs.job import job_name
from app.views.jobs.results import failure_attributes
from app.views.jobs.rows import status_word
from app.views.markup import escape, icon, job_address
from app.views.placeholders import error_state, skeleton
from app.views.texts import Texts
from app.views.values import hidden_unless

SIDES = ("first", "second")


def compare_markup(texts: Texts) -> str:
    """Return the page. The jobs to choose from are the rows ``choices``; ``swap`` turns the two around."""
    jobs = "".join(_job_markup(texts, side) for side in SIDES)
    return f"""
<article class="page compare" data-slot="page" data-state="loading">
  <a class="back" href="#/tasks">{icon("back")}{texts.escaped("compare.back")}</a>
  <header class="job__header"><h1>{texts.escaped("compare.heading")}</h1>
    <button class="button" type="button" data-action="swap" data-slot="swap" hidden>
      {texts.escaped("compare.swap")}</button></header>
  <p class="alert" role="status" data-slot="missing" hidden>{texts.escaped("compare.missing")}</p>
  <div data-slot="failed" hidden>{error_state(texts, "compare.error")}</div>
  <div data-slot="waiting">{skeleton(4)}</div>
  <div class="compare__jobs" data-slot="jobs" hidden>{jobs}</div>
  <section class="panel" aria-labelledby="choose-title" data-slot="choose" data-state="ready" hidden>
    <header class="panel__header"><h2 id="choose-title">{texts.escaped("compare.choose")}</h2></header>
    <div class="panel__body"><div class="rows" role="list" aria-labelledby="choose-title" tabindex="-1"
      data-slot="choices"></div></div>
  </section>
  <div class="card" data-slot="both" hidden>
    <h2 id="numbers-title">{texts.escaped("compare.numbers")}</h2>
    <div class="compare__scroll" tabindex="0" role="region" aria-labelledby="numbers-title" data-slot="numbers"></div>
    <h2>{texts.escaped("compare.results")}</h2>
    <p class="muted" data-slot="pictures-note" hidden></p>
    <button class="button" type="button" data-action="view-both" data-slot="view-both" hidden>
      {texts.escaped("compare.open")}</button>
    <h2 id="inputs-title">{texts.escaped("compare.inputs")}</h2>
    <div class="compare__scroll" tabindex="0" role="region" aria-labelledby="inputs-title"
      data-slot="differences"></div>
  </div>
</article>"""


def _job_markup(texts: Texts, side: str) -> str:
    return f"""
<section class="card" aria-labelledby="{side}-title" data-slot="{side}-card">
  <h2 id="{side}-title"><span class="tag">{texts.escaped(f"compare.{side}")}</span>
    <a data-slot="{side}-name"></a></h2>
  <p class="status">{icon("status")}<span role="status" data-slot="{side}-status"></span></p>
  <img class="compare__picture" loading="lazy" {failure_attributes(f"{side}-picture")} hidden>
  <p class="picture__broken" data-slot="{side}-picture-broken" hidden></p>
</section>"""


def compare_state_values(state: str, *, choosing: bool, both: bool) -> Values:
    """Return what of the page is shown: ``loading``, ``error``, ``missing`` or ``ready``."""
    return {
        "page@data-state": state,
        "waiting@hidden": hidden_unless(state == "loading"),
        "failed@hidden": hidden_unless(state == "error"),
        "failed@data-state": "error",
        "missing@hidden": hidden_unless(state == "missing"),
        "jobs@hidden": hidden_unless(both),
        "both@hidden": hidden_unless(both),
        "swap@hidden": hidden_unless(both),
        "choose@hidden": hidden_unless(choosing),
    }


def compared_job_values(texts: Texts, side: str, record: Task | AbilityTask, picture: str | None) -> Values:
    """Return what one of the two shows."""
    return {
        f"{side}-card@data-status": record.status.value,
        f"{side}-name": job_name(texts, record),
        f"{side}-name@href": job_address(record.id),
        f"{side}-status": status_word(texts, record),
        f"{side}-picture@src": picture,
        f"{side}-picture@alt": texts.say("result.picture", n=1, name=job_name(texts, record)),
        f"{side}-picture@hidden": hidden_unless(picture),
        f"{side}-picture-broken@hidden": "",
    }


def picture_note_values(texts: Texts, count: int) -> Values:
    """Return what is said where fewer than two pictures can be laid over one another."""
    note = "" if count == 2 else texts.say("compare.one_picture" if count else "compare.no_pictures")
    return {
        "pictures-note": note,
        "pictures-note@hidden": hidden_unless(note),
        "view-both@hidden": hidden_unless(count == 2),
    }


def numbers_markup(texts: Texts, spans: Sequence[Sequence[Span]], points: Sequence[Amount | None]) -> str:
    """Return durations and points of both, with the signed difference where both have one."""
    rows = []
    for stage in Stage:
        seconds = [next((span.seconds for span in one if span.stage is stage), None) for one in spans]
        if any(second is not None for second in seconds):
            shown = ["—" if second is None else texts.duration(second) for second in seconds]
            rows.append((texts.say(f"compare.{stage.value}"), shown, _seconds_apart(texts, *seconds)))
    if any(point is not None for point in points):
        shown = ["—" if point is None else texts.amount(point) for point in points]
        rows.append((texts.say("compare.points"), shown, _points_apart(texts, *points)))
    columns = "".join(f'<th scope="col">{text}</th>' for text in (*_sides(texts), _difference(texts)))
    head = f"<td></td>{columns}"
    body = "".join(
        f'<tr><th scope="row">{escape(label)}</th>{"".join(map(_cell, (*shown, apart)))}</tr>'
        for label, shown, apart in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(text: str) -> str:
    return f'<td class="num" translate="no">{escape(text)}</td>'


def differences_markup(texts: Texts, found: Sequence[Difference] | None) -> str:
    """Return in what the inputs differ, by their paths; a sentence where they do not, or where that is not known."""
    if not found:
        return f'<p class="muted">{texts.escaped("compare.unknown" if found is None else "compare.same")}</p>'
    head = "".join(f'<th scope="col">{text}</th>' for text in (texts.escaped("compare.path"), *_sides(texts)))
    body = "".join(
        f'<tr><th scope="row" translate="no">{escape(path_text(one.name) or "—")}</th>'
        f"<td>{_side(texts, one.first)}</td><td>{_side(texts, one.second)}</td></tr>"
        for one in found
    )
    more = (
        f'<p class="muted">{texts.escaped("compare.more", n=MOST_DIFFERENCES)}</p>'
        if len(found) >= MOST_DIFFERENCES
        else ""
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _sides(texts: Texts) -> list[str]:
    return [texts.escaped(f"compare.{side}") for side in SIDES]


def _difference(texts: Texts) -> str:
    return texts.escaped("compare.difference")


def _side(texts: Texts, value: object) -> str:
    if value is MISSING:
        return f'<span class="muted">{texts.escaped("compare.absent")}</span>'
    return escape(input_text(value))


def _seconds_apart(texts: Texts, first: float | None, second: float | None) -> str:
    if first is None or second is None:
        return ""
    # The sign is that of what is shown: less than that is no difference.
    apart = round(second - first, 1)
    return f"{_sign(apart)}{texts.duration(abs(apart))}"


def _points_apart(texts: Texts, first: Amount | None, second: Amount | None) -> str:
    if first is None or second is None:
        return ""
    apart = add(second, minus(first))
    return f"{_sign(apart)}{texts.amount(apart if apart >= 0 else minus(apart))}"


def _sign(difference: Amount | float) -> str:
    return "+" if difference > 0 else "−" if difference < 0 else "±"  # noqa: RUF001 - a minus sign
