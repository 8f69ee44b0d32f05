"""What a panel shows in place of its content: a skeleton, that there is nothing, or that it could not be read.

All three are in the markup; the style sheet shows the one that the panel's ``data-state`` names.
"""

from app.views.markup import icon
from app.views.texts import Texts

SKELETON_ROWS = 6


def placeholders(
    texts: Texts,
    *,
    empty: str,
    error: str,
    rows: int = SKELETON_ROWS,
    symbol: str = "empty",
    refresh: str = "refresh",
    first_step: str = "",
) -> str:
    """Return all three; ``empty`` and ``error`` are keys of sentences, ``refresh`` is the action of the button.

    ``first_step`` is the markup of what to do where there is nothing yet.
    """
    return f"""
{skeleton(rows)}
<div class="state state--empty">{icon(symbol)}<p>{texts.escaped(empty)}</p>{first_step}</div>
{error_state(texts, error, refresh)}"""


def skeleton(rows: int = SKELETON_ROWS) -> str:
    """Return grey rows that stand where rows will be."""
    bars = '<i class="skeleton__bar"></i>' * 3
    row = f'<div class="row skeleton-row">{bars}</div>'
    return f'<div class="skeleton" aria-hidden="true">{row * rows}</div>'


def error_state(texts: Texts, error: str, refresh: str = "refresh") -> str:
    """Return the sentence of the key ``error`` with a button for the action ``refresh``."""
    return f"""<div class="state state--error">{icon("warning")}<p>{texts.escaped(error)}</p>
  <button class="button" type="button" data-action="{refresh}">{texts.escaped("header.refresh")}</button></div>"""
