"""The export of a call log: a button for each format, and how far it is."""

from app.ports import Values
from app.views.markup import icon
from app.views.texts import Texts
from app.views.values import flag, hidden_unless

EXPORT_FORMS = ("csv", "jsonl")


def export_buttons_markup(texts: Texts) -> str:
    """Return a button for each format: the action ``export`` with ``data-form``."""
    return "".join(
        f'<button class="button button--small" type="button" data-action="export" data-form="{form}" '
        f'data-slot="export-{form}">{icon("download")}{texts.escaped(f"export.{form}")}</button>'
        for form in EXPORT_FORMS
    )


def export_markup(texts: Texts) -> str:
    """Return the progress of an export; cancelling it is the action ``export-cancel``."""
    return f"""
<div class="export" data-slot="export" hidden>
  <progress class="meter" max="1" aria-label="{texts.escaped("export.progress")}" data-slot="export-bar"></progress>
  <span class="num" data-slot="export-text"></span><span class="visually-hidden" role="status"
    data-slot="export-note"></span>
  <button class="button button--small" type="button" data-action="export-cancel" data-slot="export-cancel">
    {texts.escaped("export.cancel")}</button>
</div>"""


def export_values(
    texts: Texts,
    *,
    running: bool,
    done: int = 0,
    total: int | None = None,
    error: str = "",
    finished: bool = False,
    wait_s: float | None = None,
) -> Values:
    """Return the export's bar and words; ``error`` is a sentence, ``wait_s`` how long it waits for the server.

    The count moves with every page; a screen reader announces the beginning, a wait and the end alone.
    """
    if wait_s is not None:
        text = texts.say("export.waiting", n=done, wait=texts.duration(wait_s))
    elif error:
        text = error
    elif finished:
        text = texts.say("export.finished", n=done)
    elif total is None:
        text = texts.say("export.starting")
    else:
        text = texts.say("export.running", done=done, total=total)
    return {
        "export@hidden": hidden_unless(running or error or finished),
        "export-bar@hidden": hidden_unless(running),
        "export-bar@max": str(max(1, total or 1)),
        "export-bar@value": None if total is None else str(min(done, total)),
        "export-text": text,
        "export-note": text if total is None or finished or error else "",
        "export-cancel@hidden": hidden_unless(running),
        **{f"export-{form}@disabled": flag(running) for form in EXPORT_FORMS},
    }
