"""The surface in a real browser: markup once, values by difference, actions by one listener a kind."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from app.views.texts import padding
from tests.browser.conftest import Stage

MARKUP = '<p data-slot="line"></p><input data-slot="box"><div data-slot="inner"><b data-slot="deep"></b></div>'


def actions(stage: Stage) -> list[list[object]]:
    """The actions since the last call."""
    actions_so_far: list[list[object]] = json.loads(str(stage.do("actions")))
    return actions_so_far


def test_texts_are_never_markup(stage: Stage) -> None:
    """A text with tags in it is shown as it is, and an attribute with quotes stays one (faults, case 33)."""
    stage.do("show", MARKUP)
    nasty = "<img src=x onerror=\"document.title='bad'\">"
    stage.do("bind", json.dumps({"line": nasty, "line@title": nasty, "@data-mark": nasty}))
    expect(stage.page.locator("[data-slot=line]")).to_have_text(nasty)
    expect(stage.page.locator("[data-slot=line]")).to_have_attribute("title", nasty)
    expect(stage.page.locator("#stage")).to_have_attribute("data-mark", nasty)
    assert stage.page.locator("#stage img").count() == 0
    assert stage.page.title() == "Surface"


def test_only_differences_are_written(stage: Stage) -> None:
    """The same value again touches nothing."""
    stage.do("show", MARKUP)
    stage.do("bind", json.dumps({"line": "one", "box@placeholder": "x"}))
    stage.page.evaluate(
        """() => {
            window.changes = 0;
            new MutationObserver(all => { window.changes += all.length; })
                .observe(document.getElementById("stage"),
                    {subtree: true, childList: true, characterData: true, attributes: true});
        }"""
    )
    stage.do("bind", json.dumps({"line": "one", "box@placeholder": "x"}))
    stage.settle()
    assert stage.page.evaluate("() => window.changes") == 0
    stage.do("bind", json.dumps({"line": "two", "box@placeholder": "x"}))
    stage.settle()
    assert stage.page.evaluate("() => window.changes") == 1


TRANSLATE = """selector => {
    for (const element of document.querySelectorAll(selector)) {
        const font = document.createElement("font");
        font.append(Object.assign(document.createElement("font"), {textContent: "übersetzt"}));
        element.firstChild.replaceWith(font);
    }
}"""


def test_a_value_shows_whatever_a_translator_has_put_in_its_place(stage: Stage) -> None:
    """R24, R32, report 3: the text node that was written to is not in the document any more."""
    stage.do("show", MARKUP)
    stage.do("bind", json.dumps({"line": "one", "deep": "one"}))
    stage.page.evaluate(TRANSLATE, "[data-slot=line], [data-slot=deep]")
    stage.page.evaluate("() => document.querySelector('[data-slot=deep]').outerHTML = '<i data-slot=deep>eins</i>'")
    stage.do("bind", json.dumps({"line": "two", "deep": "two"}))
    expect(stage.page.locator("[data-slot=line]")).to_have_text("two")
    expect(stage.page.locator("[data-slot=deep]")).to_have_text("two")
    stage.do("bind", json.dumps({"line": "three", "deep": "three"}))
    expect(stage.page.locator("[data-slot=line]")).to_have_text("three")
    expect(stage.page.locator("[data-slot=deep]")).to_have_text("three")


def test_a_translated_row_shows_its_next_value(stage: Stage) -> None:
    """R27, report 3: rows come filled as markup, and are written to afterwards."""
    stage.do("start_list", 3)
    stage.do("write", "0", "one")
    stage.page.evaluate(TRANSLATE, "[data-slot=name]")
    stage.do("write", "0", "two")
    expect(stage.page.locator("[data-row='0'] [data-slot=name]")).to_have_text("two")


def test_none_removes_an_attribute_and_unknown_slots_are_passed_over(stage: Stage) -> None:
    """`None` takes an attribute away; a value for a slot that is not drawn does no harm."""
    stage.do("show", MARKUP)
    stage.do("bind", json.dumps({"line@hidden": "", "nowhere": "x", "nowhere@title": "x"}))
    expect(stage.page.locator("[data-slot=line]")).to_be_hidden()
    stage.do("bind", json.dumps({"line@hidden": None}))
    assert stage.page.locator("[data-slot=line]").get_attribute("hidden") is None


def test_clicks_submits_and_changes_are_actions_once(stage: Stage) -> None:
    """One action each, with its data and the form's fields; the page is not left."""
    stage.do(
        "show",
        """
        <div data-key="row-7"><button data-action="open" data-log-id="7"><i id="inside">icon</i></button></div>
        <form data-action="send">
          <input name="prompt" value="koi">
          <input type="checkbox" name="fast"><input type="checkbox" name="fine" checked>
          <button id="plain">Send</button><button id="named" data-action="send-later" data-how="slowly">Later</button>
        </form>
        <select data-action="pick" name="size"><option>1</option><option>2</option></select>
        <input id="typed" data-action="filter" data-on="input" name="filter">""",
    )
    stage.do("listen")
    stage.page.locator("#inside").click()
    assert actions(stage) == [["open", {"action": "open", "logId": "7", "key": "row-7"}, {}]]
    stage.page.locator("#plain").click()
    assert actions(stage) == [["send", {"action": "send"}, {"prompt": "koi", "fast": "false", "fine": "true"}]]
    stage.page.locator("#named").click()
    assert [(name, data["how"]) for name, data, _ in actions(stage) if isinstance(data, dict)] == [
        ("send-later", "slowly")
    ]
    stage.page.locator("select").select_option("2")
    assert actions(stage) == [["pick", {"action": "pick"}, {"size": "2"}]]
    stage.page.locator("#typed").press_sequentially("ab")
    assert [fields for _, _, fields in actions(stage)] == [{"filter": "a"}, {"filter": "ab"}]


