"""Hosts for the tests: one shared by those that only look or add, and a way to start others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.host.running import Host

START = Callable[..., Host]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small page with everything that may be served, and some that may not."""
    root = tmp_path_factory.mktemp("site")
    files = {
        "index.html": "<!doctype html><title>podi</title>",
        "pyscript.toml": "[podi]\n",
        "README.md": "not served",
        ".env": "SECRET=1",
        ".git/config": "not served",
        ".data/podi.sqlite3": "not served",
        "devserver/app.py": "not served",
        "app/main.py": "print('hello')\n",
        "app/notes.txt": "not served",
        "static/style.css": "body { color: red }",
        "static/.hidden": "not served",
        "static/vendor/core.js": "export {}",
        "static/vendor/pyodide.asm.wasm": "\0asm",
        "static/vendor/pydantic-1-py3-none-any.whl": "PK",
        "static/snapshot.0123456789abcdef.bin": "heap",
        "static/no_worker.js": "// none",
        "static/0123456789abcdef/static/style.css": "body { color: blue }",
        "static/0123456789abcdef/index.html": "<!doctype html><title>podi</title>",
        "static/0123456789abcdef/service_worker.js": "not served",
    }
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (root / "static" / "way-out").symlink_to(root / "README.md")
    (root / "static" / "further-out").symlink_to("/etc/hostname")
    return root


@pytest.fixture(scope="session")
def host(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A host that many tests share: fast, repeatable, making no work by itself."""
    data = tmp_path_factory.mktemp("data")
    running = Host.start("--site", site, "--data", data, "--idle", "--seed", 7, "--speed", 50)
    yield running
    running.close()


@pytest.fixture(scope="module")
def site_start(site: Path) -> Iterator[START]:
    """Start hosts that a module's tests share; those with data of their own name its folder."""
    running: list[Host] = []

    def started(*arguments: object) -> Host:
        running.append(Host.start("--site", site, *arguments))
        return running[-1]

    yield started
    for one in running:
        one.close()


@pytest.fixture(scope="session")
def product(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """The same, with a backend that behaves like the product and loses no event."""
    data = tmp_path_factory.mktemp("data")
    arguments = ("--site", site, "--data", data, "--idle", "--seed", 7, "--speed", 50)
    running = Host.start(*arguments, "--like-product", "--loss-share", 0)
    yield running
    running.close()


@pytest.fixture
def start(site: Path, tmp_path: Path) -> Iterator[START]:
    """Start further hosts; without ``--data`` among the arguments, they keep theirs in the test's directory."""
    running: list[Host] = []

    def started(*arguments: object) -> Host:
        given = arguments if "--data" in arguments else ("--data", tmp_path / "data", *arguments)
        running.append(Host.start("--site", site, "--idle", *given))
        return running[-1]

    yield started
    for one in running:
        one.close()
