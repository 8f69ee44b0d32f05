"""A built site is kept on the device as whole versions: it opens offline, is renewed behind, and never mixes versions.

The page here has no Python in it; what the worker keeps and gives back is the same.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from testkit.browser import NewPage
from testkit.site import POLICY, FileHandler, ServeFolder
from tools import at_rest, checksums, vendor
from tools import site as sites
from tools.page_policy import page_policy
from tools.snapshot.build import MANIFEST
from tools.snapshot.inputs import ROOT

PAGE = """<!doctype html>
<html lang="en" data-podi-state="booting">
  <head>
    <meta charset="utf-8">
    <title>{title}</title>
    <link rel="icon" href="data:,">
    <script src="./static/shell.js"></script>
    <script type="module" src="./static/page.mjs"></script>
  </head>
  <body></body>
</html>
"""
SCRIPT = """
document.documentElement.dataset.podiState = "ready";
globalThis.ask = async (path) => (await fetch(new URL(path, podi.files))).text();
document.body.textContent = await ask("static/word.txt");
"""
# No version is on its way: a look for a new one that comes in between is not another look.
IDLE = "!(await navigator.serviceWorker.getRegistration()).installing"
OFFERED = "() => typeof podi.takeVersion === 'function'"
UPDATE = "() => navigator.serviceWorker.getRegistration().then((one) => one.update()).then(() => true, () => true)"
FOLDERS = """caches.open('podi-site').then(async (cache) =>
  [...new Set((await cache.keys()).map(({ url }) => url.split('/')[4]))].sort().join())"""
NOTHING_KEPT = "(await caches.keys()).length === 0"
WASM = "static/vendor/snapshot/pyodide.asm.wasm"
QUOTA = "QuotaExceededError"


class Server(FileHandler):
    """Counts, and stops answering when asked to."""

    asked: list[str] = []  # noqa: RUF012 - one for all requests of a test
    down = False

    def do_GET(self) -> None:  # noqa: N802 - the base class names it
        """Answer. Files that were written within a second have the same date, so that is not asked for."""
        Server.asked.append(self.path)
        del self.headers["If-Modified-Since"]
        if Server.down:
            self.close_connection = True
        elif self.path == "/api/count":
            self.path = "/count.txt"
            (Path(self.directory) / "count.txt").write_text(str(len(Server.asked)), encoding="utf-8")
            super().do_GET()
        else:
            super().do_GET()


class Source:
    """The files that a site is built from, and the site."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "source"
        self.out = folder / "out"
        (self.root / "app").mkdir(parents=True)
        (self.root / "app" / "run.py").write_text("", encoding="utf-8")
        (self.root / "pyscript.toml").write_text("", encoding="utf-8")
        static = self.root / "static"
        static.mkdir()
        for name in ("offline.mjs", "no_worker.js", "shell.js", "manifest.json"):
            shutil.copy(ROOT / "static" / name, static)
        (self.root / WASM).parent.mkdir(parents=True)
        (self.root / WASM).write_bytes(b"\0asm\1\0\0\0")
        self.record_vendored()
        (static / "page.mjs").write_text(SCRIPT, encoding="utf-8")

    def record_vendored(self) -> None:
        """Say that what is vendored is as it was made."""
        snapshot = (self.root / WASM).parent
        files = checksums.of_folder(snapshot, without=frozenset({MANIFEST}))
        (snapshot / MANIFEST).write_text(json.dumps({"files": files}), encoding="utf-8")
        files = checksums.of_folder(snapshot.parent, without=vendor.NOT_RECORDED)
        (snapshot.parent / vendor.RECORD).write_text(json.dumps({"files": files}), encoding="utf-8")

    def write(self, word: str) -> None:
        """Make the sources say a word, in the page and in a file that it asks for."""
        (self.root / "index.html").write_text(PAGE.format(title=word), encoding="utf-8")
        for name in ("word.txt", "late.txt"):
            (self.root / "static" / name).write_text(word, encoding="utf-8")

    def build(self, word: str, *, worker: bool = True) -> str:
        """Build the site with this word."""
        self.write(word)
        return sites.build(self.out, worker=worker, root=self.root)


@pytest.fixture
def source(tmp_path: Path) -> Source:
    """Sources, built once with the word "one"."""
    Server.asked, Server.down = [], False
    source = Source(tmp_path)
    source.build("one")
    return source


@pytest.fixture
def open_site(source: Source, serve_folder: ServeFolder, new_page: NewPage) -> Callable[..., Page]:
    """Open the site in a browser, prepared by a script that runs before the page's."""
    url = serve_folder(source.out, Server)

    def open_site(prepared: str = "", query: str = "") -> Page:
        page = new_page(url, goto=False, bypass_csp=True)
        page.add_init_script(prepared or "0")
        page.goto(f"{url}/{query}")
        return page

    return open_site


