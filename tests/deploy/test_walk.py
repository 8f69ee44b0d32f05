"""R55: an operator's day behind each server, in a real browser that trusts the certificate."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from testkit.api_user import SERVICE_ABILITY, ApiUser
from testkit.browser import BOOT_MS, NewPage, SignIn
from testkit.front import Front
from testkit.host import Host
from tests.deploy.conftest import Built, StartFront
from tools import site as sites

PUSH_MS = 15_000
OFFERED = "typeof podi.takeVersion === 'function'"
KEPT = "podi.site?.kept === true"
UPDATE = "navigator.serviceWorker.getRegistration().then((one) => one.update()).then(() => true)"
PROTOCOL = "performance.getEntriesByType('navigation')[0].nextHopProtocol"


@pytest.fixture
def front(start_front: StartFront, built: Built, backend: Host) -> Front:
    """A server in front of the bundled backend, with the built site."""
    return start_front(built.out, backend.port)


def said(page: Page, expression: str) -> object:
    """The value of an expression in the page, under its policy; a promise is awaited."""
    answer = page.context.new_cdp_session(page).send(
        "Runtime.evaluate",
        {"expression": expression, "awaitPromise": True, "returnByValue": True, "allowUnsafeEvalBlockedByCSP": True},
    )
    assert "exceptionDetails" not in answer, answer
    return answer["result"].get("value")


def until(page: Page, condition: str) -> None:
    """Wait in the page until a condition holds."""
    said(page, f"(async () => {{ while (!({condition})) await new Promise((next) => setTimeout(next, 50)); }})()")


def signed_in(new_page: NewPage, sign_in: SignIn, url: str) -> Page:
    """A page with its socket open."""
    page = new_page(url)
    sign_in(page, "admin")
    expect(page.locator("html")).to_have_attribute("data-podi-transport", "push", timeout=PUSH_MS)
    return page


def test_sign_in_push_and_export(front: Front, new_page: NewPage, sign_in: SignIn, backend: Host) -> None:
    """Over HTTP/2 and the socket, under the policy: a job is pushed to its end, its log exported, no token logged."""
    page = signed_in(new_page, sign_in, front.url)
    assert said(page, PROTOCOL) == "h2"
    with ApiUser(backend.url, "admin") as admin:
        job = admin.submit_ability_task(seconds=1)
    row = page.locator(f".row[data-task-id='{job}']")
    expect(row).to_have_attribute("data-status", "succeeded", timeout=PUSH_MS)
    expect(page.locator("html")).to_have_attribute("data-podi-transport", "push")
    page.goto(f"{front.url}/#/admin/abilities/{SERVICE_ABILITY}")
    page.locator("button[data-slot=open-logs]").click()
    drawer = page.locator("[data-podi=log-drawer]")
    with page.expect_download(timeout=BOOT_MS) as download:
        drawer.locator("button[data-form=jsonl]").click()
    assert download.value.path().read_text("utf-8").count("\n") >= 1
    page.goto("about:blank")
    log = front.logged("/api/notify/v1/stream")
    assert "podi.bearer" not in log
    assert "eyJ" not in log


def test_a_new_version_beside_the_old_one(
    front: Front, built: Built, new_page: NewPage, sign_in: SignIn, backend: Host
) -> None:
    """The new one is offered and taken; the old one's files are still there, for pages that are still open."""
    page = signed_in(new_page, sign_in, front.url)
    until(page, KEPT)
    other = page.context.new_page()
    other.goto(front.url)
    expect(other.locator("html")).to_have_attribute("data-podi-state", "ready", timeout=BOOT_MS)
    old = built.versions[0]
    new = built.build("The next version.")
    page.goto(front.url)
    expect(page.locator("html")).to_have_attribute("data-podi-state", "ready", timeout=BOOT_MS)
    until(page, KEPT)
    assert said(page, UPDATE) is True
    until(page, OFFERED)
    assert said(page, "podi.site.version") == old
    page.get_by_role("button", name="Reload").click()
    expect(page.locator("meta[name=description][content='The next version.']")).to_be_attached(timeout=BOOT_MS)
    expect(page.locator("html")).to_have_attribute("data-podi-state", "ready", timeout=BOOT_MS)
    assert said(page, "podi.site.version") == new
    for version in (old, new):
        path = f"{sites.VERSIONS}/{version}/static/export_worker.mjs"
        assert said(other, f"fetch('/{path}', {{cache: 'reload'}}).then((answer) => answer.status)") == 200
    assert urlsplit(str(said(other, "podi.files"))).path == f"/{sites.VERSIONS}/{old}/"


def test_it_opens_offline(front: Front, new_page: NewPage, sign_in: SignIn) -> None:
    """Once a version is on the device, the page opens without the server, with what it knew, and says how it stands."""
    page = signed_in(new_page, sign_in, front.url)
    until(page, KEPT)
    page.goto("about:blank")
    front.close()
    page.goto(front.url)
    root = page.locator("html")
    expect(root).to_have_attribute("data-podi-state", "ready", timeout=BOOT_MS)
    expect(root).not_to_have_attribute("data-podi-transport", "push")
