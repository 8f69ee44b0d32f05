"""Jobs of earlier visits (R48): below each list, and in place of one that the server does not know any more."""

from app.core.elapsed import elapsed_s
from app.core.records import AbilityTask, Record, Task
from app.ports import Values
from app.views.jobs.rows import ability_task_name, status_word, task_name
from app.views.markup import escape, icon
from app.views.texts import Texts, clock
from app.views.values import hidden_unless, one_line

# A remembered row has none of the public attributes by which scripts find a live job, and no picture.
NOT_LIVE: Values = {
    "@data-task-id": None,
    "@data-kind": None,
    "preview@src": None,
    "preview@alt": "",
    "preview@hidden": "",
}


def remembered_markup(texts: Texts, name: str) -> str:
    """Return the part below a list of this name; its rows are in ``rows``."""
    title = f"{name}-remembered-title"
    named = f'aria-labelledby="{name}-title {title}"'
    return f"""
<section class="remembered" {named} data-slot="part" hidden>
  <header class="remembered__header">{icon("log")}<h3 id="{title}"><span data-slot="said" role="status"></span></h3>
    <button class="button button--quiet button--small" type="button" data-action="show-remembered" data-list="{name}"
      aria-expanded="false" data-slot="show">{texts.escaped("remembered.show")}</button></header>
  <div class="remembered__body" data-slot="body" hidden>
    <div class="rows" role="list" {named} tabindex="-1" data-slot="{name}-remembered-rows"></div>
  </div>
</section>"""


def remembered_values(
    texts: Texts, *, offered: bool, read: bool, reading: bool, filtered: bool, shown: int, known: int
) -> Values:
    """Return what the part says: that there are jobs to show, or how many of how many match.

    ``offered``: some are remembered that the list does not have. ``read``: they were read, ``known`` of them, of which
    ``shown`` match.
    """
    if reading:
        said = texts.say("remembered.reading")
    elif not read:
        said = texts.say("remembered.some")
    elif filtered:
        said = texts.say("remembered.matching", shown=shown, n=known)
    else:
        said = texts.say("remembered.all", n=known)
    return {
        "part@hidden": hidden_unless(known if read else offered or reading),
        "said": said,
        "show": texts.say("remembered.hide" if read else "remembered.show"),
        "show@aria-expanded": "true" if read else "false",
        "show@hidden": hidden_unless(not filtered and not reading),
        "body@hidden": hidden_unless(read and shown),
    }


def remembered_row_values(texts: Texts, values: Values, ago_s: float) -> Values:
    """Return the values of a remembered row, made of those of a live one; it was seen so many seconds ago."""
    return {
        **values,
        **NOT_LIVE,
        "@data-remembered": "",
        # Where it ran matters less now than that this may no longer be so; a row has no room for both.
        "executor": texts.say("remembered.row", age=texts.age(max(0.0, ago_s))),
        "text": "",
    }


def remembered_job_markup(texts: Texts, record: Record, *, asked: bool, ago_s: float) -> str:
    """Return what was seen of a job that the page cannot show; ``asked``: the server says it does not know it."""
    match record:
        case AbilityTask():
            name = ability_task_name(record)
        case Task():
            name = task_name(texts, record)
        case _:
            name = record.id
    elapsed = elapsed_s(record, 0.0)
    facts = [
        (texts.say("remembered.name"), name),
        (texts.say("remembered.status"), status_word(texts, record)),
        (texts.say("remembered.created"), "" if record.created_at is None else texts.moment(record.created_at)),
        (texts.say("remembered.elapsed"), "" if elapsed is None else clock(elapsed)),
        (texts.say("remembered.points"), "" if record.points is None else texts.say("row.points", n=record.points)),
        (texts.say("remembered.error"), one_line(record.error or "")),
    ]
    rows = "".join(f"<div><dt>{escape(term)}</dt><dd>{escape(fact)}</dd></div>" for term, fact in facts if fact)
    said = texts.say("remembered.gone" if asked else "remembered.unasked", age=texts.age(max(0.0, ago_s)))
    return f"""
<section class="card remembered-job" data-podi="remembered-job" aria-labelledby="remembered-job-title">
  <h2 id="remembered-job-title">{texts.escaped("remembered.title")}</h2>
  <p role="status">{escape(said)}</p>
  <dl class="remembered-job__facts">{rows}</dl>
</section>"""
