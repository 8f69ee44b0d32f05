"""Whatever is wrong with the snapshot, the page opens all the same, and says what it was."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from playwright.sync_api import Page

from testkit.browser import BOOT_MS, NewPage
from testkit.site import FileHandler
from tests.boot.conftest import Site
from tests.boot.test_snapshot_boot import Serve, reported
from tools.snapshot.build import MANIFEST
from tools.snapshot.reduce_wasm import MODULE, SCRIPT

Spoil = Callable[[Site], object]
OFFLINE_IS_AN_ERROR = """Object.defineProperty(Navigator.prototype, "onLine", { get() {
  document.documentElement.dataset.asked = "yes";
  throw new Error("planted");
} })"""
# What is waited for long waits until it is let go; then it is there soon.
HOLD = """{
  const [wait, clear, held] = [setTimeout, clearTimeout, new Map()];
  let [holding, last] = [true, 0];
  globalThis.setTimeout = (call, after, ...given) => {
    if (![5_000, 60_000].includes(after)) return wait(call, after, ...given);
    if (!holding) return wait(call, 50, ...given);
    held.set(--last, () => call(...given));
    return last;
  };
  globalThis.clearTimeout = (timer) => held.delete(timer) || clear(timer);
  globalThis.letGo = () => {
    holding = false;
    held.forEach((call) => call());
  };
}"""
STALL_S = 25


def boot(page: Page) -> dict[str, Any]:
    """What the page says of its boot as soon as it is decided which it is; needs `bypass_csp`."""
    page.wait_for_function("globalThis.podi?.boot.kind !== 'starting'", timeout=BOOT_MS)
    return dict(page.evaluate("podi.boot"))


def damaged(site: Site) -> None:
    """Flip bits in the middle of the memory."""
    data = bytearray(site.memory.read_bytes())
    data[len(data) // 2] ^= 0xFF
    site.memory.write_bytes(data)


def cut_off(site: Site) -> None:
    """Leave the first half of the memory."""
    data = site.memory.read_bytes()
    site.memory.write_bytes(data[: len(data) // 2])


def manifest_is(text: str) -> Spoil:
    """Put a text in the manifest's place."""
    return lambda site: (site.snapshot / MANIFEST).write_text(text, encoding="utf-8")


def recipe_is(**values: object) -> Spoil:
    """Have the snapshot say other things of itself."""
    return lambda site: site.change_recipe(lambda recipe: recipe.update(values))


def cut_with_right_sums(site: Site) -> None:
    """A snapshot whose own table promises more than there is."""
    site.replace_memory(site.memory.read_bytes()[:-4096])


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        pytest.param(lambda site: (site.snapshot / MANIFEST).unlink(), "HTTP 404", id="no snapshot"),
        pytest.param(manifest_is("<!doctype html><title>Sign in</title>"), "JSON", id="a page instead of the manifest"),
        pytest.param(manifest_is("{}"), "", id="an empty manifest"),
        pytest.param(lambda site: site.memory.unlink(), "HTTP 404", id="no memory"),
        pytest.param(damaged, "damaged", id="damaged"),
        pytest.param(cut_off, "cut off", id="cut off"),
        pytest.param(cut_with_right_sums, "cut off", id="cut off before it was published"),
        pytest.param(lambda site: site.replace_memory(b"<!doctype html>."), "not a snapshot", id="another file"),
        pytest.param(lambda site: site.library.unlink(), "HTTP 404", id="no library"),
        pytest.param(lambda site: site.library.write_bytes(b"\0asm\1\0\0\0?"), "", id="a damaged library"),
        pytest.param(
            lambda site: (site.snapshot / MODULE).write_bytes(b"\0asm\1\0\0\0?"),
            "WebAssembly",
            id="a damaged interpreter",
        ),
        pytest.param(lambda site: (site.snapshot / SCRIPT).unlink(), SCRIPT, id="no interpreter"),
        pytest.param(recipe_is(pyodideBuild="0" * 64), "build id", id="of another interpreter"),
        pytest.param(recipe_is(untouched=1), "lays out memory differently", id="of another layout"),
        pytest.param(recipe_is(heapBytes=6 << 30), "", id="more memory than there can be"),
    ],
)
def test_a_snapshot_that_cannot_be_used_is_left_alone(
    spoil: Spoil, reason: str, site: Site, serve: Serve, new_page: NewPage
) -> None:
    """The boot becomes a stock one, and its reason is reported."""
    spoil(site)
    answer = boot(new_page(serve(), bypass_csp=True))
    assert answer["kind"] == "stock"
    assert answer["reason"]
    assert reason in answer["reason"]