def until(page: Page, condition: str) -> None:
    """Wait until a condition that has to be awaited holds."""
    page.evaluate(f"(async () => {{ while (!({condition})) await new Promise((next) => setTimeout(next, 20)); }})()")


def site_of(page: Page) -> dict[str, Any]:
    """What the page's diagnostics hold of its version."""
    return dict(page.evaluate("podi.site"))


@pytest.fixture
def visited(open_site: Callable[..., Page]) -> Page:
    """A page whose version is on the device and answers."""
    page = open_site()
    page.wait_for_function("podi.site?.kept")
    page.reload()
    page.wait_for_function("navigator.serviceWorker.controller && podi.site.kept")
    expect(page.locator("body")).to_have_text("one")
    return page


def test_it_opens_offline(visited: Page, source: Source) -> None:
    """Without one request that is answered, and with the policy of the server."""
    Server.down = True
    Server.asked.clear()
    visited.reload()
    expect(visited.locator("body")).to_have_text("one")
    assert set(Server.asked) <= {"/service_worker.js"}
    assert visited.evaluate("fetch('./').then((answer) => answer.ok, () => false)") is False
    policy = visited.evaluate(
        "caches.open('podi-site').then(async (cache) => Promise.all((await cache.keys()).map(async (key) =>"
        " (await cache.match(key)).headers.get('Content-Security-Policy'))))"
    )
    assert POLICY in policy


def test_files_are_kept_where_pages_ask_for_them(visited: Page) -> None:
    """Each under its own address: there, and nowhere else, Chromium keeps the code that it compiled from a file."""
    keys = visited.evaluate("caches.open('podi-site').then(async (cache) => (await cache.keys()).map(({url}) => url))")
    assert visited.evaluate("new URL('static/shell.js', podi.files).href") in keys
    folder = visited.evaluate("podi.files")
    assert [key for key in keys if not key.startswith(folder)] == []


def test_the_interpreter_comes_with_the_code_that_the_browser_keeps_for_it(visited: Page) -> None:
    """From the browser's own cache, which has an answer as it was sent, and from the device once that has lost it."""
    Server.down = True
    ask = f"fetch(new URL('{WASM}', podi.files)).then(async (answer) => [answer.headers.get('Content-Length'),"
    ask += " (await answer.arrayBuffer()).byteLength])"
    assert visited.evaluate(ask) == ["8", 8]
    visited.context.new_cdp_session(visited).send("Network.clearBrowserCache")
    assert visited.evaluate(ask) == [None, 8]


def test_the_api_is_never_kept(visited: Page) -> None:
    """Two questions, two answers."""
    ask = "fetch('/api/count', {cache: 'no-store'}).then((answer) => answer.text())"
    assert visited.evaluate(ask) != visited.evaluate(ask)


def test_a_new_version_waits_until_the_user_takes_it(visited: Page, source: Source) -> None:
    """A reload keeps to the old one, whole; what did not change does not come again, and yet is of the new one."""
    version = source.build("two")
    Server.asked.clear()
    visited.evaluate(UPDATE)
    visited.wait_for_function(OFFERED)
    assert not [path for path in Server.asked if path.endswith((".js", ".mjs")) and "service_worker" not in path]
    visited.reload()
    expect(visited.locator("body")).to_have_text("one")
    assert visited.title() == "one"
    visited.wait_for_function(OFFERED)
    with visited.expect_navigation():
        visited.evaluate("podi.takeVersion()")
    expect(visited.locator("body")).to_have_text("two")
    assert visited.title() == "two"
    assert site_of(visited)["version"] == version


def test_a_page_that_stays_open_goes_on_with_its_own_version(visited: Page, source: Source) -> None:
    """Another tab takes the new version; this one still gets its own files, from device and server, and may follow."""
    other = visited.context.new_page()
    other.goto(visited.url)
    expect(other.locator("body")).to_have_text("one")
    source.build("two")
    visited.evaluate(UPDATE)
    visited.wait_for_function(OFFERED)
    other.wait_for_function(OFFERED)
    with visited.expect_navigation():
        visited.evaluate("podi.takeVersion()")
    expect(visited.locator("body")).to_have_text("two")
    Server.asked.clear()
    assert other.evaluate("ask('static/late.txt')") == "one"
    assert Server.asked == []
    assert other.evaluate("ask('static/no_worker.js')").startswith("// The kill switch")
    with other.expect_navigation():
        other.evaluate("podi.takeVersion()")
    expect(other.locator("body")).to_have_text("two")


