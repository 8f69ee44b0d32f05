"""The windowed list in a real browser: few rows in the document, nothing that jumps, everything within reach."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect

from tests.browser.conftest import Stage

ROW_PX = 40
IN_VIEW = 10


def top(stage: Stage) -> float:
    """How far the list is scrolled."""
    return float(stage.page.evaluate("() => document.querySelector('.rows').scrollTop"))


def scroll(stage: Stage, to: int) -> None:
    """Scroll the list and wait until it has drawn."""
    stage.page.evaluate("to => { document.querySelector('.rows').scrollTop = to; }", to)
    stage.settle()


def y(stage: Stage, row: str) -> float:
    """Where a row stands in the window."""
    box = stage.page.locator(f'[data-row="{row}"]').bounding_box()
    assert box is not None
    return box["y"]


def test_a_long_list_has_few_rows_in_the_document(stage: Stage) -> None:
    """50,000 rows, scrolled from end to end: never more than what is in view and a few more (faults, case 28)."""
    stage.do("start_list", 50_000)
    for to in (0, 777, 1_000_000, 10**8, 0):
        scroll(stage, to)
        assert IN_VIEW < stage.page.locator(".row").count() <= IN_VIEW + 2 * 8 + 2
    scroll(stage, 1_000 * ROW_PX)
    expect(stage.page.locator('[data-row="1000"]')).to_be_in_viewport()
    assert stage.page.locator(".rows__all").evaluate("e => e.offsetHeight") == 50_000 * ROW_PX


def test_in_a_fling_only_what_is_in_view_is_drawn(stage: Stage) -> None:
    """R27: rows beyond the view would be gone before they are seen; they are there once the list stands still."""
    stage.do("start_list", 50_000)
    stage.page.evaluate(
        """() => new Promise((rested) => {
          const rows = document.querySelector(".rows");
          window.counted = [];
          rows.addEventListener("scroll", () => window.counted.push(document.querySelectorAll(".row").length));
          rows.addEventListener("scrollend", rested, { once: true });
          rows.scrollTop = 500_000;
        })"""
    )
    assert stage.page.evaluate("() => window.counted") == [IN_VIEW + 3]
    expect(stage.page.locator(".row")).to_have_count(IN_VIEW + 1 + 2 * 8)
    # A turn of the wheel from there finds its rows drawn.
    stage.page.evaluate("() => { window.counted = []; document.querySelector('.rows').scrollBy(0, 120); }")
    stage.settle()
    assert stage.page.evaluate("() => window.counted") == [IN_VIEW + 1 + 2 * 8]


def test_a_row_says_which_of_how_many_it_is(stage: Stage) -> None:
    """R54, report 38: a screen reader counts the list, not the rows that happen to be drawn."""
    stage.do("start_list", 200)
    scroll(stage, 100 * ROW_PX)
    row = stage.page.locator('[data-row="103"]')
    expect(row).to_have_attribute("aria-posinset", "104")
    expect(row).to_have_attribute("aria-setsize", "200")
    stage.do("prepend", "a,b")
    expect(row).to_have_attribute("aria-posinset", "106")
    assert set(stage.page.locator(".row").evaluate_all("rows => rows.map(row => row.ariaSetSize)")) == {"202"}
    scroll(stage, 0)
    places = stage.page.locator(".row").evaluate_all("rows => rows.map(row => Number(row.ariaPosInSet))")
    assert places == list(range(1, len(places) + 1))
    stage.do("order", '["b", "a", "0"]')
    places = stage.page.locator(".row").evaluate_all(
        "rows => rows.map(row => `${row.ariaPosInSet}/${row.ariaSetSize}`)"
    )
    assert places == ["1/3", "2/3", "3/3"]
    stage.do("order", json.dumps(["b", "a", "0", *map(str, range(1, 90))]))
    assert stage.page.locator('[data-row="0"]').get_attribute("aria-setsize") == "92"


def test_the_height_of_rows_is_the_style_sheets(stage: Stage) -> None:
    """`--row-px` of the style sheet goes before what the page asked for."""
    stage.do("start_list", 100)
    box = stage.page.locator('[data-row="3"]').bounding_box()
    assert box is not None
    assert box["height"] == ROW_PX
    assert y(stage, "3") - y(stage, "2") == ROW_PX


def test_rows_are_as_high_as_the_readers_text_is_large(stage: Stage) -> None:
    """R54, report 40: with a font size of 24 px, type and rows are half as large again; also when it changes later."""
    stage.do("start_list", 1_000)
    scroll(stage, 500 * ROW_PX)
    size = "size => { document.documentElement.style.fontSize = size; }"
    try:
        stage.page.evaluate(size, "24px")
        stage.settle()
        assert stage.page.locator("body").evaluate("e => getComputedStyle(e).fontSize") == "21px"
        assert y(stage, "503") - y(stage, "502") == ROW_PX * 1.5
        assert top(stage) == 500 * ROW_PX * 1.5
        expect(stage.page.locator('[data-row="500"]')).to_be_in_viewport()
        assert stage.page.locator(".rows__all").evaluate("e => e.offsetHeight") == 1_000 * ROW_PX * 1.5
    finally:
        stage.page.evaluate(size, "")
        stage.settle()
    assert y(stage, "503") - y(stage, "502") == ROW_PX


def test_all_rows_are_printed(stage: Stage) -> None:
    """R54, report 39: on paper are all 200 rows, in order; afterwards as few as before, scrolled as before."""
    stage.do("start_list", 200)
    scroll(stage, 100 * ROW_PX)
    before = stage.do("drawn")
    stage.page.evaluate(
        """() => addEventListener("beforeprint", () => {
          window.printed = [...document.querySelectorAll(".row")].map(row => row.dataset.row);
        }, { once: true })"""
    )
    paper = stage.page.pdf(width="800px", height="1000px")
    assert stage.page.evaluate("() => window.printed") == [str(number) for number in range(200)]
    # A page of 1,000 px has no more than 25 rows.
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) >= 8
    stage.settle()
    assert stage.do("drawn") == before
    assert top(stage) == 100 * ROW_PX


def test_rows_are_drawn_filled_and_later_written_by_difference(stage: Stage) -> None:
    """What a row shows is there when it arrives; a touch asks drawn rows only."""
    stage.do("start_list", 1_000)
    stage.do("write", "2", "<b>second</b>")
    expect(stage.page.locator('[data-row="2"] a')).to_have_text("<b>second</b>")
    stage.do("write", "2:progress", "40")
    expect(stage.page.locator('[data-row="2"] [role=progressbar]')).to_have_attribute("aria-valuenow", "40")
    stage.do("write", "900", "far away")
    assert stage.do("touch_all") == stage.page.locator(".row").count()
    scroll(stage, 895 * ROW_PX)
    expect(stage.page.locator('[data-row="900"] a')).to_have_text("far away")


def test_one_value_is_written_without_making_the_row_anew(stage: Stage) -> None:
    """R27: what ticks costs one write a row; rows that are not drawn cost nothing."""
    stage.do("start_list", 1_000)
    assert 0 == stage.do("patch", "2", "0:07")
    expect(stage.page.locator('[data-row="2"] a')).to_have_text("0:07")
    assert 0 == stage.do("patch", "900", "0:08")


def test_what_time_changes_is_written_in_view_and_elsewhere_on_coming_there(stage: Stage) -> None:
    """R27: a second costs the rows that are seen; one that comes into view, or is printed, shows the time too."""
    stage.do("start_list", 1_000)
    assert stage.do("pass_time", "0:07") == [str(number) for number in range(IN_VIEW + 2)]
    beyond = stage.page.locator(f'[data-row="{IN_VIEW + 4}"] a')
    expect(beyond).to_have_text(f"Row {IN_VIEW + 4}")
    scroll(stage, 5 * ROW_PX)
    expect(beyond).to_have_text("0:07")
    # What was written once is not asked for again.
    assert stage.do("timed") == [str(number) for number in range(IN_VIEW + 7)]
    expect(stage.page.locator(f'[data-row="{IN_VIEW + 7}"] a')).to_have_text(f"Row {IN_VIEW + 7}")
    # Rows that leave above take others into view.
    stage.do("order", json.dumps([str(number) for number in (*range(5), *range(14, 1_000))]))
    expect(stage.page.locator(f'[data-row="{IN_VIEW + 7}"] a')).to_have_text("0:07")
    stage.do("pass_time", "0:08")
    beyond = stage.page.locator(f'[data-row="{IN_VIEW + 15}"] a')
    expect(beyond).to_have_text(f"Row {IN_VIEW + 15}")
    stage.page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    expect(beyond).to_have_text("0:08")
    stage.page.evaluate("() => dispatchEvent(new Event('afterprint'))")


def test_at_the_top_a_new_row_just_appears(stage: Stage) -> None:
    """With the pointer elsewhere, the newest row is the first in view."""
    stage.do("start_list", 100)
    stage.do("prepend", "new")
    assert top(stage) == 0
    expect(stage.page.locator('[data-row="new"]')).to_be_in_viewport()
    expect(stage.page.locator(".pill")).to_be_hidden()


def test_what_is_under_the_pointer_stays_there(stage: Stage) -> None:
    """Rows put in above do not move the row that is pointed at; when the pointer leaves, the top comes back (R27)."""
    stage.do("start_list", 100)
    stage.page.locator('[data-row="4"]').hover()
    before = y(stage, "4")
    stage.do("prepend", "a,b,c")
    stage.settle()
    assert y(stage, "4") == before
    expect(stage.page.locator(".pill")).to_have_text("3 new")
    stage.page.mouse.move(790, 590)
    stage.settle()
    assert top(stage) == 0
    expect(stage.page.locator('[data-row="a"]')).to_be_in_viewport()
    expect(stage.page.locator(".pill")).to_be_hidden()


def test_what_is_in_view_stays_there_while_scrolled(stage: Stage) -> None:
    """The list is scrolled: what is read does not move, and the button says what came in above and leads there."""
    stage.do("start_list", 1_000)
    scroll(stage, 5_013)
    before = y(stage, "126")
    stage.do("prepend", "a,b")
    stage.settle()
    assert y(stage, "126") == before
    expect(stage.page.locator(".pill")).to_have_text("2 new")
    stage.page.locator(".pill").click()
    stage.settle()
    assert top(stage) == 0
    expect(stage.page.locator('[data-row="a"] a')).to_be_focused()
    expect(stage.page.locator(".pill")).to_be_hidden()


def test_any_order_can_follow_any_other(stage: Stage) -> None:
    """Moved, removed and new rows: the document has exactly the wanted ones, in order."""
    stage.do("start_list", 6)
    for order in (
        ["5", "4", "3", "2", "1", "0"],
        ["x", "3", "y", "4", "5", "z"],
        [],
        ["3"],
        ["1", "2", "3", "4"],
        ["4", "1", "2", "3"],
    ):
        stage.do("order", str(order).replace("'", '"'))
        assert stage.page.locator(".row").evaluate_all("rows => rows.map(row => row.dataset.row)") == order
        assert stage.do("drawn") == order


def test_rows_that_stay_are_the_same_elements(stage: Stage) -> None:
    """Putting rows in does not draw the others again: a picture does not flicker, a selection stays."""
    stage.do("start_list", 50)
    stage.page.evaluate("() => { window.kept = document.querySelector('[data-row=\"3\"]'); }")
    stage.do("prepend", "a,b")
    assert stage.page.evaluate("() => window.kept === document.querySelector('[data-row=\"3\"]')") is True


def test_the_keyboard_moves_between_rows(stage: Stage) -> None:
    """One tab stop; arrows, pages, Home and End move it and scroll along."""
    stage.do("start_list", 1_000)
    stage.page.keyboard.press("Tab")
    focused = stage.page.locator("a:focus")
    expect(focused).to_have_text("Row 0")
    for key, row in (("ArrowDown", 1), ("End", 999), ("ArrowUp", 998), ("Home", 0), ("PageDown", 9), ("ArrowDown", 10)):
        stage.page.keyboard.press(key)
        expect(focused).to_have_text(f"Row {row}")
        expect(focused).to_be_in_viewport()
    stage.page.keyboard.press("Tab")
    expect(stage.page.locator("#outside")).to_be_focused()
    stage.page.keyboard.press("Shift+Tab")
    expect(focused).to_have_text("Row 10")
    assert stage.page.locator('a[tabindex="0"]').count() == 1


def test_the_keyboard_stays_on_its_row(stage: Stage) -> None:
    """A row with the keyboard that is scrolled away gets it back with its return, and keeps it when rows come in."""
    stage.do("start_list", 1_000)
    stage.page.locator('[data-row="2"] a').focus()
    stage.do("prepend", "a")
    expect(stage.page.locator('[data-row="2"] a')).to_be_focused()
    scroll(stage, 20_000)
    assert stage.page.locator('[data-row="2"]').count() == 0
    expect(stage.page.locator(".rows")).to_be_focused()
    scroll(stage, 0)
    expect(stage.page.locator('[data-row="2"] a')).to_be_focused()


def test_a_row_that_gets_the_keyboard_back_moves_nothing(stage: Stage) -> None:
    """R27: it may be drawn and still be above what is in view; the next arrow goes on from it."""
    stage.do("start_list", 1_000)
    stage.page.locator('[data-row="2"] a').focus()
    scroll(stage, 20_000)
    expect(stage.page.locator(".rows")).to_be_focused()
    scroll(stage, 400)
    expect(stage.page.locator('[data-row="2"] a')).to_be_focused()
    assert stage.page.locator(".rows").evaluate("list => list.scrollTop") == 400
    stage.page.keyboard.press("ArrowDown")
    expect(stage.page.locator('[data-row="3"] a')).to_be_focused()
    expect(stage.page.locator('[data-row="3"]')).to_be_in_viewport()


def test_a_row_is_revealed_now_or_when_it_comes(stage: Stage) -> None:
    """A row far away is scrolled to; one that is not there yet, as soon as it is."""
    stage.do("start_list", 1_000)
    stage.do("reveal", "700")
    expect(stage.page.locator('[data-row="700"]')).to_be_in_viewport()
    stage.do("reveal", "late")
    stage.do("order", '["0", "1", "2", "late"]')
    expect(stage.page.locator('[data-row="late"]')).to_be_in_viewport()


MARKS = """() => [...(CSS.highlights.get("found-list") ?? [])].map(range =>
  [range.startContainer.parentElement.closest(".row").dataset.row, range.toString()])"""


def marks(stage: Stage) -> list[list[str]]:
    """The row and the text of each mark."""
    found: list[list[str]] = stage.page.evaluate(MARKS)
    return found


def test_words_are_marked_and_stay_marked(stage: Stage) -> None:
    """R34: as text, whatever its case and script; when a row changes, moves or is scrolled in, the marks follow."""
    stage.do("start_list", 3)
    stage.do("write", "1", "Koi 😀 koi pond")
    stage.do("mark", '["koi", "ond"]')
    assert marks(stage) == [["1", "Koi"], ["1", "koi"], ["1", "ond"]]
    stage.do("write", "1", "no fish")
    stage.do("write", "0", "<b>koi</b> 印花")
    assert marks(stage) == [["0", "koi"]]
    assert stage.page.locator(".row b").count() == 0
    stage.do("mark", '["印花"]')
    stage.do("order", '["2", "0"]')
    assert marks(stage) == [["0", "印花"]]
    stage.do("mark", "[]")
    assert marks(stage) == []


def test_a_text_that_was_translated_is_not_marked(stage: Stage) -> None:
    """R34, report 3: a translating browser replaces text nodes; the next value is written and marked again."""
    stage.do("start_list", 1)
    stage.do("write", "0", "koi")
    stage.page.evaluate("() => { document.querySelector('[data-slot=name]').innerHTML = '<font>Koi</font>'; }")
    stage.do("mark", '["koi"]')
    assert marks(stage) == []
    stage.do("write", "0", "koi pond")
    assert marks(stage) == [["0", "koi"]]


def test_rows_that_the_list_leaves_out_are_counted_in_the_button(stage: Stage) -> None:
    """R34: beside the new ones, until somebody takes note of them."""
    stage.do("start_list", 100)
    stage.do("outside", 2)
    pill = stage.page.locator(".pill")
    expect(pill).to_have_text("2 outside")
    scroll(stage, 10 * ROW_PX)
    stage.do("prepend", "a,b,c")
    expect(pill).to_have_text("3 new · 2 outside")
    pill.click()
    expect(pill).to_be_hidden()
    stage.do("outside", 3)
    expect(pill).to_have_text("1 outside")
    stage.do("outside", 0)
    expect(pill).to_be_hidden()


def test_a_list_is_scrolled_back_to_where_it_was(stage: Stage) -> None:
    """R35: to the same row, though others came in above it; once the row is there."""
    stage.do("start_list", 100)
    assert stage.do("position") == "null"
    scroll(stage, 20 * ROW_PX + 7)
    assert stage.do("position") == '["20", 7.0]'
    stage.do("start_list", 0)
    stage.do("restore", "20", 7)
    assert stage.do("position") == '["20", 7]'
    stage.do("order", json.dumps(["a", "b", *map(str, range(100))]))
    assert top(stage) == 22 * ROW_PX + 7
    stage.do("restart", json.dumps([str(number) for number in range(50)]))
    stage.settle()
    assert (top(stage), stage.do("position")) == (0, "null")


def test_the_row_under_the_pointer_is_known(stage: Stage) -> None:
    """R34: so that it does not leave from under it."""
    stage.do("start_list", 10)
    assert stage.do("hovered") is None
    stage.page.locator('[data-row="3"]').hover()
    assert stage.do("hovered") == "3"


def test_a_list_that_gets_its_place_later_draws_then(stage: Stage) -> None:
    """In a closed drawer there is no height; when there is one, rows appear."""
    stage.do("start_list", 0)
    stage.page.evaluate("() => { document.querySelector('.list').hidden = true; }")
    stage.settle()
    stage.do("order", '["1", "2", "3"]')
    assert stage.page.locator(".row").count() == 0
    stage.page.evaluate("() => { document.querySelector('.list').hidden = false; }")
    stage.settle()
    assert stage.page.locator(".row").count() == 3


def test_nothing_is_left_of_a_closed_list(stage: Stage) -> None:
    """Rows, listeners and observers are gone; scrolling what remains calls nothing."""
    stage.do("start_list", 1_000)
    stage.do("show", "<p>other</p>")
    assert stage.page.locator(".row").count() == 0
    stage.settle()
