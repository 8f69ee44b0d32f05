"""The worker that exports logs, in a real worker with a real Pyodide in it."""

from __future__ import annotations

import json

from tests.browser.adapters.conftest import RECORDS, Python

START = """
    kept.calls = []
    kept.export = export_worker.ExportWorker(
        "logs.jsonl",
        progress=lambda done, total: kept.calls.append(["progress", done, total]),
        done=lambda done: kept.calls.append(["done", done]),
        failed=lambda reason, done: kept.calls.append(["failed", reason, done]),
        waiting=lambda done, seconds: kept.calls.append(["waiting", done, seconds]),
        token_refused=lambda: kept.calls.append(["token"]),
    )
    kept.export.start({base!r}, {ability!r}, {token!r}, {form!r})
"""


def start(python: Python, *, base: str = "", ability: str = "any", token: str = "good", form: str = "jsonl") -> None:
    """Begin an export."""
    python(START.format(base=base, ability=ability, token=token, form=form))


def last(python: Python) -> list[object]:
    """The last call, once the export is over."""
    calls: list[object] = python(
        "await until(lambda: kept.calls and kept.calls[-1][0] in {'done', 'failed'}, 60.0); return kept.calls[-1]"
    )
    return calls


def test_an_export_with_an_old_token_goes_on_with_a_new_one(python: Python) -> None:
    """R28, R33: a refused token is reported, the export waits for another, and the file holds every record once."""
    with python.page.expect_download(timeout=60_000) as download:
        start(python, token="old")
        assert [["token"]] == python("await until(lambda: kept.calls, 60.0); return kept.calls")
        python("kept.export.bring_token('good')")
    assert ["done", RECORDS] == last(python)
    lines = download.value.path().read_text("utf-8").splitlines()
    assert list(range(RECORDS)) == [json.loads(line)["id"] for line in lines]
    assert "logs.jsonl" == download.value.suggested_filename
    progress = python("return [calls for calls in kept.calls if calls[0] == 'progress']")
    assert [["progress", 200, RECORDS], ["progress", 400, RECORDS], ["progress", RECORDS, RECORDS]] == progress
    python("kept.export.close()")


def test_closing_ends_the_worker(python: Python) -> None:
    """R28: a closed export says nothing more and its worker is gone, in the middle of a page too."""
    with python.page.expect_worker() as worker:
        start(python, ability="slow")
    python("await until(lambda: kept.calls, 60.0)")
    with worker.value.expect_event("close"):
        python("kept.calls.clear(); kept.export.close(); kept.export.close()")
    assert [] == python("await wait(0.5); return kept.calls")


def test_what_was_read_before_a_failure_is_kept(python: Python) -> None:
    """R28, report 32: a server that fails for good after two pages has given 400 records, and they are saved."""
    with python.page.expect_download(timeout=60_000) as download:
        start(python, ability="broken")
    kind, reason, kept = last(python)
    assert ("failed", "HTTP 404", 400) == (kind, reason, kept)
    lines = download.value.path().read_text("utf-8").splitlines()
    assert list(range(400)) == [json.loads(line)["id"] for line in lines]
    assert "logs-incomplete.jsonl" == download.value.suggested_filename
    python("kept.export.close()")


def test_a_failure_is_reported_in_words(python: Python) -> None:
    """R28: a server that is not there ends the export with a reason fit to be shown."""
    start(python, base="http://127.0.0.1:9")
    kind, reason, kept = last(python)
    assert ("failed", 0) == (kind, kept)
    assert "Traceback" not in str(reason)
    assert 0 < len(str(reason)) <= 200
    python("kept.export.close()")
