"""``python -m bench.boot``: how long the page takes to open, beside the stock boot, a bare page and the peer.

In one run and in turn: `ours` is the page as `make site` builds it, from its snapshot, `stock` the same page booted the
stock way, `bare` a page that only imports pydantic under PyScript, `peer` the same monitor in React. Each is opened
with an empty cache, with a full one, and with an empty one over 10 Mbit/s and 40 ms. Take the ratios: the times are
this machine's.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright, sync_playwright

from bench import peer_build
from tests.support.host import Host
from tools import chromium, site, snapshot

ROOT: Final = snapshot.ROOT
RESULTS: Final = ROOT / "bench" / "results"
CHART: Final = ROOT / "docs" / "boot-stages.png"
METRICS: Final = ("paint_ms", "shell_ms", "rows_ms", "idle_ms", "bytes", "requests")
SLOW: Final = {"offline": False, "latency": 40, "downloadThroughput": 1_250_000, "uploadThroughput": 1_250_000}
FAST: Final = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
QUIET_MS: Final = 600
WITHIN_MS: Final = 120_000

# Notes when the page shows what. A row counts once the server has been asked for it in this load: the list that is kept
# from the last visit is not what is measured.
PROBE: Final = """
(() => {
  const seen = (globalThis.opened = { busy: 0 });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.name === "first-contentful-paint") seen.paint_ms = entry.startTime;
    }
  }).observe({ type: "paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.busy = Math.max(seen.busy, entry.startTime + entry.duration);
  }).observe({ type: "longtask", buffered: true });
  const asked = () => performance.getEntriesByType("resource").some(({ name }) => /\\/api\\/tasks\\/v1/.test(name));
  const look = () => {
    const state = document.documentElement?.dataset.podiState;
    const rows = document.querySelector("[data-task-id]") && asked();
    const shell = rows || document.querySelector("#bare") || state === "ready" || state === "signed-out";
    if (shell && !seen.shell_ms) seen.shell_ms = performance.now();
    if ((rows || document.querySelector("#bare")) && !seen.rows_ms) seen.rows_ms = performance.now();
    if (!seen.rows_ms) requestAnimationFrame(look);
  };
  look();
})();
"""

BARE_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>bare</title>
<script type="module" src="./static/vendor/pyscript/core.js"></script></head>
<body><p>bare</p><script type="py" src="./app/main.py" config="./pyscript.toml"></script></body></html>
"""
BARE_SETTINGS: Final = """interpreter = "./static/vendor/pyodide/pyodide.mjs"
packages = ["pydantic"]
packages_cache = "passthrough"
"""
BARE_MAIN: Final = """
from pydantic import BaseModel
from pyscript import document
class Job(BaseModel):
    name: str
shown = document.createElement("output")
shown.id = "bare"
shown.textContent = Job(name="x").name
document.body.append(shown)
"""


@dataclass(frozen=True, slots=True)
class Contender:
    """A page to be opened: where it is, and whether one signs in to it."""

    name: str
    url: str
    signs_in: bool = True


Opening = dict[str, float]


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _bare_site(folder: Path) -> Path:
    (folder / "app").mkdir(parents=True)
    (folder / "index.html").write_text(BARE_PAGE, encoding="utf-8")
    (folder / "pyscript.toml").write_text(BARE_SETTINGS, encoding="utf-8")
    (folder / "app" / "main.py").write_text(BARE_MAIN, encoding="utf-8")
    shutil.copytree(ROOT / "static", folder / "static", ignore=shutil.ignore_patterns("snapshot"))
    return folder


def _our_site(folder: Path) -> Path:
    """The page as `make site` builds it: a copy, so that nobody's edit makes the snapshot outdated while this runs."""
    if not snapshot.is_whole(snapshot.build_id()):
        raise SystemExit("podi: the snapshot is of other sources: run `make snapshot`")
    site.compress(folder / site.build(folder))
    return folder


def _peer_site(folder: Path) -> Path:
    """The peer as Vite built it, with its files where the host serves files, compressed as ours are."""
    peer_build.build()
    built = ROOT / "bench" / "peer" / "dist"
    shutil.copytree(built / "assets", folder / "static" / "assets", ignore=shutil.ignore_patterns("*.map"))
    page = (built / "index.html").read_text("utf-8").replace("./assets/", "./static/assets/")
    (folder / "index.html").write_text(page, encoding="utf-8")
    # The host looks whether it has a browser runtime to serve.
    shutil.copytree(ROOT / "static" / "vendor" / "components", folder / "static" / "vendor" / "components")
    snapshot.compress(folder / "static", ".js", ".css")
    return folder


def _copy_seconds(folder: Path) -> None:
    """Twins older than their files are not served, and a copy may round its times."""
    for twin in [*folder.rglob("*.br"), *folder.rglob("*.gz")]:
        os.utime(twin)