def test_half_a_version_is_not_taken(visited: Page, source: Source) -> None:
    """A file that is not what the worker expected: the old version stays, and the page says why."""
    version = source.build("two")
    (sites.folder_of(source.out, version) / "static" / "late.txt").write_text("half", encoding="utf-8")
    visited.evaluate(UPDATE)
    visited.wait_for_function("podi.site.reason")
    assert site_of(visited)["reason"] == f"{version}: static/late.txt is not of this version (HTTP 200)"
    assert visited.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.waiting === null)")
    visited.reload()
    expect(visited.locator("body")).to_have_text("one")
    source.build("three")
    visited.evaluate(UPDATE)
    visited.wait_for_function(OFFERED)


def test_versions_that_nobody_needs_are_forgotten(visited: Page, source: Source) -> None:
    """There are the one that pages open with, the one before and one that waits: none that failed or waited in vain."""

    def kept(*versions: str) -> None:
        until(visited, f"{IDLE} && await {FOLDERS} === '{','.join(sorted(versions))}'")

    one = site_of(visited)["version"]
    waiting = source.build("two")
    visited.evaluate(UPDATE)
    kept(one, waiting)
    half = source.build("three")
    (sites.folder_of(source.out, half) / "static" / "late.txt").write_text("half", encoding="utf-8")
    visited.evaluate(UPDATE)
    visited.wait_for_function("podi.site.reason")
    newest = source.build("four")
    visited.evaluate(UPDATE)
    kept(one, newest)
    with visited.expect_navigation():
        visited.evaluate("podi.takeVersion()")
    visited.wait_for_function("podi.site?.kept")
    last = source.build("five")
    visited.evaluate(UPDATE)
    visited.wait_for_function(OFFERED)
    kept(one, newest, last)
    with visited.expect_navigation():
        visited.evaluate("podi.takeVersion()")
    expect(visited.locator("body")).to_have_text("five")
    kept(newest, last)


def test_what_the_browser_has_thrown_away_comes_from_the_server(visited: Page, source: Source) -> None:
    """A file that is missing is asked of the server in the same version; without the page itself, all is new."""
    source.build("two")
    forget = "caches.open('podi-site').then((cache) => cache.delete(new URL('static/word.txt', podi.files)))"
    assert visited.evaluate(forget)
    visited.reload()
    expect(visited.locator("body")).to_have_text("one")
    assert visited.evaluate("caches.delete('podi-site')")
    visited.reload()
    expect(visited.locator("body")).to_have_text("two")
    assert visited.title() == "two"


@pytest.mark.parametrize("refusing", ["full", "refused"])
def test_storage_that_is_full_or_refused(refusing: str, open_site: Callable[..., Page], source: Source) -> None:
    """The page opens from the server as before, and says what happened."""
    if refusing == "full":
        worker = source.out / sites.WORKER
        full = f"Cache.prototype.put = async () => {{ throw new DOMException('no room', '{QUOTA}'); }};\n"
        worker.write_text(full + worker.read_text("utf-8"), encoding="utf-8")
        page = open_site()
    else:
        page = open_site("navigator.serviceWorker.register = async () => { throw new Error('refused'); };")
    page.wait_for_function("podi.site?.reason")
    expect(page.locator("body")).to_have_text("one")
    assert site_of(page)["reason"].endswith({"full": ": no room", "refused": "refused"}[refusing])
    page.reload()
    expect(page.locator("body")).to_have_text("one")
    assert not site_of(page)["kept"]


def test_the_kill_switch_takes_everything_off(visited: Page, source: Source) -> None:
    """A site built without a worker ends the one that is there, and what it kept."""
    source.build("two", worker=False)
    visited.evaluate(UPDATE)
    until(visited, "(await navigator.serviceWorker.getRegistration()) === undefined")
    until(visited, NOTHING_KEPT)
    visited.goto(visited.url)
    expect(visited.locator("body")).to_have_text("two")
    assert visited.evaluate("navigator.serviceWorker.controller === null")


def test_one_visit_can_do_without(visited: Page) -> None:
    """`?podi.worker=off` opens the page from the server and leaves nothing on the device."""
    Server.asked.clear()
    visited.goto(f"{visited.url}?podi.worker=off")
    until(visited, NOTHING_KEPT)
    assert any(path.startswith("/?") for path in Server.asked)
    assert site_of(visited)["reason"] == "switched off by the address"


