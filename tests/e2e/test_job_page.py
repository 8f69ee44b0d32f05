"""One job's page as a workbench: run again, copied, looked at closely, compared; and calls by people without a log."""

from __future__ import annotations

import json
import re
import shlex
import struct
import zipfile
import zlib
from base64 import b64decode
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import FilePayload, Page, Request, Route, expect

from testkit.api_user import ApiUser
from testkit.browser import NewPage, SignIn
from testkit.host import Host
from testkit.stage import Stage
from tests.e2e.conftest import Users

ROOT = Path(__file__).resolve().parents[2]
SUBMIT_TASK = "/api/tasks/v1/submit"
SUBMIT_ABILITY_TASK = "/api/ability-tasks"
ABILITY = "comfyui_yinhua_tiqu"


def png(width: int = 8, height: int = 8) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + b"\x40\x80\xc0" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def posted(requests: list[Request], path: str) -> list[Request]:
    """The POSTs among some requests that went to a path."""
    return [request for request in requests if request.method == "POST" and request.url.endswith(path)]


def open_ended(stage: Stage, job: str) -> None:
    """Go to a job's page and wait until it has ended."""
    stage.go(f"/tasks/{job}")
    expect(stage.page.locator(".job")).to_have_attribute("data-status", "succeeded")


def test_a_task_is_run_again_once(stage: Stage, users: Users) -> None:
    """R41: a double click submits one task, under a new id, with what the first was asked; its page opens."""
    user = users()
    first = user.submit_task(seconds=0.2)
    stage.sign_in()
    open_ended(stage, first)
    again = stage.page.locator("button[data-podi=run-again]")
    expect(again).to_have_text("Run again for 20 points")
    known = len(stage.requests)
    again.dblclick()
    expect(stage.page).not_to_have_url(re.compile(first))
    expect(stage.page.locator(".job")).to_have_attribute("data-status", re.compile("running|queued|succeeded"))
    sent = posted(stage.requests[known:], SUBMIT_TASK)
    assert 1 == len(sent)
    order: dict[str, Any] = sent[0].post_data_json or {}
    listed = {item["taskId"]: item for item in user.get("/api/tasks/v1", userId="", size=5)["items"]}
    assert order["taskId"] != first
    assert listed[order["taskId"]]["workflowParams"] == listed[first]["workflowParams"]
    assert stage.page.url.endswith(f"#/tasks/{order['taskId']}")


def test_an_ability_task_is_run_again_with_a_change(stage: Stage, users: Users) -> None:
    """R41: an end user's form is filled from the request, marks the change, says the last price and makes one job."""
    user = users()
    first = user.submit_ability_task(
        seconds=0.2, ability=ABILITY, inputs={"imageUrl": "https://img.example/a.png", "prompt": "koi"}
    )
    stage.sign_in()
    open_ended(stage, first)
    page = stage.page
    page.locator("a[data-podi=run-again]").click()
    prompt = page.locator("textarea[name=prompt]")
    expect(prompt).to_have_value("koi")
    expect(page.locator("[data-slot=price]")).to_have_text(re.compile(r"^Price: \d+ points when last paid$"))
    expect(page.locator(".field[data-changed]")).to_have_count(0)
    prompt.fill("carp")
    expect(page.locator(".field[data-changed] textarea[name=prompt]")).to_have_count(1)
    known = len(stage.requests)
    page.locator("[data-podi=invoke-task]").dblclick()
    expect(page).to_have_url(re.compile(r"#/tasks/[0-9a-f]{32}$"))
    assert 1 == len(posted(stage.requests[known:], SUBMIT_ABILITY_TASK))
    made = user.get(f"/api/ability-tasks/{page.url.rpartition('/')[2]}")
    assert ("carp", ABILITY) == (made["request_payload"]["inputs"]["prompt"], made["ability_id"])


def test_a_picture_is_chosen_dropped_or_pasted(stage: Stage, users: Users) -> None:
    """R41: an end user sends a file; what is no picture is refused with a sentence, and nothing of it is sent."""
    stage.sign_in()
    stage.go("/abilities")
    page = stage.page
    page.locator(f"[data-ability-id={ABILITY}] a").click()
    expect(page.locator("[data-podi=invoke-task]")).to_be_visible()
    chooser = page.locator("input[type=file]").first
    chooser.set_input_files(FilePayload(name="notes.png", mimeType="image/png", buffer=b"no picture at all"))
    expect(page.get_by_role("alert").filter(has_text="notes.png")).to_be_visible()
    chooser.set_input_files(FilePayload(name="koi.png", mimeType="image/png", buffer=png()))
    expect(page.locator(".picture-field__name").first).to_have_text("koi.png · 1 KB")
    expect(page.get_by_role("alert").filter(has_text="notes.png")).to_be_hidden()
    page.locator("[data-action=clear-picture]").first.click()
    for kind in ("drop", "paste"):
        page.evaluate(
            """([kind, bytes]) => {
                const data = new DataTransfer();
                data.items.add(new File([new Uint8Array(bytes)], `${kind}ed.png`, { type: "image/png" }));
                const target = document.querySelector("[data-picture-drop]");
                const event = kind === "drop"
                    ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
                    : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
                target.dispatchEvent(event);
            }""",
            [kind, list(png())],
        )
        expect(page.locator(".picture-field__name").first).to_have_text(re.compile(f"^{kind}ed.png"))
    job = stage.submit()
    sent = posted(stage.requests, SUBMIT_ABILITY_TASK)[-1].post_data_json or {}
    assert png() == b64decode(sent["imageBase64"])
    assert "IMAGE_REQUIRED" != users().get(f"/api/ability-tasks/{job}")["error_message"]
    assert [] == [request.url for request in stage.requests if "/api/admin/" in request.url]


