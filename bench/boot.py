"""``python -m bench.boot``: how long the page takes to open, beside the stock boot, a bare page and the peer.

In one run and in turn: `ours` is the page as `make site` builds it, from its snapshot, `stock` the same page booted the
stock way, `bare` a page that only imports pydantic under PyScript, `peer` the same monitor in React. Each is opened
with an empty cache, with a full one, and with an empty one over 10 Mbit/s and 40 ms. Take the ratios: the times are
this machine's.

Nothing listens to the network of a page that is timed: in the page's own process that costs time with every piece that
comes, a tenth of ours, which gets its memory so. What comes is counted in one more opening.

In an empty cache there are no files, as after a long time; who was signed in still is, and the last lists are there.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench import peer_build
from bench.chromium import Browser, Page, browser
from bench.failures import BenchFailure, exit_status
from bench.report import say
from testkit.host import Host
from tools import site
from tools.compress import compress_best
from tools.snapshot.build import is_current
from tools.snapshot.inputs import ROOT

RESULTS: Final = ROOT / "bench" / "results"
CHART: Final = ROOT / "docs" / "boot-stages.png"
TIMES: Final = ("paint_ms", "shell_ms", "rows_ms", "idle_ms")
COUNTS: Final = ("bytes", "requests")
SLOW: Final = {"offline": False, "latency": 40, "downloadThroughput": 1_250_000, "uploadThroughput": 1_250_000}
QUIET_MS: Final = 1000
# A browser goes on compiling behind a page that rests, and would take that from whoever is opened next.
REST_S: Final = 2.0
WITHIN_S: Final = 120.0

# Notes when the page shows what. A row counts once the server has been asked for it in this load: the list that is kept
# from the last visit is not what is measured.
PROBE: Final = """
(() => {
  const seen = (globalThis.opened = { active_ms: 0 });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.name === "first-contentful-paint") seen.paint_ms = entry.startTime;
    }
  }).observe({ type: "paint", buffered: true });
  const active = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.active_ms = Math.max(seen.active_ms, entry.startTime + entry.duration);
  });
  for (const type of ["longtask", "resource"]) active.observe({ type, buffered: true });
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
    """A page to be opened: where it is, whether one signs in to it, and how it has to boot."""

    name: str
    url: str
    signs_in: bool = True
    boots: str = ""


Opening = dict[str, float]


def _bare_site(folder: Path) -> Path:
    (folder / "app").mkdir(parents=True)
    (folder / "index.html").write_text(BARE_PAGE, encoding="utf-8")
    (folder / "pyscript.toml").write_text(BARE_SETTINGS, encoding="utf-8")
    (folder / "app" / "main.py").write_text(BARE_MAIN, encoding="utf-8")
    shutil.copytree(ROOT / "static", folder / "static", ignore=shutil.ignore_patterns("snapshot"))
    return folder


def _our_site(folder: Path) -> Path:
    """The page as `make site` builds it: a copy, so that nobody's edit makes the snapshot outdated while this runs."""
    if not is_current():
        raise BenchFailure("the snapshot is of other sources: run `make snapshot`")
    site.compress_version(site.folder_of(folder, site.build(folder)))
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
    compress_best(folder / "static", ".js", ".css", cache=folder.with_name("peer-twins"))
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
            Contender("ours", f"{urls['ours']}/", boots="snapshot"),
            Contender("stock", f"{urls['ours']}/?podi.boot=stock", boots="stock"),
            Contender("bare", f"{urls['bare']}/", signs_in=False),
            Contender("peer", f"{urls['peer']}/"),
        ]