def test_the_policy_is_in_the_page(source: Source) -> None:
    """R56: without a server's help, made from the settings and from where results come from; a change is a version."""
    page = source.out / "index.html"
    assert f'<meta http-equiv="Content-Security-Policy" content="{page_policy(as_header=False)}">' in page.read_text()
    before = source.build("two")
    (source.root / "pyscript.toml").write_text('[podi]\napi_base = "http://api.example:81"\n', encoding="utf-8")
    source.write("two")
    after = sites.build(source.out, root=source.root, images_from=("https://images.example",))
    assert before != after
    text = page.read_text("utf-8")
    assert "; connect-src 'self' http://api.example:81 ws://api.example:81; " in text
    assert "; img-src 'self' data: blob: http://api.example:81 https://images.example; " in text


class NoPolicy(Server):
    """A server that sends no policy."""

    policy = ""


REFUSED = """(async () => {
  const refused = [];
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => refused.push(effectiveDirective));
  const policy = trustedTypes.createPolicy("podi", { createScriptURL: (url) => url, createScript: (text) => text });
  const begin = (tag, attributes) => document.body.append(Object.assign(document.createElement(tag), attributes));
  begin("script", { src: policy.createScriptURL("data:text/javascript,0") });
  begin("script", { text: policy.createScript("0") });
  begin("iframe", { src: "./" });
  try {
    new Worker(policy.createScriptURL(URL.createObjectURL(new Blob(["0"]))));
  } catch {}
  try {
    document.body.innerHTML = "a string";
  } catch {}
  fetch("http://elsewhere.example/").catch(() => {});
  while (new Set(refused).size < 5) await new Promise((next) => setTimeout(next, 20));
  return [...new Set(refused)].sort().join();
})()"""


def test_the_policy_in_the_page_is_obeyed(source: Source, serve_folder: ServeFolder, new_page: NewPage) -> None:
    """R56: no script from elsewhere or in the markup, no frame, no worker made of a text, no string as markup."""
    expected = ("policy violated: ", "request to another host: http://elsewhere.example/")
    page = new_page(serve_folder(source.out, NoPolicy), ignoring=expected)
    expect(page.locator("body")).to_have_text("one")
    session = page.context.new_cdp_session(page)
    answer = session.send(
        "Runtime.evaluate", {"expression": REFUSED, "awaitPromise": True, "allowUnsafeEvalBlockedByCSP": True}
    )
    assert answer["result"]["value"] == "connect-src,frame-src,require-trusted-types-for,script-src-elem,worker-src"


def test_a_site_keeps_the_versions_before(source: Source) -> None:
    """Three of them are there for pages that are still open; index.html and the worker name the newest."""
    built = [source.build(word) for word in ("two", "three", "four")]
    folders = {each.name for each in (source.out / sites.VERSIONS).iterdir()}
    assert folders == set(built)
    assert built[-1] in (source.out / "index.html").read_text("utf-8")
    assert built[-1] in (source.out / sites.WORKER).read_text("utf-8")
    assert source.build("four") == built[-1]


def test_a_site_is_not_built_over_something_else(source: Source, tmp_path: Path) -> None:
    """A folder with other files in it is left alone."""
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(sites.SiteError, match="not empty"):
        sites.build(tmp_path, root=source.root)


@pytest.mark.parametrize("path", ["pyodide/pyodide.mjs", "pyodide/pyodide.mjs.br", "snapshot/memory.bin"])
def test_a_site_is_built_of_the_vendored_files_alone(source: Source, path: str) -> None:
    """A vendored file with other bytes of the same number, or one that nobody recorded, is named instead of shipped."""
    file = source.root / "static" / "vendor" / path
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"good")
    with pytest.raises(at_rest.ChangedAtRest, match=rf"\({path}\): run `make setup`"):
        source.build("two")
    source.record_vendored()
    source.build("two")
    file.write_bytes(b"evil")
    with pytest.raises(at_rest.ChangedAtRest, match=rf"\({path}\): run `make setup`"):
        source.build("three")


def test_the_worker_lists_what_the_page_needs_and_no_more(tmp_path: Path) -> None:
    """The snapshot with its interpreter, and the shell; not twins, wheels, or what only a stock boot asks for."""
    out = tmp_path / "out"
    files = sites.kept_files(sites.folder_of(out, sites.build(out)))
    assert {"pyscript.toml", "app/run.py", "static/shell.js", "static/interpreter.mjs"} <= files.keys()
    assert "static/vendor/snapshot/pyodide.asm.wasm" in files
    assert not [path for path in files if path.endswith((".br", ".gz", ".whl", "_stdlib.zip"))]
    assert not [path for path in files if path.startswith("static/vendor/pyodide/pyodide.asm.")]
