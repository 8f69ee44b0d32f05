"""Disclosures at work: a long value is shown in pieces and copied whole."""

from __future__ import annotations

import json

from app.pages.disclosures import Disclosures
from app.ports import Action
from app.views.json_text import SHOWN
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface

LONG = {"text": "y" * (3 * SHOWN), "last": True}


async def test_copying_what_is_shown_cut_copies_all_of_it() -> None:
    """R28, report 24: and the button says that it did, or that it could not."""
    scene, surface = Scene(), MemorySurface()
    disclosures = Disclosures(quiet_context(scene.monitor, surface), lambda part: LONG if part == "raw" else None)
    assert disclosures.act(Action("open-json", {"part": "raw"}, {}))
    assert (len(str(surface.values["raw"])), surface.values["raw-copy"]) == (SHOWN, "Copy")
    assert disclosures.act(Action("copy-json", {"part": "raw"}, {}))
    assert json.loads(scene.world.clipboard.text) == LONG
    assert surface.values["raw-copy"] == "Copied"
    scene.world.clipboard.refuses = True
    disclosures.act(Action("copy-json", {"part": "raw"}, {}))
    assert surface.values["raw-copy"] == "Could not copy"
    await scene.close()


async def test_what_cannot_be_written_is_not_said_to_be_copied() -> None:
    """R28: a value nested without end."""
    deep: list[object] = []
    for _ in range(200_000):
        deep = [deep]
    scene, surface = Scene(), MemorySurface()
    disclosures = Disclosures(quiet_context(scene.monitor, surface), lambda _: deep)
    disclosures.act(Action("copy-json", {"part": "raw"}, {}))
    assert (scene.world.clipboard.text, surface.values["raw-copy"]) == ("", "Could not copy")
    await scene.close()