async def _sign_in(page: Page, contender: Contender) -> str:
    """Sign in; a page may keep its session for the tab alone, so what is returned puts it into the next one."""
    await page.send("Page.navigate", url=contender.url)
    await page.until("document.querySelector('input[name=password]')", within_s=WITHIN_S, what="the sign-in form")
    for field in ("username", "password"):
        await page.evaluate(f"document.querySelector('input[name={field}]').focus()")
        await page.send("Input.insertText", text="demo")
    await page.evaluate("document.querySelector('button[type=submit]').click()")
    await page.until("document.querySelector('[data-task-id]')", within_s=WITHIN_S, what="the first row")
    await _kept_by_worker(page)
    kept = json.dumps(await page.evaluate("Object.entries(sessionStorage)"))
    return f"for (const [name, text] of {kept}) sessionStorage.setItem(name, text);"


async def _kept_by_worker(page: Page) -> None:
    """The worker keeps the page on the device after it has started: it must not be in the way of who comes next."""
    kept = "!globalThis.podi?.site || podi.site.kept || podi.site.reason"
    await page.until(kept, within_s=WITHIN_S, what="keeping the page on the device")


async def _rest_workers(page: Page) -> None:
    """End the workers of the last visit, as half a minute would: one that is awake lends the page its process."""
    running: dict[str, str] = {}
    reported = asyncio.Event()

    def note(event: Mapping[str, Any]) -> None:
        running.update({each["versionId"]: each["runningStatus"] for each in event["versions"]})
        reported.set()

    forget = page.on("ServiceWorker.workerVersionUpdated", note)
    await page.send("ServiceWorker.enable")
    await page.send("ServiceWorker.stopAllWorkers")
    try:
        async with asyncio.timeout(WITHIN_S):
            while set(running.values()) - {"stopped"}:
                reported.clear()
                await reported.wait()
    except TimeoutError as error:
        raise BenchFailure("a service worker did not end") from error
    await page.send("ServiceWorker.disable")
    forget()


