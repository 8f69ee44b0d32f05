"""Row markup filled as a string."""

from app.browser.template import Template, place, slots_of

ROW = (
    '<div class="row"><a class="name" data-slot="name"></a><b data-slot="mark" hidden>x</b>'
    '<i data-slot="bar"></i></div>'
)


def test_values_are_put_in_escaped() -> None:
    """Texts, attributes of slots and of the root; nothing of it is markup."""
    filled, left = Template(ROW).fill({"@data-id": '"1"', "name": "<b>", "name@href": "#/a&b", "bar@value": None})
    assert filled == (
        '<div data-id="&quot;1&quot;" class="row"><a href="#/a&amp;b" class="name" data-slot="name">&lt;b&gt;</a>'
        '<b data-slot="mark" hidden>x</b><i data-slot="bar"></i></div>'
    )
    assert left == []


def test_what_a_string_cannot_say_is_left_for_the_nodes() -> None:
    """An attribute that has to go, and a text where the markup has one already."""
    filled, left = Template(ROW).fill({"mark@hidden": None, "mark": "y", "name": "n"})
    assert sorted(left) == ["mark", "mark@hidden"]
    assert '<b data-slot="mark" hidden>x</b>' in filled


def test_slots_are_reported_in_the_documents_order() -> None:
    """They are matched with what the document finds, one for one; a text that looks like a slot is none."""
    assert slots_of(ROW) == Template(ROW).slots == ["name", "mark", "bar"]
    filled, _ = Template(ROW).fill({"name": '" data-slot="evil"'})
    assert slots_of(filled) == ["name", "mark", "bar"]


def test_keys_name_a_slot_and_an_attribute() -> None:
    """`slot`, `slot@name`, `@name`."""
    assert place("name") == ("name", None)
    assert place("name@aria-label") == ("name", "aria-label")
    assert place("@data-id") == ("", "data-id")