@contextmanager
def _contenders() -> Iterator[list[Contender]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="podi-boot-")))
        sites = {"ours": _our_site(folder / "ours"), "bare": _bare_site(folder / "bare")}
        sites["peer"] = _peer_site(folder / "peer")
        urls = {}
        for name, served in sites.items():
            _copy_seconds(served)
            data = folder / f"{name}-data"
            host = Host("--port", "0", "--data", str(data), "--site", str(served), "--idle", "--seed", "1")
            urls[name] = stack.enter_context(host).url
        yield [
            Contender("ours", f"{urls['ours']}/"),
            Contender("stock", f"{urls['ours']}/?podi.boot=stock"),
            Contender("bare", f"{urls['bare']}/", signs_in=False),
            Contender("peer", f"{urls['peer']}/"),
        ]


def _sign_in(page: Page, contender: Contender) -> None:
    page.goto(contender.url)
    page.locator("input[name=username]").fill("demo", timeout=WITHIN_MS)
    page.locator("input[name=password]").fill("demo")
    page.locator("button[type=submit]").click()
    page.locator("[data-task-id]").first.wait_for(timeout=WITHIN_MS)


class _Traffic:
    """What a load asked for, and how many bytes came. Of a worker's script only the asking is told here."""

    def __init__(self, client: CDPSession) -> None:
        self.requests = 0
        self.bytes = 0.0
        self._heard()
        client.on("Network.requestWillBeSent", self._sent)
        client.on("Network.dataReceived", lambda _: self._heard())
        client.on("Network.loadingFinished", self._finished)

    @property
    def quiet(self) -> bool:
        return time.monotonic() - self.last > QUIET_MS / 1000

    def _heard(self) -> None:
        self.last = time.monotonic()

    def _sent(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            self.requests += 1
            self._heard()

    def _finished(self, event: dict[str, Any]) -> None:
        self.bytes += event["encodedDataLength"]
        self._heard()


def _rest_workers(page: Page, client: CDPSession) -> None:
    """End the workers of the last visit, as half a minute would: one that is awake lends the page its process."""
    running: dict[str, str] = {}
    client.on(
        "ServiceWorker.workerVersionUpdated",
        lambda event: running.update({each["versionId"]: each["runningStatus"] for each in event["versions"]}),
    )
    client.send("ServiceWorker.enable")
    client.send("ServiceWorker.stopAllWorkers")
    while set(running.values()) - {"stopped"}:
        page.wait_for_timeout(20)


def _open(context: BrowserContext, contender: Contender, *, cold: bool, slow: bool) -> tuple[Opening, dict[str, int]]:
    """Open the page once, in a tab of its own."""
    page = context.new_page()
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.emulateNetworkConditions", SLOW if slow else FAST)
    if cold:
        client.send("Network.clearBrowserCache")
        client.send("Storage.clearDataForOrigin", {"origin": contender.url.rsplit("/", 1)[0], "storageTypes": CACHES})
    _rest_workers(page, client)
    page.add_init_script(PROBE)
    traffic = _Traffic(client)
    began = time.monotonic()
    page.goto(contender.url, wait_until="commit")
    page.wait_for_function("globalThis.opened?.rows_ms", timeout=WITHIN_MS)
    while not traffic.quiet and time.monotonic() - began < WITHIN_MS / 1000:
        page.wait_for_timeout(50)
    seen = page.evaluate("opened")
    stages = page.evaluate("globalThis.podi?.boot?.stages ?? {}")
    boot = page.evaluate("globalThis.podi?.boot?.kind ?? ''")
    if contender.name in {"ours", "stock"} and (boot == "snapshot") != (contender.name == "ours"):
        raise SystemExit(f"podi: {contender.name} booted as {boot}: {page.evaluate('podi.boot.reason')}")
    last = (traffic.last - began) * 1000
    # The worker keeps the page on the device after it has started: it must not be in the way of who comes next.
    page.wait_for_function("!globalThis.podi?.site || podi.site.kept || podi.site.reason", timeout=WITHIN_MS)
    page.close()
    idle = max(last, seen["busy"], seen["rows_ms"])
    opening = {name: seen.get(name, 0.0) for name in ("paint_ms", "shell_ms", "rows_ms")}
    return opening | {"idle_ms": idle, "bytes": traffic.bytes, "requests": float(traffic.requests)}, stages


CACHES: Final = "cache_storage,service_workers,indexeddb"
WAYS: Final = {
    "boot-cold": {"cold": True, "slow": False},
    "boot-warm": {"cold": False, "slow": False},
    "boot-cold-10mbit": {"cold": True, "slow": True},
}


@contextmanager
def _profile(playwright: Playwright, contender: Contender) -> Iterator[BrowserContext]:
    """A browser with a cache on disk, as a user's is, signed in where there is something to sign in to."""
    found = chromium.find()
    if not found:
        raise SystemExit("podi: no Chromium found: run `make setup`")
    with tempfile.TemporaryDirectory(prefix="podi-profile-") as folder:
        start = playwright.chromium.launch_persistent_context
        context = start(folder, executable_path=found[0], args=chromium.flags(), bypass_csp=True)
        try:
            page = context.new_page()
            if contender.signs_in:
                _sign_in(page, contender)
                # A page may keep its session for the tab alone, and each opening is a tab of its own.
                kept = json.dumps(page.evaluate("Object.entries(sessionStorage)"))
                context.add_init_script(f"for (const [name, text] of {kept}) sessionStorage.setItem(name, text);")
            page.close()
            yield context
        finally:
            context.close()


def measure(rounds: int, ways: Mapping[str, Mapping[str, bool]]) -> tuple[dict[str, Any], dict[str, dict[str, int]]]:
    """Open every page in every way, in turn; the medians, and the stages of one boot of each kind."""
    runs: dict[str, dict[str, list[Opening]]] = {way: {} for way in ways}
    stages: dict[str, dict[str, int]] = {}
    with _contenders() as contenders, sync_playwright() as playwright, ExitStack() as stack:
        contexts = {each.name: stack.enter_context(_profile(playwright, each)) for each in contenders}
        for number in range(rounds):
            for way, how in ways.items():
                for contender in contenders if number % 2 == 0 else contenders[::-1]:
                    opening, told = _open(contexts[contender.name], contender, cold=how["cold"], slow=how["slow"])
                    runs[way].setdefault(contender.name, []).append(opening)
                    stages[f"{way} {contender.name}"] = told
                    say(f"  {way} {number + 1}/{rounds} {contender.name}: rows {opening['rows_ms']:.0f} ms")
    medians = {
        way: {
            metric: {
                name: round(statistics.median(each[metric] for each in openings), 1) for name, openings in by.items()
            }
            for metric in METRICS
        }
        for way, by in runs.items()
    }
    return medians, stages


def table(medians: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """The medians as text, and ours by each of the others."""
    lines = []
    for way, metrics in medians.items():
        names = list(next(iter(metrics.values())))
        lines.append(f"{way:<18}" + "".join(f"{name:>12}" for name in names) + "   ours by stock, bare, peer")
        for metric, values in metrics.items():
            by = [
                f"{values['ours'] / values[name]:.2f}" if values.get(name) else "–" for name in names if name != "ours"
            ]
            lines.append(
                f"  {metric:<16}" + "".join(f"{values[name]:>12,.0f}" for name in names) + "   " + "  ".join(by)
            )
    return "\n".join(lines)


def draw(medians: Mapping[str, Mapping[str, Mapping[str, float]]], stages: Mapping[str, Mapping[str, int]]) -> None:
    """The chart of docs/boot.md: what each page takes to each mark, and when ours reaches each stage."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(len(medians), 1, figsize=(9, 2.3 * len(medians)), squeeze=False)
    for (way, metrics), axis in zip(medians.items(), axes[:, 0], strict=True):
        names = list(metrics["rows_ms"])[::-1]
        for metric, colour in zip(("idle_ms", "rows_ms", "shell_ms", "paint_ms"), SHADES, strict=True):
            axis.barh(names, [metrics[metric][name] for name in names], color=colour, label=metric.removesuffix("_ms"))
        for stage, at in stages.get(f"{way} ours", {}).items():
            if stage not in {"begun", "downloaded", "handed"}:
                continue
            axis.axvline(at, ymin=0.77, color="#333", linewidth=0.6)
            axis.text(at, 3.5, stage, fontsize=6, ha="right" if stage == "downloaded" else "left", va="bottom")
        axis.set_title(f"{way}: ms", loc="left", fontsize=9, pad=16)
        axis.legend(fontsize=6, loc="lower right")
    figure.tight_layout()
    figure.savefig(CHART, dpi=110)


SHADES: Final = ("#dfe3ea", "#8fb3e0", "#3f7fc6", "#12406f")


def main() -> int:
    """Measure, tell, and write the results."""
    parser = argparse.ArgumentParser("python -m bench.boot", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="openings of each page in each way")
    parser.add_argument("--way", choices=list(WAYS), help="one way only, without writing results")
    given = parser.parse_args()
    medians, stages = measure(given.rounds, {given.way: WAYS[given.way]} if given.way else WAYS)
    say(table(medians))
    if not given.way:
        RESULTS.mkdir(exist_ok=True)
        latest = RESULTS / "latest.json"
        kept = json.loads(latest.read_text("utf-8")) if latest.is_file() else {}
        latest.write_text(json.dumps(kept | medians, indent=2) + "\n", encoding="utf-8")
        draw(medians, stages)
    return 0


if __name__ == "__main__":
    sys.exit(main())
