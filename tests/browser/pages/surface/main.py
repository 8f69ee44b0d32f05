"""The adapters on a page of their own: each function on ``window.stage`` is a step that a test takes."""

import json
from decimal import Decimal
from typing import Any, ClassVar

import js
from pyodide.ffi import create_proxy, to_js

from app.browser.clipboard import BrowserClipboard
from app.browser.row_list import DomRowList
from app.browser.surface import mount
from app.browser.texts import IntlFormats
from app.ports import Action, Closable, Values

LIST = """
<div class="list">
  <button type="button" class="pill" data-rows-new="list" data-text="{n} new" data-text-outside="{n} outside"
    hidden></button>
  <div class="rows" role="list" aria-label="Rows" tabindex="-1" data-slot="list"></div>
</div>
<button id="outside" type="button">outside</button>"""

ROW = """
<div class="row" role="listitem">
  <a class="row__name" href="#" data-row-link tabindex="-1" data-slot="name"></a>
  <progress class="meter" role="progressbar" max="100" aria-label="p" data-slot="bar"></progress>
  <span data-slot="note"></span>
  <img data-slot="thumb" alt="" width="8" height="8">
</div>"""

surface = mount("#stage")


class State:
    """What the steps share."""

    rows: DomRowList
    registration: Closable
    asked = 0
    timed: ClassVar[list[str]] = []
    texts: ClassVar[dict[str, str]] = {}
    order: ClassVar[list[str]] = []
    actions: ClassVar[list[Action]] = []


state = State()


def values(key: str) -> Values:
    """Return what the row shows; tests count how often it was asked for."""
    state.asked += 1
    progress = state.texts.get(f"{key}:progress")
    return {
        "@data-row": key,
        "name": state.texts.get(key, f"Row {key}"),
        "bar@value": progress,
        "bar@aria-valuenow": progress,
        "thumb@src": state.texts.get(f"{key}:thumb"),
        "note": state.texts.get(f"{key}:note", ""),
    }


def show(markup: str) -> None:
    """Show any markup."""
    surface.show(markup)


def bind(text: str) -> None:
    """Bind values given as JSON."""
    surface.bind(json.loads(text))


def start_list(count: int) -> None:
    """Show a list of so many rows, newest last id first."""
    surface.show(LIST)
    state.rows = surface.rows("list", row_px=72, markup=lambda _: ROW, values=values)
    state.texts.clear()
    order(json.dumps([str(number) for number in range(count)]))


def order(text: str) -> None:
    """Set the order, given as JSON."""
    state.order[:] = json.loads(text)
    state.rows.set_order(state.order)


def prepend(keys: str) -> None:
    """Put rows in above."""
    order(json.dumps([*keys.split(","), *state.order]))


def write(key: str, text: str) -> None:
    """Change what a row shows and touch it."""
    state.texts[key] = text
    state.rows.touch({key.partition(":")[0]})


def patch(key: str, text: str) -> int:
    """Write one value of a row, and return how many rows were computed for it."""
    state.asked = 0
    state.rows.patch({key: {"name": text}})
    return state.asked


def pass_time(text: str) -> Any:
    """Write ``text`` into rows as what the time changes; return which were asked for at once."""
    state.timed = []

    def time_values(key: str) -> Values:
        state.timed.append(key)
        return {"name": text}

    state.rows.pass_time(time_values)
    return timed()


def timed() -> Any:
    """Return the rows that were asked for what the time changes."""
    return to_js(sorted(state.timed, key=int))


def touch_all() -> int:
    """Touch all rows."""
    state.asked = 0
    state.rows.touch()
    return state.asked


def reveal(key: str) -> None:
    """Scroll to a row."""
    state.rows.reveal(key)


def restart(text: str) -> None:
    """Show other rows from the first one on, given as JSON."""
    state.order[:] = json.loads(text)
    state.rows.restart(state.order)


def mark(text: str) -> None:
    """Mark words, given as JSON."""
    state.rows.mark(json.loads(text))
    state.rows.touch(set())


def outside(number: int) -> None:
    """Say how many rows came in that the list does not show."""
    state.rows.count_outside(number)


def hovered() -> str | None:
    """Return the row under the pointer."""
    return state.rows.hovered


def position() -> str:
    """Return where the list is scrolled to, as JSON."""
    return json.dumps(state.rows.position)


def restore(key: str, hidden_px: float) -> None:
    """Scroll to where a list was."""
    state.rows.restore((key, hidden_px))


def drawn() -> Any:
    """Return the drawn keys."""
    return to_js(state.rows.drawn)


def listen() -> None:
    """Collect actions."""
    state.registration = surface.on_action(state.actions.append)


def stop_listening() -> None:
    """Stop collecting."""
    state.registration.close()


def actions() -> str:
    """Return the actions so far, as JSON."""
    actions_so_far = [[action.name, dict(action.data), dict(action.fields)] for action in state.actions]
    state.actions.clear()
    return json.dumps(actions_so_far)


def copy(text: str) -> None:
    """Copy a text; the title of the page says whether it was copied."""
    BrowserClipboard().write(text, lambda copied: setattr(js.document, "title", f"copied: {copied}"))


def close() -> None:
    """Close the surface."""
    surface.close()


AMOUNTS: tuple[tuple[int | Decimal, int], ...] = (
    (Decimal("1000000000000000.000000000000000001"), 18),
    (Decimal("0.00001"), 5),
    (9007199254740993, 0),
    (Decimal("12.5"), 1),
)


def formats(language: str) -> str:
    """Return samples of how a language writes things, as JSON."""
    intl = IntlFormats(language)
    return json.dumps(
        {
            "number": intl.number(1234567),
            "digits": intl.number(1.25, 1),
            "exact": [intl.number(amount, digits) for amount, digits in AMOUNTS],
            "exact_money": [intl.money(Decimal(amount), None, max(2, digits)) for amount, digits in AMOUNTS],
            "money": intl.money(Decimal("0.0042"), "CNY", 4),
            "money_unknown": intl.money(Decimal(2), None, 2),
            "money_nonsense": intl.money(Decimal(2), "no currency", 2),
            "moment": intl.moment(1768476000.0),
            "moment_nonsense": intl.moment(1e300),
            "relative": intl.relative(-2, "minute"),
            "zone": intl.zone(),
        }
    )


STEPS = (
    *(show, bind, start_list, order, prepend, write, patch, pass_time, timed, touch_all, reveal, drawn),
    *(restart, mark, outside, hovered, position, restore),
    *(listen, stop_listening, actions, close, copy, formats),
)
js.window.stage = to_js(
    {step.__name__: create_proxy(step) for step in STEPS}, dict_converter=js.Object.fromEntries, create_pyproxies=False
)
js.document.documentElement.setAttribute("data-ready", "")