def test_a_closed_registration_and_a_closed_surface_get_nothing(stage: Stage) -> None:
    """Closing is final and leaves the element empty."""
    stage.do("show", '<button data-action="open">x</button>')
    stage.do("listen")
    stage.do("stop_listening")
    stage.page.locator("button").click()
    assert actions(stage) == []
    stage.do("listen")
    stage.do("close")
    stage.page.evaluate(
        "() => { document.getElementById('stage').innerHTML = '<button data-action=\"x\">x</button>'; }"
    )
    stage.page.locator("#stage button").click()
    assert actions(stage) == []


def test_a_skip_link_moves_the_keyboard_and_not_the_route(stage: Stage) -> None:
    """The address stays, because it is a route."""
    stage.do("show", '<a href="#there" data-focus="there">skip</a><div id="there" tabindex="-1">content</div>')
    stage.do("listen")
    before = stage.page.url
    stage.page.locator("a").click()
    expect(stage.page.locator("#there")).to_be_focused()
    assert stage.page.url == before


def test_formats_are_the_languages_own(stage: Stage) -> None:
    """Numbers, money and moments go through Intl; nonsense does not throw."""
    english = json.loads(str(stage.do("formats", "en")))
    chinese = json.loads(str(stage.do("formats", "zh")))
    assert english["number"] == "1,234,567"
    assert english["money"] == "¥0.0042"
    assert english["money_unknown"] == "2.00"
    assert english["money_nonsense"] == "2.00"
    assert english["moment_nonsense"] == "—"
    assert english["relative"] == "2 minutes ago"
    whole = ["1,000,000,000,000,000.000000000000000001", "0.00001", "9,007,199,254,740,993", "12.5"]
    for written in (english, chinese):
        assert written["exact"] == whole
        assert written["exact_money"] == [*whole[:2], f"{whole[2]}.00", f"{whole[3]}0"]
    assert chinese["relative"] == "2分钟前"
    assert "年" in chinese["moment"]


def test_amounts_of_a_column_are_equally_wide(stage: Stage) -> None:
    """R46, report 22: what pads an amount is as wide as the point and the digits that others have."""
    written = [f"{text}{padding(own, 3)}" for text, own in (("12", 0), ("12.5", 1), ("10.001", 3))]
    stage.do("show", "".join(f'<p><span class="num">{text}</span></p>' for text in written))
    width = "spans => spans.map(span => span.getBoundingClientRect().width)"
    widths = stage.page.eval_on_selector_all("#stage .num", width)
    assert max(widths) - min(widths) < 0.5


