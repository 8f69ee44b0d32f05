"""Keys, the palette and the sheet of keys at work."""

from __future__ import annotations

import re

import pytest

from app.core.saved_views import SavedViews, View
from app.pages.jobs.saved_views import views_key
from app.pages.shell.keyboard import COMMANDS, OFF, SETTING, Keyboard
from app.views.shell.header import header_markup
from app.wire.saved_views import write_views
from testkit.page_context import AddressLog
from testkit.plain_formats import plain_texts
from testkit.scene import Scene
from testkit.world import MemoryDialog


class Keys:
    """The keyboard of somebody who is signed in."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.address = AddressLog()
        self.acts: list[str] = []
        self.keyboard = Keyboard(scene.monitor, plain_texts("en"), self.address, self.acts.append)

    @property
    def dialog(self) -> MemoryDialog | None:
        dialogs = self.scene.world.late.adapters.dialogs
        return dialogs[-1] if dialogs and dialogs[-1].open else None

    def press(self, *keys: str, **more: bool) -> list[bool]:
        return [self.scene.world.late.adapters.keys.press(key, **more) for key in keys]

    @property
    def options(self) -> list[str]:
        values = self.dialog.surface.values if self.dialog else {}
        return [values[f"label-{number}"] or "" for number in range(12) if values[f"option-{number}@hidden"] is None]


@pytest.fixture
async def keys() -> Keys:
    """Somebody signed in a moment ago."""
    return Keys(await Scene().begin(2))


async def test_two_keys_lead_to_a_page(keys: Keys) -> None:
    """R53: and one key does what the header does; what is no key of the page is left to the browser."""
    assert [False, True, False] == keys.press("g", "p", "p")
    assert ([False, True], ["/points"], ["refresh"]) == (keys.press("g", "r"), keys.address.visited, keys.acts)
    await keys.scene.leave()


async def test_the_palette_finds_pages_abilities_and_actions(keys: Keys) -> None:
    """R53: what is typed narrows it, Enter takes what is chosen, arrows choose."""
    keys.press("k", control=True)
    await keys.scene.run(1)
    assert keys.dialog is not None
    keys.dialog.surface.act("palette-typed", {"typed": "go to"})
    assert keys.options[:2] == ["Go to the tasks", "Go to the abilities"]
    keys.press("ArrowDown", typing=True)
    assert "option-1" == keys.dialog.revealed
    keys.press("Enter", typing=True)
    assert ["/abilities"] == keys.address.visited
    assert not keys.scene.world.late.adapters.dialogs[-1].open
    keys.press("k", control=True)
    assert keys.dialog is not None
    keys.dialog.surface.act("palette-typed", {"typed": "老照片"})
    assert ["老照片上色"] == keys.options
    keys.press("Enter", typing=True)
    assert keys.address.visited[-1].startswith("/admin/abilities/")
    await keys.scene.leave()


async def test_enter_of_an_input_method_takes_nothing(keys: Keys) -> None:
    """R53: it ends the composition of a word."""
    keys.press("k", control=True)
    assert [False] == keys.press("Enter", typing=True, composing=True)
    assert keys.dialog is not None
    await keys.scene.leave()


async def test_an_id_that_is_pasted_can_be_opened_or_searched_for(keys: Keys) -> None:
    """R53: of a job or of a trace."""
    job_id = "0123456789abcdef0123456789abcdef"
    keys.press("k", control=True)
    assert keys.dialog is not None
    keys.dialog.surface.act("palette-typed", {"typed": job_id})
    assert [f"Open job {job_id}", f"Search for {job_id}"] == keys.options
    keys.dialog.surface.act("palette-run", number="0")
    assert [f"/tasks/{job_id}"] == keys.address.visited
    await keys.scene.leave()


async def test_keys_move_in_lists_search_and_compare(keys: Keys) -> None:
    """R53: j and k as the arrows do, / into the search box, x on two rows compares them."""
    keyboard = keys.scene.world.late.adapters.keys
    keys.press("j", "k", "/", "r", "b")
    assert ["ArrowDown", "ArrowUp", "focus main input[type=search]"] == keyboard.sent[:3]
    assert ["click [data-podi=run-again]", "click main [data-podi=bell]"] == keyboard.sent[3:]
    for row in ("one", "two"):
        keyboard.focused = row
        keys.press("x")
    assert ["/compare?a=one&b=two"] == keys.address.visited
    await keys.scene.leave()


async def test_the_palette_has_what_the_page_in_sight_offers(keys: Keys) -> None:
    """R53: whatever can be pressed there, under the name that it has there."""
    keyboard = keys.scene.world.late.adapters.keys
    keyboard.offered = ("Copy link", "Python")
    keys.press("k", control=True)
    assert keys.dialog is not None
    keys.dialog.surface.act("palette-typed", {"typed": "pyth"})
    assert ["Python"] == keys.options
    keys.press("Enter", typing=True)
    assert ["activate Python"] == keyboard.sent
    await keys.scene.leave()


async def test_the_palette_has_the_views_that_the_user_keeps(keys: Keys) -> None:
    """R53, R35: one leads to its list; those of another version are left out."""
    store, key = keys.scene.world.ports.store, views_key("u1")
    store.set(key, write_views(SavedViews((View("Failed koi", "q=koi&status=failed"),))))
    keys.press("k", control=True)
    assert keys.dialog is not None
    keys.dialog.surface.act("palette-typed", {"typed": "koi"})
    assert ["Failed koi"] == keys.options
    keys.press("Enter", typing=True)
    assert ["/tasks?q=koi&status=failed"] == keys.address.visited
    store.set(key, "{}")
    keys.press("k", control=True)
    keys.dialog.surface.act("palette-typed", {"typed": "koi"})
    assert [] == keys.options
    await keys.scene.leave()


async def test_single_keys_can_be_switched_off_for_good(keys: Keys) -> None:
    """R53: on the sheet of keys; the choice is kept in this browser, and what needs Ctrl still works."""
    keys.press("?")
    assert keys.dialog is not None
    keys.dialog.surface.act("keys-single", {"single": "false"})
    keys.dialog.dismiss()
    assert ([False], OFF) == (keys.press("?"), keys.scene.world.ports.store.get(SETTING))
    keys.keyboard.close()
    again = Keys(keys.scene)
    assert ([False], [True]) == (again.press("?"), again.press("k", control=True))
    await keys.scene.leave()


async def test_a_key_right_after_escape_is_for_the_page(keys: Keys) -> None:
    """R53: Escape closes the dialog before the next key comes; the one that ends a composition closes nothing."""
    keys.press("k", control=True)
    assert [False] == keys.press("Escape", typing=True, composing=True)
    assert keys.dialog is not None
    palette = keys.dialog
    assert [True] == keys.press("Escape", typing=True)
    assert not palette.open
    assert [True] == keys.press("?")
    assert "keys" == keys.dialog.name
    assert ([True], [False]) == (keys.press("Escape"), keys.press("Escape"))
    await keys.scene.leave()


async def test_only_admins_are_offered_admins_pages() -> None:
    """R53: for others the keys of those pages do nothing."""
    scene = Scene()
    scene.backend.role = "user"
    keys = Keys(await scene.begin(2))
    keys.press("g", "o")
    keys.press("k", control=True)
    assert "Go to the overview" not in keys.options
    assert [] == keys.address.visited
    await scene.leave()


async def test_closing_leaves_nothing_behind(keys: Keys) -> None:
    """R53: no listener, no dialog."""
    keys.press("k", control=True)
    keys.keyboard.close()
    keys.keyboard.close()
    assert (None, [False]) == (keys.dialog, keys.press("?"))
    await keys.scene.leave()


def test_every_action_of_the_header_is_in_the_palette() -> None:
    """R53: whoever uses no pointer finds all of it there; a notice has buttons of its own."""
    markup = header_markup(plain_texts("en"), signed_in=True, admin=True)
    actions = set(re.findall(r'data-action="([a-z-]+)"', markup))
    assert actions == {command.action for command in COMMANDS if command.action and command.listed}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_command_has_a_name(language: str) -> None:
    """R53: in both languages."""
    texts = plain_texts(language)
    assert [command.name for command in COMMANDS if f"command.{command.name}" not in texts] == []
