"""One measurement: a fresh page on a fresh server, brought to where the workload begins, traced while it runs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bench import python_profile
from bench import trace as traces
from bench.chromium import Browser, Page, ProtocolError
from bench.failures import BenchFailure
from bench.trace import Trace
from bench.workload_server import PeerSite, WorkloadServer
from bench.workloads import Frame, Workload
from devserver.site import Site

ROOT: Final = Path(__file__).resolve().parent.parent
PEER_DIST: Final = ROOT / "bench" / "peer" / "dist"
PROBE: Final = Path(__file__).with_name("probe.js").read_text("utf-8")

BOOT_WITHIN_S: Final = 120.0
FILL_WITHIN_S: Final = 120.0
QUIET_S: Final = 6.0
AFTER_S: Final = 2.0
FLING_S: Final = 5.0
KEY_S: Final = 0.5
"""Between two keys: the page has come to rest by then, so that each key's own work is seen."""
MOST_UNTRACED: Final = 0.001
PONG_LENGTH: Final = len('{"type":"pong"}')
MB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Contender:
    """A page to be measured."""

    name: str
    site: Callable[[], Site | PeerSite]


OURS: Final = Contender("ours", lambda: Site(ROOT))
PEER: Final = Contender("peer", lambda: PeerSite(PEER_DIST))


@dataclass(slots=True)
class Measured:
    """What one run showed. ``latencies_ms`` are from frame received (or answer finished) to row drawn."""

    trace: Trace
    latencies_ms: list[float] = field(default_factory=list)
    late_ms: list[float] = field(default_factory=list)
    """The same from when the server wrote the frame: what waits in front of a busy main thread counts too."""
    unshown: int = 0
    """Frames of rows in view whose state never came on screen."""
    js_heap_mb: float = 0.0
    wasm_heap_mb: float = 0.0
    asked: dict[str, int] = field(default_factory=dict)
    profile: dict[str, Any] | None = None
    python_profile: str = ""


async def run(
    browser: Browser,
    contender: Contender,
    workload: Workload,
    *,
    seed: int,
    profile: bool = False,
    in_python: bool = False,
) -> Measured:
    """Measure a page under a workload; raises ``BenchFailure`` if the page does not get there.

    With ``profile`` the browser's profiler runs too, with ``in_python`` Python's own; the numbers are then no measure.
    """
    server = WorkloadServer(workload, contender.site(), seed=seed)
    address = await server.start()
    try:
        async with browser.page(PROBE) as page:
            try:
                return await _measure(page, server, workload, address, profile=profile, in_python=in_python)
            except (ProtocolError, traces.TraceError) as error:
                raise BenchFailure(f"{contender.name}, {workload.name}: {error}") from error
            except BenchFailure as failure:
                raise BenchFailure(f"{contender.name}, {workload.name}: {failure}") from failure
    finally:
        await server.close()


async def _measure(
    page: Page, server: WorkloadServer, workload: Workload, address: str, *, profile: bool, in_python: bool
) -> Measured:
    await bring_up(page, server, workload, address)
    server.seal()
    server.requests.clear()
    await page.evaluate("podiBench.watch()")
    if in_python:
        await python_profile.start(page)
    if profile:
        await page.send("Profiler.enable")
        await page.send("Profiler.setSamplingInterval", interval=250)
        await page.send("Profiler.start")
    async with aclosing(Tracing(page)) as tracing:
        await tracing.start()
        await _perform(page, server, workload)
        trace = await tracing.stop()
    measured = Measured(trace, asked=dict(server.requests))
    if profile:
        measured.profile = (await page.send("Profiler.stop"))["profile"]
    if in_python:
        measured.python_profile = await python_profile.stop(page)
    notes = await page.evaluate("podiBench.take()")
    if in_python:
        return measured
    if workload.push:
        _match_frames(measured, server, notes)
    else:
        _match_answers(measured, notes)
    await _weigh(page, measured)
    return measured


