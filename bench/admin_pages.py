"""``python -m bench.admin_pages``: what the admins' pages cost the main thread over 100,000 calls (R49 to R52).

One page on the bundled host, which makes calls by itself meanwhile. Each page is opened, left to load, and traced as it
redraws; a redraw is at most the longest task of that time.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from contextlib import aclosing
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.chromium import Page, ProtocolError, browser
from bench.drive import BOOT_WITHIN_S, Tracing
from bench.failures import BenchFailure, exit_status
from bench.report import say
from bench.trace import Trace, TraceError
from devserver.models import AbilityLog
from testkit.host import Host
from testkit.past import prepare

RECORDS: Final = 100_000
SPAN_H: Final = 48
LOAD_S: Final = 12.0
"""From opening a page to its trace: what it samples has come by then."""
TRACED_S: Final = 20.0
SPEED: Final = 20
MOST_REDRAW_MS: Final = 20.0
PAGES: Final = {
    "overview": ("#/admin/overview", "[data-podi=executors] tbody tr"),
    "calls": ("#/admin/calls", "[data-podi=calls] [data-log-id]"),
    "calls, filtered": ("#/admin/calls?status=failed", "[data-podi=calls] [data-log-id]"),
    "problems": ("#/admin/problems?since=24h", ".problem"),
    "metrics": ("#/admin/metrics?since=24h", "[data-podi=metrics-groups] tbody tr"),
}
"""By name: the address, and what is there once the page is."""


def long_past(session: Session) -> None:
    """Write the log of two busy days: the calls that are there, again and again, ever earlier."""
    known = list(session.scalars(select(AbilityLog)))
    columns = [column.key for column in AbilityLog.__table__.columns if column.key != "id"]
    newest = max(record.created_at for record in known)
    step = timedelta(hours=SPAN_H) / RECORDS
    models = [{name: deepcopy(getattr(record, name)) for name in columns} for record in known]
    session.add_all(
        AbilityLog(**(models[number % len(models)] | {"created_at": newest - step * (RECORDS - number)}))
        for number in range(RECORDS)
    )


async def trace_of(page: Page, address: str, shown: str) -> Trace:
    """Open one of the pages, and return what the browser noted while it was left open."""
    await page.evaluate(f"location.hash = {address!r}")
    await page.until(f"document.querySelector({shown!r}) !== null", within_s=BOOT_WITHIN_S, what=address)
    await asyncio.sleep(LOAD_S)
    async with aclosing(Tracing(page)) as tracing:
        await tracing.start()
        await asyncio.sleep(TRACED_S)
        return await tracing.stop()


async def measure(rounds: int) -> None:
    """Measure and print; raises ``BenchFailure`` if a redraw takes more processor time than it may."""
    longest: dict[str, list[float]] = {name: [] for name in PAGES}
    with tempfile.TemporaryDirectory() as folder:
        data = prepare(Path(folder), long_past)
        with Host("--port", "0", "--data", str(data), "--seed", "1", "--speed", str(SPEED)) as host:
            try:
                async with browser() as running, running.page("") as page:
                    await sign_in(page, host.url)
                    for _ in range(rounds):
                        for name, (address, shown) in PAGES.items():
                            trace = await trace_of(page, address, shown)
                            longest[name].append(trace.longest_task_cpu_ms)
                            say(
                                f"{name}: longest task {trace.longest_task_cpu_ms:.1f} ms of processor time "
                                f"({trace.longest_task_ms:.1f} ms), main thread "
                                f"{trace.main_thread_cpu_ms / TRACED_S:.1f} ms a second"
                            )
            except (ProtocolError, TraceError) as error:
                raise BenchFailure(str(error)) from error
    slow = {name: median(times) for name, times in longest.items() if median(times) > MOST_REDRAW_MS}
    if slow:
        raise BenchFailure(f"more than {MOST_REDRAW_MS:.0f} ms: {slow}")


async def sign_in(page: Page, url: str) -> None:
    """Open the page, and sign in as the admin of the bundled host."""
    await page.send("Page.navigate", url=f"{url}/")
    await page.until(
        "document.querySelectorAll('[data-action=sign-in-as]').length > 1", within_s=BOOT_WITHIN_S, what="who may"
    )
    await page.evaluate("document.querySelectorAll('[data-action=sign-in-as]')[1].click()")
    state = "document.documentElement?.dataset.podiState"
    await page.until(f"{state} === 'ready'", within_s=BOOT_WITHIN_S, what="signing in")


def main(arguments: Sequence[str]) -> int:
    """The exit status of a run."""
    parser = argparse.ArgumentParser(prog="bench.admin_pages", description="what the admins' pages cost")
    parser.add_argument("--rounds", type=int, default=1, metavar="N", help="how often each (default: 1)")
    rounds: int = parser.parse_args(arguments).rounds
    return exit_status(lambda: asyncio.run(measure(rounds)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
