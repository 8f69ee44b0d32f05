"""Where our page spends its time in Python: the standard library's profiler, run inside the page."""

from __future__ import annotations

from typing import Final

from bench.chromium import Page

# The runtime's own module knows the interpreter; importing it again gives the instance that runs the page.
START: Final = """
(async () => {
  const { whenDefined } = await import("/static/vendor/pyscript/core.js");
  const found = await whenDefined("py");
  window.podiBench.python = found.interpreter ?? found;
  window.podiBench.python.runPython(`
import cProfile
podi_bench_profile = cProfile.Profile()
podi_bench_profile.enable()
`);
})()
"""
STOP: Final = """
window.podiBench.python.runPython(`
import io, pstats
podi_bench_profile.disable()
podi_bench_text = io.StringIO()
podi_bench_stats = pstats.Stats(podi_bench_profile, stream=podi_bench_text)
podi_bench_stats.sort_stats("tottime").print_stats(25)
podi_bench_stats.sort_stats("cumulative").print_stats(30)
podi_bench_text.getvalue()
`)
"""


async def start(page: Page) -> None:
    """Begin to profile."""
    await page.evaluate(START)


async def stop(page: Page) -> str:
    """End, and return what took longest by itself and in all. The profiler makes calls two to three times as dear."""
    return str(await page.evaluate(STOP))