@pytest.mark.parametrize("spoil", [damaged, recipe_is(untouched=1)], ids=["early", "late"])
def test_the_page_opens_after_a_failed_restore(spoil: Spoil, site: Site, serve: Serve, new_page: NewPage) -> None:
    """In the same load, whether it failed before or after an instance was made."""
    spoil(site)
    answer = reported(new_page(serve()))
    assert answer["boot"]["kind"] == "stock"
    assert answer["version"]


class WrongTypes(FileHandler):
    """Sends everything of the snapshot, and wasm, as plain text."""

    def guess_type(self, path: Any) -> str:
        """Name the type of a file."""
        return "text/plain" if str(path).endswith((".wasm", ".bin", ".json")) else super().guess_type(path)


def test_the_wrong_content_type_does_no_harm(serve: Serve, new_page: NewPage) -> None:
    """A host that knows none of the types still gets the page booted from the snapshot."""
    answer = reported(new_page(serve(WrongTypes)))
    assert answer["boot"]["kind"] == "snapshot", answer["boot"]["reason"]


class Stalling(FileHandler):
    """Begins to send the memory, and stops."""

    def copyfile(self, source: Any, outputfile: Any) -> None:
        """Send a file."""
        if self.path.endswith(".bin"):
            outputfile.write(source.read(100_000))
            outputfile.flush()
            time.sleep(STALL_S)
        else:
            super().copyfile(source, outputfile)


def test_a_download_of_which_nothing_comes_is_given_up(serve: Serve, new_page: NewPage) -> None:
    """It stalls for a while, and then the page boots the stock way."""
    answer = boot(new_page(serve(Stalling), bypass_csp=True))
    assert (answer["kind"], answer["reason"]) == ("stock", "it stalled")


@pytest.mark.parametrize("refused", ["WebAssembly.compileStreaming", "ReadableStream.prototype.getReader"])
def test_an_engine_without_something_boots_all_the_same(refused: str, serve: Serve, new_page: NewPage) -> None:
    """One way or the other."""
    url = serve()
    page = new_page(url, goto=False, bypass_csp=True)
    page.add_init_script(f"{refused} = undefined")
    page.goto(url)
    assert boot(page)["kind"] in {"snapshot", "stock"}
    assert reported(page)["version"]


def test_what_is_asked_early_may_fail(serve: Serve, new_page: NewPage) -> None:
    """An error in asking ahead of the app costs the answers, not the snapshot."""
    url = serve()
    page = new_page(url, goto=False)
    page.add_init_script(OFFLINE_IS_AN_ERROR)
    page.goto(url)
    answer = reported(page)
    assert answer["boot"]["kind"] == "snapshot", answer["boot"]["reason"]
    assert page.locator("html").get_attribute("data-asked") == "yes"


class Late(FileHandler):
    """Has nothing of a library's cold part for whoever asks the first time."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:  # noqa: N802 - the base class names it
        """Send a file, or say that there is none."""
        if "pydantic_core.cold" in self.path:
            self.asked.append(self.path)
            if len(self.asked) == 1:
                self.send_error(404)
                return
        super().do_GET()


def test_what_pages_seldom_run_comes_later(serve: Serve, new_page: NewPage) -> None:
    """By itself, and again if it did not come; or at once, when something calls it before: here the compiler."""
    url = serve(Late)
    page = new_page(url, goto=False, bypass_csp=True)
    page.add_init_script(HOLD)
    page.goto(url)
    assert reported(page)["late"] == 1.0
    page.wait_for_function("podi.boot.stages.needed")
    assert [] == Late.asked
    page.evaluate("letGo()")
    page.wait_for_function("podi.boot.stages.joined")
    assert 2 == len(Late.asked)
