"""What keys and the palette act on: only what the reader could press or fill in, by the names that it shows."""

from __future__ import annotations

from tests.browser.adapters.conftest import Python

PAGE = """
from app.browser.event_listener import EventListener
from app.browser.keyboard import BrowserKeyboard
js.document.body.insertAdjacentHTML("beforeend", '''<main id="usable">
  <a class="button" data-own="again" hidden>Link</a>
  <button data-own="again" disabled>Disabled</button>
  <button data-own="again" aria-label="Run again">Text</button>
  <button data-own="bell" hidden>Bell</button>
  <input type="search" hidden><label>Search <input type="search"></label>
  <div class="rows" role="list" hidden><p data-key="a" data-task-id="a"><a href="#">a</a></p></div>
  <div class="rows" role="list" id="empty"></div>
  <div class="rows" role="list" id="logs"><p data-key="log"><a href="#">log</a></p></div>
  <div class="rows" role="list"><p data-key="job" data-task-id="job"><a href="#">job</a></p></div>
  <label>Status <select><option>Any</option><option>Running</option></select></label>
</main>''')
main = js.document.getElementById("usable")
clicked = []
adapter = BrowserKeyboard(lambda press: False)
listener = EventListener(main, "click", lambda event: clicked.append(event.target.textContent))
try:
    return [RESULT]
finally:
    listener.close()
    adapter.close()
    main.remove()
"""


def test_a_key_presses_what_can_be_pressed(python: Python) -> None:
    """R53: neither what is hidden nor what is disabled; a page without such a thing is left alone."""
    result = """adapter.click("[data-own=again]"), adapter.click("[data-own=bell]"), clicked"""
    assert [True, False, ["Text"]] == python(PAGE.replace("RESULT", result))


def test_a_key_leads_to_the_field_that_can_be_seen(python: Python) -> None:
    """R53: a hidden field before it takes nothing."""
    result = """adapter.focus("#usable input"), js.document.activeElement.matches("label input")"""
    assert [True, True] == python(PAGE.replace("RESULT", result))


def test_a_field_is_named_by_its_label_alone(python: Python) -> None:
    """R53: what can be chosen in a field is none of its name."""
    assert ["Run again", "Search", "Status"] == python(PAGE.replace("RESULT", "*adapter.actions()"))


def test_a_step_goes_into_the_first_list_that_has_rows_in_sight(python: Python) -> None:
    """R53: neither one that is hidden nor one without rows."""
    code = PAGE.replace(
        "try:\n",
        """sent = []
arrows = EventListener(main, "keydown", lambda event: sent.append([event.target.id, event.key]))
adapter.step("ArrowDown")
arrows.close()
try:
""",
    )
    assert [[["logs", "ArrowDown"]]] == python(code.replace("RESULT", "sent"))


def test_only_a_jobs_row_is_one_to_compare(python: Python) -> None:
    """R53: a record of a log has no job's id."""
    code = PAGE.replace(
        "try:\n",
        """rows = []
for link in main.querySelectorAll("[data-key]:not([hidden] *) a"):
    link.focus()
    rows.append(adapter.row())
try:
""",
    )
    assert [[None, "job"]] == python(code.replace("RESULT", "rows"))