def test_an_address_of_the_api_is_no_picture(stage: Stage, users: Users) -> None:
    """R56: written out in full it is judged as its path is: a stored file is shown, what the API answers is not."""
    stored, route = (f"{stage.url}/api/{path}" for path in ("assets/tile-0123456789abcdef.png", "wallet/v1/x"))
    job = users().submit_ability_task(seconds=0.2, imageUrl=route, images=[stored])
    stage.sign_in()
    open_ended(stage, job)
    shown = stage.page.locator("[data-action=view-input] img, [data-action=show-input]")
    expect(shown).to_have_count(1)
    expect(shown).to_have_attribute("src", stored)
    assert [request.url for request in stage.requests if request.url == route] == []


def test_the_copied_curl_is_the_request(new_page: NewPage, sign_in: SignIn, main_host: Host, users: Users) -> None:
    """R38: read back by a shell and sent with a token, it makes the same call; the token was not in it."""
    user = users()
    job = user.submit_ability_task(seconds=0.2, trace="tr-curl")
    page = new_page(main_host.url, permissions=("clipboard-read", "clipboard-write"))
    sign_in(page, "demo")
    page.evaluate("route => { location.hash = route }", f"/tasks/{job}")
    page.locator("[data-language=curl]").click()
    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    text = str(page.evaluate("() => navigator.clipboard.readText()"))
    words = shlex.split(text.replace("\\\n", " "))
    assert f"{main_host.url}{SUBMIT_ABILITY_TASK}" == words[1]
    body = json.loads(words[words.index("--data-raw") + 1])
    assert "eyJ" not in text
    headers = dict(header.split(": ", 1) for flag, header in pairwise(words) if flag == "-H")
    headers["Authorization"] = headers["Authorization"].replace("$PODI_TOKEN", user.token)
    answer = httpx.post(words[1], json=body, headers=headers, trust_env=False, timeout=20.0)
    assert (200, "tr-curl") == (answer.status_code, answer.json()["request_payload"]["metadata"]["traceId"])


def test_results_are_looked_at_closely(stage: Stage, users: Users) -> None:
    """R40: the viewer fits, shows 100 %, turns by keys, and gives the keyboard back when it closes."""
    user = users()
    older = user.submit_ability_task(seconds=0.2)
    stage.sign_in()
    open_ended(stage, older)
    job = user.submit_ability_task(seconds=0.2)
    open_ended(stage, job)
    page = stage.page
    page.locator("[data-action=view-picture]").first.click()
    viewer = page.locator("dialog.viewer")
    expect(viewer.locator("[data-viewer=stage]")).to_have_attribute("data-fits", "true")
    label = viewer.locator("[data-viewer=label]")
    expect(label).to_contain_text("1 / 2")
    page.keyboard.press("ArrowRight")
    expect(label).to_contain_text("2 / 2")
    page.keyboard.press("ArrowRight")
    expect(label).to_contain_text("1 / 2")
    page.keyboard.press("+")
    page.keyboard.press("+")
    expect(viewer.locator("[data-viewer=stage]")).to_have_attribute("data-fits", "false")
    page.keyboard.press("0")
    expect(viewer.locator("[data-viewer=stage]")).to_have_attribute("data-fits", "true")
    expect(viewer.locator("[data-viewer=original]")).to_have_attribute("href", re.compile(r"/api/assets/"))
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(page.locator("[data-action=view-picture]").first).to_be_focused()


def test_two_jobs_are_compared(stage: Stage, users: Users) -> None:
    """R42: chosen from a job's page; what differs is named, and both pictures lie under one slider."""
    user = users()
    jobs = [user.submit_ability_task(seconds=0.2, inputs={"prompt": prompt}) for prompt in ("koi", "carp")]
    stage.sign_in()
    for job in jobs:
        open_ended(stage, job)
    page = stage.page
    page.locator("[data-slot=compare]").click()
    page.locator(f"[data-slot=choices] [data-task-id='{jobs[0]}'] a").click()
    expect(page).to_have_url(re.compile(f"#/compare\\?a={jobs[1]}&b={jobs[0]}$"))
    row = page.locator("[data-slot=differences] tr").filter(has_text="inputs.prompt")
    expect(row).to_contain_text("carp")
    expect(row).to_contain_text("koi")
    page.locator("[data-action=view-both]").click()
    slider = page.locator("[data-viewer=slider]")
    expect(slider).to_be_visible()
    slider.fill("10")
    before = page.locator("[data-viewer=before]")
    assert "inset(0px 90% 0px 0px)" == before.evaluate("image => getComputedStyle(image).clipPath")
    page.keyboard.press("Escape")


