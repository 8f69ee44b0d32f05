"""The page's files: what is served, how, and what is not there."""

from __future__ import annotations

import gzip
import http.client
import json
import os
from pathlib import Path

import pytest

from devserver.late_archive import LateArchive
from devserver.site import accepted_encodings
from tests.host.conftest import START
from tests.host.running import Host
from tools.page_policy import page_policy, script_folder


@pytest.mark.parametrize(
    ("path", "media_type", "caching"),
    [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/index.html", "text/html; charset=utf-8", "no-cache"),
        ("/pyscript.toml", "application/toml", "no-cache"),
        ("/app/main.py", "text/x-python; charset=utf-8", "no-cache"),
        ("/static/style.css", "text/css; charset=utf-8", "no-cache"),
        ("/static/vendor/core.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/static/vendor/pyodide.asm.wasm", "application/wasm", "no-cache"),
        ("/static/vendor/pydantic-1-py3-none-any.whl", "application/zip", "no-cache"),
        ("/static/snapshot.0123456789abcdef.bin", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("/service_worker.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/static/0123456789abcdef/index.html", "text/html; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/static/0123456789abcdef/static/style.css", "text/css; charset=utf-8", "public, max-age=31536000, immutable"),
    ],
)
def test_served(host: Host, path: str, media_type: str, caching: str) -> None:
    """Each file has the type a browser insists on; only a name that holds a hash is kept without asking."""
    answer = host.client.get(path)
    head = host.client.head(path)
    assert answer.status_code == head.status_code == 200
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (media_type, caching)
    assert head.content == b""
    assert head.headers["content-length"] == str(len(answer.content))


@pytest.mark.parametrize(
    "path",
    [
        "/README.md", "/.env", "/.git/config", "/.data/podi.sqlite3", "/devserver/app.py", "/app/notes.txt", "/app",
        "/app/", "/static", "/static/",
        "/static/.hidden", "/static/vendor", "/static/further-out", "/static/../README.md",
        "/static/%2e%2e/README.md", "/static/..%2fREADME.md", "/static/..%5cREADME.md", "/app/../devserver/app.py",
        "/app/%2e%2e/devserver/app.py", "//etc/hostname", "/static//etc/hostname", "/static/%00", "/nothing",
        "/favicon.ico", "/licences.txt", "/static/" + "a" * 5000, "/static/0123456789abcdef/service_worker.js",
        "/static/0123456789abcdef", "/static/0123456789abcdef/../README.md",
        "/static/0123456789abcdef/%2e%2e/README.md", "/static/fedcba9876543210/static/style.css",
    ],
)  # fmt: skip
def test_not_there(host: Host, path: str) -> None:
    """Nothing else exists, however its address is written; the answer is small and clear."""
    connection = http.client.HTTPConnection(host.authority, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status == 404
    assert body == b"404: there is no such page here. The monitor is at /\n"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_link_within_the_site(host: Host) -> None:
    """A link is followed as long as it stays inside the site."""
    assert host.client.get("/static/way-out").text == "not served"


def test_a_built_site_has_a_worker(host: Host, start: START, tmp_path: Path) -> None:
    """A checkout answers with the kill switch, for a browser that has met a built site at the same address."""
    assert host.client.get("/service_worker.js").text == "// none"
    built = tmp_path / "built"
    (built / "static/0123456789abcdef" / "static" / "vendor" / "pyodide").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html>", encoding="utf-8")
    (built / "service_worker.js").write_text("// a worker", encoding="utf-8")
    assert start("--site", built).client.get("/service_worker.js").text == "// a worker"


def test_policy(host: Host) -> None:
    """R56: the page's policy is the one policy of this project, with scripts from the site's own folder alone."""
    headers = host.client.get("/").headers
    assert headers["content-security-policy"] == page_policy(scripts=f"{host.authority}/static/")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "geolocation=()" in headers["permissions-policy"]
    assert "server" not in headers
    assert "sandbox" in host.client.get("/api/abilities").headers["content-security-policy"]


@pytest.mark.parametrize("name", ["localhost:1", "[::1]:9"])
def test_policy_by_name(host: Host, name: str) -> None:
    """The folder of the scripts is named as the browser names the host, where a policy can name it at all."""
    policy = host.client.get("/", headers={"Host": name}).headers["content-security-policy"]
    assert policy == page_policy(scripts=script_folder(name))


def test_unchanged(host: Host) -> None:
    """A file that has not changed is not sent again."""
    first = host.client.get("/static/style.css")
    again = host.client.get("/static/style.css", headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
    other = host.client.get("/static/style.css", headers={"If-None-Match": '"other"'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert again.headers["cache-control"] == "no-cache"
    assert other.status_code == 200


def test_packed(host: Host, site: Path) -> None:
    """A packed file beside the file is sent to who takes it, the better one first, and a stale one to nobody."""
    file = site / "static" / "packed.js"
    file.write_text("export const plain = 1", "utf-8")
    packed = site / "static" / "packed.js.gz"
    packed.write_bytes(gzip.compress(b"export const packed = 1"))
    (site / "static" / "packed.js.br").write_bytes(b"brotli")
    connection = http.client.HTTPConnection(host.authority, timeout=10)
    seen = {}
    for accepted in ("", "gzip", "br;q=0, gzip;q=0.5", "gzip, br"):
        connection.request("GET", "/static/packed.js", headers={"Accept-Encoding": accepted})
        answer = connection.getresponse()
        answer.read()
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        seen[accepted] = answer.headers["content-encoding"]
    assert seen == {"": None, "gzip": "gzip", "br;q=0, gzip;q=0.5": "gzip", "gzip, br": "br"}
    os.utime(file, ns=(packed.stat().st_atime_ns, packed.stat().st_mtime_ns + 10**9))
    connection.request("GET", "/static/packed.js", headers={"Accept-Encoding": "gzip, br"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.headers["content-encoding"] is None


def test_accepted_encodings() -> None:
    """Weights are understood as far as it matters: zero is no."""
    assert accepted_encodings("gzip, BR ; q=1.0, zstd;q=0.0, x;q=0") == {"gzip", "br"}


@pytest.mark.parametrize(
    ("name", "status"), [("evil.example", 400), ("localhost:1", 200), ("[::1]:9", 200), ("", 400), ("127.0.0.1@x", 400)]
)
def test_host_header(host: Host, name: str, status: int) -> None:
    """On loopback only loopback's names are answered, which is what keeps a rebound name out."""
    assert host.client.get("/", headers={"Host": name}).status_code == status


def test_other_methods(host: Host) -> None:
    """The page is read and never written."""
    assert host.client.post("/").status_code == 405
    assert host.client.delete("/static/style.css").status_code == 405


def test_an_edit_of_what_is_late_shows_on_the_next_load(tmp_path: Path) -> None:
    """A checkout's archive is made again once one of its files is another, is new or is gone, and kept until then."""
    settings, module, style = (
        tmp_path / "pyscript.toml",
        tmp_path / "app/late.py",
        tmp_path / "static/late/styles/x.css",
    )
    for path, text in ((settings, ""), (module, "a = 1"), (style, "a {}")):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    archive = LateArchive(tmp_path)
    first = archive.read()
    assert archive.read() is first
    module.write_text("a = 22", encoding="utf-8")
    contents, _, modules = archive.read().partition(b"\n")
    assert json.loads(contents)["modules"] == {"app.late": {"bytes": 6, "compiled": False, "package": False}}
    assert modules == b"a = 22"
    style.unlink()
    assert json.loads(archive.read().partition(b"\n")[0])["styles"] == {}
    settings.write_text('[files]\n"./app/late.py" = "app/late.py"\n', encoding="utf-8")
    assert json.loads(archive.read().partition(b"\n")[0])["modules"] == {}
