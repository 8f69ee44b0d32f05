"""Starting, refusing to start, ending, and starting again."""

from __future__ import annotations

import signal
import socket
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from devserver.command import read
from devserver.database import Database
from devserver.failures import DataFailure, SiteFailure, StartFailure
from devserver.logs import redacted
from devserver.simulator.chance import Chance
from devserver.simulator.history import begin_history
from devserver.vendored import missing, require_page
from tests.host.conftest import START
from tests.host.running import PATIENCE_S, Host, ends, frames_until, looks, refusal


def test_start_and_end(start: START, site: Path, tmp_path: Path) -> None:
    """It names the demo users, says where it is in one line, holds its data alone, and ends at once on a signal."""
    host = start("--history", 0)
    assert host.lines[-1] == f"ready {host.url}/"
    assert [line for line in host.lines if "demo / demo" in line or "admin / admin" in line] == host.lines[:-1]
    assert stat.S_IMODE((tmp_path / "data" / "secret").stat().st_mode) == 0o600
    second = refusal("--site", site, "--data", tmp_path / "data", "--port", 0)
    assert (second.returncode, second.stderr.count("\n")) == (1, 1)
    assert "in use by another running host" in second.stderr
    with host.socket() as stream:
        stream.send("hello")
        frames_until(stream, lambda frame: frame["type"] == "echo")
        assert host.end(signal.SIGINT) == (0, "")
        with pytest.raises(ConnectionClosed) as caught:
            stream.recv()
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code in {1001, 1012}


def test_port_in_use(site: Path, tmp_path: Path) -> None:
    """A port that is taken is reported in one line, and nothing is made."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        left = refusal("--site", site, "--data", tmp_path / "data", "--port", port)
    assert (left.returncode, left.stdout) == (1, "")
    assert left.stderr.count("\n") == 1
    assert f"port {port} is in use" in left.stderr
    assert "PORT=" in left.stderr
    assert not (tmp_path / "data").exists()


def older(file: Path, version: int) -> bytes:
    """Make a database of some other version; answers what is in the file."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE users (id TEXT)")
        connection.execute(f"PRAGMA user_version={version}")
        connection.commit()
    return file.read_bytes()


def test_older_database(site: Path, tmp_path: Path) -> None:
    """A database of an older version is left as it is, with a line on how to move it aside."""
    file = tmp_path / "podi.sqlite3"
    before = older(file, 0)
    left = refusal("--site", site, "--data", tmp_path, "--port", 0)
    assert (left.returncode, left.stdout, left.stderr.count("\n")) == (1, "", 1)
    assert "made by an older version" in left.stderr
    assert f"mv '{file}'" in left.stderr
    assert file.read_bytes() == before


def test_newer_database(tmp_path: Path) -> None:
    """One of a newer version too."""
    before = older(tmp_path / "podi.sqlite3", 99)
    with pytest.raises(DataFailure, match="made by a newer version"):
        Database.open(tmp_path)
    assert (tmp_path / "podi.sqlite3").read_bytes() == before


def test_not_a_database(tmp_path: Path) -> None:
    """A file that is no database is not overwritten either."""
    (tmp_path / "podi.sqlite3").write_text("my notes" * 100, encoding="utf-8")
    with pytest.raises(DataFailure, match="cannot be read as a database"):
        Database.open(tmp_path)
    assert (tmp_path / "podi.sqlite3").read_text(encoding="utf-8") == "my notes" * 100


def test_missing_runtime(tmp_path: Path) -> None:
    """Without the vendored runtime, or without a page, it says what to do."""
    with pytest.raises(SiteFailure, match=r"no index\.html"):
        require_page(tmp_path)
    (tmp_path / "index.html").write_text("hello", encoding="utf-8")
    left = refusal("--site", tmp_path, "--data", tmp_path / "data", "--port", 0)
    assert (left.returncode, left.stderr.count("\n")) == (1, 1)
    assert "make setup" in left.stderr


def test_missing_files_are_named(tmp_path: Path) -> None:
    """A vendored file that the page mentions and that is not there is named."""
    (tmp_path / "static" / "vendor").mkdir(parents=True)
    (tmp_path / "static" / "vendor" / "core.js").touch()
    (tmp_path / "index.html").write_text(
        '<script src="static/vendor/core.js"></script><link href="./static/vendor/gone.css">', encoding="utf-8"
    )
    (tmp_path / "pyscript.toml").write_text('interpreter = "/static/vendor/pyodide.mjs"', encoding="utf-8")
    assert missing(tmp_path) == ["static/vendor/gone.css", "static/vendor/pyodide.mjs"]


@pytest.mark.parametrize(
    "url", ["nonsense", "ftp://x", "http://", "http://x:99999", "http://x/path", "http://u:p@x", "http://x?y"]
)
def test_backend_address(url: str) -> None:
    """BACKEND is an origin or is refused with an example."""
    with pytest.raises(StartFailure, match=r"as in http://127\.0\.0\.1:9000"):
        read(["--backend", url])


