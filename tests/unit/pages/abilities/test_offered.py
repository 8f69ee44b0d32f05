"""One ability as every user meets it: filled from an earlier job, pictures as files, what it costs."""

from __future__ import annotations

from typing import Any

import pytest

from app.late_ports import PickedPicture
from app.pages.abilities.list import AbilityListPage
from app.pages.abilities.offered import OfferedPage
from app.pages.route import OfferedListRoute, OfferedRoute
from app.ports import Response
from testkit.page_context import AddressLog, NoticeLog, quiet_context
from testkit.scene import Scene
from testkit.surface import MemorySurface
from testkit.world import MemoryPictureFiles

SUBMIT = "POST /api/ability-tasks"
FIELDS = [
    {"name": "photo", "label": "Photo", "type": "image", "required": True},
    {"name": "prompt", "label": "Prompt", "type": "textarea"},
    {"name": "mask", "label": "Mask", "type": "image"},
]
ABILITY = {"id": "x", "displayName": "X", "description": "Cuts out", "inputSchema": {"fields": FIELDS}}
KOI = PickedPicture("koi.png", 1234, "image/png", "S09J", "blob:koi")


class Opened:
    """The page of an ability, for an end user."""

    def __init__(self, scene: Scene, again: str | None = None) -> None:
        self.scene = scene
        self.surface = MemorySurface()
        self.notices = NoticeLog()
        self.address = AddressLog()
        context = quiet_context(scene.monitor, self.surface, self.notices, address=self.address)
        self.page = OfferedPage(context, OfferedRoute("x", again))

    @property
    def files(self) -> MemoryPictureFiles:
        """The way to pictures on the reader's device."""
        files = self.scene.world.ports.late.adapters.picture_files()
        assert isinstance(files, MemoryPictureFiles)
        return files

    @property
    def sent(self) -> dict[str, Any]:
        """What the last task was asked for."""
        payload: dict[str, Any] = list(self.scene.backend.ability_tasks.values())[-1]["request_payload"]
        return payload

    async def leave(self) -> None:
        """Close the page and the scene."""
        self.page.close()
        assert [] == self.files.listeners
        await self.scene.leave()


async def opened(again: dict[str, Any] | None = None) -> Opened:
    """Return the page of an ability; ``again`` is the request of an earlier job that fills it."""
    scene = await Scene(disable_ws=True, role="user").begin()
    scene.backend.abilities[:] = [ABILITY]
    job = None
    if again is not None:
        job = scene.backend.submit_ability_task("x", again)["id"]
        scene.backend.move_ability_task(job, "succeeded")
        scene.monitor.refresh()
        await scene.run(2)
    page = Opened(scene, job)
    await scene.run(1)
    return page


async def test_a_user_sees_what_it_takes() -> None:
    """R41: name, description and what it needs; no log is asked for, and nothing of an admin's."""
    page = await opened()
    assert ("Cuts out" in page.surface.markup, "Needed: Photo. Optional: Prompt, Mask.") == (
        True,
        page.surface.values["ability-needs"],
    )
    assert ("", "") == (page.surface.values["price"], page.surface.values["refill@hidden"])
    assert [] == [path for path in page.scene.paths() if "/admin/" in path]
    await page.leave()


async def test_the_price_is_that_of_the_last_job_that_was_paid() -> None:
    """R41: from the ledger, marked as such; a server without one says nothing."""
    page = await opened({"imageUrl": "/in.png"})
    job = next(iter(page.scene.backend.ability_tasks))
    page.page.close()
    page.scene.backend.ledger = [{"id": "1", "changeType": "DECREASE", "points": -35, "taskId": job}]
    other = Opened(page.scene)
    await page.scene.run(1)
    assert "Price: 35 points when last paid" == other.surface.values["price"]
    other.page.close()
    page.scene.backend.fail("GET /api/wallet/v1/transactions", Response(404, {}, '{"detail": "Not Found"}'))
    third = Opened(page.scene)
    await page.scene.run(60)
    assert ("", 1) == (
        third.surface.values["price"],
        page.scene.paths(page.scene.clock.monotonic() - 60).count("GET /api/wallet/v1/transactions"),
    )
    await third.leave()


async def test_what_is_filled_in_is_noted_field_by_field() -> None:
    """R29: a field that is put back says nothing of the others, and those of the call itself count too."""
    page = await opened()
    noted = [page.page.unsaved]
    for fields in (
        {"prompt": "koi"},
        {"photo": "x"},
        {"photo": ""},
        {"prompt": ""},
        {"callbackUrl": "https://a.example"},
    ):
        page.surface.act("edit", fields)
        noted.append(page.page.unsaved)
    assert [False, True, True, True, False, True] == noted
    assert 'id="own-callbackUrl"' in page.surface.markup
    own = page.surface.markup.split('id="own-callbackUrl"')[1].split(">")[0]
    assert 'data-action="edit"' in own
    await page.leave()