async def bring_up(page: Page, server: WorkloadServer, workload: Workload, address: str) -> None:
    """Load the page, sign in, and wait until every row is there and the page has come to rest."""
    await page.send("Page.navigate", url=f"{address}/{'' if workload.push else '?podi.disable_ws=true'}")
    state = "document.documentElement?.dataset.podiState"
    await page.until(f"{state} === 'signed-out'", within_s=BOOT_WITHIN_S, what="the sign-in form")
    await page.evaluate("podiBench.signIn()")
    await page.until(f"{state} === 'ready'", within_s=BOOT_WITHIN_S, what="signing in")
    for kind, rows in (("task", workload.tasks), ("ability-task", workload.ability_tasks)):
        await page.until(f"podiBench.filled('{kind}', {rows})", within_s=FILL_WITHIN_S, what=f"a list of {rows} rows")
    if workload.push:
        try:
            await asyncio.wait_for(server.opened.wait(), BOOT_WITHIN_S)
        except TimeoutError as error:
            raise BenchFailure("the page opened no socket") from error
        server.prove()
    for key in workload.typed:
        await _press(page, key)
    await asyncio.sleep(QUIET_S)
    await page.until("podiBench.rested()", within_s=FILL_WITHIN_S, what="a page at rest")


async def traced_push(page: Page, server: WorkloadServer) -> Trace:
    """Push the workload's frames, and return what the browser noted meanwhile and just after."""
    async with aclosing(Tracing(page)) as tracing:
        await tracing.start()
        await server.push()
        await asyncio.sleep(AFTER_S)
        return await tracing.stop()


async def _perform(page: Page, server: WorkloadServer, workload: Workload) -> None:
    if workload.flings:
        await _fling(page, workload.flings)
    elif workload.keys:
        for key in (*workload.keys, *(["Backspace"] * len(workload.keys))):
            await _press(page, key)
            await asyncio.sleep(KEY_S)
    elif workload.frames or workload.singles:
        await server.push()
        await asyncio.sleep(AFTER_S)
    else:
        await asyncio.sleep(workload.seconds)


async def _press(page: Page, key: str) -> None:
    """Press a key in the search box."""
    await page.evaluate("document.querySelector('input[name=\"q\"]').focus()")
    press: dict[str, Any] = {"key": key}
    if key == "Backspace":
        press |= {"code": key, "windowsVirtualKeyCode": 8}
    else:
        press |= {"text": key}
    await page.send("Input.dispatchKeyEvent", type="keyDown", **press)
    await page.send("Input.dispatchKeyEvent", type="keyUp", key=key)


async def _fling(page: Page, times: int) -> None:
    """Scroll the first list from end to end, down and up in turn."""
    for turn in range(times):
        place = await page.evaluate("podiBench.place('task')")
        await page.send(
            "Input.synthesizeScrollGesture",
            x=place["x"], y=place["y"], yDistance=place["far"] * (1 if turn % 2 else -1),
            speed=round(place["far"] / FLING_S), gestureSourceType="mouse", preventFling=False,
        )  # fmt: skip
        at = (await page.evaluate("podiBench.place('task')"))["at"]
        if (at < place["far"] * 0.98) != bool(turn % 2):
            raise BenchFailure(f"the list stopped at {at:.0f} of {place['far']:.0f} px")


async def _weigh(page: Page, measured: Measured) -> None:
    """Measure the heaps after a full collection."""
    await page.send("HeapProfiler.collectGarbage")
    measured.js_heap_mb = (await page.send("Runtime.getHeapUsage"))["usedSize"] / MB
    measured.wasm_heap_mb = (await page.evaluate("podiBench.wasmBytes()")) / MB


