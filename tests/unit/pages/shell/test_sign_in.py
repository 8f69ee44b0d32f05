"""The sign-in form at work: why it is there, and what is said of an attempt that failed."""

from __future__ import annotations

from typing import Any

import pytest

from app.contexts.session import Ending
from app.pages.shell.sign_in import SignInPage
from app.ports import Response
from testkit.page_context import quiet_context
from testkit.plain_formats import plain_texts
from testkit.scene import Scene
from testkit.surface import MemorySurface

T = plain_texts("en")
LOGIN = "/api/auth/login"
PATH = "/__demo__/accounts"
ACCOUNTS = '{"accounts": [{"username": "demo", "password": "demo", "role": "user"}]}'


class Form:
    """The form of a page on which nobody is signed in."""

    def __init__(self, why: Ending | None = None) -> None:
        self.scene = Scene()
        self.scene.monitor.start()
        self.surface = MemorySurface()
        self.page = SignInPage(quiet_context(self.scene.monitor, self.surface), why)

    async def submit(self, username: str = "demo", password: str = "demo") -> None:
        """Fill the form and submit it."""
        self.surface.act("sign-in", {"username": username, "password": password})
        await self.scene.world.settle()

    @property
    def error(self) -> str | None:
        """The sentence of the last failure."""
        return self.surface.values["error"]

    async def close(self) -> None:
        """Close the page."""
        self.page.close()
        self.scene.monitor.session.sign_out()
        await self.scene.world.settle()
        await self.scene.close()


@pytest.mark.parametrize(
    ("why", "key"),
    [
        (Ending.EXPIRED, "sign_in.expired"),
        (Ending.ELSEWHERE, "sign_in.elsewhere"),
        (Ending.ACCOUNT_GONE, "sign_in.gone"),
        (Ending.ACCOUNT_INACTIVE, "sign_in.inactive"),
        (None, None),
    ],
)
async def test_the_form_says_why_the_last_session_ended(why: Ending | None, key: str | None) -> None:
    """R33: and has the keyboard in its first field."""
    form = Form(why)
    assert (T.say(key) if key else "", "username") == (form.surface.values["note"], form.surface.focused)
    await form.close()


async def test_a_name_is_trimmed_and_a_password_is_not() -> None:
    """R33: a space that came with a pasted name is none of it."""
    form = Form()
    await form.submit(" demo ")
    assert "u1" == form.scene.monitor.session.user_id
    await form.close()
    form = Form()
    await form.submit(password=" demo")
    assert (None, T.say("sign_in.wrong")) == (form.scene.monitor.session.user_id, form.error)
    await form.close()


@pytest.mark.parametrize(
    ("answer", "key"),
    [
        (Response(401, {}, '{"detail": "INVALID_CREDENTIALS"}'), "sign_in.wrong"),
        (Response(422, {}, '{"detail": [{"loc": ["body", "username"], "msg": "too short"}]}'), "sign_in.wrong"),
        (Response(403, {}, '{"detail": "USER_DISABLED"}'), "sign_in.inactive"),
        (Response(429, {}, "slow down"), "sign_in.too_many"),
        (Response(401, {}, '{"detail": {"code": "USER_DISABLED"}}'), "sign_in.inactive"),
        (Response(401, {}, "<html>Proxy</html>"), "sign_in.unavailable"),
        (Response(403, {}, "<html>Forbidden</html>"), "sign_in.unavailable"),
        (Response(404, {}, "default backend - 404"), "sign_in.unavailable"),
        (Response(200, {}, "<html></html>"), "sign_in.unavailable"),
        (Response(503, {}, '{"detail": "DATABASE_DOWN"}'), "sign_in.unavailable"),
        (Response(409, {}, '{"detail": "SOME_CONFLICT"}'), "sign_in.unavailable"),
        (None, "sign_in.unreachable"),
    ],
)
async def test_a_failure_says_whose_it_is(answer: Response | None, key: str) -> None:
    """R33, report 34: the password is wrong only where the API says so; the note goes, its field has the keyboard."""
    form = Form(Ending.EXPIRED)
    form.scene.backend.fail(LOGIN, answer)
    await form.submit()
    await form.scene.run(60)
    assert (T.say(key), "", "password") == (form.error, form.surface.values["note"], form.surface.focused)
    at_fault = "true" if key == "sign_in.wrong" else None
    assert {at_fault} == {form.surface.values[f"{name}@aria-invalid"] for name in ("username", "password")}
    await form.close()


async def test_one_attempt_at_a_time() -> None:
    """R33: another press of the button meanwhile does nothing; after a failure it tries again."""
    form = Form()
    form.scene.world.http.latency_s = 2.0
    form.scene.backend.fail(LOGIN, Response(503, {}, ""), 1)
    await form.submit()
    assert ("", "true") == (form.surface.values["submit@disabled"], form.surface.values["form@aria-busy"])
    await form.submit()
    await form.scene.run(3)
    assert (1, None) == (len(form.scene.times(LOGIN)), form.surface.values["submit@disabled"])
    await form.submit()
    await form.scene.run(3)
    assert (2, "u1") == (len(form.scene.times(LOGIN)), form.scene.monitor.session.user_id)
    await form.close()


async def test_a_form_that_is_left_signs_nobody_in() -> None:
    """R33: an attempt that is under way is given up with its page."""
    form = Form()
    form.scene.world.http.latency_s = 2.0
    await form.submit()
    form.page.close()
    await form.scene.run(5)
    assert None is form.scene.monitor.session.user_id
    await form.close()


async def begun(*answers: str, **settings: Any) -> tuple[Scene, SignInPage, MemorySurface]:
    """Return the form on a page with these settings, with nobody signed in, and a host that answers so."""
    scene = Scene(**settings)
    scene.monitor.start()
    scene.backend.next_answers = [Response(200, {}, text) for text in answers]
    surface = MemorySurface()
    page = SignInPage(quiet_context(scene.monitor, surface), None)
    await scene.run(1)
    return scene, page, surface


def asked(scene: Scene) -> int:
    """Return how often the host was asked for accounts."""
    return sum(path == PATH for _, _, path in scene.world.http.requests)


async def test_a_demo_account_signs_in_with_one_click() -> None:
    """R33: the host names it."""
    scene, page, surface = await begun(ACCOUNTS, demo_accounts=PATH)
    assert "demo" in surface.region("demo").markup
    surface.act("sign-in-as", number="0")
    await scene.run(1)
    assert scene.monitor.session.user_id is not None
    page.close()
    await scene.leave()


async def test_a_page_whose_settings_name_no_accounts_asks_for_none() -> None:
    """R33: as a built site; nor does one whose API is elsewhere."""
    elsewhere = {"demo_accounts": PATH, "api_base": "https://api.example"}
    for settings in ({}, elsewhere):
        scene, page, surface = await begun(**settings)
        assert (0, "") == (asked(scene), surface.region("demo").markup)
        page.close()
        await scene.leave()


async def test_a_host_without_accounts_offers_none() -> None:
    """R33: the form is as it was."""
    scene, page, surface = await begun("<!doctype html>", demo_accounts=PATH)
    assert asked(scene) == 1
    assert surface.region("demo").markup == ""
    page.close()
    await scene.leave()
