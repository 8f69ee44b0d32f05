"""``python -m bench.large_jobs``: a job with an answer of 5 MB, and one with 2,000 pictures, opened (R39, R40).

Each is opened from the lists with the trace running, and its answer unfolded. The rows of the tree may take
``MOST_ROWS_MS`` from the click; nothing may keep the main thread for ``MOST_TASK_MS``.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path
from statistics import median
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.admin_pages import sign_in
from bench.chromium import Page, ProtocolError, browser
from bench.drive import BOOT_WITHIN_S, Tracing
from bench.failures import BenchFailure, exit_status
from bench.report import say
from bench.trace import TraceError
from devserver.models import AbilityTask, User
from testkit.host import Host
from testkit.past import prepare

ENTRIES: Final = 40_000
"""Of 130 bytes each: 5 MB."""
PICTURES: Final = 2000
MOST_ROWS_MS: Final = 100.0
MOST_TASK_MS: Final = 50.0
TRACED_S: Final = 6.0
ANSWER: Final = "[data-slot=raw-disclosure]:not([hidden])"
SHOWN: Final = {"large-answer": ANSWER, "many-pictures": "[data-slot=results] img"}
"""By job: what is there once its page is."""
UNFOLD: Final = """new Promise(drawn => {
  const rows = document.querySelector("[data-slot=raw-rows]");
  let begun;
  new MutationObserver((_, observer) => {
    if (rows.querySelector(".row")) { observer.disconnect(); drawn(performance.now() - begun); }
  }).observe(rows, { childList: true, subtree: true });
  begun = performance.now();
  document.querySelector("[data-slot=raw-disclosure] summary").click();
})"""


def _answers() -> dict[str, dict[str, Any]]:
    """By the job's id."""
    entries = [{"number": number, "prompt": "夕阳下的海浪" * 5, "seed": number * 7919} for number in range(ENTRIES)]
    pictures = [{"ossUrl": f"/api/assets/large-{number}.svg", "type": "image"} for number in range(PICTURES)]
    return {
        "large-answer": {"state": "success", "raw": entries},
        "many-pictures": {"state": "success", "images": pictures},
    }


def large_jobs(session: Session) -> None:
    """Let the newest ended jobs of the first user have had the large answers."""
    admin = session.scalars(select(User.id).where(User.username == "admin")).one()
    newest = select(AbilityTask).where(AbilityTask.user_id == admin, AbilityTask.status == "succeeded")
    jobs = session.scalars(newest.order_by(AbilityTask.number.desc()))
    for job, (job_id, answer) in zip(jobs, _answers().items(), strict=False):
        job.id, job.result_payload = job_id, answer


async def open_job(page: Page, job_id: str, shown: str) -> tuple[float | None, float]:
    """Open a job, and its answer if it has one.

    Returns how long the answer's first rows took, and the longest task of all that, in milliseconds.
    """
    await page.evaluate("location.hash = '#/tasks'")
    row = f"document.querySelector('[data-task-id={job_id}]') !== null"
    await page.until(row, within_s=BOOT_WITHIN_S, what=job_id)
    async with aclosing(Tracing(page)) as tracing:
        await tracing.start()
        await page.evaluate(f"location.hash = '#/tasks/{job_id}'")
        ready = f"document.querySelector('.job[data-state=ready] {shown}') !== null"
        await page.until(ready, within_s=BOOT_WITHIN_S, what="the job's page")
        rows_ms = float(await page.evaluate(UNFOLD)) if shown == ANSWER else None
        await asyncio.sleep(TRACED_S)
        return rows_ms, (await tracing.stop()).longest_task_ms


async def measure(rounds: int) -> None:
    """Measure and print; raises ``BenchFailure`` if something takes longer than it may."""
    rows: list[float] = []
    tasks: dict[str, list[float]] = {job_id: [] for job_id in SHOWN}
    with tempfile.TemporaryDirectory() as folder:
        data = prepare(Path(folder), large_jobs)
        with Host("--port", "0", "--data", str(data), "--seed", "1", "--idle") as host:
            try:
                async with browser() as running, running.page("") as page:
                    await sign_in(page, host.url)
                    for _ in range(rounds):
                        for job_id, shown in SHOWN.items():
                            rows_ms, task_ms = await open_job(page, job_id, shown)
                            tasks[job_id].append(task_ms)
                            if rows_ms is not None:
                                rows.append(rows_ms)
                                say(f"{job_id}: first rows after {rows_ms:.1f} ms")
                            say(f"{job_id}: longest task {task_ms:.1f} ms")
            except (ProtocolError, TraceError) as error:
                raise BenchFailure(str(error)) from error
    if median(rows) > MOST_ROWS_MS:
        raise BenchFailure(f"the first rows came after {median(rows):.0f} ms")
    slow = {job_id: median(times) for job_id, times in tasks.items() if median(times) > MOST_TASK_MS}
    if slow:
        raise BenchFailure(f"tasks of more than {MOST_TASK_MS:.0f} ms: {slow}")


def main(arguments: Sequence[str]) -> int:
    """The exit status of a run."""
    parser = argparse.ArgumentParser(prog="bench.large_jobs", description="what large jobs cost the page")
    parser.add_argument("--rounds", type=int, default=1, metavar="N", help="how often each (default: 1)")
    rounds: int = parser.parse_args(arguments).rounds
    return exit_status(lambda: asyncio.run(measure(rounds)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