async def test_an_earlier_job_fills_the_form_and_changes_are_marked() -> None:
    """R41: the submitted job is another one, and the page leads to it."""
    page = await opened({"imageUrl": "/in.png", "inputs": {"photo": "/in.png", "prompt": "koi"}})
    assert ('value="/in.png"' in page.surface.markup, ">koi</textarea>" in page.surface.markup) == (True, True)
    page.surface.act("edit", {"prompt": "carp"})
    assert ("field-1@data-changed", "") in page.surface.values.items()
    page.surface.act("edit", {"prompt": "koi"})
    assert page.surface.values["field-1@data-changed"] is None
    page.surface.act("invoke-task", {"photo": "/in.png", "prompt": "carp"})
    page.surface.act("invoke-task", {"photo": "/in.png", "prompt": "carp"})
    await page.scene.run(2)
    assert (1, {"photo": "/in.png", "prompt": "carp"}) == (page.scene.paths().count(SUBMIT), page.sent["inputs"])
    assert [f"/tasks/{list(page.scene.backend.ability_tasks)[-1]}"] == page.address.visited
    await page.leave()


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"imageBase64": "[omitted]"}, "choose the picture again"),
        ({"imageUrl": "/in.png", "inputs": {"seed": 1}}, "left out: seed"),
    ],
)
async def test_what_could_not_be_filled_is_said(request_: dict[str, Any], words: str) -> None:
    """R41: a picture that was sent as data, and an input that is no longer asked for."""
    page = await opened(request_)
    assert words in str(page.surface.values["refill"])
    await page.leave()


async def test_a_job_that_is_gone_leaves_the_form_empty() -> None:
    """R41: and the page says so."""
    page = await opened()
    page.page.close()
    other = Opened(page.scene, "gone")
    await page.scene.run(1)
    assert "no longer there" in str(other.surface.values["refill"])
    await other.leave()


async def test_a_picture_travels_as_base64() -> None:
    """R41: the first is the call's own, another is an input; no address is needed then."""
    page = await opened()
    page.files.pick("photo", KOI)
    assert ("koi.png · 1 KB", None, "blob:koi") == (
        page.surface.values["picture-0-name"],
        page.surface.values["input-0@required"],
        page.surface.values["picture-0-preview@src"],
    )
    page.files.pick("mask", KOI)
    page.surface.act("invoke-task", {"prompt": "koi"})
    await page.scene.run(2)
    assert ("S09J", {"prompt": "koi", "mask": "data:image/png;base64,S09J"}) == (
        page.sent["imageBase64"],
        page.sent["inputs"],
    )
    page.surface.act("clear-picture", picture="photo")
    page.surface.act("invoke-task", {})
    assert ("", "Photo is needed.") == (page.surface.values["picture-0@hidden"], page.surface.values["error"])
    await page.leave()


@pytest.mark.parametrize(
    ("reason", "words"), [("large", "20 MB"), ("no-picture", "is not a picture"), ("several", "One picture")]
)
async def test_a_file_that_cannot_be_taken_says_why(reason: str, words: str) -> None:
    """R41: and the picture that was there before stays."""
    page = await opened()
    page.files.pick("photo", KOI)
    page.files.refuse("photo", "notes.txt", reason)
    assert (True, None) == (
        words in str(page.surface.values["picture-0-error"]),
        page.surface.values["picture-0@hidden"],
    )
    page.files.pick("photo", KOI)
    assert "" == page.surface.values["picture-0-error@hidden"]
    page.files.refuse("nobody", "x", reason)
    await page.leave()


async def test_the_list_of_a_user_leads_to_a_user_s_pages() -> None:
    """R41: without logs."""
    scene = await Scene(disable_ws=True, role="user").begin()
    surface = MemorySurface()
    page = AbilityListPage(quiet_context(scene.monitor, surface), OfferedListRoute())
    await scene.run(1)
    assert "#/abilities/x" == surface.lists["abilities"].shown["x"]["name@href"]
    page.close()
    await scene.leave()


async def test_an_ability_that_is_not_offered_says_so() -> None:
    """R41: its list is read again when the reader asks for it."""
    page = await opened()
    page.page.close()
    page.scene.backend.abilities.clear()
    other = Opened(page.scene)
    await page.scene.run(1)
    assert 'data-state="empty"' in other.surface.markup
    page.scene.backend.abilities.append(ABILITY)
    other.surface.act("refresh")
    await page.scene.run(1)
    assert "Cuts out" in other.surface.markup
    await other.leave()
