"""The page boots from the memory snapshot, and what it gets is an interpreter of its own place and moment."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from testkit.browser import BOOT_MS, NewPage
from tests.boot.conftest import Site
from tools.snapshot import second_run
from tools.snapshot.build import MANIFEST, is_memory, manifest_of
from tools.snapshot.inputs import ROOT

Serve = Callable[..., str]


def reported(page: Page) -> dict[str, Any]:
    """What the page's Python says of itself, once it has started."""
    expect(page.locator("#reported")).not_to_be_empty(timeout=BOOT_MS)
    return dict(json.loads(page.locator("#reported").text_content() or ""))


def test_the_page_boots_from_the_snapshot(serve: Serve, new_page: NewPage) -> None:
    """Under the strict policy, with the page's modules in memory and without a request for any of them."""
    url = serve()
    page = new_page(url, goto=False)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(url)))
    page.goto(url)
    answer = reported(page)
    assert answer["boot"]["kind"] == "snapshot", answer["boot"]["reason"]
    assert answer["frozen"]
    assert [path for path in asked if path.startswith("/app/")] == []
    assert len(asked) <= 30
    assert sorted(answer["boot"]["stages"].values()) == list(answer["boot"]["stages"].values())


def test_what_was_downloaded_is_let_go(serve: Serve, new_page: NewPage) -> None:
    """Beside the interpreter's memory, a page does not keep the file that it came from for as long as it is open."""
    page = new_page(serve())
    assert reported(page)["boot"]["kind"] == "snapshot"
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    assert session.send("Runtime.getHeapUsage")["backingStorageSize"] < manifest_of()["memory"]["bytes"] / 2


def test_a_module_that_is_not_in_the_snapshot_can_be_imported(serve: Serve, new_page: NewPage) -> None:
    """The standard library's file comes when something needs it."""
    answer = reported(new_page(serve()))
    assert answer["late"] == 1.0
    assert "library" in answer["boot"]["stages"]


def test_modules_that_pyscript_brings_are_compiled_already(serve: Serve, new_page: NewPage) -> None:
    """Their code is in the snapshot."""
    answer = reported(new_page(serve()))
    assert answer["compiled_ahead"]
    assert not answer["edited"]


def test_another_pyscript_is_compiled_as_it_is(serve: Serve, site: Site, new_page: NewPage) -> None:
    """Code in the snapshot is for the text that it was compiled from, and for no other."""
    folder = site.folder / "static" / "vendor" / "pyscript"
    folder.unlink()
    shutil.copytree(ROOT / "static" / "vendor" / "pyscript", folder, ignore=shutil.ignore_patterns("*.br", "*.gz"))
    (script,) = folder.glob("core-*.js")
    text = script.read_text("utf-8")
    begins = '"util.py":"'
    assert text.count(begins) == 1
    edited = text.replace(begins, begins + "EDITED=True\\n").replace('"display.py":"', '"display.py":"\\n')
    script.write_text(edited, encoding="utf-8")
    answer = reported(new_page(serve()))
    assert answer["boot"]["kind"] == "snapshot"
    assert answer["edited"]
    assert not answer["compiled_ahead"]


def shared(first: dict[str, Any], second: dict[str, Any]) -> set[object]:
    """What two loads drew alike."""
    return {*first["draws"], *first["tokens"]} & {*second["draws"], *second["tokens"]}


def test_nothing_random_or_timed_is_frozen(serve: Serve, new_page: NewPage) -> None:
    """Two loads of one snapshot draw different numbers, and both know what time it is."""
    url = serve()
    first, second = reported(new_page(url)), reported(new_page(url))
    assert not shared(first, second)
    assert abs(second["now"] - time.time()) < 60


