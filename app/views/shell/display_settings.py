"""The page of what a user may choose to read by: zone, times or ages, density, columns (R54)."""

from collections.abc import Sequence

from app.core.display_preferences import COLUMNS, DisplayPreferences
from app.ports import Values
from app.views.markup import escape
from app.views.shell.settings_navigation import settings_navigation
from app.views.texts import Texts
from app.views.values import flag

SWITCHES = {"times": ("absolute", "relative"), "density": ("comfortable", "compact")}


def display_settings_markup(texts: Texts, zones: Sequence[str]) -> str:
    """Return the page; every change of it is the action ``reading``."""
    options = "".join(
        f'<option value="{escape(zone)}" data-slot="zone-{number}">{escape(zone.replace("_", " "))}</option>'
        for number, zone in enumerate(zones)
    )
    switches = "".join(_switch_markup(texts, name, values) for name, values in SWITCHES.items())
    columns = "".join(
        f'<label class="notifications__choice"><input type="checkbox" name="{name}" data-action="reading-column"'
        f' data-slot="column-{name}"><span>{texts.escaped(f"reading.column.{name}")}</span></label>'
        for name in COLUMNS
    )
    return f"""
<div class="page page--notifications">
  {settings_navigation(texts, "reading")}
  <section class="card notifications" aria-labelledby="reading-title" data-podi="reading-settings">
    <h1 id="reading-title">{texts.escaped("reading.title")}</h1>
    <form>
      <div class="field"><label for="reading-zone">{texts.escaped("reading.zone")}</label>
        <select class="input" id="reading-zone" name="zone" data-action="reading" data-slot="zone">
          <option value="">{texts.escaped("reading.zone.own")}</option>{options}</select>
        <p class="field__hint" data-slot="zone-now"></p></div>
      {switches}
      <fieldset class="notifications__scopes"><legend>{texts.escaped("reading.columns")}</legend>{columns}</fieldset>
    </form>
    <p class="muted">{texts.escaped("reading.note")}</p>
  </section>
</div>"""


def _switch_markup(texts: Texts, name: str, values: Sequence[str]) -> str:
    choices = "".join(
        f'<label class="notifications__choice"><input type="radio" name="{name}" value="{value}" data-action="reading"'
        f' data-slot="{name}-{value}"><span><strong>{texts.escaped(f"reading.{name}.{value}")}</strong>'
        f'<span class="muted">{texts.escaped(f"reading.{name}.{value}.meaning")}</span></span></label>'
        for value in values
    )
    legend = texts.escaped(f"reading.{name}")
    return f'<fieldset class="notifications__scopes"><legend>{legend}</legend>{choices}</fieldset>'


def display_settings_values(texts: Texts, preferences: DisplayPreferences, zones: Sequence[str], now: float) -> Values:
    """Return what is chosen, and what time it is in the zone (``now``, epoch seconds)."""
    chosen = {
        "times-absolute": not preferences.relative,
        "times-relative": preferences.relative,
        "density-comfortable": not preferences.compact,
        "density-compact": preferences.compact,
        **{f"column-{name}": name not in preferences.hidden for name in COLUMNS},
    }
    return {
        **{f"{slot}@checked": flag(on) for slot, on in chosen.items()},
        **{f"zone-{number}@selected": flag(zone == preferences.zone) for number, zone in enumerate(zones)},
        "zone-now": f"{texts.zone} {texts.say('reading.now', time=texts.moment(float(int(now))))}".strip(),
    }
