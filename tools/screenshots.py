"""Take the pictures of docs/screenshots/, the tasks page and an ability's page with its log drawer, and the manifest's.

Each at 1280 and 390 pixels wide, light and dark, from a host with a database of its own that has the same story every
time. It refuses to take a picture of a page that did not become ready.
"""

from __future__ import annotations

import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import httpx
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tools import chromium

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "screenshots"
WIDTHS = {1280: 800, 390: 844}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
BOOT_MS = 60_000
# The manifest's screenshots are two of these; its icons are the logo, drawn on a page of their size.
MANIFEST_PICTURES = {"tasks-1280-light.png": "wide.png", "tasks-390-light.png": "narrow.png"}
ICONS = {"icon-192.png": (192, 1.0), "icon-512.png": (512, 1.0), "icon-maskable-512.png": (512, 0.72)}
PICTURES_ARE_THERE = """() => [...document.querySelectorAll("img:not([hidden])")]
  .filter((image) => image.getBoundingClientRect().top < innerHeight)
  .filter((image) => {
    const rows = image.closest(".rows");
    return !rows || image.getBoundingClientRect().top < rows.getBoundingClientRect().bottom;
  })
  .every((image) => image.complete)"""
LOGO_BLUE = "#3156d3"


class ScreenshotError(Exception):
    """A picture cannot be taken; the message says why."""


@contextmanager
def running_host() -> Iterator[str]:
    """A host on a free port with a fresh database; gives its address without a slash at its end."""
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-u", "-m", "devserver", "--port", "0", "--data", data, "--seed", "7", "--idle"]
        host = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        said: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        reader = threading.Thread(target=_pass_on, args=(host, said), daemon=True)
        reader.start()
        try:
            yield _address(said)
        finally:
            host.terminate()
            host.wait(15)
            reader.join()


def _pass_on(host: subprocess.Popen[str], said: queue.SimpleQueue[str | None]) -> None:
    assert host.stdout
    with host.stdout as lines:
        for line in lines:
            said.put(line)
    said.put(None)


def _address(said: queue.SimpleQueue[str | None]) -> str:
    while (line := said.get(timeout=60)) is not None:
        if match := re.match(r"ready (http://\S+?)/?$", line):
            return match[1]
    raise ScreenshotError("the host ended before it was ready; what it said is above")


def sign_in(page: Page, address: str, user: str) -> None:
    """Sign in with the demo password, which is the user's name, and wait for the page to be ready."""
    page.goto(address)
    root = page.locator("html")
    expect(root).to_have_attribute("data-podi-state", "signed-out", timeout=BOOT_MS)
    page.locator("input[name=username]").fill(user)
    page.locator("input[name=password]").fill(user)
    page.locator("button[type=submit]").click()
    expect(root).to_have_attribute("data-podi-state", "ready")


def open_tasks(page: Page, address: str) -> None:
    """Show the tasks page of the demo user with rows in both lists, and their pictures."""
    sign_in(page, address, "demo")
    page.goto(f"{address}/#/tasks")
    expect(page.locator(".rows:has([data-task-id])")).to_have_count(2)
    page.wait_for_load_state("networkidle")
    page.wait_for_function(PICTURES_ARE_THERE, timeout=BOOT_MS)


def newest_log(address: str) -> tuple[str, str]:
    """The ability and the id of the newest log record, asked of the host as the admin."""
    with httpx.Client(base_url=address) as api:
        login = api.post("/api/auth/login", json={"username": "admin", "password": "admin"}).raise_for_status().json()
        headers = {"Authorization": f"Bearer {login['accessToken']}"}
        logs = api.get("/api/admin/abilities/logs", params={"limit": 1}, headers=headers).raise_for_status().json()
    if not logs["items"]:
        raise ScreenshotError("the host has no log record to show")
    record = logs["items"][0]
    return str(record["ability_id"]), str(record["id"])


def open_log_drawer(page: Page, address: str) -> None:
    """Show the page of the ability that was called last, with its log drawer open, as the admin."""
    ability, log = newest_log(address)
    sign_in(page, address, "admin")
    page.goto(f"{address}/#/admin/abilities/{ability}?log={log}")
    expect(page.locator(f"[data-podi=log-drawer] [data-log-id='{log}']")).to_be_visible()


PAGES = {"tasks": open_tasks, "ability": open_log_drawer}


def take_all(browser: Browser, address: str) -> Iterator[Path]:
    """Take every picture; gives the path of each once it is written."""
    for name, open_page in PAGES.items():
        for width, height in WIDTHS.items():
            size: ViewportSize = {"width": width, "height": height}
            # The page's policy refuses the question whether its pictures are there.
            context = browser.new_context(viewport=size, reduced_motion="reduce", bypass_csp=True)
            page = context.new_page()
            open_page(page, address)
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                path = PICTURES / f"{name}-{width}-{scheme}.png"
                page.screenshot(path=path, animations="disabled")
                yield path
            context.close()


def draw_icons(browser: Browser) -> Iterator[Path]:
    """Draw the manifest's icons; one that a device cuts to its own shape has the logo within, on its ground."""
    logo = (ROOT / "static" / "icons" / "logo.svg").read_text("utf-8")
    for name, (size, share) in ICONS.items():
        page = browser.new_page(viewport={"width": size, "height": size})
        ground = "transparent" if share == 1.0 else LOGO_BLUE
        style = f"margin:0;display:grid;place-items:center;block-size:100vh;background:{ground}"
        page.set_content(f'<body style="{style}">{logo.replace("<svg ", f"<svg width={round(size * share)} ", 1)}')
        path = ROOT / "static" / "icons" / name
        page.screenshot(path=path, omit_background=True)
        page.close()
        yield path


def main() -> int:
    """Take the pictures; returns the exit status."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    found = chromium.find()
    if found is None:
        print("podi: no Chromium found: run `make setup`", file=sys.stderr)
        return 1
    try:
        with running_host() as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=found[0], args=chromium.flags())
            for path in (*draw_icons(browser), *take_all(browser, address)):
                print(f"podi: {path.relative_to(ROOT)}")
            for source, target in MANIFEST_PICTURES.items():
                shutil.copyfile(PICTURES / source, ROOT / "static" / "screenshots" / target)
            browser.close()
    except (ScreenshotError, AssertionError, httpx.HTTPError) as error:
        print(f"podi: no picture: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
