"""The palette of commands and the sheet of keys (R53)."""

from collections.abc import Sequence

from app.core.palette import SHOWN, Entry
from app.ports import Values
from app.views.texts import Texts
from app.views.values import hidden_unless


def palette_markup(texts: Texts) -> str:
    """Return the palette: a field, and a list of as many options as are ever shown."""
    label = texts.escaped("palette.title")
    options = "".join(
        f'<li class="palette__option" role="option" id="palette-{number}" aria-selected="false"'
        f' data-action="palette-run" data-number="{number}" data-slot="option-{number}" hidden>'
        f'<span class="palette__label" data-slot="label-{number}"></span>'
        f'<span class="palette__hint" data-slot="hint-{number}"></span></li>'
        for number in range(SHOWN)
    )
    return f"""
<div class="palette">
  <input class="palette__input" type="text" name="typed" autocomplete="off" autocapitalize="off" spellcheck="false"
    autofocus role="combobox" aria-expanded="true" aria-controls="palette-options" aria-autocomplete="list"
    aria-label="{label}" placeholder="{texts.escaped("palette.placeholder")}" data-action="palette-typed"
    data-on="input" data-slot="typed">
  <ul class="palette__options" role="listbox" id="palette-options" aria-label="{label}">{options}</ul>
  <p class="palette__empty" role="status" data-slot="empty"></p>
</div>"""


def palette_values(texts: Texts, entries: Sequence[Entry], chosen: int) -> Values:
    """Return the options and which of them Enter takes."""
    values: dict[str, str | None] = {
        "typed@aria-activedescendant": f"palette-{chosen}" if entries else None,
        "empty": "" if entries else texts.say("palette.nothing"),
    }
    for number in range(SHOWN):
        entry = entries[number] if number < len(entries) else None
        values[f"option-{number}@hidden"] = hidden_unless(entry is not None)
        values[f"option-{number}@aria-selected"] = "true" if entry is not None and number == chosen else "false"
        values[f"label-{number}"] = entry.label if entry is not None else ""
        values[f"hint-{number}"] = entry.hint if entry is not None else ""
    return values


def keys_markup(texts: Texts, keys: Sequence[tuple[str, str]]) -> str:
    """Return the sheet: each key, or two keys in a row, with what it does; ``keys`` holds keys and message keys."""
    rows = "".join(f"<div><dt>{_keys(chord)}</dt><dd>{texts.escaped(message)}</dd></div>" for chord, message in keys)
    return f"""
<div class="keys">
  <h2>{texts.escaped("keys.title")}</h2>
  <dl class="keys__list">{rows}</dl>
  <label class="keys__switch"><input type="checkbox" name="single" data-action="keys-single" data-slot="single">
    {texts.escaped("keys.single")}</label>
  <p class="keys__note">{texts.escaped("keys.note")}</p>
  <button class="button" type="button" data-action="keys-close">{texts.escaped("keys.close")}</button>
</div>"""


def chord_text(chord: str) -> str:
    """Return a chord as it is shown beside a command: ``Ctrl K``, ``G T``."""
    return chord.replace("Control", "Ctrl").upper().replace("CTRL", "Ctrl")


def _keys(chord: str) -> str:
    return " ".join(f"<kbd>{key}</kbd>" for key in chord_text(chord).split(" "))