def test_the_names_of_inputs_do_not_hide_what_a_form_can_do(stage: Stage) -> None:
    """R29: an ability may declare an input of any name; the form is sent, and a click into it is no action."""
    names = ("closest", "querySelectorAll", "dataset", "tagName", "getAttribute", "elements", "prompt")
    inputs = "".join(f'<input name="{name}" value="1">' for name in names)
    boxes = '<input type="checkbox" name="fine" checked>'
    stage.do("show", f'<form data-action="send" data-how="now"><p>text</p>{inputs}{boxes}<button>Send</button></form>')
    stage.do("listen")
    # By the prototype: the names hide the form from the test's own tool too.
    click = "selector => HTMLElement.prototype.click.call(document.querySelector(selector))"
    for selector in ("#stage p", "#stage form"):
        stage.page.evaluate(click, selector)
    assert actions(stage) == []
    stage.page.evaluate(click, "#stage button")
    fields = dict.fromkeys(names, "1") | {"fine": "true"}
    assert actions(stage) == [["send", {"action": "send", "how": "now"}, fields]]
    stage.settle()
    assert stage.errors == []


def test_a_picture_that_cannot_be_loaded_is_an_action_with_the_reason(stage: Stage) -> None:
    """R27, report 17: the status where the browser knows it, and what came instead of a picture otherwise."""
    stage.do("listen")
    for address, reason in (
        ("/nowhere.png", "404"),
        ("/app/ports.py", "unreadable"),
        ("http://x.invalid/a.png", "unknown"),
    ):
        stage.do("show", f'<img src="{address}" data-error-action="media-failed" data-part="picture-1">')
        stage.page.wait_for_function("() => { const i = document.images[0]; return i.complete && !i.naturalWidth }")
        stage.settle()
        [[name, data, _]] = actions(stage)
        assert isinstance(data, dict)
        assert (name, data["part"], data["reason"]) == ("media-failed", "picture-1", reason)
        assert str(data["url"]).endswith(address)


def test_a_row_s_picture_that_cannot_be_loaded_is_marked_until_another_is(stage: Stage) -> None:
    """R27, report 17: behind it stands the icon of the row's kind."""
    stage.do("start_list", 1)
    picture = stage.page.locator("[data-slot=thumb]")
    stage.do("write", "0:thumb", "/nowhere.png")
    expect(picture).to_have_attribute("data-broken", "")
    stage.do("write", "0:thumb", "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==")
    expect(picture).not_to_have_attribute("data-broken", "")


def test_a_text_is_copied_and_a_browser_without_a_clipboard_is_said_to_have_copied_nothing(stage: Stage) -> None:
    """R28: the keyboard stays where it was; the components stand in where the browser keeps its clipboard from us."""
    stage.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    stage.do("show", "<button>x</button>")
    stage.page.evaluate("() => { window.read = navigator.clipboard.readText.bind(navigator.clipboard) }")
    stage.page.locator("button").click()
    for text, copied in (("one\n<b>", True), ("two\n<i>", False)):
        stage.page.evaluate("() => { document.title = '' }")
        stage.do("copy", text)
        expect(stage.page).to_have_title(f"copied: {copied}")
        assert stage.page.evaluate("() => window.read()") == "one\n<b>"
        expect(stage.page.locator("button")).to_be_focused()
        stage.page.evaluate("() => Object.defineProperty(navigator, 'clipboard', {value: undefined})")


def test_moments_are_written_as_the_reader_writes_them(stage: Stage) -> None:
    """R54, report 41: a reader of en-GB has the day first and 24 hours, and sees the time zone."""
    given = "tags => Object.defineProperty(navigator, 'languages', { configurable: true, get: () => tags })"
    zone = stage.page.context.new_cdp_session(stage.page)
    zone.send("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Shanghai"})
    stage.page.evaluate(given, ["de-DE", "en-GB", "en-US"])
    british = json.loads(str(stage.do("formats", "en")))
    chinese = json.loads(str(stage.do("formats", "zh")))
    stage.page.evaluate(given, ["en-US"])
    american = json.loads(str(stage.do("formats", "en")))
    stage.page.evaluate("() => { delete navigator.languages; }")
    zone.send("Emulation.setTimezoneOverride", {"timezoneId": ""})
    zone.detach()
    assert british["moment"] == "15 Jan 2026, 19:20:00"
    assert american["moment"].replace("\u202f", " ") == "Jan 15, 2026, 7:20:00 PM"
    assert (british["zone"], chinese["zone"]) == ("China Standard Time", "中国标准时间")