def test_what_is_frozen_would_be_noticed(serve: Serve, site: Site, new_page: NewPage) -> None:
    """Two loads whose generator is in the same state, as if nothing had seeded it, draw the same."""
    script = site.folder / "static" / "restore.mjs"
    text = script.read_text("utf-8")
    seeded = text.replace("given.destroy();", 'given.destroy();\n  pyodide.runPython("import random; random.seed(1)");')
    assert seeded != text
    script.unlink()
    script.write_text(seeded, encoding="utf-8")
    url = serve()
    first, second = reported(new_page(url)), reported(new_page(url))
    assert shared(first, second) == set(first["draws"])


def test_the_interpreter_knows_the_page_s_zone_and_language(
    serve: Serve, site: Site, chromium: Browser, new_page: NewPage
) -> None:
    """The machine that made the snapshot leaves no trace in either."""
    url = serve()
    context = chromium.new_context(timezone_id="Asia/Tokyo", locale="zh-CN")
    page = context.new_page()
    page.goto(url)
    answer = reported(page)
    context.close()
    assert (answer["hour_at_zero"], answer["language"]) == (9, "zh_CN.UTF-8")
    assert "PYTHONHASHSEED" not in answer["environment"]


# What the clock says while a memory is made (tools/snapshot/repeatable.mjs), in the forms that Python could hold it in.
# As seconds in an integer it is in the slack of some allocations: the times of files, which are all this one.
MOMENTS = [
    struct.pack("<d", 1_767_225_600),
    struct.pack("<d", 1_767_225_600_000),
    struct.pack("<q", 1_767_225_600_000),
    struct.pack("<q", 1_767_225_600_000_000_000),
    b"2026-01-01",
    b"\x07\xea\x01\x01\0\0\0\0\0\0",  # a datetime
]


def found_in(data: bytes) -> list[bytes]:
    """What a snapshot must not hold: tokens, moments, and paths of the machine that made it."""
    words = [b"eyJhbGciOi", b"podi-snapshot-", str(ROOT).encode(), *MOMENTS]
    return [word for word in words if word in data]


def test_a_snapshot_holds_no_token_and_no_moment(site: Site) -> None:
    """Nothing in its bytes looks like one, nor names the machine it was made on."""
    data = site.memory.read_bytes()
    assert b"app.monitor" in data
    assert found_in(data) == []


def test_a_snapshot_holds_no_library_as_a_file(site: Site) -> None:
    """What a library was loaded from is downloaded beside the memory, as wasm, and is not in it once more."""
    assert b"\0asm\1\0\0\0" not in site.memory.read_bytes()


@pytest.mark.parametrize("planted", [b"eyJhbGciOi", str(ROOT).encode(), *MOMENTS])
def test_a_token_or_a_moment_would_be_noticed(planted: bytes) -> None:
    """Wherever it lies."""
    assert planted in found_in(bytes(5) + planted + bytes(3))


def test_a_generator_that_nothing_seeds_would_be_noticed() -> None:
    """The snapshot is not made then; the one of the module itself is seeded after the restore."""
    mine = random.Random(1)
    unseeded = second_run.unseeded()
    assert mine in unseeded
    assert random._inst not in unseeded


@pytest.mark.parametrize("same", [True, False])
def test_a_memory_that_was_made_again_is_compared(same: bool, tmp_path: Path) -> None:
    """`make snapshot ARGS=--again` makes it again, which takes a while, and fails if one byte is another."""
    made = tmp_path / "memory.bin"
    made.write_bytes(b"memory" if same else b"nemory")
    manifest = {"memory": {"file": f"memory.{hashlib.sha256(b'memory').hexdigest()[:16]}.bin"}}
    (tmp_path / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    assert is_memory(made, tmp_path) is same


def test_the_stock_boot_can_be_asked_for(serve: Serve, new_page: NewPage) -> None:
    """`?podi.boot=stock` boots the stock way, and says why."""
    answer = reported(new_page(f"{serve()}/?podi.boot=stock"))
    assert (answer["boot"]["kind"], answer["boot"]["reason"]) == ("stock", "asked for by the address")
    assert not answer["frozen"]
