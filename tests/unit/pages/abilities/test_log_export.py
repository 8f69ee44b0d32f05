"""The export of a call log at work."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from app.pages.abilities.log_export import LogExport
from app.ports import Action, Response
from testkit.page_context import quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface


class Workers:
    """Makes exports whose worker a test plays."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.started: list[tuple[str, str, str]] = []
        self.tokens: list[str] = []
        self.open = 0
        self.callbacks: dict[str, Callable[..., None]] = {}

    def __call__(self, file_name: str, **callbacks: Callable[..., None]) -> Workers:
        self.names.append(file_name)
        self.callbacks = callbacks
        self.open += 1
        return self

    def start(self, base: str, ability_id: str, token: str, form: str, wanted: str = "") -> None:
        self.started.append((ability_id, form, wanted))
        self.tokens.append(token)

    def bring_token(self, token: str) -> None:
        self.tokens.append(token)

    def close(self) -> None:
        self.open -= 1

    def say(self, what: str, *values: object) -> None:
        """Let the worker send a message."""
        self.callbacks[what](*values)


class Opened:
    """An export beside its scene."""

    def __init__(self, scene: Scene, **more: Any) -> None:
        self.scene = scene
        self.surface = MemorySurface()
        self.workers = Workers()
        scene.world.late.adapters.export = self.workers
        self.export = LogExport(quiet_context(scene.monitor, self.surface), "x", **more)

    async def act(self, name: str, **data: str) -> None:
        """Let the user press something, and what follows from it be done."""
        assert self.export.act(Action(name, data, {}))
        await self.scene.world.settle()

    def shown(self, *names: str) -> list[str | None]:
        """Return some of the values that are shown."""
        return [self.surface.values[f"export{name}"] for name in names]

    async def leave(self) -> None:
        """Close everything; no worker is left."""
        self.export.close()
        assert 0 == self.workers.open
        await self.scene.leave()


async def opened(**more: Any) -> Opened:
    """Return an export of ability ``x``, signed in."""
    return Opened(await Scene().begin(), **more)


async def test_a_file_is_named_after_the_ability_and_the_day() -> None:
    """R49: and a second press while it runs begins no second one."""
    page = await opened()
    await page.act("export", form="csv")
    await page.act("export", form="jsonl")
    assert (["x-2026-09-21.csv"], [("x", "csv", "")]) == (page.workers.names, page.workers.started)
    assert ["", "", None, None] == page.shown("-csv@disabled", "-jsonl@disabled", "@hidden", "-cancel@hidden")
    await page.leave()


async def test_what_the_filter_wants_goes_with_it() -> None:
    """R49: the file holds what is searched for when it is begun, and may have a name of its own."""
    wanted: Mapping[str, object] = {"words": "koi"}
    page = await opened(name="calls", wanted=lambda: wanted)
    await page.act("export", form="jsonl")
    assert ["calls-2026-09-21.jsonl"] == page.workers.names
    assert [wanted] == [json.loads(text) for _, _, text in page.workers.started]
    await page.leave()


async def test_progress_waits_and_the_end_are_shown() -> None:
    """R28: how many of how many, how long it waits for the server, and that the file is there."""
    page = await opened()
    await page.act("export", form="csv")
    page.workers.say("progress", 200, 450)
    assert ["200", "450"] == page.shown("-bar@value", "-bar@max")
    page.workers.say("waiting", 200, 8.0)
    assert "8 s" in str(page.shown("-text")[0])
    page.workers.say("done", 450)
    assert ["", None, None] == page.shown("-bar@hidden", "@hidden", "-csv@disabled")
    assert "450" in str(page.shown("-text")[0])
    assert 0 == page.workers.open
    await page.leave()


@pytest.mark.parametrize(("reason", "sentence"), [("HTTP 403", "(HTTP 403)"), ("", "")])
async def test_a_failure_says_why_and_another_can_be_begun(reason: str, sentence: str) -> None:
    """R28: in the reader's language, with the worker's reason where it has one."""
    page = await opened()
    await page.act("export", form="csv")
    page.workers.say("failed", reason)
    text = str(page.shown("-text")[0])
    assert (True, bool(sentence)) == (text.endswith(sentence), "(" in text)
    await page.act("export", form="csv")
    assert 2 == len(page.workers.names)
    await page.leave()


async def test_what_was_read_before_a_failure_is_named() -> None:
    """R28, report 32: how many records the incomplete file has."""
    page = await opened()
    await page.act("export", form="csv")
    page.workers.say("failed", "HTTP 502", 400)
    text = str(page.shown("-text")[0])
    assert ("400" in text, text.endswith("(HTTP 502)")) == (True, True)
    await page.leave()


async def test_a_cancelled_export_leaves_nothing() -> None:
    """R28: neither a worker nor a bar."""
    page = await opened()
    await page.act("export", form="csv")
    await page.act("export-cancel")
    assert (0, [""]) == (page.workers.open, page.shown("@hidden"))
    await page.leave()


async def test_a_refused_token_is_renewed_for_the_worker() -> None:
    """R33: it waits meanwhile; without a session the export has failed."""
    page = await opened()
    await page.act("export", form="csv")
    page.scene.backend.valid = set()
    page.workers.say("token_refused")
    await page.scene.run(1)
    assert 2 == len({*page.workers.tokens})
    assert page.workers.tokens[-1] in page.scene.backend.valid
    page.scene.backend.fail("auth/refresh", Response(503, {}, ""))
    page.workers.say("token_refused")
    await page.scene.run(1)
    assert (0, [None]) == (page.workers.open, page.shown("@hidden"))
    await page.leave()


async def test_other_actions_are_not_the_exports() -> None:
    """The page asks one part after the other whose an action is."""
    page = await opened()
    assert not page.export.act(Action("refresh", {}, {}))
    await page.leave()