def _match_frames(measured: Measured, server: WorkloadServer, notes: list[list[Any]]) -> None:
    """Find for each frame of a row in view when the row showed it, or something later."""
    trace = measured.trace
    frames = server.world.frames
    received = _received(trace.frames, frames)
    if sum(at is None for at in received) > MOST_UNTRACED * len(frames):
        raise BenchFailure(f"{len(frames)} frames were sent and {len(trace.frames)} received")
    in_view = {note[1] for note in notes if note[0] == 0}
    shown = _by_row(notes)
    for frame, at, sent_at in zip(frames, received, server.sent_at, strict=True):
        if frame.job not in in_view or at is None:
            continue
        drawn = _drawn(trace, frame, shown.get(frame.job or "", []), at)
        if drawn is None:
            measured.unshown += 1
        else:
            measured.latencies_ms.append((drawn - at) / 1000)
            measured.late_ms.append(drawn / 1000 - sent_at * 1000)


def _received(traced: list[tuple[int, int]], frames: list[Frame]) -> list[int | None]:
    """When each frame was received: they keep their order.

    The browser now and then loses an event of its trace. Which one is not known, so later frames then count as
    received one frame too late; no more than one in a thousand may be lost.
    """
    arrived = [at for at, length in traced if length != PONG_LENGTH]
    return [arrived[index] if index < len(arrived) else None for index in range(len(frames))]


def _by_row(notes: list[list[Any]]) -> dict[str, list[list[Any]]]:
    rows: dict[str, list[list[Any]]] = {}
    for note in notes:
        rows.setdefault(note[1], []).append(note)
    return rows


def _drawn(trace: Trace, frame: Frame, notes: list[list[Any]], received: int) -> float | None:
    for now, _, reached, ended in notes:
        if ended or (reached >= frame.reached and not frame.ends):
            return trace.on_screen(max(trace.page_time(now), received))
    return None


def _match_answers(measured: Measured, notes: list[list[Any]]) -> None:
    """Without push: from a poll's answer to the first row drawn after it."""
    trace = measured.trace
    changes = sorted(trace.page_time(note[0]) for note in notes if note[0])
    for fetch in trace.fetches:
        after = [at for at in changes if at >= fetch.finished > 0]
        drawn = trace.on_screen(after[0]) if after else None
        if drawn is not None and "ability-tasks" in fetch.url:
            measured.latencies_ms.append((drawn - fetch.finished) / 1000)


class Tracing:
    """The browser's tracing, around one measurement."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._connection = page.connection
        self._done: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._running = False
        self._forget = self._connection.on("Tracing.tracingComplete", self._complete)

    def _complete(self, parameters: Any) -> None:
        if not self._done.done():
            self._done.set_result(parameters["stream"])

    async def start(self) -> None:
        """Begin to trace, and mark where the measurement begins."""
        settings = {
            "recordMode": "recordUntilFull",
            "traceBufferSizeInKb": 800_000,
            "includedCategories": list(traces.CATEGORIES),
            "excludedCategories": ["*"],
        }
        await self._connection.send("Tracing.start", {"transferMode": "ReturnAsStream", "traceConfig": settings})
        self._running = True
        await self._mark(traces.BEGIN_MARK)

    async def stop(self) -> Trace:
        """Mark where the measurement ends, end, and return what was traced; raises ``TraceError``."""
        await self._mark(traces.END_MARK)
        self._running = False
        await self._connection.send("Tracing.end")
        stream = await self._done
        parts: list[str] = []
        while True:
            part = await self._connection.send("IO.read", {"handle": stream, "size": 4 * MB})
            parts.append(part["data"])
            if part.get("eof"):
                break
        await self._connection.send("IO.close", {"handle": stream})
        events: list[dict[str, Any]] = json.loads("".join(parts))["traceEvents"]
        return traces.read(events)

    async def _mark(self, name: str) -> None:
        await self._page.evaluate(f"performance.mark('{name}') && 0")

    async def aclose(self) -> None:
        """End without a result, after a failure."""
        self._forget()
        if self._running:
            self._running = False
            await self._connection.send("Tracing.end")
