"""The list of abilities and its filter."""

from app.views.abilities.list import ability_list_values, filter_abilities
from testkit.plain_formats import plain_texts
from testkit.samples import PLAIN_ABILITY, RICH_ABILITY

T = plain_texts()


def test_abilities_are_found_by_any_word() -> None:
    """Every word has to occur, wherever, in any case."""
    assert filter_abilities([PLAIN_ABILITY, RICH_ABILITY], "COMFYUI 印花") == [RICH_ABILITY]
    assert filter_abilities([PLAIN_ABILITY, RICH_ABILITY], " ") == [PLAIN_ABILITY, RICH_ABILITY]
    assert filter_abilities([PLAIN_ABILITY, RICH_ABILITY], "nothing") == []
    assert ability_list_values(T, total=None)["panel@data-state"] == "loading"
    assert ability_list_values(T, total=None, failing=True)["panel@data-state"] == "error"
    assert ability_list_values(T, total=2, shown=0, filtered=True)["panel@data-state"] == "empty"