class _Traffic:
    """What a load asked for, and how many bytes came. Of a worker's script only the request is noted here."""

    def __init__(self, page: Page) -> None:
        self.requests = 0
        self.bytes = 0.0
        page.on("Network.requestWillBeSent", self._sent)
        page.on("Network.loadingFinished", self._finished)

    def _sent(self, event: Mapping[str, Any]) -> None:
        self.requests += event["request"]["url"].startswith("http")

    def _finished(self, event: Mapping[str, Any]) -> None:
        self.bytes += event["encodedDataLength"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who opens a page again and again: a browser with a cache on disk, as a user's is."""

    contender: Contender
    browser: Browser
    script: str

    async def open(self, way: str, *, counted: bool = False) -> tuple[Opening, dict[str, int]]:
        """Open the page once, in a tab of its own; what comes over the network is noted if it is counted."""
        async with self.browser.page(self.script, kept=True) as page:
            await _rest_workers(page)
            if KINDS[way].cold:
                origin = self.contender.url.split("/?")[0].rstrip("/")
                await page.send("Network.clearBrowserCache")
                await page.send("Storage.clearDataForOrigin", origin=origin, storageTypes=CACHES)
            await asyncio.sleep(REST_S)
            traffic = _Traffic(page)
            if counted or KINDS[way].slow:
                await page.send("Network.enable", maxTotalBufferSize=0, maxResourceBufferSize=0)
            if KINDS[way].slow:
                await page.send("Network.emulateNetworkConditions", **SLOW)
            await page.send("Page.navigate", url=self.contender.url)
            await page.until("globalThis.opened?.rows_ms", within_s=WITHIN_S, what="the first row")
            quiet = f"performance.now() - Math.max(opened.active_ms, opened.rows_ms) > {QUIET_MS}"
            await page.until(quiet, within_s=WITHIN_S, what="rest")
            seen = await page.evaluate("opened")
            boot = await page.evaluate("({ kind: '', reason: '', stages: {}, ...globalThis.podi?.boot })")
            if self.contender.boots and boot["kind"] != self.contender.boots:
                raise BenchFailure(f"{self.contender.name} booted as {boot['kind']}: {boot['reason']}")
            await _kept_by_worker(page)
        opening = {name: seen.get(name, 0.0) for name in ("paint_ms", "shell_ms", "rows_ms")}
        opening["idle_ms"] = max(seen["active_ms"], seen["rows_ms"])
        if counted:
            opening |= {"bytes": traffic.bytes, "requests": float(traffic.requests)}
        return opening, boot["stages"]


async def _visitor(stack: AsyncExitStack, contender: Contender) -> Visitor:
    opened = await stack.enter_async_context(browser())
    script = PROBE
    if contender.signs_in:
        async with opened.page("", kept=True) as page:
            script += await _sign_in(page, contender)
    return Visitor(contender, opened, script)


@dataclass(frozen=True, slots=True)
class Way:
    """How a page is opened: with an empty cache or a full one, over a slow network or none."""

    cold: bool
    slow: bool = False


CACHES: Final = "cache_storage,service_workers,indexeddb"
KINDS: Final = {
    "boot-cold": Way(cold=True),
    "boot-warm": Way(cold=False),
    "boot-cold-10mbit": Way(cold=True, slow=True),
}
Medians = dict[str, dict[str, dict[str, float]]]


async def measure(rounds: int, kinds: list[str]) -> tuple[Medians, dict[str, dict[str, int]]]:
    """Open every page in every way, in turn; the medians, and the stages of one boot of each kind."""
    runs: dict[str, dict[str, list[Opening]]] = {way: {} for way in kinds}
    counts: dict[str, dict[str, Opening]] = {way: {} for way in kinds}
    stages: dict[str, dict[str, int]] = {}
    with _contenders() as contenders:
        async with AsyncExitStack() as stack:
            visitors = {each.name: await _visitor(stack, each) for each in contenders}
            for number in range(rounds):
                for way in kinds:
                    for name in list(visitors)[:: 1 if number % 2 == 0 else -1]:
                        opening, stages[f"{way} {name}"] = await visitors[name].open(way)
                        runs[way].setdefault(name, []).append(opening)
                        say(f"  {way} {number + 1}/{rounds} {name}: rows {opening['rows_ms']:.0f} ms")
            for way in kinds:
                for name, visitor in visitors.items():
                    counts[way][name], _ = await visitor.open(way, counted=True)
    medians = {
        way: {
            metric: {
                name: round(statistics.median(each[metric] for each in openings), 1) for name, openings in by.items()
            }
            for metric in TIMES
        }
        for way, by in runs.items()
    }
    for way, by in counts.items():
        medians[way] |= {metric: {name: each[metric] for name, each in by.items()} for metric in COUNTS}
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
            # Above the others, as it may come soon after the first.
            axis.text(at, 3.75 if stage == "downloaded" else 3.5, stage, fontsize=6, va="bottom")
        axis.set_title(f"{way}: ms", loc="left", fontsize=9, pad=20)
        axis.legend(fontsize=6, loc="lower right")
    figure.tight_layout()
    figure.savefig(CHART, dpi=110)


SHADES: Final = ("#dfe3ea", "#8fb3e0", "#3f7fc6", "#12406f")


def run(rounds: int, way: str = "", *, kept: bool = True) -> None:
    """Measure, print, and write the results if they are to be kept; raises ``BenchFailure``."""
    medians, stages = asyncio.run(measure(rounds, [way] if way else list(KINDS)))
    say(table(medians))
    if kept:
        RESULTS.mkdir(exist_ok=True)
        latest = RESULTS / "latest.json"
        others = json.loads(latest.read_text("utf-8")) if latest.is_file() else {}
        latest.write_text(json.dumps(others | medians, indent=2) + "\n", encoding="utf-8")
        draw(medians, stages)


def main() -> int:
    """The exit status of a run."""
    parser = argparse.ArgumentParser("python -m bench.boot", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="openings of each page in each way")
    parser.add_argument("--way", default="", choices=list(KINDS), help="one way only, without writing results")
    given = parser.parse_args()
    return exit_status(lambda: run(given.rounds, given.way, kept=not given.way))


if __name__ == "__main__":
    sys.exit(main())