def test_a_node_of_the_request_is_found_and_shared(stage: Stage, users: Users) -> None:
    """R39: searched, named in the address, and open again for whoever follows it."""
    job = users().submit_ability_task(seconds=0.2, inputs={"prompt": "koi", "nested": {"deep": ["a", "needle"]}})
    stage.sign_in()
    open_ended(stage, job)
    page = stage.page
    page.locator("[data-slot=request-disclosure] summary").click()
    page.locator("input[name=request-search]").fill("needle")
    expect(page.locator("[data-slot=request-path]")).to_have_text("inputs.nested.deep[1]")
    page.locator(".row--tree[data-chosen] button").click()
    expect(page).to_have_url(re.compile(r"json=request&node=%2Finputs%2Fnested%2Fdeep%2F1$"))
    route = page.url.partition("#")[2]
    stage.go("/tasks")
    stage.go(route)
    expect(page.locator("[data-slot=request-value]")).to_have_text("needle")


def test_a_job_s_page_says_where_its_facts_are_from(stage: Stage, users: Users) -> None:
    """R38: its end is newer than what was read before; in lines that a screen reader has too, and as titles."""
    stage.sign_in()
    job = users().submit_ability_task(seconds=12)
    stage.go(f"/tasks/{job}")
    page = stage.page
    lines = page.get_by_role("list", name="Where this comes from").get_by_role("listitem")
    expect(lines.filter(has_text=re.compile(r"^(All of this|Everything else): read "))).to_be_visible()
    expect(page.locator(".job")).to_have_attribute("data-status", "running")
    expect(page.locator(".job")).to_have_attribute("data-status", "succeeded")
    expect(lines.filter(has_text=re.compile(r"\bStatus\b.*: (pushed|read) "))).to_be_visible()
    expect(lines.filter(has_text=re.compile(r"^Everything else: read "))).to_be_visible()
    expect(page.locator("[data-slot=created-fact]")).to_have_attribute("title", re.compile(r"^read .* ago$"))


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_no_wider_than_the_window(stage: Stage, users: Users, width: int) -> None:
    """R38: on a phone, and on a checked, with all its parts."""
    job = users().submit_ability_task(seconds=0.2, inputs={"prompt": "koi " * 200, "word": "x" * 400})
    stage.sign_in()
    open_ended(stage, job)
    page: Page = stage.page
    size = page.viewport_size
    page.set_viewport_size({"width": width, "height": 800})
    page.locator("[data-slot=request-disclosure] summary").click()
    expect(page.locator(".row--tree").first).to_be_visible()
    widths = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    page.set_viewport_size(size or {"width": 1280, "height": 800})
    assert widths[0] <= widths[1]


def test_all_results_come_as_one_zip(new_page: NewPage, sign_in: SignIn, main_host: Host) -> None:
    """R40: under the page's policy; what cannot be had is named, and nothing of it is loaded before the click."""
    with ApiUser(main_host.url) as user:
        job = user.submit_ability_task(seconds=0.2)
    page = new_page(f"{main_host.url}/?podi.disable_ws=true", goto=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def with_more(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        for item in body.get("items", [body]):
            if item["id"] == job and item.get("result_payload"):
                first = item["result_payload"]["images"][0]
                others = ["/static/icons/icon-192.png", "/static/none.png"]
                item["result_payload"]["images"] = [first, *({**first, "ossUrl": url, "url": url} for url in others)]
        route.fulfill(response=answer, json=body)

    page.route("**/api/ability-tasks*", with_more)
    page.goto(f"{main_host.url}/?podi.disable_ws=true")
    sign_in(page)
    page.locator(f".row[data-task-id='{job}'][data-status=succeeded] a").click()
    button = page.get_by_role("button", name="Download all 3 as a zip")
    expect(button).to_be_visible()
    assert [address for address in asked if re.search("zip_worker|client-zip", address)] == []
    with page.expect_download() as download:
        button.click()
    with zipfile.ZipFile(download.value.path()) as found:
        assert found.testzip() is None
        assert len(found.namelist()) == 2
        icon = (ROOT / "static" / "icons" / "icon-192.png").read_bytes()
        assert found.read("icon-192.png") == icon
    expect(page.locator(".zip__failed")).to_contain_text("none.png: there is no such thing on the server")
    expect(page.get_by_text("2 files are in the zip.")).to_be_visible()
