"""``python -m bench.relay``: what passing a burst on to other windows costs the window that holds the connection (R43).

Each round measures the workload ``burst`` twice, alone and with two followers. The relay's own time is taken in the
page, around its methods: they are called once for many frames, so that this costs next to nothing itself.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median
from typing import Final

from bench.chromium import Browser, Page, ProtocolError, browser
from bench.drive import BOOT_WITHIN_S, OURS, PROBE, QUIET_S, bring_up, traced_push
from bench.failures import BenchFailure, exit_status
from bench.report import say
from bench.trace import TraceError
from bench.workload_server import WorkloadServer
from bench.workloads import WORKLOADS, Workload
from tools import late_archive

FOLLOWERS: Final = 2
MOST_SHARE: Final = 0.05
"""Of the main thread's time, in the window that holds."""
JOINED_WITHIN_S: Final = 30.0
ROLE: Final = "window.podi?.diagnostics?.().sharing?.role"

TIME: Final = """
(async () => {
  const { whenDefined } = await import("/static/vendor/pyscript/core.js");
  const found = await whenDefined("py");
  window.podiBench.python = found.interpreter ?? found;
  window.podiBench.python.runPython(`
import gc, time
from app.hooks.frame_relay import FrameRelay
podi_bench_relay = next(one for one in gc.get_objects() if isinstance(one, FrameRelay))
podi_bench_spent_s = 0.0
podi_bench_before = podi_bench_relay.frame
def podi_bench_timed(work):
    def go(*given):
        global podi_bench_spent_s
        began = time.perf_counter()
        work(*given)
        podi_bench_spent_s += time.perf_counter() - began
    return go
for name in ("received", "gathered"):
    setattr(podi_bench_relay, name, podi_bench_timed(getattr(podi_bench_relay, name)))
`);
})()
"""
SPENT: Final = """
window.podiBench.python.runPython("[podi_bench_spent_s, podi_bench_relay.frame - podi_bench_before]").toJs()
"""


@dataclass(frozen=True, slots=True)
class Burst:
    """One run: the main thread's time and processor time, the relay's time of it, and the frames it saw."""

    main_ms: float
    cpu_ms: float
    relay_ms: float
    frames: int

    @property
    def share(self) -> float:
        """The relay's part of the main thread's time."""
        return self.relay_ms / self.main_ms


async def measure(browser_: Browser, workload: Workload, followers: int, seed: int) -> Burst:
    """Measure one burst; raises ``BenchFailure`` if a window does not get there."""
    # What shares is in the late part, which the other workloads do without.
    server = WorkloadServer(workload, OURS.site(), seed=seed, late=late_archive.read())
    address = await server.start()
    try:
        async with AsyncExitStack() as opened:
            page = await opened.enter_async_context(browser_.page(PROBE))
            await bring_up(page, server, workload, address)
            await page.until(f"{ROLE} === 'holder'", within_s=JOINED_WITHIN_S, what="joining")
            for _ in range(followers):
                other = await opened.enter_async_context(browser_.page(PROBE, beside=page))
                await _follow(other, address)
            await asyncio.sleep(QUIET_S)
            server.seal()
            await page.evaluate(TIME)
            trace = await traced_push(page, server)
            spent_s, frames = await page.evaluate(SPENT)
            return Burst(trace.main_thread_ms, trace.main_thread_cpu_ms, spent_s * 1000, round(frames))
    except (ProtocolError, TraceError) as error:
        raise BenchFailure(str(error)) from error
    finally:
        await server.close()


async def _follow(page: Page, address: str) -> None:
    await page.send("Page.navigate", url=f"{address}/")
    await page.until(f"{ROLE} === 'follower'", within_s=BOOT_WITHIN_S, what="a second window")


async def compare(rounds: int) -> None:
    """Measure, and print it; raises ``BenchFailure`` if the relay takes more than it may."""
    workload = WORKLOADS["burst"]
    shares: list[float] = []
    async with browser() as running:
        say(f"{running.version}: {workload.summary}")
        for seed in range(rounds):
            for followers in (0, FOLLOWERS):
                it = await measure(running, workload, followers, seed)
                say(
                    f"  {seed + 1}/{rounds} {followers} followers: main thread {it.main_ms:.0f} ms, processor time "
                    f"{it.cpu_ms:.0f} ms, relay {it.relay_ms:.1f} ms of {it.frames:,} frames ({it.share:.1%})"
                )
                if followers:
                    if it.frames < workload.frames:
                        raise BenchFailure("another window took over in the middle: this machine is too busy")
                    shares.append(it.share)
    share = median(shares)
    say(f"the relay's part of the main thread: {share:.1%}, of {MOST_SHARE:.0%} that it may have")
    if share > MOST_SHARE:
        raise BenchFailure("the relay takes too much")


def main(arguments: Sequence[str]) -> int:
    """The exit status of a run."""
    parser = argparse.ArgumentParser(prog="bench.relay", description="what passing a burst on costs")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="pairs of runs (default: 3)")
    rounds: int = parser.parse_args(arguments).rounds
    return exit_status(lambda: asyncio.run(compare(rounds)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
