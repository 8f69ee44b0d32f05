"""The page wherever it is served from, under its policy, and when something it needs is missing or wrong."""

from __future__ import annotations

import http.client
import re
import select
import shutil
import socket
from pathlib import Path
from typing import ClassVar

import pytest
from playwright.sync_api import Page, Route, expect

from testkit.api_user import ApiUser
from testkit.browser import BOOT_MS, NewPage, SignIn
from testkit.host import ROOT, Host, StartHost
from testkit.site import FileHandler, ServeFolder

CHUNK = 65536
STATE = "data-podi-state"


def see_work(page: Page, user: ApiUser) -> None:
    """See a job submitted elsewhere appear and end on a signed-in page, by push."""
    root = page.locator("html")
    expect(root).to_have_attribute("data-podi-transport", "push")
    job = user.submit_task(seconds=1)
    row = page.locator(f".row[data-task-id='{job}']")
    expect(row).to_have_attribute("data-status", "succeeded")
    expect(row.locator("img")).to_have_js_property("complete", True)


@pytest.mark.pushes_all
def test_the_main_journey_under_the_policy(new_page: NewPage, sign_in: SignIn, main_host: Host) -> None:
    """R1, R27, R28: from sign-in over an ability's call to its log, nothing violates the strict policy.

    On locators alone: `new_page` keeps the policy, and fails on any violation and any request to another host. What
    Python could not wait for would be asked for by XMLHttpRequest: nothing that pages need is among what comes later.
    """
    page = new_page(main_host.url, goto=False)
    asked: list[tuple[str, str]] = []
    page.on("request", lambda request: asked.append((request.resource_type, request.url)))
    page.goto(main_host.url)
    sign_in(page, "admin")
    with ApiUser(main_host.url, "admin") as admin:
        see_work(page, admin)
    page.get_by_role("link", name="Abilities").click()
    page.locator("a[href$='baidu_contrast_enhance']").click()
    page.locator("[name=imageUrl]").fill("https://img.example/source.png")
    page.locator("[data-podi=invoke-task]").click()
    expect(page.get_by_text("Submitted.")).to_be_visible()
    page.locator("button[data-slot=open-logs]").click()
    drawer = page.locator("[data-podi=log-drawer]")
    expect(drawer.locator("[data-highlight]")).to_be_visible(timeout=15_000)
    with page.expect_download(timeout=BOOT_MS) as download:
        drawer.locator("button[data-form=jsonl]").click()
    assert download.value.path().stat().st_size > 0
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    page.get_by_role("link", name="Tasks", exact=True).click()
    page.locator(".row[data-kind=ability-task] a").first.click()
    expect(page.locator("[data-slot=page][data-status]")).to_be_visible()
    page.locator("[data-podi=sign-out]").click()
    expect(page.locator("html")).to_have_attribute(STATE, "signed-out")
    assert [url for kind, url in asked if kind == "xhr" and ".cold." in url] == []


# One of the page's policies that nothing here needs makes the addresses: the folder is what refuses them.
REFUSED = """(async () => {
  const refused = [];
  const policy = trustedTypes.createPolicy("podi-offline", { createScriptURL: (address) => address });
  document.addEventListener("securitypolicyviolation", ({ blockedURI }) => refused.push(new URL(blockedURI).pathname));
  for (const src of ["/api/abilities", "/app/run.py", "/static/vendor/pyscript/core.js"]) {
    const attributes = { src: policy.createScriptURL(src), type: "module" };
    const script = Object.assign(document.createElement("script"), attributes);
    const ended = new Promise((next) => (script.onload = script.onerror = next));
    document.head.append(script);
    await ended;
  }
  return refused.join();
})()"""


def test_only_the_sites_own_scripts_are_scripts(new_page: NewPage, main_host: Host) -> None:
    """R56: what the API answers, and the page's other files, are no scripts, whatever they hold."""
    page = new_page(main_host.url, ignoring=("policy violated: .*/(api/abilities|app/run.py)",))
    answer = page.context.new_cdp_session(page).send(
        "Runtime.evaluate", {"expression": REFUSED, "awaitPromise": True, "allowUnsafeEvalBlockedByCSP": True}
    )
    assert answer["result"]["value"] == "/api/abilities,/app/run.py"


def test_a_string_is_no_markup_and_no_script(new_page: NewPage, sign_in: SignIn, main_host: Host) -> None:
    """R56: where the browser knows Trusted Types, only the page's own policies make markup, and none is made twice."""
    page = new_page(main_host.url, ignoring=("policy violated: .*Trusted",))
    sign_in(page)
    browser = page.context.new_cdp_session(page)
    for attempt in (
        "document.body.innerHTML = '<b>'",
        "document.body.insertAdjacentHTML('beforeend', '<b>')",
        "new Worker('/static/socket_worker.js')",
        "trustedTypes.createPolicy('another', {})",
        "trustedTypes.createPolicy('podi', {createHTML: (text) => text})",
    ):
        answer = browser.send("Runtime.evaluate", {"expression": attempt})
        assert answer.get("exceptionDetails", {}).get("exception", {}).get("className") == "TypeError", attempt