def test_images_from() -> None:
    """Further image origins are checked before they enter the policy."""
    assert read(["--images-from", "https://images.example/"]).images_from == ("https://images.example",)
    with pytest.raises(StartFailure):
        read(["--images-from", "https://x; script-src *"])


def test_power_cut(start: START, tmp_path: Path) -> None:
    """After a kill, our own nodes' work goes on, a lost call is failed with its points released, the books balance."""
    first = start("--history", 0, "--seed", 3)
    tokens = first.login()
    long = {"imageUrl": "https://img.example/a.png", "metadata": {"simulate": {"seconds": 30, "outcome": "succeeded"}}}
    with first.socket() as stream:
        call = first.post("/api/ability-tasks", {"abilityId": "baidu_colourize"} | long)
        ours = first.post("/api/ability-tasks", {"abilityId": "comfyui_koutu"} | long)
        waiting = first.post("/api/ability-tasks", {"abilityId": "comfyui_koutu"} | long)
        body = {"taskId": "tsk_cut", "action": "sifang_lianxu", "userId": "", "channel": "web", "points": 40}
        first.post(
            "/api/tasks/v1/submit", body | {"workflowParams": {"simulate": {"seconds": 8, "outcome": "succeeded"}}}
        )
        frames_until(
            stream,
            lambda frame: frame["payload"].get("taskId") == "tsk_cut" and frame["payload"].get("progress", 0) > 0,
        )
        before = first.get("/api/wallet/v1/statistics")
    assert first.end(signal.SIGKILL)[0] == -signal.SIGKILL
    second = start("--history", 0, "--speed", 500)
    with second.socket() as stream:
        frames = frames_until(stream, ends(waiting["id"]))
    states = {task["id"]: task for task in second.get("/api/ability-tasks")["items"]}
    assert {states[task["id"]]["status"] for task in (ours, waiting)} == {"succeeded"}
    assert states[call["id"]]["error_message"].startswith("HOST_RESTARTED")
    log = next(
        log
        for log in second.get("/api/admin/abilities/logs", "admin")["items"]
        if log["id"] == states[call["id"]]["log_id"]
    )
    assert log["status"] == "failed"
    assert {"taskId": call["id"], "status": "released", "balance": before["totalPoints"] + 20} in [
        frame["payload"] for frame in frames if frame["type"] == "wallet.points"
    ]
    if not any(ends("tsk_cut")(frame) for frame in frames):
        with second.socket() as stream:
            frames_until(stream, ends("tsk_cut"))
    after = second.get("/api/wallet/v1/statistics")
    assert (after["frozenPoints"], after["totalPoints"]) == (0, before["totalPoints"] + 20)
    assert second.get("/api/wallet/v1/transactions")["items"][0]["afterBalance"] == after["totalPoints"]
    # The signing secret and the refresh tokens are in the data directory, so whoever was signed in still is.
    headers = {"Authorization": f"Bearer {tokens['accessToken']}"}
    assert second.client.get("/api/abilities", headers=headers).status_code == 200
    renewal = {"refreshToken": tokens["refreshToken"]}
    assert second.client.post("/api/auth/refresh", json=renewal).status_code == 200


def test_work_by_itself(site: Path, tmp_path: Path) -> None:
    """While someone is signed in, something happens by itself; who waits at the end learns that there is no more."""
    host = Host.start("--site", site, "--data", tmp_path, "--history", 0, "--speed", 100)
    with host.socket() as stream:
        frames = frames_until(stream, lambda frame: frame["type"] == "wallet.points")
    assert frames[-1]["payload"]["status"] == "frozen"
    long = {"inputs": {"prompt": "x"}, "metadata": {"simulate": {"seconds": 600}}}
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(host.call, "POST", "/api/abilities/volcengine_seedream/invoke", json=long)
        for _ in looks():
            if host.get("/api/admin/abilities/logs", "admin", abilityId="volcengine_seedream", status="pending")[
                "total"
            ]:
                break
        host.process.send_signal(signal.SIGTERM)
        answer = waiting.result(PATIENCE_S)
        assert host.process.wait(PATIENCE_S) == 0
    assert (answer.status_code, answer.json()) == (503, {"detail": "HOST_STOPPING"})
    host.close()


def test_same_seed_same_past(tmp_path: Path) -> None:
    """The seed decides what is invented, apart from when."""
    pasts = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        database = Database.open(tmp_path / name)
        begin_history(database, Chance(5), records=10)
        database.close()
        with closing(sqlite3.connect(tmp_path / name / "podi.sqlite3")) as connection:
            pasts.append(
                connection.execute("SELECT ability_id, request_id, status, cost_amount FROM ability_logs").fetchall()
            )
    assert len(pasts[0]) == 10
    assert pasts[0] == pasts[1]


def test_logs_hold_no_token() -> None:
    """What looks like a token is taken out of whatever is logged."""
    text = "GET /api/notify/v1/stream?access_token=abc.d-e_f&x=1 Authorization: Bearer abc.def podi.bearer.abc.def, end"
    assert redacted(text) == (
        "GET /api/notify/v1/stream?access_token=[redacted]&x=1 Authorization: Bearer [redacted] "
        "podi.bearer.[redacted], end"
    )
