"""The page on which the user chooses how to read."""

from __future__ import annotations

from app.contexts.display_preferences import PreferencesChanged, kept_preferences
from app.core.display_preferences import DisplayPreferences
from app.pages.route import ReadingRoute
from app.pages.shell.display_settings import DisplaySettingsPage
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface


async def test_what_is_chosen_holds_at_once_and_is_kept() -> None:
    """R54: zone, times, density and columns; an unknown zone is the device's own."""
    scene = await Scene().begin()
    surface, changes = MemorySurface(), scene.events(PreferencesChanged)
    page = DisplaySettingsPage(quiet_context(scene.monitor, surface), ReadingRoute())
    assert ("", "") == (surface.values["times-absolute@checked"], surface.values["column-points@checked"])
    surface.fill("reading", zone="Asia/Shanghai")
    surface.fill("reading", times="relative")
    surface.fill("reading", density="compact")
    surface.fill("reading-column", points="false")
    kept = DisplayPreferences("Asia/Shanghai", relative=True, compact=True, hidden=frozenset({"points"}))
    assert (kept, 4) == (kept_preferences(scene.world.ports.store, scene.monitor.session.user_id), len(changes))
    assert (None, "") == (surface.values["column-points@checked"], surface.values["zone-1@selected"])
    surface.fill("reading", zone="Mars/Olympus")
    surface.fill("reading", times="absolute")
    assert DisplayPreferences(compact=True, hidden=kept.hidden) == kept_preferences(scene.world.ports.store, "u1")
    page.close()
    await scene.leave()


async def test_it_says_what_time_it_is_there() -> None:
    """R54: as the seconds pass."""
    scene = await Scene().begin()
    surface = MemorySurface()
    page = DisplaySettingsPage(quiet_context(scene.monitor, surface), ReadingRoute())
    before = surface.values["zone-now"]
    page.tick(scene.monitor.server_now + 60)
    assert before != surface.values["zone-now"]
    page.close()
    await scene.leave()