def test_in_front_of_a_second_host(
    new_page: NewPage, sign_in: SignIn, main_host: Host, start_host: StartHost, tmp_path: Path
) -> None:
    """R1: the same page works through a host in front of a second copy of it, its socket and its pictures included."""
    front = start_host("--backend", main_host.url, data=tmp_path, repeatable=False)
    page = new_page(front.url)
    sign_in(page)
    with ApiUser(main_host.url) as user:
        see_work(page, user)


class ApiRelay(FileHandler):
    """A plain file server with `/api` on the same origin, as a web server in front of a backend would have it."""

    protocol_version = "HTTP/1.1"
    port: ClassVar[int]

    def do_GET(self) -> None:  # noqa: N802 - the base class's name
        """Answer a file, or whatever the backend answers."""
        if not self.path.startswith("/api/"):
            super().do_GET()
        elif self.headers.get("Upgrade", "").lower() == "websocket":
            self._tunnel()
        else:
            self._pass_on()

    def do_POST(self) -> None:  # noqa: N802 - the base class's name
        """Answer whatever the backend answers."""
        self._pass_on()

    def _pass_on(self) -> None:
        backend = http.client.HTTPConnection("127.0.0.1", self.port)
        try:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            backend.request(self.command, self.path, body, dict(self.headers))
            answer = backend.getresponse()
            content = answer.read()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        finally:
            backend.close()

    def _tunnel(self) -> None:
        self.close_connection = True
        with socket.create_connection(("127.0.0.1", self.port)) as far:
            far.sendall(f"{self.requestline}\r\n{self.headers}".encode("latin-1"))
            near = self.connection
            while True:
                for source in select.select([near, far], [], [])[0]:
                    data = source.recv(CHUNK)
                    if not data:
                        return
                    (far if source is near else near).sendall(data)


@pytest.mark.pushes_all
def test_as_plain_files(new_page: NewPage, sign_in: SignIn, main_host: Host, serve_folder: ServeFolder) -> None:
    """R1: any file server over the checkout serves the whole page, with `/api` answered on the same origin."""
    relay = type("Relay", (ApiRelay,), {"port": main_host.port})
    page = new_page(serve_folder(ROOT, relay))
    sign_in(page)
    with ApiUser(main_host.url) as user:
        see_work(page, user)
    page.goto("about:blank")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the page needs, in which something can be broken."""
    site = tmp_path / "site"
    site.mkdir()
    for name in ("app", "static"):
        (site / name).symlink_to(ROOT / name)
    for name in ("index.html", "pyscript.toml"):
        shutil.copy(ROOT / name, site / name)
    return site


def expect_failure(page: Page, reason: str) -> None:
    """See the shell say that the boot failed, why, and what to do, with no traceback."""
    expect(page.locator("html")).to_have_attribute(STATE, "failed", timeout=BOOT_MS)
    message = page.get_by_role("alert").filter(has_text="The monitor did not start")
    expect(message).to_be_visible()
    expect(message.locator("#boot-reason")).to_contain_text(reason)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    expect(page.get_by_text("Traceback")).to_have_count(0)
    expect(page.locator("#boot")).to_be_hidden()


def test_a_setting_of_the_wrong_type(new_page: NewPage, serve_folder: ServeFolder, checkout: Path) -> None:
    """R7: a setting of the wrong type and an unknown one are named in the shell's message, with what is wanted."""
    config = checkout / "pyscript.toml"
    text = config.read_text("utf-8")
    config.write_text(text.replace("disable_ws = false", 'disable_ws = "perhaps"\ncolour = "red"'), "utf-8")
    page = new_page(serve_folder(checkout))
    expect_failure(page, "[podi] disable_ws: Input should be a valid boolean")
    expect(page.locator("#boot-reason")).to_contain_text("[podi] colour")


def test_a_missing_wheel(new_page: NewPage, serve_folder: ServeFolder, checkout: Path) -> None:
    """A wheel that is not there ends in a message that names it, and the retry button boots the page anew."""
    folder = serve_folder(checkout)
    page = new_page(folder, goto=False, ignoring=("uncaught error",))
    # Without the snapshot the page boots the long way, which needs the wheels.
    gone = re.compile(r"/vendor/snapshot/|/pydantic-[^/]*\.whl$")

    def missing(route: Route) -> None:
        route.fulfill(status=404, body="gone")

    page.route(gone, missing)
    page.goto(folder)
    expect_failure(page, "pydantic")
    page.unroute(gone)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("html")).to_have_attribute(STATE, "signed-out", timeout=BOOT_MS)
